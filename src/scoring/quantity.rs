//! [`Quantity`]: what an agency counts or measures (dossiers, money), as declared for a ratio.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::{DecimalString, MILLION, NumberError, parse_millionths, write_plain};

/// A declared amount: zero or more, at most 10¹², at most six decimals. Its unit is the indicator's.
///
/// In JSON a decimal string (`"1250"`). A type of its own, so that nobody adds dossiers to points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, utoipa::ToSchema)]
#[schema(value_type = String, pattern = r"^[0-9]{1,13}(\.[0-9]{1,6})?$", example = "1250")]
pub struct Quantity(i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount: 10¹².
    pub const MAX: Self = Self(1_000_000_000_000 * MILLION);

    /// Parses a plain decimal string without a sign.
    ///
    /// # Errors
    /// [`NumberError`] names the fault; a seventh decimal is a fault and is not rounded away.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let millionths = parse_millionths(text, Self::MAX.0)?;
        if text.starts_with('-') {
            Err(NumberError::Negative)
        } else {
            Ok(Self(millionths))
        }
    }

    /// From millionths; `None` below zero or above [`Quantity::MAX`].
    #[must_use]
    pub const fn from_micro(millionths: i64) -> Option<Self> {
        if millionths < 0 || millionths > Self::MAX.0 {
            None
        } else {
            Some(Self(millionths))
        }
    }

    /// In millionths of the unit.
    #[must_use]
    pub const fn micro(self) -> i64 {
        self.0
    }
}

impl From<u32> for Quantity {
    fn from(whole: u32) -> Self {
        Self(i64::from(whole) * MILLION)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_plain(f, self.0)
    }
}

impl FromStr for Quantity {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DecimalString { parse: Self::parse }.read(deserializer)
    }
}
