//! Checks of codes, texts and lengths of lists.

use std::collections::BTreeSet;

use super::{
    super::{
        fault::{Faults, InstrumentFaultCode as Code},
        instrument::{InstrumentText, Language},
    },
    limits::{CODE_CHARS_MAX, TEXT_CHARS_MAX},
};

/// Refuses what is not a code: lower case letters and digits in parts; `_` separates too where `snake`.
pub(super) fn code(faults: &mut Faults, pointer: &str, text: &str, snake: bool) {
    let separator = |c: char| matches!(c, '.' | '-') || (snake && c == '_');
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    // Splitting leaves an empty part where a separator stands first, last or doubled.
    let good = text.len() <= CODE_CHARS_MAX
        && text
            .split(separator)
            .all(|part| !part.is_empty() && part.chars().all(letter));
    if !good {
        let also = if snake { " \"_\"" } else { "" };
        faults.add(
            pointer,
            Code::BadCode,
            format!("Mã chỉ gồm chữ thường không dấu và chữ số, ngăn bằng \".\" \"-\"{also}, tối đa {CODE_CHARS_MAX} ký tự."),
            format!("A code consists of lowercase letters and digits, separated by \".\" \"-\"{also}, at most {CODE_CHARS_MAX} characters."),
        );
    }
}

/// A code that must be good and that nobody else in `seen` may have.
pub(super) fn unique<'a>(
    faults: &mut Faults,
    pointer: &str,
    text: &'a str,
    snake: bool,
    seen: &mut BTreeSet<&'a str>,
) {
    code(faults, pointer, text, snake);
    if !seen.insert(text) {
        faults.add(
            pointer,
            Code::DuplicateCode,
            format!("Mã \"{text}\" đã dùng hoặc được dành riêng; đặt mã khác."),
            format!("The code \"{text}\" is used already or reserved; choose another one."),
        );
    }
}

/// Refuses a text that is empty in one of the languages, too long, or given in a language that is not listed.
pub(super) fn words(faults: &mut Faults, pointer: &str, text: &InstrumentText, languages: &[Language]) {
    one(faults, &format!("{pointer}/vi"), &text.vi);
    match &text.en {
        Some(en) => one(faults, &format!("{pointer}/en"), en),
        None if languages.contains(&Language::En) => one(faults, &format!("{pointer}/en"), ""),
        None => {}
    }
}

fn one(faults: &mut Faults, pointer: &str, text: &str) {
    if text.trim().is_empty() {
        faults.add(
            pointer,
            Code::EmptyText,
            "Không được để trống ở ngôn ngữ đã khai.",
            "This must not be empty in a language of the instrument.",
        );
    } else if text.chars().count() > TEXT_CHARS_MAX {
        faults.add(
            pointer,
            Code::TextTooLong,
            format!("Tối đa {TEXT_CHARS_MAX} ký tự."),
            format!("At most {TEXT_CHARS_MAX} characters."),
        );
    }
}

/// Refuses a list that is empty or too long.
pub(super) fn length(faults: &mut Faults, pointer: &str, length: usize, most: usize) {
    if length == 0 || length > most {
        faults.add(
            pointer,
            Code::BadLength,
            format!("Có {length} mục; phải có từ 1 đến {most}."),
            format!("There are {length} entries; there must be 1 to {most}."),
        );
    }
}
