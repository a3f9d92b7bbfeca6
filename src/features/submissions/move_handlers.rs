//! Approving, submitting and withdrawing a submission.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    facts::{self, Known},
    handlers, item_store,
    model::{Submission, SubmissionMoveBody},
    row_model::SubmissionRow,
    signing,
    state::{SubmissionState, check_open_for_moves},
    store,
};
use crate::{
    access::{Object, Role},
    db::{Database, Entry, Outcome, Tx, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        criteria::Sets,
        notifications::{Audience, Notice, Notifier},
        rounds::{self, RoundRow, SignatureRequired},
    },
    ids::{AgencyCode, RoundCode},
    web::{Caller, IfMatch, Language, ValidJson, WriteProblems, answered, etag_of_revision},
};

/// What else happens in the change that sends a submission: a feature above this one says it, and `app.rs` names it.
#[derive(Clone, Copy)]
pub struct OnSubmit(pub fn(&mut Tx<'_>, &Notifier, &RoundCode, &AgencyCode) -> AppResult<()>);

/// Approve, submit or withdraw a submission
///
/// `approved` by the agency's leadership, then `submitted`; until the deadline `withdrawn` to correct it, and
/// `draft` to hand an approved one back. What is missing refuses `approved` and `submitted`, unless `accept_missing`
/// says that it may score 0. Where the round asks for a signature, `submitted` needs one of what is sent. Needs
/// `If-Match`.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("If-Match" = String, Header)),
    request_body = SubmissionMoveBody, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = Submission), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/transitions")]
pub async fn move_submission(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    (notifier, on_submit): (Data<Notifier>, Data<OnSubmit>),
    path: Path<(RoundCode, AgencyCode)>,
    if_match: IfMatch,
    body: ValidJson<SubmissionMoveBody>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let change = caller.change("move_submission", &body.digest, super::locks(&code, &agency));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            let before = store::find_submission(tx.conn(), &code, &agency)?;
            let known = facts::load(tx.conn(), &round, &agency)?;
            caller.check(SubmissionState::action_for(wanted.to), Object::Submission(&known.facts))?;
            if_match.require(before.revision)?;
            let state = before.state.go(wanted.to)?;
            check_open_for_moves(&round, &before, tx.now())
                .map_err(|reason| AppError { detail: Some(reason), ..AppError::new(ErrorCode::IllegalTransition) })?;
            let sends = matches!(state, SubmissionState::Approved | SubmissionState::Submitted);
            if sends && !wanted.accept_missing {
                refuse_gaps(tx, &sets, &round, &agency, &known)?;
            }
            if state == SubmissionState::Submitted {
                refuse_unsigned(tx, &round, &agency)?;
            }
            let after = moved(&before, state, tx);
            store::update_submission(tx, before.revision, &after)?;
            tell(tx, &notifier, &round, &after)?;
            if state == SubmissionState::Submitted {
                (on_submit.0)(tx, &notifier, &code, &agency)?;
            }
            let standing = item_store::find_standing(tx.conn(), &code, &agency)?;
            // Moving changes nothing of what is declared: whoever holds the receipt can hold the document against it.
            let content = signing::canonical_of(tx.conn(), &standing)?.digest.to_string();
            let (revision, now) = (after.revision, tx.now());
            let entry = Entry {
                object_kind: "submission",
                object_id: format!("{code}/{agency}"),
                before_digest: Some(super::row_digest(&before)?),
                after_digest: Some(content),
                detail: serde_json::json!({"from": before.state, "to": state, "revision": revision, "accept_missing": wanted.accept_missing}),
            };
            let shown: Submission = handlers::load_shown(tx.conn(), &sets, &caller, &round, after, now)?;
            Ok(Outcome::Done(json_answer(200, &shown)?.header("etag", etag_of_revision(revision)), entry))
        })
        .await?;
    answered(answer)
}

/// Tells who goes on from here: the submitter sends what was approved, who runs the round sees what was sent.
fn tell(tx: &mut Tx<'_>, notifier: &Notifier, round: &RoundRow, after: &SubmissionRow) -> AppResult<()> {
    let agency = [&after.agency_code];
    let audience = match after.state {
        SubmissionState::Approved | SubmissionState::Draft => Audience::of(Role::Submitter, agency),
        SubmissionState::Submitted | SubmissionState::Withdrawn => {
            Audience::of(Role::Leader, agency).and(Role::Evaluator, [&round.owner_code])
        }
    };
    let notice = Notice::SubmissionMoved {
        round: round.named(),
        agency: after.agency_code.clone(),
        to: after.state.named(),
    };
    notifier.notify(tx, &audience, &notice)
}

fn moved(before: &SubmissionRow, state: SubmissionState, tx: &Tx<'_>) -> SubmissionRow {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let mut after = SubmissionRow {
        state,
        revision: before.revision + 1,
        updated_at: now,
        ..before.clone()
    };
    match state {
        SubmissionState::Approved => (after.approved_at, after.approved_by) = (Some(now), Some(actor)),
        SubmissionState::Submitted => (after.submitted_at, after.submitted_by) = (Some(now), Some(actor)),
        SubmissionState::Draft | SubmissionState::Withdrawn => {
            (after.approved_at, after.approved_by) = (None, None);
            (after.submitted_at, after.submitted_by) = (None, None);
        }
    }
    after
}

/// What is sent must be what was signed, where the round asks for it.
fn refuse_unsigned(tx: &mut Tx<'_>, round: &RoundRow, agency: &AgencyCode) -> AppResult<()> {
    if round.signature_required() == SignatureRequired::None {
        return Ok(());
    }
    let standing = item_store::find_standing(tx.conn(), &round.code, agency)?;
    let items = item_store::items_at(tx.conn(), &round.code, agency, &standing.current)?;
    let signatures = signing::signatures(tx.conn(), round, &standing.set_digest, agency, items.values())?;
    match signing::missing(round, agency, &signatures) {
        None => Ok(()),
        Some(error) => Err(AppError {
            detail: Some(error.message.clone()),
            errors: vec![error],
            ..AppError::new(ErrorCode::IllegalTransition)
        }),
    }
}

fn refuse_gaps(
    tx: &mut Tx<'_>,
    sets: &Sets,
    round: &RoundRow,
    agency: &AgencyCode,
    known: &Known,
) -> AppResult<()> {
    let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
    let items = item_store::current_items(tx.conn(), &round.code, agency)?;
    let in_language = |language| handlers::completeness(&set, &items, &known.contributors, language).gaps;
    let (vi, en) = (in_language(Language::Vietnamese), in_language(Language::English));
    if vi.is_empty() {
        return Ok(());
    }
    let errors = vi
        .into_iter()
        .zip(en)
        .map(|(vi, en)| {
            let code = if vi.missing == "value" {
                "value_missing"
            } else {
                "evidence_missing"
            };
            FieldError::new("/to", code, Message::new(vi.message, en.message))
        })
        .collect::<Vec<_>>();
    let count = errors.len();
    let (are, them) = if count == 1 {
        ("1 thing is", "it")
    } else {
        (&*format!("{count} things are"), "them")
    };
    Err(AppError {
        errors,
        ..AppError::with(
            ErrorCode::IllegalTransition,
            format!(
                "Còn thiếu {count} nội dung; hãy bổ sung, hoặc gửi với accept_missing = true nếu chấp nhận 0 điểm."
            ),
            format!("{are} missing; add {them}, or send it with accept_missing = true."),
        )
    })
}
