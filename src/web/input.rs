//! Input that a handler can rely on: parsed as a whole, unknown fields refused, faults named by JSON pointer.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use serde::de::DeserializeOwned;

use super::{misshapen, shape::told};
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
                return Err(AppError::with(
                    ErrorCode::UnsupportedMediaType,
                    "Gửi JSON với Content-Type: application/json.",
                    "Send JSON with Content-Type: application/json.",
                ));
            }
            let bytes = read_bytes(bytes).await?;
            let value = parse_json(&bytes)?;
            Ok(Self {
                value,
                digest: sha256_hex(&bytes),
            })
        })
    }
}

/// Bodies are read as they come: 415 for one that is packed (RFC 9110 §15.5.16).
pub(super) fn refuse_coding(headers: &header::HeaderMap) -> AppResult<()> {
    let coding = headers.get(header::CONTENT_ENCODING);
    let coding = coding
        .and_then(|value| value.to_str().ok())
        .unwrap_or("identity")
        .trim();
    if coding.eq_ignore_ascii_case("identity") {
        return Ok(());
    }
    Err(AppError::with(
        ErrorCode::UnsupportedMediaType,
        format!("Nội dung nén ({coding}) không được nhận: gửi không nén, bỏ Content-Encoding."),
        format!("Packed bodies ({coding}) are not taken: send it as it is, without Content-Encoding."),
    ))
}

/// Reads a body to its end.
pub(super) async fn read_bytes(
    bytes: impl Future<Output = Result<web::Bytes, actix_web::Error>>,
) -> AppResult<web::Bytes> {
    bytes.await.map_err(|error| {
        let status = error.as_response_error().status_code().as_u16();
        AppError::new(if status == 413 {
            ErrorCode::PayloadTooLarge
        } else {
            ErrorCode::InvalidRequest
        })
    })
}

/// The media type of the body, without its parameters.
pub(super) fn content_type(request: &HttpRequest) -> &str {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    kind.split(';').next().unwrap_or("").trim()
}

pub(super) fn is_json(request: &HttpRequest) -> bool {
    let kind = content_type(request);
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// Parses a body or a file. Text that is no JSON is 400; JSON of the wrong shape is 422 with the place.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> AppResult<T> {
    refuse_nul_in_json(bytes)?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer_of(error.path());
        let inner = error.into_inner();
        let said = plain(&inner.to_string());
        if inner.is_data() {
            let mut errors = misshapen::faults::<T>(bytes);
            if errors.is_empty() {
                errors.push(misshapen::wrong_shape(pointer, &said));
            }
            AppError::invalid(errors)
        } else {
            let (line, column) = (inner.line(), inner.column());
            let said = told(&said);
            no_json(&Message::new(
                format!("dòng {line} cột {column}: {}", said.vi),
                format!("line {line} column {column}: {}", said.en),
            ))
        }
    })?;
    reader
        .end()
        .map_err(|_| no_json(&told("text follows after the end of the JSON document")))?;
    Ok(value)
}

/// PostgreSQL's text holds no NUL, SQLite's does: it is refused here, for every body, rather than in every feature.
fn refuse_nul_in_json(bytes: &[u8]) -> AppResult<()> {
    if !has_nul_escape(bytes) {
        return Ok(());
    }
    // Rare: only now is a second reading worth its time, to name the places.
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return Ok(());
    };
    let mut errors = Vec::new();
    name_nuls(&document, "", &mut errors);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(errors))
    }
}

/// Whether the JSON text holds `\u0000`, the one way to write a NUL; after another backslash it is six letters.
fn has_nul_escape(bytes: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u0000";
    bytes
        .windows(ESCAPE.len())
        .enumerate()
        .filter(|(_, window)| *window == ESCAPE)
        .any(|(start, _)| {
            let before = bytes.iter().take(start).rev();
            before.take_while(|byte| **byte == b'\\').count() % 2 == 0
        })
}

fn name_nuls(value: &serde_json::Value, pointer: &str, errors: &mut Vec<FieldError>) {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => errors.push(nul_at(pointer)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                name_nuls(item, &format!("{pointer}/{index}"), errors);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let pointer = format!("{pointer}/{}", escape_key(key));
                if key.contains('\0') {
                    errors.push(nul_at(&pointer));
                }
                name_nuls(member, &pointer, errors);
            }
        }
        _ => {}
    }
}

fn nul_at(pointer: &str) -> FieldError {
    FieldError::new(
        pointer,
        "nul_character",
        Message::new(
            "Văn bản không được chứa ký tự NUL (U+0000).",
            "A text must not hold the NUL character (U+0000).",
        ),
    )
}

fn no_json(said: &Message) -> AppError {
    AppError::with(
        ErrorCode::InvalidRequest,
        format!("Nội dung không phải JSON hợp lệ: {}", said.vi),
        format!("The body is no valid JSON: {}", said.en),
    )
}

/// serde's text without its position, which the pointer tells better.
pub(super) fn plain(text: &str) -> String {
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

pub(super) fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape_key(key))),
            // An enum's variant stands in no place of its own in the document.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}

/// A member's name as a part of a JSON pointer.
pub(super) fn escape_key(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
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
    fn a_nul_is_told_from_six_letters() {
        assert!(has_nul_escape(br#"{"a": "\u0000"}"#));
        assert!(has_nul_escape(br#"{"a": "\\\u0000"}"#));
        assert!(!has_nul_escape(br#"{"a": "\\u0000"}"#));
        assert!(!has_nul_escape(br#"{"a": "u0000"}"#));
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
