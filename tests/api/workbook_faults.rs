//! Workbooks that nobody should send: each is told what is wrong with it, and none breaks anything.

use parindex::{
    features::rounds::Phase,
    formats::xlsx::{limits, read_workbook},
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::Value;

use crate::{
    stories,
    support::{
        Response, TestApp,
        round::Round,
        workbook::{File, KIND, cells, foreign, send},
    },
};

stories![
    a_bad_cell_is_named,
    a_date_is_no_number,
    a_changed_sheet_is_refused_with_what_to_do,
    what_is_no_workbook_is_refused,
    a_bomb_does_not_go_off,
    what_a_file_claims_of_itself_is_not_believed,
];

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn template(app: &TestApp, round: &Round<'_>) -> File {
    let path = format!("{}/template.xlsx", round.submission("moj"));
    File::of(&app.submitter("moj").get(200, &path).bytes)
}

fn put(app: &TestApp, round: &Round<'_>, expected: u16, bytes: Vec<u8>) -> Response {
    let path = format!("{}/workbook", round.submission("moj"));
    send(&app.submitter("moj"), expected, &path, bytes)
}

fn is_untouched(app: &TestApp, round: &Round<'_>) -> bool {
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    form["items"]
        .as_array()
        .unwrap()
        .iter()
        .all(|line| line["item"].is_null())
}

fn a_bad_cell_is_named(app: &TestApp) {
    type Change = fn(&mut File);
    let changes: [(Change, &str); 19] = [
        (
            |file| file.cell("F12", "", "<f>1+1</f>"),
            "F12 formula_without_value",
        ),
        (
            |file| file.cell("F12", " t=\"str\"", "<f>IF(1=1,\"\",\"x\")</f><v></v>"),
            "F12 formula_without_value",
        ),
        (
            |file| file.cell("F12", " t=\"e\"", "<f>1/0</f><v>#DIV/0!</v>"),
            "F12 error_cell",
        ),
        (
            |file| file.cell("E6", " t=\"e\"", "<v>#REF!</v>"),
            "E6 error_cell",
        ),
        (
            |file| file.cell("I7", "", "<f>A1</f>"),
            "I7 formula_without_value",
        ),
        (|file| file.merge("F12:G12"), "F12 merged_cell, G12 merged_cell"),
        (|file| file.merge("I7:I8"), "I7 merged_cell, I8 merged_cell"),
        (|file| file.text("E6", "Rất sớm"), "E6 unknown_option"),
        (|file| file.text("E7", "yes"), "E7 unknown_option"),
        (|file| file.text("F7", "1"), "F7 surplus_cell"),
        (
            |file| file.text("E8", "Không áp dụng"),
            "E8 not_applicable_not_allowed",
        ),
        (|file| file.text("G9", "3"), "G9 surplus_cell"),
        (|file| file.text("F9", "2,5"), "F9 not_whole"),
        (|file| file.text("F9", "-1"), "F9 not_whole"),
        (|file| file.text("F13", "9,3"), "F13 not_a_step"),
        (|file| file.text("F13", "11"), "F13 points_out_of_range"),
        (|file| file.cell("F9", " t=\"b\"", "<v>1</v>"), "F9 not_a_number"),
        (|file| file.text("E6", "Chậm"), "J6 evidence_missing"),
        (|file| file.clear("K7"), "A7 revision_missing"),
    ];
    let round = app.round_in(Phase::SelfAssessment);
    for (change, expected) in changes {
        let mut file = template(app, &round);
        change(&mut file);
        let refused = put(app, &round, 422, file.bytes()).json();
        assert_eq!(cells(&refused["errors"]).join(", "), expected);
        for error in refused["errors"].as_array().unwrap() {
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with("Sheet “Phiếu tự chấm”, row "), "{message}");
        }
    }
    assert!(is_untouched(app, &round));
}

/// A cell that the spreadsheet made a date of is no number.
fn a_date_is_no_number(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut file = template(app, &round);
    file.replace(
        "xl/styles.xml",
        "</cellXfs>",
        "<xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>",
    );
    let styles = file.part("xl/styles.xml");
    let own = styles
        .split("<cellXfs")
        .nth(1)
        .unwrap()
        .split("</cellXfs>")
        .next()
        .unwrap();
    let last = own.matches("<xf ").count() - 1;
    file.cell("F9", "", "<v>45662</v>");
    let sheet = file.part(SHEET);
    let start = sheet.find("<c r=\"F9\"").unwrap();
    let (before, after) = sheet.split_at(start);
    let rest = after.split_once('>').unwrap().1;
    file.put(SHEET, format!("{before}<c r=\"F9\" s=\"{last}\">{rest}"));
    let refused = put(app, &round, 422, file.bytes()).json();
    assert_eq!(cells(&refused["errors"]), ["F9 date_for_a_number"]);
    assert!(is_untouched(app, &round));
}

fn a_changed_sheet_is_refused_with_what_to_do(app: &TestApp) {
    type Change = fn(&mut File);
    let changes: [(Change, &str); 12] = [
        (|file| file.text("A7", "1.9"), "A7 unknown_indicator"),
        (|file| file.text("A7", "1.1"), "A7 duplicate_item"),
        (|file| file.text("A7", "2.3"), "A7 not_declared"),
        (|file| file.text("A7", "Tổng"), "A7 bad_code_cell"),
        (|file| file.number("A7", "1.2"), "A7 bad_code_cell"),
        (
            |file| {
                file.clear("A7");
                file.text("E7", "Có");
            },
            "A7 bad_code_cell",
        ),
        (|file| file.merge("A6:A7"), "A6 bad_code_cell, A7 bad_code_cell"),
        (|file| file.text("F5", "5"), "F5 filled_heading"),
        (|file| file.text("F4", "Số lượng"), "? columns_changed"),
        (
            |file| file.replace("xl/workbook.xml", "Phiếu tự chấm", "Sheet1"),
            "? sheet_missing",
        ),
        (
            |file| file.replace("xl/workbook.xml", "\"parindex\"", "\"khác\""),
            "? foreign_template",
        ),
        (
            |file| {
                let strings = file.part("xl/sharedStrings.xml");
                let digest = strings
                    .split("<t>")
                    .find(|text| text.split('<').next().unwrap().len() == 64)
                    .unwrap();
                let digest = digest.split('<').next().unwrap().to_owned();
                file.replace("xl/sharedStrings.xml", &digest, &"0".repeat(64));
            },
            "? old_template",
        ),
    ];
    let round = app.round_in(Phase::SelfAssessment);
    for (change, expected) in changes {
        let mut file = template(app, &round);
        change(&mut file);
        let refused = put(app, &round, 422, file.bytes()).json();
        assert_eq!(cells(&refused["errors"]).join(", "), expected, "{refused:#}");
    }
    // Hidden rows are read like all others.
    let mut file = template(app, &round);
    file.replace(SHEET, "<row r=\"7\"", "<row hidden=\"1\" r=\"7\"");
    file.text("E7", "Có");
    let saved = put(app, &round, 200, file.bytes()).json();
    assert_eq!(saved["saved"], 1);
    // A formula counts with what was computed; true and false are yes and no.
    let mut file = template(app, &round);
    file.cell("F12", "", "<f>70+5</f><v>75</v>");
    file.cell("G12", "", "<f>SUM(A1:A9)</f><v>100</v>");
    file.cell("E7", " t=\"b\"", "<v>0</v>");
    let saved = put(app, &round, 200, file.bytes()).json();
    assert_eq!(saved["saved"], 2, "{saved:#}");
    assert_eq!(saved["items"][5]["self_points"], "7.5");
}

fn what_is_no_workbook_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let good = template(app, &round).bytes();
    let mut with_macros = template(app, &round);
    with_macros.put("xl/vbaProject.bin", "macros");
    let mut macro_type = template(app, &round);
    macro_type.replace(
        "[Content_Types].xml",
        "openxmlformats-officedocument.spreadsheetml.sheet.main",
        "ms-excel.sheet.macroEnabled.main",
    );
    let mut zip_only = File::of(&good);
    zip_only.put("[Content_Types].xml", "<Types/>");
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("CSV", "Mã,Tên\r\n1.1,Kế hoạch\r\n".into()),
        (
            "an old .xls",
            [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600]].concat(),
        ),
        ("PDF", b"%PDF-1.7".to_vec()),
        ("a ZIP of something else", zip_only.bytes()),
        ("macros", with_macros.bytes()),
        ("a macro-enabled type", macro_type.bytes()),
    ] {
        let refused = put(app, &round, 415, bytes).json();
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains(".xlsx"), "{what}: {detail}");
    }
    let damaged = |bytes: Vec<u8>| {
        let refused = put(app, &round, 422, bytes).json();
        assert_eq!(refused["errors"][0]["code"], "damaged_workbook", "{refused:#}");
    };
    damaged(good[..good.len() / 2].to_vec());
    damaged(good[..good.len() - 30].to_vec());
    let mut twice = template(app, &round);
    twice.replace(
        SHEET,
        "</sheetData>",
        "<row r=\"6\"><c r=\"F12\"><v>1</v></c><c r=\"F12\"><v>2</v></c></row></sheetData>",
    );
    damaged(twice.bytes());
    let mut no_string = template(app, &round);
    no_string.cell("F12", " t=\"s\"", "<v>99999</v>");
    damaged(no_string.bytes());
    // Any type but that of a workbook.
    let path = format!("{}/workbook", round.submission("moj"));
    for kind in [
        "application/json",
        "application/octet-stream",
        "application/vnd.ms-excel",
    ] {
        let refused = app
            .submitter("moj")
            .send_bytes(415, "PUT", &path, kind, good.clone());
        assert!(refused.json()["detail"].as_str().unwrap().contains(KIND));
    }
    // One that is good, and is none of ours.
    let refused = put(app, &round, 422, foreign()).json();
    assert_eq!(refused["errors"][0]["code"], "foreign_template");
    assert!(
        refused["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("template.xlsx")
    );
    assert!(is_untouched(app, &round));
}

fn a_bomb_does_not_go_off(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let size = usize::try_from(limits::UNPACKED_BYTES_MAX).unwrap() + 1;
    let mut zeros = template(app, &round);
    zeros.put("xl/media/image1.png", vec![0_u8; size]);
    let mut parts = template(app, &round);
    for number in 0..=limits::PARTS_MAX {
        parts.put(&format!("xl/x{number}.xml"), "<x/>");
    }
    let mut far = template(app, &round);
    far.replace(
        SHEET,
        "</sheetData>",
        "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
    );
    let mut many = template(app, &round);
    let cells: String = (0..limits::CELLS_MAX / 100 + 1)
        .map(|row| {
            let row = row % 9000 + 100;
            (0..100)
                .map(|column| {
                    format!(
                        "<c r=\"{}{row}\"><v>1</v></c>",
                        parindex::formats::xlsx::column_name(column)
                    )
                })
                .collect::<String>()
        })
        .collect();
    many.replace(SHEET, "</sheetData>", &format!("<row>{cells}</row></sheetData>"));
    let mut long = template(app, &round);
    long.text("I7", &"x".repeat(limits::CELL_BYTES_MAX + 1));
    for (what, file) in [
        ("zeros", zeros),
        ("parts", parts),
        ("a far cell", far),
        ("many cells", many),
        ("a long text", long),
    ] {
        let bytes = file.bytes();
        assert!(bytes.len() < 4 << 20, "{what}");
        let refused = put(app, &round, 413, bytes).json();
        assert_eq!(refused["code"], "payload_too_large", "{what}");
        assert_ne!(refused["detail"], Value::Null);
    }
}

fn what_a_file_claims_of_itself_is_not_believed(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut claims = template(app, &round);
    let strings = claims.part("xl/sharedStrings.xml");
    let count = strings
        .split("uniqueCount=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    claims.replace(
        "xl/sharedStrings.xml",
        &format!("uniqueCount=\"{count}\""),
        "uniqueCount=\"999999999999999\"",
    );
    claims.replace(
        SHEET,
        "<sheetData>",
        "<dimension ref=\"A1:XFD1048576\"/><sheetData>",
    );
    claims.text("E7", "Có");
    assert_eq!(put(app, &round, 200, claims.bytes()).json()["saved"], 1);
    // Nor are entities of its own.
    let mut entity = template(app, &round);
    let start = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let sheet = entity
        .part(SHEET)
        .replacen("<worksheet", &format!("{start}<worksheet"), 1);
    entity.put(SHEET, sheet);
    entity.text("I7", "x");
    entity.replace(SHEET, "<t xml:space=\"preserve\">x</t>", "<t>&b;</t>");
    let refused = put(app, &round, 422, entity.bytes()).json();
    assert_eq!(refused["errors"][0]["code"], "damaged_workbook");
}

#[test]
fn no_bytes_at_all_make_the_reader_panic() {
    let good = foreign();
    let whole = include_bytes!("fixtures/workbooks/openpyxl.xlsx");
    let parts = File::of(whole);
    let sheet = parts.part(SHEET).into_bytes();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let bytes = proptest::collection::vec(any::<u8>(), 0..2000);
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20);
    runner
        .run(&(bytes, changes), |(bytes, changes)| {
            let _ = read_workbook(&bytes);
            let _ = read_workbook(&[b"PK\x03\x04", &bytes[..]].concat());
            let mut packed = good.clone();
            let mut unpacked = sheet.clone();
            for (index, byte) in &changes {
                let at = index.index(packed.len());
                packed[at] = *byte;
                let at = index.index(unpacked.len());
                unpacked[at] = *byte;
            }
            let _ = read_workbook(&packed);
            // The XML itself, past the checksum of the ZIP.
            let mut file = File::of(whole);
            file.put(SHEET, unpacked);
            if let Ok(workbook) = read_workbook(&file.bytes()) {
                for sheet in &workbook.sheets {
                    for (row, column) in sheet.cells.keys() {
                        let _ = (
                            sheet.text_at(*row, *column),
                            sheet.decimal_at(*row, *column),
                            sheet.day_at(*row, *column),
                        );
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}
