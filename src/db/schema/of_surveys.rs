//! Surveys: instruments, and rounds with their strata and field work.

diesel::table! {
    #[allow(missing_docs)]
    instruments (code, version) {
        code -> Text,
        version -> Integer,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        audience -> Text,
        document -> Text,
        digest -> Text,
        items -> Integer,
        frozen_at -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_rounds (code) {
        code -> Text,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        year -> Integer,
        level_code -> Text,
        owner_code -> Text,
        instrument_code -> Text,
        instrument_version -> Integer,
        state -> Text,
        collects_from -> Nullable<Date>,
        collects_to -> Nullable<Date>,
        weighted -> Bool,
        error_micro -> BigInt,
        sizing -> Text,
        allocation -> Text,
        total_size -> Nullable<BigInt>,
        seed -> Nullable<Text>,
        result_digest -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_collectors (survey_round_code, agency_code) {
        survey_round_code -> Text,
        agency_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_strata (survey_round_code, position) {
        survey_round_code -> Text,
        position -> Integer,
        code -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        agency_code -> Text,
        service_field -> Nullable<Text>,
        population -> BigInt,
        sample_size -> BigInt,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_field_work (survey_round_code, stratum, channel) {
        survey_round_code -> Text,
        stratum -> Integer,
        channel -> Text,
        planned -> BigInt,
        sent -> BigInt,
        returned -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_moves (id) {
        id -> Text,
        survey_round_code -> Text,
        kind -> Text,
        reason -> Nullable<Text>,
        made_at -> Timestamp,
        made_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_form_codes (digest) {
        digest -> Text,
        survey_round_code -> Text,
        stratum -> Integer,
        channel -> Text,
        made_on -> Date,
        used_on -> Nullable<Date>,
    }
}
