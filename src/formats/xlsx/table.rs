//! A plain table as a page: to be read, sorted and copied, so nothing in it is protected.

use super::write::{Column, Content, Page, Row, Style, Written};
use crate::formats::{Cell, Table};

/// Columns are as wide as their longest text, within these bounds.
const WIDTH_MIN: usize = 10;
const WIDTH_MAX: usize = 60;

/// A table as a page; its heads in the words given, in place of the names that programs read.
pub fn table_page(name: &str, heads: &[&str], table: &Table) -> Page {
    let head = Row {
        cells: heads
            .iter()
            .map(|head| Written::text(*head, Style::Header))
            .collect(),
        lines: 0,
    };
    let rows = table.rows.iter().map(|row| Row {
        cells: row.iter().map(written).collect(),
        lines: 0,
    });
    Page {
        name: name.to_owned(),
        columns: heads
            .iter()
            .enumerate()
            .map(|(column, _)| Column {
                width: width(table, column),
                hidden: false,
            })
            .collect(),
        rows: std::iter::once(head).chain(rows).collect(),
        header: Some(0),
        ..Page::default()
    }
}

fn written(cell: &Cell) -> Written {
    let content = match cell {
        Cell::Empty => Content::Empty,
        Cell::Text(text) => Content::Text(text.clone()),
        Cell::Number(number) => Content::Decimal(number.clone()),
    };
    Written {
        content,
        style: Style::Plain,
    }
}

fn width(table: &Table, column: usize) -> u16 {
    let length = |cell: &Cell| match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Number(text) => text.chars().count(),
    };
    let longest = table
        .rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(length)
        .max();
    let bounded = longest.unwrap_or(0).clamp(WIDTH_MIN, WIDTH_MAX);
    u16::try_from(bounded).unwrap_or(u16::MAX)
}
