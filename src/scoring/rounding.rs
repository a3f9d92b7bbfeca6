//! The one written rounding function of the project.
//!
//! Rounding decides ranks (`domain.md` §3: 46 of 120 ranks of a published index move when its tier
//! rounding is left out), so nothing else in the code base may round.

use super::codes::code_enum;

code_enum! {
    /// How a value that lies between two representable ones is rounded. Declared by the criteria set.
    #[derive(Default)]
    pub enum RoundingMode {
        /// To the nearest; a half goes away from zero (what offices do by hand, and the default).
        #[default]
        HalfUp = "half_up",
        /// To the nearest; a half goes to the even neighbour (free of drift, used for 10⁻⁶).
        HalfEven = "half_even",
        /// Toward zero: superfluous digits are cut off.
        Down = "down",
    }
}

/// Rounds the exact fraction `num / den` to a whole number.
///
/// `None` only when there is no answer: a zero denominator, or a quotient outside `i128`.
/// The remainder is compared with `den - remainder`, never doubled, so that no intermediate can overflow.
#[must_use]
pub fn round_ratio(num: i128, den: i128, mode: RoundingMode) -> Option<i128> {
    let quotient = num.checked_div(den)?;
    // A second 128-bit division would double the cost of scoring; quotient × den lies between 0 and num.
    let remainder = (num - quotient * den).unsigned_abs();
    if remainder == 0 {
        return Some(quotient);
    }
    let to_next = den.unsigned_abs() - remainder;
    let away_from_zero = match mode {
        RoundingMode::HalfUp => remainder >= to_next,
        RoundingMode::HalfEven => remainder > to_next || (remainder == to_next && quotient % 2 != 0),
        RoundingMode::Down => false,
    };
    if !away_from_zero {
        return Some(quotient);
    }
    let step = if (num < 0) == (den < 0) { 1 } else { -1 };
    quotient.checked_add(step)
}

/// A share in percent with one decimal, exact and rounded once, half up; none of nothing.
#[must_use]
pub fn percent_text(part: usize, whole: usize) -> Option<String> {
    let (part, whole) = (i128::try_from(part).ok()?, i128::try_from(whole).ok()?);
    let tenths = round_ratio(part.checked_mul(1000)?, whole, RoundingMode::HalfUp)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// A share in percent with two decimals, exact and rounded once, half up; none of nothing.
#[must_use]
pub fn percent_text_2(part: i64, whole: i64) -> Option<String> {
    ratio_text_2(part.checked_mul(100)?, whole)
}

/// A ratio with two decimals, exact and rounded once, half up; none for a denominator of 0.
#[must_use]
pub fn ratio_text_2(numerator: i64, denominator: i64) -> Option<String> {
    let hundredths = i128::from(numerator) * 100;
    let hundredths = round_ratio(hundredths, denominator.into(), RoundingMode::HalfUp)?;
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        // SIPAS 2019: 36,630 were drawn, 35,268 answers were valid; 96.28 % was published.
        assert_eq!(percent_text_2(35_268, 36_630).as_deref(), Some("96.28"));
        assert_eq!(percent_text_2(1, 8000).as_deref(), Some("0.01"));
        assert_eq!(percent_text_2(7, 7).as_deref(), Some("100.00"));
        assert_eq!(percent_text_2(0, 0), None);
        assert_eq!(ratio_text_2(10, 3).as_deref(), Some("3.33"));
        assert_eq!(percent_text(2, 3).as_deref(), Some("66.7"));
        assert_eq!(percent_text(1, 8).as_deref(), Some("12.5"));
        assert_eq!(percent_text(1, 2000).as_deref(), Some("0.1"));
        assert_eq!(percent_text(3, 3).as_deref(), Some("100.0"));
        assert_eq!(percent_text(0, 0), None);
    }
}
