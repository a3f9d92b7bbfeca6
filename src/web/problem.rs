//! Every error leaves as problem details (RFC 9457), rendered in one place, in the caller's language.

use std::{collections::BTreeMap, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode, Uri,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use serde::{Deserialize, Serialize};
use tracing_actix_web::RequestId;
use utoipa::ToSchema;

use super::{head::answer_head_as_get, language::Language, rates::RATE_HEADERS, trace::Tally};
use crate::error::{AppError, ErrorCode, FieldError};

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/validation_failed", "title": "Some items are not valid", "status": 422,
    "code": "validation_failed", "detail": "Some items are not valid",
    "remedy": "Mend each item in errors and send it again; nothing was saved.",
    "instance": "/api/v1/rounds/par-2023-ministries/submissions/moj/items",
    "request_id": "0b7e3a0e-5f0a-4a63-9a3a-3c9b6f1f2a10",
    "errors": [{"pointer": "/items/0/value/points", "code": "points_above_maximum", "message": "1.1.1: at most 1 point"}]
}))]
pub struct Problem {
    /// Address of the explanation, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code that a client acts on.
    pub code: String,
    /// What happened in this case.
    pub detail: String,
    /// What can be done about it.
    pub remedy: String,
    /// The path that was asked for.
    pub instance: String,
    /// What to tell the operator.
    pub request_id: String,
    /// The items that are wrong.
    #[serde(default)]
    pub errors: Vec<ItemProblem>,
}

/// One wrong item of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"pointer": "/items/0/value/points", "code": "points_above_maximum", "message": "1.1.1: at most 1 point"}))]
pub struct ItemProblem {
    /// JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    // A name that was sent may hold whatever JSON can.
    #[schema(pattern = r"^[\s\S]*$")]
    pub pointer: String,
    /// The cell of the workbook that was sent, as a spreadsheet refers to it; only where one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, example = "'Phiếu tự chấm'!F12")]
    pub place: Option<String>,
    /// A stable code of the fault.
    pub code: String,
    /// Which item is wrong and how to mend it.
    pub message: String,
}

impl ItemProblem {
    /// An item's error in a language.
    pub fn of(error: &FieldError, language: Language) -> Self {
        Self {
            pointer: error.pointer.clone(),
            place: error.place.clone(),
            code: error.code.clone(),
            message: language.pick(&error.message).to_owned(),
        }
    }
}

impl Problem {
    fn of(error: &AppError, asked: &Asked) -> Self {
        let language = asked.language;
        let title = language.pick(&error.code.title()).to_owned();
        let detail = error
            .detail
            .as_ref()
            .map_or_else(|| title.clone(), |detail| language.pick(detail).to_owned());
        Self {
            kind: format!("/problems/{}", error.code.as_str()),
            title,
            status: error.code.status(),
            code: error.code.as_str().to_owned(),
            detail,
            remedy: language.pick(&error.code.remedy()).to_owned(),
            instance: asked.path.clone(),
            request_id: asked.request_id.clone(),
            errors: error
                .errors
                .iter()
                .map(|error| ItemProblem::of(error, language))
                .collect(),
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        // The body is written by `render_problems`, which knows the request.
        HttpResponse::new(self.status_code())
    }
}

/// What a problem tells of its request.
struct Asked {
    path: String,
    language: Language,
    request_id: String,
    allowed: Vec<String>,
}

/// What may be needed of a request, taken before it goes on, for the framework lets nobody hold it meanwhile. Nearly
/// every request goes well: so nothing is copied here but counted references.
struct Handle {
    uri: Uri,
    accept_language: Option<HeaderValue>,
    request_id: Option<RequestId>,
    routes: Option<Data<Routes>>,
}

impl Handle {
    fn of(request: &ServiceRequest) -> Self {
        Self {
            uri: request.uri().clone(),
            accept_language: request.headers().get(header::ACCEPT_LANGUAGE).cloned(),
            request_id: request.extensions().get::<RequestId>().copied(),
            routes: request.app_data::<Data<Routes>>().cloned(),
        }
    }

    fn asked(self, status: StatusCode) -> Asked {
        let path = self.uri.path();
        let routes = self.routes.filter(|_| status == StatusCode::METHOD_NOT_ALLOWED);
        Asked {
            language: Language::of_header(self.accept_language.as_ref()),
            request_id: self.request_id.map(|id| id.to_string()).unwrap_or_default(),
            allowed: routes
                .map(|routes| routes.methods(path).to_vec())
                .unwrap_or_default(),
            path: path.to_owned(),
        }
    }
}

/// A failure that came from a middleware, already rendered.
#[derive(Debug)]
struct Rendered {
    error: AppError,
    problem: Problem,
    language: Language,
    allowed: Vec<String>,
}

impl std::fmt::Display for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let status = self.status_code();
        let mut response = HttpResponseBuilder::new(status);
        response
            .content_type("application/problem+json")
            .insert_header((header::CONTENT_LANGUAGE, self.language.tag()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "accept-language"));
        if let Some(seconds) = self.error.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(size) = self.error.size {
            response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.insert_header((header::ALLOW, self.allowed.join(", ")));
        }
        response.body(serde_json::to_string(&self.problem).unwrap_or_default())
    }
}

/// Middleware: turns every failure, ours or the framework's, into problem details.
pub async fn render_problems<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    answer_head_as_get(&mut request);
    let handle = Handle::of(&request);
    match next.call(request).await {
        // A page for people says itself what is wrong.
        Ok(response) if is_page(response.headers()) => Ok(response.map_into_boxed_body()),
        Ok(response) if response.status().is_client_error() || response.status().is_server_error() => {
            let own = response
                .response()
                .error()
                .and_then(|error| error.as_error::<AppError>());
            let asked = handle.asked(response.status());
            let rendered = match own {
                Some(error) => render(error.copy(), asked),
                None => render(AppError::new(code_of_status(response.status())), asked),
            };
            let mut answer = rendered.error_response();
            for name in RATE_HEADERS {
                if let Some(value) = response.headers().get(&name) {
                    answer.headers_mut().insert(name, value.clone());
                }
            }
            Ok(response.into_response(answer))
        }
        Ok(response) => Ok(response.map_into_boxed_body()),
        Err(error) => {
            let own = error.as_error::<AppError>().map(AppError::copy);
            let status = error.as_response_error().status_code();
            Err(render(
                own.unwrap_or_else(|| AppError::new(code_of_status(status))),
                handle.asked(status),
            )
            .into())
        }
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn render(error: AppError, asked: Asked) -> Rendered {
    log(&error, &asked.path);
    let problem = Problem::of(&error, &asked);
    Rendered {
        problem,
        error,
        language: asked.language,
        allowed: asked.allowed,
    }
}

/// Whom there was no room for: that is no failure of the service, and they are many at once.
static REFUSED: Tally = Tally::new();

fn log(error: &AppError, path: &str) {
    if error.code == ErrorCode::Overloaded {
        if let Some(requests) = REFUSED.count(Instant::now()) {
            tracing::warn!(requests, "refused: there is no room for more");
        }
    } else if error.code.status() >= 500 {
        tracing::error!(code = error.code.as_str(), %path, cause = error.cause.as_deref(), "a request failed");
    } else {
        tracing::debug!(code = error.code.as_str(), %path, "a request was refused");
    }
}

fn code_of_status(status: StatusCode) -> ErrorCode {
    match status.as_u16() {
        404 => ErrorCode::NotFound,
        405 => ErrorCode::MethodNotAllowed,
        406 => ErrorCode::NotAcceptable,
        408 => ErrorCode::RequestTimeout,
        413 => ErrorCode::PayloadTooLarge,
        415 => ErrorCode::UnsupportedMediaType,
        400..=499 => ErrorCode::InvalidRequest,
        _ => ErrorCode::Internal,
    }
}

/// The paths of the API with their methods, to tell «no such thing» from «not in this way».
#[derive(Debug, Default)]
pub struct Routes(BTreeMap<String, Vec<String>>);

/// Takes the routes from the API's description.
pub fn default_service(api: &utoipa::openapi::OpenApi) -> Routes {
    let mut routes = BTreeMap::new();
    for (path, item) in &api.paths.paths {
        let methods: Vec<String> = [
            ("GET", item.get.is_some()),
            ("HEAD", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ]
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(method, _)| method.to_owned())
        .collect();
        routes.insert(path.clone(), methods);
    }
    Routes(routes)
}

impl Routes {
    /// The methods of the route that a path is of: where several fit, of the one that says most of it.
    fn methods(&self, path: &str) -> &[String] {
        let asked: Vec<&str> = path.split('/').collect();
        let fitting = self.0.iter().filter(|(template, _)| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == asked.len()
                && parts
                    .iter()
                    .zip(&asked)
                    .all(|(part, asked)| is_fitting(part, asked))
        });
        let closest = fitting.max_by_key(|(template, _)| {
            let words = template.split('/').filter(|part| !part.starts_with('{'));
            (words.count(), template.contains("}.{"))
        });
        closest.map_or(&[], |(_, methods)| methods)
    }
}

/// Whether a piece of an address fits a piece of a template: `{name}`, or `{name}.{form}`, which needs both.
fn is_fitting(part: &str, asked: &str) -> bool {
    if !part.starts_with('{') {
        return part == asked;
    }
    let named = asked.split_once('.');
    !asked.is_empty()
        && (!part.contains("}.{") || named.is_some_and(|(name, form)| !name.is_empty() && !form.is_empty()))
}

/// Answers what no handler took: 405 where the path exists with other methods, else 404.
pub async fn no_such_route(request: HttpRequest, routes: Data<Routes>) -> Result<HttpResponse, AppError> {
    let there = !routes.methods(request.path()).is_empty();
    Err(AppError::new(if there {
        ErrorCode::MethodNotAllowed
    } else {
        ErrorCode::NotFound
    }))
}
