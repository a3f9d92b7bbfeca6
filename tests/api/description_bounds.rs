//! The API's description bounds everything that is sent and answered, and tells of the headers that bear limits.

use serde_json::{Map, Value};

use crate::support::contract;

/// What is wrong with a schema and all below it, by place.
fn unbounded(schema: &Value, place: &str, faults: &mut Vec<String>) {
    let Some(members) = schema.as_object() else {
        return;
    };
    let is = |wanted: &str| match &members.get("type") {
        Some(Value::String(only)) => only == wanted,
        Some(Value::Array(several)) => several.iter().any(|one| one == wanted),
        _ => false,
    };
    let has = |name: &str| members.contains_key(name);
    let named = has("enum") || has("const");
    if is("string") && !named && !(has("maxLength") && (has("pattern") || has("format"))) {
        faults.push(format!(
            "{place}: a text without maxLength, or without pattern and format"
        ));
    }
    if is("integer") && !named && !(has("minimum") && has("maximum") && has("format")) {
        faults.push(format!(
            "{place}: a whole number without minimum, maximum or format"
        ));
    }
    if is("array") && !has("maxItems") {
        faults.push(format!("{place}: a list without maxItems"));
    }
    for below in ["items", "additionalProperties", "propertyNames"] {
        if let Some(schema) = members.get(below) {
            unbounded(schema, &format!("{place}/{below}"), faults);
        }
    }
    for several in ["oneOf", "anyOf", "allOf", "prefixItems"] {
        for (position, schema) in members
            .get(several)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            unbounded(schema, &format!("{place}/{several}/{position}"), faults);
        }
    }
    for (name, schema) in object(members.get("properties")) {
        unbounded(schema, &format!("{place}/{name}"), faults);
    }
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The schemas of bodies, by media type.
fn bodies(holder: &Value, place: &str, faults: &mut Vec<String>) {
    for (kind, content) in object(holder.get("content")) {
        unbounded(&content["schema"], &format!("{place} {kind}"), faults);
    }
}

#[test]
fn every_schema_is_bounded() {
    let document = contract().document();
    let mut faults = Vec::new();
    for (name, schema) in object(document.pointer("/components/schemas")) {
        unbounded(schema, name, &mut faults);
    }
    for operation in contract().operations() {
        let name = operation.name();
        let parameters = operation.value["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            unbounded(
                &parameter["schema"],
                &format!("{name} {}", parameter["name"]),
                &mut faults,
            );
        }
        bodies(&operation.value["requestBody"], &name, &mut faults);
        for (status, response) in object(operation.value.get("responses")) {
            bodies(response, &format!("{name} {status}"), &mut faults);
        }
    }
    assert!(faults.is_empty(), "unbounded:\n  {}", faults.join("\n  "));
}

#[test]
fn every_answer_that_is_limited_says_so() {
    let mut faults = Vec::new();
    for operation in contract().operations() {
        let name = operation.name();
        for (status, response) in object(operation.value.get("responses")) {
            let has = |header: &str| response["headers"].get(header).is_some();
            let is_limited = !name.contains("/health/") && !status.starts_with('5');
            if is_limited != (has("RateLimit") && has("RateLimit-Policy")) {
                faults.push(format!("{name} {status}: RateLimit and RateLimit-Policy"));
            }
            if (status == "429") != has("Retry-After") {
                faults.push(format!("{name} {status}: Retry-After"));
            }
        }
    }
    assert!(faults.is_empty(), "headers:\n  {}", faults.join("\n  "));
}
