//! What every step of an inspection has in common: the row and its history are kept, people are told, one entry is made.

use super::{
    model::{InspectionMoveRow, InspectionRow, InspectionStep, RemedyRow},
    shown, store,
};
use crate::{
    access::{Action, Object, Principal, Role},
    clock::Zone,
    db::{Answer, Conn, Entry, Lock, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult},
    features::notifications::{Audience, InspectionMoved, Named, Notice, Notifier},
    ids::{AgencyCode, RecordId},
    web::{Caller, EvidenceLink, etag_of_revision},
};

/// The lock of a change to one inspection.
pub fn lock_of(id: &RecordId) -> Vec<Lock> {
    vec![Lock::whole("inspection", id)]
}

/// The way to an inspection: it is there, also for this caller, who may do this with it. Otherwise 404 or 403.
pub fn approach(
    conn: &mut Conn,
    caller: &Caller,
    id: &RecordId,
    action: Action,
) -> AppResult<(InspectionRow, Vec<AgencyCode>)> {
    let row = store::find(conn, id)?;
    let bodies = store::bodies(conn, id)?;
    caller.check(action, Object::Inspection(&row.facts(&bodies)))?;
    Ok((row, bodies))
}

/// Something that happens to an inspection.
pub struct Event {
    /// What.
    pub step: InspectionStep,
    /// The remedy it concerns.
    pub remedy: Option<RemedyRow>,
    /// The words that came with it.
    pub text: Option<String>,
    /// Documents.
    pub evidence: Vec<EvidenceLink>,
}

impl Event {
    /// A step with its words.
    pub fn new(step: InspectionStep, text: Option<&str>) -> Self {
        Self {
            step,
            remedy: None,
            text: text.map(|text| text.trim().to_owned()),
            evidence: Vec::new(),
        }
    }
}

/// Keeps a step: the new version and its line in the history; tells people, and gives what is to be answered.
pub fn keep(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    principal: &Principal,
    before: &InspectionRow,
    mut after: InspectionRow,
    event: &Event,
    status: u16,
) -> AppResult<Outcome> {
    after.revision = before.revision + 1;
    after.updated_at = tx.now();
    store::replace(tx, before, &after)?;
    write_down(tx, &after, event)?;
    let bodies = store::bodies(tx.conn(), &after.id)?;
    tell(tx, notifier, &after, &bodies, event)?;
    let entry = entry(Some(before), &after, event)?;
    let answer = answer(tx, principal, status, after, bodies)?;
    Ok(Outcome::Done(answer, entry))
}

/// Appends a step to the history.
pub fn write_down(tx: &mut Tx<'_>, row: &InspectionRow, event: &Event) -> AppResult<()> {
    let row = InspectionMoveRow {
        id: RecordId::new(),
        inspection_id: row.id.clone(),
        remedy_id: event.remedy.as_ref().map(|remedy| remedy.id.clone()),
        step: event.step,
        text: event.text.clone(),
        evidence: serde_json::to_string(&event.evidence).map_err(AppError::internal)?,
        made_at: tx.now(),
        made_by: tx.actor().to_owned(),
    };
    store::append(tx, &row)
}

/// The answer that shows an inspection.
pub fn answer(
    tx: &mut Tx<'_>,
    principal: &Principal,
    status: u16,
    row: InspectionRow,
    bodies: Vec<AgencyCode>,
) -> AppResult<Answer> {
    let today = Zone::default().day_of(tx.now());
    let (revision, path) = (row.revision, row.path());
    let shown = shown::whole(tx.conn(), principal, row, bodies, today)?;
    let answer = json_answer(status, &shown)?.header("etag", etag_of_revision(revision));
    Ok(if status == 201 {
        answer.header("location", path)
    } else {
        answer
    })
}

/// Tells those who inspect, and the agency of what it may know.
fn tell(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    row: &InspectionRow,
    bodies: &[AgencyCode],
    event: &Event,
) -> AppResult<()> {
    let inside = || std::iter::once(&row.owner_code).chain(bodies);
    let mut audience = Audience::of(Role::Evaluator, inside()).and(Role::Appraiser, inside());
    let is_inner = match event.step {
        InspectionStep::Find => true,
        InspectionStep::Require => row.conclusion.is_none(),
        _ => false,
    };
    // Of what it does not know of yet the agency is told nothing.
    if row.shown_since.is_some() && !is_inner {
        audience = audience
            .and(Role::Submitter, [&row.target_code])
            .and(Role::Leader, [&row.target_code]);
    }
    let (vi, en) = event.step.words();
    let notice = Notice::InspectionMoved(InspectionMoved {
        inspection: row.named(),
        agency: row.target_code.clone(),
        to: Named::new(event.step.as_str(), vi, en),
        path: row.path(),
    });
    notifier.notify(tx, &audience, &notice)
}

impl InspectionStep {
    /// What happened, as a notice says it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Plan => ("đã lập", "was planned"),
            Self::Announce => ("đã được thông báo", "was announced"),
            Self::Begin => ("đã bắt đầu", "has begun"),
            Self::Conclude => ("đã có kết luận", "is concluded"),
            Self::Cancel => ("đã hủy", "was cancelled"),
            Self::Find => ("có phát hiện mới", "has a new finding"),
            Self::Require => ("có yêu cầu khắc phục", "asks for a remedy"),
            Self::Report => ("có báo cáo khắc phục", "has a report on a remedy"),
            Self::Verify => ("xác nhận đã khắc phục", "verified a remedy"),
            Self::Reject => ("chưa chấp nhận việc khắc phục", "rejected a remedy"),
        }
    }
}

fn digest(row: &InspectionRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "id": row.id, "plan": row.plan_id, "owner": row.owner_code, "target": row.target_code, "form": row.form,
        "from": row.from_on, "to": row.to_on, "topic": row.topic, "indicators": row.indicators, "team": row.team,
        "state": row.state, "conclusion": row.conclusion, "revision": row.revision, "updated_at": row.updated_at,
    }))
}

/// The audit entry of a step.
pub fn entry(before: Option<&InspectionRow>, after: &InspectionRow, event: &Event) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "inspection",
        object_id: after.id.to_string(),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({
            "step": event.step, "state": after.state, "target": after.target_code,
            "remedy": event.remedy.as_ref().map(|remedy| (&remedy.id, remedy.state)),
        }),
    })
}
