//! The public post: counts of months, and who may send them in.

diesel::table! {
    #[allow(missing_docs)]
    public_post (agency_code, period, revision) {
        agency_code -> Text,
        period -> Text,
        revision -> Integer,
        received_post -> BigInt,
        received_all -> BigInt,
        returned_post -> BigInt,
        returned_all -> BigInt,
        source -> Nullable<Text>,
        collector_code -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        superseded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    public_post_collectors (collector_code, agency_code) {
        collector_code -> Text,
        agency_code -> Text,
        entrusted_at -> Timestamp,
        entrusted_by -> Text,
    }
}
