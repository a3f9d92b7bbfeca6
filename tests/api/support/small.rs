//! Criteria sets small enough to work out by hand.

use serde_json::{Value, json};

use super::play::rows;

/// A set with what every set needs.
pub fn set(code: &str, maximum: &str, more: &Value) -> Value {
    let mut set = json!({"code": code, "version": 1, "title_vi": "Bộ thử", "level": "ministry", "maximum": maximum,
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"}});
    for (name, value) in more.as_object().expect("an object") {
        set[name] = value.clone();
    }
    set
}

/// An indicator that is assessed.
pub fn leaf(code: &str, maximum: &str, rule: &Value) -> Value {
    json!({"code": code, "name_vi": "Tiêu chí", "maximum": maximum, "source": "assessment", "rule": rule})
}

/// An indicator whose points are entered.
pub fn external(code: &str, maximum: &str) -> Value {
    json!({"code": code, "name_vi": "Chỉ số", "maximum": maximum, "source": "external", "rule": {"kind": "external"}})
}

/// A declared a / b.
pub fn ratio(a: &str, b: &str) -> Value {
    json!({"kind": "ratio", "numerator": a, "denominator": b})
}

/// Agencies by their codes.
pub fn agencies(codes: &[&str]) -> Vec<Value> {
    codes.iter().map(|code| json!(code)).collect()
}

/// The node with a code, anywhere in a score's tree.
pub fn node<'a>(score: &'a Value, code: &str) -> &'a Value {
    let mut open = vec![&score["scorecard"]["root"]];
    while let Some(node) = open.pop() {
        if node["code"] == code {
            return node;
        }
        open.extend(rows(node, "children"));
    }
    panic!("no node {code}");
}
