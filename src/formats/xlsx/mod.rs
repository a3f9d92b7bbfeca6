//! XLSX both ways: workbooks are read into plain cells, and written from plain pages.
//!
//! The reader is our own, over `zip` and `quick-xml`. What comes in is written by strangers, and no byte of it is
//! believed: every part is unpacked through a limit, nothing is reserved because a file says how much of it there is,
//! and a number's text is kept, so that it never goes through a float that nobody asked for. (calamine reserves as many
//! strings as `uniqueCount` claims, which ends the whole process, and drops empty strings, which shifts all others.)

mod archive;
mod cells;
mod fault;
mod looks;
mod number;
mod read;
mod result;
mod sheet;
mod stamp;
mod styles;
mod table;
mod text;
mod write;

pub use archive::limits;
pub use cells::{CellFault, day_by_hand, day_of_text};
pub use fault::{FaultKind, WorkbookFault};
pub use number::{NumberFault, decimal_of_cell, decimal_of_text, text_of_decimal};
pub use read::{Workbook, read_workbook};
pub use result::{Look, result_page};
pub use sheet::{Area, Cell, Sheet, Value};
pub use stamp::{STAMP_SHEET, Stamp};
pub use table::table_page;
pub use write::{Book, Choice, Column, Content, Page, Row, Style, Written, list_of_words, write_workbook};

/// The media type of a workbook.
pub const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A column's letters: 0 is A, 26 is AA.
pub fn column_name(column: u16) -> String {
    let mut letters = Vec::new();
    let mut left = u32::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// A cell as a spreadsheet refers to it: `'Phiếu tự chấm'!F12`.
pub fn reference(sheet: &str, row: u32, column: u16) -> String {
    format!(
        "'{}'!{}{}",
        sheet.replace('\'', "''"),
        column_name(column),
        row + 1
    )
}

#[cfg(test)]
mod tests;
