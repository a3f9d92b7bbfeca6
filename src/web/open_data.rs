//! What everybody may read, and what follows from that wherever it is said.

use actix_web::http::Method;
use utoipa::{
    IntoResponses,
    openapi::{
        OpenApi, RefOr, Required, Response,
        content::ContentBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        response::ResponseBuilder,
        schema::{ObjectBuilder, Type},
        security::SecurityRequirement,
    },
};

use super::problem_sets::OpenDataProblems;

/// Published results: read without a login, or with an API key that may.
const PUBLISHED: [&str; 3] = ["/api/v1/publications", "/api/v1/series", "/api/v1/catalogue"];
/// What is needed to understand and check them, answers to recommendations, and the log over the audit trail.
const EXPLAINED: [&str; 5] = [
    "/openapi.json",
    "/problems",
    "/.well-known",
    "/api/v1/recommendations/published",
    "/api/v1/audit/log",
];

fn is_below(path: &str, start: &str) -> bool {
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

/// Whether published results are read.
pub(super) fn is_published(method: &Method, path: &str) -> bool {
    is_reading(method) && PUBLISHED.iter().any(|start| is_below(path, start))
}

/// Whether something is read that is open to everybody.
pub(super) fn is_open(method: &Method, path: &str) -> bool {
    is_published(method, path) || (is_reading(method) && EXPLAINED.iter().any(|start| is_below(path, start)))
}

/// Describes what all published results have in common: they are read with an API key or without one, and in parts.
pub fn describe_open_data(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        if let Some(operation) = item.get.as_mut().filter(|_| is_published(&Method::GET, path)) {
            describe(operation);
        }
    }
}

fn describe(operation: &mut Operation) {
    let key = SecurityRequirement::new::<_, [String; 0], String>("api_key", []);
    operation.security = Some(vec![SecurityRequirement::default(), key]);
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(whole)) = responses.get("200") {
        let part = part_of(whole);
        responses.insert("206".to_owned(), RefOr::T(part));
    }
    for (status, problem) in OpenDataProblems::responses() {
        responses.entry(status).or_insert(problem);
    }
    let parameters = operation.parameters.get_or_insert_default();
    for (name, meaning, example) in RANGE_HEADERS {
        let text = ObjectBuilder::new().schema_type(Type::String).examples([example]);
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(meaning))
            .schema(Some(text));
        parameters.push(RefOr::T(parameter.build()));
    }
}

const RANGE_HEADERS: [(&str, &str, &str); 2] = [
    (
        "Range",
        "One range of bytes: what broke off is resumed. It is of the plain form, whatever `Accept-Encoding` says.",
        "bytes=65536-",
    ),
    (
        "If-Range",
        "The ETag of the plain form that is held in part: if there is another one, all of it is sent.",
        "\"0a-ranking-csv-identity-v2\"",
    ),
];

/// The same media types, of which a part keeps no schema.
fn part_of(whole: &Response) -> Response {
    let schema = || {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.examples(["…,\"index\":\"89.95\",\"ba…"]).build()
    };
    let response = ResponseBuilder::new()
        .description("The bytes that Range asks for, of the plain form; Content-Range tells which.");
    let kinds = whole.content.keys();
    let described = kinds.fold(response, |response, kind| {
        response.content(kind, ContentBuilder::new().schema(Some(schema())).build())
    });
    described.build()
}

fn is_reading(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_readings_of_what_is_published_are_open() {
        for path in [
            "/api/v1/publications",
            "/api/v1/publications/0a/ranking.csv",
            "/api/v1/series/par-ministries",
            "/api/v1/catalogue.jsonld",
        ] {
            assert!(is_published(&Method::GET, path), "{path}");
            assert!(!is_open(&Method::POST, path), "{path}");
        }
        for path in [
            "/openapi.json",
            "/problems/forbidden",
            "/.well-known/jwks.json",
            "/api/v1/recommendations/published",
            "/api/v1/audit/log/checkpoint",
        ] {
            assert!(
                is_open(&Method::HEAD, path) && !is_published(&Method::HEAD, path),
                "{path}"
            );
        }
        for path in [
            "/api/v1/publicationsx",
            "/api/v1/rounds/a/ranking",
            "/api/v1/recommendations",
            "/api/v1/audit",
            "/metrics",
            "/docs/",
            "/",
        ] {
            assert!(!is_open(&Method::GET, path), "{path}");
        }
    }
}
