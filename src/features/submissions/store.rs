//! Submissions and their contributors in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{
    model::Contributor,
    prepared_store::UpdateSubmission,
    row_model::{ContributorRow, SubmissionRow},
    state::SubmissionState,
};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{submission_contributors, submissions},
    },
    each,
    error::AppResult,
    ids::{AgencyCode, IndicatorCode, RoundCode},
};

/// Rows of one insert.
const BATCH: usize = 500;

/// A submission; 404 where the agency takes no part or the round is not open yet.
pub fn find_submission(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<SubmissionRow> {
    Ok(submissions::table
        .find((round, agency))
        .select(SubmissionRow::as_select())
        .first(conn)?)
}

/// Opens an empty submission for each agency of a round.
pub fn open_submissions(tx: &mut Tx<'_>, round: &RoundCode, agencies: &[AgencyCode]) -> AppResult<()> {
    let now = tx.now();
    let rows: Vec<SubmissionRow> = agencies
        .iter()
        .map(|agency| SubmissionRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            state: SubmissionState::Draft,
            revision: 1,
            approved_at: None,
            approved_by: None,
            submitted_at: None,
            submitted_by: None,
            updated_at: now,
            self_assessment_until: None,
            explanation_until: None,
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(submissions::table).values(batch))?;
    }
    Ok(())
}

/// Which submissions of a round a list may hold.
pub enum Visible {
    /// All.
    All,
    /// Those of these agencies, or with items that one of these departments contributes.
    Of {
        /// The caller's own agencies.
        agencies: Vec<AgencyCode>,
        /// The departments that the caller fills in for.
        departments: Vec<AgencyCode>,
    },
}

/// Submissions of a round, by agency, after one and up to a number.
pub fn list_submissions(
    conn: &mut Conn,
    round: &RoundCode,
    visible: &Visible,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<SubmissionRow>> {
    let mut query = submissions::table
        .filter(submissions::round_code.eq(round.clone()))
        .select(SubmissionRow::as_select())
        .order(submissions::agency_code)
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Visible::Of {
        agencies,
        departments,
    } = visible
    {
        let contributed = submission_contributors::table
            .filter(submission_contributors::round_code.eq(round.clone()))
            .filter(submission_contributors::contributor_code.eq_any(departments.clone()))
            .select(submission_contributors::agency_code);
        query = query.filter(
            submissions::agency_code
                .eq_any(agencies.clone())
                .or(submissions::agency_code.eq_any(contributed)),
        );
    }
    if let Some(after) = after {
        query = query.filter(submissions::agency_code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// A round's submissions, by agency.
pub fn round_submissions(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<SubmissionRow>> {
    Ok(submissions::table
        .filter(submissions::round_code.eq(round))
        .order(submissions::agency_code)
        .select(SubmissionRow::as_select())
        .load(conn)?)
}

/// Writes a submission's row, if nobody changed it meanwhile.
pub fn update_submission(tx: &mut Tx<'_>, before_revision: i64, after: &SubmissionRow) -> AppResult<()> {
    let update = UpdateSubmission {
        before_revision,
        after,
        current_revisions: None,
    };
    UpdateSubmission::require(each!(tx.conn(), update)?)
}

/// The department that fills in each indicator.
pub fn contributors(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<BTreeMap<IndicatorCode, AgencyCode>> {
    let rows: Vec<(IndicatorCode, AgencyCode)> = submission_contributors::table
        .filter(submission_contributors::round_code.eq(round))
        .filter(submission_contributors::agency_code.eq(agency))
        .select((
            submission_contributors::indicator_code,
            submission_contributors::contributor_code,
        ))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The indicators that some departments fill in, by the agency that they fill them in for.
pub fn contributed_by(
    conn: &mut Conn,
    round: &RoundCode,
    departments: &BTreeSet<AgencyCode>,
) -> AppResult<BTreeMap<AgencyCode, BTreeSet<IndicatorCode>>> {
    let rows: Vec<(AgencyCode, IndicatorCode)> = submission_contributors::table
        .filter(submission_contributors::round_code.eq(round))
        .filter(submission_contributors::contributor_code.eq_any(departments))
        .select((
            submission_contributors::agency_code,
            submission_contributors::indicator_code,
        ))
        .load(conn)?;
    let mut contributed: BTreeMap<AgencyCode, BTreeSet<IndicatorCode>> = BTreeMap::new();
    for (agency, indicator) in rows {
        contributed.entry(agency).or_default().insert(indicator);
    }
    Ok(contributed)
}

/// Who fills in what for whom in a round: agency, indicator, department.
pub fn round_contributors(
    conn: &mut Conn,
    round: &RoundCode,
) -> AppResult<Vec<(AgencyCode, IndicatorCode, AgencyCode)>> {
    Ok(submission_contributors::table
        .filter(submission_contributors::round_code.eq(round))
        .select((
            submission_contributors::agency_code,
            submission_contributors::indicator_code,
            submission_contributors::contributor_code,
        ))
        .load(conn)?)
}

/// Sets the departments that fill in indicators.
pub fn replace_contributors(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    contributors: &[Contributor],
) -> AppResult<()> {
    diesel::delete(
        submission_contributors::table
            .filter(submission_contributors::round_code.eq(round))
            .filter(submission_contributors::agency_code.eq(agency)),
    )
    .execute(tx.conn())?;
    let rows: Vec<ContributorRow> = contributors
        .iter()
        .map(|row| ContributorRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            indicator_code: row.indicator.clone(),
            contributor_code: row.contributor.clone(),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(submission_contributors::table).values(batch)
        )?;
    }
    Ok(())
}
