//! Writing a criteria set as a workbook.

use serde_json::Value;

use super::{
    layout::{
        DEPTH_HEAD, LISTS, NODE_FIELDS, NODE_SHEET, NOT_RANKED_HEAD, NOT_RANKED_SHEET, OPTION_FIELDS,
        OPTION_OWNER, OPTION_SHEET, SET_FIELDS, SET_HEADS, SET_SHEET, SET_VALUE, stamp,
    },
    table::{Field, cell_of, offer},
};
use crate::formats::xlsx::{Book, Column, Content, Page, Row, Style, Written, write_workbook};

/// Rows below the last one in which lists are offered.
const ROWS_MORE: u32 = 1000;

/// Writes the canonical document of a set; `at` is the present moment in seconds since 1970.
pub fn write(document: &str, at: i64) -> Result<Vec<u8>, String> {
    let set: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let mut nodes = Vec::new();
    let mut options = Vec::new();
    push_nodes(&set, 1, &mut nodes, &mut options);
    let lists = LISTS.iter().map(|list| {
        let rows = elements(&set, list.pointer).map(|element| row(Vec::new(), element, list.fields));
        table(list.sheet, &[], list.fields, rows.collect())
    });
    let not_ranked = elements(&set, "/not_ranked").map(|code| Row {
        cells: vec![Written::text(code.as_str().unwrap_or_default(), Style::Input)],
        lines: 0,
    });
    let mut pages = vec![
        set_page(&set),
        table(NODE_SHEET, &[(DEPTH_HEAD, 6)], &NODE_FIELDS, nodes),
        table(OPTION_SHEET, &[(OPTION_OWNER, 12)], &OPTION_FIELDS, options),
    ];
    pages.extend(lists);
    pages.push(table(
        NOT_RANKED_SHEET,
        &[(NOT_RANKED_HEAD, 24)],
        &[],
        not_ranked.collect(),
    ));
    pages.push(guide());
    pages.push(stamp().page());
    let title = set.get("title_vi").and_then(Value::as_str).unwrap_or_default();
    write_workbook(&Book {
        title: title.to_owned(),
        made_at: at,
        pages,
    })
}

fn elements<'a>(set: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    set.pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn push_nodes(parent: &Value, depth: i32, nodes: &mut Vec<Row>, options: &mut Vec<Row>) {
    for node in elements(parent, "/children") {
        let depth_cell = Written {
            content: Content::Whole(depth),
            style: Style::InputNumber,
        };
        nodes.push(row(vec![depth_cell], node, &NODE_FIELDS));
        let owner = node.get("code").and_then(Value::as_str).unwrap_or_default();
        let of_survey = elements(node, "/rule/measure/conversion/bands");
        for option in elements(node, "/rule/options")
            .chain(elements(node, "/rule/bands"))
            .chain(of_survey)
        {
            options.push(row(
                vec![Written::text(owner, Style::Input)],
                option,
                &OPTION_FIELDS,
            ));
        }
        push_nodes(node, depth + 1, nodes, options);
    }
}

fn row(mut cells: Vec<Written>, object: &Value, fields: &[Field]) -> Row {
    cells.extend(fields.iter().map(|field| cell_of(object, field)));
    Row { cells, lines: 0 }
}

fn table(name: &str, first: &[(&str, u16)], fields: &[Field], rows: Vec<Row>) -> Page {
    let heads = first
        .iter()
        .map(|(head, _)| *head)
        .chain(fields.iter().map(|field| field.head));
    let widths = first
        .iter()
        .map(|(_, width)| *width)
        .chain(fields.iter().map(|field| field.width));
    let head = Row {
        cells: heads.map(|head| Written::text(head, Style::Header)).collect(),
        lines: 3,
    };
    let columns: Vec<Column> = widths.map(|width| Column { width, hidden: false }).collect();
    // Rows that are added find the lists, too.
    let last_row = u32::try_from(rows.len())
        .unwrap_or(u32::MAX)
        .saturating_add(ROWS_MORE);
    let choices = (0_u16..)
        .zip(fields)
        .filter_map(|(column, field)| {
            let column = column.saturating_add(u16::try_from(first.len()).unwrap_or(u16::MAX));
            offer(field, column, (1, last_row))
        })
        .collect();
    Page {
        name: name.to_owned(),
        columns,
        rows: std::iter::once(head).chain(rows).collect(),
        header: Some(0),
        choices,
        ..Page::default()
    }
}

fn set_page(set: &Value) -> Page {
    let head = Row {
        cells: SET_HEADS.map(|head| Written::text(head, Style::Header)).into(),
        lines: 2,
    };
    let rows = SET_FIELDS.iter().map(|field| Row {
        cells: vec![
            Written::text(field.pointer.trim_start_matches('/'), Style::Locked),
            Written::text(field.head, Style::Locked),
            cell_of(set, field),
        ],
        lines: 0,
    });
    Page {
        name: SET_SHEET.to_owned(),
        columns: [28, 40, 80].map(|width| Column { width, hidden: false }).into(),
        rows: std::iter::once(head).chain(rows).collect(),
        header: Some(0),
        choices: (1_u32..)
            .zip(&SET_FIELDS)
            .filter_map(|(row, field)| offer(field, SET_VALUE, (row, row)))
            .collect(),
        ..Page::default()
    }
}

fn guide() -> Page {
    let rows = GUIDE.iter().map(|line| Row {
        cells: vec![Written::text(*line, Style::Plain)],
        lines: 0,
    });
    Page {
        name: "Hướng dẫn".to_owned(),
        columns: vec![Column {
            width: 110,
            hidden: false,
        }],
        rows: rows.collect(),
        ..Page::default()
    }
}

const GUIDE: [&str; 11] = [
    "“Bộ tiêu chí”: mỗi dòng một thuộc tính; giá trị ở cột C. “Tiêu chí”: cây tiêu chí, mỗi dòng một mục, đứng ngay dưới mục cha.",
    "Cột “Cấp”: 1 là lĩnh vực, 2 là tiêu chí, 3 là tiêu chí thành phần…; sâu hơn dòng trên nhiều nhất một cấp.",
    "Mục có mục con thì không có “Nguồn điểm” và “Cách tính”; tiêu chí thành phần thì phải có. Điểm tối đa của các mục con cộng lại bằng của mục cha.",
    "Cách tính: choice (chọn phương án), yes_no (có/không), percentage_bands (khoảng tỷ lệ %), count_bands (khoảng số lượng), proportional (theo tỷ lệ), deduction (trừ dần), appraiser_points (người thẩm định cho điểm), survey (điều tra), external (nguồn khác).",
    "Nguồn điểm: assessment (tự chấm và thẩm định), survey (điều tra), external (nguồn khác).",
    "Số liệu có sẵn: public_post.received (tiếp nhận hồ sơ qua bưu chính công ích), public_post.returned (trả kết quả qua bưu chính công ích); chỉ dùng cho proportional và percentage_bands.",
    "Cách gộp: sum (cộng), mean (trung bình cộng), weighted_mean (bình quân theo trọng số). Làm tròn: half_up (từ 5 lên), half_even (5 về số chẵn), down (bỏ phần dư), ở các cấp indicator (tiêu chí thành phần), criterion (tiêu chí), domain (lĩnh vực), total (tổng điểm).",
    "Xếp hạng theo điểm exact (chính xác) hoặc printed (đã làm tròn). Đồng hạng: competition (1-2-2-4), dense (1-2-2-3), shared (1-2-2-4, ghi “=2”). Điểm cộng: bonus; điểm trừ: penalty.",
    "“Phương án”: các phương án của choice, hoặc các khoảng của percentage_bands và count_bands, theo mã tiêu chí; mỗi giới hạn nêu rõ thuộc khoảng (từ, đến) hay không (trên, dưới).",
    "Số viết 1250; 61,86; 61.86. Riêng 1.234 và 1,234 bị từ chối vì có thể hiểu hai cách. Mã luôn là văn bản.",
    "Mỗi quyết định là một phiên bản: tăng “version” khi sửa bộ tiêu chí đã dùng.",
];
