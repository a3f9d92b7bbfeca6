//! Results, quality, exclusions and rebuilding over HTTP.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, block},
};

use super::{
    body_model::ExclusionBody,
    desk::SurveyDesk,
    exclude, interviewers, rebuild,
    rows::ResultTableName,
    store,
    tally::Tally,
    view_model::{
        Exclusion, ExclusionResult, InterviewerRow, QualityRow, RebuildResult, ResultQuery,
        SurveyResultTable, shown,
    },
};
use crate::{
    access::Action,
    db::Database,
    error::{AppError, AppResult},
    features::survey_rounds::{approach_survey_round, count_locks, not_now},
    ids::SurveyRoundCode,
    web::{
        Caller, Cursor, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        json_list, kept_json,
    },
};

/// The counts of a round for somebody who may see results by now.
async fn tally_for(
    caller: Caller,
    db: &Database,
    desks: Data<SurveyDesk>,
    code: SurveyRoundCode,
) -> AppResult<Arc<Tally>> {
    db.read(move |conn| {
        let round = approach_survey_round(conn, &caller, &code, Action::ReadSurveyResults)?;
        let desk = desks.open(conn, &round)?;
        desks.tally(conn, &desk)
    })
    .await
}

/// Places of rows of a table on one page, with the cursor of the next.
fn page_of(tally: &Tally, table: ResultTableName, cursor: &Cursor) -> Page<usize> {
    let after = cursor
        .after
        .as_deref()
        .and_then(|after| after.parse::<usize>().ok());
    let rows = tally.rows_of(table).map(|(place, _)| place);
    let page = rows
        .filter(|place| after.is_none_or(|after| *place > after))
        .take(cursor.limit + 1);
    Page::cut(page.collect(), cursor, ToString::to_string)
}

/// Read a table of results
///
/// One of the fixed tables, from the counts as they stand by now: n, shares and indices with their 95 % intervals, weighted where the
/// plan says so. What rests on fewer responses than the instrument's minimum n is not shown, nor what would give it away by a
/// difference. While the round is not final for evaluators of the agency that runs it, then for everybody who logs in.
#[utoipa::path(tag = "survey-results",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), ("table" = ResultTableName, Path, description = "The table."), ResultQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of the table.", body = SurveyResultTable), ReadProblems))]
#[get("/survey-rounds/{round}/results/{table}")]
pub async fn get_survey_results(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<(SurveyRoundCode, ResultTableName)>,
    ValidQuery(asked): ValidQuery<ResultQuery>,
) -> AppResult<HttpResponse> {
    let (code, table) = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let tally = tally_for(caller, &db, desks, code).await?;
    let body = block(move || result_table(&tally, table, &cursor, asked.items)).await;
    json_list(&body.map_err(AppError::internal)?)
}

fn result_table(tally: &Tally, table: ResultTableName, cursor: &Cursor, items: bool) -> SurveyResultTable {
    let page = page_of(tally, table, cursor);
    tally.prepare(&page.data);
    let rows = page.data.iter().filter_map(|place| {
        let row = tally.desk.rows.get(*place)?;
        Some(shown(tally, *place, row, items))
    });
    let (round, rule) = (&tally.desk.round, &tally.desk.instrument.document().rule);
    SurveyResultTable {
        survey_round: round.code.clone(),
        table,
        state: round.state,
        instrument: round.instrument_code.clone(),
        instrument_version: round.instrument_version,
        measure: rule.measure,
        weighted: round.weighted,
        minimum_n: rule.minimum_n,
        counts_revision: tally.revision,
        data: rows.collect(),
        page: page.page,
    }
}

/// Read the final result
///
/// All tables in one document: canonical JSON (RFC 8785), whose SHA-256 is the round's `result_digest` and the ETag. It never
/// changes. For everybody who logs in.
#[utoipa::path(tag = "survey-results", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The document.", body = serde_json::Value, example = json!({"format": 1, "survey_round": "sipas-2025", "tables": []})),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/survey-rounds/{round}/results")]
pub async fn get_final_survey_result(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let found = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadSurveyResults)?;
            store::find_result(conn, &code)
        })
        .await?;
    let row = found.ok_or_else(AppError::not_found)?;
    let etag = format!("\"{}\"", row.digest);
    kept_json(&request, || Ok(row.document), &etag)
}

/// Read the quality of responses
///
/// By the rows of a table: how many responses that count were straight-lined, filled in too fast, or the same as another one. For
/// evaluators of the agency that runs the round.
#[utoipa::path(tag = "survey-responses",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), ("table" = ResultTableName, Path, description = "The table."), PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of the table.", body = Page<QualityRow>), ReadProblems))]
#[get("/survey-rounds/{round}/quality/{table}")]
pub async fn get_survey_quality(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<(SurveyRoundCode, ResultTableName)>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let (code, table) = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let tally = db
        .read(move |conn| {
            let round = approach_survey_round(conn, &caller, &code, Action::ManageSurveyRound)?;
            let desk = desks.open(conn, &round)?;
            desks.tally(conn, &desk)
        })
        .await?;
    let page = page_of(&tally, table, &cursor);
    json_list(&page.map(|place| quality_row(&tally, place)))
}

fn quality_row(tally: &Tally, place: usize) -> QualityRow {
    let row = tally.desk.rows.get(place);
    let [straight_line, speeder, duplicate] = row.map(|row| tally.flagged(row)).unwrap_or_default();
    QualityRow {
        code: row.map(|row| row.code.clone()).unwrap_or_default(),
        name_vi: row.map(|row| row.name_vi.clone()).unwrap_or_default(),
        n: tally.n(place),
        straight_line,
        speeder,
        duplicate,
    }
}

/// List interviewers
///
/// What the responses of each come to beside those of all others who asked in the same strata; who is more than three standard
/// errors away is doubted. Every response that names an interviewer is read. For evaluators of the agency that runs the round.
#[utoipa::path(tag = "survey-responses", params(("round" = SurveyRoundCode, Path, description = "The survey round."), PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of interviewers, by mark.", body = Page<InterviewerRow>), ReadProblems))]
#[get("/survey-rounds/{round}/interviewers")]
pub async fn list_survey_interviewers(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<SurveyRoundCode>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let rows = db
        .read(move |conn| {
            let round = approach_survey_round(conn, &caller, &code, Action::ManageSurveyRound)?;
            let desk = desks.open(conn, &round)?;
            interviewers::rows(conn, &desk)
        })
        .await?;
    let after = cursor.after.clone().unwrap_or_default();
    let page = rows
        .into_iter()
        .filter(|row| row.interviewer > after)
        .take(cursor.limit + 1);
    json_list(&Page::cut(page.collect(), &cursor, |row| row.interviewer.clone()))
}

/// Exclude responses
///
/// Or take exclusions back, with a reason: on record for ever, and out of the counts at once. While people are asked and until the
/// round is final. For evaluators of the agency that runs it.
#[utoipa::path(tag = "survey-responses", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    request_body = ExclusionBody, security(("bearer" = [])),
    responses((status = 200, description = "Done.", body = ExclusionResult), WriteProblems))]
#[post("/survey-rounds/{round}/exclusions")]
pub async fn exclude_survey_responses(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<SurveyRoundCode>,
    body: ValidJson<ExclusionBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("exclude_survey_responses", &body.digest, count_locks(&code));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let round = approach_survey_round(tx.conn(), &caller, &code, Action::ManageSurveyRound)?;
            exclude::check(&wanted)?;
            if !round.state.takes_exclusions() {
                return Err(not_now(
                    &round,
                    "Không loại phiếu được",
                    "Nothing can be excluded now",
                ));
            }
            let desk = desks.open(tx.conn(), &round)?;
            exclude::run(tx, &desk, &wanted)
        })
        .await?;
    answered(answer)
}

/// List exclusions
///
/// As they were made, the oldest first. For evaluators of the agency that runs the round.
#[utoipa::path(tag = "survey-responses", params(("round" = SurveyRoundCode, Path, description = "The survey round."), PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of exclusions.", body = Page<Exclusion>), ReadProblems))]
#[get("/survey-rounds/{round}/exclusions")]
pub async fn list_survey_exclusions(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (after, fetch) = (cursor.after.clone(), cursor.fetch());
    let rows = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ManageSurveyRound)?;
            store::exclusions_page(conn, &code, after.as_deref(), fetch)
        })
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.id.to_string());
    json_list(&page.map(|row| Exclusion {
        response: row.response_id,
        excluded: row.excluded,
        reason: row.reason,
        made_at: row.made_at,
        made_by: row.made_by,
    }))
}

/// Count a round anew
///
/// From every raw answer, compared with the kept counts to the last digit; what differs is put right. Answers `conflict` if responses
/// came in meanwhile: send it again. For evaluators of the agency that runs the round.
#[utoipa::path(tag = "survey-responses", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    security(("bearer" = [])),
    responses((status = 200, description = "Counted.", body = RebuildResult), WriteProblems))]
#[post("/survey-rounds/{round}/counts/rebuild")]
pub async fn rebuild_survey_counts(
    caller: Caller,
    db: Data<Database>,
    desks: Data<SurveyDesk>,
    path: Path<SurveyRoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("rebuild_survey_counts", "", count_locks(&code));
    let (desk, counted) = db
        .read(move |conn| {
            let round = approach_survey_round(conn, &caller, &code, Action::ManageSurveyRound)?;
            let desk = desks.open(conn, &round)?;
            let counted = rebuild::recount(conn, &desk)?;
            Ok((desk, counted))
        })
        .await?;
    answered(db.write(change, move |tx| counted.keep(tx, &desk)).await?)
}
