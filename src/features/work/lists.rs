//! Puts a person's open work together, round by round.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{WorkItem, WorkKind, WorkList};
use crate::{
    access::{Principal, Role},
    clock::Moment,
    db::Conn,
    error::AppResult,
    features::{
        appraisals,
        criteria::Sets,
        explanations, extensions,
        rounds::{self, Deadline, Phase, RoundRow},
        submissions::{self, SubmissionRow, SubmissionState},
    },
    ids::{AgencyCode, IndicatorCode},
    scoring::CompiledSet,
};

/// Everything that waits for a person.
pub fn load(conn: &mut Conn, sets: &Sets, principal: &Principal, now: Moment) -> AppResult<WorkList> {
    let mut items = Vec::new();
    for round in rounds::running(conn)? {
        let mut list = List {
            now,
            round: &round,
            items: &mut items,
        };
        list.of_agencies(conn, sets, principal)?;
        list.of_bodies(conn, sets, principal)?;
        list.of_owner(conn, principal)?;
    }
    // What has no deadline comes last.
    items.sort_by(|a, b| {
        let due = |item: &WorkItem| (item.due.is_none(), item.due, item.kind);
        due(a).cmp(&due(b))
    });
    let sum = |items: &[WorkItem], of: fn(&WorkItem) -> bool| {
        items.iter().filter(|item| of(item)).map(|item| item.count).sum()
    };
    Ok(WorkList {
        open: sum(&items, |_| true),
        overdue: sum(&items, |item| item.overdue),
        items,
    })
}

/// The work in one round.
struct List<'a> {
    now: Moment,
    round: &'a RoundRow,
    items: &'a mut Vec<WorkItem>,
}

impl List<'_> {
    fn push(
        &mut self,
        kind: WorkKind,
        agency: Option<&AgencyCode>,
        count: usize,
        due: Option<Moment>,
        path: &str,
    ) {
        if count == 0 {
            return;
        }
        self.items.push(WorkItem {
            kind,
            round: self.round.code.clone(),
            agency: agency.cloned(),
            count,
            due,
            local_due: due.map(|due| self.round.time_zone.show(due)),
            overdue: Deadline(due).has_passed(self.now),
            path: format!("/api/v1/rounds/{}{path}", self.round.code),
        });
    }

    /// What waits for submitters, contributing departments and leaders.
    fn of_agencies(&mut self, conn: &mut Conn, sets: &Sets, principal: &Principal) -> AppResult<()> {
        let fills = principal.agencies_of(Role::Submitter);
        let leads = principal.agencies_of(Role::Leader);
        if fills.is_empty() && leads.is_empty() {
            return Ok(());
        }
        let round = self.round;
        let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
        // The contributed lines at once: a round may have thousands of agencies, of which the caller serves one.
        let contributed = submissions::contributed_by(conn, &round.code, &fills)?;
        for submission in submissions::round_submissions(conn, &round.code)? {
            let agency = &submission.agency_code;
            let own = (fills.contains(agency), leads.contains(agency));
            match (own, contributed.get(agency)) {
                ((false, false), None) => {}
                ((false, false), only) => self.of_submission(conn, &set, &submission, only, own)?,
                _ => self.of_submission(conn, &set, &submission, None, own)?,
            }
        }
        Ok(())
    }

    fn of_submission(
        &mut self,
        conn: &mut Conn,
        set: &CompiledSet,
        submission: &SubmissionRow,
        only: Option<&BTreeSet<IndicatorCode>>,
        (fills, leads): (bool, bool),
    ) -> AppResult<()> {
        let (round, agency) = (self.round, &submission.agency_code);
        let deadlines = submission.deadlines(round);
        let path = format!("/submissions/{agency}");
        let is_mine = |indicator: &IndicatorCode| only.is_none_or(|only| only.contains(indicator));
        if round.phase == Phase::SelfAssessment {
            let items = submissions::current_items(conn, &round.code, agency)?;
            let missing = rounds::appraised_leaves(set)
                .into_iter()
                .filter(|indicator| is_mine(indicator))
                .filter(|indicator| items.get(indicator).is_none_or(|item| item.value.is_none()))
                .count();
            let due = deadlines.self_assessment;
            match submission.state {
                SubmissionState::Submitted => {}
                SubmissionState::Approved => {
                    self.push(WorkKind::Submit, Some(agency), usize::from(fills), due, &path);
                }
                SubmissionState::Draft | SubmissionState::Withdrawn if missing > 0 => {
                    self.push(WorkKind::Declare, Some(agency), missing, due, &path);
                }
                SubmissionState::Draft | SubmissionState::Withdrawn => {
                    self.push(WorkKind::Approve, Some(agency), usize::from(leads), due, &path);
                }
            }
        }
        if round.phase.is_open_for_appraisal() {
            let open = explanations::threads(conn, &round.code, agency)?
                .into_iter()
                .filter(|(indicator, messages)| is_mine(indicator) && explanations::is_open(messages))
                .count();
            let path = format!("{path}/threads");
            self.push(WorkKind::Answer, Some(agency), open, deadlines.explanation, &path);
        }
        Ok(())
    }

    /// What waits for appraisers.
    fn of_bodies(&mut self, conn: &mut Conn, sets: &Sets, principal: &Principal) -> AppResult<()> {
        let bodies = principal.agencies_of(Role::Appraiser);
        let round = self.round;
        if bodies.is_empty() || !round.phase.is_open_for_appraisal() {
            return Ok(());
        }
        let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
        let waiting: BTreeMap<AgencyCode, appraisals::Waiting> =
            appraisals::waiting_for(conn, &set, round, &bodies)?;
        for (agency, waiting) in waiting {
            let path = format!("/appraisals/{agency}");
            let due = round.appraisal_deadline;
            self.push(WorkKind::Appraise, Some(&agency), waiting.open, due, &path);
            self.push(WorkKind::Settle, Some(&agency), waiting.to_settle, due, &path);
        }
        Ok(())
    }

    /// What waits for those who run the round.
    fn of_owner(&mut self, conn: &mut Conn, principal: &Principal) -> AppResult<()> {
        if !principal.has_for(Role::Evaluator, &self.round.owner_code) {
            return Ok(());
        }
        let asked = extensions::undecided(conn, &self.round.code)?;
        self.push(WorkKind::DecideExtension, None, asked, None, "/extensions");
        let sits = usize::from(self.round.phase == Phase::Council);
        self.push(WorkKind::Council, None, sits, None, "/agenda");
        Ok(())
    }
}
