//! The report of a publication over HTTP: open data, without a login.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    cache::Publications,
    part::{FormQuery, LangChoice, PartName},
    part_handlers::answer,
    schemas::WordFile,
};
use crate::{
    error::AppResult,
    ids::PublicationId,
    web::{PublicProblems, ValidQuery},
};

/// In which language a report is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The language; Vietnamese by default.
    pub lang: Option<LangChoice>,
}

/// Read the report of a publication as a Word document
///
/// Facts, the ranking, means of groups, who gained and lost most against the baseline, and where points were lost, in numbered
/// tables with Word's own headings and captions, to be edited. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ReportQuery),
    responses((status = 200, description = "The report.",
        content((WordFile = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/report.docx")]
pub async fn get_publication_report(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<ReportQuery>,
) -> AppResult<HttpResponse> {
    let names = FormQuery {
        labels: None,
        lang: asked.lang,
    };
    answer(&request, &publications, PartName::Report, Some("docx"), &names).await
}
