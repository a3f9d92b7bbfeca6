//! A table of results as evaluators expect it: title and notes above, Vietnamese heads, numbers with all their decimals,
//! to be printed, sorted and copied.

use super::write::{Column as Width, Content, Page, Row, Style, Written};
use crate::formats::{
    Cell,
    cube::Lang,
    frame::{Column, Frame, Kind},
};

/// Columns are as wide as their longest text, within these bounds.
const WIDTH_MIN: usize = 9;
const WIDTH_MAX: usize = 48;

/// How a row of results looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As most.
    #[default]
    Plain,
    /// A domain.
    Domain,
    /// A criterion.
    Criterion,
}

impl Look {
    fn text(self) -> Style {
        match self {
            Self::Plain => Style::Result,
            Self::Domain => Style::Domain,
            Self::Criterion => Style::Criterion,
        }
    }

    fn figure(self, decimals: u8) -> Style {
        match self {
            Self::Plain => Style::Figure(decimals),
            Self::Domain => Style::DomainFigure(decimals),
            Self::Criterion => Style::CriterionFigure(decimals),
        }
    }
}

/// A frame as a page, without the English names. `looks` tells how the rows look, the first ones if it is shorter.
pub fn result_page(name: &str, frame: &Frame, notes: &[String], looks: &[Look]) -> Page {
    let shown: Vec<(usize, &Column)> = frame
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind != Kind::Name(Lang::En))
        .collect();
    let line = |text: &str, style| Row {
        cells: vec![Written::text(text, style)],
        lines: 1,
    };
    let mut rows = vec![line(&frame.title.vi, Style::Title)];
    rows.extend(notes.iter().map(|note| line(note, Style::Note)));
    rows.push(Row::default());
    let header = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    rows.push(Row {
        cells: shown
            .iter()
            .map(|(_, column)| Written::text(&column.title.vi, Style::Header))
            .collect(),
        lines: 0,
    });
    rows.extend(frame.rows.iter().enumerate().map(|(position, row)| {
        let look = looks.get(position).copied().unwrap_or_default();
        Row {
            cells: shown
                .iter()
                .map(|(at, column)| written(row.get(*at).unwrap_or(&Cell::Empty), column.kind, look))
                .collect(),
            lines: 0,
        }
    }));
    Page {
        name: name.to_owned(),
        columns: shown
            .iter()
            .map(|(at, column)| Width {
                width: width(frame, *at, column),
                hidden: false,
            })
            .collect(),
        rows,
        header: Some(header),
        ..Page::default()
    }
}

fn written(cell: &Cell, kind: Kind, look: Look) -> Written {
    let style = match kind {
        Kind::Whole => look.figure(0),
        Kind::Decimal(decimals) => look.figure(decimals.min(6)),
        Kind::Code | Kind::Name(_) | Kind::Text => look.text(),
    };
    let content = match cell {
        Cell::Empty => Content::Empty,
        Cell::Text(text) => Content::Text(text.clone()),
        Cell::Number(number) => Content::Decimal(number.clone()),
    };
    Written { content, style }
}

fn width(frame: &Frame, at: usize, column: &Column) -> u16 {
    let length = |cell: &Cell| match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Number(text) => text.chars().count() + 1,
    };
    let longest = frame.rows.iter().filter_map(|row| row.get(at)).map(length).max();
    // A head breaks at its spaces: its longest word must fit.
    let word = column
        .title
        .vi
        .split(' ')
        .map(|word| word.chars().count() + 2)
        .max();
    let needed = longest.unwrap_or(0).max(word.unwrap_or(0));
    u16::try_from(needed.clamp(WIDTH_MIN, WIDTH_MAX)).unwrap_or(u16::MAX)
}
