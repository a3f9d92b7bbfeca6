//! What corrects what, and what a correction changed, over HTTP: open data, without a login.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    cache::{PartKey, Publications},
    changes::{ChangesView, changes},
    handlers::fresh_json,
    model::{ChangesQuery, Corrections},
    part::{PartName, TableSuffix},
    part_handlers::{form_of, held, suffix},
    render::represent_changes,
    schemas::CsvDescription,
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::PublicationId,
    web::{Encoding, Lifetime, PublicProblems, ValidQuery, WorkbookFile},
};

/// Read the corrections of a publication
///
/// All that it corrects and all that correct it, the first one first; `current` is the one that stands. Public.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The chain of corrections.", body = Corrections),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/corrections")]
pub async fn get_publication_corrections(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let id = request.match_info().get("id").unwrap_or("");
    let published = publications.get(id).await?;
    publications.freshen().await?;
    let data = publications.shelf().chain(id);
    let publication = published.about.id.clone();
    let view = Corrections {
        current: data
            .last()
            .map_or_else(|| publication.clone(), |last| last.id.clone()),
        publication,
        data,
    };
    fresh_json(&request, &view)
}

/// Read what a correction changed
///
/// Every printed number and band that is not what it was in the publication that this one corrects, or in an earlier one
/// of the same chain. JSON, or CSV and XLSX by `Accept`. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ChangesQuery),
    responses((status = 200, description = "The changes.",
        content((ChangesView = "application/json"), (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (CsvDescription = "application/csvm+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/changes")]
pub async fn get_publication_changes(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<ChangesQuery>,
) -> AppResult<HttpResponse> {
    answer(&request, &publications, None, &asked).await
}

/// Read what a correction changed in a form that the address names
///
/// Every printed number and band that is not what it was in the publication that this one corrects, or in an earlier one
/// of the same chain. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ("format" = TableSuffix, Path, description = "The form.", example = "csv"), ChangesQuery),
    responses((status = 200, description = "The changes.",
        content((ChangesView = "application/json"), (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (CsvDescription = "application/csvm+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/changes.{format}")]
pub async fn get_publication_changes_form(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<ChangesQuery>,
) -> AppResult<HttpResponse> {
    answer(&request, &publications, suffix(&request), &asked).await
}

async fn answer(
    request: &HttpRequest,
    publications: &Publications,
    suffix: Option<&str>,
    asked: &ChangesQuery,
) -> AppResult<HttpResponse> {
    // What a publication corrects is part of its document, so without a word the answer is always the same.
    let against = asked.against.as_ref().map(ToString::to_string);
    let part = PartName::Changes(against.unwrap_or_default());
    let form = form_of(request, &part, suffix, &asked.names())?;
    let encoding = Encoding::preferred(request, form.format);
    if let Some(response) = held(request, &part, form, encoding) {
        return Ok(response);
    }
    let published = publications
        .get(request.match_info().get("id").unwrap_or(""))
        .await?;
    let id = published.about.id.clone();
    let key = PartKey {
        of: id.to_string(),
        part: part.clone(),
        form,
    };
    if let Some(kept) = publications.kept(&key) {
        return kept.get(encoding).respond(request, Lifetime::Immutable);
    }
    let against = match &asked.against {
        Some(earlier) => Some(earlier_in_chain(publications, &id, earlier)?),
        None => published.about.supersedes.clone(),
    };
    let earlier = match against {
        None => None,
        Some(against) => {
            let earlier = publications.get(against.as_str()).await?;
            Some((against, publications.open(&earlier).await?))
        }
    };
    let opened = publications.open(&published).await?;
    let render = move || {
        let earlier = earlier
            .as_ref()
            .map(|(against, earlier)| (against, &earlier.document));
        let view = changes(&id, &opened.document, earlier);
        represent_changes(&id, &opened.document, &view, &part, form)
    };
    let made = publications.made(key, render).await?;
    made.get(encoding).respond(request, Lifetime::Immutable)
}

/// Only what belongs to one chain tells of corrections: results of two years differ in everything.
fn earlier_in_chain(
    publications: &Publications,
    id: &PublicationId,
    earlier: &PublicationId,
) -> AppResult<PublicationId> {
    let chain = publications.shelf().chain(id.as_str());
    let mut before = chain.iter().take_while(|about| about.id != *id);
    if before.any(|about| about.id == *earlier) {
        return Ok(earlier.clone());
    }
    let message = Message::new(
        "against phải là một công bố trước đó mà công bố này đính chính.",
        "against is an earlier publication that this one corrects.",
    );
    Err(AppError {
        errors: vec![FieldError::new("?against", "not_corrected", message)],
        ..AppError::new(ErrorCode::InvalidRequest)
    })
}
