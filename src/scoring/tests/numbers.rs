//! Reading, writing and rounding numbers.

use super::*;

#[test]
fn reads_plain_decimals() {
    for (text, micro) in [
        ("61.86", 61_860_000),
        ("0", 0),
        ("-0.5", -500_000),
        ("100.000001", 100_000_001),
        ("007.50", 7_500_000),
    ] {
        assert_eq!(Points::parse(text).map(Points::micro), Ok(micro), "{text}");
    }
    assert_eq!(Points::parse("1000000"), Ok(Points::MAX));
    assert_eq!(Points::parse("-1000000"), Ok(-Points::MAX));
}

#[test]
fn refuses_what_is_not_plain() {
    use NumberError::{DecimalComma, Empty, NotPlain, TooLarge, TooManyDecimals};
    for (text, error) in [
        ("", Empty),
        ("61,86", DecimalComma),
        ("1,000.5", DecimalComma),
        ("+1", NotPlain),
        (" 1", NotPlain),
        ("1 ", NotPlain),
        ("1e3", NotPlain),
        (".5", NotPlain),
        ("5.", NotPlain),
        ("-", NotPlain),
        ("--1", NotPlain),
        ("1.2.3", NotPlain),
        ("NaN", NotPlain),
        ("١", NotPlain),
        ("0.0000001", TooManyDecimals),
        ("1.0000000", TooManyDecimals),
        ("1000000.000001", TooLarge),
        ("-1000000.000001", TooLarge),
        ("99999999999999999999999", TooLarge),
    ] {
        assert_eq!(Points::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn quantities_are_not_negative_and_larger() {
    assert_eq!(Quantity::parse("1000000000000"), Ok(Quantity::MAX));
    assert_eq!(
        Quantity::parse("1000000000000.000001"),
        Err(NumberError::TooLarge)
    );
    assert_eq!(Quantity::parse("-1"), Err(NumberError::Negative));
    assert_eq!(
        Quantity::parse("12.5").map(|quantity| quantity.to_string()),
        Ok("12.5".into())
    );
    assert_eq!(Quantity::from(3_u32), Quantity::parse("3").unwrap());
    assert_eq!("12.5".parse(), Quantity::parse("12.5"));
    let most = Quantity::MAX.micro();
    for (millionths, quantity) in [
        (-1, None),
        (0, Some(Quantity::ZERO)),
        (3_000_000, Some(Quantity::from(3))),
        (most, Some(Quantity::MAX)),
        (most + 1, None),
    ] {
        assert_eq!(Quantity::from_micro(millionths), quantity);
    }
}

#[test]
fn json_numbers_are_refused_with_a_hint() {
    for number in ["61.86", "61", "-3"] {
        let error = serde_json::from_str::<Points>(number).unwrap_err().to_string();
        assert!(error.contains("send the number as a string"), "{error}");
    }
    let error = serde_json::from_str::<Points>("\"61,86\"")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("dấu chấm") && error.contains("decimal point"),
        "{error}"
    );
    assert!(serde_json::from_str::<Quantity>("true").is_err());
}

#[test]
fn writes_without_superfluous_zeros_and_with_exact_decimals() {
    for (text, plain, two) in [
        ("61.860", "61.86", "61.86"),
        ("100", "100", "100.00"),
        ("-0.5", "-0.5", "-0.50"),
        ("0.000001", "0.000001", "0.00"),
    ] {
        assert_eq!(pt(text).to_string(), plain);
        assert_eq!(pt(text).format(2), two);
        assert_eq!(serde_json::to_value(pt(text)).unwrap(), json!(plain));
    }
    assert_eq!(pt("84.375").format(0), "84");
    assert_eq!(pt("-0.001").format(2), "0.00");
    assert_eq!(pt("1.5").format(9), "1.500000");
}

#[test]
fn rounds_halves_by_mode_on_both_sides_of_zero() {
    use RoundingMode::{Down, HalfEven, HalfUp};
    for (num, den, up, even, down) in [
        (5, 2, 3, 2, 2),
        (7, 2, 4, 4, 3),
        (-5, 2, -3, -2, -2),
        (5, -2, -3, -2, -2),
        (-7, -2, 4, 4, 3),
        (1, 3, 0, 0, 0),
        (2, 3, 1, 1, 0),
        (-2, 3, -1, -1, 0),
        (6, 3, 2, 2, 2),
        (0, 5, 0, 0, 0),
        (1, 2, 1, 0, 0),
        (-1, 2, -1, 0, 0),
    ] {
        let rounded = [HalfUp, HalfEven, Down].map(|mode| round_ratio(num, den, mode));
        assert_eq!(rounded, [Some(up), Some(even), Some(down)], "{num}/{den}");
    }
}

#[test]
fn rounding_at_the_ends_of_128_bits_has_an_answer_or_none() {
    assert_eq!(round_ratio(1, 0, RoundingMode::HalfUp), None);
    assert_eq!(round_ratio(i128::MIN, -1, RoundingMode::HalfUp), None);
    assert_eq!(round_ratio(i128::MAX, i128::MAX, RoundingMode::HalfEven), Some(1));
    assert_eq!(
        round_ratio(i128::MAX - 1, i128::MAX, RoundingMode::HalfEven),
        Some(1)
    );
    assert_eq!(round_ratio(i128::MIN, i128::MIN, RoundingMode::Down), Some(1));
}

#[test]
fn points_round_to_decimals() {
    assert_eq!(pt("84.375").round(2, RoundingMode::HalfUp), pt("84.38"));
    assert_eq!(pt("84.365").round(2, RoundingMode::HalfEven), pt("84.36"));
    assert_eq!(pt("84.379999").round(2, RoundingMode::Down), pt("84.37"));
    assert_eq!(pt("1.234567").round(6, RoundingMode::HalfUp), pt("1.234567"));
    for more in [7, 200] {
        assert_eq!(pt("1.234567").round(more, RoundingMode::HalfUp), pt("1.234567"));
        assert_eq!(Points::unit(more), Points::from_micro(1));
    }
    assert_eq!(
        Points::from_micro(i64::MAX).round(0, RoundingMode::HalfUp),
        Points::from_micro(i64::MAX)
    );
}

#[test]
fn index_is_rounded_once_half_even() {
    assert_eq!(Points::index_of(pt("62.62"), pt("70")), Some(pt("89.457143")));
    assert_eq!(Points::index_of(pt("1"), pt("3")), Some(pt("33.333333")));
    assert_eq!(Points::index_of(pt("70"), pt("70")), Some(Points::HUNDRED));
    assert_eq!(Points::index_of(pt("0"), pt("0")), None);
}

#[test]
fn codes_are_what_serde_writes() {
    for tier in Tier::ALL {
        assert_eq!(serde_json::to_value(tier).unwrap(), json!(tier.as_str()));
        assert_eq!(Tier::parse(tier.as_str()), Some(*tier));
    }
    assert_eq!(Ties::parse("none"), None);
    assert_eq!(
        serde_json::from_value::<RoundingMode>(json!("half_even")).unwrap(),
        RoundingMode::HalfEven
    );
}
