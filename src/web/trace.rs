//! What the log tells of a request.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::access::{ApiKey, Principal};

/// The span of a request: method, path, request id and status. Neither query nor headers: what a caller is looking for
/// and where it calls from are nobody's business, and a ranking is served so fast that more fields would show.
pub struct RequestSpan;

/// The code of a form opens it, and a time beside it would tell who answered when: neither is the log's business.
fn shown_path(path: &str) -> &str {
    for forms in ["/forms/", "/en/forms/"] {
        if path.starts_with(forms) {
            return forms;
        }
    }
    path
}

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        tracing::info_span!(
            "request",
            method = request.method().as_str(),
            path = shown_path(request.path()),
            id = id.map(tracing::field::display),
            status = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
    }
}

/// Whether a request was refused for who sent it, or how many: what an operator looks for after somebody tried something
/// (ASVS 5.0.0, 16.3.2 and 16.3.3).
fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    )
}

/// Who was refused, as far as that is known: the ids of the account and of the API key, never what they were proved by.
fn refused(request: &HttpRequest) -> (Option<String>, Option<String>) {
    let known = request.extensions();
    let account = known
        .get::<Arc<Principal>>()
        .map(|principal| principal.user_id.to_string());
    let api_key = known.get::<Arc<ApiKey>>().map(|key| key.id.to_string());
    (account, api_key)
}

/// One line for each request, in the request's span, which holds its id and path. Readings that went well are many and
/// say little: they are logged for debugging only. Of a refusal it tells whom `request` is known to come from.
pub(super) fn log_request(
    request: Option<&HttpRequest>,
    method: &Method,
    feature: &str,
    status: StatusCode,
    elapsed: Duration,
) {
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let (method, status_code) = (method.as_str(), status.as_u16());
    if is_refusal(status) {
        let (account, api_key) = request.map(refused).unwrap_or_default();
        tracing::info!(
            method,
            feature,
            status_code,
            elapsed_ms,
            account,
            api_key,
            "refused"
        );
    } else if status == StatusCode::SERVICE_UNAVAILABLE || (method == "GET" && !status.is_server_error()) {
        // Why the service is not there is told by itself; a line for each whom there is no room for would only cost more room.
        tracing::debug!(method, feature, status_code, elapsed_ms, "request");
    } else {
        tracing::info!(method, feature, status_code, elapsed_ms, "request");
    }
}

/// What happens many times at once, told no more often than once a second.
pub(super) struct Tally(Mutex<Told>);

struct Told {
    last: Option<Instant>,
    untold: u64,
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Told {
            last: None,
            untold: 0,
        }))
    }

    /// Counts one more; how many were not told of yet, where it is time to tell.
    pub(super) fn count(&self, now: Instant) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.untold += 1;
        if told
            .last
            .is_some_and(|last| now.saturating_duration_since(last) < Duration::from_secs(1))
        {
            return None;
        }
        told.last = Some(now);
        Some(std::mem::take(&mut told.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_at_once_is_told_once_a_second() {
        let (tally, start) = (Tally::new(), Instant::now());
        assert_eq!(tally.count(start), Some(1));
        let soon = start + Duration::from_millis(999);
        assert_eq!([tally.count(start), tally.count(soon)], [None, None]);
        assert_eq!(tally.count(start + Duration::from_secs(1)), Some(3));
    }
}
