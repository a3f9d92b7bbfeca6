-- The public halves of every key that has signed a publication, for ever: `kid` is the RFC 7638 thumbprint of `public_jwk`.
-- Rows are never updated or deleted.
CREATE TABLE publication_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    public_jwk TEXT NOT NULL,
    first_seen_at TIMESTAMP NOT NULL
);
-- One signature a publication, for ever: what has one is never signed again. `jws` is in compact form (RFC 7515).
CREATE TABLE publication_signatures (
    publication_id TEXT NOT NULL PRIMARY KEY REFERENCES publications (id),
    kid TEXT NOT NULL REFERENCES publication_keys (kid),
    jws TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL
);
