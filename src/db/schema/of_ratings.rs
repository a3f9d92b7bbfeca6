//! Ratings of transactions and their running counts.

diesel::table! {
    #[allow(missing_docs)]
    rating_channels (code) {
        code -> Text,
        owner_code -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        minimum_n -> Integer,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    ratings (channel_code, rating_id) {
        channel_code -> Text,
        rating_id -> Text,
        agency_code -> Text,
        score -> Integer,
        rated_on -> Date,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    rating_counts (channel_code, month, agency_code) {
        channel_code -> Text,
        month -> Text,
        agency_code -> Text,
        score_1 -> BigInt,
        score_2 -> BigInt,
        score_3 -> BigInt,
        score_4 -> BigInt,
        score_5 -> BigInt,
    }
}
