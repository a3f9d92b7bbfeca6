-- Questions of the bodies on an item and the agency's answers: the thread stays with the item for ever. Append-only.
-- The id tells the order.
CREATE TABLE item_messages (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    body_code TEXT REFERENCES agencies (code),
    item_revision INTEGER NOT NULL,
    content TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
CREATE INDEX item_messages_by_item ON item_messages (round_code, agency_code, indicator_code, id);
-- Requests for more time, and what was decided on them. A row is decided once.
CREATE TABLE deadline_extensions (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    deadline TEXT NOT NULL,
    until TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    asked_by TEXT NOT NULL,
    granted BOOLEAN,
    granted_until TIMESTAMP,
    decision_reason TEXT,
    decided_at TIMESTAMP,
    decided_by TEXT,
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
CREATE INDEX deadline_extensions_by_submission ON deadline_extensions (round_code, agency_code, id);
-- The deadlines that hold for one agency, where it was granted more time.
ALTER TABLE submissions ADD COLUMN self_assessment_until TIMESTAMP;
ALTER TABLE submissions ADD COLUMN explanation_until TIMESTAMP;
