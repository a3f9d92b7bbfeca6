//! [`Rule`]: how an indicator's points follow from what is declared (cách tính điểm), as data.
//!
//! The kinds are those seen in real tables of points (`domain.md` §2). How they are applied: `apply.rs`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::points::Points;
use super::survey::SurveyMeasure;

/// The rule of one indicator. In JSON the field `kind` tells which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// One of several options, each with its points ("on time 1, late 0.5, not issued 0").
    Choice {
        /// The options; at least one reaches the maximum.
        options: Vec<ChoiceOption>,
    },
    /// Yes or no, each with its points.
    YesNo {
        /// Points for yes.
        yes: Points,
        /// Points for no.
        no: Points,
    },
    /// Bands on the percentage a/b × 100. Compared as a·100 with border·b, never as a rounded percent.
    PercentageBands {
        /// Bands that cover 0 to 100 percent exactly once.
        bands: Vec<RuleBand>,
        /// Points where b = 0; without it a zero denominator is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zero_denominator: Option<Points>,
    },
    /// Bands on a whole count of zero or more.
    CountBands {
        /// Bands that cover every whole number from 0 on exactly once.
        bands: Vec<RuleBand>,
    },
    /// a/b × maximum, where the percentage is on the right side of the floor; else 0.
    Proportional {
        /// Below this percentage there are no points; absent = no floor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<PercentFloor>,
        /// Points where b = 0; without it a zero denominator is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zero_denominator: Option<Points>,
    },
    /// maximum − count × `per_item`, never below `floor`.
    Deduction {
        /// Points off for each late or missing item.
        per_item: Points,
        /// The least that is left.
        floor: Points,
    },
    /// Points proposed by the agency and set by the appraiser, in steps from 0 to the maximum.
    AppraiserPoints {
        /// Points are a multiple of this.
        step: Points,
    },
    /// Points of the sociological survey: entered, never declared.
    Survey {
        /// The survey result that they are taken from; absent: they are entered by hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measure: Option<SurveyMeasure>,
    },
    /// Points from another official source: entered, never declared.
    External {},
}

impl Rule {
    /// The code of the kind, as in the JSON field `kind`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::YesNo { .. } => "yes_no",
            Self::PercentageBands { .. } => "percentage_bands",
            Self::CountBands { .. } => "count_bands",
            Self::Proportional { .. } => "proportional",
            Self::Deduction { .. } => "deduction",
            Self::AppraiserPoints { .. } => "appraiser_points",
            Self::Survey { .. } => "survey",
            Self::External {} => "external",
        }
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// Code, unique in the rule.
    #[schema(example = "on_time", max_length = 64)]
    pub code: String,
    /// Label in Vietnamese.
    #[schema(example = "Ban hành đúng thời hạn", max_length = 4000)]
    pub label_vi: String,
    /// Label in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub label_en: Option<String>,
    /// Points for this option.
    pub points: Points,
}

/// A band with explicit border sides: each border says whether it belongs to the band. An absent side is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBand {
    /// Lower border that belongs to the band (≥). Not together with `above`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Points>,
    /// Lower border that does not belong to the band (>). Not together with `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Points>,
    /// Upper border that belongs to the band (≤). Not together with `below`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Points>,
    /// Upper border that does not belong to the band (<). Not together with `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Points>,
    /// Points in this band.
    pub points: Points,
}

/// The percentage from which a proportional rule gives points: exactly one of the two sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PercentFloor {
    /// Points from this percentage on (≥).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Points>,
    /// Points above this percentage only (>).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Points>,
}
