//! One node across all agencies, and all nodes of all agencies, as JSON. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    document::{AgencyRecord, Document, Verdict},
    nodes::{NodeFigures, NodeHead, Places, heads},
    views::{self, Print, PublishedSet},
};
use crate::{
    error::{AppError, AppResult},
    features::agencies::AgencyCard,
    ids::{AgencyCode, PublicationId},
    scoring::Declared,
};

/// One node of the criteria set, across all agencies.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "round": "par-2023-ministries", "year": 2023, "node": {"code": "1.1.1", "parent": "1.1", "tier": "indicator", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "maximum": "1.00"}, "agencies": [{"place": 1, "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "points": "1.00", "maximum": "1.00", "index": "100.00", "value": {"kind": "yes_no", "yes": true}, "verdict": "recognised", "deciding_body": "moha", "sample_size": null, "source": null}]}))]
pub struct NodeResultView {
    /// The publication's id.
    pub publication: PublicationId,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The round; an external table's own code.
    pub round: String,
    /// The year that is assessed.
    pub year: i32,
    /// The node.
    pub node: NodeHead,
    /// The agencies, in the order of the ranking, those without a place at the end.
    pub agencies: Vec<NodeLine>,
}

/// What one agency has of a node.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NodeLine {
    /// Place among all, by the whole set.
    pub place: Option<u32>,
    /// The agency.
    pub agency: AgencyCard,
    /// Points.
    pub points: String,
    /// The maximum that applies; 0 where the node does not apply.
    pub maximum: String,
    /// Index in percent; null where it does not apply.
    pub index: Option<String>,
    /// Indicator: the value as decided.
    pub value: Option<Declared>,
    /// Indicator: what was decided.
    pub verdict: Option<Verdict>,
    /// Indicator: the body that decided.
    pub deciding_body: Option<AgencyCode>,
    /// Indicator: how many answered the survey.
    pub sample_size: Option<i32>,
    /// Indicator: where entered points come from.
    pub source: Option<String>,
}

/// All nodes of all agencies.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "round": "par-2023-ministries", "year": 2023, "nodes": [{"code": "1.1", "parent": "1", "tier": "criterion", "name_vi": "Kế hoạch CCHC", "name_en": "Plan", "maximum": "1.50"}], "agencies": [{"place": 1, "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "nodes": [{"code": "1.1", "points": "1.50", "maximum": "1.50", "index": "100.00"}]}]}))]
pub struct DataView {
    /// The publication's id.
    pub publication: PublicationId,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The round; an external table's own code.
    pub round: String,
    /// The year that is assessed.
    pub year: i32,
    /// The nodes, each before those below it; none of an external table.
    pub nodes: Vec<NodeHead>,
    /// The agencies, in the order of the ranking, those without a place at the end.
    pub agencies: Vec<DataLine>,
}

/// One agency's nodes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DataLine {
    /// Place among all.
    pub place: Option<u32>,
    /// The agency.
    pub agency: AgencyCard,
    /// Its nodes, in the order of the set.
    pub nodes: Vec<NodeCell>,
}

/// What an agency has of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "1.1", "points": "1.50", "maximum": "1.50", "index": "100.00"}))]
pub struct NodeCell {
    /// The code.
    pub code: String,
    /// Points.
    pub points: String,
    /// The maximum that applies; 0 where the node does not apply.
    pub maximum: String,
    /// Index in percent; null where it does not apply.
    pub index: Option<String>,
}

fn set_of(document: &Document) -> PublishedSet {
    PublishedSet {
        code: document.criteria_set.code.clone(),
        version: document.criteria_set.version,
    }
}

/// The agencies in the order of the ranking, with their places.
pub fn in_order(document: &Document) -> AppResult<Vec<(Option<u32>, &AgencyRecord)>> {
    let lines = document.ranking.iter().chain(&document.not_ranked);
    lines
        .map(|line| {
            let agency = document
                .agency(line.agency.as_str())
                .ok_or_else(|| AppError::internal("a ranking names an agency that the document lacks"))?;
            Ok((line.place, agency))
        })
        .collect()
}

/// One node across all agencies; 404 where the set lacks it.
pub fn node_result(id: &PublicationId, document: &Document, code: &str) -> AppResult<NodeResultView> {
    let print = Print::of(document);
    let node = heads(document)
        .into_iter()
        .find(|head| head.code == code)
        .ok_or_else(AppError::not_found)?;
    let places = Places::of(document);
    let line = |(place, agency): (Option<u32>, &AgencyRecord)| {
        let figures = places.figures(agency, code)?;
        let record = places.indicator(agency, code);
        Some(NodeLine {
            place,
            agency: views::card(agency),
            points: print.points(figures.points),
            maximum: print.points(figures.maximum),
            index: figures.index.map(|index| print.index(index)),
            value: record.and_then(|record| record.value.clone()),
            verdict: record.and_then(|record| record.verdict),
            deciding_body: record.and_then(|record| record.deciding_body.clone()),
            sample_size: record.and_then(|record| record.sample_size),
            source: record.and_then(|record| record.source.clone()),
        })
    };
    Ok(NodeResultView {
        publication: id.clone(),
        criteria_set: set_of(document),
        round: document.round.code.clone(),
        year: document.round.year,
        node,
        agencies: in_order(document)?.into_iter().filter_map(line).collect(),
    })
}

/// All nodes of all agencies.
pub fn data(id: &PublicationId, document: &Document) -> AppResult<DataView> {
    let print = Print::of(document);
    let places = Places::of(document);
    let nodes = heads(document);
    let cell = |head: &NodeHead, figures: NodeFigures| NodeCell {
        code: head.code.clone(),
        points: print.points(figures.points),
        maximum: print.points(figures.maximum),
        index: figures.index.map(|index| print.index(index)),
    };
    let agencies = in_order(document)?.into_iter().map(|(place, agency)| DataLine {
        place,
        agency: views::card(agency),
        nodes: nodes
            .iter()
            .filter_map(|head| Some(cell(head, places.figures(agency, &head.code)?)))
            .collect(),
    });
    Ok(DataView {
        publication: id.clone(),
        criteria_set: set_of(document),
        round: document.round.code.clone(),
        year: document.round.year,
        agencies: agencies.collect(),
        nodes,
    })
}
