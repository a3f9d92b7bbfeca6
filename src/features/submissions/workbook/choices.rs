//! The texts of drop-downs: what is chosen in a sheet, and what it means.

use unicode_normalization::UnicodeNormalization;

use crate::{
    formats::xlsx::{Column, Page, Row, Style, Written, column_name, text_of_decimal},
    scoring::{ChoiceOption, CompiledLeaf, Rule},
};

/// The indicator does not apply to the agency.
pub const NOT_APPLICABLE: &str = "Không áp dụng";
/// Yes.
pub const YES: &str = "Có";
/// No.
pub const NO: &str = "Không";
/// The hidden page that holds what the drop-downs offer.
const SHEET: &str = "Danh mục";

/// An option as it is offered.
pub fn option_text(option: &ChoiceOption) -> String {
    let points = text_of_decimal(&option.points.to_string());
    format!("{} [{points} điểm]", option.label_vi)
}

/// What can be chosen for an indicator; nothing where only numbers are entered.
pub fn offered(leaf: &CompiledLeaf) -> Vec<String> {
    let mut texts: Vec<String> = match &leaf.rule {
        Rule::Choice { options } => options.iter().map(option_text).collect(),
        Rule::YesNo { .. } => vec![YES.to_owned(), NO.to_owned()],
        _ => Vec::new(),
    };
    if leaf.not_applicable_allowed {
        texts.push(NOT_APPLICABLE.to_owned());
    }
    texts
}

/// Whether two texts are the same to whoever chose or typed them.
pub fn is_same(a: &str, b: &str) -> bool {
    let fold = |text: &str| -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase().nfc().collect()
    };
    fold(a) == fold(b)
}

/// The option that a text means: as it is offered, or its label or code alone where that is one option's only.
pub fn find_option<'a>(options: &'a [ChoiceOption], text: &str) -> Option<&'a ChoiceOption> {
    if let Some(option) = options.iter().find(|option| is_same(&option_text(option), text)) {
        return Some(option);
    }
    let mut meant = options
        .iter()
        .filter(|option| is_same(&option.label_vi, text) || option.code == text.trim());
    let first = meant.next()?;
    meant.next().is_none().then_some(first)
}

/// The lists of a workbook's drop-downs, while they are gathered: one row for each list.
#[derive(Debug, Default)]
pub struct Choices {
    lists: Vec<Vec<String>>,
}

impl Choices {
    /// A reference to a list of these texts; none if there is nothing to choose.
    pub fn list(&mut self, texts: Vec<String>) -> Option<String> {
        let last = u16::try_from(texts.len()).ok()?.checked_sub(1)?;
        let known = self.lists.iter().position(|list| *list == texts);
        let row = known.unwrap_or_else(|| {
            self.lists.push(texts);
            self.lists.len() - 1
        }) + 1;
        Some(format!("'{SHEET}'!$A${row}:${}${row}", column_name(last)))
    }

    /// The hidden page with the lists.
    pub fn page(self) -> Page {
        let widest = self.lists.iter().map(Vec::len).max().unwrap_or(0);
        let rows = self.lists.into_iter().map(|texts| Row {
            cells: texts
                .into_iter()
                .map(|text| Written::text(text, Style::Plain))
                .collect(),
            lines: 0,
        });
        Page {
            name: SHEET.to_owned(),
            columns: vec![
                Column {
                    width: 30,
                    hidden: false
                };
                widest
            ],
            rows: rows.collect(),
            protected: true,
            hidden: true,
            ..Page::default()
        }
    }
}
