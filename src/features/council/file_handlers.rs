//! Files of minutes over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Bytes, Data, Path, Payload},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    file_model::FileQuery,
    file_store,
    files::{Approach, Arrived},
};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::evidence::{
        self, Announced, Download, EvidenceFile, FileBytes, SIGNATURE_BYTES_MAX, Signed, Vault, Verifier,
    },
    ids::{FileId, RecordId, RoundCode, sha256_hex},
    web::{Caller, DownloadProblems, ReadProblems, ValidQuery, WriteProblems, answered},
};

/// Upload the signed minutes
///
/// The file is the body, as it is: PDF or DOCX, told by its content. It is taken as evidence files are: streamed, and not
/// seen until it is stored whole. One that is uploaded later is a newer version; the older stays. By an evaluator of the
/// round, whenever the minutes are signed.
#[utoipa::path(tag = "council",
    params(("round" = RoundCode, Path), ("minutes" = RecordId, Path), FileQuery,
        ("Content-Digest" = Option<String>, Header, description = "`sha-256=:BASE64:` of the body (RFC 9530): the file is refused if it arrives otherwise.",
            example = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:")),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file's bytes."),
    security(("bearer" = [])),
    responses((status = 201, description = "The file is stored.", body = EvidenceFile,
        headers(("Location" = String, description = "Where the file can be downloaded."))), WriteProblems))]
#[post("/rounds/{round}/minutes/{minutes}/files")]
pub async fn upload_minutes_file(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    path: Path<(RoundCode, RecordId)>,
    ValidQuery(query): ValidQuery<FileQuery>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (round, minutes) = path.into_inner();
    let approach = Approach {
        caller,
        round,
        minutes,
    };
    let announced = Announced::of(&request)?;
    let name = evidence::check_name(&query.file_name).map_err(|error| AppError::invalid(vec![error]))?;
    let asked = approach.clone();
    db.read(move |conn| asked.check_add(conn)).await?;
    let received = announced.receive(&vault, &name, body).await?;
    let arrived = Arrived::of(name, &received)?;
    let digest = received.digest.to_string();
    let change = approach
        .caller
        .change("upload_minutes_file", &digest, approach.locks());
    let (vault, db) = (Vault::clone(&vault), Database::clone(&db));
    let answer = evidence::keep(vault, db, received, change, move |tx| approach.add(tx, arrived)).await?;
    answered(answer)
}

/// Download a file of minutes
///
/// As an attachment, for those who may read the minutes. Its ETag is the SHA-256 of its bytes. What broke off is resumed
/// with `Range: bytes=N-`, and `If-Range` with the ETag.
#[utoipa::path(tag = "council",
    params(("round" = RoundCode, Path), ("minutes" = RecordId, Path), ("file" = FileId, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes.", example = "bytes=1048576-"),
        ("If-Range" = Option<String>, Header, description = "The ETag of what is held in part.")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The file's bytes.", content(
            (FileBytes = "application/pdf"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
            headers(("ETag" = String, description = "The SHA-256 of the bytes."),
                ("Content-Disposition" = String, description = "`attachment`, with the file's name."))),
        (status = 206, description = "The part that `Range` asks for.", content(
            (FileBytes = "application/pdf"),
            (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
            headers(("Content-Range" = String, description = "Which bytes, of how many."))),
        (status = 304, description = "The caller holds it already."), DownloadProblems))]
#[get("/rounds/{round}/minutes/{minutes}/files/{file}")]
pub async fn get_minutes_file(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    path: Path<(RoundCode, RecordId, FileId)>,
    request: HttpRequest,
) -> AppResult<HttpResponse> {
    let (round, minutes, id) = path.into_inner();
    let export = caller.export("get_minutes_file", "minutes_file", id.as_str());
    let approach = Approach {
        caller,
        round,
        minutes,
    };
    let row = db
        .read(move |conn| {
            approach.check_read(conn)?;
            file_store::find(conn, &approach.minutes, &id)
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

/// Add a detached signature to a file of minutes
///
/// As to an evidence file: CMS SignedData (`.p7s`), DER or PEM, without the file in it. By an evaluator of the round. A
/// newer signature takes the place of an older one, which stays in the history.
#[utoipa::path(tag = "council",
    params(("round" = RoundCode, Path), ("minutes" = RecordId, Path), ("file" = FileId, Path)),
    request_body(content = FileBytes, content_type = "application/pkcs7-signature", description = "The signature's bytes."),
    security(("bearer" = [])),
    responses((status = 200, description = "The file with its signature.", body = EvidenceFile), WriteProblems))]
#[put("/rounds/{round}/minutes/{minutes}/files/{file}/signature")]
pub async fn put_minutes_signature(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    verifier: Data<Verifier>,
    path: Path<(RoundCode, RecordId, FileId)>,
    body: Bytes,
) -> AppResult<HttpResponse> {
    let (round, minutes, file) = path.into_inner();
    let approach = Approach {
        caller,
        round,
        minutes,
    };
    let (asked, id) = (approach.clone(), file.clone());
    let row = db
        .read(move |conn| {
            asked.check_add(conn)?;
            file_store::find(conn, &asked.minutes, &id)
        })
        .await?;
    evidence::check_size(body.len() as u64, SIGNATURE_BYTES_MAX)?;
    let signed = Signed::parse(&body).map_err(|error| AppError::invalid(vec![error]))?;
    let verdict = verifier.verify(&vault, &row.sha256, &signed).await?;
    let change = approach
        .caller
        .change("put_minutes_signature", &sha256_hex(&body), approach.locks());
    let answer = db
        .write(change, move |tx| approach.sign(tx, file, &signed, verdict))
        .await?;
    answered(answer)
}

/// Download the signature of a file of minutes
///
/// The newest one, DER, as an attachment named as the file with `.p7s` behind.
#[utoipa::path(tag = "council",
    params(("round" = RoundCode, Path), ("minutes" = RecordId, Path), ("file" = FileId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The signature's bytes.", body = FileBytes,
        content_type = "application/pkcs7-signature"), ReadProblems))]
#[get("/rounds/{round}/minutes/{minutes}/files/{file}/signature")]
pub async fn get_minutes_signature(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, RecordId, FileId)>,
) -> AppResult<HttpResponse> {
    let (round, minutes, id) = path.into_inner();
    let approach = Approach {
        caller,
        round,
        minutes,
    };
    let (name, content) = db
        .read(move |conn| {
            approach.check_read(conn)?;
            let file = file_store::find(conn, &approach.minutes, &id)?;
            let signature = file_store::signatures(conn, std::slice::from_ref(&id))?.remove(&id);
            Ok((file.name, signature.ok_or_else(AppError::not_found)?.content))
        })
        .await?;
    let der = BASE64_STANDARD.decode(content).map_err(AppError::internal)?;
    Ok(evidence::signature_file(&format!("{name}.p7s"), der))
}
