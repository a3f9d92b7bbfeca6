//! Lines and tasks as they are shown.

use std::collections::BTreeMap;

use super::{
    line_model::{Budget, LineCard, LineRef, LineState, Milestone, PlanLine, Task},
    plan_store, query_store,
    row_model::{PlanLineRow, ProgrammeRow, TaskRow},
    timeliness::{AsOf, state_of_task},
};
use crate::{
    clock::{Moment, WrittenTime},
    db::Conn,
    error::{AppError, AppResult, ErrorCode},
    ids::{RecordId, TaskCode},
};

use super::rules::fault;

/// The moment that is asked for, or now, with the borders of the programme.
pub fn as_of(programme: &ProgrammeRow, asked: Option<WrittenTime>, now: Moment) -> AppResult<AsOf> {
    let moment = match asked {
        None => now,
        Some(time) => time.in_zone(programme.time_zone).map_err(|_| AppError {
            errors: vec![fault(
                "?as_of",
                "no_moment",
                "Giờ này không có hoặc có hai lần ở múi giờ của chương trình: ghi rõ độ lệch so với UTC.",
                "The clocks of the programme's zone skip this time or show it twice: write its offset from UTC.",
            )],
            ..AppError::new(ErrorCode::InvalidRequest)
        })?,
    };
    Ok(AsOf::new(moment, programme.nearly_due_days))
}

fn done_at(row: &PlanLineRow) -> Option<Moment> {
    row.completed_at.filter(|_| row.state == LineState::Done)
}

/// Lines as they stand in lists.
pub fn cards(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    rows: Vec<PlanLineRow>,
    as_of: AsOf,
) -> AppResult<Vec<LineCard>> {
    let ids: Vec<RecordId> = rows.iter().map(|row| row.id.clone()).collect();
    let tasks: std::collections::BTreeSet<TaskCode> = rows.iter().map(|row| row.task_code.clone()).collect();
    let tasks: Vec<TaskCode> = tasks.into_iter().collect();
    let mut units = plan_store::units_of(conn, &ids)?;
    let titles = query_store::titles(conn, &programme.code, &tasks)?;
    Ok(rows
        .into_iter()
        .map(|row| LineCard {
            title: titles.get(&row.task_code).cloned().unwrap_or_default(),
            coordinators: units.remove(&row.id).unwrap_or_default(),
            timeliness: as_of.judge(row.state, row.due_at, row.completed_at),
            done_at: done_at(&row),
            task: row.task_code,
            line: row.line,
            content: row.content_code,
            kind: row.kind,
            year: row.year,
            from: row.from_day,
            to: row.to_day,
            original_to: row.original_to,
            lead: row.lead_code,
            state: row.state,
            percent: row.percent,
            revision: row.revision,
        })
        .collect())
}

/// Tasks with their lines.
pub fn tasks(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    rows: Vec<TaskRow>,
    as_of: AsOf,
) -> AppResult<Vec<Task>> {
    let codes: Vec<TaskCode> = rows.iter().map(|row| row.code.clone()).collect();
    let lines = query_store::lines_of_tasks(conn, &programme.code, &codes)?;
    let mut by_task: BTreeMap<TaskCode, Vec<LineCard>> = BTreeMap::new();
    for card in cards(conn, programme, lines, as_of)? {
        by_task.entry(card.task.clone()).or_default().push(card);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let lines = by_task.remove(&row.code).unwrap_or_default();
            let states: Vec<LineState> = lines.iter().map(|line| line.state).collect();
            Task {
                code: row.code,
                content: row.content_code,
                title: row.title,
                kind: row.kind,
                goal: row.goal,
                state: state_of_task(&states),
                created_at: row.created_at,
                lines,
            }
        })
        .collect())
}

/// A line as a whole.
pub fn line(conn: &mut Conn, programme: &ProgrammeRow, row: PlanLineRow, now: Moment) -> AppResult<PlanLine> {
    let as_of = AsOf::new(now, programme.nearly_due_days);
    let parts = plan_store::parts_of(conn, std::slice::from_ref(&row.id))?;
    let on: Vec<RecordId> = parts
        .dependencies
        .iter()
        .map(|edge| edge.depends_on_id.clone())
        .collect();
    let title = query_store::titles(conn, &programme.code, std::slice::from_ref(&row.task_code))?;
    let mut depends_on: Vec<LineRef> = plan_store::places_of(conn, &on)?;
    depends_on.sort();
    let mut coordinators: Vec<_> = parts.units.into_iter().map(|unit| unit.agency_code).collect();
    coordinators.sort();
    Ok(PlanLine {
        title: title.into_values().next().unwrap_or_default(),
        coordinators,
        budgets: parts
            .budgets
            .into_iter()
            .map(|row| Budget {
                year: row.year,
                source: row.source,
                amount_vnd: row.amount_vnd,
                spent_vnd: row.spent_vnd,
            })
            .collect(),
        milestones: parts
            .milestones
            .into_iter()
            .map(|row| Milestone {
                title: row.title,
                due: row.due,
                reached_on: row.reached_on,
            })
            .collect(),
        depends_on,
        timeliness: as_of.judge(row.state, row.due_at, row.completed_at),
        done_at: done_at(&row),
        programme: row.programme_code,
        task: row.task_code,
        line: row.line,
        content: row.content_code,
        kind: row.kind,
        year: row.year,
        goal: row.goal,
        requirement: row.requirement,
        solution: row.solution,
        output: row.output,
        from: row.from_day,
        to: row.to_day,
        original_to: row.original_to,
        due_at: row.due_at,
        lead: row.lead_code,
        state: row.state,
        percent: row.percent,
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
