//! Rounds in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{
    model::{AssignmentRow, Move, ParticipantBody, ParticipantRow, RoundQuery, RoundRow},
    phase::Phase,
};
use crate::{
    clock::Moment,
    db::{
        Conn, Lock, MultiBackend, Tx,
        schema::{round_agencies, round_assignments, round_moves, rounds},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, IndicatorCode, RecordId, RoundCode},
    web::Cursor,
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// The lock of a change to a round itself: nothing below it moves meanwhile.
pub fn lock_round(round: &RoundCode) -> Lock {
    Lock::whole("round", round)
}

/// A round.
pub fn find_round(conn: &mut Conn, code: &RoundCode) -> AppResult<RoundRow> {
    Ok(rounds::table
        .find(code)
        .select(RoundRow::as_select())
        .first(conn)?)
}

/// One page of rounds, by code.
pub fn list_rounds(conn: &mut Conn, asked: &RoundQuery, cursor: &Cursor) -> AppResult<Vec<RoundRow>> {
    let mut query = rounds::table
        .select(RoundRow::as_select())
        .order(rounds::code)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(year) = asked.year {
        query = query.filter(rounds::year.eq(year));
    }
    if let Some(owner) = asked.owner.clone() {
        query = query.filter(rounds::owner_code.eq(owner));
    }
    if let Some(phase) = asked.phase {
        query = query.filter(rounds::phase.eq(phase));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(rounds::code.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The rounds in which there is work to do: opened, and not published; by code.
pub fn running(conn: &mut Conn) -> AppResult<Vec<RoundRow>> {
    Ok(rounds::table
        .filter(rounds::phase.ne_all([Phase::Preparation, Phase::Published]))
        .order(rounds::code)
        .select(RoundRow::as_select())
        .load(conn)?)
}

/// Adds a round.
pub fn insert_round(tx: &mut Tx<'_>, row: &RoundRow) -> AppResult<()> {
    diesel::insert_into(rounds::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Changes titles, zone and deadlines.
pub fn update_round(tx: &mut Tx<'_>, before: &RoundRow, after: &RoundRow) -> AppResult<()> {
    let updated = diesel::update(
        rounds::table
            .find(&before.code)
            .filter(rounds::revision.eq(before.revision)),
    )
    .set((
        rounds::signature_required.eq(after.signature_required),
        rounds::title_vi.eq(&after.title_vi),
        rounds::title_en.eq(&after.title_en),
        rounds::time_zone.eq(after.time_zone),
        rounds::self_assessment_deadline.eq(after.self_assessment_deadline),
        rounds::explanation_deadline.eq(after.explanation_deadline),
        rounds::appraisal_deadline.eq(after.appraisal_deadline),
        rounds::revision.eq(after.revision),
        rounds::updated_at.eq(after.updated_at),
    ))
    .execute(tx.conn())?;
    if updated == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// Marks a change of what belongs to the round.
pub fn touch_round(tx: &mut Tx<'_>, before: &RoundRow) -> AppResult<()> {
    let now = tx.now();
    diesel::update(rounds::table.find(&before.code))
        .set((
            rounds::revision.eq(before.revision + 1),
            rounds::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Moves a round to another phase and keeps that it was moved. The caller decided that it may.
pub fn move_round(
    tx: &mut Tx<'_>,
    before: &RoundRow,
    to: Phase,
    reason: Option<&str>,
) -> AppResult<RoundRow> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let updated = diesel::update(
        rounds::table
            .find(&before.code)
            .filter(rounds::phase.eq(before.phase))
            .filter(rounds::revision.eq(before.revision)),
    )
    .set((
        rounds::phase.eq(to),
        rounds::revision.eq(before.revision + 1),
        rounds::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    if updated == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    diesel::insert_into(round_moves::table)
        .values((
            round_moves::id.eq(RecordId::new()),
            round_moves::round_code.eq(&before.code),
            round_moves::from_phase.eq(before.phase),
            round_moves::to_phase.eq(to),
            round_moves::reason.eq(reason),
            round_moves::moved_at.eq(now),
            round_moves::moved_by.eq(actor),
        ))
        .execute(tx.conn())?;
    find_round(tx.conn(), &before.code)
}

/// Every move of a round so far, oldest first.
pub fn moves(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<Move>> {
    let rows: Vec<(Phase, Phase, Option<String>, Moment)> = round_moves::table
        .filter(round_moves::round_code.eq(round))
        .order(round_moves::id)
        .select((
            round_moves::from_phase,
            round_moves::to_phase,
            round_moves::reason,
            round_moves::moved_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(from, to, reason, moved_at)| Move {
            from,
            to,
            reason,
            moved_at,
        })
        .collect())
}

/// The agencies that take part, by code.
pub fn participants(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<ParticipantRow>> {
    Ok(round_agencies::table
        .filter(round_agencies::round_code.eq(round))
        .order(round_agencies::agency_code)
        .select(ParticipantRow::as_select())
        .load(conn)?)
}

/// Their codes alone, in order, as a list or a set.
pub fn participating<C: FromIterator<AgencyCode>>(conn: &mut Conn, round: &RoundCode) -> AppResult<C> {
    let codes: Vec<AgencyCode> = round_agencies::table
        .filter(round_agencies::round_code.eq(round))
        .order(round_agencies::agency_code)
        .select(round_agencies::agency_code)
        .load(conn)?;
    Ok(codes.into_iter().collect())
}

/// Whether an agency takes part.
pub fn is_participant(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<bool> {
    let found: Option<bool> = round_agencies::table
        .find((round, agency))
        .select(round_agencies::ranked)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The round, if the agency takes part in it; 404 otherwise.
pub fn require_participant(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<RoundRow> {
    let row = find_round(conn, round)?;
    if is_participant(conn, round, agency)? {
        Ok(row)
    } else {
        Err(AppError::not_found())
    }
}

/// Sets the agencies that take part.
pub fn replace_participants(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agencies: &[ParticipantBody],
) -> AppResult<()> {
    diesel::delete(round_agencies::table.filter(round_agencies::round_code.eq(round))).execute(tx.conn())?;
    let rows: Vec<ParticipantRow> = agencies
        .iter()
        .map(|participant| ParticipantRow {
            round_code: round.clone(),
            agency_code: participant.agency.clone(),
            ranked: participant.ranked,
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(round_agencies::table).values(batch)
        )?;
    }
    Ok(())
}

/// Who appraises what, by indicator.
pub fn assignments(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<AssignmentRow>> {
    let mut rows: Vec<AssignmentRow> = round_assignments::table
        .filter(round_assignments::round_code.eq(round))
        .select(AssignmentRow::as_select())
        .load(conn)?;
    sort_assignments(&mut rows);
    Ok(rows)
}

/// Who appraises what, as rows in the order of [`assignments`]; of several bodies the first leads.
pub fn assignment_rows(
    round: &RoundCode,
    bodies: &BTreeMap<IndicatorCode, Vec<AgencyCode>>,
) -> Vec<AssignmentRow> {
    let mut rows: Vec<AssignmentRow> = bodies
        .iter()
        .flat_map(|(indicator, bodies)| {
            let row = |(position, body): (usize, &AgencyCode)| AssignmentRow {
                round_code: round.clone(),
                indicator_code: indicator.clone(),
                body_code: body.clone(),
                is_lead: position == 0,
            };
            bodies.iter().enumerate().map(row).collect::<Vec<_>>()
        })
        .collect();
    sort_assignments(&mut rows);
    rows
}

/// The databases sort by rules of their own.
fn sort_assignments(rows: &mut [AssignmentRow]) {
    rows.sort_by(|a, b| (&a.indicator_code, &a.body_code).cmp(&(&b.indicator_code, &b.body_code)));
}

/// Sets who appraises what.
pub fn replace_assignments(tx: &mut Tx<'_>, round: &RoundCode, rows: &[AssignmentRow]) -> AppResult<()> {
    diesel::delete(round_assignments::table.filter(round_assignments::round_code.eq(round)))
        .execute(tx.conn())?;
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(round_assignments::table).values(batch)
        )?;
    }
    Ok(())
}
