-- The audit trail: one row for each change, written in the change's own transaction.
-- Rows are never updated or deleted; sealing them into a verifiable log adds a table of its own.
CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    before_digest TEXT,
    after_digest TEXT,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX audit_entries_by_object ON audit_entries (object_kind, object_id, id);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, id);

-- The answer of each write that carried an Idempotency-Key, stored with the change itself.
CREATE TABLE stored_answers (
    actor_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (actor_id, idempotency_key)
);
CREATE INDEX stored_answers_by_age ON stored_answers (created_at);
