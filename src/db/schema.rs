//! Every table as diesel sees it. The order of columns is that of `migrations/`.

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
    login_failures (username_digest) {
        username_digest -> Text,
        failures -> Integer,
        last_failed_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    criteria_sets (code, version) {
        code -> Text,
        version -> Integer,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        level_code -> Text,
        illustrative -> Bool,
        document -> Text,
        digest -> Text,
        leaves -> Integer,
        maximum -> BigInt,
        frozen_at -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    rounds (code) {
        code -> Text,
        title_vi -> Text,
        title_en -> Nullable<Text>,
        year -> Integer,
        owner_code -> Text,
        criteria_set_code -> Text,
        criteria_set_version -> Integer,
        phase -> Text,
        self_assessment_deadline -> Nullable<Timestamp>,
        explanation_deadline -> Nullable<Timestamp>,
        appraisal_deadline -> Nullable<Timestamp>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        time_zone -> Nullable<Text>,
        signature_required -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_agencies (round_code, agency_code) {
        round_code -> Text,
        agency_code -> Text,
        ranked -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_assignments (round_code, indicator_code, body_code) {
        round_code -> Text,
        indicator_code -> Text,
        body_code -> Text,
        is_lead -> Bool,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_moves (id) {
        id -> Text,
        round_code -> Text,
        from_phase -> Text,
        to_phase -> Text,
        reason -> Nullable<Text>,
        moved_at -> Timestamp,
        moved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    round_approvals (id) {
        id -> Text,
        round_code -> Text,
        result_digest -> Text,
        note -> Nullable<Text>,
        approved_at -> Timestamp,
        approved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    submissions (round_code, agency_code) {
        round_code -> Text,
        agency_code -> Text,
        state -> Text,
        revision -> BigInt,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<Text>,
        updated_at -> Timestamp,
        current_revisions -> Nullable<Text>,
        self_assessment_until -> Nullable<Timestamp>,
        explanation_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    submission_contributors (round_code, agency_code, indicator_code) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        contributor_code -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    evidence_files (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        uploaded_at -> Timestamp,
        uploaded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    evidence_signatures (file_id, revision) {
        file_id -> Text,
        revision -> Integer,
        content -> Text,
        verdict -> Text,
        signers -> Text,
        added_at -> Timestamp,
        added_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    item_revisions (round_code, agency_code, revision, indicator_code) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        revision -> Integer,
        value -> Nullable<Text>,
        self_points -> Nullable<BigInt>,
        explanation -> Nullable<Text>,
        evidence -> Text,
        saved_at -> Timestamp,
        saved_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    appraisal_views (round_code, agency_code, indicator_code, body_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        body_code -> Text,
        sequence -> Integer,
        item_revision -> Integer,
        verdict -> Text,
        value -> Nullable<Text>,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        decisions_before -> Nullable<Integer>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    appraisal_decisions (round_code, agency_code, indicator_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        sequence -> Integer,
        item_revision -> Integer,
        origin -> Text,
        body_code -> Text,
        verdict -> Text,
        value -> Nullable<Text>,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    survey_points (round_code, agency_code, indicator_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        sequence -> Integer,
        points -> Nullable<BigInt>,
        sample_size -> Nullable<Integer>,
        source -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    adjustment_points (round_code, agency_code, adjustment_code, sequence) {
        round_code -> Text,
        agency_code -> Text,
        adjustment_code -> Text,
        sequence -> Integer,
        points -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

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
    item_messages (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        indicator_code -> Text,
        kind -> Text,
        body_code -> Nullable<Text>,
        item_revision -> Integer,
        content -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    deadline_extensions (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        deadline -> Text,
        until -> Timestamp,
        reason -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
        granted -> Nullable<Bool>,
        granted_until -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    council_minutes (id) {
        id -> Text,
        round_code -> Text,
        held_on -> Date,
        number -> Text,
        members -> Text,
        conclusion -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    submission_signatures (id) {
        id -> Text,
        round_code -> Text,
        agency_code -> Text,
        submission_revision -> BigInt,
        digest -> Text,
        content -> Text,
        verdict -> Text,
        signers -> Text,
        added_at -> Timestamp,
        added_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    minutes_files (id) {
        id -> Text,
        minutes_id -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        uploaded_at -> Timestamp,
        uploaded_by -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    minutes_signatures (file_id, revision) {
        file_id -> Text,
        revision -> Integer,
        content -> Text,
        verdict -> Text,
        signers -> Text,
        added_at -> Timestamp,
        added_by -> Text,
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
    reminders (round_code, agency_code, deadline, due, days_before) {
        round_code -> Text,
        agency_code -> Text,
        deadline -> Text,
        due -> Timestamp,
        days_before -> Integer,
        written_at -> Timestamp,
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

diesel::allow_tables_to_appear_in_same_query!(
    adjustment_points,
    agencies,
    agency_identifiers,
    agency_levels,
    agency_names,
    agency_parents,
    agency_regions,
    agency_successors,
    api_keys,
    appraisal_decisions,
    appraisal_views,
    audit_entries,
    council_minutes,
    criteria_sets,
    deadline_extensions,
    item_messages,
    evidence_files,
    evidence_signatures,
    item_revisions,
    login_failures,
    minutes_files,
    minutes_signatures,
    notifications,
    outbox,
    outbox_attempts,
    publication_keys,
    publication_signatures,
    publications,
    published_agencies,
    published_facts,
    published_heads,
    published_nodes,
    refresh_tokens,
    regions,
    reminders,
    role_grants,
    round_agencies,
    round_approvals,
    round_assignments,
    round_moves,
    rounds,
    sessions,
    stored_answers,
    submission_contributors,
    submission_signatures,
    submissions,
    survey_points,
    user_contacts,
    users,
    webhooks,
);
