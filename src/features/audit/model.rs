//! An entry of the audit trail.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{clock::Moment, db::schema::audit_entries, ids::AuditId};

/// One change: who did what to which object, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "recorded_at": "2026-11-24T03:00:00Z", "actor_kind": "user", "actor_id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11", "action": "save_submission_items", "object_kind": "submission", "object_id": "par-2023-ministries/moj", "outcome": "done", "before_digest": null, "after_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "detail": {"items": 2}, "request_id": "0b7e3a0e-5f0a-4a63-9a3a-3c9b6f1f2a10", "leaf_index": 4, "leaf_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"}))]
pub struct AuditEntry {
    /// The entry's id; ids are ordered by time.
    pub id: AuditId,
    /// When.
    pub recorded_at: Moment,
    /// `user`, `anonymous` or `system`.
    pub actor_kind: String,
    /// The user's id.
    pub actor_id: Option<String>,
    /// The operation's id.
    pub action: String,
    /// What kind of object.
    pub object_kind: String,
    /// Which object.
    pub object_id: String,
    /// `done`, or `refused` where the refusal itself is kept.
    pub outcome: String,
    /// SHA-256 of the object's canonical JSON before.
    pub before_digest: Option<String>,
    /// SHA-256 of the object's canonical JSON after.
    pub after_digest: Option<String>,
    /// A few facts.
    pub detail: serde_json::Value,
    /// The request that made the change.
    pub request_id: String,
    /// Its place in the verifiable log, from 0; null until it is sealed.
    pub leaf_index: Option<i64>,
    /// The hash that it was sealed with; null until then.
    pub leaf_hash: Option<String>,
}

/// Which entries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Entries on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only this kind of object.
    #[serde(default, deserialize_with = "crate::web::up_to_if_any::<100, _>")]
    #[param(example = "submission", max_length = 100)]
    pub object_kind: Option<String>,
    /// Only this object; with `object_kind`.
    #[serde(default, deserialize_with = "crate::web::up_to_if_any::<200, _>")]
    #[param(example = "par-2023-ministries/moj", max_length = 200)]
    pub object_id: Option<String>,
    /// Only this actor.
    #[serde(default, deserialize_with = "crate::web::up_to_if_any::<100, _>")]
    #[param(max_length = 100)]
    pub actor_id: Option<String>,
}

/// A row of `audit_entries`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub(super) struct AuditRow {
    pub id: AuditId,
    pub recorded_at: Moment,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub outcome: String,
    pub before_digest: Option<String>,
    pub after_digest: Option<String>,
    pub detail: String,
    pub request_id: String,
}

/// An entry's leaf, if it has one.
pub(super) type LeafColumns = (Option<i64>, Option<String>);

impl From<(AuditRow, LeafColumns)> for AuditEntry {
    fn from((row, (leaf_index, leaf_hash)): (AuditRow, LeafColumns)) -> Self {
        Self {
            leaf_index,
            leaf_hash,
            detail: serde_json::from_str(&row.detail).unwrap_or(serde_json::Value::Null),
            id: row.id,
            recorded_at: row.recorded_at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            outcome: row.outcome,
            before_digest: row.before_digest,
            after_digest: row.after_digest,
            request_id: row.request_id,
        }
    }
}
