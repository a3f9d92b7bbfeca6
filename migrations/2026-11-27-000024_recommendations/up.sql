-- Kinds of recommendations, with the working days that an answer may take.
CREATE TABLE recommendation_types (
    code TEXT NOT NULL PRIMARY KEY,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    working_days INTEGER NOT NULL,
    transferable BOOLEAN NOT NULL,
    -- What is settled by another procedure is refused, with these words.
    another_procedure BOOLEAN NOT NULL,
    procedure_vi TEXT,
    procedure_en TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
-- The last number that a body's register gave in a year.
CREATE TABLE recommendation_registers (
    body_code TEXT NOT NULL REFERENCES agencies (code),
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (body_code, year)
);
-- What agencies ask to be settled.
CREATE TABLE recommendations (
    id TEXT NOT NULL PRIMARY KEY,
    register_code TEXT NOT NULL REFERENCES agencies (code),
    -- Both null while it is a draft of a submission.
    register_year INTEGER,
    register_number BIGINT,
    asker_code TEXT NOT NULL REFERENCES agencies (code),
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    -- JSON: links.
    evidence TEXT NOT NULL,
    type_code TEXT REFERENCES recommendation_types (code),
    round_code TEXT REFERENCES rounds (code),
    indicator_code TEXT,
    from_submission BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    receiver_code TEXT NOT NULL REFERENCES agencies (code),
    lead_code TEXT REFERENCES agencies (code),
    received_on DATE,
    -- The clock: the day from which it counts, null while it stands still; the working days that it had counted before;
    -- those that the type grants.
    clock_from DATE,
    days_used INTEGER NOT NULL,
    days_granted INTEGER,
    -- When it was answered, and the deadline that held on that day.
    answered_on DATE,
    due_on DATE,
    answer TEXT,
    answer_revision BIGINT NOT NULL,
    public_answer TEXT,
    published_at TIMESTAMP,
    satisfaction INTEGER,
    satisfaction_comment TEXT,
    asked_by TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (register_code, register_year, register_number)
);
CREATE INDEX recommendations_of_asker ON recommendations (asker_code, id);
CREATE INDEX recommendations_by_state ON recommendations (state, id);
CREATE INDEX recommendations_of_submission ON recommendations (round_code, asker_code);
-- Every body that it was ever brought to, and what each says to it.
CREATE TABLE recommendation_bodies (
    recommendation_id TEXT NOT NULL REFERENCES recommendations (id),
    body_code TEXT NOT NULL REFERENCES agencies (code),
    position INTEGER NOT NULL,
    addressed BOOLEAN NOT NULL,
    part TEXT NOT NULL,
    answer_part TEXT,
    -- The version of the lead's answer that it agreed to.
    agreed_revision BIGINT,
    PRIMARY KEY (recommendation_id, body_code)
);
CREATE INDEX recommendation_bodies_of ON recommendation_bodies (body_code, recommendation_id);
-- Everything that happened to it; append-only.
CREATE TABLE recommendation_moves (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation_id TEXT NOT NULL REFERENCES recommendations (id),
    step TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    body_code TEXT,
    text TEXT,
    made_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL
);
CREATE INDEX recommendation_moves_of ON recommendation_moves (recommendation_id, id);
-- Reminders that were dealt with.
CREATE TABLE recommendation_reminders (
    recommendation_id TEXT NOT NULL REFERENCES recommendations (id),
    due_on DATE NOT NULL,
    overdue BOOLEAN NOT NULL,
    written_at TIMESTAMP NOT NULL,
    PRIMARY KEY (recommendation_id, due_on, overdue)
);
