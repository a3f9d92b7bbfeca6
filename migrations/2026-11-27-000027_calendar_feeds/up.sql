-- Secret addresses at which calendar programs read an agency's deadlines.
CREATE TABLE calendar_feeds (
    id TEXT NOT NULL PRIMARY KEY,
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    -- SHA-256 of the key: the key itself is kept nowhere.
    secret_digest TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT
);
CREATE INDEX calendar_feeds_of ON calendar_feeds (agency_code, id);
