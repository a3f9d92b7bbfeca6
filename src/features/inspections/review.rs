//! What reviews read of inspections.

use chrono::NaiveDate;

use super::{
    list_store,
    model::{FindingRow, InspectionForm, InspectionRow, RemedyRow, RemedyTimeliness},
    rules, store,
};
use crate::{
    db::Conn,
    error::AppResult,
    ids::{AgencyCode, RecordId},
};

/// The inspections of some agencies in some years, with what came of them.
#[derive(Clone, Debug, Default)]
pub struct Inspected {
    /// The inspections.
    pub inspections: Vec<InspectionRow>,
    /// What they found.
    pub findings: Vec<FindingRow>,
    /// What is to be done, and how it stands to its deadline.
    pub remedies: Vec<(RemedyRow, RemedyTimeliness)>,
}

/// The inspections that begin in some years. An unannounced one that has not begun is not among them: a number, too, would
/// tell of it.
pub fn inspected(
    conn: &mut Conn,
    owners: &[AgencyCode],
    years: (i32, i32),
    today: NaiveDate,
) -> AppResult<Inspected> {
    let mut inspections = list_store::of_years(conn, owners, years)?;
    inspections.retain(|row| row.form != InspectionForm::Unannounced || row.shown_since.is_some());
    let ids: Vec<RecordId> = inspections.iter().map(|row| row.id.clone()).collect();
    let remedies = store::remedies(conn, &ids)?.into_iter().map(|row| {
        let timeliness = rules::timeliness(&row, today);
        (row, timeliness)
    });
    Ok(Inspected {
        remedies: remedies.collect(),
        findings: store::findings(conn, &ids)?,
        inspections,
    })
}
