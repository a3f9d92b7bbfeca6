//! What the report says in its language.

use crate::{
    clock::{Moment, Zone},
    formats::Lang,
};

/// The language of a report.
#[derive(Clone, Copy)]
pub struct Words(pub Lang);

impl Words {
    /// Of a phrase in both languages, the one that is said.
    pub fn say<T>(self, vi: T, en: T) -> T {
        match self.0 {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// Of a name; the Vietnamese one where there is no English one.
    pub fn name<'a>(self, vi: &'a str, en: Option<&'a str>) -> &'a str {
        self.say(vi, en.unwrap_or(vi))
    }

    /// The day of a moment, where the house stands.
    pub fn day(self, moment: Moment) -> String {
        let day = Zone::default().day_of(moment);
        day.format(self.say("%d/%m/%Y", "%-d %B %Y")).to_string()
    }

    /// A change, told with its sign.
    pub fn signed(self, number: &str) -> String {
        let is_zero = number.chars().all(|letter| matches!(letter, '0' | '.'));
        if is_zero || number.starts_with('-') {
            number.to_owned()
        } else {
            format!("+{number}")
        }
    }
}

/// What stands where nothing is known or nothing applies.
pub fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("–").to_owned()
}
