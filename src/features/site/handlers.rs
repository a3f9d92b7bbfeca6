//! The pages over HTTP. They are no part of the API's description: programs read the API.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web::{self, Data},
};
use askama::Template;

use super::{
    assets::{STYLE, style_path},
    cache::Site,
    compare::COMPARED_MAX,
    frame::Frame,
    page::Page,
    search::QUERY_MAX,
    words::Words,
};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    web::{Encoding, Format, Language, Routes, is_not_modified, no_such_route},
};

/// Nothing but our own style sheet and pictures; no script, no frame, nothing from elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// A page that something went wrong with.
#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble {
    frame: Frame,
    text: &'static str,
}

/// The routes of the site: every page in both languages.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .service(style)
        .service(web::redirect("/en", "/en/"))
        .service(web::scope("/en").configure(in_one_language))
        .configure(in_one_language);
}

fn in_one_language(config: &mut web::ServiceConfig) {
    config
        .service(home)
        .service(publications)
        .service(method)
        .service(search)
        .service(years)
        .service(criteria)
        .service(compare)
        .service(agency)
        .service(publication)
        .service(programmes)
        .service(programme);
}

/// English below `/en`, Vietnamese elsewhere.
fn language_of(request: &HttpRequest) -> Language {
    let path = request.path();
    if path == "/en" || path.starts_with("/en/") {
        Language::English
    } else {
        Language::Vietnamese
    }
}

fn piece(request: &HttpRequest, name: &str) -> String {
    request.match_info().get(name).unwrap_or("").to_owned()
}

/// What was asked for under a name, as often as it was named.
fn asked(request: &HttpRequest, name: &str) -> Vec<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}

/// Answers with a page, or with one that says what is wrong.
async fn answer(request: &HttpRequest, site: &Site, page: Page) -> HttpResponse {
    let language = language_of(request);
    let found = match site.page(page.clone(), language).await {
        Ok((found, holds)) => found
            .get(Encoding::preferred(request, Format::Html))
            .answer_page(request, holds),
        Err(error) => Err(error),
    };
    with_policy(found.unwrap_or_else(|error| trouble(site, &page, language, &error)))
}

/// The headers of every page.
fn with_policy(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn trouble(site: &Site, page: &Page, language: Language, error: &AppError) -> HttpResponse {
    let w = Words::of(language);
    let is_missing = error.code == ErrorCode::NotFound;
    if !is_missing {
        tracing::error!(%error, "a page of the site could not be made");
    }
    let (title, text) = if is_missing {
        (w.not_found_title, w.not_found_text)
    } else {
        (w.trouble_title, w.trouble_text)
    };
    let status = if is_missing {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let frame = site.frame(page, language, title);
    let body = Trouble { frame, text }
        .render()
        .unwrap_or_else(|_| title.to_owned());
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(Format::Html.content_type())
        .body(body)
}

/// Answers what no handler took: with a page where a person looks, with a problem document where a program does.
pub async fn no_such_page(
    request: HttpRequest,
    site: Data<Site>,
    routes: Data<Routes>,
) -> AppResult<HttpResponse> {
    let accepts = request.headers().get(header::ACCEPT);
    let is_person = accepts
        .and_then(|accepts| accepts.to_str().ok())
        .is_some_and(|accepts| accepts.contains("text/html"));
    if !is_person || request.path().starts_with("/api/") {
        return no_such_route(request, routes).await;
    }
    let missing = AppError::not_found();
    let response = trouble(&site, &Page::Home, language_of(&request), &missing);
    Ok(with_policy(response))
}

#[get("/assets/{digest}/style.css")]
async fn style(request: HttpRequest) -> HttpResponse {
    let etag = format!("\"{}\"", style_path());
    if request.path() != style_path() {
        // Another version's address: the sheet of today, but not for ever.
        return HttpResponse::TemporaryRedirect()
            .insert_header((header::LOCATION, style_path()))
            .finish();
    }
    let mut response = if is_not_modified(request.headers(), &etag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

#[get("/")]
async fn home(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Home).await
}

#[get("/publications")]
async fn publications(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Publications).await
}

#[get("/method")]
async fn method(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Method).await
}

#[get("/search")]
async fn search(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let typed = asked(&request, "q").into_iter().next().unwrap_or_default();
    let query: String = typed.trim().chars().take(QUERY_MAX).collect();
    answer(&request, &site, Page::Search(query)).await
}

#[get("/agencies/{code}")]
async fn years(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Years(piece(&request, "code"))).await
}

#[get("/publications/{id}")]
async fn publication(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let part = match asked(&request, "page").first() {
        Some(text) => text.parse().unwrap_or(0),
        None => 1,
    };
    answer(&request, &site, Page::Publication(piece(&request, "id"), part)).await
}

#[get("/publications/{id}/method")]
async fn criteria(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Criteria(piece(&request, "id"))).await
}

#[get("/publications/{id}/compare")]
async fn compare(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let mut codes: Vec<String> = Vec::new();
    for code in asked(&request, "agency") {
        if !codes.contains(&code) && codes.len() <= COMPARED_MAX {
            codes.push(code);
        }
    }
    answer(&request, &site, Page::Compare(piece(&request, "id"), codes)).await
}

#[get("/publications/{id}/agencies/{code}")]
async fn agency(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let page = Page::Agency(piece(&request, "id"), piece(&request, "code"));
    answer(&request, &site, page).await
}

#[get("/programmes")]
async fn programmes(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Programmes).await
}

#[get("/programmes/{code}")]
async fn programme(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    answer(&request, &site, Page::Programme(piece(&request, "code"))).await
}
