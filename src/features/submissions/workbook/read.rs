//! Reading a form that was filled in: each row becomes the item of a bulk save.

use std::collections::BTreeMap;

use super::{
    evidence,
    layout::{CHOICE, CODE, EVIDENCE, EXPLANATION, FIRST, HEADS, REVISION, SECOND, SHEET, stamp},
    value::{ValueColumns, parse_value, value_parts},
};
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    features::submissions::{
        model::{Evidence, ItemBody},
        rules::ItemState,
    },
    formats::xlsx::{CellFault, Sheet, Workbook},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{CompiledLeaf, CompiledSet},
    web::{Gathered, PartColumns, Places, Sent, cell_error, check_stamp, place},
};

const COLUMNS: ValueColumns = ValueColumns {
    choice: CHOICE,
    first: FIRST,
    second: SECOND,
};
/// The cells of a row that can be filled in.
const INPUTS: [u16; 5] = [CHOICE, FIRST, SECOND, EXPLANATION, EVIDENCE];

/// What a form is read against.
pub struct Form<'a> {
    /// The round.
    pub round: &'a RoundCode,
    /// The agency.
    pub agency: &'a AgencyCode,
    /// The criteria set.
    pub set: &'a CompiledSet,
    /// Its digest.
    pub set_digest: &'a str,
    /// What stands.
    pub current: &'a BTreeMap<IndicatorCode, ItemState>,
}

/// Takes the rows of a workbook as items. What is wrong with the file as a whole refuses it; what is wrong with a row is
/// told with the row.
pub fn read(workbook: &Workbook, form: &Form<'_>) -> AppResult<Gathered<ItemBody>> {
    let (round, agency) = (form.round, form.agency);
    check_stamp(
        workbook,
        &stamp(round, agency, form.set_digest),
        &[("round", "kỳ", "round"), ("agency", "cơ quan", "agency")],
        &format!("/api/v1/rounds/{round}/submissions/{agency}/template.xlsx"),
    )?;
    let (sheet, header) = find_sheet(workbook, SHEET, &HEADS)?;
    let mut gathered = Gathered {
        sent: Vec::new(),
        places: Places::of_sheet(SHEET),
    };
    let mut nameless = Vec::new();
    for row in sheet.rows().into_iter().filter(|row| *row > header) {
        match code_of(sheet, row, form.set, &INPUTS) {
            Ok(None) => {}
            Ok(Some(code)) => push_row(&mut gathered, form, sheet, row, code),
            Err(error) => nameless.push(error),
        }
    }
    if nameless.is_empty() {
        Ok(gathered)
    } else {
        Err(AppError::invalid(nameless))
    }
}

/// The sheet of a name and the row of its heads.
pub fn find_sheet<'a>(workbook: &'a Workbook, name: &str, heads: &[&str]) -> AppResult<(&'a Sheet, u32)> {
    let sheet = workbook.sheet(name).ok_or_else(|| {
        AppError::invalid_item(
            "",
            "sheet_missing",
            format!("Không có trang “{name}”; không đổi tên và không xóa trang của mẫu."),
            format!("The sheet “{name}” is missing; don't rename or delete the template's sheets."),
        )
    })?;
    let header = sheet.header_row(heads).ok_or_else(|| {
        AppError::invalid_item(
            "",
            "columns_changed",
            format!("Trang “{name}”: các cột không còn như trong mẫu; không thêm, xóa hay đổi tên cột."),
            format!("Sheet “{name}”: its columns are not the template's any more; don't add, delete or rename any."),
        )
    })?;
    Ok((sheet, header))
}

/// The code of a row's line: none where the row is blank or a heading, which must not be filled in.
pub fn code_of(
    sheet: &Sheet,
    row: u32,
    set: &CompiledSet,
    inputs: &[u16],
) -> Result<Option<IndicatorCode>, FieldError> {
    let code = cell_code(sheet, row, inputs)?.filter(|code| {
        // An unknown code is a line, of which the save says what is wrong.
        set.node(code.as_str()).is_none() || set.leaf_index(code.as_str()).is_some()
    });
    match first_filled(sheet, row, inputs) {
        Some(column) if code.is_none() => Err(stray(sheet, row, column)),
        _ => Ok(code),
    }
}

fn cell_code(sheet: &Sheet, row: u32, inputs: &[u16]) -> Result<Option<IndicatorCode>, FieldError> {
    let refuse = |vi: &str, en: &str| {
        let mut error = FieldError::new("/items", "bad_code_cell", Message::new(vi, en));
        place(&mut error, &sheet.name, row, CODE);
        Err(error)
    };
    if sheet.is_merged(row, CODE) {
        return refuse("ô mã bị gộp; bỏ gộp.", "the code's cell is merged; unmerge it.");
    }
    match (sheet.cell(row, CODE), sheet.text(row, CODE)) {
        (None, _) => match first_filled(sheet, row, inputs) {
            None => Ok(None),
            Some(_) => refuse(
                "dòng có nội dung nhưng thiếu mã; chép lại mã từ mẫu.",
                "the row is filled in but has no code; copy the code from the template.",
            ),
        },
        (Some(_), Some(text)) => match IndicatorCode::parse(text.trim()) {
            Ok(code) => Ok(Some(code)),
            Err(_) => refuse("đây không phải mã tiêu chí.", "this is no indicator's code."),
        },
        // The number 1.1 was «1.1» or «1.10».
        (Some(_), None) => refuse(
            "mã đã bị đổi thành số hoặc công thức; chép lại mã từ mẫu dưới dạng văn bản.",
            "the code became a number or a formula; copy it from the template as text.",
        ),
    }
}

/// The first cell of some that is not empty.
fn first_filled(sheet: &Sheet, row: u32, columns: &[u16]) -> Option<u16> {
    columns
        .iter()
        .copied()
        .find(|column| !matches!(sheet.text_at(row, *column), Ok(None)))
}

fn stray(sheet: &Sheet, row: u32, column: u16) -> FieldError {
    let (vi, en) = (
        "dòng này là tiêu đề, không kê khai ở đây; xóa nội dung của ô.",
        "this row is a heading, nothing is declared here; empty the cell.",
    );
    let mut error = FieldError::new("/items", "filled_heading", Message::new(vi, en));
    place(&mut error, &sheet.name, row, column);
    error
}

fn push_row(
    gathered: &mut Gathered<ItemBody>,
    form: &Form<'_>,
    sheet: &Sheet,
    row: u32,
    code: IndicatorCode,
) {
    let leaf = form
        .set
        .leaf_index(code.as_str())
        .and_then(|index| form.set.leaf(index));
    gathered.places.push(row, parts(leaf, sheet, row));
    let pointer = format!("/items/{}", gathered.sent.len());
    let body = match leaf {
        Some(leaf) => body_of(form, sheet, row, leaf, &code, &pointer),
        // The save says what is wrong with the code.
        None => Ok(blank(code.clone())),
    };
    gathered.sent.push(Sent {
        indicator: code,
        body,
    });
}

fn parts(leaf: Option<&CompiledLeaf>, sheet: &Sheet, row: u32) -> PartColumns {
    const BELOW_VALUE: [(&str, &str); 7] = [
        ("", "/value"),
        ("/option", "/value/option"),
        ("/yes", "/value/yes"),
        ("/numerator", "/value/numerator"),
        ("/count", "/value/count"),
        ("/points", "/value/points"),
        ("/denominator", "/value/denominator"),
    ];
    let mut parts = vec![("", CODE), ("/explanation", EXPLANATION), ("/evidence", EVIDENCE)];
    let value = leaf
        .map(|leaf| value_parts(&leaf.rule, COLUMNS))
        .unwrap_or_default();
    for (part, column) in value {
        let pointer = BELOW_VALUE.iter().find(|(below, _)| *below == part);
        parts.extend(pointer.map(|(_, pointer)| (*pointer, column)));
    }
    // What is wrong with a value as a whole is wrong with the cell that made it one.
    if matches!(sheet.text_at(row, CHOICE), Ok(Some(_))) {
        parts.retain(|(part, _)| *part != "/value");
        parts.push(("/value", CHOICE));
    }
    parts
}

fn body_of(
    form: &Form<'_>,
    sheet: &Sheet,
    row: u32,
    leaf: &CompiledLeaf,
    code: &IndicatorCode,
    pointer: &str,
) -> Result<ItemBody, Vec<FieldError>> {
    let standing = form.current.get(code);
    let mut errors = Vec::new();
    let mut fail = |part: &str, fault: CellFault| {
        errors.push(cell_error(format!("{pointer}{part}"), code.as_str(), fault));
    };
    let value = parse_value(leaf, sheet, row, COLUMNS).unwrap_or_else(|faults| {
        for (part, fault) in faults {
            fail(&format!("/value{part}"), fault);
        }
        None
    });
    let explanation = sheet.text_at(row, EXPLANATION).unwrap_or_else(|fault| {
        fail("/explanation", fault);
        None
    });
    let stands = standing
        .and_then(|item| item.explanation.as_deref())
        .unwrap_or("");
    let explanation = (!is_same_text(explanation.as_deref().unwrap_or(""), stands)).then_some(explanation);
    let documents = standing.map_or(&[][..], |item| &item.evidence);
    let evidence = documents_of(sheet, row, documents).unwrap_or_else(|fault| {
        fail("/evidence", fault);
        None
    });
    let revision = revision_at(sheet, row, REVISION).unwrap_or_else(|fault| {
        fail("/revision", fault);
        0
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(ItemBody {
        value: Some(value),
        explanation,
        evidence: evidence.map(Some),
        revision: Some(revision),
        ..blank(code.clone())
    })
}

/// Whether a cell still says what stands: a spreadsheet may write line ends and outer spaces otherwise.
fn is_same_text(cell: &str, standing: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    plain(cell) == plain(standing)
}

fn documents_of(sheet: &Sheet, row: u32, standing: &[Evidence]) -> Result<Option<Vec<Evidence>>, CellFault> {
    let text = sheet.text_at(row, EVIDENCE)?.unwrap_or_default();
    evidence::documents_of(&text, standing)
}

/// The revision in a hidden cell of a row.
pub fn revision_at(sheet: &Sheet, row: u32, column: u16) -> Result<i32, CellFault> {
    let text = sheet.decimal_at(row, column)?.unwrap_or_default();
    text.parse().ok().filter(|revision| *revision >= 0).ok_or_else(|| {
        CellFault::new(
            "revision_missing",
            "cột ẩn “Bản” của dòng này bị mất; tải lại mẫu và chép số liệu sang.",
            "the hidden column “Bản” of this row is lost; download the template again and copy the figures.",
        )
    })
}

/// An item of which nothing is said: all stays as it is.
fn blank(indicator: IndicatorCode) -> ItemBody {
    ItemBody {
        indicator,
        value: None,
        explanation: None,
        evidence: None,
        revision: None,
    }
}
