//! Reading the log, and keeping its keys.

use std::{cell::RefCell, collections::BTreeMap};

use diesel::prelude::*;

use crate::{
    audit_log::{Hash, tlog},
    db::{
        AuditKeyRow, Conn, HashRow, HeadRow, LeafRow, Tx, newest_head,
        schema::{audit_hashes, audit_keys, audit_leaves, audit_tree_heads, audit_unsealed},
    },
    error::{AppError, AppResult},
    signing::PublicKey,
};

/// Adds a key to those of the log, and tells whether it was new. Whoever calls holds the lock of the keys.
pub fn insert_key(tx: &mut Tx<'_>, key: &PublicKey) -> AppResult<bool> {
    let kids: Vec<String> = audit_keys::table.select(audit_keys::kid).load(tx.conn())?;
    if kids.iter().any(|kid| kid == key.kid()) {
        return Ok(false);
    }
    let row = AuditKeyRow {
        position: i64::try_from(kids.len()).map_err(AppError::internal)?,
        kid: key.kid().to_owned(),
        public_jwk: key.jwk().to_owned(),
        first_seen_at: tx.now(),
    };
    diesel::insert_into(audit_keys::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(true)
}

/// The newest signed checkpoint.
pub fn newest_note(conn: &mut Conn) -> AppResult<Option<String>> {
    Ok(newest_head(conn)?.map(|head| head.note))
}

/// How many entries wait to be sealed.
pub fn unsealed(conn: &mut Conn) -> AppResult<i64> {
    Ok(audit_unsealed::table.count().get_result(conn)?)
}

/// The head of a size.
pub fn head_of(conn: &mut Conn, size: i64) -> AppResult<Option<HeadRow>> {
    Ok(audit_tree_heads::table
        .find(size)
        .select(HeadRow::as_select())
        .first(conn)
        .optional()?)
}

/// The leaf with this hash.
pub fn find_leaf(conn: &mut Conn, leaf_hash: &str) -> AppResult<Option<LeafRow>> {
    Ok(audit_leaves::table
        .filter(audit_leaves::leaf_hash.eq(leaf_hash))
        .order(audit_leaves::leaf_index)
        .select(LeafRow::as_select())
        .first(conn)
        .optional()?)
}

/// Leaves from a place on.
pub fn leaves_from(conn: &mut Conn, from: i64, limit: i64) -> AppResult<Vec<LeafRow>> {
    Ok(audit_leaves::table
        .filter(audit_leaves::leaf_index.ge(from))
        .order(audit_leaves::leaf_index)
        .limit(limit)
        .select(LeafRow::as_select())
        .load(conn)?)
}

/// The stored hashes of a log in the database: proofs read log n of them.
pub struct Stored<'a>(pub RefCell<&'a mut Conn>);

impl tlog::HashReader for Stored<'_> {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let missing = |_| tlog::Error::IndexesNotInTree;
        let wanted = positions
            .iter()
            .map(|position| i64::try_from(*position))
            .collect::<Result<Vec<i64>, _>>()
            .map_err(missing)?;
        let rows: Vec<HashRow> = audit_hashes::table
            .filter(audit_hashes::position.eq_any(wanted))
            .select(HashRow::as_select())
            .load(&mut **self.0.borrow_mut())
            .map_err(|error| tlog::Error::InvalidInput(error.to_string()))?;
        let known: BTreeMap<u64, Hash> = rows.iter().filter_map(HashRow::parsed).collect();
        let read = |position| known.get(position).copied().ok_or(tlog::Error::IndexesNotInTree);
        positions.iter().map(read).collect()
    }
}
