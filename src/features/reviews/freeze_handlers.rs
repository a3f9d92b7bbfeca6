//! Freezing a review over HTTP.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chrono::Datelike;

use super::{
    document::ReviewDocument,
    gather,
    handlers::entry_of,
    model::{Freezing, Review, ReviewName, ReviewRow, ReviewState},
    notices, rules, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome, Tx, json_answer},
    error::{AppError, AppResult},
    features::{
        notifications::{Notifier, PlanEvent},
        programmes::{self, LineState, ProgrammeRow},
    },
    ids::{ProgrammeCode, sha256_hex},
    web::{Caller, IfMatch, ValidJson, WriteProblems, answered},
};

/// Freeze a review
///
/// Its document is kept as it stands now, with the programme's next number, and never changes. The unfinished lines of an
/// interim review's year go over to the next year, each with a row of its changes; deadlines stay, so what is late is late.
/// Lines that were refused stay, and so does everything after the last year. Earlier reviews are frozen first. Where parts
/// are missing, `missing_parts_accepted` has to say that this is known. Needs `If-Match`. By an evaluator of the owner.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path), ("If-Match" = String, Header)),
    request_body = Freezing, security(("bearer" = [])),
    responses((status = 200, description = "Frozen.", body = Review), WriteProblems))]
#[post("/programmes/{programme}/reviews/{review}/freeze")]
pub async fn freeze_programme_review(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(ProgrammeCode, ReviewName)>,
    if_match: IfMatch,
    body: ValidJson<Freezing>,
) -> AppResult<HttpResponse> {
    let (code, name) = path.into_inner();
    let locks = programmes::lock_programme(&code);
    let change = caller.change("freeze_programme_review", &body.digest, locks);
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            let before = store::find(tx.conn(), &code, &name)?;
            caller.check(Action::ManageProgramme, Object::Programme(&programme.owner_code))?;
            rules::require_drafting(&before)?;
            if_match.require(before.revision)?;
            rules::require_running(&programme, before.kind)?;
            let others = store::list(tx.conn(), &code)?;
            let now = tx.now();
            let today = programme.time_zone.day_of(now);
            rules::check_order_of_freezing(&before, programme.period(), &others, today)?;
            let document = gather::document(tx.conn(), &programme, &before, now)?;
            rules::check_missing(&document.missing_parts, wanted.missing_parts_accepted)?;
            let number = (rules::next_number(&others), today.year());
            let after = freeze(tx, &programme, &before, document, number)?;
            let carried = after.carried.and_then(|carried| usize::try_from(carried).ok());
            let news = (PlanEvent::ReviewFrozen, carried.unwrap_or(0));
            notices::tell(tx, &notifier, &programme, &after, news)?;
            let entry = entry_of(Some(&before), &after)?;
            let etag = format!("\"{}\"", after.digest.as_deref().unwrap_or_default());
            let review = shown::whole(tx.conn(), &caller.principal, &programme, after, now)?;
            Ok(Outcome::Done(
                json_answer(200, &review)?.header("etag", etag),
                entry,
            ))
        })
        .await?;
    answered(answer)
}

/// Carries the unfinished lines over, completes the document and keeps it.
fn freeze(
    tx: &mut Tx<'_>,
    programme: &ProgrammeRow,
    before: &ReviewRow,
    mut document: ReviewDocument,
    (number, number_year): (i64, i32),
) -> AppResult<ReviewRow> {
    let now = tx.now();
    let mut after = ReviewRow {
        state: ReviewState::Frozen,
        number: Some(number),
        number_year: Some(number_year),
        frozen_at: Some(now),
        frozen_by: Some(tx.actor().to_owned()),
        revision: before.revision.saturating_add(1),
        updated_at: now,
        ..before.clone()
    };
    document.number = after.number();
    let mut carried = 0;
    if let (Some(year), Some(next)) = (before.year, rules::carries_to(before, programme.period())) {
        let number = after.number().unwrap_or_default();
        let reason = format!("Chuyển sang năm {next} theo sơ kết số {number}.");
        carried = programmes::carry_over(tx, programme, year, &reason)?;
        for line in &mut document.plan.unfinished {
            line.carried_to = Some(next).filter(|_| line.state != LineState::Refused);
        }
    }
    after.carried = Some(i64::try_from(carried).map_err(AppError::internal)?);
    document.carried = after.carried;
    let text = serde_json_canonicalizer::to_string(&document).map_err(AppError::internal)?;
    after.digest = Some(sha256_hex(text.as_bytes()));
    after.document = Some(text);
    store::replace(tx, before, &after)?;
    Ok(after)
}
