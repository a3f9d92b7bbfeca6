-- Yearly plans of inspections.
CREATE TABLE inspection_plans (
    id TEXT NOT NULL PRIMARY KEY,
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    year INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    approved_at TIMESTAMP,
    approved_by TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX inspection_plans_of ON inspection_plans (owner_code, year);
-- Checks of an agency.
CREATE TABLE inspections (
    id TEXT NOT NULL PRIMARY KEY,
    plan_id TEXT REFERENCES inspection_plans (id),
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    target_code TEXT NOT NULL REFERENCES agencies (code),
    form TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    topic TEXT NOT NULL,
    -- JSON: criteria set and code.
    indicators TEXT NOT NULL,
    -- JSON: names with agency and role.
    team TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Since when the agency that is inspected knows of it; null as long as it is not there for it.
    shown_since TIMESTAMP,
    conclusion TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX inspections_of_target ON inspections (target_code, id);
CREATE INDEX inspections_of_owner ON inspections (owner_code, id);
-- Bodies that take part.
CREATE TABLE inspection_bodies (
    inspection_id TEXT NOT NULL REFERENCES inspections (id),
    body_code TEXT NOT NULL REFERENCES agencies (code),
    PRIMARY KEY (inspection_id, body_code)
);
CREATE INDEX inspection_bodies_of ON inspection_bodies (body_code, inspection_id);
-- What was found; append-only.
CREATE TABLE inspection_findings (
    id TEXT NOT NULL PRIMARY KEY,
    inspection_id TEXT NOT NULL REFERENCES inspections (id),
    content TEXT NOT NULL,
    severity TEXT NOT NULL,
    -- JSON: links.
    evidence TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX inspection_findings_of ON inspection_findings (inspection_id, id);
CREATE TABLE finding_indicators (
    finding_id TEXT NOT NULL REFERENCES inspection_findings (id),
    position INTEGER NOT NULL,
    round_code TEXT REFERENCES rounds (code),
    indicator_code TEXT NOT NULL,
    PRIMARY KEY (finding_id, position)
);
-- What an agency has to do about a finding.
CREATE TABLE inspection_remedies (
    id TEXT NOT NULL PRIMARY KEY,
    inspection_id TEXT NOT NULL REFERENCES inspections (id),
    finding_id TEXT NOT NULL REFERENCES inspection_findings (id),
    content TEXT NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL,
    reported_on DATE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX inspection_remedies_of ON inspection_remedies (inspection_id, id);
-- Everything that happened to an inspection and its remedies; append-only.
CREATE TABLE inspection_moves (
    id TEXT NOT NULL PRIMARY KEY,
    inspection_id TEXT NOT NULL REFERENCES inspections (id),
    remedy_id TEXT REFERENCES inspection_remedies (id),
    step TEXT NOT NULL,
    text TEXT,
    -- JSON: links.
    evidence TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX inspection_moves_of ON inspection_moves (inspection_id, id);
