//! Headers that every answer gets on its way out, those of failures too.

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::ServiceResponse,
    http::{StatusCode, header::HeaderMap},
};

/// A failure whose answer is marked once it is made, which is after the last middleware.
struct Marked<M> {
    error: Error,
    mark: M,
}

impl<M> std::fmt::Debug for Marked<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl<M> std::fmt::Display for Marked<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl<M: Fn(&mut HeaderMap)> ResponseError for Marked<M> {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = self.error.as_response_error().error_response();
        (self.mark)(response.headers_mut());
        response
    }
}

/// Marks an answer.
pub(super) fn marked<B: MessageBody + 'static>(
    answered: Result<ServiceResponse<B>, Error>,
    mark: impl Fn(&mut HeaderMap) + 'static,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match answered {
        Ok(mut response) => {
            mark(response.headers_mut());
            Ok(response.map_into_boxed_body())
        }
        Err(error) => Err(Marked { error, mark }.into()),
    }
}
