//! The nodes of a published criteria set, and what an agency has of each. Pure.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    document::{AgencyRecord, Document, IndicatorRecord, NodeRecord},
    views::Print,
};
use crate::scoring::{Node, Points, Tier};

/// A node of a published criteria set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "1.1", "parent": "1", "tier": "criterion", "name_vi": "Kế hoạch CCHC", "name_en": "Plan", "maximum": "1.50"}))]
pub struct NodeHead {
    /// The code.
    pub code: String,
    /// The node above; null for one of the first tier.
    pub parent: Option<String>,
    /// Domain, criterion or indicator.
    pub tier: Tier,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Its maximum.
    pub maximum: String,
}

/// The nodes of a document's set, each before those below it; none of an external table.
pub fn heads(document: &Document) -> Vec<NodeHead> {
    let print = Print::of(document);
    let mut heads = Vec::new();
    for node in document
        .criteria_set
        .document
        .iter()
        .flat_map(|set| &set.children)
    {
        push(&mut heads, node, None, print);
    }
    heads
}

/// The set's validator bounds the depth.
fn push(heads: &mut Vec<NodeHead>, node: &Node, parent: Option<&str>, print: Print) {
    let tier = match (&node.children, parent) {
        (None, _) => Tier::Indicator,
        (Some(_), None) => Tier::Domain,
        (Some(_), Some(_)) => Tier::Criterion,
    };
    heads.push(NodeHead {
        code: node.code.clone(),
        parent: parent.map(str::to_owned),
        tier,
        name_vi: node.name_vi.clone(),
        name_en: node.name_en.clone(),
        maximum: print.points(node.maximum),
    });
    for child in node.children.iter().flatten() {
        push(heads, child, Some(&node.code), print);
    }
}

/// What an agency has of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeFigures {
    /// Points.
    pub points: Points,
    /// The maximum that applies.
    pub maximum: Points,
    /// Index; none where nothing applies.
    pub index: Option<Points>,
}

impl NodeFigures {
    fn of_node(node: &NodeRecord) -> Self {
        Self {
            points: node.points,
            maximum: node.maximum,
            index: node.index,
        }
    }

    fn of_indicator(indicator: &IndicatorRecord) -> Self {
        Self {
            points: indicator.points,
            maximum: indicator.maximum,
            index: Points::index_of(indicator.points, indicator.maximum),
        }
    }

    /// Whether the node applies to the agency.
    pub fn applies(&self) -> bool {
        self.maximum > Points::ZERO
    }
}

/// Where the nodes stand in the agencies' records: in the order of the set, so in the same place in all of them.
pub struct Places {
    indicators: HashMap<String, usize>,
    nodes: HashMap<String, usize>,
}

impl Places {
    /// The places of a document.
    pub fn of(document: &Document) -> Self {
        let first = document.agencies.first();
        let indicators = first.into_iter().flat_map(|agency| &agency.indicators);
        let nodes = first.into_iter().flat_map(|agency| &agency.nodes);
        Self {
            indicators: indicators
                .enumerate()
                .map(|(at, record)| (record.code.clone(), at))
                .collect(),
            nodes: nodes
                .enumerate()
                .map(|(at, record)| (record.code.clone(), at))
                .collect(),
        }
    }

    /// An agency's record of an indicator.
    pub fn indicator<'a>(&self, agency: &'a AgencyRecord, code: &str) -> Option<&'a IndicatorRecord> {
        let record = agency.indicators.get(*self.indicators.get(code)?);
        record
            .filter(|record| record.code == code)
            .or_else(|| agency.indicators.iter().find(|record| record.code == code))
    }

    /// What an agency has of a node.
    pub fn figures(&self, agency: &AgencyRecord, code: &str) -> Option<NodeFigures> {
        if let Some(indicator) = self.indicator(agency, code) {
            return Some(NodeFigures::of_indicator(indicator));
        }
        let record = agency.nodes.get(*self.nodes.get(code)?);
        record
            .filter(|record| record.code == code)
            .or_else(|| agency.nodes.iter().find(|record| record.code == code))
            .map(NodeFigures::of_node)
    }
}
