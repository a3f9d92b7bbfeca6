//! Lists of tasks and lines, and their counts.

use diesel::{dsl::count_star, prelude::*};

use super::{
    line_model::LineState,
    query_model::{LineQuery, TaskQuery},
    row_model::{PlanLineRow, TaskRow},
    summary::Alike,
    timeliness::{AsOf, Timeliness},
};
use crate::{
    clock::Moment,
    db::{
        Conn, MultiBackend,
        schema::{plan_line_units, plan_lines, programme_tasks},
    },
    error::AppResult,
    ids::{AgencyCode, ContentCode, ProgrammeCode, TaskCode},
    web::Cursor,
};

/// One page of tasks, in the order in which they were added.
pub fn list_tasks(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    asked: &TaskQuery,
    cursor: &Cursor,
) -> AppResult<Vec<TaskRow>> {
    let mut query = programme_tasks::table
        .filter(programme_tasks::programme_code.eq(programme.clone()))
        .select(TaskRow::as_select())
        .order(programme_tasks::id)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(content) = asked.content.clone() {
        query = query.filter(programme_tasks::content_code.eq(content));
    }
    if let Some(kind) = asked.kind {
        query = query.filter(programme_tasks::kind.eq(kind));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(programme_tasks::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// One page of lines with the titles of their tasks, in the order in which they were added.
pub fn list_lines(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    asked: &LineQuery,
    (as_of, due_before): (AsOf, Option<Moment>),
    cursor: &Cursor,
) -> AppResult<Vec<PlanLineRow>> {
    let mut query = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme.clone()))
        .select(PlanLineRow::as_select())
        .order(plan_lines::id)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(content) = asked.content.clone() {
        query = query.filter(plan_lines::content_code.eq(content));
    }
    if let Some(kind) = asked.kind {
        query = query.filter(plan_lines::kind.eq(kind));
    }
    if let Some(lead) = asked.lead.clone() {
        query = query.filter(plan_lines::lead_code.eq(lead));
    }
    if let Some(unit) = asked.coordinator.clone() {
        let of_unit = plan_line_units::table
            .filter(plan_line_units::agency_code.eq(unit))
            .select(plan_line_units::line_id);
        query = query.filter(plan_lines::id.eq_any(of_unit));
    }
    if let Some(state) = asked.state {
        query = query.filter(plan_lines::state.eq(state));
    }
    if let Some(year) = asked.year {
        query = query.filter(plan_lines::year.eq(year));
    }
    if let Some(moment) = due_before {
        query = query.filter(plan_lines::due_at.le(moment));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(plan_lines::id.gt(after));
    }
    let AsOf { now, near } = as_of;
    let done = plan_lines::state.eq(LineState::Done);
    let open = plan_lines::state.ne(LineState::Done);
    let due = plan_lines::due_at;
    query = match asked.timeliness {
        None => query,
        Some(Timeliness::NoDeadline) => query.filter(open).filter(due.is_null()),
        Some(Timeliness::InTime) => query.filter(open).filter(due.gt(near)),
        Some(Timeliness::NearlyDue) => query.filter(open).filter(due.gt(now)).filter(due.le(near)),
        Some(Timeliness::Overdue) => query.filter(open).filter(due.le(now)),
        Some(Timeliness::DoneNoDeadline) => query.filter(done).filter(due.is_null()),
        Some(Timeliness::DoneInTime) => query.filter(done).filter(due.gt(plan_lines::completed_at)),
        Some(Timeliness::DoneLate) => query.filter(done).filter(due.le(plan_lines::completed_at)),
    };
    Ok(query.load(conn)?)
}

/// The titles of some tasks.
pub fn titles(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    tasks: &[TaskCode],
) -> AppResult<std::collections::BTreeMap<TaskCode, String>> {
    let found: Vec<(TaskCode, String)> = programme_tasks::table
        .filter(programme_tasks::programme_code.eq(programme))
        .filter(programme_tasks::code.eq_any(tasks))
        .select((programme_tasks::code, programme_tasks::title))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Counts the lines of a programme that are alike. Seven readings of one index, each of the rows that it counts: the same
/// borders as [`AsOf::judge`].
pub fn count_alike(conn: &mut Conn, programme: &ProgrammeCode, as_of: AsOf) -> AppResult<Vec<Alike>> {
    type Group = (ContentCode, AgencyCode, LineState, i64);
    let mut found = Vec::new();
    macro_rules! count {
        ($timeliness:ident, $state:expr, $due:expr) => {
            let groups: Vec<Group> = plan_lines::table
                .filter(plan_lines::programme_code.eq(programme))
                .filter($state)
                .filter($due)
                .group_by((
                    plan_lines::content_code,
                    plan_lines::lead_code,
                    plan_lines::state,
                ))
                .select((
                    plan_lines::content_code,
                    plan_lines::lead_code,
                    plan_lines::state,
                    count_star(),
                ))
                .load(conn)?;
            found.extend(
                groups
                    .into_iter()
                    .map(|(content, lead, state, lines)| Alike {
                        content,
                        lead,
                        state,
                        timeliness: Timeliness::$timeliness,
                        lines,
                    }),
            );
        };
    }
    let AsOf { now, near } = as_of;
    let (due, completed) = (plan_lines::due_at, plan_lines::completed_at);
    count!(NoDeadline, plan_lines::state.ne(LineState::Done), due.is_null());
    count!(InTime, plan_lines::state.ne(LineState::Done), due.gt(near));
    count!(
        NearlyDue,
        plan_lines::state.ne(LineState::Done),
        due.gt(now).and(due.le(near))
    );
    count!(Overdue, plan_lines::state.ne(LineState::Done), due.le(now));
    count!(
        DoneNoDeadline,
        plan_lines::state.eq(LineState::Done),
        due.is_null()
    );
    count!(
        DoneInTime,
        plan_lines::state.eq(LineState::Done),
        due.gt(completed)
    );
    count!(DoneLate, plan_lines::state.eq(LineState::Done), due.le(completed));
    Ok(found)
}

/// Every line of some tasks, in their order.
pub fn lines_of_tasks(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    tasks: &[TaskCode],
) -> AppResult<Vec<PlanLineRow>> {
    Ok(plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .filter(plan_lines::task_code.eq_any(tasks))
        .order(plan_lines::id)
        .select(PlanLineRow::as_select())
        .load(conn)?)
}
