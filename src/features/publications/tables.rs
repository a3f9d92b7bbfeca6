//! The same as tables, for CSV. Pure.

use super::{
    agency_view::AgencyResultView,
    views::{DomainsView, EntryView, RankingView},
};
use crate::{
    features::agencies::AgencyCard,
    formats::{Cell, Table},
};

fn names(header: &[&str]) -> Vec<String> {
    header.iter().map(|name| (*name).to_owned()).collect()
}

fn agency_cells(agency: &AgencyCard) -> [Cell; 5] {
    [
        Cell::text(&agency.code),
        Cell::text(&agency.name_vi),
        Cell::optional(agency.name_en.as_ref()),
        Cell::text(&agency.level),
        Cell::optional(agency.region.as_ref()),
    ]
}

/// A ranking: one row for each agency, those without a place at the end.
pub fn ranking(view: &RankingView) -> Table {
    let row = |entry: &EntryView| {
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
    };
    Table {
        header: names(&[
            "place",
            "place_label",
            "place_in_region",
            "place_in_level",
            "agency",
            "name_vi",
            "name_en",
            "level",
            "region",
            "total",
            "maximum",
            "index",
            "adjustment",
            "score",
            "band",
            "change_place",
            "change_points",
            "change_index",
            "basis",
            "note",
        ]),
        rows: view.entries.iter().chain(&view.not_ranked).map(row).collect(),
    }
}

/// The domains: agencies by domains, three columns for each.
pub fn domains(view: &DomainsView) -> Table {
    let mut header = names(&["place", "agency", "name_vi", "name_en", "level", "region"]);
    for domain in &view.domains {
        for column in ["points", "maximum", "index"] {
            header.push(format!("{}_{column}", domain.code));
        }
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
    Table {
        rows: rows.collect(),
        header,
    }
}

/// One agency: a row for each node of the set.
pub fn agency(view: &AgencyResultView) -> Table {
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
    Table {
        header: names(&[
            "code",
            "parent",
            "tier",
            "name_vi",
            "name_en",
            "maximum",
            "applicable_maximum",
            "points",
            "index",
            "value",
            "verdict",
            "deciding_body",
            "sample_size",
            "source",
            "calculation_vi",
            "calculation_en",
        ]),
        rows: rows.collect(),
    }
}

/// A declared value in one cell.
fn value_text(value: &crate::scoring::Declared) -> String {
    use crate::scoring::Declared;
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
