//! The yardstick of `benches/http.sh`: an actix-web server that does nothing but answer a fixed body.
//!
//! `bare ADDRESS BYTES` answers `GET /` with that many bytes of JSON-like text. Same HTTP library, same allocator
//! and same number of workers as the real server: what the two differ by is what our own code costs.

use std::io::{Error, ErrorKind};

use actix_web::{App, HttpResponse, HttpServer, http::header::ContentType, web};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

async fn show_body(body: web::Data<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(web::Bytes::clone(&body))
}

fn body_of(bytes: usize) -> web::Bytes {
    let text = r#"{"place":1,"agency":{"code":"moj"},"total":"89.95"},"#;
    web::Bytes::from(text.bytes().cycle().take(bytes).collect::<Vec<u8>>())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let usage = || Error::new(ErrorKind::InvalidInput, "usage: bare ADDRESS BYTES");
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or_else(usage)?;
    let bytes = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .ok_or_else(usage)?;

    let body = web::Data::new(body_of(bytes));
    HttpServer::new(move || {
        App::new()
            .app_data(body.clone())
            .route("/", web::get().to(show_body))
    })
    .bind(address)?
    .run()
    .await
}
