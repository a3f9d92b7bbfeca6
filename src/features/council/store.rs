//! Minutes in the database, append-only.

use diesel::prelude::*;

use super::model::MinutesRow;
use crate::{
    clock::Moment,
    db::{Conn, Tx, schema::council_minutes},
    error::AppResult,
    ids::{RecordId, RoundCode},
};

/// The minutes of a round, oldest first.
pub fn list(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<MinutesRow>> {
    Ok(council_minutes::table
        .filter(council_minutes::round_code.eq(round))
        .order(council_minutes::id)
        .select(MinutesRow::as_select())
        .load(conn)?)
}

/// Whether a round has minutes that were recorded since a moment: those of the present sitting.
pub fn has_minutes_since(conn: &mut Conn, round: &RoundCode, since: Moment) -> AppResult<bool> {
    let found: i64 = council_minutes::table
        .filter(council_minutes::round_code.eq(round))
        .filter(council_minutes::recorded_at.ge(since))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Minutes of a round; 404 where they are another's.
pub fn find(conn: &mut Conn, round: &RoundCode, id: &RecordId) -> AppResult<MinutesRow> {
    Ok(council_minutes::table
        .find(id)
        .filter(council_minutes::round_code.eq(round))
        .select(MinutesRow::as_select())
        .first(conn)?)
}

/// Adds minutes.
pub fn insert(tx: &mut Tx<'_>, row: &MinutesRow) -> AppResult<()> {
    diesel::insert_into(council_minutes::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}
