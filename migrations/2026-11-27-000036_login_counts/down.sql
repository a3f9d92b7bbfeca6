DROP INDEX login_counts_by_age;
DROP INDEX login_counts_of_name;
DROP TABLE login_counts;
CREATE TABLE login_failures (
    username_digest TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failed_at TIMESTAMP NOT NULL,
    locked_until TIMESTAMP
);
