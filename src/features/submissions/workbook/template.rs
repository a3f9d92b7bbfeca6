//! Writing the form: prefilled, protected where nothing is to be filled in, ready to print.

use std::collections::BTreeMap;

use super::{
    choices::{Choices, offered},
    evidence,
    how::how_to_score,
    layout::{CHOICE, EVIDENCE, EXPLANATION, FIRST, HEADS, REVISION, SECOND, SHEET, WIDTHS, stamp},
    rows::{Rows, text_page},
    value::ValueCells,
};
use crate::{
    features::submissions::model::{FormLine, Submission},
    formats::xlsx::{
        Book, Choice, Column, Content, Page, Row, Style, Written, text_of_decimal, write_workbook,
    },
    scoring::{CompiledLeaf, CompiledSet, Points, Rule},
};

/// What the form says of itself.
#[derive(Clone, Debug)]
pub struct Made {
    /// The agency's name.
    pub agency: String,
    /// The round's title.
    pub round: String,
    /// The digest of the criteria set.
    pub set_digest: String,
    /// When it is made, in seconds since 1970.
    pub at: i64,
}

/// Writes the form of a submission: the lines that the caller may see, below the nodes that hold them.
pub fn write(submission: &Submission, set: &CompiledSet, made: &Made) -> Result<Vec<u8>, String> {
    let lines: BTreeMap<&str, &FormLine> = submission
        .items
        .iter()
        .map(|line| (line.indicator.as_str(), line))
        .collect();
    let mut choices = Choices::default();
    let total = points(submission.self_points);
    let mut rows = Rows::new(
        "PHIẾU TỰ CHẤM ĐIỂM CẢI CÁCH HÀNH CHÍNH",
        &format!("Cơ quan: {} – {}", made.agency, made.round),
        &format!(
            "Điền vào các ô nền vàng. Tổng điểm tự chấm đã lưu của các dòng dưới đây: {total}. Xem trang “Hướng dẫn”."
        ),
        &HEADS,
    );
    for node in rows.nodes(set, lines.keys().copied()) {
        let leaf = set.leaf_index(&node.code).and_then(|index| set.leaf(index));
        match (leaf, lines.get(node.code.as_str())) {
            (Some(leaf), Some(line)) => push_line(&mut rows, &mut choices, leaf, line),
            _ => rows.heading(node),
        }
    }
    let columns = (0..).zip(WIDTHS).map(|(column, width)| Column {
        width,
        hidden: column == REVISION,
    });
    let page = Page {
        columns: columns.collect(),
        ..rows.page(SHEET)
    };
    let guide = text_page("Hướng dẫn", &GUIDE);
    let book = Book {
        title: format!("{SHEET}: {} – {}", made.agency, made.round),
        made_at: made.at,
        pages: vec![
            page,
            guide,
            choices.page(),
            stamp(&submission.round, &submission.agency, &made.set_digest).page(),
        ],
    };
    write_workbook(&book)
}

fn points(points: Points) -> String {
    text_of_decimal(&points.to_string())
}

fn push_line(rows: &mut Rows, choices: &mut Choices, leaf: &CompiledLeaf, line: &FormLine) {
    let item = line.item.as_ref();
    let value = ValueCells::of(leaf, item.and_then(|item| item.value.as_ref()));
    let offered = offered(leaf);
    let (takes_first, takes_second) = match leaf.rule {
        Rule::Choice { .. } | Rule::YesNo { .. } | Rule::Survey { .. } | Rule::External {} => (false, false),
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => (true, true),
        _ => (true, false),
    };
    let input = |open: bool, text: String, style: Style| match (open, text.is_empty()) {
        (false, _) => Written::empty(Style::Closed),
        (true, true) => Written::empty(style),
        (true, false) => Written::text(text, style),
    };
    let how = how_to_score(leaf);
    let explanation = item.and_then(|item| item.explanation.clone()).unwrap_or_default();
    let documents = item.map_or_else(String::new, |item| evidence::cell_of(&item.evidence));
    let row = rows.len();
    let self_points = item
        .and_then(|item| item.self_points)
        .map(points)
        .unwrap_or_default();
    let revision = item.map_or(0, |item| item.revision);
    let cells = vec![
        Written::text(line.indicator.as_str(), Style::Locked),
        Written::text(&line.name_vi, Style::Locked),
        Written::text(points(line.maximum), Style::LockedNumber),
        Written::text(how, Style::Locked),
        input(!offered.is_empty(), value.choice, Style::Input),
        input(takes_first, value.first, Style::InputNumber),
        input(takes_second, value.second, Style::InputNumber),
        Written::text(self_points, Style::LockedNumber),
        input(true, explanation, Style::Input),
        input(true, documents, Style::Input),
        Written {
            content: Content::Whole(revision),
            style: Style::LockedNumber,
        },
    ];
    rows.push(Row { cells, lines: 0 });
    rows.choices.extend(prompts(
        leaf,
        row,
        choices.list(offered),
        (takes_first, takes_second),
    ));
}

/// What the cells of a row offer and say.
fn prompts(
    leaf: &CompiledLeaf,
    row: u32,
    list: Option<String>,
    (first, second): (bool, bool),
) -> Vec<Choice> {
    let prompt = |column: u16, list: Option<String>, message: &str| Choice {
        row,
        last_row: row,
        column,
        list,
        title: leaf.code.clone(),
        message: message.to_owned(),
        refusal: "Chọn một mục trong danh sách, hoặc xóa ô nếu chưa kê khai.".to_owned(),
    };
    let mut prompts = Vec::new();
    if let Some(list) = list {
        prompts.push(prompt(
            CHOICE,
            Some(list),
            "Chọn trong danh sách. Xóa ô là xóa kê khai.",
        ));
    }
    if first {
        let message = match leaf.rule {
            Rule::PercentageBands { .. } | Rule::Proportional { .. } => "Nhập tử số, ví dụ 95 hoặc 61,86.",
            Rule::AppraiserPoints { .. } => "Nhập điểm đề nghị, ví dụ 9,5.",
            _ => "Nhập số lượng: số nguyên từ 0 trở lên.",
        };
        prompts.push(prompt(FIRST, None, message));
    }
    if second {
        prompts.push(prompt(SECOND, None, "Nhập mẫu số, ví dụ 100."));
    }
    prompts.push(prompt(
        EXPLANATION,
        None,
        "Giải trình; bắt buộc khi thiếu tài liệu kiểm chứng.",
    ));
    prompts.push(prompt(
        EVIDENCE,
        None,
        "Mỗi dòng một tài liệu (Alt+Enter để xuống dòng):\nsố, ký hiệu | ngày | cơ quan ban hành | tên | liên kết\nDòng không có dấu | được hiểu là tên tài liệu hoặc liên kết.",
    ));
    prompts
}

const GUIDE: [&str; 15] = [
    "Cách điền phiếu tự chấm điểm",
    "1. Chỉ điền vào các ô nền vàng; ô xám không dùng cho tiêu chí đó. Phiếu đã có sẵn những gì đang lưu trong hệ thống.",
    "2. Ô được giữ nguyên thì không đổi. Ô bị xóa trắng thì nội dung đang lưu bị xóa. Dòng bị bỏ khỏi phiếu thì không bị ảnh hưởng.",
    "3. Kê khai: chọn trong danh sách ở cột E; hoặc nhập số lượng, tử số, điểm đề nghị ở cột F; với tỷ lệ thì nhập thêm mẫu số ở cột G. Không nhập tỷ lệ phần trăm.",
    "4. Số viết như bình thường: 1250; 61,86; 61.86; 1 234,5; 1.234,5. Riêng 1.234 và 1,234 có thể hiểu hai cách nên bị từ chối: viết 1234, hoặc 1,2340 nếu là số thập phân. Tối đa 6 chữ số thập phân.",
    "5. Công thức được phép; hệ thống lấy giá trị đã tính khi lưu tệp. Ô báo lỗi (#REF!, #DIV/0!…), công thức chưa tính và ô gộp bị từ chối.",
    "6. Dòng và cột bị ẩn vẫn được đọc.",
    "7. “Không áp dụng” chỉ chọn được ở tiêu chí cho phép.",
    "8. Giải trình: bắt buộc khi tiêu chí cần tài liệu kiểm chứng mà chưa có tài liệu.",
    "9. Tài liệu kiểm chứng: mỗi dòng một tài liệu (nhấn Alt+Enter để xuống dòng), các phần cách nhau bằng dấu |",
    "     số, ký hiệu | ngày | cơ quan ban hành | tên tài liệu | liên kết",
    "     Ví dụ: 1250/QĐ-BTP | 05/01/2025 | Bộ Tư pháp | Kế hoạch CCHC năm 2025 | https://example.vn/1250",
    "     Phần không có thì để trống. Dòng không có dấu | là tên tài liệu, hoặc liên kết nếu bắt đầu bằng http. Dòng không sửa giữ nguyên tài liệu đang lưu, kể cả tệp đính kèm.",
    "10. Không đổi tên trang, không thêm hoặc xóa cột. Có thể sắp xếp lại hoặc bỏ bớt dòng.",
    "11. Gửi tệp đã điền lên hệ thống. Lỗi được báo theo trang, dòng và cột. Nếu có người đã lưu dòng đó sau khi bạn tải mẫu, dòng bị từ chối: tải mẫu mới.",
];
