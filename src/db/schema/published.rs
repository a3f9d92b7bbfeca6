//! What is published, and what is derived from it.

diesel::table! {
    #[allow(missing_docs)]
    publications (id) {
        id -> Text,
        sequence -> BigInt,
        kind -> Text,
        criteria_set_code -> Text,
        criteria_set_version -> Nullable<Integer>,
        round_code -> Text,
        year -> Integer,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        supersedes_id -> Nullable<Text>,
        baseline_id -> Nullable<Text>,
        document -> Text,
        published_at -> Timestamp,
        published_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    publication_keys (kid) {
        kid -> Text,
        public_jwk -> Text,
        first_seen_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    publication_signatures (publication_id) {
        publication_id -> Text,
        kid -> Text,
        jws -> Text,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    published_facts (sequence) {
        sequence -> BigInt,
        notice_vi -> Nullable<Text>,
        notice_en -> Nullable<Text>,
        complete -> Bool,
        agencies -> Integer,
        ranked -> Integer,
        mean_printed -> Nullable<BigInt>,
        points_decimals -> Integer,
        index_decimals -> Integer,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    published_agencies (sequence, position) {
        sequence -> BigInt,
        position -> Integer,
        agency_code -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        level_code -> Text,
        region_code -> Nullable<Text>,
        ranked -> Bool,
        place -> Nullable<Integer>,
        place_label -> Nullable<Text>,
        place_in_region -> Nullable<Integer>,
        place_in_level -> Nullable<Integer>,
        band -> Nullable<Text>,
        points -> Nullable<BigInt>,
        points_printed -> Nullable<BigInt>,
        maximum -> Nullable<BigInt>,
        index_value -> Nullable<BigInt>,
        index_printed -> Nullable<BigInt>,
        adjustment -> Nullable<BigInt>,
        score -> Nullable<BigInt>,
        score_printed -> Nullable<BigInt>,
        change_places -> Nullable<BigInt>,
        change_points -> Nullable<BigInt>,
        change_index -> Nullable<BigInt>,
        basis -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    published_heads (sequence, position) {
        sequence -> BigInt,
        position -> Integer,
        node_code -> Text,
        parent_code -> Nullable<Text>,
        tier -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    published_nodes (sequence, agency, node) {
        sequence -> BigInt,
        agency -> Integer,
        node -> Integer,
        points -> BigInt,
        points_printed -> BigInt,
        maximum -> BigInt,
        index_value -> Nullable<BigInt>,
        index_printed -> Nullable<BigInt>,
    }
}
