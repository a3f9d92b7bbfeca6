//! The rows of submissions, items and contributors in the tables.

use diesel::prelude::*;

use super::state::SubmissionState;
use crate::{
    clock::Moment,
    db::schema::{item_revisions, submission_contributors, submissions},
    features::rounds::{Deadlines, RoundRow},
    ids::{AgencyCode, IndicatorCode, RoundCode},
};

/// A row of `submissions`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = submissions, treat_none_as_default_value = false)]
pub struct SubmissionRow {
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// Where it stands.
    pub state: SubmissionState,
    /// Counts the changes.
    pub revision: i64,
    /// When the leadership approved it.
    pub approved_at: Option<Moment>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When it was submitted.
    pub submitted_at: Option<Moment>,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Until when the agency may assess itself, where it was granted more time.
    pub self_assessment_until: Option<Moment>,
    /// Until when it may explain, where it was granted more time.
    pub explanation_until: Option<Moment>,
}

impl SubmissionRow {
    /// The deadlines that hold for the agency: the round's, or later ones that it was granted.
    pub fn deadlines(&self, round: &RoundRow) -> Deadlines {
        Deadlines {
            self_assessment: later(round.self_assessment_deadline, self.self_assessment_until),
            explanation: later(round.explanation_deadline, self.explanation_until),
            appraisal: round.appraisal_deadline,
        }
    }
}

/// More time never takes time away: the round's own deadline may have been put off meanwhile.
fn later(deadline: Option<Moment>, granted: Option<Moment>) -> Option<Moment> {
    match (deadline, granted) {
        (Some(deadline), Some(granted)) => Some(deadline.max(granted)),
        (deadline, _) => deadline,
    }
}

/// What a row of `item_revisions` holds.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = item_revisions)]
pub(super) struct ItemStateRow {
    pub indicator_code: IndicatorCode,
    pub revision: i32,
    pub value: Option<String>,
    pub self_points: Option<i64>,
    pub explanation: Option<String>,
    pub evidence: String,
}

/// A row of `item_revisions`: what it holds, when it was saved and by whom.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = item_revisions)]
pub(super) struct ItemRevisionRow {
    #[diesel(embed)]
    pub state: ItemStateRow,
    pub saved_at: Moment,
    pub saved_by: String,
}

/// A row of `submission_contributors`.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = submission_contributors, treat_none_as_default_value = false)]
pub(super) struct ContributorRow {
    pub round_code: RoundCode,
    pub agency_code: AgencyCode,
    pub indicator_code: IndicatorCode,
    pub contributor_code: AgencyCode,
}
