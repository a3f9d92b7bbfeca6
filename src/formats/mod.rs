//! Formats of tables: pure functions over plain tables, which know nothing of the rest.

mod csv;
pub mod xlsx;

pub use csv::{Cell, Table, write_csv};
