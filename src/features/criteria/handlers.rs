//! Criteria sets over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path},
};

use super::{
    import::{self, IfPresent},
    model::{
        CheckedCriteriaSet, CreateQuery, CriteriaSetQuery, CriteriaSetSummary, CriteriaSetVersion,
        VersionQuery,
    },
    rules, store, workbook,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::{AppError, AppResult},
    ids::SetCode,
    scoring::CriteriaSet,
    web::{
        Caller, Cursor, DocumentProblems, IfMatch, JsonOrWorkbook, Page, PageQuery, ReadProblems, ValidJson,
        ValidQuery, WorkbookFile, WriteProblems, answered, etag_of_revision, json_document, json_list,
        kept_json, make_workbook, workbook_file,
    },
};

/// List the criteria sets
///
/// By code: each family with its latest version.
#[utoipa::path(tag = "criteria-sets", params(CriteriaSetQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of criteria sets.", body = Page<CriteriaSetSummary>), ReadProblems))]
#[get("/criteria-sets")]
pub async fn list_criteria_sets(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<CriteriaSetQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let sets = db
        .read(move |conn| store::list_latest(conn, &asked, &page))
        .await?;
    json_list(&Page::cut(sets, &cursor, |set| set.code.to_string()))
}

/// Read a criteria set
///
/// Its latest version, or the one that is named, with the whole tree.
#[utoipa::path(tag = "criteria-sets", params(("code" = SetCode, Path, description = "The family's code."), VersionQuery), security(("bearer" = [])),
    responses((status = 200, description = "The criteria set.", body = CriteriaSetVersion),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/criteria-sets/{code}")]
pub async fn get_criteria_set(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<SetCode>,
    ValidQuery(asked): ValidQuery<VersionQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let set = db
        .read(move |conn| {
            let latest = || store::latest_version(conn, &code)?.ok_or_else(AppError::not_found);
            let version = asked.version.map_or_else(latest, Ok)?;
            let (summary, document) = store::find_with_document(conn, &code, version)?;
            summary.with_document(&document)
        })
        .await?;
    // The latest version changes: a revision alone would not tell one version from the next.
    let etag = format!("\"v{}-r{}\"", set.summary.version, set.summary.revision);
    json_document(&request, &set, &etag)
}

/// List the versions of a criteria set
///
/// The latest first.
#[utoipa::path(tag = "criteria-sets", params(("code" = SetCode, Path, description = "The family's code."), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of versions.", body = Page<CriteriaSetSummary>), ReadProblems))]
#[get("/criteria-sets/{code}/versions")]
pub async fn list_criteria_set_versions(
    caller: Caller,
    db: Data<Database>,
    path: Path<SetCode>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let cursor = Cursor::parse(page.limit, page.cursor.as_deref())?;
    let before = cursor
        .after
        .as_deref()
        .map(rules::version_of_cursor)
        .transpose()?;
    let fetch = cursor.fetch();
    let versions = db
        .read(move |conn| {
            store::latest_version(conn, &code)?.ok_or_else(AppError::not_found)?;
            store::list_versions(conn, &code, before, fetch)
        })
        .await?;
    json_list(&Page::cut(versions, &cursor, |set| set.version.to_string()))
}

/// Read a version of a criteria set
///
/// With the whole tree.
#[utoipa::path(tag = "criteria-sets", security(("bearer" = [])),
    params(("code" = SetCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1)),
    responses((status = 200, description = "The version.", body = CriteriaSetVersion),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/criteria-sets/{code}/versions/{version}")]
pub async fn get_criteria_set_version(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<(SetCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, version) = path.into_inner();
    let set = db
        .read(move |conn| {
            let (summary, document) = store::find_with_document(conn, &code, version)?;
            summary.with_document(&document)
        })
        .await?;
    json_document(&request, &set, &etag_of_revision(set.summary.revision))
}

/// Export a criteria set
///
/// The document alone, to be imported elsewhere: canonical JSON (RFC 8785), whose SHA-256 is the version's `digest`
/// and the ETag.
#[utoipa::path(tag = "criteria-sets", security(("bearer" = [])),
    params(("code" = SetCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1)),
    responses((status = 200, description = "The document.", body = CriteriaSet),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/criteria-sets/{code}/versions/{version}/document")]
pub async fn get_criteria_set_document(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<(SetCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, version) = path.into_inner();
    let (summary, document) = db
        .read(move |conn| store::find_with_document(conn, &code, version))
        .await?;
    let etag = format!("\"{}\"", summary.digest);
    kept_json(&request, || Ok(document), &etag)
}

/// Export a criteria set as a workbook
///
/// The same document as an .xlsx file: the tree as rows, rules in columns, options and bands on a sheet of their own.
/// Sent to `POST /criteria-sets` it is the same document again, with the same digest.
#[utoipa::path(tag = "criteria-sets", security(("bearer" = [])),
    params(("code" = SetCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1)),
    responses((status = 200, description = "An .xlsx file.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems))]
#[get("/criteria-sets/{code}/versions/{version}/document.xlsx")]
pub async fn get_criteria_set_workbook(
    caller: Caller,
    db: Data<Database>,
    path: Path<(SetCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, version) = path.into_inner();
    let at = db.clock().now().unix_seconds();
    let name = format!("{code}-v{version}");
    let (summary, document) = db
        .read(move |conn| store::find_with_document(conn, &code, version))
        .await?;
    let bytes = make_workbook(move || workbook::write(&document, at)).await?;
    let etag = etag_of_revision(summary.revision);
    Ok(workbook_file(bytes, &name, Some(&etag)))
}

/// Add a criteria set
///
/// The first version of a family, or the one after its latest (otherwise `already_exists`). Every fault of the
/// document is named by its pointer. With `dry_run=true` the document is checked, whatever versions there are, and
/// nothing is saved. The document comes as JSON, or as the workbook of
/// `…/document.xlsx`, where every fault names its cell too.
#[utoipa::path(tag = "criteria-sets", params(CreateQuery), security(("bearer" = [])),
    request_body(content((CriteriaSet = "application/json", example = json!({"code": "sample", "version": 1, "title_vi": "Bộ tiêu chí mẫu",
        "illustrative": true, "level": "ministry", "maximum": "100",
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "children": [
            {"code": "1", "name_vi": "Ban hành kế hoạch đúng hạn", "maximum": "60", "source": "assessment",
             "rule": {"kind": "yes_no", "yes": "60", "no": "0"}, "evidence_required": true},
            {"code": "2", "name_vi": "Điều tra xã hội học", "maximum": "40", "source": "survey", "rule": {"kind": "survey"}}]})),
        (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 200, description = "Checked only.", body = CheckedCriteriaSet),
        (status = 201, description = "Added.", body = CriteriaSetSummary), DocumentProblems))]
#[post("/criteria-sets")]
pub async fn create_criteria_set(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<CreateQuery>,
    body: JsonOrWorkbook<CriteriaSet>,
) -> AppResult<HttpResponse> {
    caller.check(Action::WriteCriteriaSet, Object::System)?;
    let (set, digest) = match body {
        JsonOrWorkbook::Json(body) => (import::check(body.value)?, body.digest),
        JsonOrWorkbook::Workbook(body) => (import::check_workbook(&body.workbook)?, body.digest),
    };
    if asked.dry_run {
        return answered(import::dry_run(&db, set).await?);
    }
    let locks = vec![import::family_lock(&set.code)];
    let change = caller.change("create_criteria_set", &digest, locks);
    answered(import::import(&db, change, set, IfPresent::Refuse).await?)
}

/// Replace a version of a criteria set
///
/// While it is not frozen; needs `If-Match`. Code and version of the document are those of the path. Once a round was
/// opened with a version it is frozen: then make a new one.
#[utoipa::path(tag = "criteria-sets", security(("bearer" = [])), request_body = CriteriaSet,
    params(("code" = SetCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1), ("If-Match" = String, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "Replaced, or just so already.", body = CriteriaSetSummary), WriteProblems))]
#[put("/criteria-sets/{code}/versions/{version}")]
pub async fn replace_criteria_set(
    caller: Caller,
    db: Data<Database>,
    path: Path<(SetCode, i32)>,
    if_match: IfMatch,
    body: ValidJson<CriteriaSet>,
) -> AppResult<HttpResponse> {
    caller.check(Action::WriteCriteriaSet, Object::System)?;
    let (code, version) = path.into_inner();
    rules::check_address(&body.value, &code, version)?;
    let set = import::check(body.value)?;
    let change = caller.change(
        "replace_criteria_set",
        &body.digest,
        vec![import::family_lock(&code)],
    );
    answered(import::replace(&db, change, set, if_match).await?)
}
