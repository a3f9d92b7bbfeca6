//! From a layout to the bytes of the file: what the crate does not know is filled in, and the parts are packed.
//!
//! docx-rs lays paragraphs and tables out, but has no word for rows that come again on each page, nor for the language,
//! names an unknown author, and stores its parts unpacked. Each place that is filled in is counted: a
//! version of the crate that writes it otherwise is an error, not a poorer document.

use std::io::{Cursor, Read, Write};

use quick_xml::escape::escape;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::paper::{Block, Paper, clean, lay_out};

const HEAD_ROW: &str = "</w:tblGrid><w:tr><w:trPr><w:cantSplit /></w:trPr>";
const REPEATED_ROW: &str = "</w:tblGrid><w:tr><w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>";
const PICTURE: &str = "<wp:docPr id=\"1\" name=\"Figure\" />";
const DEFAULTS_END: &str = "</w:rPr></w:rPrDefault>";

pub fn pack(paper: &Paper) -> Result<Vec<u8>, String> {
    let mut parts = lay_out(paper).build();
    let tables = paper
        .blocks
        .iter()
        .filter(|block| matches!(block, Block::Table(_)))
        .count();
    parts.document = fill(&parts.document, HEAD_ROW, REPEATED_ROW, tables)?;
    parts.document = describe(&parts.document, paper)?;
    let language = paper.language;
    let spoken =
        format!("<w:lang w:val=\"{language}\" w:eastAsia=\"{language}\" w:bidi=\"ar-SA\" />{DEFAULTS_END}");
    parts.styles = fill(&parts.styles, DEFAULTS_END, &spoken, 1)?;
    parts.doc_props.core = core(paper).into_bytes();
    let mut stored = Cursor::new(Vec::new());
    parts
        .pack(&mut stored)
        .map_err(|error| format!("a document can't be packed: {error}"))?;
    repack(stored.into_inner()).map_err(|error| format!("a document can't be packed: {error}"))
}

/// Puts a text in place of another, which must be there so many times.
fn fill(part: &[u8], from: &str, to: &str, times: usize) -> Result<Vec<u8>, String> {
    let text =
        std::str::from_utf8(part).map_err(|error| format!("a part of a document is no UTF-8: {error}"))?;
    let found = text.matches(from).count();
    if found != times {
        return Err(format!(
            "{from} is {found} times in a document in place of {times}"
        ));
    }
    Ok(text.replace(from, to).into_bytes())
}

/// Gives each picture a number of its own and the words that a screen reader says for it.
fn describe(part: &[u8], paper: &Paper) -> Result<Vec<u8>, String> {
    let captions: Vec<&str> = paper
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Picture(picture) => Some(picture.caption.as_str()),
            _ => None,
        })
        .collect();
    let text =
        std::str::from_utf8(part).map_err(|error| format!("a part of a document is no UTF-8: {error}"))?;
    let pieces: Vec<&str> = text.split(PICTURE).collect();
    if pieces.len() != captions.len() + 1 {
        return Err(format!(
            "{} pictures are in a document in place of {}",
            pieces.len() - 1,
            captions.len()
        ));
    }
    let mut described = String::with_capacity(part.len());
    for (at, piece) in pieces.iter().enumerate() {
        described.push_str(piece);
        if let Some(caption) = captions.get(at) {
            let (number, caption) = (at + 1, clean(caption));
            let caption = escape(&caption);
            described.push_str(&format!(
                "<wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{caption}\" />"
            ));
        }
    }
    Ok(described.into_bytes())
}

/// The properties of the document.
fn core(paper: &Paper) -> String {
    let title = clean(&paper.title);
    let (title, language, made_at) = (escape(&title), paper.language, &paper.made_at);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dc:language>{language}</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{made_at}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{made_at}</dcterms:modified></cp:coreProperties>"
    )
}

/// The same files, packed, without the entries of folders, all of the same moment.
fn repack(stored: Vec<u8>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut archive = ZipArchive::new(Cursor::new(stored))?;
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at)?;
        if file.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        packed.start_file(file.name()?, options)?;
        packed.write_all(&bytes)?;
    }
    Ok(packed.finish()?.into_inner())
}
