//! Writing the form: prefilled, protected where nothing is to be filled in, ready to print.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    choices::{Choices, offered},
    evidence,
    how::how_to_score,
    layout::{CHOICE, EVIDENCE, EXPLANATION, FIRST, HEADS, SECOND, SHEET, WIDTHS, stamp},
    value::ValueCells,
};
use crate::{
    features::submissions::model::{FormLine, Submission},
    formats::xlsx::{
        Book, Choice, Column, Content, Page, Row, Style, Written, text_of_decimal, write_workbook,
    },
    scoring::{CompiledLeaf, CompiledNode, CompiledSet, Points, Rule, Tier},
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
    let mut page = Page {
        name: SHEET.to_owned(),
        columns: (0..)
            .zip(WIDTHS)
            .map(|(column, width)| Column {
                width,
                hidden: column == super::layout::REVISION,
            })
            .collect(),
        rows: head(submission, made),
        protected: true,
        ..Page::default()
    };
    page.header = u32::try_from(page.rows.len()).ok().map(|rows| rows - 1);
    for node in shown_nodes(set, &lines) {
        let leaf = set.leaf_index(&node.code).and_then(|index| set.leaf(index));
        match (leaf, lines.get(node.code.as_str())) {
            (Some(leaf), Some(line)) => push_line(&mut page, &mut choices, leaf, line),
            _ => page.rows.push(heading(node)),
        }
    }
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

fn head(submission: &Submission, made: &Made) -> Vec<Row> {
    let line = |text: String, style: Style| Row {
        cells: vec![Written::text(text, style)],
        lines: 0,
    };
    let total = text_of_decimal(&submission.self_points.to_string());
    vec![
        line("PHIẾU TỰ CHẤM ĐIỂM CẢI CÁCH HÀNH CHÍNH".to_owned(), Style::Title),
        line(format!("Cơ quan: {} – {}", made.agency, made.round), Style::Note),
        line(
            format!(
                "Điền vào các ô nền vàng. Tổng điểm tự chấm đã lưu của các dòng dưới đây: {total}. Xem trang “Hướng dẫn”."
            ),
            Style::Note,
        ),
        Row {
            cells: HEADS.map(|head| Written::text(head, Style::Header)).into(),
            lines: 4,
        },
    ]
}

/// The nodes to show in the set's order: the lines, and whatever stands above them.
fn shown_nodes<'a>(set: &'a CompiledSet, lines: &BTreeMap<&str, &FormLine>) -> Vec<&'a CompiledNode> {
    let nodes = set.nodes();
    let mut shown = BTreeSet::new();
    for code in lines.keys() {
        let mut at = set.node_index(code);
        while let Some(index) = at {
            shown.insert(index);
            at = nodes.get(index).and_then(|node| node.parent);
        }
    }
    shown
        .into_iter()
        .filter_map(|index| nodes.get(index))
        .filter(|node| node.tier != Tier::Total)
        .collect()
}

fn points(points: Points) -> String {
    text_of_decimal(&points.to_string())
}

fn heading(node: &CompiledNode) -> Row {
    let (text, number) = match node.tier {
        Tier::Domain => (Style::Domain, Style::DomainNumber),
        _ => (Style::Criterion, Style::CriterionNumber),
    };
    let mut cells = vec![
        Written::text(&node.code, text),
        Written::text(&node.name_vi, text),
        Written::text(points(node.maximum), number),
    ];
    cells.resize(HEADS.len(), Written::empty(text));
    Row {
        lines: lines_of(&node.name_vi, WIDTHS[1]),
        cells,
    }
}

/// How many lines a text takes in a column of a width.
pub fn lines_of(text: &str, width: u16) -> u16 {
    let width = usize::from(width.max(4));
    let lines = text
        .split('\n')
        .map(|line| line.chars().count().div_ceil(width).max(1))
        .sum::<usize>();
    u16::try_from(lines).unwrap_or(u16::MAX)
}

fn push_line(page: &mut Page, choices: &mut Choices, leaf: &CompiledLeaf, line: &FormLine) {
    let item = line.item.as_ref();
    let value = ValueCells::of(leaf, item.and_then(|item| item.value.as_ref()));
    let offered = offered(leaf);
    let (takes_first, takes_second) = match leaf.rule {
        Rule::Choice { .. } | Rule::YesNo { .. } | Rule::Survey {} | Rule::External {} => (false, false),
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
    let row = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    let self_points = item
        .and_then(|item| item.self_points)
        .map(points)
        .unwrap_or_default();
    let height = [
        (1, &line.name_vi),
        (3, &how),
        (4, &value.choice),
        (8, &explanation),
        (9, &documents),
    ]
    .into_iter()
    .filter_map(|(column, text)| WIDTHS.get(column).map(|width| lines_of(text, *width)))
    .max();
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
    page.rows.push(Row {
        cells,
        lines: height.unwrap_or(1),
    });
    page.choices.extend(prompts(
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

/// A page of text.
pub fn text_page(name: &str, lines: &[&str]) -> Page {
    const WIDTH: u16 = 110;
    let rows = lines.iter().enumerate().map(|(position, line)| Row {
        cells: vec![Written::text(
            *line,
            if position == 0 { Style::Title } else { Style::Plain },
        )],
        lines: if position == 0 { 2 } else { lines_of(line, WIDTH) },
    });
    Page {
        name: name.to_owned(),
        columns: vec![Column {
            width: WIDTH,
            hidden: false,
        }],
        rows: rows.collect(),
        protected: true,
        ..Page::default()
    }
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
