//! What the log tells of a request.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};

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
