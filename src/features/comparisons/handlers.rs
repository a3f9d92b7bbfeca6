//! Comparisons and progress over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    compare::{lines_of, sums_of},
    model::{AgencyComparison, Comparison, RoundProgress},
    progress::progress,
    tables,
};
use crate::{
    access::{Action, Object},
    clock::Moment,
    db::{Conn, Database},
    error::{AppError, AppResult},
    features::{
        criteria::Sets,
        explanations, rounds, scores,
        submissions::{self, Approached},
    },
    formats::write_csv,
    ids::{AgencyCode, RoundCode},
    web::{Caller, ReadProblems, csv_list, json_list},
};

pub(super) fn load_comparison(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: &RoundCode,
) -> AppResult<Comparison> {
    let round = rounds::find_round(conn, code)?;
    caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
    let result = scores::load_round_result(conn, sets, round, None)?;
    let of = |agency| sums_of(&result.set, agency, &lines_of(&result.set, agency));
    Ok(Comparison {
        agencies: result.agencies.iter().map(of).collect(),
        round: result.round.code.clone(),
    })
}

/// Compare self with appraised points
///
/// Agency by agency and domain by domain, over the assessed indicators: what each gave itself, what was decided, how
/// many items moved, are undecided or lack a document. For evaluators of the round.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The comparison.", body = Comparison), ReadProblems))]
#[get("/rounds/{round}/comparison")]
pub async fn get_comparison(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let view = db
        .read(move |conn| load_comparison(conn, &sets, &caller, &code))
        .await?;
    json_list(&view)
}

/// Compare self with appraised points, as CSV
///
/// One row for each agency and domain, and one without a domain for the agency as a whole. For evaluators.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The comparison.", body = String, content_type = "text/csv"), ReadProblems))]
#[get("/rounds/{round}/comparison.csv")]
pub async fn get_comparison_csv(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let export = caller.export("get_comparison_csv", "comparison", code.as_str());
    let view = db
        .read(move |conn| load_comparison(conn, &sets, &caller, &code))
        .await?;
    let csv = write_csv(&tables::comparison(&view));
    export.record(&db, csv.as_bytes()).await?;
    csv_list(csv)
}

pub(super) fn load_agency(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<AgencyComparison> {
    let Approached { round, known, .. } =
        submissions::approach(conn, caller, code, agency, Action::ReadScore)?;
    let object = Object::Submission(&known.facts);
    // An agency sees what was decided from the explanation on (design §8.18).
    if !round.phase.shows_appraised_points() {
        caller.check(Action::ReadAppraisal, object)?;
    }
    let result = scores::load_round_result(conn, sets, round, Some(std::slice::from_ref(agency)))?;
    let agency = result.agencies.first().ok_or_else(AppError::not_found)?;
    let items = lines_of(&result.set, agency);
    Ok(AgencyComparison {
        round: result.round.code.clone(),
        sums: sums_of(&result.set, agency, &items),
        items,
    })
}

/// Compare an agency's self with its appraised points
///
/// Indicator by indicator: where points were lost, and why. For the agency from the explanation on, for evaluators
/// always.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The comparison.", body = AgencyComparison), ReadProblems))]
#[get("/rounds/{round}/comparison/{agency}")]
pub async fn get_agency_comparison(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let view = db
        .read(move |conn| load_agency(conn, &sets, &caller, &code, &agency))
        .await?;
    json_list(&view)
}

/// Compare an agency's self with its appraised points, as CSV
///
/// One row for each indicator.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The comparison.", body = String, content_type = "text/csv"), ReadProblems))]
#[get("/rounds/{round}/comparison/{agency}.csv")]
pub async fn get_agency_comparison_csv(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let export = caller.export(
        "get_agency_comparison_csv",
        "comparison",
        format!("{code}/{agency}"),
    );
    let view = db
        .read(move |conn| load_agency(conn, &sets, &caller, &code, &agency))
        .await?;
    let csv = write_csv(&tables::agency_comparison(&view));
    export.record(&db, csv.as_bytes()).await?;
    csv_list(csv)
}

pub(super) fn load_progress(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: &RoundCode,
    now: Moment,
) -> AppResult<RoundProgress> {
    let round = rounds::find_round(conn, code)?;
    caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
    let submissions = submissions::round_submissions(conn, code)?;
    let questions = explanations::open_questions(conn, code)?;
    let result = scores::load_round_result(conn, sets, round, None)?;
    Ok(progress(&result, submissions, &questions, now))
}

/// How far are the agencies?
///
/// One row for each: state, what is declared and proved, the deadline that holds for it, what is decided, questions
/// that wait. For evaluators of the round.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The progress.", body = RoundProgress), ReadProblems))]
#[get("/rounds/{round}/progress")]
pub async fn get_round_progress(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let (code, now) = (path.into_inner(), db.clock().now());
    let view = db
        .read(move |conn| load_progress(conn, &sets, &caller, &code, now))
        .await?;
    json_list(&view)
}

/// How far are the agencies, as CSV
///
/// One row for each agency. For evaluators of the round.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The progress.", body = String, content_type = "text/csv"), ReadProblems))]
#[get("/rounds/{round}/progress.csv")]
pub async fn get_round_progress_csv(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let (code, now) = (path.into_inner(), db.clock().now());
    let export = caller.export("get_round_progress_csv", "round_progress", code.as_str());
    let view = db
        .read(move |conn| load_progress(conn, &sets, &caller, &code, now))
        .await?;
    let csv = write_csv(&tables::progress(&view));
    export.record(&db, csv.as_bytes()).await?;
    csv_list(csv)
}
