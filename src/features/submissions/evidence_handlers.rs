//! Evidence files over HTTP: upload, versions, download.

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};

use super::{
    attach::{Arrived, Attach},
    evidence_model::{EvidenceAdded, EvidenceList, UploadQuery},
    facts, item_store, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database},
    error::{AppError, AppResult},
    features::{
        criteria::Sets,
        evidence::{self, Announced, Download, FileBytes, ListedFile, Vault},
        rounds,
    },
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
    web::{Caller, DownloadProblems, Page, ReadProblems, ValidQuery, WriteProblems, answered, json_list},
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
    let announced = Announced::of(&request)?;
    query.file_name =
        evidence::check_name(&query.file_name).map_err(|error| AppError::invalid(vec![error]))?;
    let attach = Attach {
        caller,
        round,
        agency,
        indicator,
        query,
    };
    let (now, asked, bytes) = (db.clock().now(), attach.clone(), announced.bytes);
    let (known_sets, known_vault) = (sets.clone(), vault.clone());
    db.read(move |conn| asked.check(conn, &known_sets, &known_vault, now, bytes))
        .await?;
    let received = announced.receive(&vault, &attach.query.file_name, body).await?;
    let arrived = Arrived::of(&received)?;
    let locks = super::locks(&attach.round, &attach.agency);
    let change = attach
        .caller
        .change("upload_evidence", received.digest.as_str(), locks);
    let limits = vault.clone();
    let answer = evidence::keep(
        Vault::clone(&vault),
        Database::clone(&db),
        received,
        change,
        move |tx| attach.run(tx, &sets, &limits, arrived),
    )
    .await?;
    answered(answer)
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
/// the item sees them. `usage` tells the space that the agency's files take in the round, and may take.
#[utoipa::path(tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The files.", body = EvidenceList), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence")]
pub async fn list_evidence(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode)>,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator) = path.into_inner();
    let list = db
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
            let files = files.map(|file| ListedFile {
                current: current.contains(&file.id),
                file,
            });
            Ok(EvidenceList {
                files: Page::whole(files.collect()),
                usage: vault.quota(conn, &round, &agency)?.usage,
            })
        })
        .await?;
    json_list(&list)
}

/// Download an evidence file
///
/// Always as an attachment, never shown in the page. Whoever may see the item may download its files, older ones too.
/// Its ETag is the SHA-256 of its bytes. What broke off is resumed with `Range: bytes=N-`, and `If-Range` with the ETag.
#[utoipa::path(get, tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path),
        ("file" = FileId, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes.", example = "bytes=1048576-"),
        ("If-Range" = Option<String>, Header, description = "The ETag of what is held in part.")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The file's bytes.", content(
            (FileBytes = "application/pdf"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (FileBytes = "image/png"), (FileBytes = "image/jpeg"), (FileBytes = "image/tiff"), (FileBytes = "image/webp")),
            headers(("ETag" = String, description = "The SHA-256 of the bytes."),
                ("Content-Disposition" = String, description = "`attachment`, with the file's name."))),
        (status = 206, description = "The part that `Range` asks for.", content(
            (FileBytes = "application/pdf"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (FileBytes = "image/png"), (FileBytes = "image/jpeg"), (FileBytes = "image/tiff"), (FileBytes = "image/webp")),
            headers(("Content-Range" = String, description = "Which bytes, of how many."))),
        (status = 304, description = "The caller holds it already."), DownloadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence/{file}")]
pub async fn get_evidence(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode, FileId)>,
    request: HttpRequest,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator, id) = path.into_inner();
    let export = caller.export("get_evidence", "evidence_file", id.as_str());
    let row = db
        .read(move |conn| {
            check_visible(conn, &caller, (&round, &agency, &indicator))?;
            evidence::find_file(conn, &round, &agency, &indicator, &id)
        })
        .await?;
    let digest = row.sha256.clone();
    let download = Download {
        name: row.name,
        media_type: row.media_type,
        size: row.size,
        sha256: row.sha256,
    };
    let response = download.respond(&request, &vault).await?;
    // Who holds the file already is told so, and takes nothing away.
    if response.status().is_success() {
        export.record_digest(&db, digest.as_str()).await?;
    }
    Ok(response)
}
