-- The files of items, append-only: one row an upload, whose bytes lie under their SHA-256. Which files an item shows is told
-- by the evidence lists of its revisions.
CREATE TABLE evidence_files (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    uploaded_by TEXT NOT NULL,
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
CREATE INDEX evidence_files_by_item ON evidence_files (round_code, agency_code, indicator_code, id);
-- What the sweep asks: does any row still name these bytes?
CREATE INDEX evidence_files_by_content ON evidence_files (sha256);
