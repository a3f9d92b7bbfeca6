//! Batches of responses over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path, block},
};

use super::{
    body_model::{BatchBody, BatchQuery, BatchResult},
    desk::{RoundDesk, SurveyDesk},
    judge::{self, Judged},
    read, store,
    take::{self, Batch},
};
use crate::{
    access::Action,
    clock::Zone,
    db::{Answer, Database},
    error::{AppError, AppResult, FieldError, Message},
    features::survey_rounds::{approach_survey_round, count_locks, not_now},
    ids::SurveyRoundCode,
    web::{Caller, JsonOrCsv, ReadProblems, ValidQuery, WriteProblems, answered, parse_json, read_list},
};

const KEY_LENGTH_MAX: usize = 64;

fn check_key(key: &str) -> AppResult<()> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !key.is_empty() && key.len() <= KEY_LENGTH_MAX && key.bytes().all(known) {
        return Ok(());
    }
    Err(AppError::invalid(vec![FieldError::new(
        "",
        "bad_batch_key",
        Message::new(
            "Khóa lô gồm 1 đến 64 chữ cái không dấu, chữ số, \"-\", \"_\", \".\".",
            "A batch key has 1 to 64 letters, digits, \"-\", \"_\" or \".\".",
        ),
    )]))
}

/// What stands in the way of a batch, or what it is judged by.
enum First {
    Known(Answer),
    Open(std::sync::Arc<RoundDesk>),
}

/// Send in a batch of responses
///
/// Exactly once: the same batch under the same key gets its first answer again, another one under the same key is refused
/// (`batch_differs`), and a response that came before counts as repeated if it is the same. With `mode=all` (default) one bad
/// response refuses all, with `mode=partial` the good ones are kept; every bad one is named. As JSON, or as CSV with a
/// head: `id,stratum,channel`, then packed `answers` or a column an item, `collected_on`, `seconds`, `interviewer`. For
/// evaluators of the agency that runs the round and the collectors that it names, while people are asked.
#[utoipa::path(tag = "survey-responses",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."),
        ("key" = String, Path, description = "The sender's key of the batch.", example = "vnpost-0001"), BatchQuery),
    request_body(content((BatchBody = "application/json"), (String = "text/csv", example = "id,stratum,channel,answers\nhn-000001,hoan-kiem,post,0430"))),
    security(("bearer" = [])),
    responses((status = 200, description = "It came before: its first answer.", body = BatchResult),
        (status = 201, description = "Taken in.", body = BatchResult), WriteProblems))]
#[put("/survey-rounds/{round}/batches/{key}")]
pub async fn send_survey_batch(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<(SurveyRoundCode, String)>,
    ValidQuery(asked): ValidQuery<BatchQuery>,
    body: JsonOrCsv,
) -> AppResult<HttpResponse> {
    let (code, key) = path.into_inner();
    check_key(&key)?;
    let change = caller.change("send_survey_batch", &body.digest, count_locks(&code));
    let (language, digest) = (caller.context.language, body.digest.clone());
    let (sent, wanted, open) = (digest.clone(), key.clone(), desks.clone());
    let first = db
        .read(move |conn| {
            let round = approach_survey_round(conn, &caller, &code, Action::CollectResponses)?;
            if let Some(known) = store::find_batch(conn, &code, &wanted)? {
                return Ok(First::Known(take::answer_again(&known, &sent)?));
            }
            if !round.state.takes_responses() {
                return Err(not_now(
                    &round,
                    "Chưa nhận hoặc không còn nhận phiếu",
                    "No responses are taken now",
                ));
            }
            Ok(First::Open(open.open(conn, &round)?))
        })
        .await?;
    let desk = match first {
        First::Known(answer) => return answered(answer),
        First::Open(desk) => desk,
    };
    let today = Zone::default().day_of(db.clock().now());
    let by = desk.clone();
    // Outside of the writer's thread, which all others wait for.
    let judged = block(move || judge_body(&by, &body, today))
        .await
        .map_err(AppError::internal)??;
    let batch = Batch {
        desk,
        key,
        digest,
        mode: asked.mode,
        judged,
        language,
    };
    let by = batch.desk.clone();
    let answer = db.write(change, move |tx| batch.run(tx)).await?;
    // Whoever changed the counts brings what is kept of them up to date, so that nobody who reads results waits for all the
    // cells of an intake. If it fails, the next reader does it.
    let _ = db.read(move |conn| desks.tally(conn, &by)).await;
    answered(answer)
}

fn judge_body(desk: &RoundDesk, body: &JsonOrCsv, today: chrono::NaiveDate) -> AppResult<Judged> {
    let sent = if body.is_csv {
        read::csv(&body.bytes, &desk.instrument)?
    } else {
        let batch: BatchBody = parse_json(&body.bytes)?;
        let count = batch.responses.len();
        let (read, faults) = read_list("/responses", batch.responses);
        (read, faults, count)
    };
    judge::judge(desk, sent, today)
}

/// Read what became of a batch
///
/// The answer that it got. For who works on the round.
#[utoipa::path(tag = "survey-responses",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), ("key" = String, Path, description = "The sender's key of the batch.", example = "vnpost-0001")),
    security(("bearer" = [])),
    responses((status = 200, description = "What became of it.", body = BatchResult), ReadProblems))]
#[get("/survey-rounds/{round}/batches/{key}")]
pub async fn get_survey_batch(
    caller: Caller,
    db: Data<Database>,
    path: Path<(SurveyRoundCode, String)>,
) -> AppResult<HttpResponse> {
    let (code, key) = path.into_inner();
    let row = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadSurveyWork)?;
            store::find_batch(conn, &code, &key)?.ok_or_else(AppError::not_found)
        })
        .await?;
    answered(Answer {
        status: 200,
        body: row.answer,
        ..Answer::empty()
    })
}
