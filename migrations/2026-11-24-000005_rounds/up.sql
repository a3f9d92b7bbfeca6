CREATE TABLE rounds (
    code TEXT NOT NULL PRIMARY KEY,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    year INTEGER NOT NULL,
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    criteria_set_code TEXT NOT NULL,
    criteria_set_version INTEGER NOT NULL,
    phase TEXT NOT NULL,
    self_assessment_deadline TIMESTAMP,
    explanation_deadline TIMESTAMP,
    appraisal_deadline TIMESTAMP,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    FOREIGN KEY (criteria_set_code, criteria_set_version) REFERENCES criteria_sets (code, version)
);
CREATE TABLE round_agencies (
    round_code TEXT NOT NULL REFERENCES rounds (code),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    ranked BOOLEAN NOT NULL,
    PRIMARY KEY (round_code, agency_code)
);
CREATE INDEX round_agencies_by_agency ON round_agencies (agency_code, round_code);
-- Which body appraises which indicator. Several bodies may share one (joint appraisal): one of them leads.
CREATE TABLE round_assignments (
    round_code TEXT NOT NULL REFERENCES rounds (code),
    indicator_code TEXT NOT NULL,
    body_code TEXT NOT NULL REFERENCES agencies (code),
    is_lead BOOLEAN NOT NULL,
    PRIMARY KEY (round_code, indicator_code, body_code)
);
CREATE INDEX round_assignments_by_body ON round_assignments (body_code, round_code);
CREATE TABLE round_moves (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL REFERENCES rounds (code),
    from_phase TEXT NOT NULL,
    to_phase TEXT NOT NULL,
    reason TEXT,
    moved_at TIMESTAMP NOT NULL,
    moved_by TEXT NOT NULL
);
CREATE INDEX round_moves_by_round ON round_moves (round_code, id);
-- An approval is bound to the digest of the result it approves: a later change of the result voids it.
CREATE TABLE round_approvals (
    id TEXT NOT NULL PRIMARY KEY,
    round_code TEXT NOT NULL REFERENCES rounds (code),
    result_digest TEXT NOT NULL,
    note TEXT,
    approved_at TIMESTAMP NOT NULL,
    approved_by TEXT NOT NULL
);
CREATE INDEX round_approvals_by_round ON round_approvals (round_code, id);

CREATE TABLE submissions (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    approved_at TIMESTAMP,
    approved_by TEXT,
    submitted_at TIMESTAMP,
    submitted_by TEXT,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (round_code, agency_code),
    FOREIGN KEY (round_code, agency_code) REFERENCES round_agencies (round_code, agency_code)
);
-- The department that fills in an indicator for the lead agency.
CREATE TABLE submission_contributors (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    contributor_code TEXT NOT NULL REFERENCES agencies (code),
    PRIMARY KEY (round_code, agency_code, indicator_code),
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
CREATE INDEX submission_contributors_by_contributor ON submission_contributors (contributor_code, round_code);
-- Every value ever saved, append-only; a cleared value is a revision without one. The key puts the rows of one save side
-- by side: with the indicator first, a save of 100 values would write to 100 places of the index.
CREATE TABLE item_revisions (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    self_points BIGINT,
    explanation TEXT,
    evidence TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (round_code, agency_code, revision, indicator_code)
);
-- Which revision of an item is current: the newest. Kept so that reading a form does not scan its history.
CREATE TABLE submission_items (
    round_code TEXT NOT NULL,
    agency_code TEXT NOT NULL,
    indicator_code TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (round_code, agency_code, indicator_code),
    FOREIGN KEY (round_code, agency_code) REFERENCES submissions (round_code, agency_code)
);
