//! Holidays, and recommendations with their registers.

diesel::table! {
    #[allow(missing_docs)]
    holiday_years (calendar, year) {
        calendar -> Text,
        year -> Integer,
        days -> Text,
        note -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendation_types (code) {
        code -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        working_days -> Integer,
        transferable -> Bool,
        another_procedure -> Bool,
        procedure_vi -> Nullable<Text>,
        procedure_en -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendation_registers (body_code, year) {
        body_code -> Text,
        year -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendations (id) {
        id -> Text,
        register_code -> Text,
        register_year -> Nullable<Integer>,
        register_number -> Nullable<BigInt>,
        asker_code -> Text,
        subject -> Text,
        content -> Text,
        evidence -> Text,
        type_code -> Nullable<Text>,
        round_code -> Nullable<Text>,
        indicator_code -> Nullable<Text>,
        from_submission -> Bool,
        state -> Text,
        receiver_code -> Text,
        lead_code -> Nullable<Text>,
        received_on -> Nullable<Date>,
        clock_from -> Nullable<Date>,
        days_used -> Integer,
        days_granted -> Nullable<Integer>,
        answered_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        answer -> Nullable<Text>,
        answer_revision -> BigInt,
        public_answer -> Nullable<Text>,
        published_at -> Nullable<Timestamp>,
        satisfaction -> Nullable<Integer>,
        satisfaction_comment -> Nullable<Text>,
        asked_by -> Text,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendation_bodies (recommendation_id, body_code) {
        recommendation_id -> Text,
        body_code -> Text,
        position -> Integer,
        addressed -> Bool,
        part -> Text,
        answer_part -> Nullable<Text>,
        agreed_revision -> Nullable<BigInt>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendation_moves (id) {
        id -> Text,
        recommendation_id -> Text,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        body_code -> Nullable<Text>,
        text -> Nullable<Text>,
        made_at -> Timestamp,
        made_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recommendation_reminders (recommendation_id, due_on, overdue) {
        recommendation_id -> Text,
        due_on -> Date,
        overdue -> Bool,
        written_at -> Timestamp,
    }
}
