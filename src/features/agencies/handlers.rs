//! Levels, regions and agencies over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path},
};

use super::{
    import,
    model::{
        Agency, AgencyDocument, AgencyImport, AgencyImportResult, AgencyOnDay, AgencyQuery, ImportQuery,
        Level, Region,
    },
    search, span, store,
};
use crate::{
    access::{Access, Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::AgencyCode,
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

const SEARCH_LENGTH_MAX: usize = 200;

/// List the levels of agencies
///
/// Ministries, provinces, communes and so on, in their order; on one page.
#[utoipa::path(tag = "agencies", security(("bearer" = [])),
    responses((status = 200, description = "All levels.", body = Page<Level>), ReadProblems))]
#[get("/agency-levels")]
pub async fn list_agency_levels(caller: Caller, db: Data<Database>) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let levels = db.read(store::list_levels).await?;
    json_list(&Page::whole(levels))
}

/// List the regions
///
/// By scheme and code; on one page.
#[utoipa::path(tag = "agencies", security(("bearer" = [])),
    responses((status = 200, description = "All regions.", body = Page<Region>), ReadProblems))]
#[get("/regions")]
pub async fn list_regions(caller: Caller, db: Data<Database>) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let regions = db.read(store::list_regions).await?;
    json_list(&Page::whole(regions))
}

/// List the agencies of a day
///
/// By code: the agencies that exist on the day `as_of` (today by default), each with the name, region and parent that
/// hold on it. On 2025-06-30 there are 63 provinces, a day later 34. Filters narrow the list together.
#[utoipa::path(tag = "agencies", params(AgencyQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of agencies.", body = Page<AgencyOnDay>), ReadProblems))]
#[get("/agencies")]
pub async fn list_agencies(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<AgencyQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    check_query(&asked)?;
    let day = asked.as_of.unwrap_or_else(|| db.clock().now().date());
    let page = cursor.clone();
    let agencies = db
        .read(move |conn| store::list_agencies(conn, &asked, day, &page))
        .await?;
    json_list(&Page::cut(agencies, &cursor, |agency| agency.code.to_string()))
}

fn check_query(asked: &AgencyQuery) -> AppResult<()> {
    let mut errors = Vec::new();
    if asked.as_of.is_some_and(|day| !span::is_storable(day)) {
        errors.push(FieldError::new(
            "?as_of",
            "bad_date",
            Message::new("Năm phải có bốn chữ số.", "The year must have four digits."),
        ));
    }
    let empty = |part: &String| search::fold(part).is_empty() || part.chars().count() > SEARCH_LENGTH_MAX;
    if asked.q.as_ref().is_some_and(empty) {
        errors.push(FieldError::new(
            "?q",
            "bad_search",
            Message::new(
                "q cần có chữ hoặc số, tối đa 200 ký tự.",
                "q needs a letter or a digit, and has at most 200 characters.",
            ),
        ));
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(AppError {
        errors,
        ..AppError::new(ErrorCode::InvalidRequest)
    })
}

/// Read an agency
///
/// With its whole history: names, parents, regions, identifiers, successors and predecessors.
#[utoipa::path(tag = "agencies", params(("code" = AgencyCode, Path, description = "The agency's code.")), security(("bearer" = [])),
    responses((status = 200, description = "The agency.", body = Agency),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/agencies/{code}")]
pub async fn get_agency(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<AgencyCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let agency = db
        .read(move |conn| store::find_agency(conn, &code)?.ok_or_else(AppError::not_found))
        .await?;
    json_document(&request, &agency, &etag_of_revision(agency.revision))
}

/// Write an agency
///
/// Adds it, or replaces its whole history; then `If-Match` is needed. The body is an agency of the import document
/// and its code that of the path. For administrators.
#[utoipa::path(tag = "agencies", security(("bearer" = [])), request_body = AgencyDocument,
    params(("code" = AgencyCode, Path, description = "The agency's code."), ("If-Match" = Option<String>, Header, description = "The ETag that was read; needed where the agency exists.")),
    responses((status = 200, description = "Replaced, or just so already.", body = Agency),
        (status = 201, description = "Added.", body = Agency), WriteProblems))]
#[put("/agencies/{code}")]
pub async fn save_agency(
    caller: Caller,
    access: Data<Access>,
    path: Path<AgencyCode>,
    if_match: IfMatch,
    body: ValidJson<AgencyDocument>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageAgencies, Object::System)?;
    let code = path.into_inner();
    let wanted = body.value;
    if wanted.code != code {
        return Err(AppError::invalid_item(
            "/code",
            "code_differs",
            format!("Mã phải là {code}, như trong đường dẫn."),
            format!("The code must be {code}, as in the path."),
        ));
    }
    let change = caller.change("save_agency", &body.digest, vec![import::tree_lock()]);
    let answer = access
        .change(change, move |tx| {
            let before = store::find_agency(tx.conn(), &code)?;
            match &before {
                Some(before) => if_match.require(before.revision)?,
                // Whoever names a version of what is not there saw something else.
                None => if_match.check(0)?,
            }
            let differs = import::save_one(tx, &wanted)?;
            let after = store::find_agency(tx.conn(), &code)?.ok_or_else(AppError::not_found)?;
            let status = if before.is_some() { 200 } else { 201 };
            let answer = json_answer(status, &after)?.header("etag", etag_of_revision(after.revision));
            if !differs {
                return Ok(Outcome::Unchanged(answer));
            }
            let entry = agency_entry(before.as_ref(), &after)?;
            let answer = match before {
                Some(_) => answer,
                None => answer.header("location", format!("/api/v1/agencies/{code}")),
            };
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn agency_entry(before: Option<&Agency>, after: &Agency) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "agency",
        object_id: after.code.to_string(),
        before_digest: before.map(|agency| digest_of(&agency.document())).transpose()?,
        after_digest: Some(digest_of(&after.document())?),
        detail: serde_json::json!({"revision": after.revision, "level": after.level}),
    })
}

/// Import agencies
///
/// Levels, regions and agencies, all or nothing: what is new is added, what differs is replaced with its whole history,
/// what the document does not name stays. References may point forward. Every fault is named by its pointer. With
/// `dry_run=true` the document is checked and counted, and nothing is saved. For administrators.
#[utoipa::path(tag = "agencies", params(ImportQuery), request_body = AgencyImport, security(("bearer" = [])),
    responses((status = 200, description = "Imported, or checked.", body = AgencyImportResult), WriteProblems))]
#[post("/agency-imports")]
pub async fn import_agencies(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    ValidQuery(asked): ValidQuery<ImportQuery>,
    body: ValidJson<AgencyImport>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageAgencies, Object::System)?;
    let change = caller.change("import_agencies", &body.digest, vec![import::tree_lock()]);
    let answer = import::import(&db, change, body.value, asked.dry_run).await?;
    access.forget_principals();
    answered(answer)
}
