//! Signatures of publications and their keys over HTTP: open data, without a login.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    model::{PublicationKeys, PublicationSignature},
    store,
};
use crate::{
    db::Database,
    error::{AppError, AppResult, ErrorCode},
    features::publications::{cache::Publications, handlers::json_for},
    ids::PublicationId,
    web::{Lifetime, PublicProblems},
};

/// Read a publication's signature
///
/// A compact JWS (RFC 7515, EdDSA) over a statement that names the publication by its id, the SHA-256 of its document; made in
/// the same change as the publication, and never made again. `parindex publication verify` checks it, as does every JOSE
/// library: `docs/verify.md` shows how. 404 for what was published before publications were signed. Public.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The signature.", body = PublicationSignature),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/signature")]
pub async fn get_publication_signature(
    request: HttpRequest,
    db: Data<Database>,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let published = publications
        .get(request.match_info().get("id").unwrap_or(""))
        .await?;
    let signature = match &published.signature {
        Some(signature) => signature.clone(),
        // It may have been signed since it was read.
        None => {
            let id = published.about.id.clone();
            let found = db.read(move |conn| store::find_signature(conn, &id)).await?;
            found.ok_or_else(unsigned)?.into()
        }
    };
    json_for(&request, &signature, Lifetime::Immutable)
}

fn unsigned() -> AppError {
    AppError::with(
        ErrorCode::NotFound,
        "Công bố này có từ trước khi các công bố được ký số; `parindex publication sign` ký bổ sung.",
        "This was published before publications were signed; `parindex publication sign` makes up for it.",
    )
}

/// Read the keys of publications
///
/// A JSON Web Key Set (RFC 7517) with the public half of every key that has ever signed a publication here, kept for ever. A
/// key's `kid` is its thumbprint (RFC 7638). They are not the keys of access tokens. Public.
#[utoipa::path(get, tag = "publications",
    responses((status = 200, description = "The keys, the oldest first.", body = PublicationKeys),
        (status = 304, description = "The caller holds them already."), PublicProblems))]
#[get("/.well-known/publication-keys.json")]
pub async fn get_publication_keys(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let keys = PublicationKeys::of(publications.keys().await?)?;
    json_for(&request, &keys, Lifetime::Minute)
}
