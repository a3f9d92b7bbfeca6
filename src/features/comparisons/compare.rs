//! Self against appraised. Pure.

use super::model::{AgencySums, ComparedItem, DomainSums, Sums};
use crate::{
    features::scores::{AgencyResult, Record},
    ids::IndicatorCode,
    scoring::{CompiledLeaf, CompiledSet, Points, Source},
};

/// The assessed indicators of an agency, in the order of the criteria set.
pub fn lines_of(set: &CompiledSet, agency: &AgencyResult) -> Vec<ComparedItem> {
    set.leaves()
        .iter()
        .zip(&agency.records)
        .filter(|(leaf, _)| leaf.source == Source::Assessment)
        .filter_map(|(leaf, record)| line(set, agency, leaf, record))
        .collect()
}

fn minus(a: Points, b: Points) -> Points {
    Points::from_micro(a.micro() - b.micro())
}

fn plus(a: Points, b: Points) -> Points {
    Points::from_micro(a.micro() + b.micro())
}

fn line(
    set: &CompiledSet,
    agency: &AgencyResult,
    leaf: &CompiledLeaf,
    record: &Record,
) -> Option<ComparedItem> {
    let indicator = IndicatorCode::parse(&leaf.code).ok()?;
    let (node, scored) = (set.node(&leaf.code)?, agency.scorecard.node(leaf.node)?);
    let decision = record.decision.as_deref();
    let item = record.item.as_deref();
    let standing = if decision.is_some() {
        scored.appraised_points
    } else {
        scored.self_points
    };
    let difference = match decision {
        Some(_) => minus(scored.appraised_points, scored.self_points),
        None => Points::ZERO,
    };
    Some(ComparedItem {
        name_vi: node.name_vi.clone(),
        name_en: node.name_en.clone(),
        domain: domain_of(set, leaf.node).to_owned(),
        maximum: leaf.maximum,
        self_points: scored.self_points,
        appraised_points: scored.appraised_points,
        difference,
        lost: minus(scored.applicable_maximum.max(standing), standing),
        decided: decision.is_some(),
        origin: decision.map(|record| record.origin),
        body: decision.map(|record| record.body.clone()),
        reason: decision.and_then(|record| record.reason.clone()),
        declared: item.is_some_and(|item| item.value.is_some()),
        evidence: item.map_or(0, |item| item.evidence.len()),
        indicator,
    })
}

/// The code of the domain that a node belongs to: its highest ancestor below the root.
fn domain_of(set: &CompiledSet, node: usize) -> &str {
    let mut at = node;
    while let Some(parent) = set.nodes().get(at).and_then(|node| node.parent) {
        if set
            .nodes()
            .get(parent)
            .is_none_or(|parent| parent.parent.is_none())
        {
            break;
        }
        at = parent;
    }
    set.nodes().get(at).map_or("", |node| node.code.as_str())
}

fn add(sums: &mut Sums, line: &ComparedItem) {
    sums.maximum = plus(sums.maximum, line.maximum);
    sums.self_points = plus(sums.self_points, line.self_points);
    sums.appraised_points = plus(sums.appraised_points, line.appraised_points);
    sums.difference = plus(sums.difference, line.difference);
    sums.moved += usize::from(line.difference != Points::ZERO);
    sums.undecided += usize::from(!line.decided);
    sums.without_evidence += usize::from(line.declared && line.evidence == 0);
}

/// An agency's sums over its lines.
pub fn sums_of(set: &CompiledSet, agency: &AgencyResult, lines: &[ComparedItem]) -> AgencySums {
    let mut all = Sums::default();
    lines.iter().for_each(|line| add(&mut all, line));
    let domains = set
        .domains()
        .iter()
        .filter_map(|index| {
            let node = set.nodes().get(*index)?;
            let mut sums = Sums::default();
            lines
                .iter()
                .filter(|line| line.domain == node.code)
                .for_each(|line| add(&mut sums, line));
            Some(DomainSums {
                domain: IndicatorCode::parse(&node.code).ok()?,
                name_vi: node.name_vi.clone(),
                name_en: node.name_en.clone(),
                sums,
            })
        })
        .collect();
    AgencySums {
        agency: agency.card.clone(),
        sums: all,
        domains,
    }
}
