//! Exact fractions, for tests that compute what the service computes by a way of their own: no float, no type of ours.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// A fraction that is never rounded unless a test says so.
pub type Exact = BigRational;

/// How a rounding treats what lies between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The half goes away from zero.
    HalfUp,
    /// The half goes to the even neighbour.
    HalfEven,
    /// Toward zero.
    Down,
}

impl Mode {
    /// As a criteria set writes it.
    pub fn parse(text: &str) -> Self {
        match text {
            "half_up" => Self::HalfUp,
            "half_even" => Self::HalfEven,
            "down" => Self::Down,
            other => panic!("no rounding mode: {other}"),
        }
    }
}

/// A whole number.
pub fn whole(number: i64) -> Exact {
    Exact::from_integer(BigInt::from(number))
}

fn power_of_ten(decimals: u32) -> BigInt {
    BigInt::from(10).pow(decimals)
}

/// A decimal text such as `61.86`.
pub fn exact(text: &str) -> Exact {
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{before}{after}")
        .parse()
        .unwrap_or_else(|_| panic!("no decimal number: {text:?}"));
    let decimals = u32::try_from(after.len()).expect("a short number");
    Exact::new(digits, power_of_ten(decimals))
}

/// Rounds to a number of decimals.
pub fn rounded(value: &Exact, decimals: u32, mode: Mode) -> Exact {
    let scale = Exact::from_integer(power_of_ten(decimals));
    let scaled = value.abs() * &scale;
    let below = scaled.floor();
    let rest = &scaled - &below;
    let half = Exact::new(BigInt::one(), BigInt::from(2));
    let is_odd = (below.to_integer() % BigInt::from(2)) != BigInt::zero();
    let up = match mode {
        Mode::HalfUp => rest >= half,
        Mode::HalfEven => rest > half || (rest == half && is_odd),
        Mode::Down => false,
    };
    let size = if up { below + Exact::one() } else { below };
    let size = size / scale;
    if value.is_negative() { -size } else { size }
}

/// The six decimals to which every leaf, mean and index is rounded, once (design §8.9).
pub fn millionths(value: &Exact) -> Exact {
    rounded(value, 6, Mode::HalfEven)
}

/// Prints exactly so many decimals of a value that has no more.
pub fn printed(value: &Exact, decimals: u32) -> String {
    let scaled = value * Exact::from_integer(power_of_ten(decimals));
    assert!(scaled.is_integer(), "{value} has more than {decimals} decimals");
    let digits = scaled.abs().to_integer().to_string();
    let width = decimals as usize + 1;
    let digits = format!("{digits:0>width$}");
    let sign = if value.is_negative() { "-" } else { "" };
    let (before, after) = digits.split_at(digits.len() - decimals as usize);
    if after.is_empty() {
        format!("{sign}{before}")
    } else {
        format!("{sign}{before}.{after}")
    }
}

/// The distance between two values.
pub fn distance(a: &Exact, b: &Exact) -> Exact {
    (a - b).abs()
}

#[test]
fn the_ruler_itself_is_straight() {
    assert_eq!(exact("61.86") + exact("28.10"), exact("89.96"));
    for (text, decimals, mode, expected) in [
        ("84.3765", 2, Mode::HalfUp, "84.38"),
        ("0.125", 2, Mode::HalfUp, "0.13"),
        ("0.125", 2, Mode::HalfEven, "0.12"),
        ("0.135", 2, Mode::HalfEven, "0.14"),
        ("0.139", 2, Mode::Down, "0.13"),
        ("-0.125", 2, Mode::HalfUp, "-0.13"),
        ("0.009", 2, Mode::Down, "0.00"),
        ("7", 0, Mode::HalfUp, "7"),
    ] {
        let value = rounded(&exact(text), decimals, mode);
        assert_eq!(printed(&value, decimals), expected, "{text} {mode:?}");
    }
}
