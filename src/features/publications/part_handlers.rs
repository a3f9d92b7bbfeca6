//! The parts of a publication over HTTP, each in every form: open data, without a login.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    agency_view::AgencyResultView,
    cache::Publications,
    node_views::{DataView, NodeResultView},
    part::{Form, FormQuery, FormSuffix, PartName, StructureSuffix},
    schemas::{CsvDescription, JsonStat, StructureMessage},
    shelf::stem,
    views::{DomainsView, RankingView},
};
use crate::{
    error::{AppError, AppResult},
    ids::{AgencyCode, IndicatorCode, PublicationId},
    web::{Encoding, Format, Lifetime, PublicProblems, ValidQuery, WorkbookFile, not_modified},
};

/// A piece of the address.
fn piece<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.match_info().get(name).unwrap_or("")
}

fn code(request: &HttpRequest) -> String {
    piece(request, "code").to_owned()
}

/// What the address ends with.
pub fn suffix(request: &HttpRequest) -> Option<&str> {
    Some(piece(request, "format"))
}

/// The form that the address names, or else the one that is accepted; 404 and 406 where there is none.
pub fn form_of(
    request: &HttpRequest,
    part: &PartName,
    suffix: Option<&str>,
    names: &FormQuery,
) -> AppResult<Form> {
    let format = match suffix {
        Some(suffix) => part
            .forms()
            .iter()
            .copied()
            .find(|format| format.suffix() == suffix)
            .ok_or_else(AppError::not_found)?,
        None => Format::negotiate(request, part.forms())?,
    };
    Ok(Form::of(format, names))
}

/// 304 before anything is looked up.
pub fn held(request: &HttpRequest, part: &PartName, form: Form, encoding: Encoding) -> Option<HttpResponse> {
    let stem = || form.etag(stem(piece(request, "id"), &part.etag()));
    not_modified(request, stem, form.format, encoding, Lifetime::Immutable)
}

/// Answers with a part of the publication that the address names.
pub async fn answer(
    request: &HttpRequest,
    publications: &Publications,
    part: PartName,
    suffix: Option<&str>,
    names: &FormQuery,
) -> AppResult<HttpResponse> {
    let form = form_of(request, &part, suffix, names)?;
    let encoding = Encoding::preferred(request, form.format);
    if let Some(response) = held(request, &part, form, encoding) {
        return Ok(response);
    }
    let published = publications.get(piece(request, "id")).await?;
    if let Some(body) = published.finished(&part, form) {
        return body.get(encoding).respond(request, Lifetime::Immutable);
    }
    if !published.has(&part) {
        return Err(AppError::not_found());
    }
    let body = publications.part(&published, part, form).await?;
    body.get(encoding).respond(request, Lifetime::Immutable)
}

/// The two operations of each part: in the form that is accepted, and in the one that the address names. They differ
/// between parts in nothing but what is told of them.
macro_rules! part_operations {
    ($($operation:ident at $path:literal, $form_operation:ident at $form_path:literal:
        $title:literal, $about:literal, $view:ident $(, $parameter:tt)*; |$request:ident| $part:expr;)+) => {$(
        #[doc = $title]
        #[utoipa::path(get, tag = "publications", summary = $title,
            description = concat!($about, " JSON, or another form by `Accept`; `.csv`, `.xlsx` and the others stand at addresses of their own.\nPublic, and never changes."),
            params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), $($parameter,)* FormQuery),
            responses((status = 200, description = "The numbers.",
                content(($view = "application/json"), (String = "text/csv"),
                    (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                    (JsonStat = "application/vnd.json-stat+json"),
                    (String = "application/vnd.sdmx.data+csv"), (CsvDescription = "application/csvm+json"))),
                (status = 304, description = "The caller holds it already."), PublicProblems))]
        #[get($path)]
        pub async fn $operation(
            $request: HttpRequest,
            publications: Data<Publications>,
            ValidQuery(names): ValidQuery<FormQuery>,
        ) -> AppResult<HttpResponse> {
            let part = $part;
            answer(&$request, &publications, part, None, &names).await
        }

        #[doc = concat!($title, " in a form that the address names")]
        #[utoipa::path(get, tag = "publications", summary = concat!($title, " in a form that the address names"),
            description = concat!($about, " CSV: RFC 4180, UTF-8, a header row, CRLF; a text that a spreadsheet would run as a formula begins with an\napostrophe. Public, and never changes."),
            params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), $($parameter,)*
                ("format" = FormSuffix, Path, description = "The form.", example = "csv"), FormQuery),
            responses((status = 200, description = "The numbers.",
                content(($view = "application/json"), (String = "text/csv"),
                    (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                    (JsonStat = "application/vnd.json-stat+json"),
                    (String = "application/vnd.sdmx.data+csv"), (CsvDescription = "application/csvm+json"))),
                (status = 304, description = "The caller holds it already."), PublicProblems))]
        #[get($form_path)]
        pub async fn $form_operation(
            $request: HttpRequest,
            publications: Data<Publications>,
            ValidQuery(names): ValidQuery<FormQuery>,
        ) -> AppResult<HttpResponse> {
            let part = $part;
            answer(&$request, &publications, part, suffix(&$request), &names).await
        }
    )+};
}

part_operations! {
    get_publication_ranking at "/publications/{id}/ranking", get_publication_ranking_form at "/publications/{id}/ranking.{format}":
        "Read a published ranking",
        "With places, bands, domains, group means and the change against the baseline.",
        RankingView; |request| PartName::Ranking;

    get_publication_domains at "/publications/{id}/domains", get_publication_domains_form at "/publications/{id}/domains.{format}":
        "Read the domains of a publication",
        "Agencies by domains: points, maximum and index.",
        DomainsView; |request| PartName::Domains;

    get_publication_agency at "/publications/{id}/agencies/{code}", get_publication_agency_form at r"/publications/{id}/agencies/{code:[^/]+?}.{format:json|csv|xlsx|jsonstat\.json|sdmx\.csv|csv-metadata\.json}":
        "Read one agency's published result",
        "Every domain, criterion and indicator with its value, its points and the calculation.",
        AgencyResultView, ("code" = AgencyCode, Path, description = "The agency's code."); |request| PartName::Agency(code(&request));

    get_publication_node at "/publications/{id}/nodes/{code}", get_publication_node_form at r"/publications/{id}/nodes/{code:[^/]+?}.{format:json|csv|xlsx|jsonstat\.json|sdmx\.csv|csv-metadata\.json}":
        "Read one domain, criterion or indicator across all agencies",
        "The points of every agency, with the value, the verdict and who decided.",
        NodeResultView, ("code" = IndicatorCode, Path, description = "The node's code in the criteria set."); |request| PartName::Node(code(&request));

    get_publication_data at "/publications/{id}/data", get_publication_data_form at "/publications/{id}/data.{format}":
        "Read all numbers of a publication",
        "Every agency by every node of the criteria set. Refused where it would be more than a million numbers: then node by node, or the document.",
        DataView; |request| PartName::Data;
}

/// Read the SDMX structure of a publication
///
/// The dataflow, the data structure, codelists in Vietnamese and English, and concepts, as SDMX-ML 3.0 or SDMX-JSON 2.0:
/// what the SDMX-CSV of every part of the publication stands on. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The structure.",
        content((String = "application/vnd.sdmx.structure+xml"),
            (StructureMessage = "application/vnd.sdmx.structure+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/structure")]
pub async fn get_publication_structure(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    answer(
        &request,
        &publications,
        PartName::Structure,
        None,
        &FormQuery::default(),
    )
    .await
}

/// Read the SDMX structure of a publication in a form that the address names
///
/// The dataflow, the data structure, codelists in Vietnamese and English, and concepts, as SDMX-ML 3.0 or SDMX-JSON 2.0:
/// what the SDMX-CSV of every part of the publication stands on. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ("format" = StructureSuffix, Path, description = "The form.", example = "xml")),
    responses((status = 200, description = "The structure.",
        content((String = "application/vnd.sdmx.structure+xml"),
            (StructureMessage = "application/vnd.sdmx.structure+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/structure.{format}")]
pub async fn get_publication_structure_form(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    answer(
        &request,
        &publications,
        PartName::Structure,
        suffix(&request),
        &FormQuery::default(),
    )
    .await
}
