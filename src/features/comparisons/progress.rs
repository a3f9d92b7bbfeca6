//! How far each agency is. Pure, from what other features hold.

use std::collections::BTreeMap;

use super::{
    compare::lines_of,
    model::{AgencyProgress, RoundProgress},
};
use crate::{
    clock::Moment,
    features::{
        rounds::{Deadline, Phase},
        scores::RoundResult,
        submissions::{SubmissionRow, SubmissionState},
    },
    ids::AgencyCode,
};

/// The matrix of agencies; `questions` holds how many questions wait for each.
pub fn progress(
    result: &RoundResult,
    submissions: Vec<SubmissionRow>,
    questions: &BTreeMap<AgencyCode, usize>,
    now: Moment,
) -> RoundProgress {
    let round = &result.round;
    let mut rows: BTreeMap<AgencyCode, SubmissionRow> = submissions
        .into_iter()
        .map(|row| (row.agency_code.clone(), row))
        .collect();
    let agencies: Vec<AgencyProgress> = result
        .agencies
        .iter()
        .map(|agency| {
            let row = rows.remove(&agency.card.code);
            let lines = lines_of(&result.set, agency);
            let count =
                |what: fn(&super::ComparedItem) -> bool| lines.iter().filter(|line| what(line)).count();
            let deadlines = row.as_ref().map(|row| row.deadlines(round));
            let deadline = deadlines.and_then(|deadlines| match round.phase {
                Phase::SelfAssessment => deadlines.self_assessment,
                Phase::Appraisal => deadlines.appraisal,
                Phase::Explanation => deadlines.explanation,
                _ => None,
            });
            let first = deadlines.and_then(|deadlines| deadlines.self_assessment);
            let state = row.as_ref().map(|row| row.state);
            AgencyProgress {
                agency: agency.card.clone(),
                state,
                indicators: lines.len(),
                declared: count(|line| line.declared),
                without_evidence: count(|line| line.declared && line.evidence == 0),
                submitted_at: row.and_then(|row| row.submitted_at),
                deadline,
                overdue: state.is_some_and(|state| state != SubmissionState::Submitted)
                    && Deadline(first).has_passed(now),
                decided: count(|line| line.decided),
                questions_open: questions.get(&agency.card.code).copied().unwrap_or(0),
            }
        })
        .collect();
    let count = |what: fn(&AgencyProgress) -> bool| agencies.iter().filter(|row| what(row)).count();
    RoundProgress {
        round: round.code.clone(),
        phase: round.phase,
        submitted: count(|row| row.state == Some(SubmissionState::Submitted)),
        overdue: count(|row| row.overdue),
        agencies,
    }
}
