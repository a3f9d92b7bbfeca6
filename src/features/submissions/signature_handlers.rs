//! Signatures of evidence files over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Bytes, Data, Path},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{evidence_handlers::check_visible, sign::Sign};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::evidence::{self, EvidenceFile, FileBytes, SIGNATURE_BYTES_MAX, Signed, Vault, Verifier},
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode, sha256_hex},
    web::{Caller, ReadProblems, WriteProblems, answered},
};

/// Add a detached signature to an evidence file
///
/// The signature is the body: CMS SignedData (`.p7s`), DER or PEM, without the file in it. The rules for saving the item
/// hold. One that is not this file's is refused with 422. Where the server verifies signatures, one whose root is known
/// is `valid`, and any other `unverified`; elsewhere all are `unverified`, and only a signature that names another file by
/// SHA-256 is refused. A newer signature takes the place of an older
/// one, which stays in the history.
#[utoipa::path(tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path),
        ("file" = FileId, Path)),
    request_body(content = FileBytes, content_type = "application/pkcs7-signature", description = "The signature's bytes."),
    security(("bearer" = [])),
    responses((status = 200, description = "The file with its signature.", body = EvidenceFile), WriteProblems))]
#[put("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence/{file}/signature")]
pub async fn put_evidence_signature(
    caller: Caller,
    db: Data<Database>,
    vault: Data<Vault>,
    verifier: Data<Verifier>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode, FileId)>,
    body: Bytes,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator, file) = path.into_inner();
    let sign = Sign {
        caller,
        round,
        agency,
        indicator,
        file,
    };
    let (now, asked) = (db.clock().now(), sign.clone());
    let row = db.read(move |conn| asked.check(conn, now)).await?;
    evidence::check_size(body.len() as u64, SIGNATURE_BYTES_MAX)?;
    let signed = Signed::parse(&body).map_err(|error| AppError::invalid(vec![error]))?;
    let verdict = verifier.verify(&vault, &row.sha256, &signed).await?;
    let locks = super::locks(&sign.round, &sign.agency);
    let change = sign
        .caller
        .change("put_evidence_signature", &sha256_hex(&body), locks);
    let answer = db.write(change, move |tx| sign.run(tx, &signed, verdict)).await?;
    answered(answer)
}

/// Download the signature of an evidence file
///
/// The newest one, DER, as an attachment named as the file with `.p7s` behind.
#[utoipa::path(tag = "evidence",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path),
        ("file" = FileId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The signature's bytes.", body = FileBytes,
        content_type = "application/pkcs7-signature"), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/evidence/{file}/signature")]
pub async fn get_evidence_signature(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode, FileId)>,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator, id) = path.into_inner();
    let (name, content) = db
        .read(move |conn| {
            check_visible(conn, &caller, (&round, &agency, &indicator))?;
            let file = evidence::find_file(conn, &round, &agency, &indicator, &id)?;
            let signature = evidence::find_signatures(conn, std::slice::from_ref(&id))?.remove(&id);
            let signature = signature.ok_or_else(AppError::not_found)?;
            Ok((file.name, signature.content))
        })
        .await?;
    let der = BASE64_STANDARD.decode(content).map_err(AppError::internal)?;
    Ok(evidence::signature_file(&format!("{name}.p7s"), der))
}
