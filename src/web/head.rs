//! HEAD (RFC 9110 §9.3.2): answered wherever GET is, by the same handler. The framework leaves the body away by itself,
//! for it knows the method that was sent.

use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest, http::Method};

/// Marks a request whose body nobody will read.
struct IsHead;

/// Lets a HEAD find the handler of GET.
pub(super) fn answer_head_as_get(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(IsHead);
    }
}

/// Whether only the headers are asked for: for handlers whose body costs something.
pub fn is_head(request: &HttpRequest) -> bool {
    request.extensions().contains::<IsHead>()
}
