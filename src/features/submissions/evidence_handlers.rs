//! Evidence files over HTTP: upload, versions, download.

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    get,
    http::{Method, header},
    post, route,
    web::{Data, Path, Payload},
};
use futures_util::stream;

use super::{
    attach::{Arrived, Attach},
    evidence_model::{EvidenceAdded, FileBytes, UploadQuery},
    facts, item_store, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Answer, Conn, Database},
    error::{AppError, AppResult},
    features::{
        criteria::Sets,
        evidence::{self, DigestAsked, EvidenceFileRow, ListedFile, Received, Vault},
        rounds,
    },
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
    web::{Caller, Page, ReadProblems, ValidQuery, WriteProblems, answered, is_not_modified, json_list},
};

/// Upload an evidence file
///
/// The file is the body, as it is: PDF, DOCX, XLSX without macros, PNG, JPEG, TIFF or WebP, told by its content; what
/// `Content-Type` says is not believed. It is streamed, and nothing of it is seen until it is stored whole. The item gets
/// a new revision whose evidence holds the document, so what was decided on it is open again. The rules for saving items
/// hold: who may, and until when. To take a file off an item, save the item's evidence without it.
#[utoipa::path(tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path), UploadQuery,
        ("Content-Digest" = Option<String>, Header, description = "`sha-256=:BASE64:` of the body (RFC 9530): the file is refused if it arrives otherwise.",
            example = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:")),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file's bytes."),
    security(("bearer" = [])),
    responses((status = 201, description = "The file is stored, and the item's new revision names it.", body = EvidenceAdded,
        headers(("Location" = String, description = "Where the file can be downloaded."))), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence")]
#[allow(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn upload_evidence(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    vault: Data<Vault>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode)>,
    ValidQuery(mut query): ValidQuery<UploadQuery>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator) = path.into_inner();
    let digest = digest_asked(&request)?;
    query.file_name =
        evidence::check_name(&query.file_name).map_err(|error| AppError::invalid(vec![error]))?;
    let attach = Attach {
        caller,
        round,
        agency,
        indicator,
        query,
    };
    let (now, asked, known_sets) = (db.clock().now(), attach.clone(), sets.clone());
    db.read(move |conn| asked.check(conn, &known_sets, now)).await?;
    if let Some(bytes) = announced_bytes(&request) {
        evidence::check_size(bytes, vault.bytes_max())?;
    }
    let received = evidence::receive(&vault, body).await?;
    digest.check(&received.digest)?;
    evidence::check_extension(&attach.query.file_name, received.kind)
        .map_err(|error| AppError::invalid(vec![error]))?;
    // On its own: a caller who hangs up now must not part the change from what is due after it.
    let kept = actix_web::rt::spawn(keep(attach, received, db, sets, vault));
    answered(kept.await.map_err(AppError::internal)??)
}

/// Stores the bytes, then the change that names them.
async fn keep(
    attach: Attach,
    received: Received,
    db: Data<Database>,
    sets: Data<Sets>,
    vault: Data<Vault>,
) -> AppResult<Answer> {
    vault.keep(&received).await?;
    let locks = super::locks(&attach.round, &attach.agency);
    let change = attach
        .caller
        .change("upload_evidence", received.digest.as_str(), locks);
    let arrived = Arrived::of(&received)?;
    let answer = db.write(change, move |tx| attach.run(tx, &sets, arrived)).await?;
    vault.assure(&received).await?;
    Ok(answer)
}

fn digest_asked(request: &HttpRequest) -> AppResult<DigestAsked> {
    match request.headers().get("content-digest") {
        Some(value) => DigestAsked::parse(value.to_str().unwrap_or("sha-256=")),
        None => Ok(DigestAsked::none()),
    }
}

fn announced_bytes(request: &HttpRequest) -> Option<u64> {
    let value = request.headers().get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

/// Refuses who may not see the item.
pub(super) fn check_visible(
    conn: &mut Conn,
    caller: &Caller,
    (code, agency, indicator): (&RoundCode, &AgencyCode, &IndicatorCode),
) -> AppResult<()> {
    let round = rounds::find_round(conn, code)?;
    store::find_submission(conn, code, agency)?;
    let known = facts::load(conn, &round, agency)?;
    caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
    let visible = facts::visible_lines(&caller.principal, &known);
    if visible.is_some_and(|visible| !visible.contains(indicator)) {
        return Err(AppError::not_found());
    }
    Ok(())
}

/// List an item's evidence files
///
/// Every file ever added to the item, newest first; those that its current revision names are marked. Whoever may see
/// the item sees them.
#[utoipa::path(tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The files.", body = Page<ListedFile>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence")]
pub async fn list_evidence(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode)>,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator) = path.into_inner();
    let files = db
        .read(move |conn| {
            check_visible(conn, &caller, (&round, &agency, &indicator))?;
            let rows = evidence::files_of_item(conn, &round, &agency, &indicator)?;
            let items = item_store::current_items(conn, &round, &agency)?;
            let item = items.get(&indicator);
            let current: BTreeSet<&FileId> = item
                .into_iter()
                .flat_map(|item| item.evidence.iter())
                .filter_map(|document| document.file.as_ref())
                .collect();
            let files = shown::name_uploaders(conn, rows)?.into_iter();
            Ok(files
                .map(|file| ListedFile {
                    current: current.contains(&file.id),
                    file,
                })
                .collect::<Vec<_>>())
        })
        .await?;
    json_list(&Page::whole(files))
}

/// Download an evidence file
///
/// Always as an attachment, never shown in the page. Whoever may see the item may download its files, older ones too.
/// Its ETag is the SHA-256 of its bytes.
#[utoipa::path(get, tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path),
        ("file" = FileId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The file's bytes.", content(
            (FileBytes = "application/pdf"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (FileBytes = "image/png"), (FileBytes = "image/jpeg"), (FileBytes = "image/tiff"), (FileBytes = "image/webp")),
            headers(("ETag" = String, description = "The SHA-256 of the bytes."),
                ("Content-Disposition" = String, description = "`attachment`, with the file's name."))),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[route(
    "/rounds/{round}/submissions/{agency}/items/{indicator}/evidence/{file}",
    method = "GET",
    method = "HEAD"
)]
pub async fn get_evidence(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode, FileId)>,
    request: HttpRequest,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator, id) = path.into_inner();
    let row = db
        .read(move |conn| {
            check_visible(conn, &caller, (&round, &agency, &indicator))?;
            evidence::find_file(conn, &round, &agency, &indicator, &id)
        })
        .await?;
    let etag = format!("\"{}\"", row.sha256);
    if is_not_modified(&request, &etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .insert_header((header::CACHE_CONTROL, CACHED))
            .finish());
    }
    download(&request, &vault, &row, etag).await
}

/// A cache asks each time, for the caller may have lost the right to see it.
const CACHED: &str = "private, no-cache";

async fn download(
    request: &HttpRequest,
    vault: &Vault,
    row: &EvidenceFileRow,
    etag: String,
) -> AppResult<HttpResponse> {
    let size = u64::try_from(row.size).map_err(AppError::internal)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(row.media_type.as_str())
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, CACHED))
        .insert_header((header::CONTENT_DISPOSITION, evidence::disposition(&row.name)))
        // Whatever it holds, no browser takes it for a page of ours.
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    if request.method() == Method::HEAD {
        let nothing = stream::empty::<Result<_, std::io::Error>>();
        return Ok(response.body(SizedStream::new(size, nothing)));
    }
    Ok(response.body(SizedStream::new(size, vault.read(&row.sha256).await?)))
}
