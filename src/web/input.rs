//! Input that a handler can rely on: parsed as a whole, unknown fields refused, faults named by JSON pointer.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use serde::de::DeserializeOwned;

use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::sha256_hex,
};

/// A JSON body and its digest.
#[derive(Debug)]
pub struct ValidJson<T> {
    /// The body.
    pub value: T,
    /// SHA-256 of the bytes that were sent.
    pub digest: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for ValidJson<T> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(AppError::new(ErrorCode::UnsupportedMediaType));
            }
            let bytes = bytes.await.map_err(|error| {
                let status = error.as_response_error().status_code().as_u16();
                AppError::new(if status == 413 {
                    ErrorCode::PayloadTooLarge
                } else {
                    ErrorCode::InvalidRequest
                })
            })?;
            let value = parse_json(&bytes)?;
            Ok(Self {
                value,
                digest: sha256_hex(&bytes),
            })
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// Parses a body or a file. Text that is no JSON is 400; JSON of the wrong shape is 422 with the place.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> AppResult<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer_of(error.path());
        let inner = error.into_inner();
        let said = plain(&inner.to_string());
        if inner.is_data() {
            AppError::invalid_item(
                pointer,
                "wrong_shape",
                format!("Không đúng định dạng: {said}"),
                format!("Wrong shape: {said}"),
            )
        } else {
            no_json(format!("line {} column {}: {said}", inner.line(), inner.column()))
        }
    })?;
    reader
        .end()
        .map_err(|_| no_json("text follows after the end of the JSON document".to_owned()))?;
    Ok(value)
}

fn no_json(said: String) -> AppError {
    AppError::with(
        ErrorCode::InvalidRequest,
        format!("Nội dung không phải JSON hợp lệ: {said}"),
        format!("The body is no valid JSON: {said}"),
    )
}

/// serde's text without its position, which the pointer tells better.
fn plain(text: &str) -> String {
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
            }
            // An enum's variant stands in no place of its own in the document.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}

/// Query parameters; an unknown name is refused, for a mistyped filter would otherwise answer with everything.
#[derive(Debug)]
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequest for ValidQuery<T> {
    type Error = AppError;
    type Future = std::future::Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = web::Query::<T>::from_query(request.query_string());
        std::future::ready(parsed.map(|query| Self(query.into_inner())).map_err(|error| {
            let said = error.to_string();
            let said = said.strip_prefix("Query deserialize error: ").unwrap_or(&said);
            AppError {
                errors: vec![FieldError::new(
                    "?",
                    "bad_query",
                    Message::new(
                        format!("Tham số không đúng: {said}"),
                        format!("Bad query parameter: {said}"),
                    ),
                )],
                ..AppError::new(ErrorCode::InvalidRequest)
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        items: Vec<Item>,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[allow(dead_code)]
        points: String,
    }

    #[test]
    fn a_wrong_shape_is_named_by_its_pointer() {
        let error = parse_json::<Sample>(br#"{"items": [{"points": "1"}, {"points": 2}]}"#).unwrap_err();
        assert_eq!(error.code, ErrorCode::ValidationFailed);
        assert_eq!(error.errors[0].pointer, "/items/1/points");
        let error = parse_json::<Sample>(br#"{"items": [], "more": 1}"#).unwrap_err();
        assert!(error.errors[0].message.en.contains("unknown field `more`"));
    }

    #[test]
    fn what_is_no_json_is_a_bad_request() {
        for text in ["", "{", "{} {}", "nonsense", "\u{0}"] {
            assert!(
                matches!(
                    parse_json::<serde_json::Value>(text.as_bytes()).unwrap_err().code,
                    ErrorCode::InvalidRequest
                ),
                "{text}"
            );
        }
    }
}
