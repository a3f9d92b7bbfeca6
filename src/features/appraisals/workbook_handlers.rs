//! The list to appraise as a workbook over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{model::AppraisalSaveResult, save::Save, shown, workbook};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::{
        agencies,
        criteria::Sets,
        rounds,
        submissions::{self, SaveQuery, workbook::Made},
    },
    ids::{AgencyCode, RoundCode},
    web::{
        Bulk, Caller, ReadProblems, ValidQuery, WorkbookBody, WorkbookFile, WorkbookProblems, answered,
        make_workbook, workbook_file,
    },
};

/// Download the list to appraise as a workbook
///
/// The lines that the caller may see: what was declared and why is locked; verdict, points or corrected value and
/// reason are filled in, prefilled with the decisions that hold where one body decides alone. It is sent to `…/workbook`.
#[utoipa::path(tag = "appraisals", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "An .xlsx file.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/rounds/{round}/appraisals/{agency}/template.xlsx")]
pub async fn get_appraisal_template(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let at = db.clock().now().unix_seconds();
    let name = format!("{code}-{agency}-appraisal");
    let export = caller.export("get_appraisal_template", "appraisal", format!("{code}/{agency}"));
    let (appraisal, set, made) = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            let appraisal = shown::load(conn, &sets, &caller, code, agency)?;
            let (set, set_digest) =
                sets.load_named(conn, &round.criteria_set_code, round.criteria_set_version)?;
            let agency = &appraisal.agency;
            let card = agencies::cards(conn, std::slice::from_ref(agency), round.reference_day())?
                .remove(agency)
                .ok_or_else(|| AppError::internal("an agency has no card"))?;
            let made = Made {
                agency: card.name_vi,
                round: round.title_vi,
                set_digest,
                at,
            };
            Ok((appraisal, set, made))
        })
        .await?;
    let bytes = make_workbook(move || workbook::write(&appraisal, &set, &made)).await?;
    export.record(&db, &bytes).await?;
    Ok(workbook_file(bytes, &name, None))
}

/// Save decisions from a workbook
///
/// The template of `…/template.xlsx`, filled in: a bulk save with the same checks, the same answer and the same modes.
/// Rows with a verdict are decisions; rows without are left alone. Errors name the sheet, the row and the column, and
/// in `place` the cell.
#[utoipa::path(tag = "appraisals",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery),
    request_body(content = WorkbookFile, description = "The filled-in .xlsx file.",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    security(("bearer" = [])),
    responses((status = 200, description = "What became of each decision.", body = AppraisalSaveResult), WorkbookProblems))]
#[put("/rounds/{round}/appraisals/{agency}/workbook")]
pub async fn save_appraisal_workbook(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    body: WorkbookBody,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "save_appraisal_workbook",
        &body.digest,
        submissions::locks(&round, &agency),
    );
    let save = Save {
        caller,
        round,
        agency,
        items: Bulk::Workbook(body.workbook),
        query,
    };
    let answer = db.write(change, move |tx| save.run(tx, &sets)).await?;
    answered(answer)
}
