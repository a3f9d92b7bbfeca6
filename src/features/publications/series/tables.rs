//! A series as a table and as a workbook. Pure.

use super::{
    super::tables::{agency_cells, agency_columns},
    model::{SeriesValue, SeriesView},
};
use crate::{
    clock::Moment,
    formats::{
        Cell, Column, Frame, Kind, Names,
        xlsx::{Book, Page, result_page, write_workbook},
    },
};

const DECIMALS: u8 = 2;

/// A row for each agency and year.
pub fn frame(view: &SeriesView, title: Names) -> Frame {
    let mut columns: Vec<Column> = agency_columns().into();
    columns.extend([
        Column::new("year", Kind::Whole, "Năm", "Year"),
        Column::new("place", Kind::Whole, "Hạng", "Place"),
        Column::new("points", Kind::Decimal(DECIMALS), "Điểm", "Points"),
        Column::new(
            "maximum",
            Kind::Decimal(DECIMALS),
            "Điểm tối đa",
            "Applicable maximum",
        ),
        Column::new("index", Kind::Decimal(DECIMALS), "Chỉ số (%)", "Index (%)"),
        Column::new(
            "score",
            Kind::Decimal(DECIMALS),
            "Kết quả xếp hạng",
            "Ranked score",
        ),
        Column::new("status", Kind::Text, "Tình trạng", "Status"),
        Column::new(
            "comparability",
            Kind::Text,
            "So với năm trước",
            "Against the year before",
        ),
        Column::new("publication", Kind::Text, "Mã công bố", "Publication"),
    ]);
    let mut rows = Vec::new();
    for line in &view.agencies {
        for value in &line.values {
            let published = view.publications.iter().find(|one| one.year == value.year);
            let mut row: Vec<Cell> = agency_cells(&line.agency).into();
            row.extend([
                Cell::number(Some(value.year)),
                Cell::number(value.place),
                Cell::number(value.points.as_ref()),
                Cell::number(value.maximum.as_ref()),
                Cell::number(value.index.as_ref()),
                Cell::number(value.score.as_ref()),
                Cell::text(value.status),
                Cell::optional(published.map(|one| one.comparability.as_str())),
                Cell::optional(published.map(|one| &one.publication)),
            ]);
            rows.push(row);
        }
    }
    Frame {
        title,
        columns,
        rows,
        key: vec!["agency", "year"],
    }
}

/// A page for each measure, a column for each year, and the publications on the last one.
pub fn workbook(view: &SeriesView, title: &Names, made_at: Option<Moment>) -> Result<Vec<u8>, String> {
    let index = matrix(view, title, "Chỉ số", Kind::Decimal(DECIMALS), |value| {
        Cell::number(value.index.as_ref())
    });
    let points = matrix(view, title, "Điểm", Kind::Decimal(DECIMALS), |value| {
        Cell::number(value.points.as_ref())
    });
    let mut pages = vec![index, points];
    if view.node.is_none() {
        pages.push(matrix(view, title, "Thứ hạng", Kind::Whole, |value| {
            Cell::number(value.place)
        }));
    }
    pages.push(publications(view, title));
    write_workbook(&Book {
        title: title.vi.clone(),
        made_at: made_at.map_or(0, Moment::unix_seconds),
        pages,
    })
}

fn matrix(
    view: &SeriesView,
    title: &Names,
    name: &str,
    kind: Kind,
    cell: impl Fn(&SeriesValue) -> Cell,
) -> Page {
    let mut columns: Vec<Column> = agency_columns().into();
    columns.extend(view.publications.iter().map(|one| {
        Column::new(
            one.year.to_string(),
            kind,
            one.year.to_string(),
            one.year.to_string(),
        )
    }));
    let rows = view.agencies.iter().map(|line| {
        let mut row: Vec<Cell> = agency_cells(&line.agency).into();
        row.extend(view.publications.iter().map(|one| {
            let value = line.values.iter().find(|value| value.year == one.year);
            value.map_or(Cell::Empty, &cell)
        }));
        row
    });
    let frame = Frame {
        title: title.clone(),
        rows: rows.collect(),
        columns,
        key: vec![],
    };
    let breaks = view
        .publications
        .iter()
        .filter(|one| one.comparability.is_break());
    let notes: Vec<String> = breaks
        .map(|one| {
            format!(
                "Từ năm {} bộ tiêu chí đã thay đổi: không so sánh trực tiếp với các năm trước.",
                one.year
            )
        })
        .collect();
    result_page(name, &frame, &notes, &[])
}

fn publications(view: &SeriesView, title: &Names) -> Page {
    let rows = view.publications.iter().map(|one| {
        vec![
            Cell::number(Some(one.year)),
            Cell::text(&one.title_vi),
            Cell::text(&one.criteria_set.code),
            Cell::number(one.criteria_set.version),
            Cell::text(one.comparability.as_str()),
            Cell::text(&one.publication),
        ]
    });
    let frame = Frame {
        title: title.clone(),
        columns: vec![
            Column::new("year", Kind::Whole, "Năm", "Year"),
            Column::new("title", Kind::Text, "Công bố", "Publication"),
            Column::new("set", Kind::Text, "Bộ tiêu chí", "Criteria set"),
            Column::new("version", Kind::Whole, "Phiên bản", "Version"),
            Column::new(
                "comparability",
                Kind::Text,
                "So với năm trước",
                "Against the year before",
            ),
            Column::new("publication", Kind::Text, "Mã công bố (SHA-256)", "Id"),
        ],
        rows: rows.collect(),
        key: vec![],
    };
    result_page("Công bố", &frame, &[], &[])
}
