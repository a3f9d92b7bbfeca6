//! The verifiable log over the audit trail.

diesel::table! {
    #[allow(missing_docs)]
    audit_unsealed (entry_id) {
        entry_id -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    audit_leaves (leaf_index) {
        leaf_index -> BigInt,
        entry_id -> Text,
        leaf_hash -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    audit_hashes (position) {
        position -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    audit_tree_heads (tree_size) {
        tree_size -> BigInt,
        root_hash -> Text,
        sealed_at -> Timestamp,
        note -> Text,
    }
}

diesel::table! {
    #[allow(missing_docs)]
    audit_keys (position) {
        position -> BigInt,
        kid -> Text,
        public_jwk -> Text,
        first_seen_at -> Timestamp,
    }
}
