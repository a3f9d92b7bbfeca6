-- The zone whose clocks and calendar a round's deadlines are read by, a name of the IANA database.
ALTER TABLE rounds ADD COLUMN time_zone TEXT;
UPDATE rounds SET time_zone = 'Asia/Ho_Chi_Minh';
-- How to reach a person beside the feed. A person without a row has no address.
CREATE TABLE user_contacts (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    email TEXT,
    language TEXT NOT NULL,
    notify_by_email BOOLEAN NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- What a person was told: a row for each person, written with the change that caused it. `params` is JSON; the text is
-- made of `kind` and `params` when it is read. Ids grow with time.
CREATE TABLE notifications (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    path TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP
);
CREATE INDEX notifications_by_user ON notifications (user_id, id);
-- What is to be sent out of the house, written with the change that caused it and kept until its fate is known.
-- `payload` is JSON. A row that is `leased` belongs to the worker whose `lease` it names until `leased_until`.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP NOT NULL,
    lease TEXT,
    leased_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    give_up_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);
-- The reminders that were written. The key keeps one from being written twice; another deadline is reminded of anew.
CREATE TABLE reminders (
    round_code TEXT NOT NULL REFERENCES rounds (code),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    deadline TEXT NOT NULL,
    due TIMESTAMP NOT NULL,
    days_before INTEGER NOT NULL,
    written_at TIMESTAMP NOT NULL,
    PRIMARY KEY (round_code, agency_code, deadline, due, days_before)
);
