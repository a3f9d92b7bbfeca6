//! Answers: what a change came to, and documents that are read.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use serde::Serialize;

use super::etag::is_not_modified;
use crate::{
    db::Answer,
    error::{AppError, AppResult},
};

/// Sends the answer to a change.
pub fn answered(answer: Answer) -> AppResult<HttpResponse> {
    let status = StatusCode::from_u16(answer.status).map_err(AppError::internal)?;
    let mut response = HttpResponseBuilder::new(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    for (name, value) in &answer.headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    if answer.replayed {
        response.insert_header(("idempotency-replayed", "true"));
    }
    if answer.body.is_empty() {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json").body(answer.body))
}

/// Sends a working document with its version, or 304 to who holds it.
pub fn json_document(request: &HttpRequest, body: &impl Serialize, etag: &str) -> AppResult<HttpResponse> {
    kept_json(request, || text_of(body), etag)
}

/// The same about a person: a browser on a shared machine keeps nothing of it (ASVS 5.0.0, 14.3.2). A client that kept it by itself
/// has its 304.
pub fn personal_document(
    request: &HttpRequest,
    body: &impl Serialize,
    etag: &str,
) -> AppResult<HttpResponse> {
    versioned(request, || text_of(body), etag, "private, no-store")
}

fn text_of(body: &impl Serialize) -> AppResult<String> {
    serde_json::to_string(body).map_err(AppError::internal)
}

/// Sends JSON that is kept or made as text, with its version, or 304 to who holds it.
pub fn kept_json(
    request: &HttpRequest,
    text: impl FnOnce() -> AppResult<String>,
    etag: &str,
) -> AppResult<HttpResponse> {
    // Working data: a cache asks each time.
    versioned(request, text, etag, "private, no-cache")
}

fn versioned(
    request: &HttpRequest,
    text: impl FnOnce() -> AppResult<String>,
    etag: &str,
    cached: &'static str,
) -> AppResult<HttpResponse> {
    let known = is_not_modified(request.headers(), etag);
    let mut response = HttpResponseBuilder::new(if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, cached));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json").body(text()?))
}

/// Sends working data that have no version of their own.
pub fn json_list(body: &impl Serialize) -> AppResult<HttpResponse> {
    let body = text_of(body)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body))
}

/// Sends working data as CSV, always whole.
pub fn csv_list(body: String) -> AppResult<HttpResponse> {
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body))
}

/// Sends working data whose version is named for `If-Match`, always whole.
pub fn versioned_json(body: &impl Serialize, etag: &str) -> AppResult<HttpResponse> {
    let mut response = json_list(body)?;
    let etag = header::HeaderValue::from_str(etag).map_err(AppError::internal)?;
    response.headers_mut().insert(header::ETAG, etag);
    Ok(response)
}
