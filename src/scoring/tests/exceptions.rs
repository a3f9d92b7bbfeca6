//! What stands beside the plain sum: gaps, tier rounding, adjustments, and values that do not fit.

use super::scores::complete;
use super::*;

#[test]
fn blank_answers_score_zero_and_name_what_is_missing() {
    let set = compiled(full_set());
    let card = score(&set, &set.blank_answers());
    assert_eq!(
        (card.total, card.applicable_maximum, card.index),
        (pt("0"), pt("100"), pt("0"))
    );
    assert_eq!(card.missing, (0..13).collect::<Vec<_>>());
    assert!(!card.is_complete());
    let flags = |code: &str| {
        node_score(&set, &card, code)
            .flags
            .iter()
            .map(Flag::as_str)
            .collect::<Vec<_>>()
    };
    assert_eq!(flags("1.1"), ["undeclared", "undecided"]);
    assert_eq!(flags("2.1"), ["missing_survey"]);
    assert_eq!(flags("2.2"), ["missing_external"]);
    assert_eq!(
        flags("2"),
        ["missing_survey", "missing_external"],
        "a container bears what lies below it"
    );
}

#[test]
fn no_points_at_all_are_points_too() {
    let set = compiled(full_set());
    let mut answers = complete(&set);
    for leaf in [7, 8] {
        answers.leaves[leaf] = entered("0");
    }
    let card = score(&set, &answers);
    assert!(card.is_complete(), "{:?}", card.missing);
    for code in ["2.1", "2.2"] {
        assert_eq!(node_score(&set, &card, code).flags, Flags::NONE);
    }
}

#[test]
fn undeclared_but_decided_does_not_block() {
    let set = compiled(full_set());
    let mut answers = complete(&set);
    answers.leaves[0] = LeafAnswer {
        declared: None,
        decision: Some(Decision::PointsSet { points: pt("0") }),
        entered: None,
    };
    let card = score(&set, &answers);
    assert!(card.missing.is_empty() && card.is_complete());
    assert!(node_score(&set, &card, "1.1").flags.contains(Flag::Undeclared));
    answers.leaves[0].decision = None;
    assert_eq!(score(&set, &answers).missing, [0]);
}

#[test]
fn survey_leaves_can_be_exempt_where_the_set_allows_it() {
    let set = compiled(full_set());
    let mut given = complete(&set);
    given.leaves[7] = LeafAnswer {
        declared: None,
        decision: Some(Decision::Corrected {
            value: Declared::NOT_APPLICABLE,
        }),
        entered: None,
    };
    let card = score(&set, &given);
    assert!(card.is_complete());
    // 83.6 − 25.5 = 58.1 of 70
    assert_eq!(
        (card.total, card.applicable_maximum, card.index),
        (pt("58.1"), pt("70"), pt("83"))
    );
    given.leaves[7] = LeafAnswer {
        declared: Some(Declared::NOT_APPLICABLE),
        decision: None,
        entered: Some(pt("20")),
    };
    assert_eq!(score(&set, &given).missing, [7], "asked for, not decided");
}

#[test]
fn tier_rounding_feeds_the_parent() {
    let tree = json!([container(
        "1",
        "2",
        "sum",
        json!([
            container(
                "1.1",
                "1",
                "sum",
                json!([free_leaf("1.1.1", "0.5"), free_leaf("1.1.2", "0.5")])
            ),
            container("1.2", "1", "sum", json!([free_leaf("1.2.1", "1")]))
        ])
    )]);
    let with_tiers = |tiers: Value, mode: &str| {
        let mut value = set_of("2", "sum", tree.clone());
        value["rounding"] = json!({"decimals": 1, "mode": mode, "tiers": tiers});
        let set = compiled(value);
        let given = answers(
            &set,
            [
                ("1.1.1", points_set("0.05")),
                ("1.1.2", points_set("0.1")),
                ("1.2.1", points_set("0.25")),
            ],
        );
        let card = score(&set, &given);
        let criterion = *node_score(&set, &card, "1.1");
        (
            card.total.to_string(),
            card.total_printed.to_string(),
            criterion.before_rounding.to_string(),
            criterion.final_points.to_string(),
        )
    };
    let text = |a: &str, b: &str, c: &str, d: &str| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned());
    assert_eq!(
        with_tiers(json!([]), "half_up"),
        text("0.4", "0.4", "0.15", "0.15")
    );
    assert_eq!(
        with_tiers(json!(["criterion"]), "half_up"),
        text("0.5", "0.5", "0.15", "0.2")
    );
    assert_eq!(
        with_tiers(json!(["criterion"]), "half_even"),
        text("0.4", "0.4", "0.15", "0.2")
    );
    assert_eq!(
        with_tiers(json!(["criterion"]), "down"),
        text("0.3", "0.3", "0.15", "0.1")
    );
    // 0.05 → 0.1, 0.1, 0.25 → 0.3
    assert_eq!(
        with_tiers(json!(["indicator"]), "half_up"),
        text("0.5", "0.5", "0.2", "0.2")
    );
}

#[test]
fn bonus_and_penalty_have_caps_and_stand_beside_the_index() {
    let set = compiled(full_set());
    let mut given = complete(&set);
    let with = |given: &mut Answers, bonus: &str, penalty: &str| {
        given.adjustments = vec![pt(bonus), pt(penalty)];
        let card = score(&set, given);
        (
            card.index.to_string(),
            card.adjustment.to_string(),
            card.score_exact.to_string(),
        )
    };
    let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(with(&mut given, "1.5", "0.25"), text("83.6", "1.25", "84.85"));
    assert_eq!(
        with(&mut given, "50", "0"),
        text("83.6", "2", "85.6"),
        "at most the cap"
    );
    assert_eq!(with(&mut given, "0", "50"), text("83.6", "-1", "82.6"));
    let mut blank = set.blank_answers();
    assert_eq!(
        with(&mut blank, "0", "1"),
        text("0", "-1", "0"),
        "not below the floor"
    );
}

#[test]
fn a_value_that_does_not_fit_counts_zero_and_blocks() {
    let set = compiled(full_set());
    for (leaf, answer) in [
        (0, recognised(count(3))),
        (
            0,
            LeafAnswer {
                declared: None,
                decision: Some(Decision::RECOGNISED),
                entered: None,
            },
        ),
        (6, points_set("5.25")),
        (7, entered("30.5")),
        (7, entered("-1")),
    ] {
        let mut given = complete(&set);
        given.leaves[leaf] = answer;
        let card = score(&set, &given);
        assert_eq!(card.missing, [leaf]);
        let node = card.node(set.leaf(leaf).unwrap().node).unwrap();
        assert!(node.flags.contains(Flag::Invalid) && node.final_points == Points::ZERO);
    }
}

#[test]
fn points_entered_for_an_assessed_indicator_block() {
    let set = compiled(full_set());
    let mut given = complete(&set);
    given.leaves[1].entered = Some(pt("1"));
    let card = score(&set, &given);
    assert_eq!(
        (card.missing.as_slice(), card.is_complete()),
        ([1].as_slice(), false)
    );
}

#[test]
fn answers_that_are_too_short_count_as_blank() {
    let set = compiled(full_set());
    assert_eq!(
        score(&set, &Answers::default()),
        score(&set, &set.blank_answers())
    );
}

#[test]
fn points_and_index_are_printed_with_their_own_decimals() {
    let mut value = set_of("30", "sum", json!([free_leaf("1", "30")]));
    value["rounding"] = json!({"decimals": 1, "index_decimals": 3, "mode": "down"});
    let set = compiled(value);
    let card = score(&set, &answers(&set, [("1", points_set("20.1"))]));
    assert_eq!(
        (card.total_printed, card.index_printed, card.score_printed),
        (pt("20.1"), pt("67"), pt("67"))
    );
    let given = answers(
        &set,
        [(
            "1",
            recognised(Declared::Points {
                points: pt("20.199999"),
            }),
        )],
    );
    let card = score(&set, &given);
    assert_eq!(
        (card.total_printed, card.index, card.index_printed),
        (pt("20.1"), pt("67.33333"), pt("67.333"))
    );
    assert_eq!(card.total, pt("20.199999"), "printing rounds a copy");
}
