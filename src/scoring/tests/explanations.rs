//! Whoever holds an explanation can recompute it: the sentences show the very numbers.

use super::*;

fn find<'a>(node: &'a ExplainedNode, code: &str) -> Option<&'a ExplainedNode> {
    if node.code == code {
        Some(node)
    } else {
        node.children.iter().find_map(|child| find(child, code))
    }
}

/// "On time" was declared, and corrected to "late".
fn corrected() -> LeafAnswer {
    let value = |option: &str| Declared::Option {
        option: option.into(),
    };
    LeafAnswer {
        declared: Some(value("on_time")),
        decision: Some(Decision::Corrected { value: value("late") }),
        entered: None,
    }
}

fn explained<const N: usize>(given: [(&str, LeafAnswer); N]) -> Explanation {
    let set = compiled(full_set());
    let answers = answers(&set, given);
    explain(&set, &answers, &score(&set, &answers))
}

/// The English sentence of a leaf of the full set with a recognised value, without the decision.
fn calculation(code: &str, value: Declared) -> String {
    let explanation = explained([(code, recognised(value))]);
    let sentence = find(&explanation.root, code).unwrap().calculation_en.clone();
    sentence
        .strip_prefix("Declared: ")
        .unwrap()
        .split(". Decided")
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn sentences_show_what_was_compared() {
    assert_eq!(
        calculation("1.3", ratio("85", "120")),
        "a/b = 85/120; a·100 = 8500 ≥ 70·b = 8400 and ≤ 90·b = 10800 → 1 point"
    );
    assert_eq!(
        calculation("1.3", ratio("0", "0")),
        "a/b = 0/0; the denominator is 0, for which the rule states its own points → 2 points"
    );
    assert_eq!(
        calculation("1.3", ratio("1.5", "1.600001")),
        "a/b = 1.5/1.600001; a·100 = 150 > 90·b = 144.00009 → 2 points"
    );
    assert_eq!(
        calculation(
            "1.1",
            Declared::Option {
                option: "late".into()
            }
        ),
        "Late (late) → 1 point"
    );
    assert_eq!(
        calculation(
            "1.1",
            Declared::Option {
                option: "none".into()
            }
        ),
        "Chưa ban hành (none) → 0 points"
    );
    assert_eq!(calculation("1.2", yes(true)), "yes → 1 point");
    assert_eq!(calculation("1.2", yes(false)), "no → 0 points");
    assert_eq!(calculation("1.4", count(3)), "3 ≥ 1 and ≤ 3 → 1.5 points");
    assert_eq!(calculation("1.4", count(4)), "4 > 3 → 3 points");
    assert_eq!(
        calculation("1.5", ratio("90", "100")),
        "a/b = 90/100; a·100 = 9000 ≥ 80·b = 8000; 90 × 4 / 100 = 3.6 → 3.6 points"
    );
    assert_eq!(
        calculation("1.5", ratio("79", "100")),
        "a/b = 79/100; a·100 = 7900 < 80·b = 8000, below the floor → 0 points"
    );
    assert_eq!(
        calculation("3.3", ratio("1", "3")),
        "a/b = 1/3; 1 × 40 / 3 ≈ 13.333333 (rounded once to 6 decimals, half to even) → 13.333333 points"
    );
    assert_eq!(calculation("1.6", count(2)), "3 − 2 × 0.25 = 2.5 → 2.5 points");
    assert_eq!(
        calculation("1.6", count(12)),
        "3 − 12 × 0.25 = 0, below the floor of 0.5 → 0.5 points"
    );
    assert_eq!(
        calculation("1.6", count(20)),
        "3 − 20 × 0.25 = -2, below the floor of 0.5 → 0.5 points"
    );
    assert_eq!(
        calculation("1.7", Declared::Points { points: pt("4.75") }),
        "4.75 proposed (from 0 to 5, in steps of 0.25) → 4.75 points"
    );
}

#[test]
fn a_floor_that_must_be_exceeded_is_told_from_one_that_must_be_reached() {
    let set = compiled(set_of(
        "10",
        "sum",
        json!([{"code": "1", "name_vi": "Tỷ lệ", "maximum": "10", "source": "assessment",
                "rule": {"kind": "proportional", "floor": {"above": "60"}}}]),
    ));
    let sentence = |numerator| {
        let answers = answers(&set, [("1", recognised(ratio(numerator, "100")))]);
        let explanation = explain(&set, &answers, &score(&set, &answers));
        find(&explanation.root, "1").unwrap().calculation_en.clone()
    };
    let (at, above) = (sentence("60"), sentence("61"));
    assert!(
        at.contains("a·100 = 6000 ≤ 60·b = 6000, below the floor → 0 points"),
        "{at}"
    );
    assert!(
        above.contains("a·100 = 6100 > 60·b = 6000; 61 × 10 / 100 = 6.1 → 6.1 points"),
        "{above}"
    );
}

#[test]
fn decisions_and_gaps_are_told() {
    let explanation = explained([
        ("1.1", corrected()),
        ("1.2", recognised(Declared::NOT_APPLICABLE)),
        ("1.7", points_set("4.5")),
        ("2.1", entered("25")),
        ("2.2", entered("11")),
    ]);
    let en = |code: &str| find(&explanation.root, code).unwrap().calculation_en.as_str();
    let vi = |code: &str| find(&explanation.root, code).unwrap().calculation_vi.as_str();
    assert_eq!(
        en("1.1"),
        "Declared: On time (on_time) → 2 points. Decided: corrected to Late (late) → 1 point"
    );
    assert_eq!(
        vi("1.1"),
        "Kê khai: Đúng hạn (on_time) → 2 điểm. Thẩm định: điều chỉnh thành Muộn (late) → 1 điểm"
    );
    assert_eq!(
        en("1.2"),
        "Declared: not applicable. Decided: recognised; the maximum of 1 leaves the denominator"
    );
    assert_eq!(
        en("1.3"),
        "Nothing declared → 0 points. Not yet decided, counts 0 points for now"
    );
    assert_eq!(
        en("1.7"),
        "Nothing declared → 0 points. Decided: points set → 4.5 points"
    );
    assert_eq!(en("2.1"), "Survey → 25 points");
    assert!(en("2.2").ends_with("A stored value is not valid: it counts 0 points and blocks publication"));
    assert_eq!(
        en("1"),
        "Points: 1 + 0 + 0 + 0 + 0 + 4.5 = 5.5. Maximum that applies: 2 + 2 + 3 + 4 + 3 + 5 = 19. Index: 5.5 / 19 × 100 = 28.947368"
    );
    let missing: Vec<&str> = explanation
        .missing
        .iter()
        .map(|leaf| leaf.code.as_str())
        .collect();
    assert_eq!(
        missing,
        ["1.3", "1.4", "1.5", "1.6", "2.2", "3.1", "3.2.1", "3.2.2", "3.3"]
    );
}

#[test]
fn each_node_bears_its_name_and_both_points() {
    let explanation = explained([("1.1", corrected())]);
    let leaf = find(&explanation.root, "1.1").unwrap();
    assert_eq!(
        (leaf.name_vi.as_str(), leaf.name_en.as_deref()),
        ("Tiêu chí 1.1", Some("Indicator 1.1"))
    );
    for code in ["1.1", "1", "demo"] {
        let node = find(&explanation.root, code).unwrap();
        assert_eq!((node.self_points, node.appraised_points), (pt("2"), pt("1")));
    }
    let tiers = ["demo", "1", "1.1"].map(|code| find(&explanation.root, code).unwrap().tier);
    assert_eq!(tiers, [Tier::Total, Tier::Domain, Tier::Indicator]);
}

#[test]
fn means_show_weights_and_conversions() {
    let explanation = explained([
        ("3.1", recognised(Declared::NOT_APPLICABLE)),
        ("3.2.1", recognised(Declared::NOT_APPLICABLE)),
        ("3.2.2", recognised(yes(true))),
        ("3.3", recognised(ratio("1", "2"))),
    ]);
    let mean = find(&explanation.root, "3").unwrap();
    assert_eq!(
        mean.calculation_en,
        "Mean: (0.3 × 30 × 40/30 + 0.3 × 20) / (0.3 + 0.3) = 30 (rounded once to 6 decimals). Index: 30 / 40 × 100 = 75"
    );
    assert_eq!(
        (mean.combine, mean.final_points, mean.index),
        (Some(Combine::WeightedMean), pt("30"), Some(pt("75")))
    );
    assert_eq!(find(&explanation.root, "3.1").unwrap().index, None);
}

#[test]
fn the_score_shows_adjustments_limits_and_print() {
    let set = compiled(full_set());
    let mut answers = answers(&set, [("2.1", entered("30"))]);
    answers.adjustments = vec![pt("1.5"), pt("5")];
    let explanation = explain(&set, &answers, &score(&set, &answers));
    assert_eq!(
        explanation.calculation_en,
        "Index 30 + 1.5 (bonus-1) − 1 (penalty-1) = 30.5. Printed (half_up, 2 decimals): 30.50"
    );
    assert_eq!(explanation.adjustments[1].counted, pt("1"));
    assert_eq!(
        (explanation.band.as_deref(), explanation.score_printed),
        (Some("C"), pt("30.5"))
    );
    answers.leaves[7].entered = None;
    let explanation = explain(&set, &answers, &score(&set, &set.blank_answers()));
    assert!(
        explanation.calculation_vi.starts_with("Chỉ số 0"),
        "{}",
        explanation.calculation_vi
    );
}

#[test]
fn rounding_events_are_shown_at_the_declared_tiers_only() {
    let mut value = full_set();
    value["rounding"] = json!({"decimals": 2, "mode": "half_up", "tiers": ["indicator"]});
    let set = compiled(value);
    let answers = answers(&set, [("3.3", recognised(ratio("1", "3")))]);
    let explanation = explain(&set, &answers, &score(&set, &answers));
    let leaf = find(&explanation.root, "3.3").unwrap();
    let event = leaf.rounding.unwrap();
    assert_eq!((event.from, event.to), (pt("13.333333"), pt("13.33")));
    assert!(
        leaf.calculation_en
            .ends_with("Rounded to 2 decimals (half_up): 13.333333 → 13.33"),
        "{}",
        leaf.calculation_en
    );
    assert_eq!(find(&explanation.root, "3").unwrap().rounding, None);

    let mut value = full_set();
    value["rounding"] = json!({"decimals": 1, "mode": "half_up", "tiers": ["domain"]});
    let set = compiled(value);
    let sentence = |given| {
        let answers = super::answers(&set, [("1.7", points_set(given))]);
        let explanation = explain(&set, &answers, &score(&set, &answers));
        find(&explanation.root, "1").unwrap().calculation_en.clone()
    };
    assert!(sentence("4.75").contains("Rounded to 1 decimals (half_up): 4.75 → 4.8"));
    assert!(!sentence("4.5").contains("Rounded"), "nothing was rounded");
}

#[test]
fn an_explanation_serialises_with_decimal_strings_and_flag_lists() {
    let value = serde_json::to_value(explained([("2.1", entered("25.5"))])).unwrap();
    let survey = &value["root"]["children"][1]["children"][0];
    assert_eq!(survey["final_points"], "25.5");
    assert_eq!(survey["rule"], json!({"kind": "survey"}));
    assert_eq!(
        value["root"]["children"][0]["children"][0]["flags"],
        json!(["undeclared", "undecided"])
    );
    assert_eq!(value["root"]["code"], "demo");
}
