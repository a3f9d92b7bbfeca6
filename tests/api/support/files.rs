//! Files that offices upload, as small as they can be, and how they are sent.

use std::io::{Cursor, Write};

use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Person, Response, round::Round};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const EXCEL_WITH_MACROS: &str = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";

/// A file that is signed: see `README` beside it.
pub const SIGNED_FILE: &[u8] = include_bytes!("../fixtures/signature/signed.pdf");
/// Its signature, DER.
pub const SIGNATURE: &[u8] = include_bytes!("../fixtures/signature/signed.p7s");

/// A signature of what `moj` declares in the stories, DER.
pub const SIGNED_FORM: &[u8] = include_bytes!("../fixtures/signature/submission.p7s");

/// A PDF document that says something.
pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {text}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
        .into_bytes()
}

/// A PDF document of this many bytes.
pub fn large_pdf(bytes: usize) -> Vec<u8> {
    let mut file = pdf("large");
    let longer = (file.len()..bytes).map(|at| u8::try_from(at % 251).expect("a byte"));
    file.extend(longer.collect::<Vec<u8>>());
    file
}

/// A ZIP file with these parts.
pub fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(text.as_bytes()).expect("a part");
    }
    zip.finish().expect("a ZIP file").into_inner()
}

fn office(part: &str, kind: &str) -> Vec<u8> {
    let types = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/{part}" ContentType="{kind}"/></Types>"#
    );
    zip(&[("[Content_Types].xml", &types), (part, "<x/>")])
}

/// A Word document.
pub fn docx() -> Vec<u8> {
    office("word/document.xml", WORD)
}

/// An Excel workbook.
pub fn xlsx() -> Vec<u8> {
    office("xl/workbook.xml", EXCEL)
}

/// An Excel workbook with macros.
pub fn xlsm() -> Vec<u8> {
    office("xl/workbook.xml", EXCEL_WITH_MACROS)
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A value of a query, with everything encoded that is not plain.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The address of an item's evidence.
pub fn path(round: &Round<'_>, agency: &str, indicator: &str) -> String {
    format!("{}/items/{indicator}/evidence", round.submission(agency))
}

/// Uploads a PDF document as `a.pdf`.
pub fn upload(
    status: u16,
    who: &Person,
    round: &Round<'_>,
    agency: &str,
    indicator: &str,
    bytes: &[u8],
) -> Response {
    upload_as(
        status,
        who,
        &path(round, agency, indicator),
        &[("file_name", "a.pdf")],
        bytes,
    )
}

/// Uploads a file with facts about it.
pub fn upload_as(status: u16, who: &Person, path: &str, facts: &[(&str, &str)], bytes: &[u8]) -> Response {
    let facts: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let path = format!("{path}?{}", facts.join("&"));
    // Nothing that the sender says of the type is believed.
    who.send_bytes(status, "POST", &path, "text/html", bytes)
}

/// The id of an uploaded file.
pub fn id(uploaded: &Response) -> String {
    uploaded.json()["file"]["id"].as_str().expect("an id").to_owned()
}

/// The item of a line of an agency's form.
pub fn item(who: &Person, round: &Round<'_>, agency: &str, indicator: &str) -> Value {
    let form = who.get(200, &round.submission(agency)).json();
    let lines = form["items"].as_array().expect("lines").clone();
    let line = lines.into_iter().find(|line| line["indicator"] == indicator);
    line.expect("the line")["item"].clone()
}
