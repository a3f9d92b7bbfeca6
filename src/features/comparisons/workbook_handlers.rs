//! Comparisons and progress as workbooks over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    handlers::{load_agency, load_comparison, load_progress},
    tables,
};
use crate::{
    db::Database,
    error::AppResult,
    features::criteria::Sets,
    ids::{AgencyCode, RoundCode},
    web::{Caller, ReadProblems, WorkbookFile, make_workbook, workbook_file},
};

/// Compare self with appraised points, as a workbook
///
/// As in `comparison.csv`, with Vietnamese heads. For evaluators.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "An .xlsx file.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/rounds/{round}/comparison.xlsx")]
pub async fn get_comparison_workbook(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let now = db.clock().now();
    let name = format!("{code}-comparison");
    let export = caller.export("get_comparison_workbook", "comparison", code.as_str());
    let view = db
        .read(move |conn| load_comparison(conn, &sets, &caller, &code))
        .await?;
    let bytes = make_workbook(move || tables::comparison_book(&view, now.unix_seconds())).await?;
    export.record(&db, &bytes).await?;
    Ok(workbook_file(bytes, &name, None))
}

/// Compare an agency's self with its appraised points, as a workbook
///
/// One row for each indicator, with Vietnamese heads.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "An .xlsx file.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/rounds/{round}/comparison/{agency}.xlsx")]
pub async fn get_agency_comparison_workbook(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let now = db.clock().now();
    let name = format!("{code}-{agency}-comparison");
    let export = caller.export(
        "get_agency_comparison_workbook",
        "comparison",
        format!("{code}/{agency}"),
    );
    let view = db
        .read(move |conn| load_agency(conn, &sets, &caller, &code, &agency))
        .await?;
    let bytes = make_workbook(move || tables::agency_book(&view, now.unix_seconds())).await?;
    export.record(&db, &bytes).await?;
    Ok(workbook_file(bytes, &name, None))
}

/// How far are the agencies, as a workbook
///
/// One row for each agency, with Vietnamese heads. For evaluators of the round.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "An .xlsx file.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/rounds/{round}/progress.xlsx")]
pub async fn get_round_progress_workbook(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let now = db.clock().now();
    let name = format!("{code}-progress");
    let export = caller.export("get_round_progress_workbook", "round_progress", code.as_str());
    let view = db
        .read(move |conn| load_progress(conn, &sets, &caller, &code, now))
        .await?;
    let bytes = make_workbook(move || tables::progress_book(&view, now.unix_seconds())).await?;
    export.record(&db, &bytes).await?;
    Ok(workbook_file(bytes, &name, None))
}
