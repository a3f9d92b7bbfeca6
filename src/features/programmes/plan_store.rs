//! Tasks and plan lines in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{
    line_model::{LineRef, LineState},
    row_model::{BudgetRow, DependencyRow, MilestoneRow, PlanLineRow, ProgrammeRow, TaskRow, UnitRow},
    store,
};
use crate::{
    access::LineFacts,
    db::{
        Conn, Tx,
        schema::{
            plan_line_budgets, plan_line_dependencies, plan_line_milestones, plan_line_units, plan_lines,
            programme_tasks,
        },
    },
    each,
    error::AppResult,
    ids::{AgencyCode, ProgrammeCode, RecordId, TaskCode},
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;
/// Codes or ids in one query.
const IN_QUERY_MAX: usize = 500;

/// The rows of new lines, with what belongs to them.
#[derive(Debug, Default)]
pub struct NewRows {
    /// Tasks.
    pub tasks: Vec<TaskRow>,
    /// Their lines.
    pub lines: Vec<PlanLineRow>,
    /// What belongs to the lines.
    pub parts: Parts,
}

/// What belongs to lines.
#[derive(Debug, Default)]
pub struct Parts {
    /// Co-ordinating units.
    pub units: Vec<UnitRow>,
    /// Money.
    pub budgets: Vec<BudgetRow>,
    /// Milestones.
    pub milestones: Vec<MilestoneRow>,
    /// What they wait for.
    pub dependencies: Vec<DependencyRow>,
}

macro_rules! insert_all {
    ($tx:expr, $table:ident, $rows:expr) => {
        for batch in $rows.chunks(BATCH) {
            each!($tx.conn(), diesel::insert_into($table::table).values(batch))?;
        }
    };
}

/// Adds tasks with their lines.
pub fn insert_tasks(tx: &mut Tx<'_>, rows: &NewRows) -> AppResult<()> {
    insert_all!(tx, programme_tasks, rows.tasks);
    insert_all!(tx, plan_lines, rows.lines);
    insert_parts(tx, &rows.parts)
}

fn insert_parts(tx: &mut Tx<'_>, parts: &Parts) -> AppResult<()> {
    insert_all!(tx, plan_line_units, parts.units);
    insert_all!(tx, plan_line_budgets, parts.budgets);
    insert_all!(tx, plan_line_milestones, parts.milestones);
    insert_all!(tx, plan_line_dependencies, parts.dependencies);
    Ok(())
}

/// Puts what belongs to a line in place of what does.
pub fn replace_parts(tx: &mut Tx<'_>, line: &RecordId, parts: &Parts) -> AppResult<()> {
    diesel::delete(plan_line_units::table.filter(plan_line_units::line_id.eq(line))).execute(tx.conn())?;
    diesel::delete(plan_line_budgets::table.filter(plan_line_budgets::line_id.eq(line)))
        .execute(tx.conn())?;
    diesel::delete(plan_line_milestones::table.filter(plan_line_milestones::line_id.eq(line)))
        .execute(tx.conn())?;
    diesel::delete(plan_line_dependencies::table.filter(plan_line_dependencies::line_id.eq(line)))
        .execute(tx.conn())?;
    insert_parts(tx, parts)
}

/// Puts co-ordinating units in place of the present ones.
pub fn replace_units(tx: &mut Tx<'_>, line: &RecordId, units: &[AgencyCode]) -> AppResult<()> {
    diesel::delete(plan_line_units::table.filter(plan_line_units::line_id.eq(line))).execute(tx.conn())?;
    let rows: Vec<UnitRow> = units
        .iter()
        .map(|unit| UnitRow {
            line_id: line.clone(),
            agency_code: unit.clone(),
        })
        .collect();
    insert_all!(tx, plan_line_units, rows);
    Ok(())
}

/// What belongs to some lines.
pub fn parts_of(conn: &mut Conn, lines: &[RecordId]) -> AppResult<Parts> {
    let mut parts = Parts::default();
    for ids in lines.chunks(IN_QUERY_MAX) {
        parts.units.extend(
            plan_line_units::table
                .filter(plan_line_units::line_id.eq_any(ids))
                .select(UnitRow::as_select())
                .load::<UnitRow>(conn)?,
        );
        parts.budgets.extend(
            plan_line_budgets::table
                .filter(plan_line_budgets::line_id.eq_any(ids))
                .order((plan_line_budgets::year, plan_line_budgets::source))
                .select(BudgetRow::as_select())
                .load::<BudgetRow>(conn)?,
        );
        parts.milestones.extend(
            plan_line_milestones::table
                .filter(plan_line_milestones::line_id.eq_any(ids))
                .order(plan_line_milestones::position)
                .select(MilestoneRow::as_select())
                .load::<MilestoneRow>(conn)?,
        );
        parts.dependencies.extend(
            plan_line_dependencies::table
                .filter(plan_line_dependencies::line_id.eq_any(ids))
                .select(DependencyRow::as_select())
                .load::<DependencyRow>(conn)?,
        );
    }
    Ok(parts)
}

/// The co-ordinating units of some lines, by code.
pub fn units_of(conn: &mut Conn, lines: &[RecordId]) -> AppResult<BTreeMap<RecordId, Vec<AgencyCode>>> {
    let mut units: BTreeMap<RecordId, BTreeSet<AgencyCode>> = BTreeMap::new();
    for ids in lines.chunks(IN_QUERY_MAX) {
        let rows: Vec<UnitRow> = plan_line_units::table
            .filter(plan_line_units::line_id.eq_any(ids))
            .select(UnitRow::as_select())
            .load(conn)?;
        for row in rows {
            units.entry(row.line_id).or_default().insert(row.agency_code);
        }
    }
    // The databases sort by rules of their own.
    Ok(units
        .into_iter()
        .map(|(line, units)| (line, units.into_iter().collect()))
        .collect())
}

/// Those of some task codes that a programme has.
pub fn present_tasks(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    codes: &[TaskCode],
) -> AppResult<BTreeSet<TaskCode>> {
    let mut present = BTreeSet::new();
    for codes in codes.chunks(IN_QUERY_MAX) {
        let found: Vec<TaskCode> = programme_tasks::table
            .filter(programme_tasks::programme_code.eq(programme))
            .filter(programme_tasks::code.eq_any(codes))
            .select(programme_tasks::code)
            .load(conn)?;
        present.extend(found);
    }
    Ok(present)
}

/// Every line of a programme by its id, and which waits for which.
pub fn line_graph(
    conn: &mut Conn,
    programme: &ProgrammeCode,
) -> AppResult<(BTreeMap<RecordId, LineRef>, Vec<DependencyRow>)> {
    let lines: Vec<(RecordId, TaskCode, i32)> = plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .select((plan_lines::id, plan_lines::task_code, plan_lines::line))
        .load(conn)?;
    let edges = plan_line_dependencies::table
        .filter(
            plan_line_dependencies::line_id.eq_any(
                plan_lines::table
                    .filter(plan_lines::programme_code.eq(programme.clone()))
                    .select(plan_lines::id),
            ),
        )
        .select(DependencyRow::as_select())
        .load(conn)?;
    let lines = lines
        .into_iter()
        .map(|(id, task, line)| (id, LineRef { task, line }))
        .collect();
    Ok((lines, edges))
}

/// A task; 404 if there is none.
pub fn find_task(conn: &mut Conn, programme: &ProgrammeCode, code: &TaskCode) -> AppResult<TaskRow> {
    Ok(programme_tasks::table
        .find((programme, code))
        .select(TaskRow::as_select())
        .first(conn)?)
}

/// A line; 404 if there is none.
pub fn line_at(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    task: &TaskCode,
    line: i32,
) -> AppResult<PlanLineRow> {
    Ok(plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .filter(plan_lines::task_code.eq(task))
        .filter(plan_lines::line.eq(line))
        .select(PlanLineRow::as_select())
        .first(conn)?)
}

/// Every line of some tasks, by its place.
pub fn lines_at(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    tasks: &[TaskCode],
) -> AppResult<BTreeMap<LineRef, PlanLineRow>> {
    let mut found = BTreeMap::new();
    for codes in tasks.chunks(IN_QUERY_MAX) {
        let rows: Vec<PlanLineRow> = plan_lines::table
            .filter(plan_lines::programme_code.eq(programme))
            .filter(plan_lines::task_code.eq_any(codes))
            .select(PlanLineRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| {
            let place = LineRef {
                task: row.task_code.clone(),
                line: row.line,
            };
            (place, row)
        }));
    }
    Ok(found)
}

/// Where some lines stand in their programme.
pub fn places_of(conn: &mut Conn, lines: &[RecordId]) -> AppResult<Vec<LineRef>> {
    let found: Vec<(TaskCode, i32)> = plan_lines::table
        .filter(plan_lines::id.eq_any(lines))
        .select((plan_lines::task_code, plan_lines::line))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(task, line)| LineRef { task, line })
        .collect())
}

/// Every line of a programme in a state.
pub fn lines_in(conn: &mut Conn, programme: &ProgrammeCode, state: LineState) -> AppResult<Vec<PlanLineRow>> {
    Ok(plan_lines::table
        .filter(plan_lines::programme_code.eq(programme))
        .filter(plan_lines::state.eq(state))
        .order(plan_lines::id)
        .select(PlanLineRow::as_select())
        .load(conn)?)
}

/// What is known of each of some lines when a permission is decided, in their order.
pub fn facts_of(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    lines: &[&PlanLineRow],
) -> AppResult<Vec<LineFacts>> {
    let ids: Vec<RecordId> = lines.iter().map(|line| line.id.clone()).collect();
    let mut units = units_of(conn, &ids)?;
    let signatories = store::signatories(conn, &programme.code)?;
    Ok(lines
        .iter()
        .map(|line| LineFacts {
            owner: programme.owner_code.clone(),
            signatories: signatories.clone(),
            lead: line.lead_code.clone(),
            coordinators: units.remove(&line.id).unwrap_or_default(),
        })
        .collect())
}

/// The lines that each of some lines waits for and that are not done, by line.
pub fn unfinished_dependencies(
    conn: &mut Conn,
    lines: &[RecordId],
) -> AppResult<BTreeMap<RecordId, Vec<LineRef>>> {
    let mut found: BTreeMap<RecordId, Vec<LineRef>> = BTreeMap::new();
    for ids in lines.chunks(IN_QUERY_MAX) {
        let rows: Vec<(RecordId, TaskCode, i32)> = plan_line_dependencies::table
            .inner_join(plan_lines::table.on(plan_lines::id.eq(plan_line_dependencies::depends_on_id)))
            .filter(plan_line_dependencies::line_id.eq_any(ids))
            .filter(plan_lines::state.ne(LineState::Done))
            .select((
                plan_line_dependencies::line_id,
                plan_lines::task_code,
                plan_lines::line,
            ))
            .load(conn)?;
        for (id, task, line) in rows {
            found.entry(id).or_default().push(LineRef { task, line });
        }
    }
    Ok(found)
}
