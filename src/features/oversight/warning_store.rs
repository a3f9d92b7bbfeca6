//! The unfinished lines of a programme with their reports, in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{
    pace::{Course, Report},
    warnings::Watched,
};
use crate::{
    clock::Moment,
    db::{
        Conn,
        schema::{line_moves, plan_line_dependencies, plan_lines, programme_tasks},
    },
    error::AppResult,
    features::{
        programmes::{LineRef, LineState, ProgrammeRow},
        progress::MoveKind,
    },
    ids::{AgencyCode, RecordId, TaskCode},
};

type Row = (
    RecordId,
    (TaskCode, i32, String),
    AgencyCode,
    LineState,
    (Option<NaiveDate>, Option<NaiveDate>),
    i32,
    Moment,
);

/// The unfinished lines, in the order in which they were added.
pub fn watched(conn: &mut Conn, programme: &ProgrammeRow) -> AppResult<Vec<Watched>> {
    let of_task = programme_tasks::programme_code
        .eq(plan_lines::programme_code)
        .and(programme_tasks::code.eq(plan_lines::task_code));
    let rows: Vec<Row> = plan_lines::table
        .inner_join(programme_tasks::table.on(of_task))
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::state.ne(LineState::Done))
        .order(plan_lines::id)
        .select((
            plan_lines::id,
            (plan_lines::task_code, plan_lines::line, programme_tasks::title),
            plan_lines::lead_code,
            plan_lines::state,
            (plan_lines::from_day, plan_lines::to_day),
            plan_lines::percent,
            plan_lines::created_at,
        ))
        .load(conn)?;
    let reports = reports(conn, programme)?;
    let mut waits_for = dependencies(conn, programme)?;
    let zone = programme.time_zone;
    Ok(rows
        .into_iter()
        .map(
            |(id, (task, line, title), lead, state, (from, to), percent, created_at)| {
                let (first, last) = reports.get(&id).copied().unzip();
                Watched {
                    waits_for: waits_for.remove(&id).unwrap_or_default(),
                    place: LineRef { task, line },
                    title,
                    lead,
                    state,
                    from,
                    to,
                    percent,
                    added_on: zone.day_of(created_at),
                    course: Course { from, first, last },
                    id,
                }
            },
        )
        .collect())
}

/// The first and the last report of each unfinished line.
fn reports(conn: &mut Conn, programme: &ProgrammeRow) -> AppResult<BTreeMap<RecordId, (Report, Report)>> {
    let rows: Vec<(RecordId, Moment, i32)> = line_moves::table
        .inner_join(plan_lines::table.on(plan_lines::id.eq(line_moves::line_id)))
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::state.ne(LineState::Done))
        .filter(line_moves::kind.eq(MoveKind::Report))
        .order(line_moves::id)
        .select((line_moves::line_id, line_moves::moved_at, line_moves::percent))
        .load(conn)?;
    let mut found: BTreeMap<RecordId, (Report, Report)> = BTreeMap::new();
    for (id, at, percent) in rows {
        let day = programme.time_zone.day_of(at);
        let report = Report { day, percent };
        found
            .entry(id)
            .and_modify(|(_, last)| *last = report)
            .or_insert((report, report));
    }
    Ok(found)
}

fn dependencies(conn: &mut Conn, programme: &ProgrammeRow) -> AppResult<BTreeMap<RecordId, Vec<RecordId>>> {
    let rows: Vec<(RecordId, RecordId)> = plan_line_dependencies::table
        .inner_join(plan_lines::table.on(plan_lines::id.eq(plan_line_dependencies::line_id)))
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::state.ne(LineState::Done))
        .select((
            plan_line_dependencies::line_id,
            plan_line_dependencies::depends_on_id,
        ))
        .load(conn)?;
    let mut found: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (line, on) in rows {
        found.entry(line).or_default().push(on);
    }
    Ok(found)
}
