//! What all pages have in common.

use chrono::NaiveDate;

use super::words::Words;
use crate::{
    clock::{Moment, Zone},
    web::Language,
};

/// The frame of a page: its language, its address and its title.
pub struct Frame {
    /// The language.
    pub language: Language,
    /// What the page says.
    pub w: &'static Words,
    /// What addresses of this language begin with.
    pub prefix: &'static str,
    /// The title, without the site's name.
    pub title: String,
    /// The address of this page in the other language.
    pub other: String,
    /// The page's own address.
    pub path: String,
    /// What was searched for.
    pub query: String,
    /// Who publishes, and the address of the licence.
    pub credit: [Option<String>; 2],
    /// The address of the style sheet.
    pub style: &'static str,
}

/// What addresses of a language begin with.
pub fn prefix(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "",
        Language::English => "/en",
    }
}

/// The other one.
pub fn other(language: Language) -> Language {
    match language {
        Language::Vietnamese => Language::English,
        Language::English => Language::Vietnamese,
    }
}

impl Frame {
    /// The frame of the page at an address, which is told without the language's beginning.
    pub fn new(
        language: Language,
        path: &str,
        credit: &[Option<String>; 2],
        title: impl Into<String>,
    ) -> Self {
        let at = |language: Language| match (prefix(language), path) {
            ("", path) => path.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        };
        Self {
            language,
            w: Words::of(language),
            prefix: prefix(language),
            title: title.into(),
            other: at(other(language)),
            path: at(language),
            query: String::new(),
            credit: credit.clone(),
            style: super::assets::style_path(),
        }
    }

    /// The language's tag.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The other language's tag.
    pub fn other_tag(&self) -> &'static str {
        other(self.language).tag()
    }

    /// The text in the page's language; the Vietnamese one where there is no English.
    pub fn pick<'a>(&self, vi: &'a str, en: Option<&'a str>) -> &'a str {
        match self.language {
            Language::Vietnamese => vi,
            Language::English => en.unwrap_or(vi),
        }
    }

    /// The same for a text that may be missing.
    pub fn pick_some<'a>(&self, vi: Option<&'a str>, en: Option<&'a str>) -> Option<&'a str> {
        vi.map(|vi| self.pick(vi, en)).or(en)
    }

    /// A day on the clocks of Hà Nội.
    pub fn day(&self, moment: &Moment) -> String {
        self.date(&Zone::default().day_of(*moment))
    }

    /// A day.
    pub fn date(&self, day: &NaiveDate) -> String {
        match self.language {
            Language::Vietnamese => day.format("%-d/%-m/%Y").to_string(),
            Language::English => day.format("%-d %B %Y").to_string(),
        }
    }
}
