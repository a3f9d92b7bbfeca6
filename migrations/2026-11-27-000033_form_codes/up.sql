-- One-time codes of online forms. `digest` is the SHA-256 of a code, which itself is kept nowhere. Only the day of its use is kept,
-- and nothing that leads to a response.
CREATE TABLE survey_form_codes (
    digest TEXT NOT NULL PRIMARY KEY,
    survey_round_code TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    channel TEXT NOT NULL,
    made_on DATE NOT NULL,
    used_on DATE,
    FOREIGN KEY (survey_round_code, stratum) REFERENCES survey_strata (survey_round_code, position)
);
CREATE INDEX survey_form_codes_of ON survey_form_codes (survey_round_code, stratum, channel);
