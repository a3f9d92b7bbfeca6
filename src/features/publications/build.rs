//! From a round's result to its publication document.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::{
    document::{
        AdjustmentRecord, AgencyRecord, Change, Document, GroupRecord, IndicatorRecord, Means, NodeRecord,
        RankedRecord, Verdict,
    },
    signature::signature_records,
    texts::AgencyTexts,
};
use crate::{
    db::digest_of,
    error::{AppError, AppResult},
    features::scores::{AgencyResult, RoundResult},
    ids::AgencyCode,
    scoring::{Answers, CompiledSet, Contender, Decision, DomainFigures, Figures, Points, Shape, rank},
};

/// What a result says, without titles and times.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Content {
    /// SHA-256 of the criteria set's canonical JSON.
    pub set_digest: String,
    /// The agencies, by code.
    pub agencies: Vec<AgencyRecord>,
    /// The places.
    pub ranking: Vec<RankedRecord>,
    /// Assessed but not ranked.
    pub not_ranked: Vec<RankedRecord>,
    /// The means.
    pub means: Means,
    /// The canonical text of the agencies, which never changes once they are there.
    #[serde(skip)]
    pub(super) texts: AgencyTexts,
}

impl Content {
    /// What a round's result says.
    pub fn of(result: &RoundResult) -> AppResult<Self> {
        Self::of_agencies(&result.set, &result.agencies)
    }

    /// The same of agencies that were scored.
    pub fn of_agencies(set: &CompiledSet, results: &[AgencyResult]) -> AppResult<Self> {
        let contenders: Vec<Contender<'_>> = results.iter().map(contender).collect();
        let ranking = rank(set, &contenders);
        let mut agencies = results
            .par_iter()
            .map(|agency| agency_record(set, agency))
            .collect::<AppResult<Vec<_>>>()?;
        agencies.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self {
            set_digest: digest_of(set.document())?,
            texts: AgencyTexts::of(&agencies)?,
            agencies,
            ranking: ranking
                .entries
                .iter()
                .map(|entry| {
                    Ok(RankedRecord {
                        place: Some(entry.place),
                        place_label: Some(entry.place_label.clone()),
                        place_in_region: entry.place_in_region,
                        place_in_level: Some(entry.place_in_level),
                        ..unplaced(&entry.figures)?
                    })
                })
                .collect::<AppResult<_>>()?,
            not_ranked: ranking
                .not_ranked
                .iter()
                .map(unplaced)
                .collect::<AppResult<_>>()?,
            means: Means {
                overall: ranking.overall.as_ref().map(GroupRecord::from),
                by_region: ranking.by_region.iter().map(GroupRecord::from).collect(),
                by_level: ranking.by_level.iter().map(GroupRecord::from).collect(),
                by_domain: ranking.by_domain.iter().map(GroupRecord::from).collect(),
            },
        })
    }

    /// What an approval is bound to: any change of an answer, a point, a place or the set makes another digest.
    pub fn digest(&self) -> AppResult<String> {
        let rest = Self {
            set_digest: self.set_digest.clone(),
            agencies: Vec::new(),
            ranking: self.ranking.clone(),
            not_ranked: self.not_ranked.clone(),
            means: self.means.clone(),
            texts: AgencyTexts::default(),
        };
        self.texts.digest(&rest)
    }

    /// Fills in the change against an earlier publication.
    pub fn compare(&mut self, baseline: &Document) {
        let records: BTreeMap<&AgencyCode, &AgencyRecord> = self
            .agencies
            .iter()
            .map(|agency| (&agency.code, agency))
            .collect();
        for line in self.ranking.iter_mut().chain(&mut self.not_ranked) {
            line.change = records
                .get(&line.agency)
                .and_then(|agency| change(agency, line.place, baseline));
        }
    }
}

/// Printed values subtracted; nothing where the baseline does not know the agency.
fn change(agency: &AgencyRecord, place: Option<u32>, baseline: &Document) -> Option<Change> {
    let before = baseline.agency(agency.code.as_str())?;
    let place_before = baseline.line(agency.code.as_str()).and_then(|line| line.place);
    let difference = |now: Option<Points>, before: Option<Points>| Some(now? - before?);
    Some(Change {
        place: place_before
            .zip(place)
            .map(|(before, now)| i64::from(before) - i64::from(now)),
        points: difference(agency.total_printed, before.total_printed),
        index: difference(agency.index_printed, before.index_printed),
    })
}

fn contender(agency: &AgencyResult) -> Contender<'_> {
    Contender {
        agency: agency.card.code.to_string(),
        region: agency.card.region.as_ref().map(ToString::to_string),
        level: agency.card.level.to_string(),
        ranked: agency.ranked,
        card: &agency.scorecard,
    }
}

fn unplaced(figures: &Figures) -> AppResult<RankedRecord> {
    Ok(RankedRecord {
        agency: AgencyCode::parse(&figures.agency).map_err(AppError::internal)?,
        place: None,
        place_label: None,
        place_in_region: None,
        place_in_level: None,
        band: figures.band.clone(),
        domains: figures.domains.iter().map(domain).collect(),
        change: None,
        basis: None,
        note: None,
    })
}

fn domain(figures: &DomainFigures) -> NodeRecord {
    NodeRecord {
        code: figures.code.clone(),
        points: figures.points,
        maximum: figures.applicable_maximum,
        index: figures.index,
    }
}

fn agency_record(set: &CompiledSet, agency: &AgencyResult) -> AppResult<AgencyRecord> {
    let card = &agency.scorecard;
    let (mut indicators, mut nodes) = (Vec::new(), Vec::new());
    // The root's numbers are the agency's own.
    for (index, node) in set.nodes().iter().enumerate().skip(1) {
        let score = card
            .node(index)
            .ok_or_else(|| AppError::internal("a scorecard is shorter than its set"))?;
        match &node.shape {
            Shape::Leaf { leaf } => indicators.push(indicator_record(set, agency, *leaf, index)?),
            Shape::Container { .. } => nodes.push(NodeRecord {
                code: node.code.clone(),
                points: score.final_points,
                maximum: score.applicable_maximum,
                index: score.index(),
            }),
        }
    }
    Ok(AgencyRecord {
        code: agency.card.code.clone(),
        name_vi: agency.card.name_vi.clone(),
        name_en: agency.card.name_en.clone(),
        level: agency.card.level.clone(),
        region: agency.card.region.clone(),
        ranked: agency.ranked && !set.is_not_ranked(agency.card.code.as_str()),
        indicators,
        nodes,
        total: Some(card.total),
        total_printed: Some(card.total_printed),
        maximum: Some(card.applicable_maximum),
        index: Some(card.index),
        index_printed: Some(card.index_printed),
        adjustments: adjustment_records(set, &agency.answers),
        adjustment: Some(card.adjustment),
        score: Some(card.score_exact),
        score_printed: Some(card.score_printed),
        signatures: signature_records(agency),
    })
}

fn adjustment_records(set: &CompiledSet, answers: &Answers) -> Vec<AdjustmentRecord> {
    let items = set.document().adjustments.iter().flat_map(|all| &all.items);
    items
        .zip(&answers.adjustments)
        .filter(|(_, points)| **points != Points::ZERO)
        .map(|(item, points)| AdjustmentRecord {
            code: item.code.clone(),
            points: *points,
        })
        .collect()
}

fn indicator_record(
    set: &CompiledSet,
    agency: &AgencyResult,
    leaf_index: usize,
    node_index: usize,
) -> AppResult<IndicatorRecord> {
    let (Some(leaf), Some(answer), Some(score)) = (
        set.leaf(leaf_index),
        agency.answers.leaves.get(leaf_index),
        agency.scorecard.node(node_index),
    ) else {
        return Err(AppError::internal("a result is shorter than its set"));
    };
    let (value, verdict) = match &answer.decision {
        Some(Decision::Corrected { value }) => (Some(value.clone()), Some(Verdict::Corrected)),
        Some(Decision::PointsSet { .. }) => (answer.declared.clone(), Some(Verdict::PointsSet)),
        Some(Decision::Recognised {}) => (answer.declared.clone(), Some(Verdict::Recognised)),
        None => (None, None),
    };
    let record = agency.records.get(leaf_index);
    let entered = record.and_then(|record| record.entered.as_ref());
    Ok(IndicatorRecord {
        code: leaf.code.clone(),
        value,
        verdict,
        points: score.final_points,
        maximum: score.applicable_maximum,
        deciding_body: record
            .and_then(|record| record.decision.as_ref())
            .map(|decision| decision.body.clone()),
        sample_size: entered.and_then(|entered| entered.sample_size),
        source: entered.and_then(|entered| entered.source.clone()),
    })
}
