-- Detached signatures of whole submissions, append-only; the id tells the order. One counts as long as the submission's
-- canonical document has the digest that was signed. Small, so they stand here, DER in base64.
CREATE TABLE submission_signatures (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    submission_revision BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content TEXT NOT NULL,
    verdict TEXT NOT NULL,
    signers TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by TEXT NOT NULL,
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
CREATE INDEX submission_signatures_by_submission ON submission_signatures (round_code, agency_code, id);
-- Which signature a submission needs before it is sent; null: none.
ALTER TABLE rounds ADD COLUMN signature_required TEXT;
-- The files of minutes, append-only: one row an upload, whose bytes lie under their SHA-256 beside the evidence. The id tells
-- the order; the newest is the one that counts.
CREATE TABLE minutes_files (
    id TEXT NOT NULL PRIMARY KEY,
    minutes_id TEXT NOT NULL REFERENCES council_minutes (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    uploaded_by TEXT NOT NULL
);
CREATE INDEX minutes_files_by_minutes ON minutes_files (minutes_id, id);
-- What the sweep asks: does any row still name these bytes?
CREATE INDEX minutes_files_by_content ON minutes_files (sha256);
-- Detached signatures of the files of minutes, append-only; the newest revision counts.
CREATE TABLE minutes_signatures (
    file_id TEXT NOT NULL REFERENCES minutes_files (id),
    revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    verdict TEXT NOT NULL,
    signers TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (file_id, revision)
);
