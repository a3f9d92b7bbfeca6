use super::*;

#[test]
fn columns_have_letters() {
    for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(column_name(column), name);
    }
    assert_eq!(reference("Phiếu tự chấm", 11, 5), "'Phiếu tự chấm'!F12");
}

#[test]
fn a_number_cell_is_what_people_see_in_it() {
    for (raw, decimal) in [
        ("61.860000000000001", "61.86"),
        ("61.86", "61.86"),
        ("0.30000000000000004", "0.3"),
        ("1250", "1250"),
        ("1E3", "1000"),
        ("1.25E-2", "0.0125"),
        ("-0", "0"),
        ("1000000000000", "1000000000000"),
        ("99999.999999", "99999.999999"),
    ] {
        assert_eq!(decimal_of_cell(raw), Ok(decimal.to_owned()), "{raw}");
    }
    assert_eq!(
        decimal_of_cell("0.3333333333333333"),
        Err(NumberFault::TooManyDecimals)
    );
    for raw in ["", "x", "inf", "NaN"] {
        assert_eq!(decimal_of_cell(raw), Err(NumberFault::NotANumber), "{raw}");
    }
}

#[test]
fn a_typed_number_is_read_as_it_is_written_in_vietnam_and_elsewhere() {
    for (text, decimal) in [
        ("61,86", "61.86"),
        ("61.86", "61.86"),
        (" 61,86 ", "61.86"),
        ("1 234,5", "1234.5"),
        ("1\u{a0}234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,25", "1234567.25"),
        ("1 234", "1234"),
        ("0,125", "0.125"),
        ("1,2340", "1.234"),
        ("1234,567", "1234.567"),
        ("007", "7"),
        ("-3,5", "-3.5"),
        ("-0", "0"),
        ("0,1234560", "0.123456"),
    ] {
        assert_eq!(decimal_of_text(text), Ok(decimal.to_owned()), "{text}");
    }
    for (text, fault) in [
        ("1.234", NumberFault::Ambiguous),
        ("1,234", NumberFault::Ambiguous),
        ("123.456", NumberFault::Ambiguous),
        ("85%", NumberFault::Percent),
        ("0,1234567", NumberFault::TooManyDecimals),
        ("", NumberFault::NotANumber),
        ("một", NumberFault::NotANumber),
        ("1 23", NumberFault::NotANumber),
        ("1.23.456", NumberFault::NotANumber),
        ("1.234,5,6", NumberFault::NotANumber),
        ("5,", NumberFault::NotANumber),
        (",5", NumberFault::NotANumber),
        ("--5", NumberFault::NotANumber),
        ("1e3", NumberFault::NotANumber),
        ("1.234 567", NumberFault::NotANumber),
    ] {
        assert_eq!(decimal_of_text(text), Err(fault), "{text}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    for decimal in [
        "61.86", "1.234", "1250", "0.125", "999.999", "1234.567", "0", "-3.5",
    ] {
        let text = text_of_decimal(decimal);
        assert_eq!(decimal_of_text(&text), Ok(decimal.to_owned()), "{text}");
    }
}

fn book(texts: &[&str]) -> Book {
    let cells = texts.iter().map(|text| Written::text(*text, Style::Input));
    let row = Row {
        cells: cells.collect(),
        lines: 0,
    };
    Book {
        pages: vec![Page {
            name: "Trang & một".to_owned(),
            rows: vec![Row::default(), row],
            ..Page::default()
        }],
        ..Book::default()
    }
}

#[test]
fn texts_come_back_as_they_were() {
    let texts = [
        "Bộ Tư pháp",
        "=1+1",
        "a\nb",
        "a\r\nb",
        "_x0041_",
        "< & > \" '",
        " spaces ",
        "\u{1}",
        "😀 _x",
        "1,5",
    ];
    let bytes = write_workbook(&book(&texts)).unwrap();
    let workbook = read_workbook(&bytes).unwrap();
    let sheet = workbook.sheet("Trang & một").unwrap();
    for (column, text) in (0..).zip(texts) {
        assert_eq!(sheet.text(1, column), Some(text));
    }
}

#[test]
fn what_is_no_workbook_is_told_apart() {
    let kind = |bytes: &[u8]| read_workbook(bytes).unwrap_err().kind;
    assert_eq!(kind(b""), FaultKind::WrongType);
    assert_eq!(kind(b"a,b\r\n1,2\r\n"), FaultKind::WrongType);
    assert_eq!(kind(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]), FaultKind::WrongType);
    assert_eq!(kind(b"PK\x03\x04 and nothing more"), FaultKind::Damaged);
    let good = write_workbook(&book(&["x"])).unwrap();
    assert_eq!(kind(&good[..good.len() / 2]), FaultKind::Damaged);
}
