CREATE TABLE submission_items (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (round_code, agency_code, indicator_code),
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
INSERT INTO submission_items (round_code, agency_code, indicator_code, revision)
SELECT round_code, agency_code, indicator_code, MAX(revision) FROM item_revisions
GROUP BY round_code, agency_code, indicator_code;
ALTER TABLE submissions DROP COLUMN current_revisions;
