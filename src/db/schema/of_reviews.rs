//! Reviews of coordination programmes.

diesel::table! {
    #[allow(missing_docs)]
    programme_reviews (id) {
        id -> Text,
        programme_code -> Text,
        name -> Text,
        kind -> Text,
        year -> Nullable<Integer>,
        state -> Text,
        assessment -> Nullable<Text>,
        number -> Nullable<BigInt>,
        number_year -> Nullable<Integer>,
        document -> Nullable<Text>,
        digest -> Nullable<Text>,
        carried -> Nullable<BigInt>,
        frozen_at -> Nullable<Timestamp>,
        frozen_by -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    review_parts (review_id, agency_code, part) {
        review_id -> Text,
        agency_code -> Text,
        part -> Text,
        text -> Text,
        revision -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
    }
}
