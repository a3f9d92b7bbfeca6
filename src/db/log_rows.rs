//! The rows of the verifiable log, as it is written and as it is read again.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    connection::Conn,
    schema::{audit_entries, audit_hashes, audit_keys, audit_leaves, audit_tree_heads},
};
use crate::{
    audit_log::{Hash, Leaf, TrustedKeys, hex, parse_hex, time_text},
    clock::Moment,
    error::{AppError, AppResult},
    signing::PublicKey,
};

/// A row of `audit_entries` with every column as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub struct LoggedEntry {
    /// The entry's id.
    pub id: String,
    recorded_at: NaiveDateTime,
    actor_kind: String,
    actor_id: Option<String>,
    action: String,
    object_kind: String,
    object_id: String,
    outcome: String,
    before_digest: Option<String>,
    after_digest: Option<String>,
    detail: String,
    request_id: String,
}

impl LoggedEntry {
    /// The hash that it is sealed with.
    pub fn leaf_hash(&self) -> AppResult<Hash> {
        let leaf = Leaf {
            id: &self.id,
            recorded_at: &time_text(self.recorded_at),
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id.as_deref(),
            action: &self.action,
            object_kind: &self.object_kind,
            object_id: &self.object_id,
            outcome: &self.outcome,
            before_digest: self.before_digest.as_deref(),
            after_digest: self.after_digest.as_deref(),
            detail: &self.detail,
            request_id: &self.request_id,
        };
        leaf.hash().map_err(AppError::internal)
    }

    /// Who did what to which object, and when: for a sentence.
    pub fn told(&self) -> String {
        format!(
            "{} of {} {} at {}",
            self.action,
            self.object_kind,
            self.object_id,
            time_text(self.recorded_at)
        )
    }
}

/// A row of `audit_leaves`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_leaves, treat_none_as_default_value = false)]
pub struct LeafRow {
    /// Its place, from 0.
    pub leaf_index: i64,
    /// The entry.
    pub entry_id: String,
    /// The entry's hash.
    pub leaf_hash: String,
}

/// A row of `audit_hashes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_hashes, treat_none_as_default_value = false)]
pub struct HashRow {
    /// Its place in the order of storing.
    pub position: i64,
    /// The node's hash.
    pub hash: String,
}

impl HashRow {
    pub(super) fn new(position: u64, hash: Hash) -> AppResult<Self> {
        Ok(Self {
            position: i64::try_from(position).map_err(AppError::internal)?,
            hash: hex(hash),
        })
    }

    /// Position and hash, if the hash is one.
    pub fn parsed(&self) -> Option<(u64, Hash)> {
        Some((u64::try_from(self.position).ok()?, parse_hex(&self.hash)?))
    }
}

/// A row of `audit_tree_heads`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_tree_heads, treat_none_as_default_value = false)]
pub struct HeadRow {
    /// Leaves.
    pub tree_size: i64,
    /// The root.
    pub root_hash: String,
    /// When it was sealed.
    pub sealed_at: Moment,
    /// The signed checkpoint.
    pub note: String,
}

/// A row of `audit_keys`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_keys, treat_none_as_default_value = false)]
pub struct AuditKeyRow {
    /// In the order of first use, from 0.
    pub position: i64,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The text that the thumbprint is the digest of.
    pub public_jwk: String,
    /// When it was used first.
    pub first_seen_at: Moment,
}

/// Every key that has ever signed the log, the first one first.
pub fn audit_keys(conn: &mut Conn) -> AppResult<Vec<AuditKeyRow>> {
    Ok(audit_keys::table
        .order(audit_keys::position)
        .select(AuditKeyRow::as_select())
        .load(conn)?)
}

/// The keys of these rows; one that is no key, or not the one that it says it is, is left out.
pub fn trusted(rows: &[AuditKeyRow]) -> TrustedKeys {
    TrustedKeys::new(rows.iter().filter_map(|row| {
        let jwk = serde_json::from_str(&row.public_jwk).ok()?;
        PublicKey::parse(&jwk).ok().filter(|key| key.kid() == row.kid)
    }))
}

/// The newest head.
pub fn newest_head(conn: &mut Conn) -> AppResult<Option<HeadRow>> {
    Ok(audit_tree_heads::table
        .order(audit_tree_heads::tree_size.desc())
        .select(HeadRow::as_select())
        .first(conn)
        .optional()?)
}
