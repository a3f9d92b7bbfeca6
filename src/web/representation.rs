//! Finished bodies of immutable documents: rendered and packed once, then only handed out.

use std::{
    io::{Read, Write},
    ops::Range,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};

use super::{
    etag::is_not_modified,
    negotiation::{Encoding, Format},
    range::{asked_part, content_range, is_ranged},
};
use crate::{
    error::{AppError, AppResult},
    ids::sha256_hex,
};

/// Raised when the same document would be rendered to other bytes: an ETag never names two bodies.
const RENDERER_VERSION: &str = "v2";
/// Gzip's own default; more costs time and gains a percent.
const GZIP_LEVEL: u32 = 6;
/// Brotli at 5 is as quick as gzip and a tenth smaller; 11 would take a second for a large ranking.
const BROTLI_QUALITY: i32 = 5;

/// How long a cache may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// What its address names by content never changes.
    Immutable,
    /// What may be joined by something newer.
    Minute,
}

impl Lifetime {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Minute => "public, max-age=60",
        })
    }
}

const BYTES: HeaderValue = HeaderValue::from_static("bytes");
const VARY: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// The strong ETag of one form of a document.
pub fn etag_of_form(stem: &str, format: Format, encoding: Encoding) -> String {
    let (format, encoding) = (format.as_str(), encoding.as_str());
    format!("\"{stem}-{format}-{encoding}-{RENDERER_VERSION}\"")
}

/// Whether what was made is still what would be made.
pub(super) type Holds = Box<dyn Fn() -> bool>;

/// What an answer carries that may be given to others as it is.
pub(super) struct Finished {
    /// None where all that is known is who has it already.
    pub(super) body: Option<Bytes>,
    pub(super) etag: HeaderValue,
    /// None where it holds for ever.
    pub(super) holds: Option<Holds>,
}

/// A finished body in one encoding.
#[derive(Clone, Debug)]
pub struct Representation {
    body: Bytes,
    etag: HeaderValue,
    content_type: HeaderValue,
    encoding: Encoding,
    links: Option<HeaderValue>,
}

impl Representation {
    fn new(body: Vec<u8>, stem: &str, format: Format, encoding: Encoding) -> AppResult<Self> {
        let etag = etag_of_form(stem, format, encoding);
        Ok(Self {
            body: Bytes::from(body),
            etag: HeaderValue::from_str(&etag).map_err(AppError::internal)?,
            content_type: HeaderValue::from_static(format.content_type()),
            encoding,
            links: None,
        })
    }

    /// Packs a body in one encoding. `stem` is the document's and the part's name, the beginning of the ETag.
    pub fn render(plain: Vec<u8>, stem: &str, format: Format, encoding: Encoding) -> AppResult<Self> {
        match encoding {
            Encoding::Identity => Self::new(plain, stem, format, encoding),
            Encoding::Gzip => Self::gzip(&plain, stem, format),
            Encoding::Brotli => Self::brotli(&plain, stem, format),
        }
    }

    /// Packs a body with gzip.
    pub fn gzip(plain: &[u8], stem: &str, format: Format) -> AppResult<Self> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
        encoder.write_all(plain).map_err(AppError::internal)?;
        let packed = encoder.finish().map_err(AppError::internal)?;
        Self::new(packed, stem, format, Encoding::Gzip)
    }

    fn brotli(mut plain: &[u8], stem: &str, format: Format) -> AppResult<Self> {
        let params = brotli::enc::BrotliEncoderParams {
            quality: BROTLI_QUALITY,
            size_hint: plain.len(),
            ..Default::default()
        };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut plain, &mut packed, &params).map_err(AppError::internal)?;
        Self::new(packed, stem, format, Encoding::Brotli)
    }

    /// The plain bytes of a body that is packed with gzip.
    pub fn unpack_gzip(&self) -> AppResult<Vec<u8>> {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(self.body.as_ref())
            .read_to_end(&mut plain)
            .map_err(AppError::internal)?;
        Ok(plain)
    }

    /// Answers with it, or with the part of it that is asked for: of plain bytes only, since a range of packed ones is
    /// of no use to anybody.
    pub fn respond(&self, request: &HttpRequest, lifetime: Lifetime) -> AppResult<HttpResponse> {
        let is_plain = self.encoding == Encoding::Identity;
        let part = if is_plain && is_ranged(request) {
            let etag = self.etag.to_str().map_err(AppError::internal)?;
            asked_part(request, etag, self.body.len() as u64)?
        } else {
            None
        };
        match part {
            None => {
                let mut response = self.whole(lifetime);
                if lifetime == Lifetime::Immutable {
                    self.mark(&mut response, None);
                }
                Ok(response)
            }
            Some(part) => {
                let mut response = self.partial(&part)?;
                self.describe(response.headers_mut(), lifetime);
                Ok(response)
            }
        }
    }

    /// Tells `again` that it may be given to others, as long as it holds.
    fn mark(&self, response: &mut HttpResponse, holds: Option<Holds>) {
        let is_whole = response.status() == StatusCode::OK;
        response.extensions_mut().insert(Finished {
            body: is_whole.then(|| self.body.clone()),
            etag: self.etag.clone(),
            holds,
        });
    }

    fn whole(&self, lifetime: Lifetime) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::OK, self.body.clone()).map_into_boxed_body();
        self.describe(response.headers_mut(), lifetime);
        response
    }

    fn describe(&self, headers: &mut HeaderMap, lifetime: Lifetime) {
        if self.encoding == Encoding::Identity {
            headers.insert(header::ACCEPT_RANGES, BYTES);
        }
        headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, lifetime.header());
        headers.insert(header::VARY, VARY);
        if let Some(links) = &self.links {
            headers.insert(header::LINK, links.clone());
        }
        match self.encoding {
            Encoding::Identity => {}
            packed => {
                headers.insert(
                    header::CONTENT_ENCODING,
                    HeaderValue::from_static(packed.as_str()),
                );
            }
        }
    }

    /// Answers with it as a page: 304 for who has it, for its ETag names its content. It is given to others, too, as long as
    /// `holds` says so.
    pub fn answer_page(
        &self,
        request: &HttpRequest,
        holds: impl Fn() -> bool + 'static,
    ) -> AppResult<HttpResponse> {
        let mut response = if is_not_modified(request.headers(), &self.etag) {
            unchanged(self.etag.clone(), Lifetime::Minute)
        } else {
            self.respond(request, Lifetime::Minute)?
        };
        if response.status() != StatusCode::PARTIAL_CONTENT {
            self.mark(&mut response, Some(Box::new(holds)));
        }
        Ok(response)
    }

    fn partial(&self, part: &Range<u64>) -> AppResult<HttpResponse> {
        let start = usize::try_from(part.start).map_err(AppError::internal)?;
        let end = usize::try_from(part.end).map_err(AppError::internal)?;
        let body = self.body.slice(start..end);
        let mut response = HttpResponse::with_body(StatusCode::PARTIAL_CONTENT, body).map_into_boxed_body();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_RANGE,
            content_range(part, self.body.len() as u64)?,
        );
        Ok(response)
    }

    /// SHA-256 of the body.
    pub fn digest(&self) -> String {
        sha256_hex(&self.body)
    }

    /// Bytes of the body.
    pub fn weight(&self) -> usize {
        self.body.len()
    }
}

/// A finished body in every encoding; in one alone where packing gains nothing.
#[derive(Clone, Debug)]
pub struct Representations {
    identity: Representation,
    packed: Option<(Representation, Representation)>,
}

impl Representations {
    /// Packs a body in every encoding.
    pub fn render(plain: Vec<u8>, stem: &str, format: Format) -> AppResult<Self> {
        let packed = if format.is_packable() {
            let gzip = Representation::gzip(&plain, stem, format)?;
            Some((gzip, Representation::brotli(&plain, stem, format)?))
        } else {
            None
        };
        Ok(Self {
            packed,
            identity: Representation::new(plain, stem, format, Encoding::Identity)?,
        })
    }

    /// A body that is served plain, whatever is accepted.
    pub fn plain(plain: Vec<u8>, stem: &str, format: Format) -> AppResult<Self> {
        Ok(Self {
            identity: Representation::new(plain, stem, format, Encoding::Identity)?,
            packed: None,
        })
    }

    /// The one in an encoding.
    pub fn get(&self, encoding: Encoding) -> &Representation {
        match (encoding, &self.packed) {
            (Encoding::Gzip, Some((gzip, _))) => gzip,
            (Encoding::Brotli, Some((_, brotli))) => brotli,
            _ => &self.identity,
        }
    }

    /// Adds a `Link` header to all of them.
    pub fn linked(mut self, links: &str) -> AppResult<Self> {
        let links = HeaderValue::from_str(links).map_err(AppError::internal)?;
        if let Some((gzip, brotli)) = &mut self.packed {
            gzip.links = Some(links.clone());
            brotli.links = Some(links.clone());
        }
        self.identity.links = Some(links);
        Ok(self)
    }

    /// Bytes of all bodies.
    pub fn weight(&self) -> usize {
        let packed = self.packed.as_ref();
        self.identity.weight() + packed.map_or(0, |(gzip, brotli)| gzip.weight() + brotli.weight())
    }
}

/// 304 for who holds the form already: known from the address and the ETag alone, so that nothing is looked up.
pub fn not_modified(
    request: &HttpRequest,
    stem: impl FnOnce() -> String,
    format: Format,
    encoding: Encoding,
    lifetime: Lifetime,
) -> Option<HttpResponse> {
    request.headers().get(header::IF_NONE_MATCH)?;
    let etag = HeaderValue::from_maybe_shared(Bytes::from(etag_of_form(&stem(), format, encoding))).ok()?;
    // `*` asks whether there is anything at all, which only looking it up can tell.
    let names_it = request.headers().get(header::IF_NONE_MATCH)?.as_bytes() != b"*";
    if !names_it || !is_not_modified(request.headers(), &etag) {
        return None;
    }
    let mut response = unchanged(etag.clone(), lifetime);
    if lifetime == Lifetime::Immutable {
        response.extensions_mut().insert(Finished {
            body: None,
            etag,
            holds: None,
        });
    }
    Some(response)
}

fn unchanged(etag: HeaderValue, lifetime: Lifetime) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::CACHE_CONTROL, lifetime.header());
    headers.insert(header::VARY, VARY);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_holds_the_same_text_and_has_its_own_etag() {
        let plain = b"{\"mean\":\"84.38\"}".repeat(50);
        let made = Representations::render(plain.clone(), "abc-ranking", Format::Json).unwrap();
        assert_eq!(made.get(Encoding::Gzip).unpack_gzip().unwrap(), plain);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut made.get(Encoding::Brotli).body.as_ref(), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        assert_eq!(made.get(Encoding::Brotli).etag, "\"abc-ranking-json-br-v2\"");
        assert_ne!(made.get(Encoding::Gzip).etag, made.get(Encoding::Identity).etag);
        let again = Representations::render(plain, "abc-ranking", Format::Json).unwrap();
        assert_eq!(again.get(Encoding::Gzip).body, made.get(Encoding::Gzip).body);
    }
}
