-- Detached signatures of evidence files, append-only; the newest revision counts. Small, so they stand here, DER in base64.
CREATE TABLE evidence_signatures (
    file_id TEXT NOT NULL REFERENCES evidence_files (id),
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    verdict TEXT NOT NULL,
    signers TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (file_id, revision)
);
