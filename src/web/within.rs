//! Filters with bounds, for `deserialize_with`: the description tells the same numbers, and a test holds the two together.

use serde::{Deserialize, Deserializer, de::Error};

/// A whole number from `LEAST` to `MOST`.
pub fn within<'de, const LEAST: i32, const MOST: i32, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<i32, D::Error> {
    let number = i32::deserialize(deserializer)?;
    if (LEAST..=MOST).contains(&number) {
        Ok(number)
    } else {
        Err(D::Error::custom(format!(
            "số {number} không nằm trong khoảng từ {LEAST} đến {MOST} / the number {number} is not from {LEAST} to {MOST}"
        )))
    }
}

/// The same of a filter that need not be there.
pub fn within_if_any<'de, const LEAST: i32, const MOST: i32, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i32>, D::Error> {
    within::<LEAST, MOST, D>(deserializer).map(Some)
}

/// A text of at most `MOST` characters, which need not be there.
pub fn up_to_if_any<'de, const MOST: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.chars().count() > MOST {
        return Err(D::Error::custom(format!(
            "văn bản dài hơn {MOST} ký tự / the text is longer than {MOST} characters"
        )));
    }
    Ok(Some(text))
}
