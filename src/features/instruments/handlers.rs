//! Instruments over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path},
};

use super::{
    import,
    model::{
        CheckedInstrumentView, InstrumentQuery, InstrumentSaveQuery, InstrumentSummary, InstrumentVersion,
    },
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::{AppError, AppResult},
    ids::InstrumentCode,
    survey::Instrument,
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// List instruments
///
/// By code: each family with its latest version.
#[utoipa::path(tag = "instruments", params(InstrumentQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of instruments.", body = Page<InstrumentSummary>), ReadProblems))]
#[get("/instruments")]
pub async fn list_instruments(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<InstrumentQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::list_latest(conn, &asked, &page))
        .await?;
    json_list(&Page::cut(rows, &cursor, |row| row.code.to_string()))
}

/// Add an instrument
///
/// The first version of a family, or the one after its latest (otherwise `already_exists`). Every fault of the document is
/// named by its pointer. With `dry_run=true` the document is checked, whatever versions there are, and nothing is saved. For
/// evaluators and administrators.
#[utoipa::path(tag = "instruments", params(InstrumentSaveQuery), security(("bearer" = [])),
    request_body(content = Instrument, example = json!({"code": "counter", "version": 1, "title": {"vi": "Phiếu hỏi tại quầy"},
        "audience": "citizens", "languages": ["vi"],
        "scales": [{"code": "five", "options": [
            {"code": "1", "label": {"vi": "Rất không hài lòng"}, "value": 1}, {"code": "5", "label": {"vi": "Rất hài lòng"}, "value": 5, "satisfied": true}]}],
        "parts": [{"code": "a", "title": {"vi": "Phục vụ"}, "factors": [{"code": "a1", "title": {"vi": "Công chức"}, "items": [
            {"code": "a1.1", "kind": "satisfaction", "text": {"vi": "Ông/bà hài lòng với công chức tiếp nhận hồ sơ?"}, "scale": "five"}]}]}],
        "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 30, "decimals": 2, "rounding": "half_up"}})),
    responses((status = 200, description = "Checked only.", body = CheckedInstrumentView),
        (status = 201, description = "Added.", body = InstrumentSummary), WriteProblems))]
#[post("/instruments")]
pub async fn create_instrument(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<InstrumentSaveQuery>,
    body: ValidJson<Instrument>,
) -> AppResult<HttpResponse> {
    caller.check(Action::WriteInstrument, Object::System)?;
    let new = import::check(body.value)?;
    if asked.dry_run {
        return json_list(&CheckedInstrumentView {
            dry_run: true,
            code: new.code,
            version: new.version,
            digest: new.digest,
            items: new.items,
        });
    }
    let locks = vec![import::family_lock(&new.code)];
    let change = caller.change("create_instrument", &body.digest, locks);
    answered(import::import(&db, change, new, false).await?)
}

/// Read an instrument
///
/// Its latest version, with all items.
#[utoipa::path(tag = "instruments", params(("code" = InstrumentCode, Path, description = "The family's code.")), security(("bearer" = [])),
    responses((status = 200, description = "The instrument.", body = InstrumentVersion),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/instruments/{code}")]
pub async fn get_instrument(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<InstrumentCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let found = db
        .read(move |conn| {
            let version = store::latest_version(conn, &code)?.ok_or_else(AppError::not_found)?;
            let (summary, document) = store::find_with_document(conn, &code, version)?;
            summary.with_document(&document)
        })
        .await?;
    // The latest version changes: a revision alone would not tell one version from the next.
    let etag = format!("\"v{}-r{}\"", found.summary.version, found.summary.revision);
    json_document(&request, &found, &etag)
}

/// List the versions of an instrument
///
/// The latest first. Indices are compared within one version only.
#[utoipa::path(tag = "instruments", params(("code" = InstrumentCode, Path, description = "The family's code.")), security(("bearer" = [])),
    responses((status = 200, description = "The versions.", body = Page<InstrumentSummary>), ReadProblems))]
#[get("/instruments/{code}/versions")]
pub async fn list_instrument_versions(
    caller: Caller,
    db: Data<Database>,
    path: Path<InstrumentCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let versions = db.read(move |conn| store::list_versions(conn, &code)).await?;
    if versions.is_empty() {
        return Err(AppError::not_found());
    }
    json_list(&Page::<InstrumentSummary>::whole(versions))
}

/// Read a version of an instrument
///
/// With all items.
#[utoipa::path(tag = "instruments", security(("bearer" = [])),
    params(("code" = InstrumentCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1)),
    responses((status = 200, description = "The version.", body = InstrumentVersion),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/instruments/{code}/versions/{version}")]
pub async fn get_instrument_version(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<(InstrumentCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, version) = path.into_inner();
    let found = db
        .read(move |conn| {
            let (summary, document) = store::find_with_document(conn, &code, version)?;
            summary.with_document(&document)
        })
        .await?;
    json_document(&request, &found, &etag_of_revision(found.summary.revision))
}

/// Replace a version of an instrument
///
/// While it is not frozen; needs `If-Match`. Code and version of the document are those of the path. Once a survey round
/// asks with a version it is frozen: then make a new one. For evaluators and administrators.
#[utoipa::path(tag = "instruments", security(("bearer" = [])), request_body = Instrument,
    params(("code" = InstrumentCode, Path, description = "The family's code."), ("version" = i32, Path, description = "The version.", minimum = 1, example = 1), ("If-Match" = String, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "Replaced, or just so already.", body = InstrumentSummary), WriteProblems))]
#[put("/instruments/{code}/versions/{version}")]
pub async fn replace_instrument(
    caller: Caller,
    db: Data<Database>,
    path: Path<(InstrumentCode, i32)>,
    if_match: IfMatch,
    body: ValidJson<Instrument>,
) -> AppResult<HttpResponse> {
    caller.check(Action::WriteInstrument, Object::System)?;
    let (code, version) = path.into_inner();
    rules::check_address(&body.value, &code, version)?;
    let new = import::check(body.value)?;
    let change = caller.change(
        "replace_instrument",
        &body.digest,
        vec![import::family_lock(&code)],
    );
    answered(import::replace(&db, change, new, if_match).await?)
}
