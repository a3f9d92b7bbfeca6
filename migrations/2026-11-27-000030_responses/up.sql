-- Batches of responses, each taken in exactly once under its key.
CREATE TABLE survey_batches (
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    batch_key TEXT NOT NULL,
    -- SHA-256 of the bytes that were sent.
    digest TEXT NOT NULL,
    accepted BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    -- JSON: what was answered, and is answered again.
    answer TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    received_by TEXT NOT NULL,
    PRIMARY KEY (survey_round_code, batch_key)
);
-- A response is one row, its answers packed an item a character. It refers to nothing: its round and stratum were looked up
-- when its batch came, and ten thousand checks a batch would cost more than the rows.
CREATE TABLE responses (
    survey_round_code TEXT NOT NULL,
    response_id TEXT NOT NULL,
    batch_key TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    channel TEXT NOT NULL,
    answers TEXT NOT NULL,
    collected_on DATE,
    seconds INTEGER,
    interviewer TEXT,
    flags INTEGER NOT NULL,
    excluded BOOLEAN NOT NULL,
    PRIMARY KEY (survey_round_code, response_id)
);
-- Free answers, apart: nothing leads from one to its response.
CREATE TABLE survey_texts (
    id TEXT NOT NULL PRIMARY KEY,
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    stratum INTEGER NOT NULL,
    item_code TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX survey_texts_of ON survey_texts (survey_round_code, item_code, id);
-- Running counts by stratum and channel, and how often the counts of a round were changed. A row of its own, so that taking
-- responses in and editing the round never meet.
CREATE TABLE survey_count_heads (
    survey_round_code TEXT NOT NULL PRIMARY KEY REFERENCES survey_rounds (code),
    revision BIGINT NOT NULL
);
CREATE TABLE survey_counts (
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    stratum INTEGER NOT NULL,
    channel TEXT NOT NULL,
    -- The revision of the head by which the row was last changed.
    revision BIGINT NOT NULL,
    -- n and flags; options; five sums a node.
    counts TEXT NOT NULL,
    PRIMARY KEY (survey_round_code, stratum, channel)
);
CREATE INDEX survey_counts_since ON survey_counts (survey_round_code, revision);
-- Exclusions on record, append-only; an exclusion that is taken back is a row of its own.
CREATE TABLE survey_exclusions (
    id TEXT NOT NULL PRIMARY KEY,
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    response_id TEXT NOT NULL,
    excluded BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX survey_exclusions_of ON survey_exclusions (survey_round_code, id);
-- The final result of a round: canonical JSON (RFC 8785) and its SHA-256.
CREATE TABLE survey_results (
    survey_round_code TEXT NOT NULL PRIMARY KEY REFERENCES survey_rounds (code),
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
