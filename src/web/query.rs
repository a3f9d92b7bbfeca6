//! Query parameters that a handler can rely on: every wrong one is named.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::{input::pointer_of, shape::told};
use crate::error::{AppError, AppResult, ErrorCode, FieldError, Message};

/// So many wrong parameters are named at most.
const FAULTS_MAX: usize = 20;

/// Query parameters; an unknown name is refused, for a mistyped filter would otherwise answer with everything.
#[derive(Debug)]
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequest for ValidQuery<T> {
    type Error = AppError;
    type Future = std::future::Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = request.query_string();
        // A NUL, which PostgreSQL's text does not hold, and bytes that are no text at all.
        let is_text = !query.contains("%00") && is_utf8_after_decoding(query);
        std::future::ready(if is_text {
            read(query).map(Self)
        } else {
            let said = Message::new(
                "không phải văn bản UTF-8, hoặc có ký tự NUL",
                "it is no UTF-8 text, or holds a NUL",
            );
            Err(bad_query(vec![fault(None, &said)]))
        })
    }
}

/// Reads a query.
fn read<T: DeserializeOwned>(query: &str) -> AppResult<T> {
    serde_urlencoded::from_str(query).or_else(|_| read_again(query))
}

/// Reads a query that was not good at once. What can't be read is taken out, and the rest is read again, so that all of it is named.
fn read_again<T: DeserializeOwned>(query: &str) -> AppResult<T> {
    let mut sent: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), with_offset(&value)))
        .collect();
    let mut faults = Vec::new();
    loop {
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        let text = rest.extend_pairs(&sent).finish();
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(text.as_bytes()));
        let error = match serde_path_to_error::deserialize::<_, T>(pairs) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let place = pointer_of(error.path());
        let said = error.into_inner().to_string();
        // A name that is lacking or stands twice has no place; serde says it in its sentence.
        let name = place
            .strip_prefix('/')
            .or_else(|| said.split('`').nth(1))
            .unwrap_or_default();
        let is_taken = |fault: &FieldError| fault.pointer == format!("?{name}");
        if !(said.starts_with("missing field") && faults.iter().any(is_taken)) {
            faults.push(fault(Some(name), &told(&said)));
        }
        let before = sent.len();
        sent.retain(|(sent, _)| sent != name);
        if sent.len() == before || faults.len() >= FAULTS_MAX {
            break;
        }
    }
    Err(bad_query(faults))
}

/// A time whose offset lost its sign: in a query `+` means a space, and who writes an offset there rarely knows.
fn with_offset(value: &str) -> String {
    match value.rsplit_once(' ') {
        Some((time, offset)) if time.contains('T') => format!("{time}+{offset}"),
        _ => value.to_owned(),
    }
}

fn fault(name: Option<&str>, said: &Message) -> FieldError {
    let message = match name.filter(|name| !name.is_empty()) {
        Some(name) => Message::new(
            format!("Tham số {name} không đúng: {}", said.vi),
            format!("The query parameter {name} is wrong: {}", said.en),
        ),
        None => Message::new(
            format!("Tham số không đúng: {}", said.vi),
            format!("Bad query parameter: {}", said.en),
        ),
    };
    FieldError::new(format!("?{}", name.unwrap_or_default()), "bad_query", message)
}

fn bad_query(errors: Vec<FieldError>) -> AppError {
    AppError {
        errors,
        ..AppError::new(ErrorCode::InvalidRequest)
    }
}

/// The decoder puts U+FFFD for what is no UTF-8, and a filter would look for something that nobody asked for.
fn is_utf8_after_decoding(query: &str) -> bool {
    let mut bytes = Vec::with_capacity(query.len());
    let mut rest = query.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) if *byte == b'%' => {
                bytes.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*byte),
        }
    }
    std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        limit: Option<u32>,
        as_of: Option<chrono::NaiveDate>,
        dry_run: Option<bool>,
        set: String,
        since: Option<crate::clock::Moment>,
    }

    /// What is wrong, each as its place and the English sentence.
    fn faults(query: &str) -> Vec<String> {
        let errors = read::<Asked>(query).unwrap_err().errors;
        let told = errors
            .into_iter()
            .map(|error| format!("{} {}", error.pointer, error.message.en));
        told.collect()
    }

    #[test]
    fn a_good_query_is_read() {
        let asked: Asked = read("set=par%202023&limit=20&dry_run=true&as_of=2026-03-31").unwrap();
        assert_eq!(
            (asked.set.as_str(), asked.limit, asked.dry_run),
            ("par 2023", Some(20), Some(true))
        );
        let since = |query: &str| read::<Asked>(query).unwrap().since.map(|since| since.to_string());
        for query in [
            "set=a b T c&since=2026-03-31T17:00:00+07:00",
            "set=a&since=2026-03-31T17:00:00%2B07:00",
        ] {
            assert_eq!(since(query).as_deref(), Some("2026-03-31T10:00:00Z"), "{query}");
        }
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        assert_eq!(
            faults("limit=abc&as_of=2026-01-01T00:00:00Z&dry_run=maybe&set=x&lmit=1"),
            [
                "?limit The query parameter limit is wrong: write a whole number such as 20",
                "?as_of The query parameter as_of is wrong: write a day as YEAR-MONTH-DAY, for example 2026-03-31",
                "?dry_run The query parameter dry_run is wrong: write true or false",
                "?lmit The query parameter lmit is wrong: unknown field `lmit`, expected `limit`, `as_of`, `dry_run`, `set`, `since`",
            ]
        );
        assert_eq!(
            faults("limit=1"),
            ["?set The query parameter set is wrong: missing field `set`"]
        );
        assert_eq!(
            faults("set=a&set=b"),
            ["?set The query parameter set is wrong: the field `set` stands twice"]
        );
        assert_eq!(faults("set=a&limit=-1&limit=2").len(), 1);
    }

    #[test]
    fn vietnamese_readers_are_told_in_vietnamese() {
        let errors = read::<Asked>("set=a&limit=99999999999&as_of=x&dry_run=1")
            .unwrap_err()
            .errors;
        let told: Vec<String> = errors.into_iter().map(|error| error.message.vi).collect();
        assert_eq!(
            told,
            [
                "Tham số limit không đúng: số quá lớn",
                "Tham số as_of không đúng: viết ngày theo NĂM-THÁNG-NGÀY, ví dụ 2026-03-31",
                "Tham số dry_run không đúng: viết true hoặc false",
            ]
        );
    }
}
