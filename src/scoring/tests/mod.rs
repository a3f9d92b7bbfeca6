//! Proof of the scoring engine: unit tests by theme, hand-computed cases, and properties.

mod arithmetic;
mod documents;
mod exceptions;
mod explanations;
mod faults;
mod numbers;
mod properties;
mod ranking;
mod rules;
mod scores;
mod tree;

use serde_json::{Value, json};

use super::*;

/// A point value from its text.
pub(super) fn pt(text: &str) -> Points {
    Points::parse(text).unwrap()
}

/// A declared value from JSON.
pub(super) fn declared(value: Value) -> Declared {
    serde_json::from_value(value).unwrap()
}

/// A ratio as declared.
pub(super) fn ratio(numerator: &str, denominator: &str) -> Declared {
    declared(json!({"kind": "ratio", "numerator": numerator, "denominator": denominator}))
}

/// A count as declared.
pub(super) const fn count(count: u32) -> Declared {
    Declared::Count { count }
}

/// Yes or no as declared.
pub(super) const fn yes(yes: bool) -> Declared {
    Declared::YesNo { yes }
}

/// Reads a document that must be well formed (but may have faults).
pub(super) fn document(value: Value) -> CriteriaSet {
    serde_json::from_value(value).unwrap()
}

/// Compiles a document that must be without faults.
pub(super) fn compiled(value: Value) -> CompiledSet {
    document(value).compile().unwrap()
}

/// A minimal set around a first tier.
pub(super) fn set_of(maximum: &str, combine: &str, children: Value) -> Value {
    json!({
        "code": "demo", "version": 1, "title_vi": "Bộ tiêu chí thử", "level": "ministry",
        "maximum": maximum, "combine": combine,
        "rounding": {"decimals": 2, "mode": "half_up"},
        "ranking": {"basis": "exact", "ties": "competition"},
        "children": children
    })
}

/// A leaf whose points can be anything: points set by the appraiser in millionths.
pub(super) fn free_leaf(code: &str, maximum: &str) -> Value {
    json!({
        "code": code, "name_vi": format!("Tiêu chí {code}"), "maximum": maximum, "source": "assessment",
        "rule": {"kind": "appraiser_points", "step": "0.000001"}, "not_applicable_allowed": true
    })
}

/// A container.
pub(super) fn container(code: &str, maximum: &str, combine: &str, children: Value) -> Value {
    json!({"code": code, "name_vi": format!("Lĩnh vực {code}"), "maximum": maximum, "combine": combine, "children": children})
}

/// Puts a weight on a node.
pub(super) fn weighted(mut node: Value, weight: &str) -> Value {
    node["weight"] = json!(weight);
    node
}

/// The answer "points set" for a leaf.
pub(super) fn points_set(points: &str) -> LeafAnswer {
    LeafAnswer {
        decision: Some(Decision::PointsSet { points: pt(points) }),
        ..LeafAnswer::default()
    }
}

/// The answer "declared, and recognised".
pub(super) fn recognised(declared: Declared) -> LeafAnswer {
    LeafAnswer {
        declared: Some(declared),
        decision: Some(Decision::RECOGNISED),
        entered: None,
    }
}

/// Survey or external points.
pub(super) fn entered(points: &str) -> LeafAnswer {
    LeafAnswer {
        entered: Some(pt(points)),
        ..LeafAnswer::default()
    }
}

/// Answers by code over blank ones.
pub(super) fn answers<const N: usize>(set: &CompiledSet, given: [(&str, LeafAnswer); N]) -> Answers {
    let mut answers = set.blank_answers();
    for (code, answer) in given {
        *answers.leaf_mut(set.leaf_index(code).unwrap()).unwrap() = answer;
    }
    answers
}

/// The numbers of a node by code.
pub(super) fn node_score<'a>(set: &CompiledSet, card: &'a Scorecard, code: &str) -> &'a NodeScore {
    card.node(set.node_index(code).unwrap()).unwrap()
}

/// A set with every rule, a weighted mean, bands, adjustments and an exempt agency. 100 points.
pub(super) fn full_set() -> Value {
    serde_json::from_str(include_str!("full_set.json")).unwrap()
}
