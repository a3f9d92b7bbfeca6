//! Survey rounds in the database.

use diesel::prelude::*;

use super::{
    body_model::SurveyRoundQuery,
    model::{StratumRow, SurveyCollectorRow, SurveyMoveRow, SurveyRoundRow},
};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{survey_collectors, survey_field_work, survey_moves, survey_rounds, survey_strata},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, SurveyRoundCode},
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// One page of survey rounds, by code.
pub fn page(
    conn: &mut Conn,
    asked: &SurveyRoundQuery,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<SurveyRoundRow>> {
    let mut query = survey_rounds::table
        .select(SurveyRoundRow::as_select())
        .order(survey_rounds::code)
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(year) = asked.year {
        query = query.filter(survey_rounds::year.eq(year));
    }
    if let Some(owner) = asked.owner.clone() {
        query = query.filter(survey_rounds::owner_code.eq(owner));
    }
    if let Some(state) = asked.state {
        query = query.filter(survey_rounds::state.eq(state));
    }
    if let Some(instrument) = asked.instrument.clone() {
        query = query.filter(survey_rounds::instrument_code.eq(instrument));
    }
    if let Some(after) = after {
        query = query.filter(survey_rounds::code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// A survey round; 404 if there is none.
pub fn find(conn: &mut Conn, code: &SurveyRoundCode) -> AppResult<SurveyRoundRow> {
    Ok(survey_rounds::table
        .find(code)
        .select(SurveyRoundRow::as_select())
        .first(conn)?)
}

/// Adds a survey round.
pub fn insert(tx: &mut Tx<'_>, row: &SurveyRoundRow) -> AppResult<()> {
    diesel::insert_into(survey_rounds::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &SurveyRoundRow, after: &SurveyRoundRow) -> AppResult<()> {
    let standing = survey_rounds::table
        .find(&before.code)
        .filter(survey_rounds::revision.eq(before.revision));
    let replaced = diesel::update(standing)
        .set((
            (
                survey_rounds::title_vi.eq(&after.title_vi),
                survey_rounds::title_en.eq(&after.title_en),
                survey_rounds::instrument_code.eq(&after.instrument_code),
                survey_rounds::instrument_version.eq(after.instrument_version),
                survey_rounds::state.eq(after.state),
                survey_rounds::collects_from.eq(after.collects_from),
                survey_rounds::collects_to.eq(after.collects_to),
            ),
            (
                survey_rounds::weighted.eq(after.weighted),
                survey_rounds::error_micro.eq(after.error_micro),
                survey_rounds::sizing.eq(after.sizing),
                survey_rounds::allocation.eq(after.allocation),
                survey_rounds::total_size.eq(after.total_size),
                survey_rounds::seed.eq(&after.seed),
                survey_rounds::result_digest.eq(&after.result_digest),
            ),
            survey_rounds::revision.eq(after.revision),
            survey_rounds::updated_at.eq(after.updated_at),
        ))
        .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// The bodies that collect for a survey round, by code.
pub fn collectors(conn: &mut Conn, code: &SurveyRoundCode) -> AppResult<Vec<AgencyCode>> {
    let mut found: Vec<AgencyCode> = survey_collectors::table
        .filter(survey_collectors::survey_round_code.eq(code))
        .select(survey_collectors::agency_code)
        .load(conn)?;
    found.sort();
    Ok(found)
}

/// Says anew which bodies collect.
pub fn put_collectors(tx: &mut Tx<'_>, code: &SurveyRoundCode, collectors: &[AgencyCode]) -> AppResult<()> {
    diesel::delete(survey_collectors::table.filter(survey_collectors::survey_round_code.eq(code)))
        .execute(tx.conn())?;
    let rows: Vec<SurveyCollectorRow> = collectors
        .iter()
        .map(|body| SurveyCollectorRow {
            survey_round_code: code.clone(),
            agency_code: body.clone(),
        })
        .collect();
    if !rows.is_empty() {
        each!(
            tx.conn(),
            diesel::insert_into(survey_collectors::table).values(&rows)
        )?;
    }
    Ok(())
}

/// All strata of a survey round, in the plan's order: position 0 first.
pub fn strata(conn: &mut Conn, code: &SurveyRoundCode) -> AppResult<Vec<StratumRow>> {
    Ok(survey_strata::table
        .filter(survey_strata::survey_round_code.eq(code))
        .order(survey_strata::position)
        .select(StratumRow::as_select())
        .load(conn)?)
}

/// One page of strata, in the plan's order, after a position.
pub fn strata_page(
    conn: &mut Conn,
    code: &SurveyRoundCode,
    agency: Option<&AgencyCode>,
    after: Option<i32>,
    fetch: i64,
) -> AppResult<Vec<StratumRow>> {
    let mut query = survey_strata::table
        .filter(survey_strata::survey_round_code.eq(code.clone()))
        .order(survey_strata::position)
        .select(StratumRow::as_select())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(agency) = agency {
        query = query.filter(survey_strata::agency_code.eq(agency.clone()));
    }
    if let Some(after) = after {
        query = query.filter(survey_strata::position.gt(after));
    }
    Ok(query.load(conn)?)
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSums {
    /// How many strata there are.
    pub strata: usize,
    /// How many there are to be asked.
    pub population: i64,
    /// How many are asked.
    pub sample_size: i64,
}

/// What the plan of a survey round comes to; none of nothing.
pub fn plan_sums(conn: &mut Conn, code: &SurveyRoundCode) -> AppResult<Option<PlanSums>> {
    let rows: Vec<(i64, i64)> = survey_strata::table
        .filter(survey_strata::survey_round_code.eq(code))
        .select((survey_strata::population, survey_strata::sample_size))
        .load(conn)?;
    let sums = rows
        .iter()
        .fold(PlanSums::default(), |sums, (population, size)| PlanSums {
            strata: sums.strata + 1,
            population: sums.population.saturating_add(*population),
            sample_size: sums.sample_size.saturating_add(*size),
        });
    Ok((sums.strata > 0).then_some(sums))
}

/// Puts a plan in place of the one before. What was planned of the field work falls with the strata that it named.
pub fn put_strata(tx: &mut Tx<'_>, code: &SurveyRoundCode, rows: &[StratumRow]) -> AppResult<()> {
    diesel::delete(survey_field_work::table.filter(survey_field_work::survey_round_code.eq(code)))
        .execute(tx.conn())?;
    diesel::delete(survey_strata::table.filter(survey_strata::survey_round_code.eq(code)))
        .execute(tx.conn())?;
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(survey_strata::table).values(batch))?;
    }
    Ok(())
}

/// Keeps a move.
pub fn append_move(tx: &mut Tx<'_>, row: &SurveyMoveRow) -> AppResult<()> {
    diesel::insert_into(survey_moves::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// The moves of a survey round, the oldest first.
pub fn moves(conn: &mut Conn, code: &SurveyRoundCode) -> AppResult<Vec<SurveyMoveRow>> {
    Ok(survey_moves::table
        .filter(survey_moves::survey_round_code.eq(code))
        .order(survey_moves::id)
        .select(SurveyMoveRow::as_select())
        .load(conn)?)
}
