-- What each appraising body holds of an item, append-only; bound to the revision of the item it saw (0: nothing declared).
CREATE TABLE appraisal_views (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    body_code TEXT NOT NULL REFERENCES agencies (code),
    sequence INTEGER NOT NULL,
    item_revision INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    value TEXT,
    points BIGINT,
    reason TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (round_code, agency_code, indicator_code, body_code, sequence),
    FOREIGN KEY (round_code, agency_code) REFERENCES round_agencies (round_code, agency_code)
);
CREATE INDEX appraisal_views_by_person ON appraisal_views (round_code, recorded_by);
-- The one decision on an item that the score stands on: the agreed view, or the lead body's settlement.
CREATE TABLE appraisal_decisions (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    item_revision INTEGER NOT NULL,
    origin TEXT NOT NULL,
    body_code TEXT NOT NULL REFERENCES agencies (code),
    verdict TEXT NOT NULL,
    value TEXT,
    points BIGINT,
    reason TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (round_code, agency_code, indicator_code, sequence),
    FOREIGN KEY (round_code, agency_code) REFERENCES round_agencies (round_code, agency_code)
);
-- Points that are entered, not declared: surveys and external sources. Append-only; cleared points are a row without any.
CREATE TABLE survey_points (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    points BIGINT,
    sample_size INTEGER,
    source TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (round_code, agency_code, indicator_code, sequence),
    FOREIGN KEY (round_code, agency_code) REFERENCES round_agencies (round_code, agency_code)
);
-- Bonus and penalty points outside the maximum. Append-only.
CREATE TABLE adjustment_points (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    adjustment_code TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    points BIGINT,
    reason TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (round_code, agency_code, adjustment_code, sequence),
    FOREIGN KEY (round_code, agency_code) REFERENCES round_agencies (round_code, agency_code)
);
