-- `document` is the RFC 8785 text whose SHA-256 is `id`. Rows are never updated or deleted.
CREATE TABLE publications (
    id TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    criteria_set_code TEXT NOT NULL,
    criteria_set_version INTEGER,
    round_code TEXT NOT NULL,
    year INTEGER NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    supersedes_id TEXT REFERENCES publications (id),
    baseline_id TEXT REFERENCES publications (id),
    document TEXT NOT NULL,
    published_at TIMESTAMP NOT NULL,
    published_by TEXT NOT NULL
);
CREATE INDEX publications_by_set ON publications (criteria_set_code, sequence);
