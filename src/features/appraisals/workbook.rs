//! The list to appraise as a workbook: what was declared is locked, the decision is filled in.
//!
//! A row without a verdict is left alone: decisions are never taken back, only followed by others.

use std::collections::BTreeMap;

use super::model::{Appraisal, AppraisalBody, AppraisalLine};
use crate::{
    error::{AppError, AppResult, FieldError},
    features::submissions::workbook::{
        Choices, Made, Rows, ValueCells, ValueColumns, code_of, documents_text, find_sheet, how_to_score,
        lines_of, offered, parse_value, revision_at, text_page, value_parts,
    },
    formats::xlsx::{
        Book, CellFault, Choice, Column, Content, Page, Row, Sheet, Stamp, Style, Workbook, Written,
        text_of_decimal, write_workbook,
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{CompiledLeaf, CompiledSet, Decision, Declared, Points, Rule},
    web::{Gathered, PartColumns, Places, Sent, cell_error, check_stamp},
};

const SHEET: &str = "Phiếu thẩm định";
const VERSION: &str = "1";
const CODE: u16 = 0;
const VERDICT: u16 = 7;
const POINTS: u16 = 8;
const REASON: u16 = 12;
const REVISION: u16 = 13;
const VALUE: ValueColumns = ValueColumns {
    choice: 9,
    first: 10,
    second: 11,
};
/// The cells that can be filled in.
const INPUTS: [u16; 6] = [VERDICT, POINTS, 9, 10, 11, REASON];
const HEADS: [&str; 14] = [
    "Mã",
    "Lĩnh vực / Tiêu chí / Tiêu chí thành phần",
    "Điểm tối đa",
    "Cách tính điểm",
    "Đơn vị kê khai",
    "Điểm tự chấm",
    "Giải trình, tài liệu kiểm chứng",
    "Kết luận",
    "Điểm chấm",
    "Điều chỉnh: lựa chọn",
    "Điều chỉnh: số lượng / tử số",
    "Điều chỉnh: mẫu số",
    "Lý do",
    "Bản",
];
const WIDTHS: [u16; 14] = [8, 30, 8, 24, 18, 8, 34, 14, 8, 16, 11, 10, 28, 6];

const RECOGNISED: &str = "Công nhận";
const CORRECTED: &str = "Điều chỉnh số liệu";
const POINTS_SET: &str = "Chấm điểm";

fn stamp(round: &RoundCode, agency: &AgencyCode, digest: &str) -> Stamp {
    Stamp::new([
        ("form", "appraisal".to_owned()),
        ("version", VERSION.to_owned()),
        ("round", round.to_string()),
        ("agency", agency.to_string()),
        ("digest", digest.to_owned()),
    ])
}

/// Writes the list of an appraisal: the lines that the caller may see.
pub fn write(appraisal: &Appraisal, set: &CompiledSet, made: &Made) -> Result<Vec<u8>, String> {
    let lines: BTreeMap<&str, &AppraisalLine> = appraisal
        .items
        .iter()
        .map(|line| (line.indicator.as_str(), line))
        .collect();
    let mut choices = Choices::default();
    let verdicts = choices.list([RECOGNISED, CORRECTED, POINTS_SET].map(str::to_owned).into());
    let mut rows = Rows::new(
        "PHIẾU THẨM ĐỊNH ĐIỂM CẢI CÁCH HÀNH CHÍNH",
        &format!("Cơ quan được thẩm định: {} – {}", made.agency, made.round),
        "Điền kết luận vào các ô nền vàng; dòng không có kết luận được giữ nguyên. Xem trang “Hướng dẫn”.",
        &HEADS,
    );
    for node in rows.nodes(set, lines.keys().copied()) {
        let leaf = set.leaf_index(&node.code).and_then(|index| set.leaf(index));
        match (leaf, lines.get(node.code.as_str())) {
            (Some(leaf), Some(line)) => {
                let at = rows.len();
                rows.choices
                    .extend(prompts(leaf, at, verdicts.clone(), &mut choices));
                rows.push(row(leaf, line));
            }
            _ => rows.heading(node),
        }
    }
    let columns = (0..).zip(WIDTHS).map(|(column, width)| Column {
        width,
        hidden: column == REVISION,
    });
    let book = Book {
        title: format!("{SHEET}: {} – {}", made.agency, made.round),
        made_at: made.at,
        pages: vec![
            Page {
                columns: columns.collect(),
                ..rows.page(SHEET)
            },
            text_page("Hướng dẫn", &GUIDE),
            choices.page(),
            stamp(&appraisal.round, &appraisal.agency, &made.set_digest).page(),
        ],
    };
    write_workbook(&book)
}

fn by_hand(points: Points) -> String {
    text_of_decimal(&points.to_string())
}

fn row(leaf: &CompiledLeaf, line: &AppraisalLine) -> Row {
    let item = line.item.as_ref();
    let declared = ValueCells::of(leaf, item.and_then(|item| item.value.as_ref())).on_one_line();
    let proof = item.map_or_else(String::new, |item| {
        let explanation = item.explanation.clone().unwrap_or_default();
        format!("{explanation}\n{}", documents_text(&item.evidence))
            .trim()
            .to_owned()
    });
    let decision = line.decision.as_ref();
    let (verdict, set, corrected) = match decision.map(|record| &record.decision) {
        None => ("", String::new(), ValueCells::default()),
        Some(Decision::Recognised {}) => (RECOGNISED, String::new(), ValueCells::default()),
        Some(Decision::PointsSet { points }) => (POINTS_SET, by_hand(*points), ValueCells::default()),
        Some(Decision::Corrected { value }) => (CORRECTED, String::new(), ValueCells::of(leaf, Some(value))),
    };
    let reason = decision
        .and_then(|record| record.reason.clone())
        .unwrap_or_default();
    let how = how_to_score(leaf);
    let height = [
        (1, &line.name_vi),
        (3, &how),
        (4, &declared),
        (6, &proof),
        (12, &reason),
    ]
    .into_iter()
    .filter_map(|(column, text)| WIDTHS.get(column).map(|width| lines_of(text, *width)))
    .max();
    let input = |open: bool, text: String, style: Style| match (open, text.is_empty()) {
        (false, _) => Written::empty(Style::Closed),
        (true, true) => Written::empty(style),
        (true, false) => Written::text(text, style),
    };
    let (first, second) = takes_numbers(&leaf.rule);
    let self_points = item
        .and_then(|item| item.self_points)
        .map(by_hand)
        .unwrap_or_default();
    let revision = item.map_or(0, |item| item.revision);
    Row {
        cells: vec![
            Written::text(line.indicator.as_str(), Style::Locked),
            Written::text(&line.name_vi, Style::Locked),
            Written::text(by_hand(line.maximum), Style::LockedNumber),
            Written::text(how, Style::Locked),
            Written::text(declared, Style::Locked),
            Written::text(self_points, Style::LockedNumber),
            Written::text(proof, Style::Locked),
            input(true, verdict.to_owned(), Style::Input),
            input(true, set, Style::InputNumber),
            input(!offered(leaf).is_empty(), corrected.choice, Style::Input),
            input(first, corrected.first, Style::InputNumber),
            input(second, corrected.second, Style::InputNumber),
            input(true, reason, Style::Input),
            Written {
                content: Content::Whole(revision),
                style: Style::LockedNumber,
            },
        ],
        lines: height.unwrap_or(1),
    }
}

fn takes_numbers(rule: &Rule) -> (bool, bool) {
    match rule {
        Rule::Choice { .. } | Rule::YesNo { .. } | Rule::Survey {} | Rule::External {} => (false, false),
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => (true, true),
        _ => (true, false),
    }
}

fn prompts(leaf: &CompiledLeaf, row: u32, verdicts: Option<String>, choices: &mut Choices) -> Vec<Choice> {
    let prompt = |column: u16, list: Option<String>, message: &str| Choice {
        row,
        column,
        list,
        title: leaf.code.clone(),
        message: message.to_owned(),
        refusal: "Chọn một mục trong danh sách, hoặc xóa ô.".to_owned(),
    };
    let mut prompts = vec![
        prompt(
            VERDICT,
            verdicts,
            "Công nhận; hoặc điều chỉnh số liệu (hệ thống tính điểm); hoặc chấm điểm. Hai cách sau phải có lý do.",
        ),
        prompt(POINTS, None, "Điểm, chỉ khi kết luận là “Chấm điểm”."),
        prompt(REASON, None, "Lý do; bắt buộc khi không công nhận."),
    ];
    if let Some(list) = choices.list(offered(leaf)) {
        prompts.push(prompt(
            VALUE.choice,
            Some(list),
            "Chỉ khi kết luận là “Điều chỉnh số liệu”.",
        ));
    }
    prompts
}

/// What a list is read against.
pub struct Form<'a> {
    /// The round.
    pub round: &'a RoundCode,
    /// The agency.
    pub agency: &'a AgencyCode,
    /// The criteria set.
    pub set: &'a CompiledSet,
    /// Its digest.
    pub set_digest: &'a str,
}

/// Takes the rows with a verdict as decisions.
pub fn read(workbook: &Workbook, form: &Form<'_>) -> AppResult<Gathered<AppraisalBody>> {
    let (round, agency) = (form.round, form.agency);
    check_stamp(
        workbook,
        &stamp(round, agency, form.set_digest),
        &[("round", "kỳ", "round"), ("agency", "cơ quan", "agency")],
        &format!("/api/v1/rounds/{round}/appraisals/{agency}/template.xlsx"),
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
            Ok(Some(code)) => push_row(&mut gathered, form.set, sheet, row, code),
            Err(error) => nameless.push(error),
        }
    }
    if !nameless.is_empty() {
        return Err(AppError::invalid(nameless));
    }
    if gathered.sent.is_empty() {
        return Err(AppError::invalid_item(
            "/items",
            "no_verdicts",
            format!("Trang “{SHEET}”: không dòng nào có kết luận."),
            format!("Sheet “{SHEET}”: no row has a verdict."),
        ));
    }
    Ok(gathered)
}

fn push_row(
    gathered: &mut Gathered<AppraisalBody>,
    set: &CompiledSet,
    sheet: &Sheet,
    row: u32,
    code: IndicatorCode,
) {
    let pointer = format!("/items/{}", gathered.sent.len());
    let leaf = set.leaf_index(code.as_str()).and_then(|index| set.leaf(index));
    let body = match leaf {
        Some(leaf) => body_of(sheet, row, leaf, &code, &pointer),
        // The save says what is wrong with the code.
        None => Ok(Some(AppraisalBody {
            indicator: code.clone(),
            revision: 0,
            decision: Decision::RECOGNISED,
            reason: None,
        })),
    };
    let body = match body {
        Ok(None) => return,
        Ok(Some(body)) => Ok(body),
        Err(errors) => Err(errors),
    };
    gathered.places.push(row, parts(leaf));
    gathered.sent.push(Sent {
        indicator: code,
        body,
    });
}

fn parts(leaf: Option<&CompiledLeaf>) -> PartColumns {
    let mut parts = vec![
        ("", CODE),
        ("/decision", VERDICT),
        ("/decision/points", POINTS),
        ("/reason", REASON),
    ];
    for (part, column) in leaf
        .map(|leaf| value_parts(&leaf.rule, VALUE))
        .unwrap_or_default()
    {
        parts.push((
            match part {
                "/option" => "/decision/value/option",
                "/yes" => "/decision/value/yes",
                "/numerator" => "/decision/value/numerator",
                "/count" => "/decision/value/count",
                "/points" => "/decision/value/points",
                "/denominator" => "/decision/value/denominator",
                _ => "/decision/value",
            },
            column,
        ));
    }
    parts
}

/// The decision of a row; none where nothing is filled in.
fn body_of(
    sheet: &Sheet,
    row: u32,
    leaf: &CompiledLeaf,
    code: &IndicatorCode,
    pointer: &str,
) -> Result<Option<AppraisalBody>, Vec<FieldError>> {
    let error = |part: &str, fault: CellFault| cell_error(format!("{pointer}{part}"), code.as_str(), fault);
    let one = |part: &str, fault: CellFault| vec![error(part, fault)];
    let verdict = sheet
        .text_at(row, VERDICT)
        .map_err(|fault| one("/decision", fault))?;
    let points = sheet
        .decimal_at(row, POINTS)
        .map_err(|fault| one("/decision/points", fault))?;
    let value = parse_value(leaf, sheet, row, VALUE).map_err(|faults| -> Vec<FieldError> {
        let faults = faults.into_iter();
        faults
            .map(|(part, fault)| error(&format!("/decision/value{part}"), fault))
            .collect()
    })?;
    let reason = sheet
        .text_at(row, REASON)
        .map_err(|fault| one("/reason", fault))?;
    let Some(verdict) = verdict else {
        if points.is_none() && value.is_none() && reason.is_none() {
            return Ok(None);
        }
        return Err(one("/decision", verdict_missing()));
    };
    let decision =
        decision_of(verdict.trim(), points.as_deref(), value).map_err(|(part, fault)| one(part, fault))?;
    let revision = revision_at(sheet, row, REVISION).map_err(|fault| one("/revision", fault))?;
    Ok(Some(AppraisalBody {
        indicator: code.clone(),
        revision,
        decision,
        reason,
    }))
}

fn verdict_missing() -> CellFault {
    CellFault::new(
        "verdict_missing",
        format!(
            "thiếu kết luận; chọn {RECOGNISED}, {CORRECTED} hoặc {POINTS_SET}, hoặc xóa các ô khác của dòng."
        ),
        format!(
            "the verdict is missing; choose {RECOGNISED}, {CORRECTED} or {POINTS_SET}, or empty the row's other cells."
        ),
    )
}

fn decision_of(
    verdict: &str,
    points: Option<&str>,
    value: Option<Declared>,
) -> Result<Decision, (&'static str, CellFault)> {
    let surplus = |part: &'static str| {
        let fault = CellFault::new(
            "surplus_cell",
            format!("ô này không dùng với kết luận “{verdict}”; xóa nội dung của ô."),
            format!("this cell is not used with the verdict “{verdict}”; empty it."),
        );
        (part, fault)
    };
    let missing = |part: &'static str| {
        let fault = CellFault::new(
            "cell_missing",
            format!("kết luận “{verdict}” cần ô này."),
            format!("the verdict “{verdict}” needs this cell."),
        );
        (part, fault)
    };
    match (verdict, points, value) {
        (RECOGNISED, None, None) => Ok(Decision::RECOGNISED),
        (CORRECTED, None, Some(value)) => Ok(Decision::Corrected { value }),
        (CORRECTED, None, None) => Err(missing("/decision/value")),
        (POINTS_SET, Some(points), None) => match Points::parse(points) {
            Ok(points) => Ok(Decision::PointsSet { points }),
            Err(fault) => {
                let fault = CellFault::new(fault.as_str(), fault.message_vi(), fault.message_en());
                Err(("/decision/points", fault))
            }
        },
        (POINTS_SET, None, None) => Err(missing("/decision/points")),
        (RECOGNISED | POINTS_SET, _, Some(_)) => Err(surplus("/decision/value")),
        (RECOGNISED | CORRECTED, Some(_), _) => Err(surplus("/decision/points")),
        _ => Err(("/decision", verdict_missing())),
    }
}

const GUIDE: [&str; 8] = [
    "Cách điền phiếu thẩm định",
    "1. Chỉ điền vào các ô nền vàng. Phần kê khai, điểm tự chấm, giải trình và tài liệu chỉ để đọc.",
    "2. Kết luận: “Công nhận” giữ số liệu kê khai; “Điều chỉnh số liệu” thay bằng số liệu ở các cột J, K, L, hệ thống tính điểm; “Chấm điểm” cho điểm ở cột I.",
    "3. Điều chỉnh và chấm điểm phải có lý do.",
    "4. Dòng không có kết luận được giữ nguyên; kết luận đã có không rút lại được, chỉ thay bằng kết luận khác.",
    "5. Số viết như bình thường: 1250; 61,86; 61.86; 1 234,5. Riêng 1.234 và 1,234 bị từ chối vì có thể hiểu hai cách.",
    "6. Không đổi tên trang, không thêm hoặc xóa cột. Có thể sắp xếp lại hoặc bỏ bớt dòng.",
    "7. Gửi tệp đã điền lên hệ thống. Lỗi được báo theo trang, dòng và cột. Nếu đơn vị đã sửa mục sau khi bạn tải mẫu, dòng bị từ chối: tải mẫu mới.",
];
