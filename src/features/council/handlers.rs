//! The council over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    agenda::agenda,
    files,
    model::{Agenda, AgendaQuery, Minutes, MinutesBody, MinutesRow},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::{
        accounts,
        criteria::Sets,
        rounds::{self, Phase},
        scores,
    },
    ids::{RecordId, RoundCode},
    web::{Caller, Cursor, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list},
};

/// Read the council's agenda
///
/// The items whose points moved most between self-assessment and appraisal, and those that the bodies did not agree
/// on. For evaluators of the round.
#[utoipa::path(tag = "council", params(("round" = RoundCode, Path), AgendaQuery), security(("bearer" = [])),
    responses((status = 200, description = "The agenda.", body = Agenda), ReadProblems))]
#[get("/rounds/{round}/agenda")]
pub async fn get_council_agenda(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    ValidQuery(asked): ValidQuery<AgendaQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let limit = Cursor::parse(asked.limit, None)?.limit;
    let agenda = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let result = scores::load_round_result(conn, &sets, round, None)?;
            Ok(agenda(result, limit))
        })
        .await?;
    json_list(&agenda)
}

/// List the minutes of the council
///
/// Of every sitting, oldest first, with the files of the signed minutes. For evaluators of the round.
#[utoipa::path(tag = "council", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The minutes.", body = Page<Minutes>), ReadProblems))]
#[get("/rounds/{round}/minutes")]
pub async fn list_council_minutes(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let minutes = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let rows = store::list(conn, &code)?;
            shown(conn, rows)
        })
        .await?;
    json_list(&Page::whole(minutes))
}

/// Record minutes of the council
///
/// While the result stands before it; only then can the round be published. By an evaluator of the round. Recorded
/// minutes stay: a mistake is mended by new ones.
#[utoipa::path(tag = "council", params(("round" = RoundCode, Path)), request_body = MinutesBody,
    security(("bearer" = [])),
    responses((status = 201, description = "Recorded.", body = Minutes), WriteProblems))]
#[post("/rounds/{round}/minutes")]
pub async fn record_council_minutes(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
    body: ValidJson<MinutesBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "record_council_minutes",
        &body.digest,
        vec![rounds::lock_round(&code)],
    );
    let minutes = body.value;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            caller.check(Action::PublishResult, Object::Round(&round.owner_code))?;
            let errors = rules::faults(&minutes, round.time_zone.day_of(tx.now()));
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            if round.phase != Phase::Council {
                let (vi, en) = round.phase.name();
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    format!("Kỳ đang ở giai đoạn {vi}; biên bản được ghi khi kết quả trình hội đồng."),
                    format!("The round is in {en}; minutes are recorded while the result stands before the council."),
                ));
            }
            let row = MinutesRow {
                id: RecordId::new(),
                round_code: code,
                held_on: minutes.held_on,
                number: minutes.number.trim().to_owned(),
                members: serde_json::to_string(&minutes.members).map_err(AppError::internal)?,
                conclusion: minutes.conclusion.trim().to_owned(),
                recorded_at: tx.now(),
                recorded_by: tx.actor().to_owned(),
            };
            store::insert(tx, &row)?;
            let entry = Entry {
                object_kind: "council_minutes",
                object_id: format!("{}/{}", row.round_code, row.id),
                before_digest: None,
                after_digest: Some(digest_of(&serde_json::json!({
                    "id": row.id, "held_on": row.held_on, "number": row.number, "members": minutes.members,
                    "conclusion": row.conclusion,
                }))?),
                detail: serde_json::json!({"held_on": row.held_on, "number": row.number}),
            };
            let shown = shown(tx.conn(), vec![row])?;
            Ok(Outcome::Done(json_answer(201, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

fn shown(conn: &mut Conn, mut rows: Vec<MinutesRow>) -> AppResult<Vec<Minutes>> {
    let mut files = files::shown_by_minutes(conn, &rows)?;
    accounts::put_names(conn, rows.iter_mut().map(|row| &mut row.recorded_by))?;
    rows.into_iter()
        .map(|row| {
            Ok(Minutes {
                files: files.remove(&row.id).unwrap_or_default(),
                members: serde_json::from_str(&row.members).map_err(AppError::internal)?,
                recorded_by: row.recorded_by,
                id: row.id,
                held_on: row.held_on,
                number: row.number,
                conclusion: row.conclusion,
                recorded_at: row.recorded_at,
            })
        })
        .collect()
}
