//! Changes and moves of plan lines in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{
    line_model::LineState,
    row_model::{ChangeRow, PlanLineRow},
};
use crate::{
    clock::Moment,
    db::{
        Conn, Tx,
        schema::{plan_line_changes, plan_lines},
    },
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
};

/// Ids in one query.
const IN_QUERY_MAX: usize = 500;

/// Puts a new version of a line in place of the one before: 409 if that is no longer there.
pub fn update_line(tx: &mut Tx<'_>, before: &PlanLineRow, after: &PlanLineRow) -> AppResult<()> {
    let updated = diesel::update(
        plan_lines::table
            .find(&before.id)
            .filter(plan_lines::revision.eq(before.revision)),
    )
    .set(after.clone())
    .execute(tx.conn())?;
    if updated == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// Moves many lines, those that come to the same by one statement: 409 if one is no longer as it was.
pub fn move_lines(tx: &mut Tx<'_>, moved: &[(PlanLineRow, PlanLineRow)]) -> AppResult<()> {
    type Standing = (LineState, LineState, i32, i32, Option<Moment>);
    let now = tx.now();
    let mut alike: BTreeMap<Standing, Vec<&RecordId>> = BTreeMap::new();
    for (before, after) in moved {
        let counted = after.completions - before.completions;
        let standing = (
            before.state,
            after.state,
            after.percent,
            counted,
            after.completed_at,
        );
        alike.entry(standing).or_default().push(&after.id);
    }
    for ((from, to, percent, counted, completed_at), ids) in alike {
        for ids in ids.chunks(IN_QUERY_MAX) {
            let lines = plan_lines::table
                .filter(plan_lines::id.eq_any(ids.to_vec()))
                .filter(plan_lines::state.eq(from));
            let updated = diesel::update(lines)
                .set((
                    plan_lines::state.eq(to),
                    plan_lines::percent.eq(percent),
                    plan_lines::completions.eq(plan_lines::completions + counted),
                    plan_lines::completed_at.eq(completed_at),
                    plan_lines::revision.eq(plan_lines::revision + 1),
                    plan_lines::updated_at.eq(now),
                ))
                .execute(tx.conn())?;
            if updated != ids.len() {
                return Err(AppError::new(ErrorCode::Conflict));
            }
        }
    }
    Ok(())
}

/// Keeps what was changed of a line's plan.
pub fn record_change(
    tx: &mut Tx<'_>,
    after: &PlanLineRow,
    (was, is): (serde_json::Value, serde_json::Value),
    reason: Option<String>,
) -> AppResult<()> {
    let row = ChangeRow {
        id: RecordId::new(),
        line_id: after.id.clone(),
        revision: after.revision,
        before: was.to_string(),
        after: is.to_string(),
        reason,
        changed_at: tx.now(),
        changed_by: tx.actor().to_owned(),
    };
    diesel::insert_into(plan_line_changes::table)
        .values(&row)
        .execute(tx.conn())?;
    Ok(())
}

/// What was changed of a line's plan, oldest first.
pub fn changes_of(conn: &mut Conn, line: &RecordId) -> AppResult<Vec<ChangeRow>> {
    Ok(plan_line_changes::table
        .filter(plan_line_changes::line_id.eq(line))
        .order(plan_line_changes::id)
        .select(ChangeRow::as_select())
        .load(conn)?)
}
