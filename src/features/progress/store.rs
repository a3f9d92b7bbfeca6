//! Moves of plan lines in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{model::MoveRow, state::MoveKind};
use crate::{
    db::{
        Conn, Tx,
        schema::{line_moves, plan_lines},
    },
    each,
    error::AppResult,
    ids::{AgencyCode, RecordId},
    web::Cursor,
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;
const IN_QUERY_MAX: usize = 500;

/// Keeps moves that were made.
pub fn insert(tx: &mut Tx<'_>, rows: &[MoveRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(line_moves::table).values(batch))?;
    }
    Ok(())
}

/// One page of a line's moves, oldest first.
pub fn list(conn: &mut Conn, line: &RecordId, cursor: &Cursor) -> AppResult<Vec<MoveRow>> {
    let after = cursor.after.clone().unwrap_or_default();
    Ok(line_moves::table
        .filter(line_moves::line_id.eq(line))
        .filter(line_moves::id.gt(after))
        .order(line_moves::id)
        .limit(cursor.fetch())
        .select(MoveRow::as_select())
        .load(conn)?)
}

/// The agencies that confirmed the report of completion that stands, by line.
pub fn confirmed(conn: &mut Conn, lines: &[RecordId]) -> AppResult<BTreeMap<RecordId, BTreeSet<AgencyCode>>> {
    let mut found: BTreeMap<RecordId, BTreeSet<AgencyCode>> = BTreeMap::new();
    for ids in lines.chunks(IN_QUERY_MAX) {
        let rows: Vec<(RecordId, AgencyCode)> = line_moves::table
            .inner_join(plan_lines::table.on(plan_lines::id.eq(line_moves::line_id)))
            .filter(line_moves::line_id.eq_any(ids))
            .filter(line_moves::kind.eq(MoveKind::Confirm))
            .filter(line_moves::completion.eq(plan_lines::completions))
            .select((line_moves::line_id, line_moves::agency_code))
            .load(conn)?;
        for (line, agency) in rows {
            found.entry(line).or_default().insert(agency);
        }
    }
    Ok(found)
}
