//! Responses to surveys, and what they come to.

diesel::table! {
    #[allow(missing_docs)]
    survey_batches (survey_round_code, batch_key) {
        survey_round_code -> Text,
        batch_key -> Text,
        digest -> Text,
        accepted -> BigInt,
        repeated -> BigInt,
        refused -> BigInt,
        answer -> Text,
        received_at -> Timestamp,
        received_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    responses (survey_round_code, response_id) {
        survey_round_code -> Text,
        response_id -> Text,
        batch_key -> Text,
        stratum -> Integer,
        channel -> Text,
        answers -> Text,
        collected_on -> Nullable<Date>,
        seconds -> Nullable<Integer>,
        interviewer -> Nullable<Text>,
        flags -> Integer,
        excluded -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_texts (id) {
        id -> Text,
        survey_round_code -> Text,
        stratum -> Integer,
        item_code -> Text,
        text -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_count_heads (survey_round_code) {
        survey_round_code -> Text,
        revision -> BigInt,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_counts (survey_round_code, stratum, channel) {
        survey_round_code -> Text,
        stratum -> Integer,
        channel -> Text,
        revision -> BigInt,
        counts -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_exclusions (id) {
        id -> Text,
        survey_round_code -> Text,
        response_id -> Text,
        excluded -> Bool,
        reason -> Text,
        made_at -> Timestamp,
        made_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_results (survey_round_code) {
        survey_round_code -> Text,
        digest -> Text,
        document -> Text,
        made_at -> Timestamp,
    }
}
