//! What pulling a survey's result into a round looks like in the API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{AgencyCode, IndicatorCode, RoundCode, SurveyRoundCode},
    scoring::{Points, SurveyConversion},
};

/// Which survey round's final result to take.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"survey_round": "sipas-2025", "dry_run": false}))]
pub struct PullBody {
    /// The survey round; it is final.
    pub survey_round: SurveyRoundCode,
    /// Says what it would come to, and enters nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether a survey of another year than the round's is meant.
    #[serde(default)]
    pub other_year_accepted: bool,
}

/// What points were pulled from: enough to look the figure up, and to compute the points again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"survey_round": "sipas-2025", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "instrument": "sipas-2024", "version": 1, "table": "agencies", "of": "whole", "index": "83.94", "low": "82.61", "high": "85.27", "n": 1204,
    "conversion": {"kind": "proportional"}}))]
pub struct PulledFrom {
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// SHA-256 of its final result document.
    pub digest: String,
    /// The instrument.
    pub instrument: String,
    /// Its version.
    pub version: u32,
    /// The table of the document that the agency stands in.
    pub table: String,
    /// `whole`, or the part, factor or item.
    pub of: String,
    /// The index as the document prints it, in percent.
    pub index: Points,
    /// Lower end of its 95 % interval.
    pub low: Option<Points>,
    /// Upper end of its 95 % interval.
    pub high: Option<Points>,
    /// Responses that it stands on.
    pub n: u32,
    /// How the index became points.
    pub conversion: SurveyConversion,
}

impl PulledFrom {
    /// The same in a line, for tables that have room for one.
    pub fn in_words(&self) -> String {
        let interval = match (self.low, self.high) {
            (Some(low), Some(high)) => format!(" [{low}; {high}]"),
            _ => String::new(),
        };
        format!(
            "{} ({}/{}), {} = {}%{interval}, n = {}, SHA-256 {}",
            self.survey_round, self.instrument, self.version, self.of, self.index, self.n, self.digest
        )
    }
}

/// What was pulled.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2025-provinces", "survey_round": "sipas-2025",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "dry_run": false, "saved": 33, "unchanged": 0,
    "left_out": [{"agency": "ha-noi", "indicator": "8.1", "reason": "suppressed", "message": "Not shown: fewer responses than the instrument demands."}]}))]
pub struct Pulled {
    /// The round.
    pub round: RoundCode,
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// SHA-256 of its final result document.
    pub digest: String,
    /// Whether nothing was entered.
    pub dry_run: bool,
    /// New entries.
    pub saved: usize,
    /// Entries that stood already.
    pub unchanged: usize,
    /// Agencies for which an indicator has no figure: their points are still missing.
    pub left_out: Vec<LeftOut>,
}

/// An agency and indicator without a figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": "ha-noi", "indicator": "8.1", "reason": "suppressed", "message": "Not shown: fewer responses than the instrument demands."}))]
pub struct LeftOut {
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Why.
    pub reason: LeftOutReason,
    /// The same in a sentence.
    pub message: String,
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "suppressed")]
pub enum LeftOutReason {
    /// The agency was not surveyed.
    NotSurveyed,
    /// The figure is not shown, for its few responses or to keep another one hidden.
    Suppressed,
    /// Nobody answered what it stands on.
    NotAnswered,
    /// The instrument has no such part, factor or item with an index.
    NoSuchNode,
    /// The conversion has no points for the index.
    NoPoints,
}
