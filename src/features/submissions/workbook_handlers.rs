//! The self-assessment as a workbook over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    handlers,
    model::{SaveQuery, SaveResult},
    save::Save,
    store,
    workbook::{self, Made},
};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::{agencies, criteria::Sets, rounds},
    ids::{AgencyCode, RoundCode},
    web::{
        Bulk, Caller, IfMatch, ReadProblems, ValidQuery, WorkbookBody, WorkbookFile, WorkbookProblems,
        answered, etag_of_revision, make_workbook, workbook_file,
    },
};

/// Download the form as a workbook
///
/// The lines that the caller may see, in the printed form's columns with Vietnamese headings, prefilled with what
/// stands: drop-downs for choices, locked cells, the code of each row, a page of instructions. Filled in, it is sent
/// to `…/workbook`. Cells for input keep what is typed as text, so that 61,86 is not taken for 6186.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "An .xlsx file; its ETag is the submission's.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/template.xlsx")]
pub async fn get_submission_template(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let now = db.clock().now();
    let name = format!("{code}-{agency}");
    let export = caller.export(
        "get_submission_template",
        "submission",
        format!("{code}/{agency}"),
    );
    let (submission, set, made) = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            let row = store::find_submission(conn, &code, &agency)?;
            let submission = handlers::load_shown(conn, &sets, &caller, &round, row, now)?;
            let (set, set_digest) =
                sets.load_named(conn, &round.criteria_set_code, round.criteria_set_version)?;
            let card = agencies::cards(conn, std::slice::from_ref(&agency), round.reference_day())?
                .remove(&agency)
                .ok_or_else(|| AppError::internal("an agency has no card"))?;
            let made = Made {
                agency: card.name_vi,
                round: round.title_vi,
                set_digest,
                at: now.unix_seconds(),
            };
            Ok((submission, set, made))
        })
        .await?;
    let etag = etag_of_revision(submission.revision);
    let bytes = make_workbook(move || workbook::write(&submission, &set, &made)).await?;
    export.record(&db, &bytes).await?;
    Ok(workbook_file(bytes, &name, Some(&etag)))
}

/// Save the form from a workbook
///
/// The template of `…/template.xlsx`, filled in: a bulk save with the same checks, the same answer and the same modes.
/// Every row that the sheet shows is an item: what is emptied is cleared, what is unchanged stays, a row that was taken
/// out is left alone. A row that somebody saved after the template was downloaded is refused. Errors name the sheet, the
/// row and the column, and in `place` the cell. Numbers may be written 61,86 or 61.86; where one could mean two, as
/// 1.234, it is refused. Formulas count with the value that was computed when the file was saved.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery,
        ("If-Match" = Option<String>, Header, description = "The submission's ETag that was read.")),
    request_body(content = WorkbookFile, description = "The filled-in .xlsx file.",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    security(("bearer" = [])),
    responses((status = 200, description = "What became of each row.", body = SaveResult), WorkbookProblems))]
#[put("/rounds/{round}/submissions/{agency}/workbook")]
pub async fn save_submission_workbook(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    if_match: IfMatch,
    body: WorkbookBody,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "save_submission_workbook",
        &body.digest,
        super::locks(&round, &agency),
    );
    let save = Save {
        caller,
        round,
        agency,
        items: Bulk::Workbook(body.workbook),
        query,
        if_match,
    };
    let answer = db.write(change, move |tx| save.run(tx, &sets, None)).await?;
    answered(answer)
}
