-- What a plan line's kind of task has to tell of it, append-only: a correction is a row that names the one it replaces.
CREATE TABLE line_particulars (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    kind TEXT NOT NULL,
    replaces_id TEXT UNIQUE REFERENCES line_particulars (id),
    -- JSON: the record.
    facts TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX line_particulars_of ON line_particulars (line_id, id);
