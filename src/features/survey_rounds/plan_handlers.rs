//! Sample plans and draws over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Path},
};

use super::{
    body_model::{DrawBody, NewStratum, SamplePlanBody, StrataQuery, SurveySaveQuery},
    facts::{approach_survey_round, lock_survey_round, not_now},
    model::{StratumRow, SurveyRoundRow},
    plan_rules::{self, PlanHead},
    rules, shown, store,
    view_model::{Draw, DrawnStratum, SamplePlanSaved, Stratum},
};
use crate::{
    access::Action,
    db::{Database, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::agencies,
    ids::{AgencyCode, SurveyRoundCode},
    survey,
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_list, read_list,
    },
};

/// Positions on one page of a draw, but for the first stratum, which is shown whole.
const POSITIONS_ON_PAGE_MAX: i64 = 100_000;
/// The name of the procedure in `survey/draw.rs`.
const PROCEDURE: &str = "parindex-draw-1";

/// Give a sample plan
///
/// Strata with their populations, in place of the present ones; sizes follow by n = N/(1 + N·e²), rounded up, for the round,
/// each agency or each stratum, and are spread in proportion (largest remainder) or equally, or they are given. Only while the
/// round is planned; what was drawn by an earlier plan is dropped. Needs `If-Match`. For evaluators of the agency that runs
/// it.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), SurveySaveQuery, ("If-Match" = String, Header, description = "The ETag that was read.")),
    request_body = SamplePlanBody, security(("bearer" = [])),
    responses((status = 200, description = "Given, or checked only.", body = SamplePlanSaved), WriteProblems))]
#[put("/survey-rounds/{round}/sample-plan")]
pub async fn save_sample_plan(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    ValidQuery(query): ValidQuery<SurveySaveQuery>,
    if_match: IfMatch,
    body: ValidJson<SamplePlanBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let wanted = body.value;
    let change = caller.change("save_sample_plan", &body.digest, vec![lock_survey_round(&code)]);
    let answer = db
        .write(change, move |tx| {
            let before = approach_survey_round(tx.conn(), &caller, &code, Action::ManageSurveyRound)?;
            if_match.require(before.revision)?;
            if !before.state.takes_plans() {
                return Err(not_now(
                    &before,
                    "Kế hoạch mẫu không sửa được nữa",
                    "The sample plan can't be changed any more",
                ));
            }
            let (head, rows) = read_plan(tx, &code, wanted)?;
            save(tx, &before, &head, &rows, query.dry_run)
        })
        .await?;
    answered(answer)
}

fn read_plan(
    tx: &mut Tx<'_>,
    code: &SurveyRoundCode,
    body: SamplePlanBody,
) -> AppResult<(PlanHead, Vec<StratumRow>)> {
    let (head, mut faults) = plan_rules::read_head(&body);
    rules::refuse(std::mem::take(&mut faults))?;
    let (strata, mut faults) = read_list("/strata", body.strata);
    let named: BTreeSet<&AgencyCode> = strata.iter().map(|(_, one)| &one.agency).collect();
    let named: Vec<AgencyCode> = named.into_iter().cloned().collect();
    let missing = agencies::missing(tx.conn(), &named)?;
    let known = named
        .into_iter()
        .filter(|agency| !missing.contains(agency))
        .collect();
    faults.extend(plan_rules::check_strata(&head, &strata, &known));
    rules::refuse(faults)?;
    let sizes = plan_rules::sizes(&head, &strata);
    rules::refuse(plan_rules::check_sizes(&strata, &sizes))?;
    Ok((head, rows_of(code, strata, &sizes)))
}

fn rows_of(code: &SurveyRoundCode, strata: Vec<(usize, NewStratum)>, sizes: &[i64]) -> Vec<StratumRow> {
    (0..)
        .zip(strata)
        .zip(sizes)
        .map(|((position, (_, stratum)), size)| StratumRow {
            survey_round_code: code.clone(),
            position,
            code: stratum.code,
            name_vi: stratum.name_vi,
            name_en: stratum.name_en,
            agency_code: stratum.agency,
            service_field: stratum.service_field,
            population: stratum.population,
            sample_size: *size,
        })
        .collect()
}

fn save(
    tx: &mut Tx<'_>,
    before: &SurveyRoundRow,
    head: &PlanHead,
    rows: &[StratumRow],
    dry_run: bool,
) -> AppResult<Outcome> {
    let after = SurveyRoundRow {
        weighted: head.weighted,
        error_micro: head.error_micro,
        sizing: head.sizing,
        allocation: head.allocation,
        total_size: head.total_size,
        seed: None,
        revision: before.revision.saturating_add(1),
        updated_at: tx.now(),
        ..before.clone()
    };
    let sums = store::PlanSums {
        strata: rows.len(),
        population: rows.iter().map(|row| row.population).sum(),
        sample_size: rows.iter().map(|row| row.sample_size).sum(),
    };
    let saved = SamplePlanSaved {
        dry_run,
        plan: shown::plan(&after, sums)?,
    };
    let answer = json_answer(200, &saved)?;
    if dry_run {
        return Ok(Outcome::Unchanged(answer));
    }
    store::put_strata(tx, &after.code, rows)?;
    store::replace(tx, before, &after)?;
    let content: Vec<_> = rows
        .iter()
        .map(|row| serde_json::json!([row.code, row.agency_code, row.population, row.sample_size]))
        .collect();
    let detail = serde_json::json!({
        "strata": sums.strata, "sample_size": sums.sample_size, "digest": digest_of(&content)?,
    });
    let entry = shown::entry(Some(before), &after, detail)?;
    Ok(Outcome::Done(
        answer.header("etag", etag_of_revision(after.revision)),
        entry,
    ))
}

/// The position after which a page begins.
pub(super) fn position_of(cursor: &Cursor) -> AppResult<Option<i32>> {
    let parsed = cursor.after.as_deref().map(str::parse).transpose();
    parsed.map_err(|_| AppError::new(ErrorCode::InvalidRequest))
}

/// List the strata of a survey round
///
/// In the order of the plan, with their sizes. For everybody who logs in.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), StrataQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of strata.", body = Page<Stratum>), ReadProblems))]
#[get("/survey-rounds/{round}/strata")]
pub async fn list_survey_strata(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    ValidQuery(asked): ValidQuery<StrataQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (after, fetch) = (position_of(&cursor)?, cursor.fetch());
    let rows = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadReference)?;
            store::strata_page(conn, &code, asked.agency.as_ref(), after, fetch)
        })
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.position.to_string());
    json_list(&page.map(Stratum::from))
}

/// Draw the sample
///
/// By a seed that is kept: whoever has it draws the same positions of each stratum's list again, for ever, by the procedure that
/// `procedure` names (`ARCHITECTURE.md` and `src/survey/draw.rs` write it out). Only while the round is planned; another draw is
/// another entry of the audit trail. For evaluators of the agency that runs it.
#[utoipa::path(tag = "survey-rounds", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    request_body = DrawBody, security(("bearer" = [])),
    responses((status = 200, description = "Drawn.", body = Draw), WriteProblems))]
#[post("/survey-rounds/{round}/draw")]
pub async fn draw_survey_sample(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    body: ValidJson<DrawBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let seed = body.value.seed;
    let change = caller.change("draw_survey_sample", &body.digest, vec![lock_survey_round(&code)]);
    let answer = db
        .write(change, move |tx| {
            let before = approach_survey_round(tx.conn(), &caller, &code, Action::ManageSurveyRound)?;
            if !before.state.takes_plans() {
                return Err(not_now(
                    &before,
                    "Không rút mẫu được nữa",
                    "No sample can be drawn any more",
                ));
            }
            rules::refuse(rules::check_seed(&seed).into_iter().collect())?;
            let sums = store::plan_sums(tx.conn(), &code)?.ok_or_else(no_plan)?;
            let after = SurveyRoundRow {
                seed: Some(seed.clone()),
                revision: before.revision.saturating_add(1),
                updated_at: tx.now(),
                ..before.clone()
            };
            store::replace(tx, &before, &after)?;
            let drawn = Draw {
                seed,
                procedure: PROCEDURE,
                strata: sums.strata,
                drawn: sums.sample_size,
            };
            let entry = shown::entry(Some(&before), &after, serde_json::json!({"seed": drawn.seed}))?;
            let answer = json_answer(200, &drawn)?.header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// 409: there is no sample plan yet.
pub(super) fn no_plan() -> AppError {
    AppError::with(
        ErrorCode::IllegalTransition,
        "Chưa có kế hoạch mẫu: gửi tại PUT …/sample-plan.",
        "There is no sample plan yet: send one to PUT …/sample-plan.",
    )
}

/// Read the drawn sample
///
/// The positions of each stratum, in the order of the plan. For who works on the round.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), StrataQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of strata with their positions.", body = Page<DrawnStratum>), ReadProblems))]
#[get("/survey-rounds/{round}/draw")]
pub async fn get_survey_sample(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    ValidQuery(asked): ValidQuery<StrataQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let mut cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (after, fetch) = (position_of(&cursor)?, cursor.fetch());
    let (seed, rows) = db
        .read(move |conn| {
            let row = approach_survey_round(conn, &caller, &code, Action::ReadSurveyWork)?;
            let seed = row.seed.ok_or_else(AppError::not_found)?;
            let rows = store::strata_page(conn, &code, asked.agency.as_ref(), after, fetch)?;
            Ok((seed, rows))
        })
        .await?;
    let mut positions = 0;
    let fit = rows.iter().take_while(|row| {
        positions += row.sample_size;
        positions <= POSITIONS_ON_PAGE_MAX
    });
    cursor.limit = cursor.limit.min(fit.count().max(1));
    let page = Page::cut(rows, &cursor, |row| row.position.to_string());
    json_list(&page.map(|row| drawn(&seed, row)))
}

fn drawn(seed: &str, row: StratumRow) -> DrawnStratum {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    DrawnStratum {
        positions: survey::draw(
            seed,
            row.code.as_str(),
            count(row.population),
            count(row.sample_size),
        ),
        stratum: row.code,
        population: row.population,
        sample_size: row.sample_size,
    }
}
