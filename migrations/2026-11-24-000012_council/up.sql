-- Minutes of the council (biên bản họp hội đồng), append-only. `members` is JSON.
CREATE TABLE council_minutes (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL REFERENCES rounds (code),
    held_on DATE NOT NULL,
    number TEXT NOT NULL,
    members TEXT NOT NULL,
    conclusion TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX council_minutes_by_round ON council_minutes (round_code, id);
