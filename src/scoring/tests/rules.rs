//! Every rule at its borders, and every reason to refuse a value.

use super::*;

/// The leaf of the full set with this code.
fn leaf(code: &str) -> CompiledLeaf {
    let set = compiled(full_set());
    set.leaf(set.leaf_index(code).unwrap()).unwrap().clone()
}

fn gives(code: &str, value: &Declared) -> String {
    match rule_points(&leaf(code), value) {
        Ok(Applied::Points(points)) => points.to_string(),
        Ok(Applied::NotApplicable) => "not_applicable".into(),
        Err(fault) => {
            assert!(!fault.message_vi.is_empty() && !fault.message_en.is_empty());
            format!("{} {}", fault.code, fault.pointer).trim_end().to_owned()
        }
    }
}

fn option(code: &str) -> Declared {
    Declared::Option { option: code.into() }
}

fn points(text: &str) -> Declared {
    Declared::Points { points: pt(text) }
}

#[test]
fn choice_gives_the_points_of_the_option() {
    assert_eq!(gives("1.1", &option("on_time")), "2");
    assert_eq!(gives("1.1", &option("late")), "1");
    assert_eq!(gives("1.1", &option("none")), "0");
    assert_eq!(gives("1.1", &option("never")), "unknown_option /option");
}

#[test]
fn yes_no_gives_its_points() {
    assert_eq!(gives("1.2", &yes(true)), "1");
    assert_eq!(gives("1.2", &yes(false)), "0");
}

#[test]
fn percentage_bands_hold_their_borders_exactly() {
    // above 90 → 2; 70 to 90 → 1; below 70 → 0.
    for (a, b, expected) in [
        ("90", "100", "1"),
        ("9", "10", "1"),
        ("90.000001", "100", "2"),
        ("70", "100", "1"),
        ("69.999999", "100", "0"),
        ("0", "7", "0"),
        ("7", "7", "2"),
        ("85", "120", "1"),
        // 699,999,999,999 of 10¹² is 69.9999999999 %: rounding the percent first would say 70.
        ("699999999999", "1000000000000", "0"),
        ("900000000001", "1000000000000", "2"),
        ("900000000000", "1000000000000", "1"),
        // 2/3 = 66.6 %, 19/27 = 70.37 %
        ("2", "3", "0"),
        ("19", "27", "1"),
    ] {
        assert_eq!(gives("1.3", &ratio(a, b)), expected, "{a}/{b}");
    }
}

#[test]
fn zero_denominator_is_stated_or_refused() {
    assert_eq!(gives("1.3", &ratio("0", "0")), "2");
    assert_eq!(gives("1.5", &ratio("0", "0")), "zero_denominator /denominator");
    assert_eq!(
        gives("1.3", &ratio("1", "0")),
        "numerator_above_denominator /numerator"
    );
    assert_eq!(
        gives("1.5", &ratio("100.000001", "100")),
        "numerator_above_denominator /numerator"
    );
}

#[test]
fn count_bands_hold_their_borders() {
    for (declared, expected) in [(0, "0"), (1, "1.5"), (3, "1.5"), (4, "3"), (u32::MAX, "3")] {
        assert_eq!(gives("1.4", &count(declared)), expected, "{declared}");
    }
}

#[test]
fn proportional_starts_at_its_floor() {
    // 4 points, from 80 %.
    for (a, b, expected) in [
        ("80", "100", "3.2"),
        ("79.999999", "100", "0"),
        ("100", "100", "4"),
        ("5", "6", "3.333333"),
        ("0", "5", "0"),
        ("999999999999", "1000000000000", "4"),
    ] {
        assert_eq!(gives("1.5", &ratio(a, b)), expected, "{a}/{b}");
    }
    // Without a floor: 40 points.
    assert_eq!(gives("3.3", &ratio("1", "3")), "13.333333");
    assert_eq!(gives("3.3", &ratio("2", "3")), "26.666667");
}

#[test]
fn proportional_rounds_a_half_millionth_to_even() {
    let value = set_of(
        "1",
        "sum",
        json!([{"code": "1", "name_vi": "a", "maximum": "1", "source": "assessment",
        "rule": {"kind": "proportional", "floor": {"above": "0.00005"}}}]),
    );
    let set = compiled(value);
    let of = |a: &str| {
        rule_points(&set.leaves()[0], &ratio(a, "2000000"))
            .unwrap()
            .points()
    };
    assert_eq!(
        of("1"),
        Points::ZERO,
        "1/2000000 is exactly at the floor, which lies above it"
    );
    assert_eq!(of("3"), Points::from_micro(2), "1.5 millionths go to 2");
    assert_eq!(of("5"), Points::from_micro(2), "2.5 millionths go to 2");
}

#[test]
fn deduction_stops_at_its_floor() {
    // 3 points, 0.25 off per item, not below 0.5.
    for (items, expected) in [(0, "3"), (1, "2.75"), (10, "0.5"), (11, "0.5"), (u32::MAX, "0.5")] {
        assert_eq!(gives("1.6", &count(items)), expected, "{items}");
    }
}

#[test]
fn appraiser_points_go_in_steps() {
    assert_eq!(gives("1.7", &points("0")), "0");
    assert_eq!(gives("1.7", &points("4.75")), "4.75");
    assert_eq!(gives("1.7", &points("5")), "5");
    assert_eq!(gives("1.7", &points("5.25")), "points_out_of_range /points");
    assert_eq!(gives("1.7", &points("-0.25")), "points_out_of_range /points");
    assert_eq!(gives("1.7", &points("0.3")), "not_a_step /points");
}

#[test]
fn not_applicable_only_where_allowed() {
    assert_eq!(gives("1.2", &Declared::NOT_APPLICABLE), "not_applicable");
    assert_eq!(
        gives("1.1", &Declared::NOT_APPLICABLE),
        "not_applicable_not_allowed"
    );
    assert_eq!(gives("2.1", &Declared::NOT_APPLICABLE), "not_applicable");
}

#[test]
fn the_kind_fits_the_rule() {
    assert_eq!(gives("1.1", &yes(true)), "wrong_kind /kind");
    assert_eq!(gives("1.3", &count(3)), "wrong_kind /kind");
    assert_eq!(gives("1.7", &ratio("1", "2")), "wrong_kind /kind");
    assert_eq!(gives("2.1", &points("3")), "not_declarable");
    assert_eq!(gives("2.2", &count(3)), "not_declarable");
}

#[test]
fn decisions_are_checked() {
    let check = |code: &str, declared: Option<&Declared>, decision: &Decision| {
        let decided = decided_points(&leaf(code), declared, decision);
        decided.map(|_| ()).map_err(|fault| fault.code)
    };
    let set_points = |text: &str| Decision::PointsSet { points: pt(text) };
    assert_eq!(check("1.1", Some(&option("late")), &Decision::RECOGNISED), Ok(()));
    assert_eq!(
        check("1.1", None, &Decision::RECOGNISED),
        Err(ValueFaultCode::NothingDeclared)
    );
    let corrected = Decision::Corrected {
        value: option("none"),
    };
    assert_eq!(
        check("1.1", None, &corrected),
        Ok(()),
        "an appraiser may decide what was never declared"
    );
    let wrong = Decision::Corrected { value: count(1) };
    assert_eq!(
        check("1.1", Some(&option("late")), &wrong),
        Err(ValueFaultCode::WrongKind)
    );
    assert_eq!(check("1.7", None, &set_points("4.75")), Ok(()));
    assert_eq!(
        check("1.7", None, &set_points("4.8")),
        Err(ValueFaultCode::NotAStep),
        "the step of the rule"
    );
    assert_eq!(
        check("1.1", None, &set_points("1.25")),
        Ok(()),
        "two decimals, as the set declares"
    );
    assert_eq!(
        check("1.1", None, &set_points("1.255")),
        Err(ValueFaultCode::NotAStep)
    );
    assert_eq!(
        check("1.1", None, &set_points("2.01")),
        Err(ValueFaultCode::PointsOutOfRange)
    );
    assert_eq!(
        check("2.1", None, &set_points("1")),
        Err(ValueFaultCode::NotAppraisable)
    );
    let exempt = Decision::Corrected {
        value: Declared::NOT_APPLICABLE,
    };
    assert_eq!(check("2.1", None, &exempt), Ok(()), "no survey was held there");
    assert_eq!(
        check("2.2", None, &exempt),
        Err(ValueFaultCode::NotApplicableNotAllowed)
    );
}

#[test]
fn entered_points_and_adjustments_are_checked() {
    let entered = |code: &str, text: &str| check_entered(&leaf(code), pt(text)).map_err(|fault| fault.code);
    assert_eq!(entered("2.1", "29.999999"), Ok(()));
    assert_eq!(entered("2.1", "30.000001"), Err(ValueFaultCode::PointsOutOfRange));
    assert_eq!(entered("2.2", "-1"), Err(ValueFaultCode::PointsOutOfRange));
    assert_eq!(entered("1.1", "1"), Err(ValueFaultCode::NotEntered));
    let set = compiled(full_set());
    let bonus = &set.document().adjustments.as_ref().unwrap().items[0];
    let amount = |text: &str| check_adjustment(bonus, pt(text)).map_err(|fault| fault.code);
    assert_eq!(amount("1.5"), Ok(()));
    assert_eq!(amount("2.5"), Err(ValueFaultCode::PointsOutOfRange));
    assert_eq!(amount("-0.5"), Err(ValueFaultCode::PointsOutOfRange));
    assert_eq!(amount("0.25"), Err(ValueFaultCode::NotAStep));
}
