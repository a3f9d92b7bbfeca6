//! Coordination programmes: plans, and what came of them.

diesel::table! {
    #[allow(missing_docs)]
    programmes (code) {
        code -> Text,
        title -> Text,
        number -> Nullable<Text>,
        signed_on -> Nullable<Date>,
        drafted_on -> Nullable<Date>,
        from_year -> Integer,
        to_year -> Integer,
        status -> Text,
        owner_code -> Text,
        nearly_due_days -> Integer,
        description -> Nullable<Text>,
        note -> Nullable<Text>,
        time_zone -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    programme_signatories (programme_code, agency_code) {
        programme_code -> Text,
        agency_code -> Text,
        position -> Integer,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    programme_contents (programme_code, code) {
        programme_code -> Text,
        code -> Text,
        position -> Integer,
        title -> Text,
        description -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    programme_tasks (programme_code, code) {
        programme_code -> Text,
        code -> Text,
        id -> Text,
        content_code -> Text,
        title -> Text,
        kind -> Text,
        goal -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_lines (id) {
        id -> Text,
        programme_code -> Text,
        task_code -> Text,
        line -> Integer,
        content_code -> Text,
        kind -> Text,
        year -> Nullable<Integer>,
        goal -> Nullable<Text>,
        requirement -> Nullable<Text>,
        solution -> Nullable<Text>,
        output -> Nullable<Text>,
        from_day -> Nullable<Date>,
        to_day -> Nullable<Date>,
        due_at -> Nullable<Timestamp>,
        original_to -> Nullable<Date>,
        lead_code -> Text,
        state -> Text,
        held_state -> Nullable<Text>,
        percent -> Integer,
        completions -> Integer,
        completed_at -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_line_units (line_id, agency_code) {
        line_id -> Text,
        agency_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_line_budgets (line_id, year, source) {
        line_id -> Text,
        year -> Integer,
        source -> Text,
        amount_vnd -> BigInt,
        spent_vnd -> Nullable<BigInt>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_line_dependencies (line_id, depends_on_id) {
        line_id -> Text,
        depends_on_id -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_line_milestones (line_id, position) {
        line_id -> Text,
        position -> Integer,
        title -> Text,
        due -> Date,
        reached_on -> Nullable<Date>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    plan_line_changes (id) {
        id -> Text,
        line_id -> Text,
        revision -> BigInt,
        before -> Text,
        after -> Text,
        reason -> Nullable<Text>,
        changed_at -> Timestamp,
        changed_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    line_moves (id) {
        id -> Text,
        line_id -> Text,
        kind -> Text,
        from_state -> Text,
        to_state -> Text,
        percent -> Integer,
        completion -> Integer,
        text -> Nullable<Text>,
        evidence -> Text,
        agency_code -> Text,
        moved_at -> Timestamp,
        moved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    line_extensions (id) {
        id -> Text,
        line_id -> Text,
        agency_code -> Text,
        until -> Date,
        reason -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
        granted -> Nullable<Bool>,
        granted_until -> Nullable<Date>,
        decision_reason -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    line_particulars (id) {
        id -> Text,
        line_id -> Text,
        kind -> Text,
        replaces_id -> Nullable<Text>,
        facts -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}
