//! A body that comes as JSON or as CSV, and is read where the work is done: not on a worker's thread.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use super::input::{content_type, is_json, read_bytes};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    ids::sha256_hex,
};

/// The bytes of a body and their digest.
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
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_known {
                return Err(AppError::new(ErrorCode::UnsupportedMediaType));
            }
            let bytes = read_bytes(bytes).await?;
            Ok(Self {
                digest: sha256_hex(&bytes),
                bytes,
                is_csv,
            })
        })
    }
}
