//! The same as tables, for CSV. Pure.

use super::model::{AgencyComparison, Comparison, RoundProgress, Sums};
use crate::{
    features::agencies::AgencyCard,
    formats::{
        Cell, Table,
        xlsx::{Book, table_page, write_workbook},
    },
};

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn agency_cells(agency: &AgencyCard) -> [Cell; 2] {
    [Cell::text(&agency.code), Cell::text(&agency.name_vi)]
}

fn sum_cells(sums: &Sums) -> [Cell; 7] {
    [
        Cell::number(Some(sums.maximum)),
        Cell::number(Some(sums.self_points)),
        Cell::number(Some(sums.appraised_points)),
        Cell::number(Some(sums.difference)),
        Cell::number(Some(sums.moved)),
        Cell::number(Some(sums.undecided)),
        Cell::number(Some(sums.without_evidence)),
    ]
}

/// One row for each agency and domain, and one for the agency as a whole, whose domain is empty.
pub fn comparison(view: &Comparison) -> Table {
    let mut rows = Vec::new();
    for agency in &view.agencies {
        let whole = [Cell::Empty, Cell::Empty];
        rows.push(
            agency_cells(&agency.agency)
                .into_iter()
                .chain(whole)
                .chain(sum_cells(&agency.sums))
                .collect(),
        );
        for domain in &agency.domains {
            let named = [Cell::text(&domain.domain), Cell::text(&domain.name_vi)];
            rows.push(
                agency_cells(&agency.agency)
                    .into_iter()
                    .chain(named)
                    .chain(sum_cells(&domain.sums))
                    .collect(),
            );
        }
    }
    Table {
        header: header(&[
            "agency",
            "name_vi",
            "domain",
            "domain_name_vi",
            "maximum",
            "self_points",
            "appraised_points",
            "difference",
            "moved",
            "undecided",
            "without_evidence",
        ]),
        rows,
    }
}

/// One row for each indicator.
pub fn agency_comparison(view: &AgencyComparison) -> Table {
    let yes_no = |yes: bool| Cell::text(if yes { "true" } else { "false" });
    Table {
        header: header(&[
            "indicator",
            "name_vi",
            "domain",
            "maximum",
            "self_points",
            "appraised_points",
            "difference",
            "lost",
            "decided",
            "origin",
            "body",
            "reason",
            "declared",
            "evidence",
        ]),
        rows: view
            .items
            .iter()
            .map(|item| {
                vec![
                    Cell::text(&item.indicator),
                    Cell::text(&item.name_vi),
                    Cell::text(&item.domain),
                    Cell::number(Some(item.maximum)),
                    Cell::number(Some(item.self_points)),
                    Cell::number(Some(item.appraised_points)),
                    Cell::number(Some(item.difference)),
                    Cell::number(Some(item.lost)),
                    yes_no(item.decided),
                    Cell::optional(item.origin.map(|origin| origin.as_str())),
                    Cell::optional(item.body.as_ref()),
                    Cell::optional(item.reason.as_ref()),
                    yes_no(item.declared),
                    Cell::number(Some(item.evidence)),
                ]
            })
            .collect(),
    }
}

/// One row for each agency.
pub fn progress(view: &RoundProgress) -> Table {
    Table {
        header: header(&[
            "agency",
            "name_vi",
            "state",
            "indicators",
            "declared",
            "without_evidence",
            "submitted_at",
            "deadline",
            "overdue",
            "decided",
            "questions_open",
        ]),
        rows: view
            .agencies
            .iter()
            .map(|row| {
                let mut cells: Vec<Cell> = agency_cells(&row.agency).into();
                cells.extend([
                    Cell::optional(row.state.map(|state| state.as_str())),
                    Cell::number(Some(row.indicators)),
                    Cell::number(Some(row.declared)),
                    Cell::number(Some(row.without_evidence)),
                    Cell::optional(row.submitted_at),
                    Cell::optional(row.deadline),
                    Cell::text(row.overdue),
                    Cell::number(Some(row.decided)),
                    Cell::number(Some(row.questions_open)),
                ]);
                cells
            })
            .collect(),
    }
}

const COMPARISON_HEADS: [&str; 11] = [
    "Mã cơ quan",
    "Cơ quan",
    "Lĩnh vực",
    "Tên lĩnh vực",
    "Điểm tối đa",
    "Điểm tự chấm",
    "Điểm thẩm định",
    "Chênh lệch",
    "Số mục thay đổi",
    "Số mục chưa thẩm định",
    "Số mục thiếu tài liệu",
];
const AGENCY_HEADS: [&str; 14] = [
    "Mã",
    "Tiêu chí thành phần",
    "Lĩnh vực",
    "Điểm tối đa",
    "Điểm tự chấm",
    "Điểm thẩm định",
    "Chênh lệch",
    "Điểm mất",
    "Đã quyết định",
    "Hình thức",
    "Cơ quan thẩm định",
    "Lý do",
    "Đã kê khai",
    "Số tài liệu",
];
const PROGRESS_HEADS: [&str; 11] = [
    "Mã cơ quan",
    "Cơ quan",
    "Trạng thái",
    "Số mục",
    "Đã kê khai",
    "Thiếu tài liệu",
    "Gửi lúc",
    "Hạn",
    "Quá hạn",
    "Đã thẩm định",
    "Câu hỏi chờ trả lời",
];

fn book(title: &str, page: &str, heads: &[&str], table: &Table, made_at: i64) -> Result<Vec<u8>, String> {
    write_workbook(&Book {
        title: title.to_owned(),
        made_at,
        pages: vec![table_page(page, heads, table)],
    })
}

/// The comparison as a workbook.
pub fn comparison_book(view: &Comparison, made_at: i64) -> Result<Vec<u8>, String> {
    let title = format!("{}: tự chấm và thẩm định", view.round);
    book(
        &title,
        "Tự chấm - thẩm định",
        &COMPARISON_HEADS,
        &comparison(view),
        made_at,
    )
}

/// An agency's comparison as a workbook.
pub fn agency_book(view: &AgencyComparison, made_at: i64) -> Result<Vec<u8>, String> {
    let title = format!("{}, {}: tự chấm và thẩm định", view.round, view.sums.agency.code);
    book(
        &title,
        "Tự chấm - thẩm định",
        &AGENCY_HEADS,
        &agency_comparison(view),
        made_at,
    )
}

/// The progress as a workbook.
pub fn progress_book(view: &RoundProgress, made_at: i64) -> Result<Vec<u8>, String> {
    let title = format!("{}: tiến độ", view.round);
    book(&title, "Tiến độ", &PROGRESS_HEADS, &progress(view), made_at)
}
