//! Every place where a document has the wrong shape, not only the first.
//!
//! A reader stops at what it can't read. So that is taken out of a copy, and the rest is read again: whoever sent ten bad
//! rows learns of ten. Where something is missing, what would do is made up in the copy, or what stands beside it would not be read; what
//! becomes incomplete by that, or is wrong in what was made up, is no fault of the sender's and not told.

mod made_up;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    input::{escape_key, plain, pointer_of},
    shape::told,
};
use crate::error::{FieldError, Message};

use made_up::{TEXTS, expected};

/// So many faults are named at most.
const FAULTS_MAX: usize = 100;
/// So many bytes are read again at most: a large document with many faults has but some of them named.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// So many times a document is read at most.
const ROUNDS_MAX: usize = 2000;

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
    let mut reader = Reader::default();
    while found.len() < FAULTS_MAX {
        let Some(Err(fault)) = reader.read::<T>(&rest.document) else {
            break;
        };
        let goes_on = if let Some(name) = fault.missing() {
            let at = reader.place_of_missing::<T>(&rest.document, &fault, name);
            let lacking: Vec<String> = at.iter().cloned().chain([name.to_owned()]).collect();
            let place = rest.original(&lacking);
            if !rest.taken.contains(&place) && !rest.is_made_up(&place) && !rest.is_of_made_up_kind(&at) {
                found.push(wrong_shape(rest.original(&at), &fault.said));
            }
            // What else is wrong beside it is found once something stands there.
            rest.make_up(&lacking, place, Value::Null)
        } else {
            let at = reader.narrow::<T>(&rest.document, &fault);
            if let Some(made_up) = rest.made_up_at(&at) {
                rest.make_up_better(made_up, &Fault { at, ..fault })
            } else {
                if !rest.is_of_made_up_kind(&at) {
                    found.push(wrong_shape(rest.original(&at), &fault.said));
                }
                rest.take(&at)
            }
        };
        if !goes_on {
            break;
        }
    }
    found
}

/// Why a document is no `T`.
#[derive(Debug, PartialEq)]
struct Fault {
    at: Vec<String>,
    said: String,
}

impl Fault {
    /// The name of the member that is missing.
    fn missing(&self) -> Option<&str> {
        self.said.strip_prefix("missing field `")?.split('`').next()
    }
}

/// Reads documents, a bounded number of times.
struct Reader {
    bytes_left: usize,
    rounds_left: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            bytes_left: BYTES_MAX,
            rounds_left: ROUNDS_MAX,
        }
    }
}

impl Reader {
    /// None where it was done often enough.
    fn read<T: DeserializeOwned>(&mut self, document: &Value) -> Option<Result<(), Fault>> {
        let text = serde_json::to_vec(document).ok()?;
        self.bytes_left = self.bytes_left.checked_sub(text.len())?;
        self.rounds_left = self.rounds_left.checked_sub(1)?;
        let mut reader = serde_json::Deserializer::from_slice(&text);
        let read = serde_path_to_error::deserialize::<_, T>(&mut reader);
        Some(read.map(drop).map_err(|error| Fault {
            at: parts(&pointer_of(error.path())),
            said: plain(&error.into_inner().to_string()),
        }))
    }

    /// The place inside what a fault names, as far as it can be told: of an object whose `kind` decides what it is, serde names
    /// no more than the object. What is faulty alone in the same way is it.
    fn narrow<T: DeserializeOwned>(&mut self, document: &Value, fault: &Fault) -> Vec<String> {
        let mut at = fault.at.clone();
        let of_the_whole = [
            "invalid type: map",
            "invalid type: sequence",
            "invalid length",
            "data did not match",
        ];
        if of_the_whole.iter().any(|start| fault.said.starts_with(start)) {
            return at;
        }
        // Of a member that nobody knows, what stands inside says nothing.
        let unknown = fault.said.strip_prefix("unknown field `");
        let unknown = unknown.and_then(|rest| rest.split('`').next());
        let mut document = document.clone();
        while let Some((alone, part)) = self.narrower::<T>(&document, fault, &at) {
            document = alone;
            let is_found = unknown == Some(part.as_str());
            at.push(part);
            if is_found {
                break;
            }
        }
        at
    }

    /// The object that lacks a member, which is the one where something else is wrong once the member stands there.
    fn place_of_missing<T: DeserializeOwned>(
        &mut self,
        document: &Value,
        fault: &Fault,
        name: &str,
    ) -> Vec<String> {
        let mut at = fault.at.clone();
        let mut document = document.clone();
        loop {
            let mut tried = document.clone();
            if let Some(Value::Object(members)) = tried.pointer_mut(&pointer(&at))
                && !members.contains_key(name)
            {
                members.insert(name.to_owned(), Value::Null);
                let is_there = match self.read::<T>(&tried) {
                    Some(Err(next)) => {
                        next != *fault && !next.said.starts_with(&format!("unknown field `{name}`"))
                    }
                    Some(Ok(())) | None => true,
                };
                if is_there {
                    return at;
                }
            }
            match self.narrower::<T>(&document, fault, &at) {
                Some((alone, part)) => {
                    document = alone;
                    at.push(part);
                }
                None => return fault.at.clone(),
            }
        }
    }

    /// The document with one part alone of what is at a place, and that part as it was numbered, if it is faulty in the same way.
    fn narrower<T: DeserializeOwned>(
        &mut self,
        document: &Value,
        fault: &Fault,
        at: &[String],
    ) -> Option<(Value, String)> {
        let names: Vec<String> = match document.pointer(&pointer(at))? {
            Value::Object(members) => members.keys().filter(|name| !is_tag(name)).cloned().collect(),
            // Of a list the first that is faulty: those before it were read.
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => return None,
        };
        let weight = serde_json::to_vec(document).ok()?.len();
        for name in names {
            // A copy of much takes as long as reading it.
            self.bytes_left = self.bytes_left.checked_sub(weight)?;
            let mut alone = document.clone();
            match alone.pointer_mut(&pointer(at))? {
                Value::Object(members) => members.retain(|member, _| *member == name || is_tag(member)),
                Value::Array(items) => {
                    let index: usize = name.parse().ok()?;
                    // Those before it are good, and keep its number what it is.
                    items.truncate(index + 1);
                }
                _ => return None,
            }
            if self.read::<T>(&alone)?.err().as_ref() == Some(fault) {
                return Some((alone, name));
            }
        }
        None
    }
}

/// Members that say what an object is.
fn is_tag(name: &str) -> bool {
    matches!(name, "kind" | "verdict" | "action")
}

fn pointer(at: &[String]) -> String {
    at.iter().map(|part| format!("/{}", escape_key(part))).collect()
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
    /// Places where something stands that was not sent, so that the rest can be read; and what was tried there.
    made_up: Vec<(String, Vec<Value>)>,
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

    /// Whether a place, or what is around it, was not sent.
    fn is_made_up(&self, place: &str) -> bool {
        self.made_up.iter().any(|(made_up, _)| is_within(place, made_up))
    }

    /// Whether it was not sent what kind of object a place stands in: what else is expected there says nothing.
    fn is_of_made_up_kind(&self, at: &[String]) -> bool {
        let place = self.original(at);
        self.made_up.iter().any(|(made_up, _)| {
            made_up
                .rsplit_once('/')
                .is_some_and(|(object, name)| is_tag(name) && is_within(&place, object))
        })
    }

    /// Which of what was made up a fault is about: the newest around it, or the newest of all where the fault names but the object
    /// that it stands in.
    fn made_up_at(&self, at: &[String]) -> Option<usize> {
        let place = self.original(at);
        let (newest, _) = self.made_up.last()?;
        if newest.rsplit_once('/').is_some_and(|(around, _)| around == place) {
            return self.made_up.len().checked_sub(1);
        }
        self.made_up
            .iter()
            .rposition(|(made_up, _)| is_within(&place, made_up))
    }

    /// Puts something where nothing stood.
    fn make_up(&mut self, at: &[String], place: String, value: Value) -> bool {
        let is_put = self.put(at, value.clone());
        if is_put {
            self.made_up.push((place, vec![value]));
        }
        is_put
    }

    /// Puts something else there, after what the fault asks for; takes out what is around it where nothing is left to try.
    fn make_up_better(&mut self, which: usize, fault: &Fault) -> bool {
        let Some((place, tried)) = self.made_up.get_mut(which) else {
            return false;
        };
        let depth = place.matches('/').count();
        let name = parts(place).pop().unwrap_or_default();
        let mut at = fault.at.clone();
        at.truncate(depth);
        if at.len() < depth {
            at.push(name);
        }
        let wanted = expected(&fault.said)
            .into_iter()
            .chain(TEXTS.iter().map(|text| Value::from(*text)));
        let Some(next) = wanted.into_iter().find(|value| !tried.contains(value)) else {
            self.made_up.truncate(which);
            at.pop();
            return self.take(&at);
        };
        tried.push(next.clone());
        self.made_up.truncate(which + 1);
        self.put(&at, next)
    }

    fn put(&mut self, at: &[String], value: Value) -> bool {
        let Some((last, above)) = at.split_last() else {
            return false;
        };
        match self.document.pointer_mut(&pointer(above)) {
            Some(Value::Object(members)) => {
                members.insert(last.clone(), value);
                true
            }
            _ => false,
        }
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

fn is_within(place: &str, outer: &str) -> bool {
    place
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The parts of a JSON pointer.
fn parts(pointer: &str) -> Vec<String> {
    let parts = pointer.split('/').skip(1);
    parts
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}
