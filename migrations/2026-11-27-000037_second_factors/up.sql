-- Second factors (RFC 6238). The secret is kept as it is, for without it no code can be checked; `confirmed_at` is null until the
-- first code was right, `last_step` is the step of the last code that was used: no code is good twice.
CREATE TABLE second_factors (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    secret TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    last_step BIGINT
);
-- Codes for those who lost theirs: 120 random bits each, as SHA-256.
CREATE TABLE recovery_codes (
    code_digest TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    used_at TIMESTAMP
);
CREATE INDEX recovery_codes_of ON recovery_codes (user_id);
