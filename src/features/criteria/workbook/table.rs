//! One row of a sheet as one object of the document, field by field.

use serde_json::{Map, Value};

use crate::formats::xlsx::{self, CellFault, Choice, Sheet, Style, Written, list_of_words, text_of_decimal};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A code: never a number, for 1.10 would become 1.1.
    Code,
    /// A text, kept to the last space.
    Text,
    /// A decimal.
    Decimal,
    /// A whole number.
    Whole,
    /// Yes, or nothing.
    Flag,
    /// A day.
    Day,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Some of some words, separated by commas.
    Words(&'static [&'static str]),
}

/// A field of the document and its place in a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its pointer below the row's object: `/rule/floor/from`.
    pub pointer: &'static str,
    /// The head of its column.
    pub head: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The width of its column.
    pub width: u16,
}

/// A field's line in a table.
pub const fn field(pointer: &'static str, head: &'static str, kind: Kind, width: u16) -> Field {
    Field {
        pointer,
        head,
        kind,
        width,
    }
}

const YES: &str = "Có";
const NO: &str = "Không";

/// A field of an object as its cell.
pub fn cell_of(object: &Value, field: &Field) -> Written {
    let style = match field.kind {
        Kind::Decimal | Kind::Whole => Style::InputNumber,
        _ => Style::Input,
    };
    let text = match (field.kind, object.pointer(field.pointer)) {
        (_, None | Some(Value::Null)) => String::new(),
        (Kind::Flag, Some(value)) => if value == &Value::Bool(true) { YES } else { "" }.to_owned(),
        (Kind::Decimal, Some(Value::String(text))) => text_of_decimal(text),
        (Kind::Day, Some(Value::String(day))) => xlsx::day_by_hand(day),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(Value::Array(words))) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            words.join(", ")
        }
        (Kind::Whole, Some(value)) => value.to_string(),
        // An object where this row's rule has a number of the same name: shown in its own columns.
        (_, Some(_)) => String::new(),
    };
    if text.is_empty() {
        Written::empty(style)
    } else {
        Written::text(text, style)
    }
}

/// What the cells of a field offer, from a row to another; nothing where anything may stand in them.
pub fn offer(field: &Field, column: u16, (row, last_row): (u32, u32)) -> Option<Choice> {
    let (list, message) = match field.kind {
        Kind::Word(words) => (
            Some(list_of_words(words)),
            "Chọn trong danh sách; ý nghĩa ở trang “Hướng dẫn”.".to_owned(),
        ),
        Kind::Flag => (
            Some(list_of_words(&[YES, NO])),
            "Chọn trong danh sách; để trống là Không.".to_owned(),
        ),
        // Several at once: no drop-down can do that.
        Kind::Words(words) => (
            None,
            format!(
                "Một hoặc nhiều từ, cách nhau bằng dấu phẩy: {}.",
                words.join(", ")
            ),
        ),
        _ => return None,
    };
    Some(Choice {
        row,
        last_row,
        column,
        list,
        title: field.head.to_owned(),
        message,
        refusal: "Chọn một mục trong danh sách, hoặc xóa ô nếu không có.".to_owned(),
    })
}

/// Puts a value into an object at a pointer, making the objects above it.
pub fn put(object: &mut Map<String, Value>, pointer: &str, value: Value) {
    let rest = pointer.trim_start_matches('/');
    match rest.split_once('/') {
        None => {
            object.insert(rest.to_owned(), value);
        }
        Some((first, rest)) => {
            let below = object
                .entry(first.to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            if !below.is_object() {
                *below = Value::Object(Map::new());
            }
            if let Value::Object(below) = below {
                put(below, rest, value);
            }
        }
    }
}

/// A cell as a value of its field; none where it is empty.
pub fn value_at(sheet: &Sheet, row: u32, column: u16, kind: Kind) -> Result<Option<Value>, CellFault> {
    Ok(match kind {
        Kind::Code => match (sheet.value_at(row, column)?, sheet.text(row, column)) {
            (None, _) => None,
            (Some(_), Some(text)) if text.trim().is_empty() => None,
            (Some(_), Some(text)) => Some(Value::String(text.trim().to_owned())),
            (Some(_), None) => {
                return Err(CellFault::new(
                    "bad_code_cell",
                    "mã phải là văn bản, không phải số hay ngày; định dạng ô là Text rồi nhập lại.",
                    "a code is a text, no number or date; format the cell as Text and enter it again.",
                ));
            }
        },
        Kind::Text => sheet.text_at(row, column)?.map(Value::String),
        Kind::Decimal => sheet.decimal_at(row, column)?.map(Value::String),
        Kind::Day => sheet.day_at(row, column)?.map(Value::String),
        Kind::Whole => match sheet.decimal_at(row, column)? {
            None => None,
            Some(text) => Some(Value::from(text.parse::<u32>().map_err(|_| {
                CellFault::new(
                    "not_whole",
                    format!("“{text}” phải là số nguyên từ 0 trở lên."),
                    format!("“{text}” must be a whole number of 0 or more."),
                )
            })?)),
        },
        Kind::Flag => match sheet.text_at(row, column)?.as_deref().map(str::trim) {
            None => None,
            Some(text) if text.eq_ignore_ascii_case("true") || text.to_lowercase() == YES.to_lowercase() => {
                Some(Value::Bool(true))
            }
            Some(text) if text.eq_ignore_ascii_case("false") || text.to_lowercase() == NO.to_lowercase() => {
                None
            }
            Some(text) => return Err(not_among(text, &[YES, NO])),
        },
        Kind::Word(words) => match sheet.text_at(row, column)? {
            None => None,
            Some(text) => Some(word(&text, words)?),
        },
        Kind::Words(words) => match sheet.text_at(row, column)? {
            None => None,
            Some(text) => {
                let parts = text.split([',', ';']).filter(|part| !part.trim().is_empty());
                Some(Value::Array(
                    parts.map(|part| word(part, words)).collect::<Result<_, _>>()?,
                ))
            }
        },
    })
}

fn word(text: &str, words: &[&str]) -> Result<Value, CellFault> {
    let text = text.trim();
    let known = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    known
        .map(|word| Value::String((*word).to_owned()))
        .ok_or_else(|| not_among(text, words))
}

fn not_among(text: &str, words: &[&str]) -> CellFault {
    let list = words.join(", ");
    CellFault::new(
        "unknown_word",
        format!("“{text}” không có trong danh sách; chọn một trong: {list}."),
        format!("“{text}” is not in the list; choose one of: {list}."),
    )
}
