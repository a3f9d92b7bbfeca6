//! The bytes of documents.

use std::io::{Cursor, Read};

use super::{Align, Block, Column, Grid, Paper, Picture, write_docx};

fn paper(title: &str) -> Paper {
    Paper {
        title: title.to_owned(),
        language: "vi-VN",
        made_at: "2026-03-02T02:00:00Z".to_owned(),
        page: "Trang",
        table: "Bảng",
        figure: "Hình",
        blocks: vec![
            Block::Title(title.to_owned()),
            Block::Heading("Điểm".to_owned()),
            Block::Text("Một dòng\n\n<hai> & \u{0}".to_owned()),
            Block::Picture(Picture {
                png: png(),
                caption: "Hình & <chữ>".to_owned(),
            }),
            Block::Table(Grid {
                caption: "Điểm".to_owned(),
                columns: vec![
                    Column::new("Mã", 1, Align::Left),
                    Column::new("Điểm", 2, Align::Right),
                ],
                rows: vec![vec!["1.1".to_owned(), "0.50".to_owned()]],
            }),
        ],
    }
}

/// The head of a picture, which tells its size: all that is read of it.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(200_u32.to_be_bytes());
    bytes.extend(1000_u32.to_be_bytes());
    bytes
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_same_content_is_the_same_bytes() {
    let first = write_docx(&paper("Báo cáo")).unwrap();
    // Whatever was made before, and on whichever thread.
    write_docx(&paper("Một báo cáo khác")).unwrap();
    assert!(write_docx(&paper("Báo cáo")).unwrap() == first);
    let elsewhere = std::thread::spawn(|| write_docx(&paper("Báo cáo")).unwrap());
    assert!(elsewhere.join().unwrap() == first);
}

#[test]
fn every_part_is_well_formed_whatever_the_texts_hold() {
    let bytes = write_docx(&paper("A & B <\u{b}> \"C\" ]]>")).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        if file.name().unwrap().starts_with("word/media/") {
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(!text.contains(['\u{0}', '\u{b}']));
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
    let document = part(&bytes, "word/document.xml");
    assert!(document.contains("A &amp; B &lt;\u{fffd}&gt;"), "{document}");
    assert!(document.contains("<w:tblHeader />"));
    assert!(
        document.contains("descr=\"Hình &amp; &lt;chữ&gt;\""),
        "{document}"
    );
    // 21 cm high at most, and a fifth of that wide.
    assert!(document.contains("cx=\"1512000\" cy=\"7560000\""), "{document}");
}

#[test]
fn a_table_without_columns_is_no_fault() {
    let mut empty = paper("Trống");
    empty.blocks = vec![Block::Table(Grid {
        caption: String::new(),
        columns: vec![Column::new("", 0, Align::Centre)],
        rows: vec![],
    })];
    write_docx(&empty).unwrap();
}
