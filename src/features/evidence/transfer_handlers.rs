//! Files over HTTP, on their way in and out: for every feature that keeps files.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web::Payload,
};
use futures_util::stream;

use super::{
    rules::{DigestAsked, check_extension, disposition},
    spool::{Received, check_size, receive},
    vault::Vault,
};
use crate::{
    error::{AppError, AppResult},
    ids::FileDigest,
    web::{asked_part, content_range, is_head, is_not_modified},
};

/// A cache asks each time, for the caller may have lost the right to see it.
const CACHED: &str = "private, no-cache";
/// No browser takes a file for a page of ours, whatever it holds.
const CLOSED: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// What the sender of a file says of it beforehand.
pub struct Announced {
    digest: DigestAsked,
    /// Its size, if it is told.
    pub bytes: Option<u64>,
}

impl Announced {
    /// Reads the headers; refuses a digest that can't be read.
    pub fn of(request: &HttpRequest) -> AppResult<Self> {
        let digest = match request.headers().get("content-digest") {
            Some(value) => DigestAsked::parse(value.to_str().unwrap_or("sha-256="))?,
            None => DigestAsked::none(),
        };
        let bytes = text(request, &header::CONTENT_LENGTH).and_then(|value| value.parse().ok());
        Ok(Self { digest, bytes })
    }

    /// Receives the file: whole, of a size and kind that is taken, with a name that says what it is, and as announced.
    pub async fn receive(self, vault: &Vault, name: &str, body: Payload) -> AppResult<Received> {
        if let Some(bytes) = self.bytes {
            check_size(bytes, vault.bytes_max())?;
        }
        let received = receive(vault, body).await?;
        self.digest.check(&received.digest)?;
        check_extension(name, received.kind).map_err(|error| AppError::invalid(vec![error]))?;
        Ok(received)
    }
}

/// A file to be handed out.
pub struct Download {
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Where its bytes are kept.
    pub sha256: FileDigest,
}

impl Download {
    /// Answers with the file, the part of it that is asked for, or the news that the caller holds it already.
    pub async fn respond(&self, request: &HttpRequest, vault: &Vault) -> AppResult<HttpResponse> {
        let etag = format!("\"{}\"", self.sha256);
        if is_not_modified(request.headers(), &etag) {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, etag))
                .insert_header((header::CACHE_CONTROL, CACHED))
                .finish());
        }
        let size = u64::try_from(self.size).map_err(AppError::internal)?;
        let (status, part) = match asked_part(request, &etag, size)? {
            None => (StatusCode::OK, 0..size),
            Some(part) => (StatusCode::PARTIAL_CONTENT, part),
        };
        let mut response = HttpResponse::build(status);
        response
            .content_type(self.media_type.as_str())
            .insert_header((header::ETAG, etag))
            .insert_header((header::CACHE_CONTROL, CACHED))
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::CONTENT_DISPOSITION, disposition(&self.name)))
            .insert_header((header::CONTENT_SECURITY_POLICY, CLOSED));
        if status == StatusCode::PARTIAL_CONTENT {
            response.insert_header((header::CONTENT_RANGE, content_range(&part, size)?));
        }
        let bytes = part.end - part.start;
        if is_head(request) {
            let nothing = stream::empty::<Result<_, std::io::Error>>();
            return Ok(response.body(SizedStream::new(bytes, nothing)));
        }
        Ok(response.body(SizedStream::new(
            bytes,
            vault.read(&self.sha256, Some(part)).await?,
        )))
    }
}

/// Answers with a signature, as an attachment.
pub fn signature_file(name: &str, der: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pkcs7-signature")
        .insert_header((header::CACHE_CONTROL, CACHED))
        .insert_header((header::CONTENT_DISPOSITION, disposition(name)))
        .body(der)
}

fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}
