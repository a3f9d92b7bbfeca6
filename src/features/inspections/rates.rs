//! How much was inspected, and how much of what was found is remedied.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    body_model::RatesQuery,
    list_store,
    model::{InspectionRow, InspectionState, RemedyRow, RemedyState, RemedyTimeliness},
    rules, store,
    view_model::InspectionRates,
};
use crate::{
    db::Conn,
    error::AppResult,
    ids::{AgencyCode, RecordId},
    scoring::percent_text,
};

/// Reads what is needed and works the rates out.
pub fn load(conn: &mut Conn, asked: &RatesQuery, today: NaiveDate) -> AppResult<InspectionRates> {
    let mut inspections = list_store::rated(conn, asked)?;
    let level = match &asked.level {
        Some(level) => {
            let end = asked.year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
            let all: BTreeSet<AgencyCode> = list_store::of_level(conn, level, end.unwrap_or(today))?
                .into_iter()
                .collect();
            inspections.retain(|row| all.contains(&row.target_code));
            Some(all)
        }
        None => None,
    };
    let ids: Vec<RecordId> = inspections.iter().map(|row| row.id.clone()).collect();
    let findings = store::findings(conn, &ids)?.len();
    let remedies = store::remedies(conn, &ids)?;
    Ok(work_out(&inspections, level.as_ref(), findings, &remedies, today))
}

/// The rates. Pure.
fn work_out(
    inspections: &[InspectionRow],
    level: Option<&BTreeSet<AgencyCode>>,
    findings: usize,
    remedies: &[RemedyRow],
    today: NaiveDate,
) -> InspectionRates {
    let targets: BTreeSet<&AgencyCode> = inspections.iter().map(|row| &row.target_code).collect();
    let inspected: BTreeSet<&AgencyCode> = inspections
        .iter()
        .filter(|row| matches!(row.state, InspectionState::UnderWay | InspectionState::Concluded))
        .map(|row| &row.target_code)
        .collect();
    let agencies = level.map_or(targets.len(), BTreeSet::len);
    let count = |wanted: RemedyTimeliness| {
        let stands_so = |row: &&RemedyRow| rules::timeliness(row, today) == wanted;
        remedies.iter().filter(stands_so).count()
    };
    let verified = remedies
        .iter()
        .filter(|row| row.state == RemedyState::Verified)
        .count();
    let in_time = count(RemedyTimeliness::RemediedInTime);
    InspectionRates {
        agencies,
        agencies_inspected: inspected.len(),
        inspected_share: percent_text(inspected.len(), agencies),
        findings,
        remedies: remedies.len(),
        remedies_verified: verified,
        verified_share: percent_text(verified, remedies.len()),
        verified_in_time: in_time,
        in_time_share: percent_text(in_time, verified),
        remedies_overdue: count(RemedyTimeliness::Overdue),
    }
}
