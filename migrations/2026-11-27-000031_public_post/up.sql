-- Dossiers received and results returned, by public post and in all channels, of an agency in a month (Decision
-- 45/2016/QĐ-TTg). Append-only: a later revision closes the one before, and nothing else of a row ever changes.
CREATE TABLE public_post (
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    -- YYYY-MM.
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    received_post BIGINT NOT NULL,
    received_all BIGINT NOT NULL,
    returned_post BIGINT NOT NULL,
    returned_all BIGINT NOT NULL,
    source TEXT,
    -- The body that sent it in for the agency; null where the agency did itself.
    collector_code TEXT REFERENCES agencies (code),
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    superseded_at TIMESTAMP,
    PRIMARY KEY (agency_code, period, revision)
);
-- One revision of a month holds at a time.
CREATE UNIQUE INDEX public_post_current ON public_post (period, agency_code) WHERE superseded_at IS NULL;
-- Which bodies may send in the counts of an agency.
CREATE TABLE public_post_collectors (
    collector_code TEXT NOT NULL REFERENCES agencies (code),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    entrusted_at TIMESTAMP NOT NULL,
    entrusted_by TEXT NOT NULL,
    PRIMARY KEY (collector_code, agency_code)
);
CREATE INDEX public_post_collectors_of ON public_post_collectors (agency_code, collector_code);
