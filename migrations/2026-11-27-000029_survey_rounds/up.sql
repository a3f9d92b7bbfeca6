-- Questionnaires. `document` is the imported instrument as canonical JSON (RFC 8785), `digest` its SHA-256. A frozen version never
-- changes again.
CREATE TABLE instruments (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    audience TEXT NOT NULL,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    items INTEGER NOT NULL,
    frozen_at TIMESTAMP,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (code, version)
);
-- What is asked of whom.
CREATE TABLE survey_rounds (
    code TEXT NOT NULL PRIMARY KEY,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    year INTEGER NOT NULL,
    level_code TEXT NOT NULL REFERENCES agency_levels (code),
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    instrument_code TEXT NOT NULL,
    instrument_version INTEGER NOT NULL,
    state TEXT NOT NULL,
    collects_from DATE,
    collects_to DATE,
    weighted BOOLEAN NOT NULL,
    -- The error e of n = N/(1 + N·e²), in millionths.
    error_micro BIGINT NOT NULL,
    sizing TEXT NOT NULL,
    allocation TEXT NOT NULL,
    total_size BIGINT,
    seed TEXT,
    -- SHA-256 of the frozen result.
    result_digest TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    FOREIGN KEY (instrument_code, instrument_version) REFERENCES instruments (code, version)
);
CREATE INDEX survey_rounds_of ON survey_rounds (owner_code, year);
-- Bodies that send in responses and field work.
CREATE TABLE survey_collectors (
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    PRIMARY KEY (survey_round_code, agency_code)
);
-- The sample plan. `position` counts from 0 and is how responses name a stratum.
CREATE TABLE survey_strata (
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    service_field TEXT,
    population BIGINT NOT NULL,
    sample_size BIGINT NOT NULL,
    PRIMARY KEY (survey_round_code, position),
    UNIQUE (survey_round_code, code)
);
-- Forms planned, sent and returned; valid ones are counted where the responses are.
CREATE TABLE survey_field_work (
    survey_round_code TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    channel TEXT NOT NULL,
    planned BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (survey_round_code, stratum, channel),
    FOREIGN KEY (survey_round_code, stratum) REFERENCES survey_strata (survey_round_code, position)
);
-- The moves of a survey round; append-only.
CREATE TABLE survey_moves (
    id TEXT NOT NULL PRIMARY KEY,
    survey_round_code TEXT NOT NULL REFERENCES survey_rounds (code),
    kind TEXT NOT NULL,
    reason TEXT,
    made_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX survey_moves_of ON survey_moves (survey_round_code, id);
