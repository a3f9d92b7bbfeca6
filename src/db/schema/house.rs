//! The audit trail, stored answers, and agencies in time.

diesel::table! {
    #[allow(missing_docs)]
    audit_entries (id) {
        id -> Text,
        recorded_at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        action -> Text,
        object_kind -> Text,
        object_id -> Text,
        outcome -> Text,
        before_digest -> Nullable<Text>,
        after_digest -> Nullable<Text>,
        detail -> Text,
        request_id -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    stored_answers (actor_id, idempotency_key) {
        actor_id -> Text,
        idempotency_key -> Text,
        fingerprint -> Text,
        status -> Integer,
        headers -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_levels (code) {
        code -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        position -> Integer,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    regions (code) {
        code -> Text,
        scheme -> Text,
        name_vi -> Text,
        name_en -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agencies (code) {
        code -> Text,
        level_code -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_names (agency_code, position) {
        agency_code -> Text,
        position -> Integer,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        search_key -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_parents (agency_code, position) {
        agency_code -> Text,
        position -> Integer,
        parent_code -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_regions (agency_code, position) {
        agency_code -> Text,
        position -> Integer,
        region_code -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_identifiers (agency_code, position) {
        agency_code -> Text,
        position -> Integer,
        scheme -> Text,
        value -> Text,
        source -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    agency_successors (agency_code, successor_code) {
        agency_code -> Text,
        successor_code -> Text,
    }
}
