//! Writing the list to appraise.

use std::collections::BTreeMap;

use super::layout::{
    CORRECTED, HEADS, POINTS, POINTS_SET, REASON, RECOGNISED, REVISION, SHEET, VALUE, VERDICT, WIDTHS, stamp,
};
use crate::{
    features::{
        appraisals::model::{Appraisal, AppraisalLine},
        submissions::workbook::{
            Choices, Made, Rows, ValueCells, documents_text, how_to_score, offered, text_page,
        },
    },
    formats::xlsx::{
        Book, Choice, Column, Content, Page, Row, Style, Written, text_of_decimal, write_workbook,
    },
    scoring::{CompiledLeaf, CompiledSet, Decision, Points, Rule},
};

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
    // What several bodies came to is no view of the one that reads this: sent back untouched it would become one.
    let decision = line.decision.as_ref().filter(|_| line.co_bodies.is_empty());
    let (verdict, set, corrected) = match decision.and_then(|record| record.decision.as_ref()) {
        None => ("", String::new(), ValueCells::default()),
        Some(Decision::Recognised {}) => (RECOGNISED, String::new(), ValueCells::default()),
        Some(Decision::PointsSet { points }) => (POINTS_SET, by_hand(*points), ValueCells::default()),
        Some(Decision::Corrected { value }) => (CORRECTED, String::new(), ValueCells::of(leaf, Some(value))),
    };
    let reason = decision
        .and_then(|record| record.reason.clone())
        .unwrap_or_default();
    let how = how_to_score(leaf);
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
        lines: 0,
    }
}

fn takes_numbers(rule: &Rule) -> (bool, bool) {
    match rule {
        Rule::Choice { .. } | Rule::YesNo { .. } | Rule::Survey { .. } | Rule::External {} => (false, false),
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => (true, true),
        _ => (true, false),
    }
}

fn prompts(leaf: &CompiledLeaf, row: u32, verdicts: Option<String>, choices: &mut Choices) -> Vec<Choice> {
    let prompt = |column: u16, list: Option<String>, message: &str| Choice {
        row,
        last_row: row,
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
