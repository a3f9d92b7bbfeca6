//! Lists whose elements are read one by one, so that one that can't be read does not hide the faults of the others.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    input::{plain, pointer_of},
    shape::told,
};
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    ids::IndicatorCode,
};

/// One element as it came, read or not.
#[derive(Debug)]
pub struct Each<T>(Result<T, Misread>);

/// An element that the service made itself.
impl<T> From<T> for Each<T> {
    fn from(element: T) -> Self {
        Self(Ok(element))
    }
}

/// An element of the wrong shape.
#[derive(Debug)]
struct Misread {
    indicator: Option<IndicatorCode>,
    pointer: String,
    said: String,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The element as text: read as what it should be, and only where that fails, as any JSON.
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let mut reader = serde_json::Deserializer::from_str(text.get());
        let read = serde_path_to_error::deserialize::<_, T>(&mut reader);
        Ok(Self(read.map_err(|error| {
            Misread {
                indicator: serde_json::from_str::<serde_json::Value>(text.get())
                    .ok()
                    .as_ref()
                    .and_then(|value| value.get("indicator"))
                    .and_then(serde_json::Value::as_str)
                    .and_then(|code| IndicatorCode::parse(code).ok()),
                pointer: pointer_of(error.path()),
                said: plain(&error.into_inner().to_string()),
            }
        })))
    }
}

/// What is about an indicator.
pub trait AboutIndicator {
    /// The indicator.
    fn indicator(&self) -> &IndicatorCode;
}

/// An element that can be named in the answer, though it may not be good.
#[derive(Clone, Debug)]
pub struct Sent<T> {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// What was sent of it, or all that can't be read of it.
    pub body: Result<T, Vec<FieldError>>,
}

impl Misread {
    fn error(&self, list: &str, index: usize) -> FieldError {
        let what = self
            .indicator
            .as_ref()
            .map(|code| format!("{code}: "))
            .unwrap_or_default();
        let said = told(&self.said);
        FieldError::new(
            format!("{list}/{index}{}", self.pointer),
            "wrong_shape",
            Message::new(
                format!("{what}không đúng định dạng: {}", said.vi),
                format!("{what}wrong shape: {}", said.en),
            ),
        )
    }
}

/// The elements of a list that can be read, each with its place, and the faults of those that can't.
pub fn read_list<T>(list: &str, elements: Vec<Each<T>>) -> (Vec<(usize, T)>, Vec<FieldError>) {
    let (mut read, mut errors) = (Vec::with_capacity(elements.len()), Vec::new());
    for (index, Each(element)) in elements.into_iter().enumerate() {
        match element {
            Ok(element) => read.push((index, element)),
            Err(misread) => errors.push(misread.error(list, index)),
        }
    }
    (read, errors)
}

/// Names every element of `/items`; refuses where one does not even tell its indicator.
pub fn read_items<T: AboutIndicator>(items: Vec<Each<T>>) -> AppResult<Vec<Sent<T>>> {
    let mut sent = Vec::with_capacity(items.len());
    let mut nameless = false;
    let mut errors = Vec::new();
    for (index, Each(read)) in items.into_iter().enumerate() {
        match read {
            Ok(body) => sent.push(Sent {
                indicator: body.indicator().clone(),
                body: Ok(body),
            }),
            Err(misread) => {
                let error = misread.error("/items", index);
                errors.push(error.clone());
                match misread.indicator {
                    Some(indicator) => sent.push(Sent {
                        indicator,
                        body: Err(vec![error]),
                    }),
                    None => nameless = true,
                }
            }
        }
    }
    if nameless {
        Err(AppError::invalid(errors))
    } else {
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        indicator: IndicatorCode,
        #[serde(rename = "count")]
        _count: u32,
    }

    impl AboutIndicator for Item {
        fn indicator(&self) -> &IndicatorCode {
            &self.indicator
        }
    }

    fn read(text: &str) -> AppResult<Vec<Sent<Item>>> {
        read_items(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_bad_element_does_not_hide_the_others() {
        let sent = read(
            r#"[{"indicator": "1.1", "count": 1.5}, {"indicator": "1.2", "count": 2}, {"indicator": "1.3", "count": -1}]"#,
        )
        .unwrap();
        let faults: Vec<_> = sent
            .iter()
            .filter_map(|sent| sent.body.as_ref().err())
            .flatten()
            .map(|fault| &fault.pointer)
            .collect();
        assert_eq!(faults, ["/items/0/count", "/items/2/count"]);
        assert!(sent[1].body.is_ok());
    }

    #[test]
    fn an_element_without_an_indicator_refuses_all_and_names_every_fault() {
        let error = read(r#"[{"indicator": "1.1", "count": "x"}, 7]"#).unwrap_err();
        assert_eq!(error.errors.len(), 2);
    }
}
