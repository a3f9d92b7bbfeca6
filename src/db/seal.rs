//! Sealing: the entries that wait become leaves of the log, and a new head is signed.
//!
//! It does not go through the door, for it would have to leave an entry that had to be sealed in its turn. In its place it is
//! narrow: nothing can be handed to it but the key, and it writes nothing but the log's own tables.

use std::collections::BTreeMap;

use diesel::{PgConnection, QueryableByName, RunQueryDsl, prelude::*, sql_types::Bool};

use super::{
    connection::Conn,
    log_rows::{HashRow, HeadRow, LeafRow, LoggedEntry, audit_keys, newest_head, trusted},
    schema::{audit_entries, audit_hashes, audit_leaves, audit_tree_heads, audit_unsealed},
};
use crate::{
    audit_log::{Checkpoint, Hash, LogSigner, Tree, hex},
    clock::Moment,
    each,
    error::{AppError, AppResult},
};

/// Entries that are sealed at once: on SQLite the one writer does nothing else meanwhile.
const SEALED_AT_ONCE_MAX: i64 = 2_000;
/// Rows in one statement.
const BATCH: usize = 500;

/// Whether anything waits. What waits without being there is for `parindex audit verify` to tell.
pub(super) fn is_anything_unsealed(conn: &mut Conn) -> AppResult<bool> {
    let first: Option<String> = audit_unsealed::table
        .inner_join(audit_entries::table.on(audit_entries::id.eq(audit_unsealed::entry_id)))
        .select(audit_unsealed::entry_id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// Seals what waits, the earliest ids first, and tells how many entries. None are sealed while another instance is at it.
pub(super) fn seal(conn: &mut Conn, signer: &LogSigner, now: Moment) -> AppResult<u64> {
    if let Conn::Pg(conn) = conn
        && !is_our_turn(conn)?
    {
        return Ok(0);
    }
    let entries: Vec<LoggedEntry> = audit_entries::table
        .inner_join(audit_unsealed::table.on(audit_unsealed::entry_id.eq(audit_entries::id)))
        .order(audit_entries::id)
        .limit(SEALED_AT_ONCE_MAX)
        .select(LoggedEntry::as_select())
        .load(conn)?;
    if entries.is_empty() {
        return Ok(0);
    }
    let mut tree = resume(conn)?;
    let (mut leaves, mut hashes) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        let hash = entry.leaf_hash()?;
        leaves.push(LeafRow {
            leaf_index: i64::try_from(tree.size()).map_err(AppError::internal)?,
            entry_id: entry.id,
            leaf_hash: hex(hash),
        });
        for (position, hash) in tree.append(hash).map_err(AppError::internal)? {
            hashes.push(HashRow::new(position, hash)?);
        }
    }
    let head = head_of(&tree, signer, now)?;
    for batch in leaves.chunks(BATCH) {
        each!(conn, diesel::insert_into(audit_leaves::table).values(batch))?;
        let ids = batch.iter().map(|leaf| leaf.entry_id.as_str());
        diesel::delete(audit_unsealed::table.filter(audit_unsealed::entry_id.eq_any(ids))).execute(conn)?;
    }
    for batch in hashes.chunks(BATCH) {
        each!(conn, diesel::insert_into(audit_hashes::table).values(batch))?;
    }
    diesel::insert_into(audit_tree_heads::table)
        .values(head)
        .execute(conn)?;
    Ok(leaves.len() as u64)
}

#[derive(QueryableByName)]
struct Turn {
    #[diesel(sql_type = Bool)]
    ours: bool,
}

/// Only one instance seals at a time, and none waits for it. The lock is named after the schema, which is a database of its own.
fn is_our_turn(conn: &mut PgConnection) -> AppResult<bool> {
    let turn: Turn = diesel::sql_query(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('parindex/seal/' || current_schema(), 0)) AS ours",
    )
    .get_result(conn)?;
    Ok(turn.ours)
}

/// The log as it was left. Nothing is signed that does not go on from what was signed before.
fn resume(conn: &mut Conn) -> AppResult<Tree> {
    let Some(row) = newest_head(conn)? else {
        return Ok(Tree::default());
    };
    let keys = trusted(&audit_keys(conn)?);
    let (head, _) =
        Checkpoint::read(&row.note, &keys).map_err(|fault| broken(&format!("its head {fault}")))?;
    let positions = Tree::edge_positions(head.size)
        .into_iter()
        .map(i64::try_from)
        .collect::<Result<Vec<i64>, _>>()
        .map_err(AppError::internal)?;
    let rows: Vec<HashRow> = audit_hashes::table
        .filter(audit_hashes::position.eq_any(positions))
        .select(HashRow::as_select())
        .load(conn)?;
    let edge: BTreeMap<u64, Hash> = rows.iter().filter_map(HashRow::parsed).collect();
    let tree = Tree::resume(head.size, edge);
    match tree.root() {
        Ok(root) if root == head.root && row.tree_size == head.size as i64 => Ok(tree),
        _ => Err(broken(
            "its stored hashes do not lead to the root of its newest head",
        )),
    }
}

fn broken(fault: &str) -> AppError {
    AppError::internal(format!(
        "the audit log was altered: {fault}; nothing more is sealed. `parindex audit verify` tells where"
    ))
}

fn head_of(tree: &Tree, signer: &LogSigner, now: Moment) -> AppResult<HeadRow> {
    let root = tree.root().map_err(AppError::internal)?;
    let head = Checkpoint {
        origin: signer.origin().to_owned(),
        size: tree.size(),
        root,
        sealed_at: now,
    };
    Ok(HeadRow {
        tree_size: i64::try_from(head.size).map_err(AppError::internal)?,
        root_hash: hex(root),
        sealed_at: now,
        note: signer.sign_head(&head).map_err(AppError::internal)?,
    })
}
