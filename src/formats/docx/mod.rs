//! Reports as Word documents: headings, texts and numbered tables, which officials go on editing. Pure, and the same bytes for the
//! same content.

mod pack;
mod paper;
mod styles;

#[cfg(test)]
mod tests;

pub use paper::{Align, Block, Column, Grid, Paper, Picture};

/// The media type of a Word document.
pub const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Writes a document.
///
/// # Errors
/// A sentence for the log, if the writer has changed and no longer leaves the places that are filled in behind it.
pub fn write_docx(paper: &Paper) -> Result<Vec<u8>, String> {
    pack::pack(paper)
}
