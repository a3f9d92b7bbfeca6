//! Recommendations in the database: one of them, its bodies, its history and its number.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{BodyRow, MoveRow, RecommendationRow, RecommendationState};
use crate::{
    db::{
        Conn, Tx,
        schema::{recommendation_bodies, recommendation_moves, recommendation_registers, recommendations},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, RecordId, RoundCode},
};

/// Ids of one query: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// A recommendation; 404 if there is none.
pub fn find(conn: &mut Conn, id: &RecordId) -> AppResult<RecommendationRow> {
    Ok(recommendations::table
        .find(id)
        .select(RecommendationRow::as_select())
        .first(conn)?)
}

/// The bodies of a recommendation, in their order.
pub fn bodies(conn: &mut Conn, id: &RecordId) -> AppResult<Vec<BodyRow>> {
    Ok(recommendation_bodies::table
        .filter(recommendation_bodies::recommendation_id.eq(id))
        .order(recommendation_bodies::position)
        .select(BodyRow::as_select())
        .load(conn)?)
}

/// The bodies of several, in their order.
pub fn bodies_of(conn: &mut Conn, ids: &[RecordId]) -> AppResult<BTreeMap<RecordId, Vec<BodyRow>>> {
    let mut found: BTreeMap<RecordId, Vec<BodyRow>> = BTreeMap::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<BodyRow> = recommendation_bodies::table
            .filter(recommendation_bodies::recommendation_id.eq_any(batch))
            .order(recommendation_bodies::position)
            .select(BodyRow::as_select())
            .load(conn)?;
        for row in rows {
            found.entry(row.recommendation_id.clone()).or_default().push(row);
        }
    }
    Ok(found)
}

/// What happened to a recommendation, the oldest first.
pub fn moves(conn: &mut Conn, id: &RecordId) -> AppResult<Vec<MoveRow>> {
    Ok(recommendation_moves::table
        .filter(recommendation_moves::recommendation_id.eq(id))
        .order(recommendation_moves::id)
        .select(MoveRow::as_select())
        .load(conn)?)
}

/// What came, or is to come, with a submission, the oldest first.
pub fn of_submission(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<Vec<RecommendationRow>> {
    Ok(recommendations::table
        .filter(recommendations::round_code.eq(round))
        .filter(recommendations::asker_code.eq(agency))
        .filter(recommendations::from_submission.eq(true))
        .order(recommendations::id)
        .select(RecommendationRow::as_select())
        .load(conn)?)
}

/// What is to come with a submission, the oldest first.
pub fn drafts(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<Vec<RecommendationRow>> {
    let all = of_submission(conn, round, agency)?.into_iter();
    Ok(all
        .filter(|row| row.state == RecommendationState::Draft)
        .collect())
}

/// The next number of a body's register. The row of the register is locked until the change is done: numbers are given
/// one after the other, and one that is taken back leaves no gap.
pub fn next_number(tx: &mut Tx<'_>, body: &AgencyCode, year: i32) -> AppResult<i64> {
    let first = (
        recommendation_registers::body_code.eq(body),
        recommendation_registers::year.eq(year),
        recommendation_registers::last.eq(0_i64),
    );
    each!(
        tx.conn(),
        diesel::insert_into(recommendation_registers::table)
            .values(first)
            .on_conflict_do_nothing()
    )?;
    each!(
        tx.conn(),
        diesel::update(recommendation_registers::table.find((body, year)))
            .set(recommendation_registers::last.eq(recommendation_registers::last + 1))
    )?;
    Ok(recommendation_registers::table
        .find((body, year))
        .select(recommendation_registers::last)
        .first(tx.conn())?)
}

/// Adds a recommendation with its bodies.
pub fn insert(tx: &mut Tx<'_>, row: &RecommendationRow, bodies: &[BodyRow]) -> AppResult<()> {
    diesel::insert_into(recommendations::table)
        .values(row)
        .execute(tx.conn())?;
    each!(
        tx.conn(),
        diesel::insert_into(recommendation_bodies::table).values(bodies)
    )?;
    Ok(())
}

/// Puts a new version in place of the one before, with its bodies: 409 if that is no longer there.
pub fn replace(
    tx: &mut Tx<'_>,
    before: &RecommendationRow,
    after: &RecommendationRow,
    bodies: &[BodyRow],
) -> AppResult<()> {
    let standing = recommendations::table
        .find(&before.id)
        .filter(recommendations::revision.eq(before.revision));
    let replaced = diesel::update(standing).set(after.clone()).execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    let old = recommendation_bodies::table.filter(recommendation_bodies::recommendation_id.eq(&before.id));
    diesel::delete(old).execute(tx.conn())?;
    each!(
        tx.conn(),
        diesel::insert_into(recommendation_bodies::table).values(bodies)
    )?;
    Ok(())
}

/// Appends what happened.
pub fn append(tx: &mut Tx<'_>, row: &MoveRow) -> AppResult<()> {
    diesel::insert_into(recommendation_moves::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}
