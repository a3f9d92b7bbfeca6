//! Rounds: criteria sets, phases, deadlines, entered points and the council.

diesel::table! {
    #[allow(missing_docs)]
    criteria_sets (code, version) {
        code -> Text,
        version -> Integer,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        level_code -> Text,
        illustrative -> Bool,
        document -> Text,
        digest -> Text,
        leaves -> Integer,
        maximum -> BigInt,
        frozen_at -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    rounds (code) {
        code -> Text,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        year -> Integer,
        owner_code -> Text,
        criteria_set_code -> Text,
        criteria_set_version -> Integer,
        phase -> Text,
        self_assessment_deadline -> Nullable<Timestamp>,
        explanation_deadline -> Nullable<Timestamp>,
        appraisal_deadline -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        time_zone -> Nullable<Text>,
        signature_required -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_agencies (round_code, agency_code) {
        round_code -> Text,
        agency_code -> Text,
        ranked -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_assignments (round_code, indicator_code, body_code) {
        round_code -> Text,
        indicator_code -> Text,
        body_code -> Text,
        is_lead -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_moves (id) {
        id -> Text,
        round_code -> Text,
        from_phase -> Text,
        to_phase -> Text,
        reason -> Nullable<Text>,
        moved_at -> Timestamp,
        moved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_approvals (id) {
        id -> Text,
        round_code -> Text,
        result_digest -> Text,
        note -> Nullable<Text>,
        approved_at -> Timestamp,
        approved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_points (round_code, agency_code, indicator_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        sequence -> Integer,
        points -> Nullable<BigInt>,
        sample_size -> Nullable<Integer>,
        source -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        pulled_from -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    adjustment_points (round_code, agency_code, adjustment_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        adjustment_code -> Text,
        sequence -> Integer,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    deadline_extensions (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        deadline -> Text,
        until -> Timestamp,
        reason -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
        granted -> Nullable<Bool>,
        granted_until -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    council_minutes (id) {
        id -> Text,
        round_code -> Text,
        held_on -> Date,
        number -> Text,
        members -> Text,
        conclusion -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    minutes_files (id) {
        id -> Text,
        minutes_id -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        uploaded_at -> Timestamp,
        uploaded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    minutes_signatures (file_id, revision) {
        file_id -> Text,
        revision -> Integer,
        content -> Text,
        verdict -> Text,
        signers -> Text,
        added_at -> Timestamp,
        added_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    reminders (round_code, agency_code, deadline, due, days_before) {
        round_code -> Text,
        agency_code -> Text,
        deadline -> Text,
        due -> Timestamp,
        days_before -> Integer,
        written_at -> Timestamp,
    }
}
