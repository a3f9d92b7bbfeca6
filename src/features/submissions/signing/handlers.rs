//! Signatures of submissions over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Bytes, Data, Path},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{canonical_of, document::Document, model::SubmissionSignature, sign::Sign, signatures, store};
use crate::{
    access::Action,
    db::Database,
    error::{AppError, AppResult},
    features::{
        evidence::{self, FileBytes, SIGNATURE_BYTES_MAX, Signed, Verifier},
        submissions::{facts, item_store, locks},
    },
    ids::{AgencyCode, RecordId, RoundCode, sha256_hex},
    web::{Caller, Page, ReadProblems, WriteProblems, answered, is_not_modified, json_list},
};

/// Download the canonical document of a submission
///
/// What is signed: the round, the agency, the digest of the criteria set, and every item as it now stands - value, self
/// points, explanation, evidence with the SHA-256 of each file - as JSON in the canonical form of RFC 8785. It is the
/// same bytes for every reader, and other bytes after every change of an item; approving and sending change nothing in
/// it. Its ETag is the SHA-256 of the bytes, which `Content-Digest` repeats. For those who may see the whole form.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The document's bytes.", body = Document<'static>, content_type = "application/json",
        headers(("ETag" = String, description = "The SHA-256 of the bytes."),
            ("Content-Digest" = String, description = "The same as `sha-256=:BASE64:` (RFC 9530)."),
            ("Content-Disposition" = String, description = "`attachment`, with a name for the file."))),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/canonical")]
pub async fn get_canonical_submission(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
    request: HttpRequest,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let name = format!("{round}-{agency}.json");
    let canonical = db
        .read(move |conn| {
            facts::approach(conn, &caller, &round, &agency, Action::ReadWholeSubmission)?;
            let standing = item_store::find_standing(conn, &round, &agency)?;
            canonical_of(conn, &standing)
        })
        .await?;
    let etag = format!("\"{}\"", canonical.digest);
    // Working data: a cache asks each time.
    let cached = (header::CACHE_CONTROL, "private, no-cache");
    if is_not_modified(request.headers(), &etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .insert_header(cached)
            .finish());
    }
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::ETAG, etag))
        .insert_header(("content-digest", evidence::content_digest(&canonical.digest)))
        .insert_header(cached)
        .insert_header((header::CONTENT_DISPOSITION, evidence::disposition(&name)))
        .body(canonical.text))
}

/// Sign a submission
///
/// The signature is the body: CMS SignedData (`.p7s`), DER or PEM, detached, of exactly the bytes of the canonical
/// document. By the agency's leaders and submitters, while its items can be changed or it is sent, until the deadline.
/// It is verified as the signatures of evidence files are: one that is not of these bytes is refused with 422, one whose
/// root is known is `valid`, any other `unverified`. Signatures stay; each counts as long as the submission is what was
/// signed.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    request_body(content = FileBytes, content_type = "application/pkcs7-signature", description = "The signature's bytes."),
    security(("bearer" = [])),
    responses((status = 201, description = "Signed.", body = SubmissionSignature,
            headers(("Location" = String, description = "Where the signature can be downloaded."))),
        (status = 200, description = "This signature is there already.", body = SubmissionSignature), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/signatures")]
pub async fn sign_submission(
    caller: Caller,
    db: Data<Database>,
    verifier: Data<Verifier>,
    path: Path<(RoundCode, AgencyCode)>,
    body: Bytes,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let sign = Sign {
        caller,
        round,
        agency,
    };
    let (now, asked) = (db.clock().now(), sign.clone());
    let canonical = db.read(move |conn| asked.check(conn, now)).await?;
    evidence::check_size(body.len() as u64, SIGNATURE_BYTES_MAX)?;
    let signed = Signed::parse(&body).map_err(|error| AppError::invalid(vec![error]))?;
    let verdict = verifier
        .verify_text(canonical.text.clone(), &canonical.digest, &signed)
        .await?
        .ok_or_else(wrong_signature)?;
    let locks = locks(&sign.round, &sign.agency);
    let change = sign.caller.change("sign_submission", &sha256_hex(&body), locks);
    let answer = db
        .write(change, move |tx| sign.run(tx, &signed, &canonical, verdict))
        .await?;
    answered(answer)
}

fn wrong_signature() -> AppError {
    AppError::invalid_item(
        "",
        "wrong_signature",
        "Chữ ký không phải của phiếu như hiện nay: tải lại bản chuẩn hóa (canonical), ký nguyên văn từng byte rồi gửi lại.",
        "The signature is not of the submission as it now stands: download its canonical document again, and sign it \
         byte for byte.",
    )
}

/// List the signatures of a submission
///
/// Oldest first, each with what it signed and whether that is still what stands in the submission.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The signatures.", body = Page<SubmissionSignature>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/signatures")]
pub async fn list_submission_signatures(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let signatures = db
        .read(move |conn| {
            facts::approach(conn, &caller, &round, &agency, Action::ReadSubmission)?;
            let standing = item_store::find_standing(conn, &round, &agency)?;
            let items = item_store::items_at(conn, &round, &agency, &standing.current)?;
            let (round, digest) = (&standing.round, &standing.set_digest);
            signatures(conn, round, digest, &agency, items.values())
        })
        .await?;
    json_list(&Page::whole(signatures))
}

/// Download a signature of a submission
///
/// DER, as an attachment.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("signature" = RecordId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The signature's bytes.", body = FileBytes,
        content_type = "application/pkcs7-signature"), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/signatures/{signature}")]
pub async fn get_submission_signature(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode, RecordId)>,
) -> AppResult<HttpResponse> {
    let (round, agency, id) = path.into_inner();
    let name = format!("{round}-{agency}.json.p7s");
    let row = db
        .read(move |conn| {
            facts::approach(conn, &caller, &round, &agency, Action::ReadSubmission)?;
            store::find(conn, &round, &agency, &id)
        })
        .await?;
    let der = BASE64_STANDARD.decode(row.content).map_err(AppError::internal)?;
    Ok(evidence::signature_file(&name, der))
}
