//! The self-assessment as a workbook: the printed form's columns, prefilled; filled in and sent, it is a bulk save.
//!
//! The sheet is the whole truth of the rows that it shows: what is emptied is cleared, what is unchanged stays, and a row
//! that was taken out is left alone. Each row carries the revision that was seen, so a stale row is refused like a
//! stale item.

mod choices;
mod evidence;
mod how;
mod layout;
mod read;
mod rows;
mod template;
mod value;

pub use choices::{Choices, offered};
pub use evidence::cell_of as documents_text;
pub use how::how_to_score;
pub use read::{Form, code_of, find_sheet, read, revision_at};
pub use rows::{Rows, text_page};
pub use template::{Made, write};
pub use value::{ValueCells, ValueColumns, parse_value, value_parts};
