//! [`Points`]: exact points, percentages and weights, in millionths.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::{DECIMALS_MAX, DecimalString, MILLION, NumberError, parse_millionths, write_plain};
use super::rounding::{RoundingMode, round_ratio};

/// Points of a score, percent of an index, or a weight: an exact number of millionths.
///
/// Unit: one point (or one percent). Range of input: ±1,000,000. In JSON a decimal string (`"61.86"`)
/// with at most six decimals; in the database a BIGINT of [`Points::micro`]. Measured 15 times faster
/// than a general decimal type with the same digits (design §3); never a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, utoipa::ToSchema)]
#[schema(value_type = String, pattern = r"^-?[0-9]{1,7}(\.[0-9]{1,6})?$", example = "61.86")]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// One hundred: a full index, in percent.
    pub const HUNDRED: Self = Self(100 * MILLION);
    /// The largest value accepted from outside: a million points.
    pub const MAX: Self = Self(1_000_000 * MILLION);

    /// From millionths of a point, as stored in the database.
    #[must_use]
    pub const fn from_micro(millionths: i64) -> Self {
        Self(millionths)
    }

    /// In millionths of a point, as stored in the database.
    #[must_use]
    pub const fn micro(self) -> i64 {
        self.0
    }

    /// Parses a plain decimal string: digits, at most one point, at most six decimals, `-` in front if negative.
    ///
    /// # Errors
    /// [`NumberError`] names the fault; a seventh decimal is a fault and is not rounded away.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        parse_millionths(text, Self::MAX.0).map(Self)
    }

    /// Rounds to `decimals` (0 to 6; more changes nothing, there is nothing to round).
    #[must_use]
    pub fn round(self, decimals: u8, mode: RoundingMode) -> Self {
        let unit = Self::unit(decimals);
        // The unit is at least 1 and the result at most one unit away, so `None` is out of reach for
        // every value that can be read; a value at the very end of i64 stays as it is.
        round_ratio(self.0.into(), unit.0.into(), mode)
            .and_then(|units| i64::try_from(units).ok()?.checked_mul(unit.0))
            .map_or(self, Self)
    }

    /// The smallest step with so many decimals: 0.01 for 2. One millionth for 6 and more.
    #[must_use]
    pub const fn unit(decimals: u8) -> Self {
        let mut unit = MILLION;
        let mut left = if decimals > DECIMALS_MAX {
            DECIMALS_MAX
        } else {
            decimals
        };
        while left > 0 {
            unit /= 10;
            left -= 1;
        }
        Self(unit)
    }

    /// Whether this is a whole number of `step`s. Never true for a step of zero.
    #[must_use]
    pub const fn is_multiple_of(self, step: Self) -> bool {
        matches!(self.0.checked_rem(step.0), Some(0))
    }

    /// With exactly `decimals` decimals, as printed in tables: `61.90`. Rounds half-up if there are more;
    /// round by the mode of the set first ([`Points::round`]) where another one is declared.
    #[must_use]
    pub fn format(self, decimals: u8) -> String {
        let decimals = decimals.min(DECIMALS_MAX);
        let rounded = self.round(decimals, RoundingMode::HalfUp).0;
        let sign = if rounded < 0 { "-" } else { "" };
        let magnitude = rounded.unsigned_abs();
        let whole = magnitude / MILLION.unsigned_abs();
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        let rest = magnitude % MILLION.unsigned_abs() / Self::unit(decimals).0.unsigned_abs();
        format!("{sign}{whole}.{rest:0width$}", width = usize::from(decimals))
    }

    /// `points / maximum × 100`, rounded once half-even to 10⁻⁶ percent; `None` when nothing applies.
    #[must_use]
    pub fn index_of(points: Self, maximum: Self) -> Option<Self> {
        if maximum.0 <= 0 {
            return None;
        }
        if points == maximum {
            return Some(Self::HUNDRED);
        }
        let hundredfold = i128::from(points.0) * i128::from(Self::HUNDRED.0);
        let index = round_ratio(hundredfold, maximum.0.into(), RoundingMode::HalfEven)?;
        i64::try_from(index).ok().map(Self)
    }
}

/// Sums stop at the ends of `i64` instead of wrapping. A valid set can't get there: its root maximum is at
/// most [`Points::MAX`], nine million times smaller.
impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// See the note at `Add`.
impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Points {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_plain(f, self.0)
    }
}

impl FromStr for Points {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DecimalString { parse: Self::parse }.read(deserializer)
    }
}
