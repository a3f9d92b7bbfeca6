-- Keys of programs that read published results. The secret itself is kept nowhere: only its SHA-256, and its beginning
-- for people to know it by. Scopes are a list in JSON. A key that is revoked stays, for the record.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    secret_digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    requests_per_minute BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    last_used_on DATE
);
-- What every instance reads each second that keys are used.
CREATE INDEX api_keys_by_expiry ON api_keys (expires_at);
