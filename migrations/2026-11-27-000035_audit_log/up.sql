-- The verifiable log over audit_entries. The door writes audit_unsealed, the sealer all the rest (ARCHITECTURE.md). Nothing here
-- refers to another table: what somebody altered must still be found by reading.

-- Entries that wait to be sealed: their row is written with the entry and goes when it is sealed.
CREATE TABLE audit_unsealed (
    entry_id TEXT NOT NULL PRIMARY KEY
);
-- The leaves in the order of the log. `leaf_hash` is that of RFC 6962 over the canonical JSON of the entry.
CREATE TABLE audit_leaves (
    leaf_index BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    leaf_hash TEXT NOT NULL
);
CREATE INDEX audit_leaves_by_hash ON audit_leaves (leaf_hash);
-- The hashes of all full nodes, leaves included, in the order in which they became full.
CREATE TABLE audit_hashes (
    position BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL
);
-- The signed heads. `note` is a checkpoint (C2SP tlog-checkpoint); the other columns say the same.
CREATE TABLE audit_tree_heads (
    tree_size BIGINT NOT NULL PRIMARY KEY,
    root_hash TEXT NOT NULL,
    sealed_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL
);
-- The public halves of every key that has signed heads and receipts, in the order of their first use: the log is named after the
-- first.
CREATE TABLE audit_keys (
    position BIGINT NOT NULL PRIMARY KEY,
    kid TEXT NOT NULL UNIQUE,
    public_jwk TEXT NOT NULL,
    first_seen_at TIMESTAMP NOT NULL
);
-- What was written before there was a log is sealed at the first start.
INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entries;
