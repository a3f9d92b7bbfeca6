//! The parts of a publication as workbooks, as evaluators expect them. Pure.

use super::{
    document::Document,
    node_views::DataView,
    tables::{Decimals, agency_cells, agency_columns},
    views::{GroupView, RankingView},
};
use crate::{
    clock::Zone,
    formats::{
        Cell, Column, Frame, Kind, Names,
        xlsx::{Book, Look, Page, result_page, write_workbook},
    },
    ids::PublicationId,
    scoring::Tier,
};

/// What stands below the title of every page: what it is of, and by which the publication is known.
pub fn notes(id: &PublicationId, document: &Document) -> Vec<String> {
    let day = Zone::default().day_of(document.published_at).format("%d/%m/%Y");
    let mut notes = vec![
        format!("{}. Công bố ngày {day}.", document.title_vi),
        format!("Mã công bố (SHA-256): {id}"),
    ];
    notes.extend(document.notice_vi.clone());
    notes.extend(document.external.as_ref().and_then(|source| source.note.clone()));
    notes
}

/// Writes pages as a workbook.
pub fn write(document: &Document, pages: Vec<Page>) -> Result<Vec<u8>, String> {
    write_workbook(&Book {
        title: document.title_vi.clone(),
        made_at: document.published_at.unix_seconds(),
        pages,
    })
}

/// Means of groups as a page of their own; none where there are no groups.
pub fn groups(view: &RankingView, (_, index): Decimals, notes: &[String]) -> Option<Page> {
    let kinds = [
        ("Vùng", &view.groups.regions),
        ("Cấp", &view.groups.levels),
        ("Lĩnh vực", &view.groups.domains),
    ];
    let row = |kind: &str, group: &GroupView| {
        vec![
            Cell::text(kind),
            Cell::text(&group.code),
            Cell::number(Some(group.n)),
            Cell::number(Some(&group.mean)),
            Cell::number(Some(&group.max)),
            Cell::number(Some(&group.min)),
        ]
    };
    let rows: Vec<Vec<Cell>> = kinds
        .into_iter()
        .flat_map(|(kind, groups)| groups.iter().map(move |group| row(kind, group)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let frame = Frame {
        title: Names::new("Bình quân theo nhóm", "Means of groups"),
        columns: vec![
            Column::new("kind", Kind::Text, "Phân theo", "By"),
            Column::new("code", Kind::Text, "Nhóm", "Group"),
            Column::new("n", Kind::Whole, "Số cơ quan", "Agencies"),
            Column::new("mean", Kind::Decimal(index), "Bình quân", "Mean"),
            Column::new("max", Kind::Decimal(index), "Cao nhất", "Highest"),
            Column::new("min", Kind::Decimal(index), "Thấp nhất", "Lowest"),
        ],
        rows,
        key: vec![],
    };
    Some(result_page("Bình quân nhóm", &frame, notes, &[]))
}

/// All points as a matrix: a row for each agency, a column for each node.
pub fn matrix(view: &DataView, (points, _): Decimals, notes: &[String]) -> Page {
    let mut columns = vec![Column::new("place", Kind::Whole, "Hạng", "Place")];
    columns.extend(agency_columns());
    columns.extend(view.nodes.iter().map(|node| {
        Column::new(
            &node.code,
            Kind::Decimal(points),
            format!("{}. {}", node.code, node.name_vi),
            &node.code,
        )
    }));
    let rows = view.agencies.iter().map(|line| {
        let mut row = vec![Cell::number(line.place)];
        row.extend(agency_cells(&line.agency));
        // Empty where it does not apply.
        row.extend(
            line.nodes
                .iter()
                .map(|cell| Cell::number(cell.index.as_ref().map(|_| &cell.points))),
        );
        row
    });
    let frame = Frame {
        title: Names::new("Điểm của từng tiêu chí", "Points by node"),
        rows: rows.collect(),
        columns,
        key: vec![],
    };
    result_page("Điểm thành phần", &frame, notes, &[])
}

/// How the row of a node looks.
pub fn look(tier: Tier) -> Look {
    match tier {
        Tier::Domain | Tier::Total => Look::Domain,
        Tier::Criterion => Look::Criterion,
        Tier::Indicator => Look::Plain,
    }
}
