//! Entered points in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{AdjustmentRow, PointEntry, SurveyPointRow};
use crate::{
    db::{
        Conn, Tx,
        schema::{adjustment_points, survey_points},
    },
    each,
    error::AppResult,
    ids::{AgencyCode, IndicatorCode, RoundCode},
};

/// Rows of one insert.
const BATCH: usize = 500;

/// The newest entries of a round, by agency and indicator.
pub type PointsByAgency = BTreeMap<AgencyCode, BTreeMap<IndicatorCode, PointEntry>>;

/// The newest entry of each of these agencies and indicator, cleared ones included.
pub fn current_points(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<PointsByAgency> {
    let mut current = PointsByAgency::new();
    for agencies in agencies.chunks(BATCH) {
        let rows: Vec<(AgencyCode, IndicatorCode, PointEntry)> = survey_points::table
            .filter(survey_points::round_code.eq(round))
            .filter(survey_points::agency_code.eq_any(agencies))
            // The order of the primary key: nothing is sorted.
            .order((
                survey_points::agency_code,
                survey_points::indicator_code,
                survey_points::sequence,
            ))
            .select((
                survey_points::agency_code,
                survey_points::indicator_code,
                PointEntry::as_select(),
            ))
            .load(conn)?;
        for (agency, indicator, entry) in rows {
            // A later sequence takes the place of an earlier one.
            current.entry(agency).or_default().insert(indicator, entry);
        }
    }
    Ok(current)
}

/// The newest entry of each agency and adjustment, cleared ones included.
pub fn current_adjustments(
    conn: &mut Conn,
    round: &RoundCode,
) -> AppResult<BTreeMap<(AgencyCode, IndicatorCode), AdjustmentRow>> {
    let rows: Vec<AdjustmentRow> = adjustment_points::table
        .filter(adjustment_points::round_code.eq(round))
        .order(adjustment_points::sequence)
        .select(AdjustmentRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.agency_code.clone(), row.adjustment_code.clone()), row))
        .collect())
}

/// Appends survey and external points.
pub fn append_points(tx: &mut Tx<'_>, rows: &[SurveyPointRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(survey_points::table).values(batch))?;
    }
    Ok(())
}

/// Appends adjustments.
pub fn append_adjustments(tx: &mut Tx<'_>, rows: &[AdjustmentRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(adjustment_points::table).values(batch)
        )?;
    }
    Ok(())
}
