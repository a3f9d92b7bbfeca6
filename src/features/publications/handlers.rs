//! Reading publications over HTTP: open data, without a login.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    agency_view::AgencyResultView,
    cache::{PartKey, Publications, agency_part},
    document::Document,
    model::{LatestQuery, Publication, PublicationQuery},
    shelf::{Part, Published, stem, to_json},
    views::{DomainsView, RankingView},
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{AgencyCode, PublicationId, sha256_hex},
    web::{
        Cursor, Encoding, Format, Lifetime, Page, PublicProblems, Representation, Representations,
        ValidQuery, not_modified,
    },
};

/// What a caller wants of a publication.
struct Asked<'a> {
    request: &'a HttpRequest,
    id: &'a str,
    format: Format,
    encoding: Encoding,
}

impl<'a> Asked<'a> {
    /// Reads it; 406 where no offered format is accepted.
    fn of(request: &'a HttpRequest, offered: &[Format]) -> AppResult<Self> {
        let format =
            Format::preferred(request, offered).ok_or_else(|| AppError::new(ErrorCode::NotAcceptable))?;
        Ok(Self::in_format(request, format))
    }

    /// The address itself names the format.
    fn in_format(request: &'a HttpRequest, format: Format) -> Self {
        Self {
            id: request.match_info().get("id").unwrap_or(""),
            encoding: Encoding::preferred(request),
            request,
            format,
        }
    }

    /// 304 before anything is looked up.
    fn held(&self, part: impl FnOnce() -> String) -> Option<HttpResponse> {
        let stem = || stem(self.id, &part());
        not_modified(
            self.request,
            stem,
            self.format,
            self.encoding,
            Lifetime::Immutable,
        )
    }

    async fn part(
        &self,
        publications: &Publications,
        name: &str,
        part: impl FnOnce(&Published) -> &Part,
    ) -> AppResult<HttpResponse> {
        if let Some(response) = self.held(|| name.to_owned()) {
            return Ok(response);
        }
        let published = publications.get(self.id).await?;
        let body = part(&published).get(self.format, self.encoding);
        Ok(body.respond(Lifetime::Immutable))
    }

    async fn agency(&self, publications: &Publications) -> AppResult<HttpResponse> {
        let code = self.request.match_info().get("code").unwrap_or("");
        if let Some(response) = self.held(|| agency_part(code)) {
            return Ok(response);
        }
        let published = publications.get(self.id).await?;
        if !published.holds(code) {
            return Err(AppError::not_found());
        }
        let key = PartKey::Agency(self.id.to_owned(), code.to_owned(), self.format);
        let part = publications.part(&published, key).await?;
        Ok(part.get(self.encoding).respond(Lifetime::Immutable))
    }

    async fn document(&self, publications: &Publications) -> AppResult<HttpResponse> {
        if let Some(response) = self.held(|| "document".to_owned()) {
            return Ok(response);
        }
        let published = publications.get(self.id).await?;
        if self.encoding == Encoding::Gzip {
            return Ok(published.document.respond(Lifetime::Immutable));
        }
        let key = PartKey::Document(self.id.to_owned());
        let part: Arc<Representations> = publications.part(&published, key).await?;
        Ok(part.get(self.encoding).respond(Lifetime::Immutable))
    }
}

/// Sends what may be joined by something newer: its ETag is the digest of the answer itself.
fn fresh_json(request: &HttpRequest, view: &impl serde::Serialize) -> AppResult<HttpResponse> {
    Format::preferred(request, &[Format::Json]).ok_or_else(|| AppError::new(ErrorCode::NotAcceptable))?;
    let body = to_json(view)?;
    let digest = sha256_hex(&body);
    let encoding = Encoding::preferred(request);
    let stem = stem(&digest, "list");
    if let Some(response) = not_modified(request, || stem.clone(), Format::Json, encoding, Lifetime::Minute) {
        return Ok(response);
    }
    Ok(Representation::render(body, &stem, Format::Json, encoding)?.respond(Lifetime::Minute))
}

/// List publications
///
/// Newest first; filtered by family of criteria sets, round, year or kind. Public.
#[utoipa::path(get, tag = "publications", params(PublicationQuery),
    responses((status = 200, description = "A page of publications.", body = Page<Publication>),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications")]
pub async fn list_publications(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<PublicationQuery>,
) -> AppResult<HttpResponse> {
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let below = match cursor.after.as_deref().map(str::parse::<i64>) {
        None => i64::MAX,
        Some(Ok(sequence)) => sequence,
        Some(Err(_)) => return Err(bad_cursor()),
    };
    publications.freshen().await?;
    let rows = publications.shelf().list(&asked, below, cursor.limit + 1);
    fresh_json(
        &request,
        &Page::cut(rows, &cursor, |row: &Publication| row.sequence.to_string()),
    )
}

fn bad_cursor() -> AppError {
    AppError {
        errors: vec![FieldError::new(
            "?cursor",
            "bad_cursor",
            Message::new(
                "cursor không hợp lệ: dùng page.next của trang trước.",
                "That is no cursor: use page.next of the page before.",
            ),
        )],
        ..AppError::new(ErrorCode::InvalidRequest)
    }
}

/// Read the latest publication of a family of criteria sets
///
/// That of the latest year; of that year, what was published last. Public.
#[utoipa::path(get, tag = "publications", params(LatestQuery),
    responses((status = 200, description = "The publication.", body = Publication),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/latest")]
pub async fn get_latest_publication(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<LatestQuery>,
) -> AppResult<HttpResponse> {
    publications.freshen().await?;
    let latest = publications.shelf().latest(&asked.set);
    fresh_json(&request, &latest.ok_or_else(AppError::not_found)?)
}

/// Read a publication
///
/// What it is, how many agencies it holds, where its parts are, and whether a later one corrects it. Public.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The publication.", body = Publication),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}")]
pub async fn get_publication(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let id = request.match_info().get("id").unwrap_or("");
    let published = publications.get(id).await?;
    publications.freshen().await?;
    fresh_json(&request, &publications.shelf().about(&published))
}

/// Read a publication's document
///
/// The canonical JSON (RFC 8785) whose SHA-256 is the publication's id: with the criteria set and every decided value
/// it is all that is needed to compute the result again. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The document.", body = Document),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/document")]
pub async fn get_publication_document(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    Asked::of(&request, &[Format::Json])?
        .document(&publications)
        .await
}

/// Read a published ranking
///
/// With places, bands, domains, group means and the change against the baseline. JSON, or CSV by `Accept: text/csv`.
/// Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The ranking.",
        content((RankingView = "application/json"), (String = "text/csv"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/ranking")]
pub async fn get_publication_ranking(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let asked = Asked::of(&request, &[Format::Json, Format::Csv])?;
    asked
        .part(&publications, "ranking", |published| &published.ranking)
        .await
}

/// Read a published ranking as CSV
///
/// RFC 4180: UTF-8, a header row, CRLF; a text that a spreadsheet would run as a formula begins with an apostrophe.
/// Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The ranking.", body = String, content_type = "text/csv"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/ranking.csv")]
pub async fn get_publication_ranking_csv(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let asked = Asked::in_format(&request, Format::Csv);
    asked
        .part(&publications, "ranking", |published| &published.ranking)
        .await
}

/// Read the domains of a publication
///
/// Agencies by domains: points, maximum and index. JSON, or CSV by `Accept: text/csv`. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The domains.",
        content((DomainsView = "application/json"), (String = "text/csv"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/domains")]
pub async fn get_publication_domains(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let asked = Asked::of(&request, &[Format::Json, Format::Csv])?;
    asked
        .part(&publications, "domains", |published| &published.domains)
        .await
}

/// Read the domains of a publication as CSV
///
/// One row for each agency, three columns for each domain. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document.")),
    responses((status = 200, description = "The domains.", body = String, content_type = "text/csv"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/domains.csv")]
pub async fn get_publication_domains_csv(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let asked = Asked::in_format(&request, Format::Csv);
    asked
        .part(&publications, "domains", |published| &published.domains)
        .await
}

/// Read one agency's published result as CSV
///
/// One row for each node of the criteria set. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ("code" = AgencyCode, Path, description = "The agency's code.")),
    responses((status = 200, description = "The result.", body = String, content_type = "text/csv"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/agencies/{code}.csv")]
pub async fn get_publication_agency_csv(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    Asked::in_format(&request, Format::Csv)
        .agency(&publications)
        .await
}

/// Read one agency's published result
///
/// Every domain, criterion and indicator with its value, its points and the calculation. JSON, or CSV by
/// `Accept: text/csv`. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."), ("code" = AgencyCode, Path, description = "The agency's code.")),
    responses((status = 200, description = "The result.",
        content((AgencyResultView = "application/json"), (String = "text/csv"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/agencies/{code}")]
pub async fn get_publication_agency(
    request: HttpRequest,
    publications: Data<Publications>,
) -> AppResult<HttpResponse> {
    let asked = Asked::of(&request, &[Format::Json, Format::Csv])?;
    asked.agency(&publications).await
}
