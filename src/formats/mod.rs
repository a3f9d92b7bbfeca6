//! Formats of tables: pure functions over plain tables, which know nothing of the rest.

mod csv;

pub use csv::{Cell, Table, write_csv};
