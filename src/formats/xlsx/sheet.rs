//! One sheet: its filled cells and its merged areas, in one pass over its XML.

use std::collections::BTreeMap;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    archive::limits,
    fault::WorkbookFault,
    styles::Styles,
    text::{BadXml, attribute, decode_escapes, element_text, reader, rich_text},
};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number, as the file writes it.
    Number(String),
    /// A number that is shown as a date: the day as `YYYY-MM-DD`, or none where it is no day.
    Date(Option<String>),
    /// True or false.
    Bool(bool),
    /// An error such as `#REF!`.
    Error(String),
}

/// A cell that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it; of a formula what was computed when the file was saved, none if nothing was.
    pub value: Option<Value>,
    /// Whether a formula stands behind it.
    pub formula: bool,
}

/// A rectangle of cells, borders included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Row and column of the first cell.
    pub first: (u32, u32),
    /// Row and column of the last cell.
    pub last: (u32, u32),
}

impl Area {
    /// Whether a cell lies in it.
    pub fn contains(&self, row: u32, column: u16) -> bool {
        let column = u32::from(column);
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }
}

/// A sheet that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its cells that are not empty, by row and column from 0. Hidden rows and columns are there like all others.
    pub cells: BTreeMap<(u32, u16), Cell>,
    /// Areas that were merged to one cell.
    pub merged: Vec<Area>,
}

impl Sheet {
    /// A cell, if it is not empty.
    pub fn cell(&self, row: u32, column: u16) -> Option<&Cell> {
        self.cells.get(&(row, column))
    }

    /// A cell's text; none where it is empty or no text.
    pub fn text(&self, row: u32, column: u16) -> Option<&str> {
        match self.cell(row, column)?.value.as_ref()? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The rows in which something stands, from the top.
    pub fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.cells.keys().map(|(row, _)| *row).collect();
        rows.dedup();
        rows
    }

    /// Whether a cell is part of a merged area.
    pub fn is_merged(&self, row: u32, column: u16) -> bool {
        self.merged.iter().any(|area| area.contains(row, column))
    }
}

/// What all sheets of a workbook share.
pub(super) struct Shared<'a> {
    pub strings: &'a [String],
    pub styles: &'a Styles,
    pub starts_1904: bool,
    /// Cells that may still come.
    pub cells_left: usize,
    /// Bytes of text that may still come.
    pub bytes_left: usize,
}

/// Reads a sheet's XML.
pub(super) fn read_sheet(name: &str, xml: &str, shared: &mut Shared<'_>) -> Result<Sheet, WorkbookFault> {
    let mut sheet = Sheet {
        name: name.to_owned(),
        ..Sheet::default()
    };
    let mut walk = Walk {
        reader: reader(xml),
        row: 0,
        column: 0,
    };
    loop {
        match walk.next(&mut sheet, shared) {
            Ok(true) => {}
            Ok(false) => return Ok(sheet),
            Err(Stop::Damaged) => return Err(WorkbookFault::damaged(&format!("“{name}”"))),
            Err(Stop::TooLarge(vi, en)) => return Err(WorkbookFault::too_large(vi, en)),
        }
    }
}

enum Stop {
    Damaged,
    TooLarge(&'static str, &'static str),
}

impl From<BadXml> for Stop {
    fn from(_: BadXml) -> Self {
        Self::Damaged
    }
}

impl From<quick_xml::Error> for Stop {
    fn from(_: quick_xml::Error) -> Self {
        Self::Damaged
    }
}

struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    row: u32,
    column: u32,
}

impl Walk<'_> {
    /// One step; false at the end.
    fn next(&mut self, sheet: &mut Sheet, shared: &mut Shared<'_>) -> Result<bool, Stop> {
        match self.reader.read_event()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => {
                    if let Some(row) = attribute(&start, "r")? {
                        let row: u32 = row.parse().map_err(|_| Stop::Damaged)?;
                        self.row = row.checked_sub(1).ok_or(Stop::Damaged)?;
                    }
                    self.column = 0;
                }
                "c" => self.cell(&start, sheet, shared)?,
                "mergeCell" => {
                    let area = attribute(&start, "ref")?.and_then(|area| parse_area(&area));
                    sheet.merged.push(area.ok_or(Stop::Damaged)?);
                    if sheet.merged.len() > limits::MERGED_MAX {
                        return Err(Stop::TooLarge("quá nhiều ô gộp", "it has too many merged cells"));
                    }
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "row" => self.row = self.row.saturating_add(1),
            Event::Eof => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    fn cell(
        &mut self,
        start: &BytesStart<'_>,
        sheet: &mut Sheet,
        shared: &mut Shared<'_>,
    ) -> Result<(), Stop> {
        if let Some(place) = attribute(start, "r")? {
            (self.row, self.column) = parse_place(&place).ok_or(Stop::Damaged)?;
        }
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(1);
        let kind = attribute(start, "t")?.unwrap_or_default();
        let style = attribute(start, "s")?;
        let (mut raw, mut inline, mut formula) = (None, None, false);
        loop {
            match self.reader.read_event()? {
                Event::Start(part) => match part.local_name().as_ref() {
                    "v" => raw = Some(element_text(&mut self.reader, "v")?),
                    "is" => inline = Some(rich_text(&mut self.reader, "is")?),
                    "f" => {
                        element_text(&mut self.reader, "f")?;
                        formula = true;
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(Stop::Damaged),
                _ => {}
            }
        }
        let value = match inline {
            Some(text) => Some(Value::Text(text)),
            None => raw
                .filter(|raw| !raw.is_empty())
                .map(|raw| value_of(&kind, raw, style.as_deref(), shared))
                .transpose()?,
        };
        let value = value.filter(|value| !matches!(value, Value::Text(text) if text.is_empty()));
        if value.is_none() && !formula {
            return Ok(());
        }
        keep(sheet, (row, column), Cell { value, formula }, shared)
    }
}

fn keep(
    sheet: &mut Sheet,
    (row, column): (u32, u32),
    cell: Cell,
    shared: &mut Shared<'_>,
) -> Result<(), Stop> {
    if row >= limits::ROW_MAX || column >= limits::COLUMN_MAX {
        return Err(Stop::TooLarge(
            "có ô nằm ngoài 10.000 dòng hoặc 200 cột đầu",
            "a cell lies beyond the first 10,000 rows or 200 columns",
        ));
    }
    let bytes = match &cell.value {
        Some(Value::Text(text)) => text.len(),
        _ => 0,
    };
    let cells_left = shared.cells_left.checked_sub(1);
    let bytes_left = shared.bytes_left.checked_sub(bytes);
    match (cells_left, bytes_left) {
        (Some(cells), Some(left)) if bytes <= limits::CELL_BYTES_MAX => {
            (shared.cells_left, shared.bytes_left) = (cells, left);
        }
        _ => {
            return Err(Stop::TooLarge(
                "quá nhiều ô hoặc quá nhiều chữ",
                "it has too many cells or too much text",
            ));
        }
    }
    let column = u16::try_from(column).map_err(|_| Stop::Damaged)?;
    // A second cell of the same place would hide the first.
    match sheet.cells.insert((row, column), cell) {
        None => Ok(()),
        Some(_) => Err(Stop::Damaged),
    }
}

fn value_of(kind: &str, raw: String, style: Option<&str>, shared: &Shared<'_>) -> Result<Value, Stop> {
    Ok(match kind {
        "s" => {
            let index: usize = raw.trim().parse().map_err(|_| Stop::Damaged)?;
            Value::Text(shared.strings.get(index).ok_or(Stop::Damaged)?.clone())
        }
        "str" | "inlineStr" => Value::Text(decode_escapes(&raw)),
        "b" => match raw.trim() {
            "1" | "true" => Value::Bool(true),
            "0" | "false" => Value::Bool(false),
            _ => return Err(Stop::Damaged),
        },
        "e" => Value::Error(raw),
        "d" => Value::Date(raw.get(..10).map(str::to_owned)),
        "" | "n" => {
            let raw = raw.trim();
            let number: f64 = raw.parse().map_err(|_| Stop::Damaged)?;
            if !number.is_finite() {
                return Err(Stop::Damaged);
            }
            if shared.styles.shows_date(style) {
                Value::Date(day_of(number, shared.starts_1904))
            } else {
                Value::Number(raw.to_owned())
            }
        }
        _ => return Err(Stop::Damaged),
    })
}

/// The day that a serial number stands for. Days up to 1900-02-28 are off by one in some programs, and refused.
fn day_of(serial: f64, starts_1904: bool) -> Option<String> {
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let start = if starts_1904 {
        chrono::NaiveDate::from_ymd_opt(1904, 1, 1)?
    } else {
        chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?
    };
    // Whole days of a number that is known to be small.
    let days: u64 = format!("{:.0}", serial.trunc()).parse().ok()?;
    Some(start.checked_add_days(chrono::Days::new(days))?.to_string())
}

/// `F12` as row 11, column 5.
fn parse_place(place: &str) -> Option<(u32, u32)> {
    let place = place.trim();
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = place.split_at(letters);
    if letters.is_empty() || letters.len() > 3 || digits.len() > 7 {
        return None;
    }
    let column = letters.bytes().fold(0_u32, |column, letter| {
        column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

fn parse_area(area: &str) -> Option<Area> {
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    Some(Area {
        first: parse_place(first)?,
        last: parse_place(last)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_a_day() {
        let day = |serial, starts_1904| day_of(serial, starts_1904).unwrap_or_default();
        assert_eq!(day(45_662.0, false), "2025-01-05");
        assert_eq!(day(45_662.999, false), "2025-01-05");
        assert_eq!(day(44_200.0, true), "2025-01-05");
        assert_eq!(day(0.5, false), "");
        assert_eq!(day(1e300, false), "");
    }

    #[test]
    fn a_place_is_read_or_refused() {
        assert_eq!(parse_place("F12"), Some((11, 5)));
        assert_eq!(parse_place("XFD1048576"), Some((1_048_575, 16_383)));
        for bad in ["", "F", "12", "F0", "ABCD1", "F12345678", "F-1", "é1"] {
            assert_eq!(parse_place(bad), None, "{bad}");
        }
    }
}
