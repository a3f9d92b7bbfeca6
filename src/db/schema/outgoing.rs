//! What is sent out of the house.

diesel::table! {
    #[allow(missing_docs)]
    outbox (id) {
        id -> Text,
        kind -> Text,
        target -> Text,
        payload -> Text,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamp,
        lease -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        give_up_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    outbox_attempts (id) {
        id -> Text,
        outbox_id -> Text,
        state -> Text,
        error -> Nullable<Text>,
        ended_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    webhooks (id) {
        id -> Text,
        url -> Text,
        description -> Text,
        events -> Text,
        set_code -> Nullable<Text>,
        active -> Bool,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
