//! Pictures of a publication over HTTP: open data, without a login, at addresses that never show another picture.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    AgencyChartName, Baseline, Chart, ChartName, Picture, PictureQuery, PictureSuffix, PngFile, Sketch,
    gather::no_baseline,
};
use crate::{
    error::{AppError, AppResult},
    features::publications::{
        cache::{PartKey, Publications},
        part::{Form, FormQuery, PartName},
        part_handlers::{form_of, held, suffix},
        render::finish,
        shelf::{Opened, Published},
    },
    formats::chart::write_png,
    ids::{AgencyCode, PublicationId},
    web::{Encoding, Format, Lifetime, PublicProblems, Representations, ValidQuery},
};

/// Read a chart of a publication
///
/// The ranking with bands and the mean, the distribution of indices, or the changes against the baseline, as SVG (with
/// a text alternative) or as PNG (the same picture, on white, as wide as an A4 page's text in a word processor). Where
/// there are more agencies than a picture can show, it says so. Public, and never changes.
#[utoipa::path(get, tag = "publications", params(
        ("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."),
        ("chart" = ChartName, Path, description = "The chart.", example = "ranking"),
        ("format" = PictureSuffix, Path, description = "The form.", example = "svg"), PictureQuery),
    responses((status = 200, description = "The picture.",
        content((String = "image/svg+xml"), (PngFile = "image/png"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/charts/{chart}.{format}")]
pub async fn get_publication_chart(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<PictureQuery>,
) -> AppResult<HttpResponse> {
    let name = ChartName::parse(piece(&request, "chart")).ok_or_else(AppError::not_found)?;
    answer(&request, &publications, Chart::Of(name), &asked).await
}

/// Read a chart of one agency in a publication
///
/// The agency's domains in percent of the maximum, against the mean and the best of the publication, as SVG (with a
/// text alternative) or as PNG (the same picture, on white). Public, and never changes.
#[utoipa::path(get, tag = "publications", params(
        ("id" = PublicationId, Path, description = "The publication's id: the SHA-256 of its document."),
        ("code" = AgencyCode, Path, description = "The agency's code."),
        ("chart" = AgencyChartName, Path, description = "The chart.", example = "profile"),
        ("format" = PictureSuffix, Path, description = "The form.", example = "svg"), PictureQuery),
    responses((status = 200, description = "The picture.",
        content((String = "image/svg+xml"), (PngFile = "image/png"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/publications/{id}/agencies/{code}/charts/{chart}.{format}")]
pub async fn get_publication_agency_chart(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<PictureQuery>,
) -> AppResult<HttpResponse> {
    let name = AgencyChartName::parse(piece(&request, "chart")).ok_or_else(AppError::not_found)?;
    let agency = piece(&request, "code").to_owned();
    answer(&request, &publications, Chart::OfAgency(name, agency), &asked).await
}

fn piece<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.match_info().get(name).unwrap_or("")
}

async fn answer(
    request: &HttpRequest,
    publications: &Publications,
    chart: Chart,
    asked: &PictureQuery,
) -> AppResult<HttpResponse> {
    let pixels = asked.pixels()?;
    let width = (suffix(request) == Some(Format::Png.suffix())).then_some(pixels);
    let picture = Picture { chart, width };
    let part = PartName::Chart(picture.clone());
    let names = FormQuery {
        labels: None,
        lang: asked.lang,
    };
    let form = form_of(request, &part, suffix(request), &names)?;
    let encoding = Encoding::preferred(request, form.format);
    if let Some(response) = held(request, &part, form, encoding) {
        return Ok(response);
    }
    let published = publications.get(piece(request, "id")).await?;
    if !published.has(&part) {
        return Err(AppError::not_found());
    }
    let id = published.about.id.clone();
    let key = PartKey {
        of: id.to_string(),
        part: part.clone(),
        form,
    };
    if let Some(kept) = publications.kept(&key) {
        return kept.get(encoding).respond(request, Lifetime::Immutable);
    }
    let baseline = match picture.chart {
        Chart::Of(ChartName::Changes) => Some(baseline_of(publications, &published).await?),
        _ => None,
    };
    let opened = publications.open(&published).await?;
    let draw = move || draw(&id, &opened, baseline.as_ref(), &picture, (&part, form));
    let made = publications.made(key, draw).await?;
    made.get(encoding).respond(request, Lifetime::Immutable)
}

async fn baseline_of(publications: &Publications, published: &Arc<Published>) -> AppResult<Baseline> {
    let baseline = published.about.baseline.as_ref().ok_or_else(no_baseline)?;
    let about = &publications.get(baseline.as_str()).await?.about;
    Ok(Baseline {
        year: about.year,
        title_vi: about.title_vi.clone(),
        title_en: about.title_en.clone(),
    })
}

fn draw(
    id: &PublicationId,
    opened: &Opened,
    baseline: Option<&Baseline>,
    picture: &Picture,
    (part, form): (&PartName, Form),
) -> AppResult<Representations> {
    let sketch = Sketch {
        id,
        document: &opened.document,
        baseline,
        lang: form.lang,
    };
    let svg = sketch.draw(&picture.chart)?;
    let body = match picture.width {
        None => svg.into_bytes(),
        Some(width) => write_png(&svg, width).map_err(AppError::internal)?,
    };
    finish(id.as_str(), body, part, form)
}
