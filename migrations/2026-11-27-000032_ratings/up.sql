-- An agency's own channel, in which people rate a transaction when it is done.
CREATE TABLE rating_channels (
    code TEXT NOT NULL PRIMARY KEY,
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    name_vi TEXT NOT NULL,
    name_en TEXT,
    -- Months with fewer ratings are not shown.
    minimum_n INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- Ratings, each taken in once under its id. Nothing is kept of who gave them.
CREATE TABLE ratings (
    channel_code TEXT NOT NULL REFERENCES rating_channels (code),
    rating_id TEXT NOT NULL,
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    -- 1 to 5.
    score INTEGER NOT NULL,
    rated_on DATE NOT NULL,
    PRIMARY KEY (channel_code, rating_id)
);
-- Running counts of a month (YYYY-MM): how often each score was given.
CREATE TABLE rating_counts (
    channel_code TEXT NOT NULL REFERENCES rating_channels (code),
    month TEXT NOT NULL,
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    score_1 BIGINT NOT NULL,
    score_2 BIGINT NOT NULL,
    score_3 BIGINT NOT NULL,
    score_4 BIGINT NOT NULL,
    score_5 BIGINT NOT NULL,
    PRIMARY KEY (channel_code, month, agency_code)
);
