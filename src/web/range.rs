//! Which part of a file a download asks for (RFC 9110 §14): one range of bytes, so that what broke off can be resumed.

use std::{num::NonZeroU64, ops::Range};

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
};

use super::head::is_head;
use crate::error::{AppError, AppResult, ErrorCode};

/// Whether a part is asked for. A range is of what GET would send: HEAD has none (§14.2).
pub(super) fn is_ranged(request: &HttpRequest) -> bool {
    request.headers().contains_key(header::RANGE) && !is_head(request)
}

/// The part that is asked for of a body with this ETag and size; none for all of it, 416 for what it does not have.
pub fn asked_part(request: &HttpRequest, etag: &str, size: u64) -> AppResult<Option<Range<u64>>> {
    if !is_ranged(request) {
        return Ok(None);
    }
    let text = |name| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or(""))
    };
    match asked(text(header::RANGE), text(header::IF_RANGE), etag, size) {
        Asked::Whole => Ok(None),
        Asked::Part(part) => Ok(Some(part)),
        Asked::Beyond => Err(AppError {
            size: NonZeroU64::new(size),
            ..AppError::new(ErrorCode::RangeNotSatisfiable)
        }),
    }
}

/// `Content-Range` of a part, which is never empty.
pub fn content_range(part: &Range<u64>, size: u64) -> AppResult<HeaderValue> {
    let last = part.end.saturating_sub(1);
    HeaderValue::from_str(&format!("bytes {}-{last}/{size}", part.start)).map_err(AppError::internal)
}

/// What is asked for of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Beyond,
}

/// Reads `Range`, which holds only while `If-Range` names what the sender has a part of. What can't be read, another
/// unit, and several ranges at once ask for the whole, as the RFC allows.
fn asked(range: Option<&str>, if_range: Option<&str>, etag: &str, size: u64) -> Asked {
    let is_same = if_range.is_none_or(|sent| sent.trim() == etag);
    let (Some(range), true) = (range, is_same) else {
        return Asked::Whole;
    };
    let spec = range.split_once('=').filter(|(unit, _)| unit.trim() == "bytes");
    let Some((first, last)) = spec.and_then(|(_, spec)| spec.trim().split_once('-')) else {
        return Asked::Whole;
    };
    match (number(first), number(last)) {
        (Ok(Some(first)), Ok(last)) if last.is_none_or(|last| first <= last) => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            part(first..end)
        }
        (Ok(None), Ok(Some(last))) => part(size.saturating_sub(last)..size),
        _ => Asked::Whole,
    }
}

fn part(range: Range<u64>) -> Asked {
    if range.is_empty() {
        Asked::Beyond
    } else {
        Asked::Part(range)
    }
}

/// None for nothing, an error for what is no number.
fn number(text: &str) -> Result<Option<u64>, ()> {
    match text {
        "" => Ok(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A number beyond all files is one beyond this one.
            Ok(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_what_is_none_asks_for_the_whole() {
        let of = |range: &str| asked(Some(range), None, "\"e\"", 100);
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=10-19", 10..20),
            ("bytes=10-", 10..100),
            ("bytes=90-500", 90..100),
            ("bytes=-10", 90..100),
            ("bytes=-500", 0..100),
            ("bytes = 5-99999999999999999999999", 5..100),
        ] {
            assert_eq!(of(range), Asked::Part(part), "{range}");
        }
        for range in ["bytes=100-", "bytes=500-600", "bytes=-0"] {
            assert_eq!(of(range), Asked::Beyond, "{range}");
        }
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-",
            "bytes=+1-2",
            "items=0-1",
            "bytes=0-1,5-6",
            "0-1",
        ] {
            assert_eq!(of(range), Asked::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_of_another_file_is_not_resumed() {
        let of = |if_range| asked(Some("bytes=5-"), Some(if_range), "\"e\"", 100);
        assert_eq!(of("\"e\""), Asked::Part(5..100));
        for other in ["\"f\"", "W/\"e\"", "Tue, 24 Nov 2026 10:00:00 GMT"] {
            assert_eq!(of(other), Asked::Whole, "{other}");
        }
    }
}
