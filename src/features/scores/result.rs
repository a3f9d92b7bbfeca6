//! A round's answers, brought together from every feature that holds a part of them, and scored.

use std::{collections::BTreeMap, sync::Arc};

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
        surveys::{self, AdjustmentRow, PointsByAgency, PulledFrom, SurveyPointRow},
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
    pub pulled_from: Option<PulledFrom>,
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
    /// What stands behind each indicator.
    pub records: BTreeMap<IndicatorCode, Record>,
    /// Who signed the submission.
    pub signatures: Vec<SubmissionSignature>,
}

impl AgencyResult {
    /// The body that decided each indicator.
    pub fn deciding_bodies(&self) -> BTreeMap<IndicatorCode, AgencyCode> {
        let decided = self
            .records
            .iter()
            .filter_map(|(indicator, record)| Some((indicator, record.decision.as_ref()?)));
        decided
            .map(|(indicator, decision)| (indicator.clone(), decision.body.clone()))
            .collect()
    }

    /// The points that were entered.
    pub fn entered(&self) -> BTreeMap<IndicatorCode, EnteredPoints> {
        let entered = self
            .records
            .iter()
            .filter_map(|(indicator, record)| Some((indicator, record.entered.as_ref()?)));
        entered
            .map(|(indicator, entered)| (indicator.clone(), entered.clone()))
            .collect()
    }
}

/// What stands behind one indicator's points.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What the agency declared.
    pub item: Option<Item>,
    /// The decision that holds.
    pub decision: Option<DecisionRecord>,
    /// The points that were entered.
    pub entered: Option<EnteredPoints>,
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
    let mut results = Vec::with_capacity(participants.len());
    for participant in participants {
        let agency = participant.agency_code;
        let card = cards
            .remove(&agency)
            .ok_or_else(|| AppError::internal("an agency has no card"))?;
        let ranked = participant.ranked && !set.is_not_ranked(agency.as_str());
        results.push(parts.agency_result(&set, card, ranked));
    }
    Ok(RoundResult {
        round,
        set,
        agencies: results,
    })
}

/// What several features hold of the round, by agency.
struct Parts {
    items: BTreeMap<AgencyCode, Vec<Item>>,
    signatures: BTreeMap<AgencyCode, Vec<SubmissionSignature>>,
    decisions: BTreeMap<AgencyCode, BTreeMap<IndicatorCode, Vec<DecisionRecord>>>,
    points: PointsByAgency,
    adjustments: BTreeMap<(AgencyCode, IndicatorCode), AdjustmentRow>,
}

impl Parts {
    fn load(conn: &mut Conn, round: &RoundRow, set_digest: &str, agencies: &[AgencyCode]) -> AppResult<Self> {
        let items = submissions::round_items(conn, &round.code, agencies)?;
        Ok(Self {
            signatures: submissions::round_signatures(conn, round, set_digest, &items)?,
            items,
            decisions: appraisals::round_decisions(conn, &round.code, agencies)?,
            points: surveys::current_points(conn, &round.code)?,
            adjustments: surveys::current_adjustments(conn, &round.code)?,
        })
    }

    fn agency_result(&mut self, set: &CompiledSet, card: AgencyCard, ranked: bool) -> AgencyResult {
        let mut items: BTreeMap<IndicatorCode, Item> = self
            .items
            .remove(&card.code)
            .unwrap_or_default()
            .into_iter()
            .map(|item| (item.indicator.clone(), item))
            .collect();
        let mut decisions = self.decisions.remove(&card.code).unwrap_or_default();
        let mut points = self.points.remove(&card.code).unwrap_or_default();
        let mut answers = set.blank_answers();
        let mut records = BTreeMap::new();
        for (index, leaf) in set.leaves().iter().enumerate() {
            let Ok(indicator) = IndicatorCode::parse(&leaf.code) else {
                continue;
            };
            let item = items.remove(&indicator);
            let standing = item.as_ref().map_or(0, |item| item.revision);
            // A decision on an older revision no longer holds (design §8.4): the item is open again.
            let decision = decisions
                .remove(&indicator)
                .and_then(|mut history| history.pop())
                .filter(|last| last.holds_for(standing));
            let entered = points.remove(&indicator).and_then(entered_points);
            if let Some(answer) = answers.leaf_mut(index) {
                answer.declared = item.as_ref().and_then(|item| item.value.clone());
                answer.decision = decision.as_ref().and_then(|record| record.decision.clone());
                answer.entered = entered.as_ref().map(|entered| entered.points);
            }
            records.insert(
                indicator,
                Record {
                    item,
                    decision,
                    entered,
                },
            );
        }
        self.put_adjustments(set, &card.code, &mut answers);
        let scorecard = score(set, &answers);
        AgencyResult {
            signatures: self.signatures.remove(&card.code).unwrap_or_default(),
            card,
            ranked,
            answers,
            scorecard,
            records,
        }
    }

    fn put_adjustments(&mut self, set: &CompiledSet, agency: &AgencyCode, answers: &mut Answers) {
        let items = set
            .document()
            .adjustments
            .as_ref()
            .map(|adjustments| adjustments.items.as_slice())
            .unwrap_or_default();
        for (item, amount) in items.iter().zip(&mut answers.adjustments) {
            let Ok(code) = IndicatorCode::parse(&item.code) else {
                continue;
            };
            let row = self.adjustments.remove(&(agency.clone(), code));
            *amount = row
                .and_then(|row| row.points)
                .map_or(Points::ZERO, Points::from_micro);
        }
    }
}

fn entered_points(row: SurveyPointRow) -> Option<EnteredPoints> {
    Some(EnteredPoints {
        points: Points::from_micro(row.points?),
        sample_size: row.sample_size,
        source: row.source,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
        // It was written by this service, and is there to be read: one that could not be would stand in `source`, too.
        pulled_from: row.pulled_from.and_then(|text| serde_json::from_str(&text).ok()),
    })
}
