//! Reading JSON as RFC 8785 wants it: no name twice in an object, no text that is not Unicode.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// A JSON text that was read.
pub struct CanonicalText {
    /// Its canonical form (RFC 8785).
    pub text: String,
    /// Whether it was in that form.
    pub was_canonical: bool,
}

impl CanonicalText {
    /// Reads a text; says why it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("it is no UTF-8 text from byte {}", error.valid_up_to()))?;
        let Strict(value) = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let canonical = serde_json_canonicalizer::to_string(&value)
            .map_err(|error| format!("it has no canonical form: {error}"))?;
        Ok(Self {
            was_canonical: canonical == text,
            text: canonical,
        })
    }
}

/// A JSON value whose objects have no name twice: which one counts would be anybody's guess.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = object.next_entry::<String, Strict>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!(
                    "the name {name:?} stands twice in an object"
                )));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
