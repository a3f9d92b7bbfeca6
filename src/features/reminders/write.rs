//! Writes the reminders that are due, round by round.
//!
//! Each is dealt with once, at its time: who has nothing open then is not reminded later. So a look costs
//! little: nothing while no deadline is near, and then the rows of the round's submissions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{
    rules::{NEAR_DAYS, due_reminder},
    store::{self, Reminder},
};
use crate::{
    access::Role,
    clock::Moment,
    db::{Actor, Answer, Change, Conn, Database, Entry, Lock, Outcome, Tx, digest_of},
    error::{AppResult, ErrorCode},
    features::{
        appraisals,
        criteria::Sets,
        explanations,
        notifications::{Audience, Notice, Notifier},
        rounds::{self, DeadlineKind, Phase, RoundRow},
        submissions::{self, SubmissionState},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
};

/// Writes what is due; tells how many people's agencies or bodies were reminded. Safe to be run by several instances.
pub async fn step(db: &Database, sets: &Sets, notifier: &Notifier) -> AppResult<usize> {
    let now = db.clock().now();
    let due: Vec<RoundCode> = db
        .read(move |conn| {
            let mut due = Vec::new();
            for round in rounds::running(conn)? {
                if !reminders_due(conn, &round, now)?.is_empty() {
                    due.push(round.code);
                }
            }
            Ok(due)
        })
        .await?;
    let mut reminded = 0;
    for code in due {
        reminded += write_for(db, sets, notifier, code).await?;
    }
    Ok(reminded)
}

async fn write_for(db: &Database, sets: &Sets, notifier: &Notifier, code: RoundCode) -> AppResult<usize> {
    let change = Change {
        actor: Actor::System,
        action: "write_reminders",
        request_id: "reminders".to_owned(),
        idempotency: None,
        locks: vec![Lock::below("round", &code), Lock::part("reminders", &code)],
    };
    let (sets, notifier) = (sets.clone(), notifier.clone());
    let answer = db
        .write(change, move |tx| {
            let now = tx.now();
            let round = rounds::find_round(tx.conn(), &code)?;
            let due = reminders_due(tx.conn(), &round, now)?;
            if due.is_empty() {
                return Ok(Outcome::Unchanged(Answer::empty()));
            }
            let mut reminded = 0;
            let open = Open::load(tx, &sets, &round, &due)?;
            for reminder in &due {
                reminded += usize::from(remind(tx, &notifier, &round, reminder, &open)?);
            }
            store::insert(tx, &code, &due)?;
            let entry = Entry {
                object_kind: "reminders",
                object_id: code.to_string(),
                before_digest: None,
                after_digest: Some(digest_of(&facts(&due))?),
                detail: serde_json::json!({"due": due.len(), "reminded": reminded}),
            };
            let answer = crate::db::json_answer(200, &reminded)?;
            Ok(Outcome::Done(answer, entry))
        })
        .await;
    match answer {
        Ok(answer) => Ok(answer.body.parse().unwrap_or(0)),
        // Another instance wrote them at the same moment.
        Err(error) if error.code == ErrorCode::AlreadyExists => Ok(0),
        Err(error) => Err(error),
    }
}

fn facts(due: &[Reminder]) -> Vec<serde_json::Value> {
    let of = |reminder: &Reminder| {
        serde_json::json!({
            "agency": reminder.agency, "deadline": reminder.deadline, "due": reminder.due,
            "days_before": reminder.days_before,
        })
    };
    due.iter().map(of).collect()
}

/// The reminders whose time has come and that were not dealt with.
fn reminders_due(conn: &mut Conn, round: &RoundRow, now: Moment) -> AppResult<Vec<Reminder>> {
    let mut due: BTreeSet<Reminder> = BTreeSet::new();
    let mut add = |agency: &AgencyCode, deadline: DeadlineKind, end: Option<Moment>| {
        let Some(end) = end else { return };
        if let Some(days_before) = due_reminder(end, round.time_zone, now) {
            due.insert(Reminder {
                agency: agency.clone(),
                deadline,
                due: end,
                days_before,
            });
        }
    };
    let of_agencies = match round.phase {
        Phase::SelfAssessment => Some(DeadlineKind::SelfAssessment),
        Phase::Appraisal | Phase::Explanation => Some(DeadlineKind::Explanation),
        _ => None,
    };
    // More time only ever puts a deadline off: before the round's own is near, none is.
    let is_near = |kind| {
        let end = round.deadlines().of(kind);
        end.is_some_and(|end| now >= end.plus(TimeDelta::days(-NEAR_DAYS)))
    };
    if let Some(kind) = of_agencies.filter(|kind| is_near(*kind)) {
        for submission in submissions::round_submissions(conn, &round.code)? {
            add(
                &submission.agency_code,
                kind,
                submission.deadlines(round).of(kind),
            );
        }
    }
    if matches!(round.phase, Phase::Appraisal | Phase::Explanation) && is_near(DeadlineKind::Appraisal) {
        for row in rounds::assignments(conn, &round.code)? {
            add(&row.body_code, DeadlineKind::Appraisal, round.appraisal_deadline);
        }
    }
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let written = store::written(conn, &round.code, now)?;
    Ok(due
        .into_iter()
        .filter(|reminder| !written.contains(reminder))
        .collect())
}

/// How much is open.
#[derive(Default)]
struct Open {
    /// By deadline and agency or body.
    of: BTreeMap<(DeadlineKind, AgencyCode), usize>,
    /// What departments have not declared of the self-assessments of others, by agency and department.
    contributed: BTreeMap<AgencyCode, BTreeMap<AgencyCode, usize>>,
}

impl Open {
    fn load(tx: &mut Tx<'_>, sets: &Sets, round: &RoundRow, due: &[Reminder]) -> AppResult<Self> {
        let of = |kind: DeadlineKind| {
            let agencies = due.iter().filter(move |reminder| reminder.deadline == kind);
            agencies
                .map(|reminder| reminder.agency.clone())
                .collect::<BTreeSet<_>>()
        };
        let mut open = Self::default();
        let (assessing, explaining, appraising) = (
            of(DeadlineKind::SelfAssessment),
            of(DeadlineKind::Explanation),
            of(DeadlineKind::Appraisal),
        );
        let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
        if !assessing.is_empty() {
            let leaves = rounds::appraised_leaves(&set).len();
            open.load_undeclared(tx, round, leaves, &assessing)?;
        }
        if !explaining.is_empty() {
            let questions = explanations::open_questions(tx.conn(), &round.code)?;
            let questions = questions
                .into_iter()
                .filter(|(agency, _)| explaining.contains(agency));
            open.of
                .extend(questions.map(|(agency, count)| ((DeadlineKind::Explanation, agency), count)));
        }
        for body in appraising {
            let waiting = appraisals::waiting_for(tx.conn(), &set, round, &[body.clone()].into())?;
            let count = waiting
                .values()
                .map(|waiting| waiting.open + waiting.to_settle)
                .sum();
            open.of.insert((DeadlineKind::Appraisal, body), count);
        }
        Ok(open)
    }

    /// What agencies that have not sent have not declared, and what their departments have not.
    fn load_undeclared(
        &mut self,
        tx: &mut Tx<'_>,
        round: &RoundRow,
        leaves: usize,
        assessing: &BTreeSet<AgencyCode>,
    ) -> AppResult<()> {
        let codes: Vec<AgencyCode> = assessing.iter().cloned().collect();
        let items = submissions::round_items(tx.conn(), &round.code, &codes)?;
        let mut declared: BTreeMap<&AgencyCode, BTreeSet<&IndicatorCode>> = BTreeMap::new();
        for (agency, items) in &items {
            let of = items.iter().filter(|item| item.value.is_some());
            declared.insert(agency, of.map(|item| &item.indicator).collect());
        }
        for submission in submissions::round_submissions(tx.conn(), &round.code)? {
            let agency = submission.agency_code;
            if submission.state != SubmissionState::Submitted && assessing.contains(&agency) {
                let declared = declared.get(&agency).map_or(0, BTreeSet::len);
                // A complete form that was not sent is one thing to do.
                let missing = leaves.saturating_sub(declared).max(1);
                self.of.insert((DeadlineKind::SelfAssessment, agency), missing);
            }
        }
        for (agency, indicator, department) in submissions::round_contributors(tx.conn(), &round.code)? {
            let is_open = self
                .of
                .contains_key(&(DeadlineKind::SelfAssessment, agency.clone()))
                && !declared.get(&agency).is_some_and(|of| of.contains(&indicator));
            if is_open {
                *self
                    .contributed
                    .entry(agency)
                    .or_default()
                    .entry(department)
                    .or_default() += 1;
            }
        }
        Ok(())
    }
}

/// Reminds who has something open; tells whether anybody was.
fn remind(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    round: &RoundRow,
    reminder: &Reminder,
    open: &Open,
) -> AppResult<bool> {
    let agency = &reminder.agency;
    let count = open
        .of
        .get(&(reminder.deadline, agency.clone()))
        .copied()
        .unwrap_or(0);
    if count == 0 {
        return Ok(false);
    }
    let (audience, path) = match reminder.deadline {
        DeadlineKind::Appraisal => (Audience::of(Role::Appraiser, [agency]), String::new()),
        kind => {
            let part = if kind == DeadlineKind::Explanation {
                "/threads"
            } else {
                ""
            };
            let audience = Audience::of(Role::Submitter, [agency]).and(Role::Leader, [agency]);
            (audience, format!("/submissions/{agency}{part}"))
        }
    };
    let notice = |agency: &AgencyCode, open: usize| Notice::DeadlineNear {
        round: round.named(),
        agency: agency.clone(),
        deadline: reminder.deadline.named(),
        due: reminder.due,
        time_zone: round.time_zone.to_string(),
        open,
        path: path.clone(),
    };
    notifier.notify(tx, &audience, &notice(agency, count))?;
    if reminder.deadline == DeadlineKind::SelfAssessment {
        // Whoever fills in for another agency hears of its own part; the link leads to the form that it is part of.
        for (department, count) in open.contributed.get(agency).into_iter().flatten() {
            let audience = Audience::of(Role::Submitter, [department]);
            notifier.notify(tx, &audience, &notice(department, *count))?;
        }
    }
    Ok(true)
}
