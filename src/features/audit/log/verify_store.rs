//! Reading the whole log, a page at a time, and what should not be there.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::{
    audit_log::{Hash, first_position},
    db::{
        Conn, HashRow, HeadRow, LeafRow, LoggedEntry,
        schema::{audit_entries, audit_hashes, audit_leaves, audit_tree_heads, audit_unsealed},
    },
    error::{AppError, AppResult},
};

/// A page of the log: its leaves, the entries that they name, and the hashes that were stored with them.
pub struct LogPage {
    /// Leaves by place.
    pub leaves: BTreeMap<u64, LeafRow>,
    /// Entries by id.
    pub entries: BTreeMap<String, LoggedEntry>,
    /// Stored hashes by position; one that is no hash is not there.
    pub hashes: BTreeMap<u64, Hash>,
}

fn column(number: u64) -> AppResult<i64> {
    i64::try_from(number).map_err(AppError::internal)
}

/// The leaves from `start` up to before `end`, and all that belongs to them.
pub fn page(conn: &mut Conn, start: u64, end: u64) -> AppResult<LogPage> {
    let leaves: Vec<LeafRow> = audit_leaves::table
        .filter(audit_leaves::leaf_index.ge(column(start)?))
        .filter(audit_leaves::leaf_index.lt(column(end)?))
        .select(LeafRow::as_select())
        .load(conn)?;
    let ids: Vec<String> = leaves.iter().map(|leaf| leaf.entry_id.clone()).collect();
    let entries: Vec<LoggedEntry> = audit_entries::table
        .filter(audit_entries::id.eq_any(ids))
        .select(LoggedEntry::as_select())
        .load(conn)?;
    let hashes: Vec<HashRow> = audit_hashes::table
        .filter(audit_hashes::position.ge(column(first_position(start))?))
        .filter(audit_hashes::position.lt(column(first_position(end))?))
        .select(HashRow::as_select())
        .load(conn)?;
    Ok(LogPage {
        leaves: leaves
            .into_iter()
            .filter_map(|leaf| Some((u64::try_from(leaf.leaf_index).ok()?, leaf)))
            .collect(),
        entries: entries
            .into_iter()
            .map(|entry| (entry.id.clone(), entry))
            .collect(),
        hashes: hashes.iter().filter_map(HashRow::parsed).collect(),
    })
}

/// The heads of the sizes after `start` up to `end`.
pub fn heads(conn: &mut Conn, start: u64, end: u64) -> AppResult<Vec<HeadRow>> {
    Ok(audit_tree_heads::table
        .filter(audit_tree_heads::tree_size.gt(column(start)?))
        .filter(audit_tree_heads::tree_size.le(column(end)?))
        .order(audit_tree_heads::tree_size)
        .select(HeadRow::as_select())
        .load(conn)?)
}

/// Another leaf than the one at `index` that has this hash.
pub fn elsewhere(conn: &mut Conn, hash: &str, index: u64) -> AppResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .filter(audit_leaves::leaf_hash.eq(hash))
        .filter(audit_leaves::leaf_index.ne(column(index)?))
        .order(audit_leaves::leaf_index)
        .select(LeafRow::as_select())
        .first(conn)
        .optional()?)
}

/// Whether this hash was ever stored.
pub fn is_stored(conn: &mut Conn, hash: &str) -> AppResult<bool> {
    let count: i64 = audit_hashes::table
        .filter(audit_hashes::hash.eq(hash))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Entries that are in no leaf and do not wait for one, the earliest ids first.
pub fn strays(conn: &mut Conn, limit: i64) -> AppResult<Vec<LoggedEntry>> {
    Ok(audit_entries::table
        .left_join(audit_leaves::table.on(audit_leaves::entry_id.eq(audit_entries::id)))
        .left_join(audit_unsealed::table.on(audit_unsealed::entry_id.eq(audit_entries::id)))
        .filter(audit_leaves::entry_id.is_null())
        .filter(audit_unsealed::entry_id.is_null())
        .order(audit_entries::id)
        .limit(limit)
        .select(LoggedEntry::as_select())
        .load(conn)?)
}

/// An id that waits to be sealed, but no entry has it.
pub fn waiting_without_entry(conn: &mut Conn) -> AppResult<Option<String>> {
    Ok(audit_unsealed::table
        .left_join(audit_entries::table.on(audit_entries::id.eq(audit_unsealed::entry_id)))
        .filter(audit_entries::id.is_null())
        .order(audit_unsealed::entry_id)
        .select(audit_unsealed::entry_id)
        .first(conn)
        .optional()?)
}

/// A leaf whose entry is said to wait all the same.
pub fn waiting_though_sealed(conn: &mut Conn) -> AppResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .inner_join(audit_unsealed::table.on(audit_unsealed::entry_id.eq(audit_leaves::entry_id)))
        .order(audit_leaves::leaf_index)
        .select(LeafRow::as_select())
        .first(conn)
        .optional()?)
}

/// A leaf outside of a log of this size.
pub fn leaf_outside(conn: &mut Conn, size: u64) -> AppResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .filter(
            audit_leaves::leaf_index
                .ge(column(size)?)
                .or(audit_leaves::leaf_index.lt(0)),
        )
        .order(audit_leaves::leaf_index)
        .select(LeafRow::as_select())
        .first(conn)
        .optional()?)
}

/// A stored hash outside of a log of this size.
pub fn hash_outside(conn: &mut Conn, size: u64) -> AppResult<Option<HashRow>> {
    Ok(audit_hashes::table
        .filter(
            audit_hashes::position
                .ge(column(first_position(size))?)
                .or(audit_hashes::position.lt(0)),
        )
        .order(audit_hashes::position)
        .select(HashRow::as_select())
        .first(conn)
        .optional()?)
}
