//! What entered points look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::{adjustment_points, survey_points},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::Points,
    web::Each,
};

/// The points of one agency for one surveyed or external indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "moj", "indicator": "survey", "points": "28.10", "sample_size": 1200, "source": "SIPAS 2023"}))]
pub struct SurveyPoint {
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The points, from 0 to the indicator's maximum; null clears them.
    pub points: Option<Points>,
    /// How many answered; for a survey either this or the source is compulsory.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub sample_size: Option<i32>,
    /// Where the points come from.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub source: Option<String>,
}

/// Points to enter together, all or nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyPointsBody {
    /// The points.
    #[schema(value_type = Vec<SurveyPoint>, min_items = 1, max_items = 10000)]
    pub points: Vec<Each<SurveyPoint>>,
}

/// Bonus or penalty points of one agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "ha-noi", "adjustment": "bonus-initiative", "points": "0.5", "reason": "Sáng kiến được công nhận theo QĐ 12/QĐ-BNV"}))]
pub struct AdjustmentPoint {
    /// The agency.
    pub agency: AgencyCode,
    /// The adjustment of the criteria set.
    pub adjustment: IndicatorCode,
    /// The points, from 0 to the cap, in steps; a penalty is subtracted. Null clears them.
    pub points: Option<Points>,
    /// Why; compulsory unless cleared.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub reason: Option<String>,
}

/// Adjustments to enter together, all or nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentsBody {
    /// The adjustments.
    #[schema(value_type = Vec<AdjustmentPoint>, min_items = 1, max_items = 10000)]
    pub adjustments: Vec<Each<AdjustmentPoint>>,
}

/// What became of a bulk of points.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "saved": 17, "unchanged": 0}))]
pub struct PointsSaved {
    /// The round.
    pub round: RoundCode,
    /// New entries.
    pub saved: usize,
    /// Entries that stood already.
    pub unchanged: usize,
}

/// A row of `survey_points`.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = survey_points, treat_none_as_default_value = false)]
pub struct SurveyPointRow {
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// The indicator.
    pub indicator_code: IndicatorCode,
    /// What it says.
    #[diesel(embed)]
    pub entry: PointEntry,
}

/// What an entry says, of an agency and indicator that are known: of a large round there are a million of them in memory.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_points, treat_none_as_default_value = false)]
pub struct PointEntry {
    /// Counts the entries of this agency and indicator.
    pub sequence: i32,
    /// The points, in millionths; none: cleared.
    pub points: Option<i64>,
    /// How many answered.
    pub sample_size: Option<i32>,
    /// Where the points come from.
    pub source: Option<String>,
    /// When they were entered.
    pub recorded_at: Moment,
    /// Who entered them.
    pub recorded_by: String,
    /// JSON: the survey result that they were pulled from ([`super::PulledFrom`]); none where they were entered by hand.
    pub pulled_from: Option<String>,
}

impl PointEntry {
    /// Whether another entry says nothing new.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.points, self.sample_size, &self.source, &self.pulled_from)
            == (other.points, other.sample_size, &other.source, &other.pulled_from)
    }
}

impl SurveyPointRow {
    /// What the audit trail's digest is of.
    pub fn content(&self) -> serde_json::Value {
        serde_json::json!([
            self.agency_code,
            self.indicator_code,
            self.entry.sequence,
            self.entry.points,
            self.entry.sample_size,
            self.entry.source
        ])
    }
}

/// A row of `adjustment_points`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = adjustment_points, treat_none_as_default_value = false)]
pub struct AdjustmentRow {
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// The adjustment.
    pub adjustment_code: IndicatorCode,
    /// Counts the entries of this agency and adjustment.
    pub sequence: i32,
    /// The points, in millionths; none: cleared.
    pub points: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// When they were entered.
    pub recorded_at: Moment,
    /// Who entered them.
    pub recorded_by: String,
}
