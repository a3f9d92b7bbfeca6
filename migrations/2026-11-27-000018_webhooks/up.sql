-- Who is told of publications, and how.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    -- JSON: a list of event types.
    events TEXT NOT NULL,
    -- Only publications of this family of criteria sets.
    set_code TEXT,
    active BOOLEAN NOT NULL,
    -- The key of the signatures: without it nothing can be signed, so it is kept as it is.
    secret TEXT NOT NULL,
    -- The one before, which signs beside it for a while.
    previous_secret TEXT,
    previous_until TIMESTAMP,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- What came of each attempt to hand something over.
CREATE TABLE outbox_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    state TEXT NOT NULL,
    error TEXT,
    ended_at TIMESTAMP NOT NULL
);
CREATE INDEX outbox_attempts_of ON outbox_attempts (outbox_id);
CREATE INDEX outbox_target ON outbox (kind, target, id);
CREATE INDEX outbox_updated ON outbox (updated_at);
