-- Every report, confirmation and decision on a plan line, append-only.
CREATE TABLE line_moves (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    kind TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    percent INTEGER NOT NULL,
    -- The report of completion it belongs to: the line's count of them after the move.
    completion INTEGER NOT NULL,
    text TEXT,
    -- JSON: a list of documents.
    evidence TEXT NOT NULL,
    -- For which agency it was made.
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    moved_at TIMESTAMP NOT NULL,
    moved_by TEXT NOT NULL
);
CREATE INDEX line_moves_of ON line_moves (line_id, id);
-- More time for a line: asked for by the lead, decided once by the owner.
CREATE TABLE line_extensions (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    until DATE NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    asked_by TEXT NOT NULL,
    granted BOOLEAN,
    granted_until DATE,
    decision_reason TEXT,
    decided_at TIMESTAMP,
    decided_by TEXT
);
CREATE INDEX line_extensions_of ON line_extensions (line_id, id);
