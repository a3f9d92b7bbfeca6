//! The hidden page by which a workbook of ours is known again: what it was made for, and by which version.

use std::collections::BTreeMap;

use super::{
    read::Workbook,
    write::{Column, Page, Row, Style, Written},
};

/// The hidden page's name.
pub const STAMP_SHEET: &str = "parindex";

/// What a workbook was made for: names and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(pub BTreeMap<String, String>);

impl Stamp {
    /// A stamp of names and values.
    pub fn new<const N: usize>(pairs: [(&str, String); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The hidden page.
    pub fn page(&self) -> Page {
        let rows = self.0.iter().map(|(name, value)| Row {
            cells: vec![
                Written::text(name, Style::Plain),
                Written::text(value, Style::Plain),
            ],
            lines: 0,
        });
        Page {
            name: STAMP_SHEET.to_owned(),
            columns: vec![
                Column {
                    width: 20,
                    hidden: false,
                },
                Column {
                    width: 70,
                    hidden: false,
                },
            ],
            rows: rows.collect(),
            protected: true,
            hidden: true,
            ..Page::default()
        }
    }

    /// The stamp of a workbook; none if it is none of ours.
    pub fn of(workbook: &Workbook) -> Option<Self> {
        let sheet = workbook.sheet(STAMP_SHEET)?;
        let pairs = sheet.rows().into_iter().filter_map(|row| {
            let (name, value) = (sheet.text(row, 0)?, sheet.text(row, 1)?);
            Some((name.to_owned(), value.to_owned()))
        });
        Some(Self(pairs.collect()))
    }
}
