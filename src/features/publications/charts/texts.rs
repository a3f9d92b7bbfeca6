//! What charts say, in both languages.

use crate::formats::{Lang, chart::Value};

/// Names that a sentence lists before it only counts the rest.
const LISTED_MAX: usize = 12;

/// One language's words.
#[derive(Clone, Copy)]
pub struct Words(pub Lang);

impl Words {
    /// The words of the language.
    pub fn say<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// A name in the language, as far as there is one.
    pub fn name(self, vi: &str, en: Option<&str>) -> String {
        match (self.0, en) {
            (Lang::En, Some(en)) => en.to_owned(),
            _ => vi.to_owned(),
        }
    }

    /// A printed number as people write it.
    pub fn number(self, printed: &str) -> String {
        Value::new(printed).label(self.0)
    }

    /// How many agencies.
    pub fn agencies(self, count: usize) -> String {
        match (self.0, count) {
            (Lang::Vi, _) => format!("{count} cơ quan"),
            (Lang::En, 1) => "1 agency".to_owned(),
            (Lang::En, _) => format!("{count} agencies"),
        }
    }

    /// The first of them, and how many more there are.
    pub fn list(self, names: &[String]) -> String {
        let mut list = names
            .iter()
            .take(LISTED_MAX)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ");
        let more = names.len().saturating_sub(LISTED_MAX);
        if more > 0 {
            list.push_str(&match self.0 {
                Lang::Vi => format!("; và {more} cơ quan khác"),
                Lang::En => format!("; and {more} more"),
            });
        }
        list
    }
}
