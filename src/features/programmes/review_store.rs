//! What reviews read of a plan, and what they carry over to the next year.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{
    line_model::LineState,
    row_model::{BudgetRow, ChangeRow, ProgrammeRow, ReviewedLine},
};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{plan_line_budgets, plan_line_changes, plan_line_units, plan_lines},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, ProgrammeCode, RecordId},
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// The lines of a year of a programme, or all of them, in the order in which they were added.
pub fn reviewed_lines(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    year: Option<i32>,
) -> AppResult<Vec<ReviewedLine>> {
    let mut query = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme.clone()))
        .select(ReviewedLine::as_select())
        .order(plan_lines::id)
        .into_boxed::<MultiBackend>();
    if let Some(year) = year {
        query = query.filter(plan_lines::year.eq(year));
    }
    Ok(query.load(conn)?)
}

/// How many lines of a programme belong to no year.
pub fn lines_without_year(conn: &mut Conn, programme: &ProgrammeCode) -> AppResult<usize> {
    let lines: i64 = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .filter(plan_lines::year.is_null())
        .count()
        .get_result(conn)?;
    usize::try_from(lines).map_err(AppError::internal)
}

/// The money of a year of a programme, or all of it; of every line, whatever its year.
pub fn reviewed_budgets(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    year: Option<i32>,
) -> AppResult<Vec<BudgetRow>> {
    let lines = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme.clone()))
        .select(plan_lines::id);
    let mut query = plan_line_budgets::table
        .filter(plan_line_budgets::line_id.eq_any(lines))
        .select(BudgetRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(year) = year {
        query = query.filter(plan_line_budgets::year.eq(year));
    }
    Ok(query.load(conn)?)
}

/// Every unit that leads or co-ordinates a line of a programme.
pub fn taking_part(conn: &mut Conn, programme: &ProgrammeCode) -> AppResult<BTreeSet<AgencyCode>> {
    let leads: Vec<AgencyCode> = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .select(plan_lines::lead_code)
        .distinct()
        .load(conn)?;
    let others: Vec<AgencyCode> = plan_line_units::table
        .inner_join(plan_lines::table.on(plan_lines::id.eq(plan_line_units::line_id)))
        .filter(plan_lines::programme_code.eq(programme))
        .select(plan_line_units::agency_code)
        .distinct()
        .load(conn)?;
    Ok(leads.into_iter().chain(others).collect())
}

/// Gives the unfinished lines of a year to the next one, each with a row of its history; what was refused stays. Deadlines
/// stay: what is late is late. The change must hold the programme's lock. So many were carried.
pub fn carry_over(tx: &mut Tx<'_>, programme: &ProgrammeRow, year: i32, reason: &str) -> AppResult<usize> {
    const SETTLED: [LineState; 2] = [LineState::Done, LineState::Refused];
    let next = year.saturating_add(1);
    let now = tx.now();
    let lines: Vec<(RecordId, i64)> = plan_lines::table
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::year.eq(year))
        .filter(plan_lines::state.ne_all(SETTLED))
        .order(plan_lines::id)
        .select((plan_lines::id, plan_lines::revision))
        .load(tx.conn())?;
    let unfinished = plan_lines::table
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::year.eq(year))
        .filter(plan_lines::state.ne_all(SETTLED));
    let carried = diesel::update(unfinished)
        .set((
            plan_lines::year.eq(next),
            plan_lines::revision.eq(plan_lines::revision + 1),
            plan_lines::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    if carried != lines.len() {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    let (before, after) = (
        serde_json::json!({"year": year}).to_string(),
        serde_json::json!({"year": next}).to_string(),
    );
    let rows: Vec<ChangeRow> = lines
        .into_iter()
        .map(|(line_id, revision)| ChangeRow {
            id: RecordId::new(),
            line_id,
            revision: revision.saturating_add(1),
            before: before.clone(),
            after: after.clone(),
            reason: Some(reason.to_owned()),
            changed_at: now,
            changed_by: tx.actor().to_owned(),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(plan_line_changes::table).values(batch)
        )?;
    }
    Ok(carried)
}
