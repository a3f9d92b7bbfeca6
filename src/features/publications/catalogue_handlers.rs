//! The catalogue of open data over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    cache::{PartKey, Publications},
    catalogue::catalogue,
    model::CatalogueQuery,
    part::{Form, PartName},
    schemas::CatalogueDocument,
    shelf::stem,
};
use crate::{
    error::AppResult,
    formats::write_dcat,
    ids::sha256_hex,
    web::{Encoding, Format, Lifetime, PublicProblems, Representations, ValidQuery, not_modified},
};

/// Read the catalogue of open data
///
/// DCAT 3 as JSON-LD: a series of datasets for each family of criteria sets, a dataset for each publication, and the files
/// it comes in, with media type, size and SHA-256 where they never change. Addresses are relative to the catalogue's. Public.
#[utoipa::path(get, tag = "publications", params(CatalogueQuery),
    responses((status = 200, description = "The catalogue.", body = CatalogueDocument, content_type = "application/ld+json"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/catalogue")]
pub async fn get_catalogue(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<CatalogueQuery>,
) -> AppResult<HttpResponse> {
    // Who takes JSON takes JSON-LD.
    Format::negotiate(&request, &[Format::JsonLd, Format::Json])?;
    let form = Form::plain(Format::JsonLd);
    let encoding = Encoding::preferred(&request, form.format);
    publications.freshen().await?;
    let shelf = publications.shelf();
    let last = shelf
        .published()
        .last()
        .map(|published| published.about.id.to_string());
    let of = format!("{:?} {:?} {:?}", last, asked.set, publications.credit());
    let key = PartKey {
        of: sha256_hex(of.as_bytes()),
        part: PartName::Catalogue,
        form,
    };
    let stem = stem(&key.of, &key.part.etag());
    if let Some(response) = not_modified(&request, || stem.clone(), form.format, encoding, Lifetime::Minute) {
        return Ok(response);
    }
    let credit = publications.credit().clone();
    let render = move || {
        let text = write_dcat(&catalogue(&shelf, asked.set.as_ref(), &credit));
        Representations::render(text.into_bytes(), &stem, form.format)
    };
    let made = publications.made(key, render).await?;
    made.get(encoding).respond(&request, Lifetime::Minute)
}
