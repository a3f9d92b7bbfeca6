//! The yardstick of `benches/http.sh`: an actix-web server that does nothing but answer a fixed body.
//!
//! `bare ADDRESS BYTES [HEADER VALUE ...]` answers `GET`, whatever the address, with that many bytes of JSON-like text and with
//! these headers. Same HTTP library, same allocator, same number of workers and the same size as the real server's answer:
//! what the two differ by is what our own code costs.

use std::io::{Error, ErrorKind};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::header::{ContentType, HeaderName, HeaderValue},
    web,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Answer {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

async fn show_body(answer: web::Data<Answer>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(ContentType::json());
    for (name, value) in &answer.headers {
        response.insert_header((name.clone(), value.clone()));
    }
    response.body(answer.body.clone())
}

fn body_of(bytes: usize) -> web::Bytes {
    let text = r#"{"place":1,"agency":{"code":"moj"},"total":"89.95"},"#;
    web::Bytes::from(text.bytes().cycle().take(bytes).collect::<Vec<u8>>())
}

fn headers_of(words: &[String]) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let pairs = words.chunks(2).map(|pair| match pair {
        [name, value] => Some((name.parse().ok()?, HeaderValue::from_str(value).ok()?)),
        _ => None,
    });
    pairs.collect()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let usage = || {
        Error::new(
            ErrorKind::InvalidInput,
            "usage: bare ADDRESS BYTES [HEADER VALUE ...]",
        )
    };
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or_else(usage)?;
    let bytes = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .ok_or_else(usage)?;
    let headers = headers_of(&arguments.collect::<Vec<_>>()).ok_or_else(usage)?;

    let answer = web::Data::new(Answer {
        headers,
        body: body_of(bytes),
    });
    HttpServer::new(move || {
        App::new()
            .app_data(answer.clone())
            .default_service(web::get().to(show_body))
    })
    .bind(address)?
    .run()
    .await
}
