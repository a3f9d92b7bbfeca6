//! The exact mean of a node's children: one fraction, rounded once.
//!
//! Rounding each term first would be shorter and wrong: in a published index of means of means, early rounding
//! moved 46 of 120 places (`domain.md` §3).

use super::points::Points;
use super::range::gcd;
use super::rounding::{RoundingMode, round_ratio};

/// One child that applies.
#[derive(Clone, Copy)]
pub(super) struct Term {
    /// Its weight, in lowest terms with its siblings.
    pub weight: i128,
    /// Its points.
    pub points: Points,
    /// The maximum that applies to it: above 0, at most the maximum of the mean.
    pub applicable_maximum: Points,
}

/// Σ w·(points × M / applicable maximum) / Σ w, rounded half-even to 10⁻⁶. Zero without terms.
///
/// `None` when the fraction leaves `i128`: the validator has proved that it can't
/// (`Applicable::mean_fits` in `range.rs`), so the caller flags the node as invalid instead of inventing a number.
pub(super) fn weighted_mean(maximum: Points, terms: impl Iterator<Item = Term> + Clone) -> Option<Points> {
    let maximum = i128::from(maximum.micro());
    // The least common denominator of all M / applicable maximum; 1 when everything applies.
    let mut denominator: i128 = 1;
    for term in terms.clone() {
        let (_, below) = lowest_terms(maximum, term.applicable_maximum)?;
        denominator = denominator.checked_mul(below / gcd(denominator, below))?;
    }
    let mut sum: i128 = 0;
    let mut weights: i128 = 0;
    for term in terms {
        let (above, below) = lowest_terms(maximum, term.applicable_maximum)?;
        // In this order every product stays below weight × M × denominator, the bound of the proof.
        let scaled = i128::from(term.points.micro())
            .checked_mul(above)?
            .checked_mul(denominator / below)?;
        sum = sum.checked_add(scaled.checked_mul(term.weight)?)?;
        weights = weights.checked_add(term.weight)?;
    }
    if weights == 0 {
        return Some(Points::ZERO);
    }
    let mean = round_ratio(sum, weights.checked_mul(denominator)?, RoundingMode::HalfEven)?;
    i64::try_from(mean).ok().map(Points::from_micro)
}

/// M / applicable maximum in lowest terms; `None` for a maximum of zero.
fn lowest_terms(maximum: i128, applicable_maximum: Points) -> Option<(i128, i128)> {
    let applicable = i128::from(applicable_maximum.micro());
    // Most children apply as a whole: no division needed.
    if applicable == maximum {
        return Some((1, 1));
    }
    let divisor = gcd(maximum, applicable);
    Some((maximum.checked_div(divisor)?, applicable.checked_div(divisor)?)).filter(|_| applicable > 0)
}
