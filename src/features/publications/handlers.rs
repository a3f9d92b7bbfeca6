//! Reading publications over HTTP: open data, without a login.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    cache::Publications,
    document::Document,
    model::{LatestQuery, Publication, PublicationQuery},
    part::{Form, PartName},
    part_handlers::held,
    shelf::{stem, to_json},
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{PublicationId, sha256_hex},
    web::{
        Cursor, Encoding, Format, Lifetime, Page, PublicProblems, Representation, ValidQuery, not_modified,
    },
};

/// Sends what may be joined by something newer.
pub fn fresh_json(request: &HttpRequest, view: &impl serde::Serialize) -> AppResult<HttpResponse> {
    json_for(request, view, Lifetime::Minute)
}

/// Sends JSON whose ETag is the digest of the answer itself.
pub fn json_for(
    request: &HttpRequest,
    view: &impl serde::Serialize,
    lifetime: Lifetime,
) -> AppResult<HttpResponse> {
    Format::negotiate(request, &[Format::Json])?;
    let body = to_json(view)?;
    let digest = sha256_hex(&body);
    let encoding = Encoding::preferred(request, Format::Json);
    let stem = stem(&digest, "list");
    if let Some(response) = not_modified(request, || stem.clone(), Format::Json, encoding, lifetime) {
        return Ok(response);
    }
    Representation::render(body, &stem, Format::Json, encoding)?.respond(request, lifetime)
}

/// List publications
///
/// Newest first; filtered by family of criteria sets, round, year or kind. `as_of` shows the list as it stood at a moment;
/// `updated_after`, or `after` with the last sequence number that was seen, shows what is new. Public.
#[utoipa::path(get, tag = "publications", params(PublicationQuery),
    responses((status = 200, description = "A page of publications.", body = Page<Publication>),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications")]
pub async fn list_publications(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<PublicationQuery>,
) -> AppResult<HttpResponse> {
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let below = match cursor.after.as_deref().map(str::parse::<i64>) {
        None => i64::MAX,
        Some(Ok(sequence)) => sequence,
        Some(Err(_)) => return Err(bad_cursor()),
    };
    publications.freshen().await?;
    let rows = publications.shelf().list(&asked, below, cursor.limit + 1);
    fresh_json(
        &request,
        &Page::cut(rows, &cursor, |row: &Publication| row.sequence.to_string()),
    )
}

fn bad_cursor() -> AppError {
    AppError {
        errors: vec![FieldError::new(
            "?cursor",
            "bad_cursor",
            Message::new(
                "cursor không hợp lệ: dùng page.next của trang trước.",
                "That is no cursor: use page.next of the page before.",
            ),
        )],
        ..AppError::new(ErrorCode::InvalidRequest)
    }
}

/// Read the latest publication of a family of criteria sets
///
/// That of the latest year; of that year, what was published last. Public.
#[utoipa::path(get, tag = "publications", params(LatestQuery),
    responses((status = 200, description = "The publication.", body = Publication),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/latest")]
pub async fn get_latest_publication(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<LatestQuery>,
) -> AppResult<HttpResponse> {
    publications.freshen().await?;
    let latest = publications.shelf().latest(&asked.set, asked.as_of);
    fresh_json(&request, &latest.ok_or_else(AppError::not_found)?)
}

/// Read a publication
///
/// What it is, how many agencies it holds, where its parts are, and whether a later one corrects it. Public.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The publication.", body = Publication),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}")]
pub async fn get_publication(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let id = request.match_info().get("id").unwrap_or("");
    let published = publications.get(id).await?;
    publications.freshen().await?;
    fresh_json(&request, &publications.shelf().about(&published, None))
}

/// Read a publication's document
///
/// The canonical JSON (RFC 8785) whose SHA-256 is the publication's id: with the criteria set and every decided value
/// it is all that is needed to compute the result again. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The document.", body = Document),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/document")]
pub async fn get_publication_document(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let form = Form::plain(Format::negotiate(&request, PartName::Document.forms())?);
    let encoding = Encoding::preferred(&request, form.format);
    if let Some(response) = held(&request, &PartName::Document, form, encoding) {
        return Ok(response);
    }
    let published = publications
        .get(request.match_info().get("id").unwrap_or(""))
        .await?;
    if let Some(packed) = published.document().filter(|_| encoding == Encoding::Gzip) {
        return packed.respond(&request, Lifetime::Immutable);
    }
    let part = if encoding == Encoding::Identity {
        publications.plain_document(&published).await?
    } else {
        publications.part(&published, PartName::Document, form).await?
    };
    part.get(encoding).respond(&request, Lifetime::Immutable)
}
