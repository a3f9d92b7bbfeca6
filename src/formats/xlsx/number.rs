//! Numbers of cells as exact decimal texts.
//!
//! A number cell holds a binary fraction: Excel shows 61.86 and the file says 61.860000000000001. What people see is
//! what they mean, so the shortest decimal that is the same binary fraction counts; where a computation left more than
//! six decimals, the 15 digits that Excel keeps. A text cell is read as it is written by hand in Vietnam or in English,
//! and refused where the two differ: 1.234 is a thousand to one and a little more than one to the other.

const DECIMALS_MAX: usize = 6;

/// Why a cell's number can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It is no number.
    NotANumber,
    /// One mark with three digits behind it: a decimal mark or one of thousands.
    Ambiguous,
    /// More than six decimals.
    TooManyDecimals,
    /// A percent sign.
    Percent,
}

impl NumberFault {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::Ambiguous => "ambiguous_number",
            Self::TooManyDecimals => "too_many_decimals",
            Self::Percent => "percent_sign",
        }
    }

    /// A sentence in Vietnamese.
    pub fn message_vi(self, text: &str) -> String {
        let text = shortened(text);
        match self {
            Self::NotANumber => format!("“{text}” không phải là số; viết ví dụ 1250 hoặc 61,86."),
            Self::Ambiguous => format!(
                "“{text}” có thể hiểu là hàng nghìn hoặc phần thập phân; viết liền không dấu (ví dụ 1234), hoặc thêm số 0 vào phần thập phân (ví dụ 1,2340)."
            ),
            Self::TooManyDecimals => {
                format!("“{text}” có hơn 6 chữ số thập phân; hệ thống không tự làm tròn.")
            }
            Self::Percent => format!("“{text}”: không nhập tỷ lệ phần trăm; nhập tử số và mẫu số."),
        }
    }

    /// A sentence in English.
    pub fn message_en(self, text: &str) -> String {
        let text = shortened(text);
        match self {
            Self::NotANumber => format!("“{text}” is no number; write for example 1250 or 61,86."),
            Self::Ambiguous => format!(
                "“{text}” may mean thousands or decimals; write it without marks (1234), or with a further zero (1,2340)."
            ),
            Self::TooManyDecimals => {
                format!("“{text}” has more than 6 decimals; numbers are never rounded on input.")
            }
            Self::Percent => format!("“{text}”: give the numerator and the denominator, not a percentage."),
        }
    }
}

fn shortened(text: &str) -> String {
    const LENGTH_MAX: usize = 40;
    if text.chars().count() <= LENGTH_MAX {
        return text.to_owned();
    }
    text.chars().take(LENGTH_MAX).chain(['…']).collect()
}

/// The decimal that a number cell shows: `61.86` of `61.860000000000001`.
///
/// # Errors
/// More than six decimals.
pub fn decimal_of_cell(raw: &str) -> Result<String, NumberFault> {
    let number: f64 = raw.trim().parse().map_err(|_| NumberFault::NotANumber)?;
    if !number.is_finite() {
        return Err(NumberFault::NotANumber);
    }
    // `Display` of a float is the shortest decimal that reads back as the same float, and never an exponent.
    let shortest = format!("{number}");
    if decimals(&shortest) <= DECIMALS_MAX {
        return Ok(without_negative_zero(shortest));
    }
    let digits: f64 = format!("{number:.14e}")
        .parse()
        .map_err(|_| NumberFault::NotANumber)?;
    let kept = format!("{digits}");
    if decimals(&kept) <= DECIMALS_MAX {
        return Ok(without_negative_zero(kept));
    }
    Err(NumberFault::TooManyDecimals)
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

fn without_negative_zero(text: String) -> String {
    if text == "-0" { "0".to_owned() } else { text }
}

/// The decimal that a text means: `61.86` of `61,86`, `1234.5` of `1 234,5` and of `1.234,5`.
///
/// # Errors
/// It is no number, could be two, or has too many decimals.
pub fn decimal_of_text(text: &str) -> Result<String, NumberFault> {
    let text = text.trim();
    if text.contains('%') {
        return Err(NumberFault::Percent);
    }
    let (sign, body) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    if !body
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || is_space(c))
    {
        return Err(NumberFault::NotANumber);
    }
    let decimal_mark = decimal_mark(body)?;
    let (whole, fraction) = match decimal_mark {
        Some(mark) => body.rsplit_once(mark).unwrap_or((body, "")),
        None => (body, ""),
    };
    if decimal_mark.is_some() && fraction.is_empty() {
        return Err(NumberFault::NotANumber);
    }
    let whole = ungrouped(whole, is_space)?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS_MAX {
        return Err(NumberFault::TooManyDecimals);
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let sign = if whole == "0" && fraction.is_empty() {
        ""
    } else {
        sign
    };
    Ok(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

/// Which of the two marks stands before the decimals; none if the number is whole.
fn decimal_mark(body: &str) -> Result<Option<char>, NumberFault> {
    let (commas, points) = (body.matches(',').count(), body.matches('.').count());
    match (commas, points) {
        (0, 0) => Ok(None),
        // Both: the last one, which must stand alone.
        (1.., 1..) => {
            let last = body.chars().rev().find(|c| matches!(c, ',' | '.'));
            match last {
                Some(',') if commas == 1 => Ok(Some(',')),
                Some('.') if points == 1 => Ok(Some('.')),
                _ => Err(NumberFault::NotANumber),
            }
        }
        // Several of one kind can only be thousands.
        (2.., 0) | (0, 2..) => Ok(None),
        _ => {
            let mark = if commas == 1 { ',' } else { '.' };
            let (whole, fraction) = body.split_once(mark).unwrap_or((body, ""));
            let could_be_thousands = fraction.len() == 3
                && (1..=3).contains(&whole.len())
                && !whole.starts_with('0')
                && whole.bytes().all(|byte| byte.is_ascii_digit());
            if could_be_thousands {
                Err(NumberFault::Ambiguous)
            } else {
                Ok(Some(mark))
            }
        }
    }
}

/// Digits without the marks of thousands, which must stand where they belong and be of one kind.
fn ungrouped(whole: &str, is_space: impl Fn(char) -> bool) -> Result<String, NumberFault> {
    let is_mark = |c: char| matches!(c, '.' | ',') || is_space(c);
    let mut kinds: Vec<char> = whole
        .chars()
        .filter(|c| is_mark(*c))
        .map(|c| if is_space(c) { ' ' } else { c })
        .collect();
    kinds.dedup();
    let mut groups = whole.split(is_mark);
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let good = kinds.len() <= 1
        && digits(first)
        && (rest.is_empty() || first.len() <= 3)
        && rest.iter().all(|group| digits(group) && group.len() == 3);
    if good {
        Ok(std::iter::once(first).chain(rest).collect())
    } else {
        Err(NumberFault::NotANumber)
    }
}

/// A decimal as it is written by hand in Vietnam, and so that [`decimal_of_text`] reads the same: `61,86`, `1,2340`.
pub fn text_of_decimal(decimal: &str) -> String {
    match decimal.split_once('.') {
        None => decimal.to_owned(),
        Some((whole, fraction)) => {
            let text = format!("{whole},{fraction}");
            if decimal_of_text(&text) == Err(NumberFault::Ambiguous) {
                format!("{text}0")
            } else {
                text
            }
        }
    }
}
