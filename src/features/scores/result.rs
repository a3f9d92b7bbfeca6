//! A round's answers, brought together from every feature that holds a part of them, and scored.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use crate::{
    clock::Moment,
    db::Conn,
    error::{AppError, AppResult},
    features::{
        agencies::{self, AgencyCard},
        appraisals::{self, DecisionRecord},
        criteria::Sets,
        rounds::{self, RoundRow},
        submissions::{self, Item, SubmissionSignature},
        surveys::{self, AdjustmentRow, PointEntry, PointsByAgency, PulledFrom},
    },
    ids::{AgencyCode, IndicatorCode},
    scoring::{Answers, CompiledSet, Points, Scorecard, score},
};

/// Points that were entered for an indicator, with where they come from.
#[derive(Clone, Debug)]
pub struct EnteredPoints {
    /// The points.
    pub points: Points,
    /// How many answered the survey.
    pub sample_size: Option<i32>,
    /// Where the points come from.
    pub source: Option<String>,
    /// When they were entered.
    pub recorded_at: Moment,
    /// Who entered them.
    pub recorded_by: String,
    /// The survey result that they were pulled from.
    pub pulled_from: Option<Box<PulledFrom>>,
}

/// One agency's answers and score.
#[derive(Clone, Debug)]
pub struct AgencyResult {
    /// The agency, by the names of the round's reference day.
    pub card: AgencyCard,
    /// Whether it gets a place.
    pub ranked: bool,
    /// What the score stands on.
    pub answers: Answers,
    /// The score.
    pub scorecard: Scorecard,
    /// What stands behind each indicator, by the index of its leaf.
    pub records: Vec<Record>,
    /// Who signed the submission.
    pub signatures: Vec<SubmissionSignature>,
}

/// What stands behind one indicator's points. Of a large round there are a million of them, and of the three most have one.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What the agency declared.
    pub item: Option<Box<Item>>,
    /// The decision that holds.
    pub decision: Option<Box<DecisionRecord>>,
    /// The points that were entered.
    pub entered: Option<Box<EnteredPoints>>,
}

/// A round's result as it stands, agencies by code.
#[derive(Clone, Debug)]
pub struct RoundResult {
    /// The round.
    pub round: RoundRow,
    /// The criteria set.
    pub set: Arc<CompiledSet>,
    /// The agencies.
    pub agencies: Vec<AgencyResult>,
}

/// Scores all agencies of a round, or only some.
pub fn load_round_result(
    conn: &mut Conn,
    sets: &Sets,
    round: RoundRow,
    only: Option<&[AgencyCode]>,
) -> AppResult<RoundResult> {
    let (set, set_digest) = sets.load_named(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let participants: Vec<_> = rounds::participants(conn, &round.code)?
        .into_iter()
        .filter(|row| only.is_none_or(|only| only.contains(&row.agency_code)))
        .collect();
    let codes: Vec<AgencyCode> = participants.iter().map(|row| row.agency_code.clone()).collect();
    let mut parts = Parts::load(conn, &round, &set_digest, &codes)?;
    let mut cards = agencies::cards(conn, &codes, round.reference_day())?;
    let mut found = Vec::with_capacity(participants.len());
    for participant in participants {
        let agency = participant.agency_code;
        let card = cards
            .remove(&agency)
            .ok_or_else(|| AppError::internal("an agency has no card"))?;
        let ranked = participant.ranked && !set.is_not_ranked(agency.as_str());
        found.push((card, ranked, parts.take(&agency)));
    }
    let leaves = leaf_codes(&set);
    // An agency's score needs nothing of another's: a large round takes all cores, and the order stays.
    let agencies = found
        .into_par_iter()
        .map(|(card, ranked, own)| own.agency_result(&set, &leaves, card, ranked));
    Ok(RoundResult {
        agencies: agencies.collect(),
        round,
        set,
    })
}

/// The codes of a set's leaves, by their index; none of one that no answer could name.
fn leaf_codes(set: &CompiledSet) -> Vec<Option<IndicatorCode>> {
    let codes = set
        .leaves()
        .iter()
        .map(|leaf| IndicatorCode::parse(&leaf.code).ok());
    codes.collect()
}

/// What several features hold of the round, by agency.
struct Parts {
    items: BTreeMap<AgencyCode, Vec<Item>>,
    signatures: BTreeMap<AgencyCode, Vec<SubmissionSignature>>,
    decisions: BTreeMap<AgencyCode, BTreeMap<IndicatorCode, Vec<DecisionRecord>>>,
    points: PointsByAgency,
    adjustments: BTreeMap<AgencyCode, Vec<AdjustmentRow>>,
}

impl Parts {
    fn load(conn: &mut Conn, round: &RoundRow, set_digest: &str, agencies: &[AgencyCode]) -> AppResult<Self> {
        let items = submissions::round_items(conn, &round.code, agencies)?;
        let mut adjustments: BTreeMap<AgencyCode, Vec<AdjustmentRow>> = BTreeMap::new();
        for ((agency, _), row) in surveys::current_adjustments(conn, &round.code)? {
            adjustments.entry(agency).or_default().push(row);
        }
        Ok(Self {
            signatures: submissions::round_signatures(conn, round, set_digest, &items)?,
            items,
            decisions: appraisals::round_decisions(conn, &round.code, agencies)?,
            points: surveys::current_points(conn, &round.code, agencies)?,
            adjustments,
        })
    }

    fn take(&mut self, agency: &AgencyCode) -> OwnParts {
        OwnParts {
            items: self.items.remove(agency).unwrap_or_default(),
            signatures: self.signatures.remove(agency).unwrap_or_default(),
            decisions: self.decisions.remove(agency).unwrap_or_default(),
            points: self.points.remove(agency).unwrap_or_default(),
            adjustments: self.adjustments.remove(agency).unwrap_or_default(),
        }
    }
}

/// What they hold of one agency.
struct OwnParts {
    items: Vec<Item>,
    signatures: Vec<SubmissionSignature>,
    decisions: BTreeMap<IndicatorCode, Vec<DecisionRecord>>,
    points: BTreeMap<IndicatorCode, PointEntry>,
    adjustments: Vec<AdjustmentRow>,
}

impl OwnParts {
    fn agency_result(
        mut self,
        set: &CompiledSet,
        leaves: &[Option<IndicatorCode>],
        card: AgencyCard,
        ranked: bool,
    ) -> AgencyResult {
        let mut items: BTreeMap<IndicatorCode, Item> = self
            .items
            .into_iter()
            .map(|item| (item.indicator.clone(), item))
            .collect();
        let mut answers = set.blank_answers();
        let mut records = Vec::with_capacity(leaves.len());
        for (index, indicator) in leaves.iter().enumerate() {
            let Some(indicator) = indicator else {
                records.push(Record::default());
                continue;
            };
            let item = items.remove(indicator);
            let standing = item.as_ref().map_or(0, |item| item.revision);
            // A decision on an older revision no longer holds (design §8.4): the item is open again.
            let decision = self
                .decisions
                .remove(indicator)
                .and_then(|mut history| history.pop())
                .filter(|last| last.holds_for(standing));
            let entered = self.points.remove(indicator).and_then(entered_points);
            if let Some(answer) = answers.leaf_mut(index) {
                answer.declared = item.as_ref().and_then(|item| item.value.clone());
                answer.decision = decision.as_ref().and_then(|record| record.decision.clone());
                answer.entered = entered.as_ref().map(|entered| entered.points);
            }
            records.push(Record {
                item: item.map(Box::new),
                decision: decision.map(Box::new),
                entered: entered.map(Box::new),
            });
        }
        put_adjustments(set, &self.adjustments, &mut answers);
        AgencyResult {
            scorecard: score(set, &answers),
            signatures: self.signatures,
            card,
            ranked,
            answers,
            records,
        }
    }
}

fn put_adjustments(set: &CompiledSet, rows: &[AdjustmentRow], answers: &mut Answers) {
    let items = set
        .document()
        .adjustments
        .as_ref()
        .map(|adjustments| adjustments.items.as_slice())
        .unwrap_or_default();
    for (item, amount) in items.iter().zip(&mut answers.adjustments) {
        let row = rows.iter().find(|row| row.adjustment_code.as_str() == item.code);
        *amount = row
            .and_then(|row| row.points)
            .map_or(Points::ZERO, Points::from_micro);
    }
}

fn entered_points(row: PointEntry) -> Option<EnteredPoints> {
    Some(EnteredPoints {
        points: Points::from_micro(row.points?),
        sample_size: row.sample_size,
        source: row.source,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
        // It was written by this service, and is there to be read: one that could not be would stand in `source`, too.
        pulled_from: row
            .pulled_from
            .and_then(|text| serde_json::from_str(&text).ok())
            .map(Box::new),
    })
}
