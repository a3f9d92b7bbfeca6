//! Checks of codes, texts, dates and addresses.

use super::super::fault::{FaultCode, Faults};
use super::limits::{CODE_CHARS_MAX, TEXT_CHARS_MAX};

/// Which characters a code may have between the separators, and which separators.
#[derive(Clone, Copy)]
pub(super) enum CodeKind {
    /// Codes that stand in addresses and tables: `[a-z0-9]+([.-][a-z0-9]+)*`.
    Strict,
    /// Codes of options and levels: `_` separates too (`on_time`).
    Snake,
    /// Codes of bands: capitals and `_` too (`A`).
    Band,
}

/// Whether a text is a code of the kind.
pub(super) fn is_code(text: &str, kind: CodeKind) -> bool {
    let separator = |c: char| match kind {
        CodeKind::Strict => matches!(c, '.' | '-'),
        CodeKind::Snake | CodeKind::Band => matches!(c, '.' | '-' | '_'),
    };
    let letter = |c: char| match kind {
        CodeKind::Strict | CodeKind::Snake => c.is_ascii_lowercase() || c.is_ascii_digit(),
        CodeKind::Band => c.is_ascii_alphanumeric(),
    };
    // Splitting leaves an empty part where a separator stands first, last or doubled.
    text.len() <= CODE_CHARS_MAX
        && text
            .split(separator)
            .all(|part| !part.is_empty() && part.chars().all(letter))
}

/// Refuses what is not a code.
pub(super) fn code(faults: &mut Faults, pointer: String, text: &str, kind: CodeKind) {
    if is_code(text, kind) {
        return;
    }
    let (vi, en) = match kind {
        CodeKind::Strict => (
            "chữ thường không dấu và chữ số, ngăn bằng \".\" hoặc \"-\"",
            "lowercase letters and digits, separated by \".\" or \"-\"",
        ),
        CodeKind::Snake => (
            "chữ thường không dấu và chữ số, ngăn bằng \".\", \"-\" hoặc \"_\"",
            "lowercase letters and digits, separated by \".\", \"-\" or \"_\"",
        ),
        CodeKind::Band => (
            "chữ không dấu và chữ số, ngăn bằng \".\", \"-\" hoặc \"_\"",
            "letters and digits, separated by \".\", \"-\" or \"_\"",
        ),
    };
    faults.add(
        pointer,
        FaultCode::BadCode,
        format!("Mã chỉ gồm {vi}, tối đa {CODE_CHARS_MAX} ký tự."),
        format!("A code consists of {en}, at most {CODE_CHARS_MAX} characters."),
    );
}

/// Refuses a required text that is empty, and any text that is too long.
pub(super) fn required(faults: &mut Faults, pointer: String, text: &str) {
    if text.trim().is_empty() {
        faults.add(
            pointer,
            FaultCode::EmptyText,
            "Không được để trống.",
            "This must not be empty.",
        );
    } else {
        limited(faults, pointer, text);
    }
}

/// Refuses an optional text that is given but empty or too long.
pub(super) fn optional(faults: &mut Faults, pointer: String, text: Option<&str>) {
    if let Some(text) = text {
        required(faults, pointer, text);
    }
}

fn limited(faults: &mut Faults, pointer: String, text: &str) {
    if text.chars().count() > TEXT_CHARS_MAX {
        faults.add(
            pointer,
            FaultCode::TextTooLong,
            format!("Tối đa {TEXT_CHARS_MAX} ký tự."),
            format!("At most {TEXT_CHARS_MAX} characters."),
        );
    }
}

/// Refuses what is not a day of the calendar, `YYYY-MM-DD`.
pub(super) fn date(faults: &mut Faults, pointer: String, text: &str) {
    if !is_date(text) {
        faults.add(
            pointer,
            FaultCode::BadDate,
            "Ngày phải có dạng YYYY-MM-DD và có trong lịch.",
            "A date is a calendar day in the form YYYY-MM-DD.",
        );
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse::<u32>()
            .ok()
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

/// Refuses an address that a browser could not open as a page.
pub(super) fn url(faults: &mut Faults, pointer: String, text: &str) {
    if text.starts_with("https://") || text.starts_with("http://") {
        limited(faults, pointer, text);
    } else {
        faults.add(
            pointer,
            FaultCode::BadUrl,
            "Địa chỉ phải bắt đầu bằng http:// hoặc https://.",
            "An address starts with http:// or https://.",
        );
    }
}

/// Refuses a list that is longer than its limit.
pub(super) fn list_length(faults: &mut Faults, pointer: String, length: usize, limit: usize) {
    if length > limit {
        faults.add(
            pointer,
            FaultCode::TooManyItems,
            format!("Có {length} mục, tối đa {limit}."),
            format!("There are {length} items; at most {limit}."),
        );
    }
}
