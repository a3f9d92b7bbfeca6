//! One number through the years: a node of the criteria set, or the whole of it, over the publications of a family.
//!
//! A year is shown by its newest publication. Two years in a row compare as far as the criteria sets say: the same set is
//! the same measure; in another version a node is, if it is defined as before; of an external table it is not known. Where
//! it is another measure, the numbers are marked as a break and never bridged, and neither are agencies that were merged.

mod build;
mod choose;
pub mod handlers;
mod model;
mod tables;
