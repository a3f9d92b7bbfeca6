//! Where two JSON values begin to differ.

use std::collections::BTreeSet;

use serde_json::Value;

/// Characters of a value that are shown.
const SHOWN_MAX: usize = 200;

/// The first difference of two values, in the order of the canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// What the first value has there.
    pub first: String,
    /// What the second one has there.
    pub second: String,
}

/// Finds it; `None` for equal values.
pub fn first_difference(first: &Value, second: &Value) -> Option<Difference> {
    walk(first, second, String::new())
}

fn walk(first: &Value, second: &Value, pointer: String) -> Option<Difference> {
    match (first, second) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            names
                .into_iter()
                .find_map(|name| part(a.get(name), b.get(name), &pointer, &escaped(name)))
        }
        (Value::Array(a), Value::Array(b)) => (0..a.len().max(b.len()))
            .find_map(|index| part(a.get(index), b.get(index), &pointer, &index.to_string())),
        _ if first == second => None,
        _ => Some(Difference {
            pointer,
            first: shown(Some(first)),
            second: shown(Some(second)),
        }),
    }
}

fn part(first: Option<&Value>, second: Option<&Value>, above: &str, name: &str) -> Option<Difference> {
    let pointer = format!("{above}/{name}");
    match (first, second) {
        (Some(a), Some(b)) if a == b => None,
        (Some(a), Some(b)) => walk(a, b, pointer),
        _ => Some(Difference {
            pointer,
            first: shown(first),
            second: shown(second),
        }),
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value.to_string();
    if text.chars().count() <= SHOWN_MAX {
        return text;
    }
    text.chars().take(SHOWN_MAX).chain("…".chars()).collect()
}
