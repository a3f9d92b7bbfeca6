//! The exact arithmetic against arbitrary-precision fractions: an independent second opinion.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;

use super::super::mean::{Term, weighted_mean};
use super::super::range::{Applicable, reduced_weights};
use super::*;

/// Rounds an exact fraction by the definition of the mode: floor, then compare what is left with one half.
pub(super) fn reference_round(value: &BigRational, mode: RoundingMode) -> BigInt {
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let magnitude = value.abs();
    let floor = magnitude.floor().to_integer();
    let rest = &magnitude - BigRational::from(floor.clone());
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => rest >= half,
        RoundingMode::HalfEven => rest > half || (rest == half && (&floor % 2) != BigInt::zero()),
    };
    let rounded = if up { floor + 1 } else { floor };
    if value.is_negative() { -rounded } else { rounded }
}

pub(super) fn fraction(num: i128, den: i128) -> BigRational {
    BigRational::new(BigInt::from(num), BigInt::from(den))
}

fn any_mode() -> impl Strategy<Value = RoundingMode> {
    prop::sample::select(RoundingMode::ALL)
}

/// (weight in millionths, applicable maximum, points) of one child, in steps that share a quantum with the maximum.
fn children() -> impl Strategy<Value = (i64, Vec<(i64, i64, i64)>)> {
    let quantum = prop::sample::select(vec![250_000_i64, 500_000, 1_000_000, 1_250_000]);
    (quantum, 1_i64..400).prop_flat_map(|(quantum, steps)| {
        let child = (1_i64..2_000_000, 1..=steps).prop_flat_map(move |(weight, part)| {
            let applicable = part * quantum;
            (Just(weight), Just(applicable), 0..=applicable)
        });
        (Just(quantum * steps), prop::collection::vec(child, 1..8))
    })
}

proptest! {
    #[test]
    fn round_ratio_is_the_definition(num in any::<i64>(), den in any::<i64>().prop_filter("zero", |den| *den != 0), mode in any_mode()) {
        let (num, den) = (i128::from(num), i128::from(den));
        prop_assert_eq!(round_ratio(num, den, mode).map(BigInt::from), Some(reference_round(&fraction(num, den), mode)));
    }

    #[test]
    fn round_ratio_is_the_definition_near_halves(units in -50_i128..50, den in 1_i128..40, shift in -1_i128..=1, mode in any_mode()) {
        let (num, den) = (units * den + shift, den * 2);
        prop_assert_eq!(round_ratio(num, den, mode).map(BigInt::from), Some(reference_round(&fraction(num, den), mode)));
    }

    #[test]
    fn round_ratio_is_the_definition_at_128_bits(num in any::<i128>(), den in any::<i128>().prop_filter("zero", |den| *den != 0), mode in any_mode()) {
        let expected = reference_round(&fraction(num, den), mode);
        prop_assert_eq!(round_ratio(num, den, mode), expected.to_i128());
    }

    #[test]
    fn a_mean_is_the_exact_fraction_rounded_once((maximum, children) in children()) {
        let weights = reduced_weights(children.iter().map(|(weight, ..)| Some(Points::from_micro(*weight))));
        let terms = children.iter().zip(&weights).map(|((_, applicable, points), weight)| Term {
            weight: *weight,
            points: Points::from_micro(*points),
            applicable_maximum: Points::from_micro(*applicable),
        });
        let mean = weighted_mean(Points::from_micro(maximum), terms);
        let mut sum = BigRational::zero();
        let mut divisor = BigRational::zero();
        for (weight, applicable, points) in &children {
            let weight = fraction(i128::from(*weight), 1);
            sum += &weight * fraction(i128::from(*points) * i128::from(maximum), i128::from(*applicable));
            divisor += weight;
        }
        let expected = reference_round(&(sum / divisor), RoundingMode::HalfEven).to_i64().unwrap();
        prop_assert_eq!(mean, Some(Points::from_micro(expected)));
    }

    /// The promise behind `Applicable::mean_fits`: what it accepts never overflows, whatever applies.
    #[test]
    fn a_mean_that_is_accepted_never_overflows(
        maxima in prop::collection::vec((1_i64..=1_000_000_000_000, 1_i64..=1_000_000_000_000), 1..9),
        weights in prop::collection::vec(1_i64..=1_000_000_000_000, 9),
        dropped in prop::collection::vec(any::<bool>(), 18),
    ) {
        let maximum = 1_000_000_000_000_i64;
        let parts: Vec<[i64; 2]> = maxima.iter().map(|(part, _)| [*part, maximum - part]).collect();
        let ranges: Vec<Applicable> = parts.iter().map(|parts| {
            let leaves: Vec<Applicable> = parts.iter().filter(|part| **part > 0).map(|part| Applicable::of_leaf(Points::from_micro(*part), true)).collect();
            Applicable::of_container(Combine::Sum, Points::from_micro(maximum), &leaves)
        }).collect();
        let given = || weights.iter().take(parts.len()).map(|weight| Some(Points::from_micro(*weight)));
        if Applicable::mean_fits(Points::from_micro(maximum), given(), &ranges) {
            let reduced = reduced_weights(given());
            let terms = parts.iter().zip(&reduced).zip(dropped.chunks(2)).map(|((parts, weight), dropped)| {
                let applicable = parts.iter().zip(dropped).filter(|(_, dropped)| !**dropped).map(|(part, _)| *part).sum::<i64>();
                Term { weight: *weight, points: Points::from_micro(applicable), applicable_maximum: Points::from_micro(applicable) }
            });
            let terms = terms.filter(|term| term.applicable_maximum > Points::ZERO);
            let mean = weighted_mean(Points::from_micro(maximum), terms.clone());
            let expected = if terms.count() == 0 { 0 } else { maximum };
            prop_assert_eq!(mean, Some(Points::from_micro(expected)), "full points of what applies are full points");
        }
    }
}

#[test]
fn ordinary_means_are_accepted_and_absurd_ones_are_not() {
    let sums = |count: usize, part: &str| -> Vec<Applicable> {
        let leaves = [
            Applicable::of_leaf(pt(part), true),
            Applicable::of_leaf(pt("100") - pt(part), true),
        ];
        vec![Applicable::of_container(Combine::Sum, pt("100"), &leaves); count]
    };
    let fits = |count: usize, part: &str, weight: &str| {
        let weights = (0..count).map(|_| Some(pt(weight)));
        Applicable::mean_fits(pt("100"), weights, &sums(count, part))
    };
    assert!(fits(10, "0.25", "0.1"), "ten domains in quarter points");
    assert!(fits(6, "0.01", "1"), "six domains in hundredths");
    assert!(!fits(12, "0.000001", "1"));
    let leaves = vec![Applicable::of_leaf(pt("100"), true); 1000];
    assert!(
        Applicable::mean_fits(pt("100"), (0..1000).map(|_| None), &leaves),
        "leaves apply or not: no denominators"
    );
}

#[test]
fn what_the_proof_accepts_at_its_edge_is_computed_exactly() {
    // Ten children, each applying in another prime number of its 400 quarter points, all with half of what
    // applies: without lowest terms the common denominator would leave 128 bits.
    let terms = [399, 397, 391, 389, 383, 379, 373, 367, 359, 353].map(|quarters: i64| Term {
        weight: 1,
        points: Points::from_micro(quarters * 125_000),
        applicable_maximum: Points::from_micro(quarters * 250_000),
    });
    assert_eq!(weighted_mean(pt("100"), terms.iter().copied()), Some(pt("50")));
}

#[test]
fn a_mean_beyond_128_bits_has_no_answer_instead_of_a_wrong_one() {
    let terms = (0..12).map(|shift| Term {
        weight: 1,
        points: pt("1"),
        applicable_maximum: Points::from_micro(99_999_989 - 2 * shift),
    });
    assert_eq!(weighted_mean(pt("100"), terms), None);
}
