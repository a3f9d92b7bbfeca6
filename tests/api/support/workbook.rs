//! Workbooks as a person or a careless program changes them: cells of the XML are put in place of others.

use std::io::{Cursor, Read, Write};

use parindex::formats::xlsx::{Book, Page, write_workbook};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Person, Response};

/// The media type of a workbook.
pub const KIND: &str = parindex::formats::xlsx::CONTENT_TYPE;
/// The first sheet of a template of ours.
const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A file that is being changed.
pub struct File {
    parts: Vec<(String, Vec<u8>)>,
    sheet: String,
}

impl File {
    /// Opens a file.
    pub fn of(bytes: &[u8]) -> Self {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
        let parts = (0..zip.len()).map(|index| {
            let mut part = zip.by_index(index).expect("a part");
            let mut content = Vec::new();
            part.read_to_end(&mut content).expect("its content");
            (part.name().expect("its name").into_owned(), content)
        });
        Self {
            parts: parts.collect(),
            sheet: SHEET.to_owned(),
        }
    }

    /// Packs it again.
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            zip.start_file(name, SimpleFileOptions::default())
                .expect("a part");
            zip.write_all(content).expect("its content");
        }
        zip.finish().expect("a ZIP file").into_inner()
    }

    /// A part's text.
    pub fn part(&self, name: &str) -> String {
        let (_, content) = self
            .parts
            .iter()
            .find(|(known, _)| known == name)
            .expect("the part");
        String::from_utf8(content.clone()).expect("a text")
    }

    /// Puts a part in, in place of one of the same name.
    pub fn put(&mut self, name: &str, content: impl Into<Vec<u8>>) {
        let content = content.into();
        match self.parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = content,
            None => self.parts.push((name.to_owned(), content)),
        }
    }

    /// Replaces a text of a part, which must be there.
    pub fn replace(&mut self, part: &str, from: &str, to: &str) {
        let text = self.part(part);
        assert!(text.contains(from), "{from} is not in {part}");
        self.put(part, text.replacen(from, to, 1));
    }

    /// The same file; cells are now those of another sheet's part.
    pub fn in_sheet(&mut self, part: &str) -> &mut Self {
        part.clone_into(&mut self.sheet);
        self
    }

    /// Puts a cell's kind and content in, whatever stood there; its style stays.
    pub fn cell(&mut self, place: &str, kind: &str, content: &str) {
        let text = self.part(&self.sheet);
        let start = text
            .find(&format!("<c r=\"{place}\""))
            .unwrap_or_else(|| panic!("no cell {place}"));
        let head = start + text[start..].find('>').expect("an end");
        let end = if text[..head].ends_with('/') {
            head + 1
        } else {
            head + text[head..].find("</c>").expect("an end") + 4
        };
        let style = text[start..head]
            .split("s=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
        let cell = format!("<c r=\"{place}\"{style}{kind}>{content}</c>");
        self.put(
            &self.sheet.clone(),
            format!("{}{cell}{}", &text[..start], &text[end..]),
        );
    }

    /// Types a text.
    pub fn text(&mut self, place: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.cell(
            place,
            " t=\"inlineStr\"",
            &format!("<is><t xml:space=\"preserve\">{text}</t></is>"),
        );
    }

    /// Puts a number in, as a file holds it.
    pub fn number(&mut self, place: &str, raw: &str) {
        self.cell(place, "", &format!("<v>{raw}</v>"));
    }

    /// Empties a cell.
    pub fn clear(&mut self, place: &str) {
        self.cell(place, "", "");
    }

    /// Takes a row out.
    pub fn remove_row(&mut self, row: u32) {
        let text = self.part(&self.sheet);
        let start = text.find(&format!("<row r=\"{row}\"")).expect("the row");
        let end = start + text[start..].find("</row>").expect("its end") + 6;
        self.put(&self.sheet.clone(), format!("{}{}", &text[..start], &text[end..]));
    }

    /// Merges an area.
    pub fn merge(&mut self, area: &str) {
        let merged = format!("</sheetData><mergeCells count=\"1\"><mergeCell ref=\"{area}\"/></mergeCells>");
        self.replace(&self.sheet.clone(), "</sheetData>", &merged);
    }

    /// The text of a cell, as the service itself reads it; empty if there is none.
    pub fn read(&self, place: &str) -> String {
        let workbook = parindex::formats::xlsx::read_workbook(&self.bytes()).expect("a workbook");
        let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
        let column = place[..letters]
            .bytes()
            .fold(0_u16, |column, letter| column * 26 + u16::from(letter - b'A') + 1)
            - 1;
        let row: u32 = place[letters..].parse().expect("a row");
        let text = workbook.sheets[0].text_at(row - 1, column).expect("a cell");
        text.unwrap_or_default()
    }
}

/// A good workbook that is none of ours.
pub fn foreign() -> Vec<u8> {
    let page = Page {
        name: "Sheet1".to_owned(),
        ..Page::default()
    };
    write_workbook(&Book {
        pages: vec![page],
        ..Book::default()
    })
    .expect("a workbook")
}

/// Sends a workbook.
pub fn send(who: &Person, expected: u16, path: &str, bytes: Vec<u8>) -> Response {
    who.send_bytes(expected, "PUT", path, KIND, bytes)
}

/// The faulty cells of a problem or of a partial save, as `cell code`.
pub fn cells(errors: &serde_json::Value) -> Vec<String> {
    let errors = errors.as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            let place = error["place"].as_str().unwrap_or("?");
            let cell = place.rsplit('!').next().unwrap_or(place);
            format!("{cell} {}", error["code"].as_str().unwrap_or("?"))
        })
        .collect()
}
