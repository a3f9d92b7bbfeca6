//! What every step has in common: the row and its history are kept, people are told, one entry is made.

use super::{
    model::{BodyRow, MoveRow, RecommendationRow, RecommendationState, RecommendationStep},
    notices, shown,
    steps::{Stepped, Today},
    store,
};
use crate::{
    access::{Action, Object, Principal},
    clock::Moment,
    db::{Answer, Conn, Entry, Lock, Outcome, Tx, digest_of, json_answer},
    error::AppResult,
    features::notifications::Notifier,
    ids::RecordId,
    web::{Caller, etag_of_revision},
};

/// The lock of a change to one recommendation.
pub fn lock_of(id: &RecordId) -> Vec<Lock> {
    vec![Lock::whole("recommendation", id)]
}

/// The way to a recommendation: it is there, and the caller may do this with it. Otherwise 404 or 403.
pub fn approach(
    conn: &mut Conn,
    caller: &Caller,
    id: &RecordId,
    action: Action,
) -> AppResult<(RecommendationRow, Vec<BodyRow>)> {
    let row = store::find(conn, id)?;
    let bodies = store::bodies(conn, id)?;
    caller.check(action, Object::Recommendation(&row.facts(&bodies)))?;
    Ok((row, bodies))
}

/// Keeps a step: the new version, its line in the history; tells people, and gives what is to be answered.
pub fn keep(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    principal: &Principal,
    before: &RecommendationRow,
    mut stepped: Stepped,
    today: &Today,
) -> AppResult<Outcome> {
    stepped.row.revision = before.revision + 1;
    stepped.row.updated_at = today.now;
    store::replace(tx, before, &stepped.row, &stepped.bodies)?;
    write_down(tx, Some(before.state), &stepped)?;
    notices::tell(tx, notifier, before, &stepped)?;
    let entry = entry(Some(before), &stepped.row, stepped.step)?;
    let answer = answer(tx.conn(), principal, 200, stepped.row, &stepped.bodies, today)?;
    Ok(Outcome::Done(answer, entry))
}

/// Appends a step to the history.
pub fn write_down(tx: &mut Tx<'_>, from: Option<RecommendationState>, made: &Stepped) -> AppResult<()> {
    let row = MoveRow {
        id: RecordId::new(),
        recommendation_id: made.row.id.clone(),
        step: made.step,
        from_state: from,
        to_state: made.row.state,
        body_code: made.body.clone(),
        text: made.text.clone(),
        made_at: tx.now(),
        made_by: tx.actor().to_owned(),
    };
    store::append(tx, &row)
}

/// The answer that shows a recommendation.
pub fn answer(
    conn: &mut Conn,
    principal: &Principal,
    status: u16,
    row: RecommendationRow,
    bodies: &[BodyRow],
    today: &Today,
) -> AppResult<Answer> {
    let (revision, path) = (row.revision, row.path());
    let shown = shown::whole(conn, principal, row, bodies, today)?;
    let answer = json_answer(status, &shown)?.header("etag", etag_of_revision(revision));
    Ok(if status == 201 {
        answer.header("location", path)
    } else {
        answer
    })
}

fn digest(row: &RecommendationRow) -> AppResult<String> {
    let clock: (Option<_>, i32, Option<i32>) = (row.clock_from, row.days_used, row.days_granted);
    let times: (Moment, Option<Moment>) = (row.updated_at, row.published_at);
    digest_of(&serde_json::json!({
        "id": row.id, "number": row.number(), "register": row.register_code, "asker": row.asker_code,
        "subject": row.subject, "text": row.content, "evidence": row.evidence, "type": row.type_code,
        "round": row.round_code, "indicator": row.indicator_code, "state": row.state, "receiver": row.receiver_code,
        "lead": row.lead_code, "received_on": row.received_on, "clock": clock, "answered_on": row.answered_on,
        "due_on": row.due_on, "answer": row.answer, "answer_revision": row.answer_revision,
        "public_answer": row.public_answer, "satisfaction": row.satisfaction,
        "satisfaction_comment": row.satisfaction_comment, "revision": row.revision, "times": times,
    }))
}

/// The audit entry of a step.
pub fn entry(
    before: Option<&RecommendationRow>,
    after: &RecommendationRow,
    step: RecommendationStep,
) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "recommendation",
        object_id: after.id.to_string(),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({
            "number": after.number(), "step": step, "from": before.map(|row| row.state), "to": after.state,
            "receiver": after.receiver_code, "lead": after.lead_code,
        }),
    })
}
