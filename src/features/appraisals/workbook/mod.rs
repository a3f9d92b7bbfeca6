//! The list to appraise as a workbook: what was declared is locked, the decision is filled in.
//!
//! A row without a verdict is left alone: decisions are never taken back, only followed by others.

mod layout;
mod read;
mod template;

pub use read::{Form, read};
pub use template::write;
