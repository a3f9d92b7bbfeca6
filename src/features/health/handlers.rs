//! Health, metrics, keys, explanations of problems.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::{
    access::Access,
    db::Database,
    error::{AppError, AppResult, ErrorCode},
    web::{Language, Metrics, PublicProblems, json_list},
};

/// The state of the service.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct Health {
    /// `ok`.
    status: &'static str,
}

/// What a problem's code means.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"code": "not_found", "status": 404, "title": "Not found", "remedy": "Check the address and the code."}))]
pub struct ProblemExplanation {
    /// The code.
    code: &'static str,
    /// The HTTP status it comes with.
    status: u16,
    /// What it means, in the caller's language.
    title: String,
    /// What can be done about it.
    remedy: String,
}

fn explain(code: ErrorCode, language: Language) -> ProblemExplanation {
    ProblemExplanation {
        code: code.as_str(),
        status: code.status(),
        title: language.pick(&code.title()).to_owned(),
        remedy: language.pick(&code.remedy()).to_owned(),
    }
}

/// Is the process alive?
///
/// Answers as long as the process does; asks nothing else.
#[utoipa::path(tag = "operations", responses((status = 200, description = "Alive.", body = Health), PublicProblems))]
#[get("/health/live")]
pub async fn get_live() -> AppResult<HttpResponse> {
    json_list(&Health { status: "ok" })
}

/// Can it serve?
///
/// Answers 200 when the database answers, else 503.
#[utoipa::path(tag = "operations", responses((status = 200, description = "Ready.", body = Health), PublicProblems))]
#[get("/health/ready")]
pub async fn get_ready(db: Data<Database>) -> AppResult<HttpResponse> {
    db.read(store::ping).await.map_err(|error| AppError {
        cause: error.cause,
        ..AppError::new(ErrorCode::Unavailable)
    })?;
    json_list(&Health { status: "ok" })
}

/// Read the metrics
///
/// In Prometheus' text format: requests by feature and status, times by feature, the outbox by state.
#[utoipa::path(tag = "operations",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"), PublicProblems))]
#[get("/metrics")]
pub async fn get_metrics(metrics: Data<Metrics>) -> AppResult<HttpResponse> {
    let text = metrics.render().map_err(AppError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(text))
}

/// Read the keys of access tokens
///
/// A JSON Web Key Set (RFC 7517) with the public halves.
#[utoipa::path(tag = "operations",
    responses((status = 200, description = "The keys.", body = Object, example = json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "4f1c2b9a7d3e8f60", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})), PublicProblems))]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(access: Data<Access>) -> AppResult<HttpResponse> {
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "public, max-age=300"))
        .json(access.keys().jwks()))
}

/// List the problems
///
/// Every code that an error of this service can have.
#[utoipa::path(tag = "operations",
    responses((status = 200, description = "The codes.", body = Vec<ProblemExplanation>), PublicProblems))]
#[get("/problems")]
pub async fn list_problems(request: HttpRequest) -> AppResult<HttpResponse> {
    let language = Language::of(&request);
    json_list(
        &ErrorCode::ALL
            .iter()
            .map(|code| explain(*code, language))
            .collect::<Vec<_>>(),
    )
}

/// Explain a problem
///
/// What the code of an error means and what can be done about it.
#[utoipa::path(tag = "operations", params(("code" = String, Path, description = "The `code` of an error.", example = "validation_failed")),
    responses((status = 200, description = "The explanation.", body = ProblemExplanation), PublicProblems))]
#[get("/problems/{code}")]
pub async fn get_problem(request: HttpRequest, path: Path<String>) -> AppResult<HttpResponse> {
    let asked = path.into_inner();
    let code = ErrorCode::ALL
        .iter()
        .find(|code| code.as_str() == asked)
        .ok_or_else(AppError::not_found)?;
    json_list(&explain(*code, Language::of(&request)))
}
