//! Threads over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{Message, MessageBody, MessageKind, MessageRow, Thread},
    notices, rules, store,
};
use crate::{
    access::{Action, Role},
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message as Text},
    features::{
        accounts,
        notifications::Notifier,
        rounds::RoundRow,
        submissions::{self, Approached, Known},
    },
    ids::{AgencyCode, IndicatorCode, RecordId, RoundCode},
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

/// What a message is about.
type About = (RoundCode, AgencyCode, IndicatorCode);

/// List the threads of a submission
///
/// The questions and answers on each item that the caller may see, by indicator.
#[utoipa::path(tag = "explanations", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The threads.", body = Page<Thread>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/threads")]
pub async fn list_threads(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let threads = db
        .read(move |conn| {
            let Approached { known, .. } =
                submissions::approach(conn, &caller, &code, &agency, Action::ReadSubmission)?;
            let visible = submissions::visible_lines(&caller.principal, &known);
            let mut threads = store::threads(conn, &code, &agency)?;
            threads.retain(|indicator, _| visible.as_ref().is_none_or(|visible| visible.contains(indicator)));
            threads
                .into_iter()
                .map(|(indicator, messages)| shown(conn, indicator, messages))
                .collect::<AppResult<Vec<_>>>()
        })
        .await?;
    json_list(&Page::whole(threads))
}

/// Read the thread of an item
///
/// The questions and answers on one item, oldest first; empty where nobody asked.
#[utoipa::path(tag = "explanations",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The thread.", body = Thread), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/thread")]
pub async fn get_thread(caller: Caller, db: Data<Database>, path: Path<About>) -> AppResult<HttpResponse> {
    let (code, agency, indicator) = path.into_inner();
    let thread = db
        .read(move |conn| {
            let Approached { known, .. } =
                submissions::approach(conn, &caller, &code, &agency, Action::ReadSubmission)?;
            check_visible(&caller, &known, &indicator)?;
            let messages = store::threads(conn, &code, &agency)?.remove(&indicator);
            shown(conn, indicator, messages.unwrap_or_default())
        })
        .await?;
    json_list(&thread)
}

fn check_visible(caller: &Caller, known: &Known, indicator: &IndicatorCode) -> AppResult<()> {
    let appraised = known
        .assignments
        .iter()
        .any(|row| row.indicator_code == *indicator);
    let visible = submissions::visible_lines(&caller.principal, known)
        .is_none_or(|visible| visible.contains(indicator));
    if appraised && visible {
        Ok(())
    } else {
        Err(AppError::not_found())
    }
}

/// Ask about an item
///
/// By a body that appraises the indicator, or by an evaluator of the round; while the round is open for appraisal. The
/// agency is to answer before the deadline of the explanation.
#[utoipa::path(tag = "explanations",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    request_body = MessageBody, security(("bearer" = [])),
    responses((status = 201, description = "Asked.", body = Thread), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/items/{indicator}/questions")]
pub async fn ask_question(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<About>,
    body: ValidJson<MessageBody>,
) -> AppResult<HttpResponse> {
    let about = path.into_inner();
    let change = caller.change(
        "ask_question",
        &body.digest,
        submissions::locks(&about.0, &about.1),
    );
    let text = body.value.text;
    let answer = db
        .write(change, move |tx| {
            let approached =
                submissions::approach(tx.conn(), &caller, &about.0, &about.1, Action::AskQuestion)?;
            let (round, known) = (&approached.round, &approached.known);
            check_visible(&caller, known, &about.2)?;
            rules::check_may_ask(round)?;
            let text = rules::text_of(&text)?;
            let asking = asking_body(&caller, round, known, &about.2);
            notices::tell_asked(tx, &notifier, &approached, &about.2, &asking)?;
            keep(tx, about, MessageKind::Question, Some(asking), text)
        })
        .await?;
    answered(answer)
}

/// The body in whose name a question is asked: the caller's that appraises the indicator, or the one that runs the round.
fn asking_body(caller: &Caller, round: &RoundRow, known: &Known, indicator: &IndicatorCode) -> AgencyCode {
    known
        .assignments
        .iter()
        .filter(|row| row.indicator_code == *indicator)
        .map(|row| &row.body_code)
        .find(|body| caller.principal.has_for(Role::Appraiser, body))
        .unwrap_or(&round.owner_code)
        .clone()
}

/// Answer a question on an item
///
/// By the agency, or the department that fills the indicator in, before the deadline of the explanation. More evidence
/// is saved with the item itself.
#[utoipa::path(tag = "explanations",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    request_body = MessageBody, security(("bearer" = [])),
    responses((status = 201, description = "Answered.", body = Thread), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/items/{indicator}/answers")]
pub async fn answer_question(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<About>,
    body: ValidJson<MessageBody>,
) -> AppResult<HttpResponse> {
    let about = path.into_inner();
    let change = caller.change(
        "answer_question",
        &body.digest,
        submissions::locks(&about.0, &about.1),
    );
    let text = body.value.text;
    let answer = db
        .write(change, move |tx| {
            let Approached {
                round,
                submission,
                known,
            } = submissions::approach(tx.conn(), &caller, &about.0, &about.1, Action::SaveItems)?;
            check_visible(&caller, &known, &about.2)?;
            rules::check_may_answer(&round, &submission, tx.now())?;
            let text = rules::text_of(&text)?;
            let threads = store::threads(tx.conn(), &about.0, &about.1)?;
            let Some(thread) = threads.get(&about.2) else {
                let (vi, en) = (
                    "Chưa có câu hỏi nào cho mục này.",
                    "Nobody has asked about this item.",
                );
                return Err(AppError {
                    errors: vec![FieldError::new("/text", "nothing_asked", Text::new(vi, en))],
                    ..AppError::with(ErrorCode::IllegalTransition, vi, en)
                });
            };
            notices::tell_answered(tx, &notifier, &round, &known, (&about.1, &about.2), thread)?;
            keep(tx, about, MessageKind::Answer, None, text)
        })
        .await?;
    answered(answer)
}

fn keep(
    tx: &mut Tx<'_>,
    (round, agency, indicator): About,
    kind: MessageKind,
    body: Option<AgencyCode>,
    text: String,
) -> AppResult<Outcome> {
    let items = submissions::current_items(tx.conn(), &round, &agency)?;
    let row = MessageRow {
        id: RecordId::new(),
        item_revision: items.get(&indicator).map_or(0, |item| item.revision),
        kind,
        body_code: body,
        content: text,
        recorded_at: tx.now(),
        recorded_by: tx.actor().to_owned(),
        round_code: round,
        agency_code: agency,
        indicator_code: indicator,
    };
    store::append(tx, &row)?;
    let entry = Entry {
        object_kind: "item_thread",
        object_id: format!("{}/{}/{}", row.round_code, row.agency_code, row.indicator_code),
        before_digest: None,
        after_digest: Some(digest_of(&serde_json::json!({
            "id": row.id, "kind": row.kind, "body": row.body_code, "item_revision": row.item_revision,
            "text": row.content,
        }))?),
        detail: serde_json::json!({"message": row.id, "kind": row.kind}),
    };
    let messages = store::threads(tx.conn(), &row.round_code, &row.agency_code)?
        .remove(&row.indicator_code)
        .unwrap_or_default();
    let thread = shown(tx.conn(), row.indicator_code, messages)?;
    Ok(Outcome::Done(json_answer(201, &thread)?, entry))
}

fn shown(conn: &mut Conn, indicator: IndicatorCode, mut messages: Vec<MessageRow>) -> AppResult<Thread> {
    accounts::put_names(conn, messages.iter_mut().map(|row| &mut row.recorded_by))?;
    Ok(Thread {
        open: rules::is_open(&messages),
        messages: messages
            .into_iter()
            .map(|row| Message {
                recorded_by: row.recorded_by,
                id: row.id,
                indicator: row.indicator_code,
                kind: row.kind,
                body: row.body_code,
                item_revision: row.item_revision,
                text: row.content,
                recorded_at: row.recorded_at,
            })
            .collect(),
        indicator,
    })
}
