//! What every answer forbids browsers, unless it says more exactly itself: to guess at what it is, to show it inside another page,
//! and to come by plain HTTP where the service is reached by HTTPS (ASVS 5.0.0, V3.4).

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
    web::Data,
};

use super::marked::marked;

const NO_GUESSING: HeaderValue = HeaderValue::from_static("nosniff");
/// Data are no page: whoever opens them in a browser runs, loads and frames nothing.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// The API's description is shown by scripts of our own, which style what they make and draw their signs inline.
const DESCRIPTION: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);
const DESCRIPTION_PATH: &str = "/docs/";

/// What is forbidden.
pub struct Protection {
    /// `Strict-Transport-Security` (RFC 6797), where people reach the service by HTTPS.
    transport: Option<HeaderValue>,
}

impl Protection {
    /// For a service that browsers are to reach by HTTPS alone for so many seconds; 0: for none.
    pub fn new(hsts_seconds: u32) -> Self {
        let told = format!("max-age={hsts_seconds}; includeSubDomains");
        Self {
            transport: HeaderValue::try_from(told).ok().filter(|_| hsts_seconds > 0),
        }
    }

    fn put(&self, headers: &mut HeaderMap, otherwise: &HeaderValue) {
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_GUESSING);
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            headers.insert(header::CONTENT_SECURITY_POLICY, otherwise.clone());
        }
        if let Some(transport) = &self.transport {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, transport.clone());
        }
    }
}

/// Middleware: protects every answer, errors too.
pub async fn protect<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let protection = request.app_data::<Data<Protection>>().cloned();
    let is_description = request.path().starts_with(DESCRIPTION_PATH);
    let otherwise = if is_description { DESCRIPTION } else { NO_PAGE };
    marked(next.call(request).await, move |headers| {
        if let Some(protection) = &protection {
            protection.put(headers, &otherwise);
        }
    })
}
