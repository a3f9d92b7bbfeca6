//! What a correction changed: every printed number and band that is not what it was. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    document::{AgencyRecord, Document},
    measures::{Measure, OF_NODES, OF_TOTAL},
    nodes::{Places, heads},
    tables::{agency_cells, agency_columns},
    views::{self, Print},
};
use crate::{
    features::agencies::AgencyCard,
    formats::{Cell, Column, Frame, Kind, Names, sdmx},
    ids::PublicationId,
};

/// What has changed between two publications of one result.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "against": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", "criteria_set_changed": false, "added": [], "removed": [], "data": [{"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "node": "total", "measure": "points", "before": "89.95", "after": "90.11"}]}))]
pub struct ChangesView {
    /// The publication.
    pub publication: PublicationId,
    /// The earlier one; null where it corrects none, and then there are no changes.
    pub against: Option<PublicationId>,
    /// Whether the two stand on different criteria sets.
    pub criteria_set_changed: bool,
    /// Agencies that the earlier one lacks.
    pub added: Vec<AgencyCard>,
    /// Agencies that only the earlier one has.
    pub removed: Vec<AgencyCard>,
    /// What is not what it was, agency by agency.
    pub data: Vec<ChangedValue>,
}

/// One value that has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "node": "1.1.1", "measure": "points", "before": "0.50", "after": "1.00"}))]
pub struct ChangedValue {
    /// The agency.
    pub agency: AgencyCard,
    /// The node's code; `total` for the whole set.
    pub node: String,
    /// The measure: as in the other forms, or `band`.
    pub measure: &'static str,
    /// What stood there; null where there was nothing.
    pub before: Option<String>,
    /// What stands there; null where there is nothing.
    pub after: Option<String>,
}

/// Compares a publication with an earlier one.
pub fn changes(
    id: &PublicationId,
    now: &Document,
    earlier: Option<(&PublicationId, &Document)>,
) -> ChangesView {
    let mut view = ChangesView {
        publication: id.clone(),
        against: earlier.map(|(id, _)| id.clone()),
        criteria_set_changed: false,
        added: Vec::new(),
        removed: Vec::new(),
        data: Vec::new(),
    };
    let Some((_, before)) = earlier else {
        return view;
    };
    view.criteria_set_changed = before.criteria_set.digest != now.criteria_set.digest;
    let only = |of: &Document, other: &Document| -> Vec<AgencyCard> {
        of.agencies
            .iter()
            .filter(|agency| other.agency(agency.code.as_str()).is_none())
            .map(views::card)
            .collect()
    };
    view.added = only(now, before);
    view.removed = only(before, now);
    let (then, present) = (Side::of(before), Side::of(now));
    for agency in &now.agencies {
        if let Some(earlier) = before.agency(agency.code.as_str()) {
            let values = then.values(earlier).into_iter().zip(present.values(agency));
            compare(&mut view.data, agency, values);
            compare_nodes(&mut view.data, (agency, &present), (earlier, &then));
        }
    }
    view
}

/// One of the two documents.
struct Side<'a> {
    document: &'a Document,
    print: Print,
    places: Places,
    nodes: Vec<String>,
}

/// What stands in one place: of a node, a measure.
type Named = (&'static str, Option<String>);

impl<'a> Side<'a> {
    fn of(document: &'a Document) -> Self {
        Self {
            document,
            print: Print::of(document),
            places: Places::of(document),
            nodes: heads(document).into_iter().map(|head| head.code).collect(),
        }
    }

    /// What an agency has of the whole set.
    fn values(&self, agency: &AgencyRecord) -> Vec<Named> {
        let line = self.document.line(agency.code.as_str());
        let is_kept = |measure: &Measure| {
            !matches!(
                measure,
                Measure::ChangePlace | Measure::ChangePoints | Measure::ChangeIndex
            )
        };
        let measures = OF_TOTAL.into_iter().filter(is_kept);
        let mut values: Vec<Named> = measures
            .map(|measure| (measure.code(), measure.of_total(agency, line, self.print).value))
            .collect();
        values.push(("band", line.and_then(|line| line.band.clone())));
        values
    }

    /// What it has of a node: nothing where the set has no such node.
    fn node(&self, agency: &AgencyRecord, code: &str) -> Vec<Named> {
        let figures = self.places.figures(agency, code);
        OF_NODES
            .into_iter()
            .map(|measure| {
                let observation = measure.of_node(figures, self.print);
                (
                    measure.code(),
                    observation.and_then(|observation| observation.value),
                )
            })
            .collect()
    }
}

fn compare(
    data: &mut Vec<ChangedValue>,
    agency: &AgencyRecord,
    values: impl Iterator<Item = (Named, Named)>,
) {
    compare_at(data, agency, sdmx::TOTAL, values);
}

fn compare_at(
    data: &mut Vec<ChangedValue>,
    agency: &AgencyRecord,
    node: &str,
    values: impl Iterator<Item = (Named, Named)>,
) {
    for ((measure, before), (_, after)) in values {
        if before != after {
            data.push(ChangedValue {
                agency: views::card(agency),
                node: node.to_owned(),
                measure,
                before,
                after,
            });
        }
    }
}

fn compare_nodes(
    data: &mut Vec<ChangedValue>,
    (agency, now): (&AgencyRecord, &Side<'_>),
    (earlier, then): (&AgencyRecord, &Side<'_>),
) {
    let gone = then.nodes.iter().filter(|code| !now.nodes.contains(code));
    for code in now.nodes.iter().chain(gone) {
        let values = then.node(earlier, code).into_iter().zip(now.node(agency, code));
        compare_at(data, agency, code, values);
    }
}

/// The changes as a table.
pub fn frame(view: &ChangesView, title: Names) -> Frame {
    let mut columns: Vec<Column> = agency_columns().into();
    columns.extend([
        Column::new("node", Kind::Text, "Mã tiêu chí", "Node code"),
        Column::new("measure", Kind::Text, "Chỉ tiêu", "Measure"),
        Column::new("before", Kind::Text, "Trước", "Before"),
        Column::new("after", Kind::Text, "Sau", "After"),
    ]);
    let value = |value: &Option<String>| match value {
        // Our own decimals are no formulas, a band's code is a text.
        Some(text) if text.parse::<f64>().is_ok() => Cell::Number(text.clone()),
        other => Cell::optional(other.as_ref()),
    };
    let rows = view.data.iter().map(|change| {
        let mut row: Vec<Cell> = agency_cells(&change.agency).into();
        row.extend([
            Cell::text(&change.node),
            Cell::text(change.measure),
            value(&change.before),
            value(&change.after),
        ]);
        row
    });
    Frame {
        title,
        rows: rows.collect(),
        columns,
        key: vec!["agency", "node", "measure"],
    }
}
