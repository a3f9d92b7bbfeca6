CREATE TABLE agency_levels (
    code TEXT NOT NULL PRIMARY KEY,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    position INTEGER NOT NULL
);
CREATE TABLE regions (
    code TEXT NOT NULL PRIMARY KEY,
    scheme TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT
);
-- An agency's code is ours and for ever: an identifier of any other scheme means nothing without a date.
CREATE TABLE agencies (
    code TEXT NOT NULL PRIMARY KEY,
    level_code TEXT NOT NULL REFERENCES agency_levels (code),
    valid_from DATE,
    valid_to DATE,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX agencies_by_level ON agencies (level_code, code);
CREATE TABLE agency_names (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    search_key TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (agency_code, position)
);
CREATE TABLE agency_parents (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    parent_code TEXT NOT NULL REFERENCES agencies (code),
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (agency_code, position)
);
CREATE INDEX agency_parents_by_parent ON agency_parents (parent_code, agency_code);
CREATE TABLE agency_regions (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    region_code TEXT NOT NULL REFERENCES regions (code),
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (agency_code, position)
);
CREATE INDEX agency_regions_by_region ON agency_regions (region_code, agency_code);
CREATE TABLE agency_identifiers (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT,
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (agency_code, position)
);
CREATE TABLE agency_successors (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    successor_code TEXT NOT NULL REFERENCES agencies (code),
    PRIMARY KEY (agency_code, successor_code)
);
