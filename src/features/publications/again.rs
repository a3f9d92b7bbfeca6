//! From a publication document back to the answers that it stands on, and forward again to the same content. Pure.

use std::collections::BTreeMap;

use super::{
    build::Content,
    document::{AgencyRecord, IndicatorRecord, Verdict},
};
use crate::{
    error::AppResult,
    features::{agencies::AgencyCard, scores::AgencyResult},
    ids::AgencyCode,
    scoring::{Answers, CompiledLeaf, CompiledSet, Decision, LeafAnswer, Points, Rule, score},
};

/// What a document says, computed again from what its records stand on; what is not computed is taken as it stands.
pub fn content_again(set: &CompiledSet, published: &[AgencyRecord]) -> AppResult<Content> {
    let results: Vec<AgencyResult> = published.iter().map(|agency| scored_again(set, agency)).collect();
    let mut content = Content::of_agencies(set, &results)?;
    let known: BTreeMap<&AgencyCode, &AgencyRecord> =
        published.iter().map(|agency| (&agency.code, agency)).collect();
    for agency in &mut content.agencies {
        if let Some(published) = known.get(&agency.code) {
            take_facts(agency, published);
        }
    }
    Ok(content)
}

/// An agency's record, scored again from what it stands on.
fn scored_again(set: &CompiledSet, agency: &AgencyRecord) -> AgencyResult {
    let answers = answers_of(set, agency);
    AgencyResult {
        card: AgencyCard {
            code: agency.code.clone(),
            name_vi: agency.name_vi.clone(),
            name_en: agency.name_en.clone(),
            level: agency.level.clone(),
            region: agency.region.clone(),
        },
        ranked: agency.ranked,
        scorecard: score(set, &answers),
        answers,
        records: Vec::new(),
        signatures: Vec::new(),
    }
}

/// Who decided, where points come from and who signed: nothing of it is computed.
fn take_facts(agency: &mut AgencyRecord, published: &AgencyRecord) {
    agency.signatures.clone_from(&published.signatures);
    let known: BTreeMap<&str, &IndicatorRecord> = published
        .indicators
        .iter()
        .map(|record| (record.code.as_str(), record))
        .collect();
    for record in &mut agency.indicators {
        if let Some(published) = known.get(record.code.as_str()) {
            record.deciding_body.clone_from(&published.deciding_body);
            record.sample_size = published.sample_size;
            record.source.clone_from(&published.source);
        }
    }
}

/// The answers that an agency's record stands on: with the set they give the same scorecard again.
///
/// Where a tier rounds, the recorded points are the rounded ones; rounding them once more changes nothing.
pub fn answers_of(set: &CompiledSet, agency: &AgencyRecord) -> Answers {
    let mut answers = set.blank_answers();
    for record in &agency.indicators {
        let Some(index) = set.leaf_index(&record.code) else {
            continue;
        };
        if let (Some(leaf), Some(slot)) = (set.leaf(index), answers.leaf_mut(index)) {
            *slot = leaf_answer(set, leaf, record);
        }
    }
    let items = set.document().adjustments.iter().flat_map(|all| &all.items);
    for (item, slot) in items.zip(&mut answers.adjustments) {
        let given = agency.adjustments.iter().find(|given| given.code == item.code);
        *slot = given.map_or(Points::ZERO, |given| given.points);
    }
    answers
}

fn leaf_answer(set: &CompiledSet, leaf: &CompiledLeaf, record: &IndicatorRecord) -> LeafAnswer {
    match (record.verdict, record.value.clone()) {
        (None, _) => LeafAnswer {
            entered: Some(record.points),
            ..LeafAnswer::default()
        },
        (Some(Verdict::Corrected), Some(value)) => LeafAnswer {
            decision: Some(Decision::Corrected { value }),
            ..LeafAnswer::default()
        },
        (Some(Verdict::PointsSet), declared) => LeafAnswer {
            declared,
            decision: Some(Decision::PointsSet {
                points: points_set(set, leaf, record.points),
            }),
            entered: None,
        },
        (Some(Verdict::Recognised | Verdict::Corrected), declared) => LeafAnswer {
            declared,
            decision: Some(Decision::RECOGNISED),
            entered: None,
        },
    }
}

/// Points that an appraiser can have set, and that are published as these. Where the indicators themselves are rounded, what
/// is published may lie between two steps of the rule; the next step that is rounded to it gives the same result.
fn points_set(set: &CompiledSet, leaf: &CompiledLeaf, published: Points) -> Points {
    let Rule::AppraiserPoints { step } = leaf.rule else {
        return published;
    };
    let rounds = set.nodes().get(leaf.node).is_some_and(|node| node.rounds);
    let Some(over) = published.micro().checked_rem_euclid(step.micro()) else {
        return published;
    };
    if over == 0 || !rounds {
        return published;
    }
    let rounding = &set.document().rounding;
    let below = Points::from_micro(published.micro() - over);
    [below, below + step]
        .into_iter()
        .find(|points| points.round(rounding.decimals, rounding.mode) == published)
        .unwrap_or(published)
}
