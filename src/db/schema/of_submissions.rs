//! Submissions: items, evidence, signatures, appraisal and questions.

diesel::table! {
    #[allow(missing_docs)]
    submissions (round_code, agency_code) {
        round_code -> Text,
        agency_code -> Text,
        state -> Text,
        revision -> BigInt,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<Text>,
        updated_at -> Timestamp,
        current_revisions -> Nullable<Text>,
        self_assessment_until -> Nullable<Timestamp>,
        explanation_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    submission_contributors (round_code, agency_code, indicator_code) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        contributor_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    evidence_files (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
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
    evidence_signatures (file_id, revision) {
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
    item_revisions (round_code, agency_code, revision, indicator_code) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        revision -> Integer,
        value -> Nullable<Text>,
        self_points -> Nullable<BigInt>,
        explanation -> Nullable<Text>,
        evidence -> Text,
        saved_at -> Timestamp,
        saved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    appraisal_views (round_code, agency_code, indicator_code, body_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        body_code -> Text,
        sequence -> Integer,
        item_revision -> Integer,
        verdict -> Text,
        value -> Nullable<Text>,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        decisions_before -> Nullable<Integer>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    appraisal_decisions (round_code, agency_code, indicator_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        sequence -> Integer,
        item_revision -> Integer,
        origin -> Text,
        body_code -> Text,
        verdict -> Text,
        value -> Nullable<Text>,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    item_messages (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        kind -> Text,
        body_code -> Nullable<Text>,
        item_revision -> Integer,
        content -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    submission_signatures (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        submission_revision -> BigInt,
        digest -> Text,
        content -> Text,
        verdict -> Text,
        signers -> Text,
        added_at -> Timestamp,
        added_by -> Text,
    }
}
