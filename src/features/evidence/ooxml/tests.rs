use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/PART" ContentType="TYPE"/></Types>"#;
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

fn pack(parts: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method))
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn office(part: &str, kind: &str) -> Vec<u8> {
    let types = TYPES.replace("PART", part).replace("TYPE", kind);
    let parts = [("[Content_Types].xml", types.as_str()), (part, "<x/>")];
    pack(&parts, CompressionMethod::Deflated)
}

fn told(bytes: &[u8]) -> Result<FileKind, Unfit> {
    tell(&mut Cursor::new(bytes))
}

#[test]
fn word_and_excel_are_told_by_their_types() {
    assert_eq!(told(&office("word/document.xml", DOCX)), Ok(FileKind::Docx));
    assert_eq!(told(&office("xl/workbook.xml", XLSX)), Ok(FileKind::Xlsx));
    let types = TYPES.replace("TYPE", DOCX);
    let stored = pack(
        &[("[Content_Types].xml", types.as_str())],
        CompressionMethod::Stored,
    );
    assert_eq!(told(&stored), Ok(FileKind::Docx));
    // A comment of the archive is no reason to refuse it.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("[Content_Types].xml", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(types.as_bytes()).unwrap();
    zip.set_comment("PK\u{5}\u{6} is not the end").unwrap();
    assert_eq!(told(&zip.finish().unwrap().into_inner()), Ok(FileKind::Docx));
}

#[test]
fn macros_are_found_by_name_and_by_type() {
    let macros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";
    assert_eq!(told(&office("xl/workbook.xml", macros)), Err(Unfit::Macros));
    let types = TYPES.replace("TYPE", XLSX);
    let parts = [
        ("[Content_Types].xml", types.as_str()),
        ("xl/VbaProject.bin", "x"),
    ];
    assert_eq!(
        told(&pack(&parts, CompressionMethod::Deflated)),
        Err(Unfit::Macros)
    );
    let hidden = types.replace(
        "</Types>",
        r#"<Override PartName="/xl/a.dat" ContentType="application/vnd.ms-office.vbaProject"/></Types>"#,
    );
    let parts = [("[Content_Types].xml", hidden.as_str()), ("xl/a.dat", "x")];
    assert_eq!(
        told(&pack(&parts, CompressionMethod::Deflated)),
        Err(Unfit::Macros)
    );
}

#[test]
fn other_containers_are_refused() {
    let slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
    for bytes in [
        office("ppt/presentation.xml", slides),
        pack(
            &[("a.txt", "a"), ("word/document.xml", "b")],
            CompressionMethod::Deflated,
        ),
        pack(
            &[("mimetype", "application/vnd.oasis.opendocument.text")],
            CompressionMethod::Stored,
        ),
        // A JAR, an APK.
        pack(
            &[("META-INF/MANIFEST.MF", "a"), ("Main.class", "b")],
            CompressionMethod::Deflated,
        ),
        pack(&[], CompressionMethod::Stored),
        b"PK\x03\x04".to_vec(),
        b"PK\x03\x04 and no end".to_vec(),
    ] {
        assert_eq!(told(&bytes), Err(Unfit::OtherZip));
    }
}

/// Nothing panics, and nothing is held that a bound does not allow, whatever is wrong with the container.
#[test]
fn a_broken_container_is_refused() {
    let sound = office("word/document.xml", DOCX);
    for length in 0..sound.len() {
        assert!(told(&sound[..length]).is_err(), "cut to {length}");
    }
    for at in 0..sound.len() {
        for byte in [0, 0xff] {
            let mut broken = sound.clone();
            broken[at] = byte;
            // Some bytes don't matter; the point is that this ends.
            let _ = told(&broken);
        }
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = format!("{}{}", TYPES.replace("TYPE", DOCX), " ".repeat(3 << 20));
    let parts = [("[Content_Types].xml", bomb.as_str())];
    assert_eq!(
        told(&pack(&parts, CompressionMethod::Deflated)),
        Err(Unfit::OtherZip)
    );
}
