//! Approvals in the database.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::ApprovalRow;
use crate::{
    db::{
        Conn, Tx,
        schema::{appraisal_decisions, appraisal_views, round_approvals},
    },
    error::AppResult,
    features::appraisals::Origin,
    ids::RoundCode,
};

/// The approvals of a round, oldest first.
pub fn approvals(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<ApprovalRow>> {
    Ok(round_approvals::table
        .filter(round_approvals::round_code.eq(round))
        .order(round_approvals::id)
        .select(ApprovalRow::as_select())
        .load(conn)?)
}

/// Adds an approval.
pub fn insert_approval(tx: &mut Tx<'_>, row: &ApprovalRow) -> AppResult<()> {
    diesel::insert_into(round_approvals::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Everybody who recorded a view in a round, or settled a difference. Sending an item back is the council's own act.
pub fn appraisers(conn: &mut Conn, round: &RoundCode) -> AppResult<BTreeSet<String>> {
    let views: Vec<String> = appraisal_views::table
        .filter(appraisal_views::round_code.eq(round))
        .select(appraisal_views::recorded_by)
        .distinct()
        .load(conn)?;
    let decisions: Vec<String> = appraisal_decisions::table
        .filter(appraisal_decisions::round_code.eq(round))
        .filter(appraisal_decisions::origin.ne(Origin::Returned))
        .select(appraisal_decisions::recorded_by)
        .distinct()
        .load(conn)?;
    Ok(views.into_iter().chain(decisions).collect())
}
