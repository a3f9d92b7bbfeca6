//! Every place where a document has the wrong shape, not only the first.
//!
//! A reader stops at what it can't read. So that is taken out of a copy, and the rest is read again: whoever sent ten bad
//! rows learns of ten. What becomes incomplete by that is no fault of the sender's, and is taken out in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    input::{escape_key, plain, pointer_of},
    shape::told,
};
use crate::error::{FieldError, Message};

/// So many faults are named at most.
const FAULTS_MAX: usize = 100;
/// So many bytes are read again at most: a large document with many faults has but some of them named.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// Every fault of a document that is JSON, but no `T`; none where it is read otherwise than as plain values.
pub(super) fn faults<T: DeserializeOwned>(bytes: &[u8]) -> Vec<FieldError> {
    let mut found = Vec::new();
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else {
        return found;
    };
    let mut rest = Rest {
        document,
        ..Rest::default()
    };
    let mut bytes_left = BYTES_MAX;
    while found.len() < FAULTS_MAX {
        let Ok(text) = serde_json::to_vec(&rest.document) else {
            break;
        };
        let Some(left) = bytes_left.checked_sub(text.len()) else {
            break;
        };
        bytes_left = left;
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut reader) else {
            break;
        };
        let at = parts(&pointer_of(error.path()));
        let said = plain(&error.into_inner().to_string());
        let missing = said
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next());
        let place = rest.original(&at);
        let is_ours =
            missing.is_some_and(|name| rest.taken.contains(&format!("{place}/{}", escape_key(name))));
        if !is_ours {
            found.push(wrong_shape(place, &said));
        }
        // Of an object that lacks something, the whole is of no use.
        if !rest.take(&at) {
            break;
        }
    }
    found
}

/// The fault of what can't be read, in serde's words.
pub(super) fn wrong_shape(pointer: String, said: &str) -> FieldError {
    let said = told(said);
    FieldError::new(
        pointer,
        "wrong_shape",
        Message::new(
            format!("Không đúng định dạng: {}", said.vi),
            format!("Wrong shape: {}", said.en),
        ),
    )
}

/// What is left of a document.
#[derive(Default)]
struct Rest {
    document: Value,
    /// Of each list that lost elements, by its place as it was sent: where those that are left stood.
    stood: BTreeMap<String, Vec<usize>>,
    /// Places of members that were taken out, as they were sent.
    taken: BTreeSet<String>,
}

impl Rest {
    /// The place as it was sent.
    fn original(&self, at: &[String]) -> String {
        at.iter().fold(String::new(), |place, part| {
            let index = part.parse::<usize>().ok();
            let stood = self.stood.get(&place).zip(index);
            let part = match stood.and_then(|(stood, index)| stood.get(index)) {
                Some(index) => index.to_string(),
                None => escape_key(part),
            };
            format!("{place}/{part}")
        })
    }

    /// Takes a place out, or what is around it where it is not there; false at the root.
    fn take(&mut self, at: &[String]) -> bool {
        let Some((last, above)) = at.split_last() else {
            return false;
        };
        let place = self.original(at);
        let list = self.original(above);
        let parent = above
            .iter()
            .try_fold(&mut self.document, |value, part| match value {
                Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
                Value::Object(members) => members.get_mut(part),
                _ => None,
            });
        match parent {
            Some(Value::Array(items)) => {
                let Some(index) = last.parse().ok().filter(|index| *index < items.len()) else {
                    return self.take(above);
                };
                let stood = self
                    .stood
                    .entry(list)
                    .or_insert_with(|| (0..items.len()).collect());
                stood.remove(index);
                items.remove(index);
                true
            }
            Some(Value::Object(members)) => {
                let is_there = members.remove(last).is_some();
                if is_there {
                    self.taken.insert(place);
                }
                is_there || self.take(above)
            }
            _ => self.take(above),
        }
    }
}

/// The parts of a JSON pointer.
fn parts(pointer: &str) -> Vec<String> {
    let parts = pointer.split('/').skip(1);
    parts
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Node {
        code: String,
        maximum: u8,
        note: Option<String>,
        #[serde(default)]
        children: Vec<Node>,
    }

    fn pointers(document: &Value) -> Vec<String> {
        let found = faults::<Node>(document.to_string().as_bytes());
        found.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn every_misshapen_place_is_named_as_it_was_sent() {
        let document = serde_json::json!({"code": "1", "maximum": 9, "note": 5, "children": [
            {"code": "1.1", "maximum": "x", "more": 1},
            {"code": "1.2", "maximum": 2},
            null,
            {"code": 7, "maximum": 2, "children": [{"code": "a", "maximum": 1}, {"code": "b"}, {"code": "c", "maximum": -1}]},
            {"code": "1.5", "maximum": []},
        ]});
        assert_eq!(
            pointers(&document),
            [
                "/children/0/maximum",
                "/children/0/more",
                "/children/2",
                "/children/3/children/1",
                "/children/3/children/2/maximum",
                "/children/3/code",
                "/children/4/maximum",
                "/note",
            ]
        );
    }

    #[test]
    fn what_was_taken_out_is_not_said_to_be_missing() {
        assert_eq!(
            pointers(&serde_json::json!({"code": 1, "maximum": "x"})),
            ["/code", "/maximum"]
        );
        assert_eq!(pointers(&serde_json::json!({"code": "1"})), [""]);
        assert_eq!(pointers(&serde_json::json!("1")), [""]);
    }

    #[test]
    fn there_is_an_end_to_it() {
        let children: Vec<Value> = (0..500).map(Value::from).collect();
        let document = serde_json::json!({"code": "1", "maximum": 1, "children": children});
        assert_eq!(pointers(&document).len(), FAULTS_MAX);
    }
}
