//! People and programs: accounts, sessions, keys, and what they are told.

diesel::table! {
    #[allow(missing_docs)]
    users (id) {
        id -> Text,
        username -> Text,
        display_name -> Text,
        password_hash -> Text,
        must_change_password -> Bool,
        active -> Bool,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        oidc_subject -> Nullable<Text>,
        password_set_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    role_grants (user_id, position) {
        user_id -> Text,
        position -> Integer,
        role -> Text,
        agency_code -> Nullable<Text>,
        include_below -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    sessions (id) {
        id -> Text,
        user_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        revoked_reason -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    refresh_tokens (token_hash) {
        token_hash -> Text,
        session_id -> Text,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    login_counts (subject_digest) {
        subject_digest -> Text,
        name_digest -> Text,
        failures -> Integer,
        locks -> Integer,
        last_failed_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
        lock_on_record -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    second_factors (user_id) {
        user_id -> Text,
        secret -> Text,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    recovery_codes (code_digest) {
        code_digest -> Text,
        user_id -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    user_contacts (user_id) {
        user_id -> Text,
        email -> Nullable<Text>,
        language -> Text,
        notify_by_email -> Bool,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    notifications (id) {
        id -> Text,
        user_id -> Text,
        kind -> Text,
        params -> Text,
        path -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    api_keys (id) {
        id -> Text,
        name -> Text,
        hint -> Text,
        secret_digest -> Text,
        scopes -> Text,
        requests_per_minute -> BigInt,
        created_at -> Timestamp,
        created_by -> Text,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>,
        last_used_on -> Nullable<Date>,
        networks -> Nullable<Text>,
    }
}
