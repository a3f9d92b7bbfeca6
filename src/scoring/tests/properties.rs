//! What is always true, over random trees and answers.

use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use proptest::prelude::*;

use super::arithmetic::{fraction, reference_round};
use super::*;

/// A random tree, described by plain numbers.
#[derive(Debug, Clone)]
enum Shape {
    Leaf,
    Node(Vec<Shape>),
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = Just(Shape::Leaf);
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop::collection::vec(inner, 1..5).prop_map(Shape::Node)
    })
}

/// Builds a node with whole maxima: the children of a sum share its maximum, the last one takes the rest.
fn node(shape: &Shape, code: &str, maximum: u64, sums_only: bool) -> Value {
    let Shape::Node(children) = shape else {
        return free_leaf(code, &maximum.to_string());
    };
    // Children of a mean all have its maximum. The tree alternates by depth.
    let is_sum = sums_only || code.matches('.').count().is_multiple_of(2);
    let count = children.len() as u64;
    let share = |position: u64| match (is_sum, position + 1 == count) {
        (false, _) => maximum,
        (true, false) => maximum / count,
        (true, true) => maximum - maximum / count * (count - 1),
    };
    let nodes: Vec<Value> = (0..count)
        .zip(children)
        .map(|(position, child)| {
            let child = node(
                child,
                &format!("{code}.{}", position + 1),
                share(position),
                sums_only,
            );
            if is_sum {
                child
            } else {
                weighted(child, &format!("0.{}", position + 1))
            }
        })
        .collect();
    container(
        code,
        &maximum.to_string(),
        if is_sum { "sum" } else { "weighted_mean" },
        json!(nodes),
    )
}

fn set(shapes: &[Shape], sums_only: bool, tiers: &Value) -> CompiledSet {
    let count = shapes.len();
    let children: Vec<Value> = shapes
        .iter()
        .enumerate()
        .map(|(position, shape)| node(shape, &format!("d{position}"), 1200, sums_only))
        .collect();
    let mut value = set_of(&(1200 * count).to_string(), "sum", json!(children));
    value["rounding"] = json!({"decimals": 0, "index_decimals": 2, "mode": "half_up", "tiers": tiers});
    compiled(value)
}

/// Per leaf: share of the maximum, whether it applies, and what state the answer is in.
type Draft = (u64, bool, u8);

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    prop::collection::vec((0..=1_000_u64, prop::bool::weighted(0.85), 0..10_u8), 64)
}

fn leaf_answer(leaf: &CompiledLeaf, (share, applies, state): Draft) -> LeafAnswer {
    let points =
        Points::from_micro(i64::try_from(leaf.maximum.micro().unsigned_abs() * share / 1000).unwrap());
    let declared = if applies {
        Declared::Points { points }
    } else {
        Declared::NOT_APPLICABLE
    };
    match state {
        0 => LeafAnswer::default(),
        1 => LeafAnswer {
            declared: Some(declared),
            ..LeafAnswer::default()
        },
        2 => LeafAnswer {
            declared: None,
            decision: Some(Decision::Corrected { value: declared }),
            entered: None,
        },
        _ => recognised(declared),
    }
}

fn fill(set: &CompiledSet, drafts: &[Draft]) -> Answers {
    let mut answers = set.blank_answers();
    for ((leaf, draft), answer) in set
        .leaves()
        .iter()
        .zip(drafts.iter().cycle())
        .zip(&mut answers.leaves)
    {
        *answer = leaf_answer(leaf, *draft);
    }
    answers
}

fn tiers() -> impl Strategy<Value = Value> {
    prop::sample::subsequence(vec!["indicator", "criterion", "domain", "total"], 0..=4)
        .prop_map(|tiers| json!(tiers))
}

fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    prop::collection::vec(shape(), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn points_stay_between_zero_and_what_applies(shapes in shapes(), drafts in drafts(), tiers in tiers()) {
        let set = set(&shapes, false, &tiers);
        let card = score(&set, &fill(&set, &drafts));
        for (node, score) in set.nodes().iter().zip(&card.nodes) {
            prop_assert!(!score.flags.contains(Flag::Invalid));
            prop_assert!(Points::ZERO <= score.final_points && score.final_points <= score.applicable_maximum, "{}", node.code);
            prop_assert!(Points::ZERO <= score.self_points && score.self_points <= node.maximum, "{}", node.code);
            prop_assert!(score.applicable_maximum <= node.maximum);
            prop_assert!(score.index().is_none_or(|index| index <= Points::HUNDRED));
            prop_assert_eq!(score.index().is_none(), score.flags.contains(Flag::NotApplicable));
        }
    }

    #[test]
    fn an_explanation_can_be_recomputed_by_hand(shapes in shapes(), drafts in drafts(), tiers in tiers()) {
        let set = set(&shapes, false, &tiers);
        let answers = fill(&set, &drafts);
        recompute(&explain(&set, &answers, &score(&set, &answers)).root)?;
    }

    #[test]
    fn scoring_twice_gives_the_same_bytes(shapes in shapes(), drafts in drafts(), tiers in tiers()) {
        let set = set(&shapes, false, &tiers);
        let answers = fill(&set, &drafts);
        let bytes = || {
            let card = score(&set, &answers);
            (serde_json::to_vec(&card).unwrap(), serde_json::to_vec(&explain(&set, &answers, &card)).unwrap())
        };
        prop_assert_eq!(bytes(), bytes());
    }

    #[test]
    fn a_sum_is_the_sum_of_its_leaves(shapes in shapes(), drafts in drafts()) {
        let set = set(&shapes, true, &json!([]));
        let card = score(&set, &fill(&set, &drafts));
        let leaves = || set.leaves().iter().map(|leaf| card.node(leaf.node).unwrap());
        prop_assert_eq!(card.total, leaves().map(|leaf| leaf.final_points).sum());
        prop_assert_eq!(card.self_total, leaves().map(|leaf| leaf.self_points).sum());
        prop_assert_eq!(card.applicable_maximum, leaves().map(|leaf| leaf.applicable_maximum).sum());
    }

    #[test]
    fn raising_a_leaf_never_lowers_the_index_or_the_place(
        shapes in shapes(), tables in prop::collection::vec(drafts(), 2..6), at in any::<prop::sample::Index>(), tiers in tiers(),
    ) {
        let set = set(&shapes, false, &tiers);
        let mut all: Vec<Answers> = tables.iter().map(|drafts| fill(&set, drafts)).collect();
        let before: Vec<Scorecard> = all.iter().map(|answers| score(&set, answers)).collect();
        let leaf = at.index(set.leaves().len());
        let applies = before[0].node(set.leaf(leaf).unwrap().node).unwrap().applicable_maximum > Points::ZERO;
        prop_assume!(applies);
        all[0].leaves[leaf] = recognised(Declared::Points { points: set.leaf(leaf).unwrap().maximum });
        let after: Vec<Scorecard> = all.iter().map(|answers| score(&set, answers)).collect();
        prop_assert!(after[0].index >= before[0].index);
        prop_assert!(place_of_first(&set, &after) <= place_of_first(&set, &before));
    }

    #[test]
    fn input_order_never_matters(
        shapes in shapes(), tables in prop::collection::vec(drafts(), 1..12), seed in any::<prop::sample::Index>(),
    ) {
        let set = set(&shapes, false, &json!([]));
        let cards: Vec<Scorecard> = tables.iter().map(|drafts| score(&set, &fill(&set, drafts))).collect();
        let mut contenders = contenders(&cards);
        let straight = serde_json::to_vec(&rank(&set, &contenders)).unwrap();
        let turn = seed.index(contenders.len());
        contenders.rotate_left(turn);
        contenders.reverse();
        prop_assert_eq!(serde_json::to_vec(&rank(&set, &contenders)).unwrap(), straight);
    }

    #[test]
    fn numbers_survive_their_text(micro in -1_000_000_000_000_i64..=1_000_000_000_000) {
        let points = Points::from_micro(micro);
        prop_assert_eq!(Points::parse(&points.to_string()), Ok(points));
        prop_assert_eq!(Points::parse(&points.format(6)), Ok(points));
        prop_assert_eq!(serde_json::from_str::<Points>(&serde_json::to_string(&points).unwrap()).unwrap(), points);
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,24}") {
        let _ = (Points::parse(&text), Quantity::parse(&text));
    }
}

/// Recomputes every container from nothing but what its explanation shows, in arbitrary precision.
fn recompute(node: &ExplainedNode) -> Result<(), TestCaseError> {
    let micro = |points: Points| fraction(i128::from(points.micro()), 1);
    let rounded = |exact: &BigRational, unit: i64, mode| {
        let units = reference_round(&(exact / micro(Points::from_micro(unit))), mode);
        Points::from_micro(units.to_i64().unwrap() * unit)
    };
    for child in &node.children {
        recompute(child)?;
    }
    let applying = || {
        node.children
            .iter()
            .filter(|child| child.applicable_maximum > Points::ZERO)
    };
    if let Some(combine) = node.combine {
        let mut sum = BigRational::zero();
        let mut divisor = BigRational::zero();
        for child in applying() {
            let weight = micro(child.weight.unwrap_or(pt("1")));
            let share = micro(child.final_points) / micro(child.applicable_maximum);
            divisor += &weight;
            sum += match combine {
                Combine::Sum => micro(child.final_points),
                Combine::Mean | Combine::WeightedMean => weight * share * micro(node.maximum),
            };
        }
        let exact = if combine == Combine::Sum || divisor.is_zero() {
            sum
        } else {
            sum / divisor
        };
        let points = rounded(&exact, 1, RoundingMode::HalfEven);
        prop_assert_eq!(
            node.rounding.map_or(node.final_points, |event| event.from),
            points,
            "{}",
            &node.code
        );
    }
    if let Some(event) = node.rounding {
        let unit = 1_000_000 / 10_i64.pow(event.decimals.into());
        prop_assert_eq!(event.to, rounded(&micro(event.from), unit, event.mode));
        prop_assert_eq!(event.to, node.final_points);
    }
    let index = (node.applicable_maximum > Points::ZERO).then(|| {
        let share = micro(node.final_points) / micro(node.applicable_maximum) * micro(Points::HUNDRED);
        rounded(&share, 1, RoundingMode::HalfEven)
    });
    prop_assert_eq!(node.index, index);
    Ok(())
}

fn contenders(cards: &[Scorecard]) -> Vec<Contender<'_>> {
    let regions = [Some("north"), Some("south"), None];
    cards
        .iter()
        .enumerate()
        .map(|(position, card)| Contender {
            agency: format!("agency-{position}"),
            region: regions[position % 3].map(str::to_owned),
            level: if position % 2 == 0 { "ministry" } else { "province" }.into(),
            ranked: position % 5 != 4,
            card,
        })
        .collect()
}

fn place_of_first(set: &CompiledSet, cards: &[Scorecard]) -> u32 {
    let ranking = rank(set, &contenders(cards));
    ranking
        .entries
        .iter()
        .find(|entry| entry.figures.agency == "agency-0")
        .unwrap()
        .place
}
