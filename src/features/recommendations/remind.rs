//! Reminders of deadlines: once when one is near, once when it has passed, to the bodies that are to act.

use std::collections::BTreeSet;

use super::{
    deadline, list_store,
    model::{BodyRow, RecommendationPart, RecommendationRow, RecommendationTimeliness, ReminderRow},
    shown,
    steps::Today,
    store,
};
use crate::{
    access::Role,
    db::{Actor, Answer, Change, Conn, Database, Entry, Lock, Outcome, Tx, digest_of, json_answer},
    error::{AppResult, ErrorCode},
    features::notifications::{Audience, Notice, Notifier, RecommendationDue},
    ids::AgencyCode,
};

/// Writes what is due; tells how many recommendations were reminded of. Safe to be run by several instances.
pub async fn step(db: &Database, notifier: &Notifier) -> AppResult<usize> {
    let now = db.clock().now();
    let due = db
        .read(move |conn| {
            let today = shown::today(conn, now)?;
            due_now(conn, &today)
        })
        .await?;
    if due.is_empty() {
        return Ok(0);
    }
    let change = Change {
        actor: Actor::System,
        action: "write_recommendation_reminders",
        request_id: "reminders".to_owned(),
        idempotency: None,
        locks: vec![Lock::whole("reminders", "recommendations")],
    };
    let notifier = notifier.clone();
    let answer = db
        .write(change, move |tx| {
            let today = shown::now(tx)?;
            let due = due_now(tx.conn(), &today)?;
            if due.is_empty() {
                return Ok(Outcome::Unchanged(Answer::empty()));
            }
            for reminder in &due {
                remind(tx, &notifier, reminder)?;
            }
            list_store::insert_reminders(tx, &due)?;
            let facts: Vec<_> = due
                .iter()
                .map(|row| (&row.recommendation_id, row.due_on, row.overdue))
                .collect();
            let entry = Entry {
                object_kind: "reminders",
                object_id: "recommendations".to_owned(),
                before_digest: None,
                after_digest: Some(digest_of(&facts)?),
                detail: serde_json::json!({"due": due.len()}),
            };
            Ok(Outcome::Done(json_answer(200, &due.len())?, entry))
        })
        .await;
    match answer {
        Ok(answer) => Ok(answer.body.parse().unwrap_or(0)),
        // Another instance wrote them at the same moment.
        Err(error) if error.code == ErrorCode::AlreadyExists => Ok(0),
        Err(error) => Err(error),
    }
}

/// The reminders whose time has come and that were not dealt with.
fn due_now(conn: &mut Conn, today: &Today) -> AppResult<Vec<ReminderRow>> {
    let mut due = Vec::new();
    for standing in list_store::running(conn)? {
        let overdue = match deadline::timeliness(&standing, &today.calendar, today.day) {
            Some(RecommendationTimeliness::NearlyDue) => false,
            Some(RecommendationTimeliness::Overdue) => true,
            _ => continue,
        };
        if let Some(end) = deadline::due(&standing, &today.calendar) {
            due.push(ReminderRow {
                recommendation_id: standing.id,
                due_on: end.day,
                overdue,
                written_at: today.now,
            });
        }
    }
    let Some(earliest) = due.iter().map(|row| row.due_on).min() else {
        return Ok(due);
    };
    let done = list_store::reminded(conn, earliest)?;
    due.retain(|row| !done.contains(&(row.recommendation_id.clone(), row.due_on, row.overdue)));
    Ok(due)
}

fn remind(tx: &mut Tx<'_>, notifier: &Notifier, reminder: &ReminderRow) -> AppResult<()> {
    let row = store::find(tx.conn(), &reminder.recommendation_id)?;
    let bodies = store::bodies(tx.conn(), &row.id)?;
    let responsible = responsible(&row, &bodies);
    let audience =
        Audience::of(Role::Evaluator, responsible.iter().copied()).and(Role::Appraiser, responsible);
    let notice = Notice::RecommendationDue(RecommendationDue {
        recommendation: row.named(),
        asker: row.asker_code.clone(),
        due_on: reminder.due_on,
        overdue: reminder.overdue,
        path: row.path(),
    });
    notifier.notify(tx, &audience, &notice)
}

/// Who is to act: those who answer, and the body that received it as long as nobody was told to.
fn responsible<'a>(row: &'a RecommendationRow, bodies: &'a [BodyRow]) -> BTreeSet<&'a AgencyCode> {
    let answering: BTreeSet<&AgencyCode> = bodies
        .iter()
        .filter(|body| body.part != RecommendationPart::Reading)
        .map(|body| &body.body_code)
        .collect();
    if answering.is_empty() {
        BTreeSet::from([&row.receiver_code])
    } else {
        answering
    }
}
