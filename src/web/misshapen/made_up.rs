//! What may stand where something is missing, so that the rest of a document can be read. Pure.

use serde_json::Value;

use crate::web::shape::is_integer_type;

/// Texts that some kind of text is made of.
pub(super) const TEXTS: &[&str] = &[
    "a",
    "1",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10",
];

/// What would do where serde expected something.
pub(super) fn expected(said: &str) -> Option<Value> {
    let (_, expected) = said.rsplit_once("expected ")?;
    if let Some(word) = expected
        .strip_prefix("one of ")
        .unwrap_or(expected)
        .strip_prefix('`')
    {
        return word.split('`').next().map(Value::from);
    }
    Some(match expected {
        "a boolean" => Value::from(true),
        "a sequence" => Value::Array(Vec::new()),
        "a map" => Value::Object(serde_json::Map::new()),
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged enum ") => {
            Value::Object(serde_json::Map::new())
        }
        _ if is_integer_type(expected) || expected.starts_with('f') => Value::from(1),
        _ => return None,
    })
}
