//! Hand-computed scores.

use super::*;

fn total(set: &CompiledSet, answers: &Answers) -> (String, String, String) {
    let card = score(set, answers);
    (
        card.total.to_string(),
        card.applicable_maximum.to_string(),
        card.index.to_string(),
    )
}

/// Answers with which the full set is complete: 20 − 2 by domain 1, 25 + 8 of 40 in domain 2, a mean in domain 3.
pub(super) fn complete(set: &CompiledSet) -> Answers {
    answers(
        set,
        [
            (
                "1.1",
                recognised(Declared::Option {
                    option: "on_time".into(),
                }),
            ),
            ("1.2", recognised(yes(true))),
            ("1.3", recognised(ratio("85", "120"))),
            ("1.4", recognised(count(4))),
            ("1.5", recognised(ratio("90", "100"))),
            ("1.6", recognised(count(1))),
            ("1.7", points_set("4.75")),
            ("2.1", entered("25.5")),
            ("2.2", entered("8")),
            ("3.1", recognised(yes(true))),
            ("3.2.1", recognised(yes(true))),
            ("3.2.2", recognised(yes(true))),
            ("3.3", recognised(ratio("1", "3"))),
        ],
    )
}

#[test]
fn a_complete_card_adds_up() {
    let set = compiled(full_set());
    let card = score(&set, &complete(&set));
    // 2 + 1 + 1 + 3 + 3.6 + 2.75 + 4.75 = 18.1
    assert_eq!(node_score(&set, &card, "1").final_points, pt("18.1"));
    assert_eq!(node_score(&set, &card, "2").final_points, pt("33.5"));
    // (4·40 + 3·40 + 3·13.333333) / 10 = 31.9999999 → 32.000000
    assert_eq!(node_score(&set, &card, "3").final_points, pt("32"));
    assert_eq!(card.total, pt("83.6"));
    assert_eq!(
        (card.index, card.index_printed, card.score_exact),
        (pt("83.6"), pt("83.6"), pt("83.6"))
    );
    assert_eq!(
        card.appraised_total,
        pt("50.1"),
        "without survey and external points"
    );
    assert_eq!(card.self_total, pt("45.35"), "nothing was proposed for 1.7");
    assert!(card.is_complete() && card.missing.is_empty());
}

#[test]
fn three_columns_stand_side_by_side() {
    let set = compiled(set_of(
        "10",
        "sum",
        json!([free_leaf("1", "4"), free_leaf("2", "6")]),
    ));
    let proposed = |text: &str| Some(Declared::Points { points: pt(text) });
    let corrected = Decision::Corrected {
        value: Declared::Points { points: pt("1.5") },
    };
    let card = score(
        &set,
        &answers(
            &set,
            [
                (
                    "1",
                    LeafAnswer {
                        declared: proposed("4"),
                        decision: Some(corrected),
                        entered: None,
                    },
                ),
                (
                    "2",
                    LeafAnswer {
                        declared: proposed("5"),
                        decision: None,
                        entered: None,
                    },
                ),
            ],
        ),
    );
    assert_eq!(
        (card.self_total, card.appraised_total, card.total),
        (pt("9"), pt("1.5"), pt("1.5"))
    );
    assert_eq!(card.missing, [1]);
}

#[test]
fn not_applicable_leaves_the_denominator_of_a_sum_once_decided() {
    // Nam Định 2020: 62.62 of 70 → 89.45 in print (89.457142…).
    let set = compiled(set_of(
        "100",
        "sum",
        json!([free_leaf("1", "70"), free_leaf("2", "30")]),
    ));
    let mut given = answers(
        &set,
        [
            ("1", points_set("62.62")),
            ("2", recognised(Declared::NOT_APPLICABLE)),
        ],
    );
    assert_eq!(
        total(&set, &given),
        ("62.62".into(), "70".into(), "89.457143".into())
    );
    let card = score(&set, &given);
    assert!(node_score(&set, &card, "2").flags.contains(Flag::NotApplicable));
    assert!(!card.flags.contains(Flag::NotApplicable) && card.is_complete());
    assert_eq!(node_score(&set, &card, "2").index(), None);
    // Declared but not decided: 0 of the unchanged maximum, and it blocks.
    given.leaves[1].decision = None;
    assert_eq!(
        total(&set, &given),
        ("62.62".into(), "100".into(), "62.62".into())
    );
    // Decided without being declared.
    given.leaves[1] = LeafAnswer {
        declared: Some(Declared::Points { points: pt("3") }),
        decision: Some(Decision::Corrected {
            value: Declared::NOT_APPLICABLE,
        }),
        entered: None,
    };
    let card = score(&set, &given);
    assert_eq!(
        (card.applicable_maximum, card.self_total),
        (pt("70"), pt("3")),
        "the self column keeps its points"
    );
}

#[test]
fn not_applicable_renormalises_the_weights_of_a_mean() {
    let set = compiled(set_of(
        "100",
        "weighted_mean",
        json!([
            weighted(free_leaf("1", "100"), "0.5"),
            weighted(free_leaf("2", "100"), "0.3"),
            weighted(free_leaf("3", "100"), "0.2")
        ]),
    ));
    let given = answers(
        &set,
        [
            ("1", points_set("80")),
            ("2", points_set("60")),
            ("3", recognised(Declared::NOT_APPLICABLE)),
        ],
    );
    // (0.5·80 + 0.3·60) / 0.8 = 72.5 of 100
    assert_eq!(total(&set, &given), ("72.5".into(), "100".into(), "72.5".into()));
}

#[test]
fn a_child_that_applies_in_part_is_converted_in_a_mean() {
    let set = compiled(full_set());
    let given = answers(
        &set,
        [
            ("3.1", recognised(yes(false))),
            ("3.2.1", recognised(Declared::NOT_APPLICABLE)),
            ("3.2.2", recognised(yes(true))),
            ("3.3", recognised(ratio("0", "1"))),
        ],
    );
    let card = score(&set, &given);
    // 3.2 has 30 of 30: as good as 40 of 40. (0.4·0 + 0.3·40 + 0.3·0) / 1 = 12
    assert_eq!(node_score(&set, &card, "3.2").index(), Some(pt("100")));
    assert_eq!(node_score(&set, &card, "3").final_points, pt("12"));
    assert_eq!(
        node_score(&set, &card, "3").self_points,
        pt("9"),
        "(0.3·30) / 1: self points convert nothing"
    );
    assert_eq!(node_score(&set, &card, "3").applicable_maximum, pt("40"));
}

#[test]
fn a_container_whose_children_do_not_apply_does_not_apply() {
    let set = compiled(set_of(
        "100",
        "mean",
        json!([
            container(
                "1",
                "100",
                "sum",
                json!([free_leaf("1.1", "40"), free_leaf("1.2", "60")])
            ),
            free_leaf("2", "100")
        ]),
    ));
    let not_applicable = || recognised(Declared::NOT_APPLICABLE);
    let mut given = answers(
        &set,
        [
            ("1.1", not_applicable()),
            ("1.2", not_applicable()),
            ("2", points_set("70")),
        ],
    );
    let card = score(&set, &given);
    let domain = node_score(&set, &card, "1");
    assert!(domain.flags.contains(Flag::NotApplicable));
    assert_eq!(
        (domain.index(), card.total, card.index),
        (None, pt("70"), pt("70"))
    );
    given.leaves[2] = not_applicable();
    let card = score(&set, &given);
    assert!(card.flags.contains(Flag::NotApplicable) && card.is_complete());
    assert_eq!(
        (card.total, card.applicable_maximum, card.index, card.score_exact),
        Default::default()
    );
}

#[test]
fn a_mean_is_one_fraction_rounded_once() {
    // DTI, Bắc Ninh 2020: weights 0.4, 0.3, 0.3. ICT Index 2023, Đà Nẵng: (0.7908 + 0.7892 + 0.9655) / 3 = 0.8485.
    let set = compiled(set_of(
        "1",
        "mean",
        json!([free_leaf("1", "1"), free_leaf("2", "1"), free_leaf("3", "1")]),
    ));
    let given = answers(
        &set,
        [
            ("1", points_set("0.7908")),
            ("2", points_set("0.7892")),
            ("3", points_set("0.9655")),
        ],
    );
    assert_eq!(total(&set, &given), ("0.8485".into(), "1".into(), "84.85".into()));
    let given = answers(
        &set,
        [
            ("1", points_set("0.000001")),
            ("2", points_set("0.000001")),
            ("3", points_set("0")),
        ],
    );
    assert_eq!(score(&set, &given).total, pt("0.000001"), "2/3 of a millionth");
}

#[test]
fn a_half_millionth_of_a_mean_goes_to_even() {
    let set = compiled(set_of(
        "1",
        "mean",
        json!([free_leaf("1", "1"), free_leaf("2", "1")]),
    ));
    for (first, mean) in [
        ("0.000001", "0"),
        ("0.000003", "0.000002"),
        ("0.000005", "0.000002"),
    ] {
        let given = answers(&set, [("1", points_set(first)), ("2", points_set("0"))]);
        assert_eq!(score(&set, &given).total, pt(mean), "{first} / 2");
    }
}
