//! Charts as SVG, and the same picture as PNG: pure functions over texts and printed numbers.
//!
//! - The same chart gives the same bytes: the font is part of the program, and nothing is asked of the system.
//! - What is shown as a number was printed elsewhere; floats are positions of pixels and decide nothing.
//! - Nothing is told by colour alone: shades differ in lightness, losses are hatched, marks have shapes, and all have
//!   their numbers beside them.
//! - A text is broken into lines or ends in an ellipsis, and the whole of it stands in the description.

mod canvas;
mod changes;
mod font;
mod histogram;
mod png;
mod profile;
mod ranking;
mod rows;
mod svg;

#[cfg(test)]
mod tests;

pub use canvas::{Heading, Marker, Value};
pub use changes::{ChangeBar, ChangesChart, draw_changes};
pub use histogram::{Bin, HistogramChart, draw_histogram};
pub use png::write_png;
pub use profile::{ProfileBar, ProfileChart, draw_profile};
pub use ranking::{Band, RankedBar, RankingChart, draw_ranking};

/// The media type of an SVG.
pub const SVG_TYPE: &str = "image/svg+xml";
/// The media type of a PNG.
pub const PNG_TYPE: &str = "image/png";
