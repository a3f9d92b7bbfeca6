-- Failed logins, counted by several subjects: a name as it was tried from one network, a name from everywhere, a device that
-- logged in before, a session. Each is a keyed digest: neither a name, which may be a password typed into the wrong field, nor an
-- address can be told from the table. `name_digest` finds all counts of a name. What was counted before is forgotten.
DROP TABLE login_failures;
CREATE TABLE login_counts (
    subject_digest TEXT NOT NULL PRIMARY KEY,
    name_digest TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locks INTEGER NOT NULL,
    last_failed_at TIMESTAMP NOT NULL,
    locked_until TIMESTAMP
);
CREATE INDEX login_counts_of_name ON login_counts (name_digest);
CREATE INDEX login_counts_by_age ON login_counts (last_failed_at);
