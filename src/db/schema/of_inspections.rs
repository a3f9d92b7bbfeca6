//! Inspections, their findings and remedies.

diesel::table! {
    #[allow(missing_docs)]
    inspection_plans (id) {
        id -> Text,
        owner_code -> Text,
        year -> Integer,
        title -> Text,
        state -> Text,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    inspections (id) {
        id -> Text,
        plan_id -> Nullable<Text>,
        owner_code -> Text,
        target_code -> Text,
        form -> Text,
        from_on -> Date,
        to_on -> Date,
        topic -> Text,
        indicators -> Text,
        team -> Text,
        state -> Text,
        shown_since -> Nullable<Timestamp>,
        conclusion -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    inspection_bodies (inspection_id, body_code) {
        inspection_id -> Text,
        body_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    inspection_findings (id) {
        id -> Text,
        inspection_id -> Text,
        content -> Text,
        severity -> Text,
        evidence -> Text,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    finding_indicators (finding_id, position) {
        finding_id -> Text,
        position -> Integer,
        round_code -> Nullable<Text>,
        indicator_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    inspection_remedies (id) {
        id -> Text,
        inspection_id -> Text,
        finding_id -> Text,
        content -> Text,
        due_on -> Date,
        state -> Text,
        reported_on -> Nullable<Date>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    inspection_moves (id) {
        id -> Text,
        inspection_id -> Text,
        remedy_id -> Nullable<Text>,
        step -> Text,
        text -> Nullable<Text>,
        evidence -> Text,
        made_at -> Timestamp,
        made_by -> Text,
    }
}
