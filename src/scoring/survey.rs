//! How a survey's result becomes points (điểm điều tra xã hội học): which instrument, which figure of it, which conversion.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    apply::{find_band, percent_reaches},
    points::Points,
    rounding::{RoundingMode, round_ratio},
    rule::{PercentFloor, RuleBand},
};

/// What an indicator takes from a survey's final result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyMeasure {
    /// Code of the instrument.
    #[schema(example = "sipas-2024")]
    pub instrument: String,
    /// Its version: indices of two versions are not the same measure.
    #[schema(example = 1, minimum = 1)]
    pub version: u32,
    /// `whole`, or the code of a part, a factor or an item of the instrument.
    #[schema(example = "whole")]
    pub of: String,
    /// How its index, in percent, becomes points.
    pub conversion: SurveyConversion,
}

/// How an index from 0 to 100 percent becomes points from 0 to the maximum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SurveyConversion {
    /// index / 100 × maximum, where the index is on the right side of the floor; else 0.
    Proportional {
        /// Below this index there are no points; absent = no floor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<PercentFloor>,
    },
    /// Bands on the index.
    PercentageBands {
        /// Bands that cover 0 to 100 percent exactly once.
        bands: Vec<RuleBand>,
    },
}

/// The points of an index (percent), rounded once half-even to 10⁻⁶. None if it lies outside 0 to 100, or in no band.
#[must_use]
pub fn survey_points(maximum: Points, conversion: &SurveyConversion, index: Points) -> Option<Points> {
    if index < Points::ZERO || index > Points::HUNDRED {
        return None;
    }
    match conversion {
        SurveyConversion::Proportional { floor } => {
            if !percent_reaches(index, floor.as_ref()) {
                return Some(Points::ZERO);
            }
            let product = i128::from(index.micro()) * i128::from(maximum.micro());
            let points = round_ratio(product, Points::HUNDRED.micro().into(), RoundingMode::HalfEven)?;
            i64::try_from(points).ok().map(Points::from_micro)
        }
        SurveyConversion::PercentageBands { bands } => {
            find_band(bands, |border| index.cmp(&border)).map(|band| band.points)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Points {
        text.parse().unwrap()
    }

    fn convert(conversion: &str, index: &str) -> Option<String> {
        let conversion = serde_json::from_str(conversion).unwrap();
        survey_points(points("10"), &conversion, points(index)).map(|points| points.to_string())
    }

    #[test]
    fn a_proportional_conversion_gives_a_share_of_the_maximum() {
        let plain = r#"{"kind": "proportional"}"#;
        assert_eq!(convert(plain, "83.94").as_deref(), Some("8.394"));
        assert_eq!(convert(plain, "100").as_deref(), Some("10"));
        assert_eq!(
            convert(plain, "33.333335").as_deref(),
            Some("3.333334"),
            "half-even"
        );
        assert_eq!(convert(plain, "0").as_deref(), Some("0"));
        assert_eq!(convert(plain, "100.000001"), None);
        assert_eq!(convert(plain, "-1"), None);
        let floored = r#"{"kind": "proportional", "floor": {"above": "60"}}"#;
        assert_eq!(convert(floored, "60").as_deref(), Some("0"));
        assert_eq!(convert(floored, "60.000001").as_deref(), Some("6"));
        let floored = r#"{"kind": "proportional", "floor": {"from": "60"}}"#;
        assert_eq!(convert(floored, "59.999999").as_deref(), Some("0"));
        assert_eq!(convert(floored, "60").as_deref(), Some("6"));
    }

    #[test]
    fn bands_say_where_their_borders_belong() {
        let bands = r#"{"kind": "percentage_bands", "bands": [
            {"below": "80", "points": "0"}, {"from": "80", "below": "90", "points": "5"}, {"from": "90", "points": "10"}]}"#;
        for (index, worth) in [("79.999999", "0"), ("80", "5"), ("90", "10"), ("100", "10")] {
            assert_eq!(convert(bands, index).as_deref(), Some(worth), "{index}");
        }
    }
}
