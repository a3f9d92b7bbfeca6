-- What is published, as rows for SQL readers: worked out from `publications.document` in the change that publishes, and
-- never changed. Points and percentages are millionths. `position` counts as in the document.
CREATE TABLE published_facts (
    sequence BIGINT NOT NULL PRIMARY KEY REFERENCES publications (sequence),
    notice_vi TEXT,
    notice_en TEXT,
    complete BOOLEAN NOT NULL,
    agencies INTEGER NOT NULL,
    ranked INTEGER NOT NULL,
    mean_printed BIGINT,
    points_decimals INTEGER NOT NULL,
    index_decimals INTEGER NOT NULL
);
CREATE TABLE published_agencies (
    sequence BIGINT NOT NULL REFERENCES published_facts (sequence),
    position INTEGER NOT NULL,
    agency_code TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    level_code TEXT NOT NULL,
    region_code TEXT,
    ranked BOOLEAN NOT NULL,
    place INTEGER,
    place_label TEXT,
    place_in_region INTEGER,
    place_in_level INTEGER,
    band TEXT,
    points BIGINT,
    points_printed BIGINT,
    maximum BIGINT,
    index_value BIGINT,
    index_printed BIGINT,
    adjustment BIGINT,
    score BIGINT,
    score_printed BIGINT,
    change_places BIGINT,
    change_points BIGINT,
    change_index BIGINT,
    basis TEXT,
    PRIMARY KEY (sequence, position)
);
CREATE TABLE published_heads (
    sequence BIGINT NOT NULL REFERENCES published_facts (sequence),
    position INTEGER NOT NULL,
    node_code TEXT NOT NULL,
    parent_code TEXT,
    tier TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    PRIMARY KEY (sequence, position)
);
-- A million of these go in with a large publication: numbers alone, and no reference that is looked up for each.
CREATE TABLE published_nodes (
    sequence BIGINT NOT NULL,
    agency INTEGER NOT NULL,
    node INTEGER NOT NULL,
    points BIGINT NOT NULL,
    points_printed BIGINT NOT NULL,
    maximum BIGINT NOT NULL,
    index_value BIGINT,
    index_printed BIGINT,
    PRIMARY KEY (sequence, agency, node)
);
-- Millionths become decimals the same way in both databases: PostgreSQL divides exactly, SQLite gives the binary number
-- that is nearest, which prints with the same digits.
CREATE VIEW v_publications AS
SELECT
    p.id AS publication_id,
    p.sequence AS sequence,
    p.kind AS kind,
    p.criteria_set_code AS criteria_set_code,
    p.criteria_set_version AS criteria_set_version,
    p.round_code AS round_code,
    p.year AS year,
    p.title_vi AS title_vi,
    p.title_en AS title_en,
    f.notice_vi AS notice_vi,
    f.notice_en AS notice_en,
    p.published_at AS published_at,
    p.supersedes_id AS supersedes_id,
    later.id AS superseded_by_id,
    later.id IS NOT NULL AS superseded,
    p.baseline_id AS baseline_id,
    f.complete AS complete,
    f.agencies AS agencies,
    f.ranked AS ranked,
    CAST(f.mean_printed / 1000000.0 AS NUMERIC(20, 6)) AS mean_printed,
    f.points_decimals AS points_decimals,
    f.index_decimals AS index_decimals
FROM publications p
JOIN published_facts f ON f.sequence = p.sequence
LEFT JOIN publications later ON later.supersedes_id = p.id;
CREATE VIEW v_rankings AS
SELECT
    p.publication_id AS publication_id,
    p.sequence AS sequence,
    p.superseded AS superseded,
    p.criteria_set_code AS criteria_set_code,
    p.round_code AS round_code,
    p.year AS year,
    a.agency_code AS agency_code,
    a.name_vi AS agency_name_vi,
    a.name_en AS agency_name_en,
    a.level_code AS level_code,
    a.region_code AS region_code,
    a.ranked AS ranked,
    a.place AS place,
    a.place_label AS place_label,
    a.place_in_region AS place_in_region,
    a.place_in_level AS place_in_level,
    a.band AS band,
    CAST(a.points / 1000000.0 AS NUMERIC(20, 6)) AS points,
    CAST(a.points_printed / 1000000.0 AS NUMERIC(20, 6)) AS points_printed,
    CAST(a.maximum / 1000000.0 AS NUMERIC(20, 6)) AS maximum,
    CAST(a.index_value / 1000000.0 AS NUMERIC(20, 6)) AS index_value,
    CAST(a.index_printed / 1000000.0 AS NUMERIC(20, 6)) AS index_printed,
    CAST(a.adjustment / 1000000.0 AS NUMERIC(20, 6)) AS adjustment,
    CAST(a.score / 1000000.0 AS NUMERIC(20, 6)) AS score,
    CAST(a.score_printed / 1000000.0 AS NUMERIC(20, 6)) AS score_printed,
    a.change_places AS change_places,
    CAST(a.change_points / 1000000.0 AS NUMERIC(20, 6)) AS change_points,
    CAST(a.change_index / 1000000.0 AS NUMERIC(20, 6)) AS change_index,
    a.basis AS basis
FROM v_publications p
JOIN published_agencies a ON a.sequence = p.sequence;
CREATE VIEW v_scores AS
SELECT
    p.publication_id AS publication_id,
    p.sequence AS sequence,
    p.superseded AS superseded,
    p.criteria_set_code AS criteria_set_code,
    p.round_code AS round_code,
    p.year AS year,
    a.agency_code AS agency_code,
    a.name_vi AS agency_name_vi,
    a.name_en AS agency_name_en,
    a.level_code AS level_code,
    a.region_code AS region_code,
    a.ranked AS ranked,
    h.position AS node_position,
    h.node_code AS node_code,
    h.parent_code AS parent_code,
    h.tier AS tier,
    h.name_vi AS node_name_vi,
    h.name_en AS node_name_en,
    n.maximum > 0 AS applies,
    CASE WHEN n.maximum > 0 THEN CAST(n.points / 1000000.0 AS NUMERIC(20, 6)) END AS points,
    CASE WHEN n.maximum > 0 THEN CAST(n.points_printed / 1000000.0 AS NUMERIC(20, 6)) END AS points_printed,
    CAST(n.maximum / 1000000.0 AS NUMERIC(20, 6)) AS maximum,
    CAST(n.index_value / 1000000.0 AS NUMERIC(20, 6)) AS index_value,
    CAST(n.index_printed / 1000000.0 AS NUMERIC(20, 6)) AS index_printed
FROM v_publications p
JOIN published_nodes n ON n.sequence = p.sequence
JOIN published_agencies a ON a.sequence = n.sequence AND a.position = n.agency
JOIN published_heads h ON h.sequence = n.sequence AND h.position = n.node;
CREATE VIEW v_domains AS
SELECT
    publication_id,
    sequence,
    superseded,
    criteria_set_code,
    round_code,
    year,
    agency_code,
    agency_name_vi,
    agency_name_en,
    level_code,
    region_code,
    ranked,
    node_position AS domain_position,
    node_code AS domain_code,
    node_name_vi AS domain_name_vi,
    node_name_en AS domain_name_en,
    applies,
    points,
    points_printed,
    maximum,
    index_value,
    index_printed
FROM v_scores
WHERE parent_code IS NULL;
