//! Oversight: calendars.

diesel::table! {
    #[allow(missing_docs)]
    calendar_feeds (id) {
        id -> Text,
        agency_code -> Text,
        name -> Text,
        language -> Text,
        secret_digest -> Text,
        created_at -> Timestamp,
        created_by -> Text,
        revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>,
    }
}
