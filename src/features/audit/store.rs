//! Reading the audit trail.

use diesel::prelude::*;

use super::model::{AuditEntry, AuditQuery, AuditRow, LeafColumns};
use crate::{
    db::{
        Conn, MultiBackend,
        schema::{audit_entries, audit_leaves},
    },
    error::AppResult,
    web::Cursor,
};

/// One page, newest first.
pub fn list_entries(conn: &mut Conn, asked: &AuditQuery, cursor: &Cursor) -> AppResult<Vec<AuditEntry>> {
    let mut query = audit_entries::table
        .left_join(audit_leaves::table.on(audit_leaves::entry_id.eq(audit_entries::id)))
        .select((
            AuditRow::as_select(),
            (
                audit_leaves::leaf_index.nullable(),
                audit_leaves::leaf_hash.nullable(),
            ),
        ))
        .order(audit_entries::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(kind) = asked.object_kind.clone() {
        query = query.filter(audit_entries::object_kind.eq(kind));
    }
    if let Some(id) = asked.object_id.clone() {
        query = query.filter(audit_entries::object_id.eq(id));
    }
    if let Some(actor) = asked.actor_id.clone() {
        query = query.filter(audit_entries::actor_id.eq(actor));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(audit_entries::id.lt(after));
    }
    let rows: Vec<(AuditRow, LeafColumns)> = query.load(conn)?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}
