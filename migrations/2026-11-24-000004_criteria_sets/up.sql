-- `document` is the imported tree as canonical JSON (RFC 8785), `digest` its SHA-256.
-- `leaves` (count) and `maximum` (millionths of a point) stand apart so that lists need not open the tree.
-- A frozen version never changes again.
CREATE TABLE criteria_sets (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    level_code TEXT NOT NULL,
    illustrative BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    leaves INTEGER NOT NULL,
    maximum BIGINT NOT NULL,
    frozen_at TIMESTAMP,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (code, version)
);
