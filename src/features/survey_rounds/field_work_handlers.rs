//! Field work over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    body_model::{FieldWorkBody, FieldWorkLine, StrataQuery, SurveySaveQuery},
    facts::{approach_survey_round, lock_survey_round, not_now},
    field_work_store::{self, FieldWorkByCell},
    model::{Channel, FieldWorkRow, StratumRow},
    move_handlers::ValidResponses,
    plan_handlers::position_of,
    rules, store,
    view_model::{FieldWork, FieldWorkSaved},
};
use crate::{
    access::Action,
    db::{Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult},
    ids::{StratumCode, SurveyRoundCode},
    scoring::percent_text_2,
    web::{
        Caller, Cursor, Each, Page, PageInfo, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        json_list, read_list,
    },
};

/// Valid responses by stratum and channel.
pub(super) type ValidByCell = BTreeMap<(i32, Channel), i64>;

/// List the field work of a survey round
///
/// By stratum and channel: planned, sent, returned, and valid responses. A page counts strata; those of which nothing is known are
/// left out. For who works on the round.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), StrataQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of field work.", body = Page<FieldWork>), ReadProblems))]
#[get("/survey-rounds/{round}/field-work")]
pub async fn list_field_work(
    caller: Caller,
    db: Data<Database>,
    valid: Data<ValidResponses>,
    path: Path<SurveyRoundCode>,
    ValidQuery(asked): ValidQuery<StrataQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (after, fetch) = (position_of(&cursor)?, cursor.fetch());
    let (strata, reported, valid) = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadSurveyWork)?;
            let strata = store::strata_page(conn, &code, asked.agency.as_ref(), after, fetch)?;
            let span = span_of(&strata);
            let reported = field_work_store::between(conn, &code, span)?;
            Ok((strata, reported, valid.0(conn, &code, span)?))
        })
        .await?;
    let page = Page::cut(strata, &cursor, |row| row.position.to_string());
    let data = page
        .data
        .iter()
        .flat_map(|stratum| lines_of(stratum, &reported, &valid))
        .collect();
    json_list(&Page::<FieldWork> {
        data,
        page: PageInfo { next: page.page.next },
    })
}

fn span_of(strata: &[StratumRow]) -> (i32, i32) {
    match (strata.first(), strata.last()) {
        (Some(first), Some(last)) => (first.position, last.position),
        _ => (0, -1),
    }
}

/// What is known of a stratum, way by way: what was reported, and how many responses are valid.
pub(super) fn cells_of<'a>(
    stratum: &StratumRow,
    reported: &'a FieldWorkByCell,
    valid: &ValidByCell,
) -> impl Iterator<Item = (Channel, [i64; 4], Option<&'a FieldWorkRow>)> {
    Channel::ALL.iter().filter_map(move |channel| {
        let cell = (stratum.position, *channel);
        let (line, valid) = (reported.get(&cell), valid.get(&cell).copied());
        let (planned, sent, returned) = line
            .map(|line| (line.planned, line.sent, line.returned))
            .unwrap_or_default();
        let is_known = line.is_some() || valid.is_some();
        is_known.then(|| (*channel, [planned, sent, returned, valid.unwrap_or(0)], line))
    })
}

fn lines_of(stratum: &StratumRow, reported: &FieldWorkByCell, valid: &ValidByCell) -> Vec<FieldWork> {
    cells_of(stratum, reported, valid)
        .map(|(channel, [planned, sent, returned, valid], line)| FieldWork {
            stratum: stratum.code.clone(),
            agency: stratum.agency_code.clone(),
            channel,
            sample_size: stratum.sample_size,
            planned,
            sent,
            returned,
            valid,
            response_rate: percent_text_2(returned, sent),
            valid_share: percent_text_2(valid, planned),
            updated_at: line.map(|line| line.updated_at),
        })
        .collect()
}

/// Report field work
///
/// Planned, sent and returned forms by stratum and channel, all or nothing; every bad line is named, and `dry_run=true` checks only. A
/// line takes the place of what was said of its stratum and channel. Until the round is final. For evaluators of the agency that runs
/// it and the collectors that it names.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), SurveySaveQuery),
    request_body = FieldWorkBody, security(("bearer" = [])),
    responses((status = 200, description = "Reported.", body = FieldWorkSaved), WriteProblems))]
#[put("/survey-rounds/{round}/field-work")]
pub async fn save_field_work(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    ValidQuery(query): ValidQuery<SurveySaveQuery>,
    body: ValidJson<FieldWorkBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let sent = body.value.lines;
    let change = caller.change("save_field_work", &body.digest, vec![lock_survey_round(&code)]);
    let answer = db
        .write(change, move |tx| {
            let round = approach_survey_round(tx.conn(), &caller, &code, Action::CollectResponses)?;
            if !round.state.takes_field_work() {
                return Err(not_now(
                    &round,
                    "Không cập nhật được",
                    "No field work can be reported",
                ));
            }
            if sent.is_empty() || sent.len() > rules::LINES_MAX {
                return Err(AppError::invalid_item(
                    "/lines",
                    "bad_count",
                    "Gửi từ 1 đến 10.000 dòng.",
                    "Send 1 to 10,000 lines.",
                ));
            }
            save(tx, &code, sent, query.dry_run)
        })
        .await?;
    answered(answer)
}

fn save(
    tx: &mut Tx<'_>,
    code: &SurveyRoundCode,
    sent: Vec<Each<FieldWorkLine>>,
    dry_run: bool,
) -> AppResult<Outcome> {
    let count = sent.len();
    let (lines, mut faults) = read_list("/lines", sent);
    let strata: BTreeMap<StratumCode, i32> = store::strata(tx.conn(), code)?
        .into_iter()
        .map(|row| (row.code, row.position))
        .collect();
    faults.extend(rules::check_lines(&lines, &strata));
    rules::refuse(faults)?;
    let standing = field_work_store::between(tx.conn(), code, (0, i32::MAX))?;
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let rows: Vec<FieldWorkRow> = lines
        .into_iter()
        .filter_map(|(_, line)| {
            let stratum = *strata.get(&line.stratum)?;
            let same = standing.get(&(stratum, line.channel)).is_some_and(|row| {
                (row.planned, row.sent, row.returned) == (line.planned, line.sent, line.returned)
            });
            (!same).then(|| FieldWorkRow {
                survey_round_code: code.clone(),
                stratum,
                channel: line.channel,
                planned: line.planned,
                sent: line.sent,
                returned: line.returned,
                updated_at: now,
                updated_by: actor.clone(),
            })
        })
        .collect();
    let saved = FieldWorkSaved {
        dry_run,
        saved: rows.len(),
        unchanged: count.saturating_sub(rows.len()),
    };
    let answer = json_answer(200, &saved)?;
    if rows.is_empty() || dry_run {
        return Ok(Outcome::Unchanged(answer));
    }
    field_work_store::put(tx, code, &rows)?;
    let content: Vec<_> = rows
        .iter()
        .map(|row| serde_json::json!([row.stratum, row.channel, row.planned, row.sent, row.returned]))
        .collect();
    let touched: BTreeSet<i32> = rows.iter().map(|row| row.stratum).collect();
    let entry = Entry {
        object_kind: "survey_field_work",
        object_id: code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"lines": rows.len(), "strata": touched.len()}),
    };
    Ok(Outcome::Done(answer, entry))
}
