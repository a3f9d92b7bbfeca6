//! Which pages may use the API from a browser (the CORS protocol of the Fetch standard).
//!
//! Two rules: what is open to everybody is open to every page, and the rest only to the pages of configured origins.
//! There are no cookies, so nothing is ever sent along that a page does not name itself. A middleware of our own, since
//! the usual one knows a single rule for all paths, looks at `Origin` to answer what does not depend on it (which would
//! split every cache), and does not see the errors that are rendered around it.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use super::{marked::marked, open_data::is_open};

const EVERYBODY: HeaderValue = HeaderValue::from_static("*");
const READING: HeaderValue = HeaderValue::from_static("GET, HEAD");
const ALL_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// `Authorization` must be named: `*` does not cover it.
const SENT: HeaderValue = HeaderValue::from_static(
    "accept, accept-language, authorization, content-digest, content-type, idempotency-key, if-match, if-none-match, \
     if-range, range",
);
/// What a page may read of an answer beside its body: every header. The wildcard holds where no cookies are used, and is
/// a hundredth of the list, on every answer.
const EXPOSED: HeaderValue = HeaderValue::from_static("*");
/// Two hours, which is as long as any browser remembers.
const MAX_AGE_SECONDS: HeaderValue = HeaderValue::from_static("7200");
const VARY_OF_PREFLIGHT: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");

/// The pages that may use all of the API.
pub struct Cors {
    origins: Vec<HeaderValue>,
}

/// Which pages may see an answer.
#[derive(Clone, Debug)]
enum Reach {
    /// Every page.
    Everybody,
    /// The pages of this origin, which is configured.
    Origin(HeaderValue),
    /// Not those that ask, but others might.
    Others,
    /// None.
    Nobody,
}

impl Cors {
    /// The rules with the configured origins.
    pub fn new(origins: &[String]) -> Self {
        let origins = origins
            .iter()
            .filter_map(|origin| HeaderValue::from_str(origin).ok());
        Self {
            origins: origins.collect(),
        }
    }

    fn reach(&self, method: &Method, path: &str, headers: &HeaderMap) -> Reach {
        if is_open(method, path) {
            return Reach::Everybody;
        }
        if self.origins.is_empty() {
            return Reach::Nobody;
        }
        match headers.get(header::ORIGIN) {
            Some(origin) if self.origins.contains(origin) => Reach::Origin(origin.clone()),
            _ => Reach::Others,
        }
    }
}

impl Reach {
    fn put(&self, headers: &mut HeaderMap) {
        let allowed = match self {
            Self::Everybody => EVERYBODY,
            Self::Origin(origin) => origin.clone(),
            Self::Others | Self::Nobody => HeaderValue::from_static(""),
        };
        if matches!(self, Self::Origin(_) | Self::Others) {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if !allowed.is_empty() {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}

/// What a preflight asks for.
fn asked_method(request: &ServiceRequest) -> Option<Method> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    request.headers().get(header::ORIGIN)?;
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    Method::from_bytes(asked.as_bytes()).ok()
}

/// Says what a page may send; a page that may not is told nothing, which its browser takes as a no.
fn preflight(reach: &Reach) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(header::VARY, VARY_OF_PREFLIGHT);
    let (origin, methods) = match reach {
        Reach::Everybody => (EVERYBODY, READING),
        Reach::Origin(origin) => (origin.clone(), ALL_METHODS),
        Reach::Others | Reach::Nobody => return response,
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    response
}

/// Middleware: answers preflights, before any limit is counted, and marks every other answer, errors too.
pub async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = asked_method(&request);
    let reach = request.app_data::<Data<Cors>>().map_or(Reach::Nobody, |cors| {
        let method = asked.as_ref().unwrap_or(request.method());
        cors.reach(method, request.path(), request.headers())
    });
    if asked.is_some() {
        let response = request.into_response(preflight(&reach));
        return Ok(response);
    }
    marked(next.call(request).await, move |headers| reach.put(headers))
}
