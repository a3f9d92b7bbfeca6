//! Running counts in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::prepared_store::{CountColumns, PutCounts};
use crate::{
    db::{
        Conn, Tx,
        schema::{survey_count_heads, survey_counts},
    },
    each,
    error::{AppError, AppResult},
    features::survey_rounds::Channel,
    ids::SurveyRoundCode,
    survey::{Cell, CountPlan},
};

/// Strata that are asked for at once.
const STRATA_IN_QUERY_MAX: usize = 1_000;

/// Cells by stratum and channel.
pub type Cells = BTreeMap<(i32, Channel), Cell>;

/// How often the counts of a round were changed.
pub fn head(conn: &mut Conn, round: &SurveyRoundCode) -> AppResult<i64> {
    let revision: Option<i64> = survey_count_heads::table
        .find(round)
        .select(survey_count_heads::revision)
        .first(conn)
        .optional()?;
    Ok(revision.unwrap_or(0))
}

/// Counts one change more, and returns its number. The round's counts are locked by the change.
pub fn raise_head(tx: &mut Tx<'_>, round: &SurveyRoundCode) -> AppResult<i64> {
    let revision = head(tx.conn(), round)?.saturating_add(1);
    let raised = diesel::update(survey_count_heads::table.find(round))
        .set(survey_count_heads::revision.eq(revision))
        .execute(tx.conn())?;
    if raised == 0 {
        diesel::insert_into(survey_count_heads::table)
            .values((
                survey_count_heads::survey_round_code.eq(round),
                survey_count_heads::revision.eq(revision),
            ))
            .execute(tx.conn())?;
    }
    Ok(revision)
}

fn decode(plan: &CountPlan, rows: Vec<(i32, Channel, String)>) -> AppResult<Cells> {
    rows.into_iter()
        .map(|(stratum, channel, counts)| {
            let cell = plan.decode(&counts);
            let cell =
                cell.ok_or_else(|| AppError::internal("kept counts are not of the round's instrument"))?;
            Ok(((stratum, channel), cell))
        })
        .collect()
}

/// The cells that were changed after a revision.
pub fn since(conn: &mut Conn, round: &SurveyRoundCode, revision: i64, plan: &CountPlan) -> AppResult<Cells> {
    let rows = survey_counts::table
        .filter(survey_counts::survey_round_code.eq(round))
        .filter(survey_counts::revision.gt(revision))
        .select((
            survey_counts::stratum,
            survey_counts::channel,
            survey_counts::counts,
        ))
        .load(conn)?;
    decode(plan, rows)
}

/// The cells of some strata.
pub fn of_strata(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    strata: &BTreeSet<i32>,
    plan: &CountPlan,
) -> AppResult<Cells> {
    let strata: Vec<i32> = strata.iter().copied().collect();
    let mut cells = Cells::new();
    for strata in strata.chunks(STRATA_IN_QUERY_MAX) {
        let rows = survey_counts::table
            .filter(survey_counts::survey_round_code.eq(round))
            .filter(survey_counts::stratum.eq_any(strata))
            .select((
                survey_counts::stratum,
                survey_counts::channel,
                survey_counts::counts,
            ))
            .load(conn)?;
        cells.extend(decode(plan, rows)?);
    }
    Ok(cells)
}

/// The counts of strata from one position to another as they are kept.
pub fn texts_between(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    (first, last): (i32, i32),
) -> AppResult<Vec<(i32, Channel, String)>> {
    Ok(survey_counts::table
        .filter(survey_counts::survey_round_code.eq(round))
        .filter(survey_counts::stratum.between(first, last))
        .select((
            survey_counts::stratum,
            survey_counts::channel,
            survey_counts::counts,
        ))
        .load(conn)?)
}

/// Puts cells in place of those before.
pub fn put(tx: &mut Tx<'_>, round: &SurveyRoundCode, revision: i64, cells: &Cells) -> AppResult<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let mut columns = CountColumns::default();
    for ((stratum, channel), cell) in cells {
        columns.strata.push(*stratum);
        columns.channels.push(channel.as_str());
        columns.counts.push(cell.encode());
    }
    let rows = columns.strata.iter().zip(&columns.channels).zip(&columns.counts);
    let rows: Vec<_> = rows
        .map(|((stratum, channel), counts)| (stratum, channel, counts))
        .collect();
    let text = serde_json::to_string(&rows).map_err(AppError::internal)?;
    columns.text = text;
    let put = PutCounts {
        round,
        revision,
        columns: &columns,
    };
    each!(tx.conn(), put)?;
    Ok(())
}
