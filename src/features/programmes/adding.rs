//! New tasks as rows.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    filing::{places, unknown_agencies},
    line_model::{LineRef, LineState, NewLine, NewTask},
    plan_rules::{self, Dependencies},
    plan_store::{self, NewRows, Parts},
    row_model::{BudgetRow, DependencyRow, MilestoneRow, PlanLineRow, ProgrammeRow, TaskRow, UnitRow},
    rules, store,
};
use crate::{
    clock::Moment,
    db::{Conn, Tx},
    error::{AppError, AppResult, FieldError},
    ids::{AgencyCode, ContentCode, RecordId, TaskCode},
};

/// Every fault of new tasks beside those of their shape.
pub fn faults_of(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    tasks: &[(usize, NewTask)],
) -> AppResult<Vec<FieldError>> {
    let contents: Vec<ContentCode> = store::contents(conn, &programme.code)?
        .into_iter()
        .map(|content| content.code)
        .collect();
    let mut faults = plan_rules::check_tasks(tasks, &contents, programme.period());
    let codes: Vec<TaskCode> = tasks.iter().map(|(_, task)| task.code.clone()).collect();
    let present = plan_store::present_tasks(conn, &programme.code, &codes)?;
    for (index, task) in tasks.iter().filter(|(_, task)| present.contains(&task.code)) {
        faults.push(rules::fault(
            format!("/tasks/{index}/code"),
            "already_exists",
            format!("Đã có nhiệm vụ {}.", task.code),
            format!("There is a task {} already.", task.code),
        ));
    }
    let mut named: Vec<(String, AgencyCode)> = Vec::new();
    for (index, task) in tasks {
        for (number, line) in task.lines.iter().enumerate() {
            named.extend(units_of(&format!("/tasks/{index}/lines/{number}"), line));
        }
    }
    faults.extend(unknown_agencies(conn, &named)?);
    faults.extend(dependency_faults(conn, programme, tasks)?);
    Ok(faults)
}

/// The units of a line with their places.
pub fn units_of(base: &str, line: &NewLine) -> Vec<(String, AgencyCode)> {
    let list = format!("{base}/coordinators");
    std::iter::once((format!("{base}/lead"), line.lead.clone()))
        .chain(places(&list, &line.coordinators))
        .collect()
}

fn number(index: usize) -> AppResult<i32> {
    i32::try_from(index).map_err(AppError::internal)
}

fn dependency_faults(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    tasks: &[(usize, NewTask)],
) -> AppResult<Vec<FieldError>> {
    let mut asked = Vec::new();
    let mut new: Vec<(LineRef, &NewLine)> = Vec::new();
    for (index, task) in tasks {
        for (place, line) in task.lines.iter().enumerate() {
            let at = LineRef {
                task: task.code.clone(),
                line: number(place + 1)?,
            };
            for (position, on) in line.depends_on.iter().enumerate() {
                let pointer = format!("/tasks/{index}/lines/{place}/depends_on/{position}");
                asked.push((pointer, at.clone(), on.clone()));
            }
            new.push((at, line));
        }
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = known_dependencies(conn, programme)?;
    for (at, line) in new {
        known
            .entry(at)
            .or_default()
            .extend(line.depends_on.iter().cloned());
    }
    Ok(plan_rules::check_dependencies(&asked, &known))
}

/// Every line of a programme with those it waits for.
pub fn known_dependencies(conn: &mut Conn, programme: &ProgrammeRow) -> AppResult<Dependencies> {
    let (lines, edges) = plan_store::line_graph(conn, &programme.code)?;
    let mut known: Dependencies = lines
        .values()
        .map(|line| (line.clone(), BTreeSet::new()))
        .collect();
    for edge in edges {
        if let (Some(line), Some(on)) = (lines.get(&edge.line_id), lines.get(&edge.depends_on_id)) {
            known.entry(line.clone()).or_default().insert(on.clone());
        }
    }
    Ok(known)
}

/// Adds tasks that were found good; the rows of their lines.
pub fn add(
    tx: &mut Tx<'_>,
    programme: &ProgrammeRow,
    tasks: Vec<(usize, NewTask)>,
) -> AppResult<Vec<PlanLineRow>> {
    let now = tx.now();
    let mut rows = NewRows::default();
    let mut waiting: Vec<(RecordId, Vec<LineRef>)> = Vec::new();
    for (_, task) in tasks {
        for (index, line) in task.lines.iter().enumerate() {
            let row = line_row(programme, &task, number(index + 1)?, line, now);
            collect_parts(&mut rows.parts, &row.id, line)?;
            if !line.depends_on.is_empty() {
                waiting.push((row.id.clone(), line.depends_on.clone()));
            }
            rows.lines.push(row);
        }
        rows.tasks.push(TaskRow {
            programme_code: programme.code.clone(),
            code: task.code,
            id: RecordId::new(),
            content_code: task.content,
            title: task.title,
            kind: task.kind,
            goal: task.goal,
            created_at: now,
        });
    }
    if !waiting.is_empty() {
        let (present, _) = plan_store::line_graph(tx.conn(), &programme.code)?;
        let ids: BTreeMap<LineRef, RecordId> = present
            .into_iter()
            .map(|(id, place)| (place, id))
            .chain(rows.lines.iter().map(|row| (place_of(row), row.id.clone())))
            .collect();
        rows.parts.dependencies = edges(&ids, waiting);
    }
    plan_store::insert_tasks(tx, &rows)?;
    Ok(rows.lines)
}

fn place_of(row: &PlanLineRow) -> LineRef {
    LineRef {
        task: row.task_code.clone(),
        line: row.line,
    }
}

/// The rows of what lines wait for.
pub fn edges(
    ids: &BTreeMap<LineRef, RecordId>,
    waiting: Vec<(RecordId, Vec<LineRef>)>,
) -> Vec<DependencyRow> {
    waiting
        .into_iter()
        .flat_map(|(line, on)| on.into_iter().map(move |on| (line.clone(), on)))
        .filter_map(|(line_id, on)| {
            let depends_on_id = ids.get(&on)?.clone();
            Some(DependencyRow {
                line_id,
                depends_on_id,
            })
        })
        .collect()
}

fn line_row(programme: &ProgrammeRow, task: &NewTask, line: i32, new: &NewLine, now: Moment) -> PlanLineRow {
    PlanLineRow {
        id: RecordId::new(),
        programme_code: programme.code.clone(),
        task_code: task.code.clone(),
        line,
        content_code: task.content.clone(),
        kind: task.kind,
        year: new.year,
        goal: new.goal.clone(),
        requirement: new.requirement.clone(),
        solution: new.solution.clone(),
        output: new.output.clone(),
        from_day: new.from,
        to_day: new.to,
        due_at: new.to.map(|day| programme.time_zone.end_of(day)),
        original_to: None,
        lead_code: new.lead.clone(),
        state: LineState::NotStarted,
        held_state: None,
        percent: 0,
        completions: 0,
        completed_at: None,
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

/// The rows of what belongs to a line, but for what it waits for.
pub fn collect_parts(parts: &mut Parts, id: &RecordId, line: &NewLine) -> AppResult<()> {
    parts.units.extend(line.coordinators.iter().map(|unit| UnitRow {
        line_id: id.clone(),
        agency_code: unit.clone(),
    }));
    parts.budgets.extend(line.budgets.iter().map(|budget| BudgetRow {
        line_id: id.clone(),
        year: budget.year,
        source: budget.source,
        amount_vnd: budget.amount_vnd,
        spent_vnd: budget.spent_vnd,
    }));
    for (position, milestone) in line.milestones.iter().enumerate() {
        parts.milestones.push(MilestoneRow {
            line_id: id.clone(),
            position: number(position)?,
            title: milestone.title.clone(),
            due: milestone.due,
            reached_on: milestone.reached_on,
        });
    }
    Ok(())
}
