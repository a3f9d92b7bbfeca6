//! The parts of a publication as tables, for CSV and workbooks. Pure.

use super::{
    agency_view::AgencyResultView,
    node_views::{DataView, NodeResultView},
    views::{DomainsView, EntryView, RankingView},
};
use crate::{
    features::agencies::AgencyCard,
    formats::{Cell, Column, Frame, Kind, Lang, Names, Status},
    scoring::Declared,
};

/// Decimals of points and of indices.
pub type Decimals = (u8, u8);

/// An agency's columns.
pub fn agency_columns() -> [Column; 5] {
    [
        Column::new("agency", Kind::Code, "Mã cơ quan", "Agency code"),
        Column::new(
            "name_vi",
            Kind::Name(Lang::Vi),
            "Cơ quan",
            "Agency (in Vietnamese)",
        ),
        Column::new("name_en", Kind::Name(Lang::En), "Cơ quan (tiếng Anh)", "Agency"),
        Column::new("level", Kind::Text, "Cấp", "Level"),
        Column::new("region", Kind::Text, "Vùng", "Region"),
    ]
}

/// Their cells.
pub fn agency_cells(agency: &AgencyCard) -> [Cell; 5] {
    [
        Cell::text(&agency.code),
        Cell::text(&agency.name_vi),
        Cell::optional(agency.name_en.as_ref()),
        Cell::text(&agency.level),
        Cell::optional(agency.region.as_ref()),
    ]
}

fn place() -> Column {
    Column::new("place", Kind::Whole, "Hạng", "Place")
}

fn title(vi: String, en: Option<String>) -> Names {
    Names { vi, en }
}

/// A ranking: one row for each agency, those without a place at the end.
pub fn ranking(view: &RankingView, (points, index): Decimals) -> Frame {
    let mut columns = vec![
        place(),
        Column::new("place_label", Kind::Text, "Hạng (in)", "Place as printed"),
        Column::new(
            "place_in_region",
            Kind::Whole,
            "Hạng trong vùng",
            "Place in the region",
        ),
        Column::new(
            "place_in_level",
            Kind::Whole,
            "Hạng trong cấp",
            "Place in the level",
        ),
    ];
    columns.extend(agency_columns());
    columns.extend([
        Column::new("total", Kind::Decimal(points), "Tổng điểm", "Total points"),
        Column::new(
            "maximum",
            Kind::Decimal(points),
            "Điểm tối đa",
            "Applicable maximum",
        ),
        Column::new("index", Kind::Decimal(index), "Chỉ số (%)", "Index (%)"),
        Column::new(
            "adjustment",
            Kind::Decimal(points),
            "Thưởng, trừ",
            "Bonus and penalty",
        ),
        Column::new("score", Kind::Decimal(index), "Kết quả xếp hạng", "Ranked score"),
        Column::new("band", Kind::Text, "Nhóm", "Band"),
        Column::new("change_place", Kind::Whole, "Thay đổi hạng", "Places gained"),
        Column::new(
            "change_points",
            Kind::Decimal(points),
            "Thay đổi điểm",
            "Points gained",
        ),
        Column::new(
            "change_index",
            Kind::Decimal(index),
            "Thay đổi chỉ số",
            "Index gained",
        ),
        Column::new("basis", Kind::Text, "Cơ sở số liệu", "Basis of the numbers"),
        Column::new("note", Kind::Text, "Ghi chú", "Note"),
    ]);
    Frame {
        title: title(view.title_vi.clone(), view.title_en.clone()),
        columns,
        rows: view
            .entries
            .iter()
            .chain(&view.not_ranked)
            .map(ranking_row)
            .collect(),
        key: vec!["agency"],
    }
}

fn ranking_row(entry: &EntryView) -> Vec<Cell> {
    let mut row = vec![
        Cell::number(entry.place),
        Cell::optional(entry.place_label.as_ref()),
        Cell::number(entry.place_in_region),
        Cell::number(entry.place_in_level),
    ];
    row.extend(agency_cells(&entry.agency));
    let change = entry.change.as_ref();
    row.extend([
        Cell::number(entry.total.as_ref()),
        Cell::number(entry.maximum.as_ref()),
        Cell::number(entry.index.as_ref()),
        Cell::number(entry.adjustment.as_ref()),
        Cell::number(entry.score.as_ref()),
        Cell::optional(entry.band.as_ref()),
        Cell::number(change.and_then(|change| change.place)),
        Cell::number(change.and_then(|change| change.points.as_ref())),
        Cell::number(change.and_then(|change| change.index.as_ref())),
        Cell::optional(entry.basis.map(|basis| basis.as_str())),
        Cell::optional(entry.note.as_ref()),
    ]);
    row
}

/// The domains: agencies by domains, three columns for each.
pub fn domains(view: &DomainsView, names: Names, (points, index): Decimals) -> Frame {
    let mut columns = vec![place()];
    columns.extend(agency_columns());
    for domain in &view.domains {
        let (code, vi) = (&domain.code, &domain.name_vi);
        let en = domain.name_en.as_ref().unwrap_or(vi);
        columns.extend([
            Column::new(
                format!("{code}_points"),
                Kind::Decimal(points),
                format!("{code}. {vi}: điểm"),
                format!("{code}. {en}: points"),
            ),
            Column::new(
                format!("{code}_maximum"),
                Kind::Decimal(points),
                format!("{code}. {vi}: tối đa"),
                format!("{code}. {en}: maximum"),
            ),
            Column::new(
                format!("{code}_index"),
                Kind::Decimal(index),
                format!("{code}. {vi}: chỉ số (%)"),
                format!("{code}. {en}: index (%)"),
            ),
        ]);
    }
    let rows = view.agencies.iter().map(|line| {
        let mut row = vec![Cell::number(line.place)];
        row.extend(agency_cells(&line.agency));
        for domain in &line.domains {
            row.extend([
                Cell::number(Some(&domain.points)),
                Cell::number(Some(&domain.maximum)),
                Cell::number(domain.index.as_ref()),
            ]);
        }
        row
    });
    Frame {
        title: names,
        rows: rows.collect(),
        columns,
        key: vec!["agency"],
    }
}

/// One agency: a row for each node of the set.
pub fn agency(view: &AgencyResultView, (points, index): Decimals) -> Frame {
    let rows = view.nodes.iter().map(|node| {
        vec![
            Cell::text(&node.code),
            Cell::optional(node.parent.as_ref()),
            Cell::text(node.tier.as_str()),
            Cell::text(&node.name_vi),
            Cell::optional(node.name_en.as_ref()),
            Cell::number(Some(node.maximum)),
            Cell::number(Some(node.applicable_maximum)),
            Cell::number(Some(node.points)),
            Cell::number(node.index),
            Cell::optional(node.value.as_ref().map(value_text)),
            Cell::optional(node.verdict.map(|verdict| verdict.as_str())),
            Cell::optional(node.deciding_body.as_ref()),
            Cell::number(node.sample_size),
            Cell::optional(node.source.as_ref()),
            Cell::text(&node.calculation_vi),
            Cell::text(&node.calculation_en),
        ]
    });
    let column = Column::new;
    let (vi, en) = (&view.agency.name_vi, view.agency.name_en.as_ref());
    Frame {
        title: Names {
            vi: format!("{vi}, {}", view.year),
            en: en.map(|en| format!("{en}, {}", view.year)),
        },
        columns: vec![
            column("code", Kind::Code, "Mã", "Code"),
            column("parent", Kind::Text, "Thuộc", "Above"),
            column("tier", Kind::Text, "Bậc", "Tier"),
            column(
                "name_vi",
                Kind::Name(Lang::Vi),
                "Lĩnh vực, tiêu chí",
                "Name (in Vietnamese)",
            ),
            column("name_en", Kind::Name(Lang::En), "Tên tiếng Anh", "Name"),
            column("maximum", Kind::Decimal(points), "Điểm tối đa", "Maximum"),
            column(
                "applicable_maximum",
                Kind::Decimal(points),
                "Tối đa áp dụng",
                "Applicable maximum",
            ),
            column("points", Kind::Decimal(points), "Điểm", "Points"),
            column("index", Kind::Decimal(index), "Chỉ số (%)", "Index (%)"),
            column("value", Kind::Text, "Giá trị", "Value"),
            column("verdict", Kind::Text, "Thẩm định", "Verdict"),
            column("deciding_body", Kind::Text, "Cơ quan thẩm định", "Deciding body"),
            column("sample_size", Kind::Whole, "Cỡ mẫu", "Sample size"),
            column("source", Kind::Text, "Nguồn", "Source"),
            column(
                "calculation_vi",
                Kind::Name(Lang::Vi),
                "Cách tính",
                "Calculation (in Vietnamese)",
            ),
            column(
                "calculation_en",
                Kind::Name(Lang::En),
                "Cách tính (tiếng Anh)",
                "Calculation",
            ),
        ],
        rows: rows.collect(),
        key: vec!["code"],
    }
}

/// One node: a row for each agency.
pub fn node(view: &NodeResultView, (points, index): Decimals) -> Frame {
    let mut columns = vec![place()];
    columns.extend(agency_columns());
    columns.extend(figure_columns((points, index)));
    columns.extend([
        Column::new("value", Kind::Text, "Giá trị", "Value"),
        Column::new("verdict", Kind::Text, "Thẩm định", "Verdict"),
        Column::new("deciding_body", Kind::Text, "Cơ quan thẩm định", "Deciding body"),
        Column::new("sample_size", Kind::Whole, "Cỡ mẫu", "Sample size"),
        Column::new("source", Kind::Text, "Nguồn", "Source"),
    ]);
    let rows = view.agencies.iter().map(|line| {
        let mut row = vec![Cell::number(line.place)];
        row.extend(agency_cells(&line.agency));
        row.extend(figure_cells(&line.points, &line.maximum, line.index.as_ref()));
        row.extend([
            Cell::optional(line.value.as_ref().map(value_text)),
            Cell::optional(line.verdict.map(|verdict| verdict.as_str())),
            Cell::optional(line.deciding_body.as_ref()),
            Cell::number(line.sample_size),
            Cell::optional(line.source.as_ref()),
        ]);
        row
    });
    let head = &view.node;
    Frame {
        title: Names {
            vi: format!("{}. {}, {}", head.code, head.name_vi, view.year),
            en: head
                .name_en
                .as_ref()
                .map(|en| format!("{}. {en}, {}", head.code, view.year)),
        },
        rows: rows.collect(),
        columns,
        key: vec!["agency"],
    }
}

/// What a table with a row for each agency and node says of it.
pub fn figure_columns((points, index): Decimals) -> [Column; 4] {
    [
        Column::new("points", Kind::Decimal(points), "Điểm", "Points"),
        Column::new(
            "maximum",
            Kind::Decimal(points),
            "Điểm tối đa",
            "Applicable maximum",
        ),
        Column::new("index", Kind::Decimal(index), "Chỉ số (%)", "Index (%)"),
        Column::new("status", Kind::Text, "Tình trạng", "Status"),
    ]
}

/// Points stand empty where the node does not apply; the status says so.
fn figure_cells(points: &str, maximum: &str, index: Option<&String>) -> [Cell; 4] {
    let status = if index.is_some() {
        Status::Normal
    } else {
        Status::NotApplicable
    };
    [
        Cell::number(index.map(|_| points)),
        Cell::number(Some(maximum)),
        Cell::number(index),
        Cell::text(status.code()),
    ]
}

/// All nodes of all agencies, a row for each.
pub fn data(view: &DataView, names: Names, decimals: Decimals) -> Frame {
    let mut columns: Vec<Column> = agency_columns().into();
    columns.extend([
        Column::new("node", Kind::Code, "Mã tiêu chí", "Node code"),
        Column::new(
            "node_name_vi",
            Kind::Name(Lang::Vi),
            "Lĩnh vực, tiêu chí",
            "Node (in Vietnamese)",
        ),
        Column::new("node_name_en", Kind::Name(Lang::En), "Tên tiếng Anh", "Node"),
        Column::new("parent", Kind::Text, "Thuộc", "Above"),
        Column::new("tier", Kind::Text, "Bậc", "Tier"),
    ]);
    columns.extend(figure_columns(decimals));
    let mut rows = Vec::new();
    for line in &view.agencies {
        // Both are in the order of the set.
        for (cell, head) in line.nodes.iter().zip(&view.nodes) {
            let mut row: Vec<Cell> = agency_cells(&line.agency).into();
            row.extend([
                Cell::text(&cell.code),
                Cell::text(&head.name_vi),
                Cell::optional(head.name_en.as_ref()),
                Cell::optional(head.parent.as_ref()),
                Cell::text(head.tier.as_str()),
            ]);
            row.extend(figure_cells(&cell.points, &cell.maximum, cell.index.as_ref()));
            rows.push(row);
        }
    }
    Frame {
        title: names,
        columns,
        rows,
        key: vec!["agency", "node"],
    }
}

/// A declared value in one cell.
fn value_text(value: &Declared) -> String {
    match value {
        Declared::Option { option } => option.clone(),
        Declared::YesNo { yes } => if *yes { "yes" } else { "no" }.to_owned(),
        Declared::Ratio {
            numerator,
            denominator,
        } => format!("{numerator}/{denominator}"),
        Declared::Count { count } => count.to_string(),
        Declared::Points { points } => points.to_string(),
        Declared::NotApplicable {} => "not_applicable".to_owned(),
    }
}
