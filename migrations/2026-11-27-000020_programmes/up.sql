-- A coordination programme: what several agencies do together, in contents, tasks and plan lines.
CREATE TABLE programmes (
    code TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    number TEXT,
    signed_on DATE,
    drafted_on DATE,
    from_year INTEGER NOT NULL,
    to_year INTEGER NOT NULL,
    status TEXT NOT NULL,
    owner_code TEXT NOT NULL REFERENCES agencies (code),
    nearly_due_days INTEGER NOT NULL,
    description TEXT,
    note TEXT,
    -- Never changed: the ends of days below were read in it.
    time_zone TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE TABLE programme_signatories (
    programme_code TEXT NOT NULL REFERENCES programmes (code),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    PRIMARY KEY (programme_code, agency_code)
);
CREATE TABLE programme_contents (
    programme_code TEXT NOT NULL REFERENCES programmes (code),
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (programme_code, code)
);
CREATE TABLE programme_tasks (
    programme_code TEXT NOT NULL,
    code TEXT NOT NULL,
    -- Ordered by the time it was made: the order of lists.
    id TEXT NOT NULL UNIQUE,
    content_code TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    goal TEXT,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (programme_code, code),
    FOREIGN KEY (programme_code, content_code) REFERENCES programme_contents (programme_code, code)
);
-- What is tracked. The content and kind are those of its task, which never change.
CREATE TABLE plan_lines (
    id TEXT NOT NULL PRIMARY KEY,
    programme_code TEXT NOT NULL,
    task_code TEXT NOT NULL,
    line INTEGER NOT NULL,
    content_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER,
    goal TEXT,
    requirement TEXT,
    solution TEXT,
    output TEXT,
    from_day DATE,
    to_day DATE,
    -- The first moment after to_day in the programme's zone.
    due_at TIMESTAMP,
    -- The first to_day, once it was changed in a programme in force.
    original_to DATE,
    lead_code TEXT NOT NULL REFERENCES agencies (code),
    state TEXT NOT NULL,
    -- The state that a line on hold goes back to.
    held_state TEXT,
    percent INTEGER NOT NULL,
    -- Counts the reports of completion: confirmations belong to one of them.
    completions INTEGER NOT NULL,
    completed_at TIMESTAMP,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (programme_code, task_code, line),
    FOREIGN KEY (programme_code, task_code) REFERENCES programme_tasks (programme_code, code)
);
CREATE INDEX plan_lines_in_order ON plan_lines (programme_code, id);
-- The summary reads this index alone.
CREATE INDEX plan_lines_counted ON plan_lines (programme_code, content_code, lead_code, state, due_at, completed_at);
CREATE INDEX plan_lines_by_lead ON plan_lines (lead_code, programme_code);
-- Co-ordinating units.
CREATE TABLE plan_line_units (
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    agency_code TEXT NOT NULL REFERENCES agencies (code),
    PRIMARY KEY (line_id, agency_code)
);
CREATE INDEX plan_line_units_by_agency ON plan_line_units (agency_code, line_id);
CREATE TABLE plan_line_budgets (
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    year INTEGER NOT NULL,
    source TEXT NOT NULL,
    amount_vnd BIGINT NOT NULL,
    spent_vnd BIGINT,
    PRIMARY KEY (line_id, year, source)
);
CREATE TABLE plan_line_dependencies (
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    depends_on_id TEXT NOT NULL REFERENCES plan_lines (id),
    PRIMARY KEY (line_id, depends_on_id)
);
CREATE TABLE plan_line_milestones (
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    due DATE NOT NULL,
    reached_on DATE,
    PRIMARY KEY (line_id, position)
);
-- Every change of a line's plan, append-only: JSON of what changed, before and after.
CREATE TABLE plan_line_changes (
    id TEXT NOT NULL PRIMARY KEY,
    line_id TEXT NOT NULL REFERENCES plan_lines (id),
    revision BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX plan_line_changes_of ON plan_line_changes (line_id, id);
