//! Reading and writing decimal strings: shared by [`Points`](super::Points) and [`Quantity`](super::Quantity).
//!
//! Numbers travel as strings because JSON numbers become binary floats in most clients:
//! `0.1 + 0.2` must not decide a place in a ranking.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

use super::codes::code_enum;

/// Millionths in one unit: every number of the engine has six decimals.
pub(super) const MILLION: i64 = 1_000_000;
/// The number of decimals that a number can have.
pub(super) const DECIMALS_MAX: u8 = 6;

code_enum! {
    /// Why a text is not a number of the engine. A seventh decimal is an error, never rounded (design §8.8).
    pub enum NumberError {
        /// The text is empty.
        Empty = "empty",
        /// A decimal comma, as written by hand in Vietnamese.
        DecimalComma = "decimal_comma",
        /// Something else than digits and one point: a space, `+`, an exponent, a missing digit.
        NotPlain = "not_plain",
        /// More than six decimals.
        TooManyDecimals = "too_many_decimals",
        /// Beyond the bound of the type.
        TooLarge = "too_large",
        /// Below zero where only zero and above can stand.
        Negative = "negative",
    }
}

impl NumberError {
    /// A sentence for a clerk, in Vietnamese.
    #[must_use]
    pub const fn message_vi(self) -> &'static str {
        match self {
            Self::Empty => "Chưa nhập số.",
            Self::DecimalComma => "Dùng dấu chấm thập phân, không dùng dấu phẩy, ví dụ \"61.86\".",
            Self::NotPlain => "Chỉ được dùng chữ số và một dấu chấm thập phân, ví dụ \"61.86\".",
            Self::TooManyDecimals => "Tối đa 6 chữ số thập phân; hệ thống không tự làm tròn.",
            Self::TooLarge => "Số vượt quá giới hạn cho phép.",
            Self::Negative => "Số không được âm.",
        }
    }

    /// A sentence for a clerk, in English.
    #[must_use]
    pub const fn message_en(self) -> &'static str {
        match self {
            Self::Empty => "The number is missing.",
            Self::DecimalComma => "Use a decimal point, not a comma, for example \"61.86\".",
            Self::NotPlain => "Use plain digits and one decimal point only, for example \"61.86\".",
            Self::TooManyDecimals => "At most 6 decimals; numbers are never rounded on input.",
            Self::TooLarge => "The number is beyond the limit.",
            Self::Negative => "The number must not be negative.",
        }
    }
}

impl std::error::Error for NumberError {}

/// Parses `-?digits(.digits)?` into millionths; `limit` is the largest absolute value, in millionths.
pub(super) fn parse_millionths(text: &str, limit: i64) -> Result<i64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.contains(',') {
        return Err(NumberError::DecimalComma);
    }
    let (whole, decimals) = match digits.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return Err(NumberError::NotPlain),
        None => (digits, ""),
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(decimals) {
        return Err(NumberError::NotPlain);
    }
    if decimals.len() > usize::from(DECIMALS_MAX) {
        return Err(NumberError::TooManyDecimals);
    }
    // Right-padded to six digits: "5" after the point means 500000 millionths.
    let millionths: i64 = format!("{decimals:0<6}")
        .parse()
        .map_err(|_| NumberError::NotPlain)?;
    let magnitude = whole
        .parse::<i64>()
        .ok()
        .and_then(|whole| whole.checked_mul(MILLION)?.checked_add(millionths))
        .filter(|magnitude| *magnitude <= limit)
        .ok_or(NumberError::TooLarge)?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// Writes millionths with all the decimals they need and no more: `61.86`, `100`.
pub(super) fn write_plain(f: &mut fmt::Formatter<'_>, millionths: i64) -> fmt::Result {
    let magnitude = millionths.unsigned_abs();
    let (whole, mut rest) = (
        magnitude / MILLION.unsigned_abs(),
        magnitude % MILLION.unsigned_abs(),
    );
    if millionths < 0 {
        f.write_str("-")?;
    }
    write!(f, "{whole}")?;
    if rest == 0 {
        return Ok(());
    }
    let mut width = usize::from(DECIMALS_MAX);
    while rest % 10 == 0 {
        rest /= 10;
        width -= 1;
    }
    write!(f, ".{rest:0width$}")
}

/// Reads a decimal string and refuses a JSON number with a hint to send a string.
pub(super) struct DecimalString<T> {
    /// The parser of the type.
    pub parse: fn(&str) -> Result<T, NumberError>,
}

impl<T> DecimalString<T> {
    /// Deserialises through the type's parser.
    pub fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        // `any`, not `str`: a JSON number has to reach the visitor to get the hint of its own.
        deserializer.deserialize_any(self)
    }

    fn refuse<E: Error>(sent: &dyn fmt::Display) -> E {
        E::custom(format_args!(
            "số phải gửi dưới dạng chuỗi: \"{sent}\" / send the number as a string: \"{sent}\""
        ))
    }
}

impl<T> Visitor<'_> for DecimalString<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal string such as \"61.86\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text)
            .map_err(|error| E::custom(format_args!("{} / {}", error.message_vi(), error.message_en())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Err(Self::refuse(&number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Err(Self::refuse(&number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Err(Self::refuse(&number))
    }
}
