//! Series over HTTP: open data, without a login.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    super::{
        cache::{PartKey, Publications},
        model::Publication,
        part::{FORMS, Form, FormSuffix, PartName, STRUCTURE_FORMS, StructureSuffix, link_header},
        part_handlers::suffix,
        schemas::{CsvDescription, JsonStat, StructureMessage},
        shelf::{stem, to_json},
    },
    build::{Series, Year},
    choose::{choose, digest},
    model::{SeriesQuery, SeriesView},
    tables,
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    formats::{
        sdmx::{Structure, write_sdmx_csv, write_structure_json, write_structure_xml},
        write_csv, write_csvw, write_json_stat,
    },
    ids::{SetCode, sha256_hex},
    web::{
        Encoding, Format, Lifetime, PublicProblems, Representations, ValidQuery, WorkbookFile, not_modified,
    },
};

/// Families of criteria sets in one series.
const FAMILIES_MAX: usize = 6;

/// Read a series
///
/// A family's results through the years, or those of one domain, criterion or indicator. A year is shown by its newest
/// publication; `comparability` tells how it compares with the year before, and breaks are marked. JSON, or another form by
/// `Accept`. Public.
#[utoipa::path(get, tag = "publications", params(("set" = SetCode, Path, description = "The family of criteria sets."), SeriesQuery),
    responses((status = 200, description = "The series.",
        content((SeriesView = "application/json"), (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (JsonStat = "application/vnd.json-stat+json"),
            (String = "application/vnd.sdmx.data+csv"), (CsvDescription = "application/csvm+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/series/{set}")]
pub async fn get_series(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<SeriesQuery>,
) -> AppResult<HttpResponse> {
    let format = Format::negotiate(&request, &FORMS)?;
    answer(&request, &publications, &asked, format).await
}

/// Read a series in a form that the address names
///
/// A family's results through the years, or those of one domain, criterion or indicator. Public.
#[utoipa::path(get, tag = "publications", params(("set" = SetCode, Path, description = "The family of criteria sets."), ("format" = FormSuffix, Path, description = "The form.", example = "csv"), SeriesQuery),
    responses((status = 200, description = "The series.",
        content((SeriesView = "application/json"), (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (JsonStat = "application/vnd.json-stat+json"),
            (String = "application/vnd.sdmx.data+csv"), (CsvDescription = "application/csvm+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get(r"/series/{set:[^/]+?}.{format:json|csv|xlsx|jsonstat\.json|sdmx\.csv|csv-metadata\.json}")]
pub async fn get_series_form(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<SeriesQuery>,
) -> AppResult<HttpResponse> {
    let format = named(&FORMS, suffix(&request))?;
    answer(&request, &publications, &asked, format).await
}

/// Read the SDMX structure of a series
///
/// What the SDMX-CSV of the series with the same parameters stands on. Public.
#[utoipa::path(get, tag = "publications", params(("set" = SetCode, Path, description = "The family of criteria sets."), ("format" = StructureSuffix, Path, description = "The form.", example = "xml"), SeriesQuery),
    responses((status = 200, description = "The structure.",
        content((String = "application/vnd.sdmx.structure+xml"),
            (StructureMessage = "application/vnd.sdmx.structure+json"))),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/series/{set}/structure.{format}")]
pub async fn get_series_structure(
    request: HttpRequest,
    publications: Data<Publications>,
    ValidQuery(asked): ValidQuery<SeriesQuery>,
) -> AppResult<HttpResponse> {
    let format = named(&STRUCTURE_FORMS, suffix(&request))?;
    answer(&request, &publications, &asked, format).await
}

fn named(forms: &[Format], suffix: Option<&str>) -> AppResult<Format> {
    let found = forms
        .iter()
        .copied()
        .find(|format| Some(format.suffix()) == suffix);
    found.ok_or_else(AppError::not_found)
}

/// The family of the address, and those beside it.
fn families(request: &HttpRequest, asked: &SeriesQuery) -> AppResult<Vec<SetCode>> {
    let own = SetCode::parse(request.match_info().get("set").unwrap_or(""));
    let mut families = vec![own.map_err(|_| AppError::not_found())?];
    let bad = || AppError {
        errors: vec![FieldError::new(
            "?with",
            "bad_sets",
            Message::new(
                "with gồm nhiều nhất 5 mã bộ tiêu chí, ngăn bằng dấu phẩy.",
                "with has at most 5 codes of families, separated by commas.",
            ),
        )],
        ..AppError::new(ErrorCode::InvalidRequest)
    };
    for code in asked.with.iter().flat_map(|with| with.split(',')) {
        let code = SetCode::parse(code.trim()).map_err(|_| bad())?;
        if !families.contains(&code) {
            families.push(code);
        }
    }
    if families.len() > FAMILIES_MAX {
        return Err(bad());
    }
    Ok(families)
}

async fn answer(
    request: &HttpRequest,
    publications: &Publications,
    asked: &SeriesQuery,
    format: Format,
) -> AppResult<HttpResponse> {
    let families = families(request, asked)?;
    publications.freshen().await?;
    let chosen = choose(publications.shelf().all(asked.as_of), &families);
    if chosen.is_empty() {
        return Err(AppError::not_found());
    }
    let node = asked.node.as_ref().map(ToString::to_string);
    let with: Vec<&str> = families.iter().map(SetCode::as_str).collect();
    let of = format!("{}\n{}", with.join(","), node.as_deref().unwrap_or(""));
    let digest = digest(chosen.iter().map(|about| &about.id), &of);
    let query = Query::of(request);
    let (part, form) = (
        PartName::Series(query.0.clone()),
        Form::of(format, &asked.names()),
    );
    let encoding = Encoding::preferred(request, format);
    // Descriptions and links hold the query, so bodies of two queries are two.
    let body_digest = sha256_hex(format!("{digest}?{}", query.0).as_bytes());
    let etag = form.etag(stem(&body_digest, &part.etag()));
    if let Some(response) = not_modified(request, || etag.clone(), format, encoding, Lifetime::Minute) {
        return Ok(response);
    }
    let key = PartKey {
        of: digest.clone(),
        part,
        form,
    };
    if let Some(kept) = publications.kept(&key) {
        return kept.get(encoding).respond(request, Lifetime::Minute);
    }
    let set = families.first().map(ToString::to_string).unwrap_or_default();
    let years = years(publications, chosen, node.clone()).await?;
    let render = move || {
        let series = Series::of(&families, years, node.as_deref(), digest)?;
        let made = Representations::render(body(&series, &set, &query, form)?, &etag, form.format)?;
        made.linked(&links(&set, &query, form))
    };
    let made = publications.made(key, render).await?;
    made.get(encoding).respond(request, Lifetime::Minute)
}

/// Document after document, so that no two need be held open at once.
async fn years(
    publications: &Publications,
    chosen: Vec<Publication>,
    node: Option<String>,
) -> AppResult<Vec<Year>> {
    let node = Arc::new(node);
    let mut years = Vec::with_capacity(chosen.len());
    for about in chosen {
        let published = publications.get(about.id.as_str()).await?;
        let opened = publications.open(&published).await?;
        let node = node.clone();
        let year = tokio::task::spawn_blocking(move || Year::of(about, &opened, node.as_deref()));
        years.push(year.await.map_err(AppError::internal)?);
    }
    Ok(years)
}

fn body(series: &Series, set: &str, query: &Query, form: Form) -> AppResult<Vec<u8>> {
    let frame = || tables::frame(&series.view(), series.title());
    let text = match form.format {
        Format::Json => return to_json(&series.view()),
        Format::Xlsx => {
            let view = series.view();
            let made_at = view.publications.iter().map(|one| one.published_at).max();
            return tables::workbook(&view, &series.title(), made_at).map_err(AppError::internal);
        }
        Format::Csv => write_csv(&frame().table(form.labels, form.lang)),
        Format::Csvw => {
            let url = query.behind(&format!("{set}.csv"));
            write_csvw(&frame(), &url, form.labels, form.lang)
        }
        Format::JsonStat => write_json_stat(&series.cube()?, form.lang),
        Format::SdmxCsv => write_sdmx_csv(&series.cube()?),
        Format::StructureXml => write_structure_xml(&Structure::of(&series.structure())),
        Format::StructureJson => write_structure_json(&Structure::of(&series.structure())),
        Format::JsonLd | Format::Html | Format::Docx | Format::Svg | Format::Png => {
            return Err(AppError::not_found());
        }
    };
    Ok(text.into_bytes())
}

/// The query as it was sent: the other forms of a series are asked for by the same one.
struct Query(String);

impl Query {
    /// What can't stand in a header as it is has no links: nobody sends it but on purpose.
    fn of(request: &HttpRequest) -> Self {
        let query = request.query_string();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "=&,.-_:%+".contains(c);
        Self(if query.chars().all(is_plain) {
            query.to_owned()
        } else {
            String::new()
        })
    }

    fn behind(&self, address: &str) -> String {
        if self.0.is_empty() {
            address.to_owned()
        } else {
            format!("{address}?{}", self.0)
        }
    }
}

/// The links of a series: those of a part, each with the query.
fn links(set: &str, query: &Query, form: Form) -> String {
    let forms = if STRUCTURE_FORMS.contains(&form.format) {
        &STRUCTURE_FORMS[..]
    } else {
        &FORMS[..]
    };
    let name = if forms.len() == STRUCTURE_FORMS.len() {
        "structure"
    } else {
        set
    };
    let below = format!("{set}/");
    let links = link_header((name, &below), forms, Form::plain(form.format));
    if query.0.is_empty() {
        return links;
    }
    links.replace(">; rel=", &format!("?{}>; rel=", query.0))
}
