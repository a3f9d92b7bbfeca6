//! Inspections in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{
    FindingIndicatorRow, FindingRow, InspectionBodyRow, InspectionMoveRow, InspectionRow, PlanRow, RemedyRow,
};
use crate::{
    db::{
        Conn, Tx,
        schema::{
            finding_indicators, inspection_bodies, inspection_findings, inspection_moves, inspection_plans,
            inspection_remedies, inspections,
        },
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, RecordId},
};

/// Ids of one query: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// A plan, if it is there.
pub fn find_plan(conn: &mut Conn, id: &RecordId) -> AppResult<Option<PlanRow>> {
    Ok(inspection_plans::table
        .find(id)
        .select(PlanRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a plan.
pub fn insert_plan(tx: &mut Tx<'_>, row: &PlanRow) -> AppResult<()> {
    diesel::insert_into(inspection_plans::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Approves a plan: 409 if it changed meanwhile.
pub fn approve_plan(tx: &mut Tx<'_>, before: &PlanRow, after: &PlanRow) -> AppResult<()> {
    let standing = inspection_plans::table
        .find(&before.id)
        .filter(inspection_plans::revision.eq(before.revision));
    let replaced = diesel::update(standing)
        .set((
            inspection_plans::state.eq(after.state),
            inspection_plans::approved_at.eq(after.approved_at),
            inspection_plans::approved_by.eq(&after.approved_by),
            inspection_plans::revision.eq(after.revision),
            inspection_plans::updated_at.eq(after.updated_at),
        ))
        .execute(tx.conn())?;
    one(replaced)
}

fn one(replaced: usize) -> AppResult<()> {
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// An inspection; 404 if there is none.
pub fn find(conn: &mut Conn, id: &RecordId) -> AppResult<InspectionRow> {
    Ok(inspections::table
        .find(id)
        .select(InspectionRow::as_select())
        .first(conn)?)
}

/// The bodies that take part in an inspection.
pub fn bodies(conn: &mut Conn, id: &RecordId) -> AppResult<Vec<AgencyCode>> {
    Ok(inspection_bodies::table
        .filter(inspection_bodies::inspection_id.eq(id))
        .order(inspection_bodies::body_code)
        .select(inspection_bodies::body_code)
        .load(conn)?)
}

/// Adds an inspection.
pub fn insert(tx: &mut Tx<'_>, row: &InspectionRow, bodies: &[AgencyCode]) -> AppResult<()> {
    diesel::insert_into(inspections::table)
        .values(row)
        .execute(tx.conn())?;
    let rows: Vec<InspectionBodyRow> = bodies
        .iter()
        .map(|body| InspectionBodyRow {
            inspection_id: row.id.clone(),
            body_code: body.clone(),
        })
        .collect();
    if !rows.is_empty() {
        each!(
            tx.conn(),
            diesel::insert_into(inspection_bodies::table).values(&rows)
        )?;
    }
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &InspectionRow, after: &InspectionRow) -> AppResult<()> {
    let standing = inspections::table
        .find(&before.id)
        .filter(inspections::revision.eq(before.revision));
    let replaced = diesel::update(standing)
        .set((
            inspections::state.eq(after.state),
            inspections::shown_since.eq(after.shown_since),
            inspections::conclusion.eq(&after.conclusion),
            inspections::revision.eq(after.revision),
            inspections::updated_at.eq(after.updated_at),
        ))
        .execute(tx.conn())?;
    one(replaced)
}

/// Appends what happened.
pub fn append(tx: &mut Tx<'_>, row: &InspectionMoveRow) -> AppResult<()> {
    diesel::insert_into(inspection_moves::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// What happened to an inspection, the oldest first.
pub fn moves(conn: &mut Conn, id: &RecordId) -> AppResult<Vec<InspectionMoveRow>> {
    Ok(inspection_moves::table
        .filter(inspection_moves::inspection_id.eq(id))
        .order(inspection_moves::id)
        .select(InspectionMoveRow::as_select())
        .load(conn)?)
}

/// What inspections found, the oldest first.
pub fn findings(conn: &mut Conn, inspections: &[RecordId]) -> AppResult<Vec<FindingRow>> {
    let mut found = Vec::new();
    for batch in inspections.chunks(BATCH) {
        let rows: Vec<FindingRow> = inspection_findings::table
            .filter(inspection_findings::inspection_id.eq_any(batch))
            .order(inspection_findings::id)
            .select(FindingRow::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The indicators of findings, in their order.
pub fn indicators(
    conn: &mut Conn,
    findings: &[RecordId],
) -> AppResult<BTreeMap<RecordId, Vec<FindingIndicatorRow>>> {
    let mut found: BTreeMap<RecordId, Vec<FindingIndicatorRow>> = BTreeMap::new();
    for batch in findings.chunks(BATCH) {
        let rows: Vec<FindingIndicatorRow> = finding_indicators::table
            .filter(finding_indicators::finding_id.eq_any(batch))
            .order(finding_indicators::position)
            .select(FindingIndicatorRow::as_select())
            .load(conn)?;
        for row in rows {
            found.entry(row.finding_id.clone()).or_default().push(row);
        }
    }
    Ok(found)
}

/// The remedies of inspections, the oldest first.
pub fn remedies(conn: &mut Conn, inspections: &[RecordId]) -> AppResult<Vec<RemedyRow>> {
    let mut found = Vec::new();
    for batch in inspections.chunks(BATCH) {
        let rows: Vec<RemedyRow> = inspection_remedies::table
            .filter(inspection_remedies::inspection_id.eq_any(batch))
            .order(inspection_remedies::id)
            .select(RemedyRow::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Adds a finding with its indicators.
pub fn insert_finding(
    tx: &mut Tx<'_>,
    row: &FindingRow,
    indicators: &[FindingIndicatorRow],
) -> AppResult<()> {
    diesel::insert_into(inspection_findings::table)
        .values(row)
        .execute(tx.conn())?;
    if !indicators.is_empty() {
        each!(
            tx.conn(),
            diesel::insert_into(finding_indicators::table).values(indicators)
        )?;
    }
    Ok(())
}

/// Adds a remedy.
pub fn insert_remedy(tx: &mut Tx<'_>, row: &RemedyRow) -> AppResult<()> {
    diesel::insert_into(inspection_remedies::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Moves a remedy: 409 if it moved meanwhile.
pub fn move_remedy(tx: &mut Tx<'_>, before: &RemedyRow, after: &RemedyRow) -> AppResult<()> {
    let standing = inspection_remedies::table
        .find(&before.id)
        .filter(inspection_remedies::state.eq(before.state));
    let moved = diesel::update(standing)
        .set((
            inspection_remedies::state.eq(after.state),
            inspection_remedies::reported_on.eq(after.reported_on),
        ))
        .execute(tx.conn())?;
    one(moved)
}
