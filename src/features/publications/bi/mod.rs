//! What is published, as rows that BI tools read by SQL: `docs/bi.md`.
//!
//! The document is the publication; these rows are worked out from it once, in the change that publishes, because a
//! tool that reads SQL can't wait for a megabyte of JSON to be taken apart at every query. Nothing of ours reads them.

mod fill;
mod grant;
mod grant_store;
mod model;
mod node_store;
mod rows;
mod store;

pub use fill::{Unlike, check, fill, fill_missing};
pub use grant::{RoleName, VIEWS, grant};
pub use store::insert_rows;
