//! Self against appraised points as pictures over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};

use super::{chart, handlers::load_agency};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::criteria::Sets,
    formats::{
        Lang,
        chart::{PNG_TYPE, SVG_TYPE, write_png},
    },
    ids::{AgencyCode, RoundCode},
    web::{Caller, Language, PngFile, ReadProblems},
};

/// Pixels of a PNG: sharp across the text of an A4 page.
const WIDTH: u32 = 1200;

/// Show an agency's self against its appraised points
///
/// Its domains in percent of what is appraised of them, as SVG with a text alternative, in the language that
/// `Accept-Language` prefers. For the agency from the explanation on, for evaluators always.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The picture.", body = String, content_type = "image/svg+xml"), ReadProblems))]
#[get("/rounds/{round}/comparison/{agency}/chart.svg")]
pub async fn get_agency_comparison_chart(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let svg = draw(&request, caller, db, sets, path.into_inner()).await?;
    Ok(picture(SVG_TYPE, svg.into_bytes()))
}

/// Show an agency's self against its appraised points, as PNG
///
/// The same picture, on white, for documents.
#[utoipa::path(tag = "comparisons", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The picture.", body = PngFile, content_type = "image/png"), ReadProblems))]
#[get("/rounds/{round}/comparison/{agency}/chart.png")]
pub async fn get_agency_comparison_picture(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let svg = draw(&request, caller, db, sets, path.into_inner()).await?;
    let png = actix_web::web::block(move || write_png(&svg, WIDTH))
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)?;
    Ok(picture(PNG_TYPE, png))
}

async fn draw(
    request: &HttpRequest,
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    (code, agency): (RoundCode, AgencyCode),
) -> AppResult<String> {
    let lang = match Language::of(request) {
        Language::Vietnamese => Lang::Vi,
        Language::English => Lang::En,
    };
    let view = db
        .read(move |conn| load_agency(conn, &sets, &caller, &code, &agency))
        .await?;
    chart::draw(&view, lang)
}

fn picture(kind: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::VARY, "accept-language"))
        .body(bytes)
}
