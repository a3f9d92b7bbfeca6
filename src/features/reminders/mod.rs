//! Reminders of deadlines that are near: written once, to who still has something to do.

mod rules;
mod store;
mod write;

pub use write::step;
