//! A criteria set as a workbook: the tree as rows, rules in columns, options and bands on a sheet of their own.
//!
//! Rows and columns are those of the JSON document: each column is the pointer of a field, so a field that the document
//! gains needs one line here, and what comes back from a workbook is the very same document.

mod layout;
mod read;
mod table;
mod write;

pub use read::read;
pub use write::write;
