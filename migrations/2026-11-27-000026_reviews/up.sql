-- Reviews of programmes: sơ kết of a year, tổng kết of the period.
CREATE TABLE programme_reviews (
    id TEXT NOT NULL PRIMARY KEY,
    programme_code TEXT NOT NULL REFERENCES programmes (code),
    -- The last part of its address: a year, or `final`.
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER,
    state TEXT NOT NULL,
    assessment TEXT,
    -- Counts the frozen reviews of the programme.
    number BIGINT,
    -- The year it was frozen in.
    number_year INTEGER,
    -- Canonical JSON (RFC 8785) of a frozen one, and the SHA-256 of it.
    document TEXT,
    digest TEXT,
    -- How many lines went over to the next year when it was frozen.
    carried BIGINT,
    frozen_at TIMESTAMP,
    frozen_by TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX programme_reviews_named ON programme_reviews (programme_code, name);
CREATE UNIQUE INDEX programme_reviews_numbered ON programme_reviews (programme_code, number);
-- What the units write.
CREATE TABLE review_parts (
    review_id TEXT NOT NULL REFERENCES programme_reviews (id),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    part TEXT NOT NULL,
    text TEXT NOT NULL,
    revision BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (review_id, agency_code, part)
);
