//! A body that comes as JSON or as CSV, and is read where the work is done: not on a worker's thread.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};

use super::input::{content_type, is_json};
use crate::{
    config::Limits,
    error::{AppError, AppResult, ErrorCode},
    ids::sha256_hex,
};

/// The bytes of a body and their digest. It may be as long as `PARINDEX_BATCH_BYTES_MAX` says, and needs no other leave.
#[derive(Debug)]
pub struct JsonOrCsv {
    /// What was sent.
    pub bytes: web::Bytes,
    /// Whether it is CSV.
    pub is_csv: bool,
    /// SHA-256 of what was sent.
    pub digest: String,
}

impl FromRequest for JsonOrCsv {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_csv = content_type(request).eq_ignore_ascii_case("text/csv");
        let is_known = is_csv || is_json(request);
        let bytes_max = request
            .app_data::<web::Data<Limits>>()
            .map_or(0, |limits| limits.batch_bytes_max);
        let said = request.headers().get(header::CONTENT_LENGTH);
        let said = said.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_known {
                return Err(AppError::new(ErrorCode::UnsupportedMediaType));
            }
            let too_large = || AppError::new(ErrorCode::PayloadTooLarge);
            if said.is_some_and(|said| said > bytes_max) {
                return Err(too_large());
            }
            let broken = |_| AppError::new(ErrorCode::InvalidRequest);
            let read = payload.await.map_err(broken)?.to_bytes_limited(bytes_max).await;
            let bytes = read.map_err(|_| too_large())?.map_err(broken)?;
            Ok(Self {
                digest: sha256_hex(&bytes),
                bytes,
                is_csv,
            })
        })
    }
}
