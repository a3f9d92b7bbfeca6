//! What serde says of a wrong shape, in both languages. Pure.
//!
//! serde's sentences are made of a few fixed phrases around names and values of the document. The phrases are
//! translated, names and values stay as they are. A sentence that is not known stays English in both languages, which
//! is still better than none.

mod values;

use crate::error::Message;

use values::REWORDED;

/// Sentences that stand by themselves: serde_json's on texts that are no JSON, and ours on single values.
const WHOLE: &[(&str, &str)] = &[
    ("expected value", "thiếu giá trị"),
    (
        "expected ident",
        "chỉ viết true, false hoặc null không có dấu ngoặc kép",
    ),
    ("expected `:`", "thiếu dấu hai chấm `:`"),
    ("expected `\"`", "thiếu dấu ngoặc kép"),
    ("expected `,` or `}`", "thiếu dấu `,` hoặc `}`"),
    ("expected `,` or `]`", "thiếu dấu `,` hoặc `]`"),
    ("key must be a string", "tên trường phải đặt trong dấu ngoặc kép"),
    ("trailing comma", "thừa dấu phẩy ở cuối"),
    ("trailing characters", "còn văn bản sau khi JSON đã kết thúc"),
    ("invalid number", "số viết sai"),
    ("number out of range", "số quá lớn"),
    ("invalid escape", "ký tự sau dấu \\ không hợp lệ"),
    ("invalid unicode code point", "không phải ký tự Unicode"),
    ("lone leading surrogate in hex escape", "ký tự \\u chỉ có một nửa"),
    ("unexpected end of hex escape", "ký tự \\u bị cắt cụt"),
    (
        "control character (\\u0000-\\u001F) found while parsing a string",
        "văn bản có ký tự điều khiển; xuống dòng viết là \\n",
    ),
    ("recursion limit exceeded", "lồng nhau quá sâu"),
    ("EOF while parsing a list", "danh sách chưa đóng đã hết nội dung"),
    (
        "EOF while parsing an object",
        "đối tượng chưa đóng đã hết nội dung",
    ),
    ("EOF while parsing a string", "văn bản chưa đóng đã hết nội dung"),
    ("EOF while parsing a value", "hết nội dung khi còn thiếu giá trị"),
    (
        "text follows after the end of the JSON document",
        "còn văn bản sau khi JSON đã kết thúc",
    ),
    (
        "a code is 1 to 64 small letters, digits, '-' or '.', and starts and ends with a letter or digit",
        "mã gồm 1 đến 64 chữ thường không dấu, chữ số, '-' hoặc '.', bắt đầu và kết thúc bằng chữ hoặc số",
    ),
    (
        "write a time as RFC 3339, for example 2026-03-31T17:00:00+07:00",
        "viết thời điểm theo RFC 3339, ví dụ 2026-03-31T17:00:00+07:00",
    ),
    (
        "write a time as RFC 3339, for example 2026-03-31T17:00:00+07:00, or a time or day in the round's time zone: \
         2026-03-31T17:00 or 2026-03-31",
        "viết thời điểm theo RFC 3339, ví dụ 2026-03-31T17:00:00+07:00, hoặc giờ hay ngày theo múi giờ của đợt: \
         2026-03-31T17:00 hoặc 2026-03-31",
    ),
    (
        "write a time zone of the IANA database, for example Asia/Ho_Chi_Minh",
        "viết múi giờ theo cơ sở dữ liệu IANA, ví dụ Asia/Ho_Chi_Minh",
    ),
];

/// What was found, or was expected, as a kind of thing: English as serde writes it and as we do, and Vietnamese.
const KINDS: &[(&str, &str, &str)] = &[
    ("a string", "a text in quotes", "văn bản trong dấu ngoặc kép"),
    ("string", "the text", "văn bản"),
    ("a boolean", "true or false", "true hoặc false"),
    ("boolean", "the boolean", "giá trị"),
    ("integer", "the number", "số"),
    ("floating point", "the number", "số"),
    ("null", "null", "null"),
    ("unit", "null", "null"),
    ("a sequence", "a list", "danh sách"),
    ("sequence", "a list", "danh sách"),
    ("a map", "an object", "đối tượng"),
    ("map", "an object", "đối tượng"),
    ("any valid JSON value", "any JSON value", "giá trị JSON bất kỳ"),
    (
        "a decimal string such as \"61.86\"",
        "a decimal in quotes such as \"61.86\"",
        "số thập phân trong dấu ngoặc kép, ví dụ \"61.86\"",
    ),
    (
        "a formatted date string",
        "a day such as \"2026-03-31\"",
        "ngày, ví dụ \"2026-03-31\"",
    ),
    (
        "a formatted date and time string or a unix timestamp",
        "a time such as \"2026-03-31T17:00:00Z\"",
        "thời điểm, ví dụ \"2026-03-31T17:00:00Z\"",
    ),
    (
        "a borrowed string",
        "a text in quotes",
        "văn bản trong dấu ngoặc kép",
    ),
    (
        "variant identifier",
        "one of the given words",
        "một trong các từ cho trước",
    ),
    ("string or map", "a text or an object", "văn bản hoặc đối tượng"),
];

/// The sentence about a shape or a text that is no JSON, for readers of either language.
pub(super) fn told(said: &str) -> Message {
    if let Some((en, vi)) = WHOLE.iter().find(|(en, _)| *en == said) {
        return Message::new(*vi, *en);
    }
    if let Some((_, (en, vi))) = REWORDED.iter().find(|(theirs, _)| *theirs == said) {
        return Message::new(*vi, *en);
    }
    mismatch(said)
        .or_else(|| name(said))
        // The engine says what is wrong with a number in both.
        .or_else(|| said.split_once(" / ").map(|(vi, en)| Message::new(vi, en)))
        .unwrap_or_else(|| Message::new(said, said))
}

/// `invalid type: integer `5`, expected a string` and its kin.
fn mismatch(said: &str) -> Option<Message> {
    let rest = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|phrase| said.strip_prefix(phrase))
        .or_else(|| said.strip_prefix("invalid length ").map(|_| said))?;
    // What was found may hold the words itself.
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let expected = kind(expected);
    if let Some(length) = found.strip_prefix("invalid length ") {
        return Some(Message::new(
            format!("có {length} phần tử; cần {}", expected.vi),
            format!("it has {length} elements; expected {}", expected.en),
        ));
    }
    let found = thing(found);
    Some(Message::new(
        format!("nhận được {}; cần {}", found.vi, expected.vi),
        format!("got {}, expected {}", found.en, expected.en),
    ))
}

/// What was found: a kind, with its value where it has one.
fn thing(found: &str) -> Message {
    let cut = found.find([' ', '`', '"']).map(|first| {
        // `floating point` is two words.
        match found.strip_prefix("floating point") {
            Some(_) => "floating point".len(),
            None => first,
        }
    });
    match cut.map(|at| found.split_at(at)) {
        Some((word, value)) if KINDS.iter().any(|(serde, ..)| *serde == word) => {
            let (word, value) = (kind(word), value.trim());
            Message::new(format!("{} {value}", word.vi), format!("{} {value}", word.en))
        }
        _ => kind(found),
    }
}

fn kind(said: &str) -> Message {
    if let Some((_, en, vi)) = KINDS.iter().find(|(serde, ..)| *serde == said) {
        return Message::new(*vi, *en);
    }
    // Names of our types say nothing to people outside.
    if said.starts_with("struct ") || said.starts_with("internally tagged enum ") {
        return Message::new("đối tượng", "an object");
    }
    if said.starts_with("enum ") {
        return Message::new("một trong các từ cho trước", "one of the given words");
    }
    if said.starts_with("tuple ") || said.starts_with("an array of ") {
        return Message::new(format!("danh sách ({said})"), format!("a list ({said})"));
    }
    if is_integer_type(said) {
        let (vi, en) = if said.starts_with('u') || said.starts_with("nonzero u") {
            ("số nguyên không âm", "a whole number, not negative")
        } else {
            ("số nguyên", "a whole number")
        };
        return Message::new(vi, en);
    }
    Message::new(said, said)
}

pub(super) fn is_integer_type(said: &str) -> bool {
    let name = said.strip_prefix("a nonzero ").unwrap_or(said);
    matches!(
        name,
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" | "u128" | "i128"
    )
}

/// Sentences about a name: a field or one of an enum's words.
fn name(said: &str) -> Option<Message> {
    if let Some(field) = said.strip_prefix("missing field ") {
        return Some(Message::new(format!("thiếu trường {field}"), said));
    }
    if let Some(field) = said.strip_prefix("duplicate field ") {
        return Some(Message::new(
            format!("trường {field} có hai lần"),
            format!("the field {field} stands twice"),
        ));
    }
    let (what_vi, what_en, rest) = said
        .strip_prefix("unknown field ")
        .map(|rest| ("không có trường", "unknown field", rest))
        .or_else(|| {
            said.strip_prefix("unknown variant ")
                .map(|rest| ("không có từ", "unknown word", rest))
        })?;
    let (name, known) = match rest.rsplit_once(", expected ") {
        Some((name, known)) => (name, known.strip_prefix("one of ").unwrap_or(known)),
        None => (rest.split_once(", ").map_or(rest, |(name, _)| name), ""),
    };
    if known.is_empty() {
        return Some(Message::new(
            format!("{what_vi} {name}; ở đây không có tên nào"),
            format!("{what_en} {name}; there are none here"),
        ));
    }
    Some(Message::new(
        format!("{what_vi} {name}; chỉ có {}", known.replace(" or ", " hoặc ")),
        format!("{what_en} {name}, expected {known}"),
    ))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sample {
        count: u32,
        name: String,
        flag: Option<bool>,
        list: Option<Vec<String>>,
        word: Option<Word>,
        points: Option<crate::scoring::Points>,
        day: Option<chrono::NaiveDate>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Open,
        Closed,
    }

    fn of(text: &str) -> Message {
        let error = serde_json::from_str::<Sample>(text).expect_err(text).to_string();
        told(error.split(" at line ").next().expect("a sentence"))
    }

    /// A text, and what is told of it in Vietnamese and in English.
    const TOLD: &[(&str, &str, &str)] = &[
        (
            r#"{"count": "1"}"#,
            "nhận được văn bản \"1\"; cần số nguyên không âm",
            "got the text \"1\", expected a whole number, not negative",
        ),
        (
            r#"{"count": -1}"#,
            "nhận được số `-1`; cần số nguyên không âm",
            "got the number `-1`, expected a whole number, not negative",
        ),
        (
            r#"{"count": 1.5}"#,
            "nhận được số `1.5`; cần số nguyên không âm",
            "got the number `1.5`, expected a whole number, not negative",
        ),
        (
            r#"{"name": null}"#,
            "nhận được null; cần văn bản trong dấu ngoặc kép",
            "got null, expected a text in quotes",
        ),
        (
            r#"{"name": [1]}"#,
            "nhận được danh sách; cần văn bản trong dấu ngoặc kép",
            "got a list, expected a text in quotes",
        ),
        (
            r#"{"name": {}}"#,
            "nhận được đối tượng; cần văn bản trong dấu ngoặc kép",
            "got an object, expected a text in quotes",
        ),
        (
            r#"{"flag": 1}"#,
            "nhận được số `1`; cần true hoặc false",
            "got the number `1`, expected true or false",
        ),
        (
            r#"{"list": "a, expected b"}"#,
            "nhận được văn bản \"a, expected b\"; cần danh sách",
            "got the text \"a, expected b\", expected a list",
        ),
        (
            r#"{"word": "shut"}"#,
            "không có từ `shut`; chỉ có `open` hoặc `closed`",
            "unknown word `shut`, expected `open` or `closed`",
        ),
        (
            r#"{"day": "31/03/2026"}"#,
            "viết ngày theo NĂM-THÁNG-NGÀY, ví dụ 2026-03-31",
            "write a day as YEAR-MONTH-DAY, for example 2026-03-31",
        ),
        (
            r#"{"points": "1,5"}"#,
            "Dùng dấu chấm thập phân, không dùng dấu phẩy, ví dụ \"61.86\".",
            "Use a decimal point, not a comma, for example \"61.86\".",
        ),
        (
            r#"{"points": 1.5}"#,
            "số phải gửi dưới dạng chuỗi: \"1.5\"",
            "send the number as a string: \"1.5\"",
        ),
        (
            r#"{"more": 1}"#,
            "không có trường `more`; chỉ có `count`, `name`, `flag`, `list`, `word`, `points`, `day`",
            "unknown field `more`, expected `count`, `name`, `flag`, `list`, `word`, `points`, `day`",
        ),
        (
            r#"{"count": 1, "count": 2}"#,
            "trường `count` có hai lần",
            "the field `count` stands twice",
        ),
        (r#"{"count": 1}"#, "thiếu trường `name`", "missing field `name`"),
        (
            "7",
            "nhận được số `7`; cần đối tượng",
            "got the number `7`, expected an object",
        ),
        (
            "{\"count\"",
            "đối tượng chưa đóng đã hết nội dung",
            "EOF while parsing an object",
        ),
        (
            "{count",
            "tên trường phải đặt trong dấu ngoặc kép",
            "key must be a string",
        ),
    ];

    /// The library's own sentences, so that a new version of it that says something else is noticed.
    #[test]
    fn what_the_library_says_is_told_in_vietnamese() {
        for (text, vi, en) in TOLD {
            assert_eq!(of(text), Message::new(*vi, *en), "{text}");
        }
    }

    #[test]
    fn an_unknown_sentence_stays() {
        for said in [
            "",
            "something else",
            "invalid type",
            "unknown field",
            ", expected ",
        ] {
            assert_eq!(told(said), Message::new(said, said));
        }
    }
}
