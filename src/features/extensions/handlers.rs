//! Extensions over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{ExtendedDeadline, Extension, ExtensionBody, ExtensionDecisionBody, ExtensionRow},
    rules, store,
};
use crate::{
    access::{Action, Object, Role},
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::AppResult,
    features::{
        accounts,
        notifications::{Audience, Notice, Notifier},
        rounds::{self, RoundRow},
        submissions::{self, Approached, SubmissionRow},
    },
    ids::{AgencyCode, RecordId, RoundCode},
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

/// List the extensions of a round
///
/// Every request for more time, oldest first, with what was decided. For evaluators.
#[utoipa::path(tag = "extensions", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The requests.", body = Page<Extension>), ReadProblems))]
#[get("/rounds/{round}/extensions")]
pub async fn list_round_extensions(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let extensions = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let rows = store::list(conn, &code, None)?;
            shown(conn, rows)
        })
        .await?;
    json_list(&Page::whole(extensions))
}

/// List the extensions of a submission
///
/// What the agency asked for, and what was decided.
#[utoipa::path(tag = "extensions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The requests.", body = Page<Extension>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/extensions")]
pub async fn list_extensions(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let extensions = db
        .read(move |conn| {
            submissions::approach(conn, &caller, &code, &agency, Action::ReadSubmission)?;
            let rows = store::list(conn, &code, Some(&agency))?;
            shown(conn, rows)
        })
        .await?;
    json_list(&Page::whole(extensions))
}

/// Ask for more time
///
/// By the agency, while the phase that the deadline ends is still there: also shortly after it has passed.
#[utoipa::path(tag = "extensions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    request_body = ExtensionBody, security(("bearer" = [])),
    responses((status = 201, description = "Asked.", body = Extension), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/extensions")]
pub async fn ask_extension(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(RoundCode, AgencyCode)>,
    body: ValidJson<ExtensionBody>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let change = caller.change("ask_extension", &body.digest, submissions::locks(&code, &agency));
    let asked = body.value;
    let answer = db
        .write(change, move |tx| {
            let Approached {
                round, submission, ..
            } = submissions::approach(tx.conn(), &caller, &code, &agency, Action::SubmitSubmission)?;
            let earlier = store::list(tx.conn(), &code, Some(&agency))?;
            let until = rules::check_request(&round, &submission, &earlier, &asked, tx.now())?;
            let row = ExtensionRow {
                id: RecordId::new(),
                round_code: code,
                agency_code: agency,
                deadline: asked.deadline,
                until,
                reason: asked.reason.trim().to_owned(),
                asked_at: tx.now(),
                asked_by: tx.actor().to_owned(),
                granted: None,
                granted_until: None,
                decision_reason: None,
                decided_at: None,
                decided_by: None,
            };
            store::insert(tx, &row)?;
            tell(tx, &notifier, &round, &row)?;
            let entry = entry_of(&row, None)?;
            let shown = shown(tx.conn(), vec![row])?;
            Ok(Outcome::Done(json_answer(201, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

/// Decide on a request for more time
///
/// By an evaluator of the round: granted as asked or until another moment, or refused with a reason. Once.
#[utoipa::path(tag = "extensions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("extension" = RecordId, Path, description = "The id of the request.")),
    request_body = ExtensionDecisionBody, security(("bearer" = [])),
    responses((status = 200, description = "Decided.", body = Extension), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/extensions/{extension}/decision")]
pub async fn decide_extension(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(RoundCode, AgencyCode, RecordId)>,
    body: ValidJson<ExtensionDecisionBody>,
) -> AppResult<HttpResponse> {
    let (code, agency, id) = path.into_inner();
    let change = caller.change(
        "decide_extension",
        &body.digest,
        submissions::locks(&code, &agency),
    );
    let decided = body.value;
    let answer = db
        .write(change, move |tx| {
            let Approached {
                round, submission, ..
            } = submissions::approach(tx.conn(), &caller, &code, &agency, Action::ManageRound)?;
            let request = store::find(tx.conn(), &code, &agency, &id)?;
            let until = rules::check_decision(&round, &submission, &request, &decided, tx.now())?;
            let row = ExtensionRow {
                granted: Some(decided.granted),
                granted_until: until,
                decision_reason: decided.reason.map(|reason| reason.trim().to_owned()),
                decided_at: Some(tx.now()),
                decided_by: Some(tx.actor().to_owned()),
                ..request.clone()
            };
            store::decide(tx, &row)?;
            tell(tx, &notifier, &round, &row)?;
            if let Some(until) = until {
                let mut after = SubmissionRow {
                    revision: submission.revision + 1,
                    updated_at: tx.now(),
                    ..submission.clone()
                };
                match row.deadline {
                    ExtendedDeadline::SelfAssessment => after.self_assessment_until = Some(until),
                    ExtendedDeadline::Explanation => after.explanation_until = Some(until),
                }
                submissions::update_submission(tx, submission.revision, &after)?;
            }
            let entry = entry_of(&row, Some(&request))?;
            let shown = shown(tx.conn(), vec![row])?;
            Ok(Outcome::Done(json_answer(200, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

/// Tells who decides that more time is asked for, and the agency what was decided.
fn tell(tx: &mut Tx<'_>, notifier: &Notifier, round: &RoundRow, row: &ExtensionRow) -> AppResult<()> {
    let (named, agency) = (round.named(), row.agency_code.clone());
    let (deadline, time_zone) = (row.deadline.kind().named(), round.time_zone.to_string());
    if row.granted.is_none() {
        let notice = Notice::ExtensionAsked {
            round: named,
            agency,
            deadline,
            until: row.until,
            time_zone,
        };
        return notifier.notify(tx, &Audience::of(Role::Evaluator, [&round.owner_code]), &notice);
    }
    let audience = Audience::of(Role::Submitter, [&agency])
        .and(Role::Leader, [&agency])
        .and_person(&row.asked_by);
    let notice = Notice::ExtensionDecided {
        round: named,
        agency,
        deadline,
        until: row.granted_until,
        time_zone,
    };
    notifier.notify(tx, &audience, &notice)
}

fn digest(row: &ExtensionRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "id": row.id, "deadline": row.deadline, "until": row.until, "reason": row.reason, "asked_at": row.asked_at,
        "granted": row.granted, "granted_until": row.granted_until, "decision_reason": row.decision_reason,
        "decided_at": row.decided_at,
    }))
}

fn entry_of(row: &ExtensionRow, before: Option<&ExtensionRow>) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "deadline_extension",
        object_id: format!("{}/{}/{}", row.round_code, row.agency_code, row.id),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(row)?),
        detail: serde_json::json!({
            "deadline": row.deadline, "until": row.until, "granted": row.granted, "granted_until": row.granted_until,
        }),
    })
}

fn shown(conn: &mut Conn, mut rows: Vec<ExtensionRow>) -> AppResult<Vec<Extension>> {
    let people = rows
        .iter_mut()
        .flat_map(|row| std::iter::once(&mut row.asked_by).chain(&mut row.decided_by));
    accounts::put_names(conn, people)?;
    Ok(rows
        .into_iter()
        .map(|row| Extension {
            id: row.id,
            agency: row.agency_code,
            deadline: row.deadline,
            until: row.until,
            reason: row.reason,
            asked_at: row.asked_at,
            asked_by: row.asked_by,
            granted: row.granted,
            granted_until: row.granted_until,
            decision_reason: row.decision_reason,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
        })
        .collect())
}
