//! Reading lines and counts over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};

use super::{
    line_model::{LineCard, PlanLine},
    plan_store,
    query_model::{LineQuery, SummaryQuery},
    query_store, shown, store,
    summary::{Summary, summarise},
};
use crate::{
    access::{Action, Object},
    clock::Zone,
    db::{Database, digest_of},
    error::AppResult,
    ids::{ProgrammeCode, TaskCode},
    web::{Caller, Cursor, Page, ReadProblems, ValidQuery, json_document, json_list},
};

/// List the lines of a programme
///
/// In the order in which they were added; filtered by content, kind, units, state, year, deadline, and whether they are in
/// time, which follows from the clock.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), LineQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of lines.", body = Page<LineCard>), ReadProblems))]
#[get("/programmes/{programme}/lines")]
pub async fn list_plan_lines(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
    ValidQuery(asked): ValidQuery<LineQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (code, now) = (path.into_inner(), db.clock().now());
    let page = db
        .read(move |conn| {
            let programme = store::find_programme(conn, &code)?;
            let as_of = shown::as_of(&programme, asked.as_of, now)?;
            let due_before = asked.due_before.map(|day| before(programme.time_zone, day));
            let rows = query_store::list_lines(conn, &code, &asked, (as_of, due_before), &cursor)?;
            let page = Page::cut(rows, &cursor, |row| row.id.to_string());
            Ok(Page {
                data: shown::cards(conn, &programme, page.data, as_of)?,
                page: page.page,
            })
        })
        .await?;
    json_list(&page)
}

/// The first moment of a day: what ends on a day before it is due by then.
fn before(zone: Zone, day: chrono::NaiveDate) -> crate::clock::Moment {
    zone.end_of(day.pred_opt().unwrap_or(day))
}

/// Count the lines of a programme
///
/// By state and by how they stand to their deadlines, for all, by content and by the unit that leads. Nothing of it is
/// kept: it follows from the lines and a clock.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), SummaryQuery), security(("bearer" = [])),
    responses((status = 200, description = "The counts.", body = Summary),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/programmes/{programme}/summary")]
pub async fn get_programme_summary(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
    ValidQuery(asked): ValidQuery<SummaryQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, now) = (path.into_inner(), db.clock().now());
    let summary = db
        .read(move |conn| {
            let programme = store::find_programme(conn, &code)?;
            let as_of = shown::as_of(&programme, asked.as_of, now)?;
            let groups = query_store::count_alike(conn, &code, as_of)?;
            Ok(summarise(code, as_of.now, &groups))
        })
        .await?;
    let etag = format!("\"{}\"", digest_of(&summary)?);
    json_document(&request, &summary, &etag)
}

/// Read a line
///
/// With its money, milestones, and what it waits for.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The line.", body = PlanLine), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}/lines/{line}")]
pub async fn get_plan_line(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let ((code, task, number), now) = (path.into_inner(), db.clock().now());
    let line = db
        .read(move |conn| {
            let programme = store::find_programme(conn, &code)?;
            let row = plan_store::line_at(conn, &code, &task, number)?;
            shown::line(conn, &programme, row, now)
        })
        .await?;
    // Whether it is late changes with the clock alone, so no cache may answer for the revision.
    crate::web::versioned_json(&line, &crate::web::etag_of_revision(line.revision))
}
