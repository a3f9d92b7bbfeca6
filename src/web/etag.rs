//! Versions of documents: `ETag`, `If-Match`, `If-None-Match` (RFC 9110 §13).

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};

use crate::error::{AppError, AppResult, ErrorCode};

/// The ETag of a working object: its revision.
pub fn etag_of_revision(revision: i64) -> String {
    format!("\"r{revision}\"")
}

/// The `If-Match` of a request.
#[derive(Clone, Debug)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Refuses unless the caller saw the present version: 428 without the header, 412 with a stale one.
    pub fn require(&self, current_revision: i64) -> AppResult<()> {
        let Some(sent) = &self.0 else {
            return Err(AppError::new(ErrorCode::PreconditionRequired));
        };
        self.matches(sent, current_revision)
    }

    /// Refuses a stale version, if one was named at all.
    pub fn check(&self, current_revision: i64) -> AppResult<()> {
        self.0
            .as_ref()
            .map_or(Ok(()), |sent| self.matches(sent, current_revision))
    }

    fn matches(&self, sent: &str, current_revision: i64) -> AppResult<()> {
        let current = etag_of_revision(current_revision);
        let fits = sent
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag == current);
        if fits {
            Ok(())
        } else {
            Err(AppError::new(ErrorCode::PreconditionFailed))
        }
    }
}

impl FromRequest for IfMatch {
    type Error = AppError;
    type Future = std::future::Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request
            .headers()
            .get(header::IF_MATCH)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        std::future::ready(Ok(Self(sent)))
    }
}

/// Whether the caller already holds the representation with this ETag.
pub fn is_not_modified(headers: &HeaderMap, etag: impl AsRef<[u8]>) -> bool {
    let Some(sent) = headers.get(header::IF_NONE_MATCH) else {
        return false;
    };
    sent.to_str().is_ok_and(|sent| {
        sent.split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_ref())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transition_needs_the_version_that_was_seen() {
        let code = |sent: Option<&str>| {
            IfMatch(sent.map(str::to_owned))
                .require(3)
                .map_err(|error| error.code)
        };
        assert_eq!(code(None), Err(ErrorCode::PreconditionRequired));
        assert_eq!(code(Some("\"r2\"")), Err(ErrorCode::PreconditionFailed));
        assert_eq!(code(Some("\"r2\", \"r3\"")), Ok(()));
        assert_eq!(code(Some("*")), Ok(()));
    }
}
