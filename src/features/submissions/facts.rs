//! What is known of a submission when a permission is decided, and which of its lines a caller may see.

use std::collections::{BTreeMap, BTreeSet};

use super::{row_model::SubmissionRow, store};
use crate::{
    access::{Action, Object, Principal, Role, SubmissionFacts},
    db::Conn,
    error::AppResult,
    features::rounds::{self, AssignmentRow, RoundRow},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    web::Caller,
};

/// A submission's facts, with the assignments that they were made from.
pub struct Known {
    /// For the permission function.
    pub facts: SubmissionFacts,
    /// The department that fills in each indicator.
    pub contributors: BTreeMap<IndicatorCode, AgencyCode>,
    /// Who appraises what.
    pub assignments: Vec<AssignmentRow>,
}

/// Reads a submission's facts.
pub fn load(conn: &mut Conn, round: &RoundRow, agency: &AgencyCode) -> AppResult<Known> {
    let contributors = store::contributors(conn, &round.code, agency)?;
    let assignments = rounds::assignments(conn, &round.code)?;
    let bodies: BTreeSet<&AgencyCode> = assignments.iter().map(|row| &row.body_code).collect();
    let departments: BTreeSet<&AgencyCode> = contributors.values().collect();
    let facts = SubmissionFacts {
        owner: round.owner_code.clone(),
        agency: agency.clone(),
        contributors: departments.into_iter().cloned().collect(),
        bodies: bodies.into_iter().cloned().collect(),
        appraisal_begun: round.phase.appraisal_has_begun(),
    };
    Ok(Known {
        facts,
        contributors,
        assignments,
    })
}

/// A submission that a caller may do something with.
pub struct Approached {
    /// The round.
    pub round: RoundRow,
    /// The submission.
    pub submission: SubmissionRow,
    /// What is known of it.
    pub known: Known,
}

/// The way to a submission, for every feature that works on one: it is there, and the caller may do this with it.
/// Otherwise 404 or 403, as the permission function decides.
pub fn approach(
    conn: &mut Conn,
    caller: &Caller,
    round: &RoundCode,
    agency: &AgencyCode,
    action: Action,
) -> AppResult<Approached> {
    let round = rounds::find_round(conn, round)?;
    let submission = store::find_submission(conn, &round.code, agency)?;
    let known = load(conn, &round, agency)?;
    caller.check(action, Object::Submission(&known.facts))?;
    Ok(Approached {
        round,
        submission,
        known,
    })
}

/// Facts for a caller of the agency itself, who needs no assignment to be allowed: spares two readings on each save.
pub fn own(round: &RoundRow, agency: &AgencyCode) -> SubmissionFacts {
    SubmissionFacts {
        owner: round.owner_code.clone(),
        agency: agency.clone(),
        contributors: Vec::new(),
        bodies: Vec::new(),
        appraisal_begun: round.phase.appraisal_has_begun(),
    }
}

/// Whether a caller belongs to the agency itself.
pub fn is_own(principal: &Principal, agency: &AgencyCode) -> bool {
    principal.has_for(Role::Submitter, agency) || principal.has_for(Role::Leader, agency)
}

/// The lines that a caller may see: all, or those that the own department fills in or the own body appraises.
pub fn visible_lines(principal: &Principal, known: &Known) -> Option<BTreeSet<IndicatorCode>> {
    let facts = &known.facts;
    let all = is_own(principal, &facts.agency)
        || principal.has_for(Role::Reader, &facts.agency)
        || principal.has_for(Role::Evaluator, &facts.owner)
        || principal.has(Role::Administrator);
    if all {
        return None;
    }
    let contributed = known
        .contributors
        .iter()
        .filter(|(_, department)| principal.has_for(Role::Submitter, department))
        .map(|(indicator, _)| indicator.clone());
    let appraised = known
        .assignments
        .iter()
        .filter(|row| facts.appraisal_begun && principal.has_for(Role::Appraiser, &row.body_code))
        .map(|row| row.indicator_code.clone());
    Some(contributed.chain(appraised).collect())
}
