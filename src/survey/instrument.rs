//! The instrument (phiếu điều tra) as a JSON document: the same one is import and export.
//!
//! These types hold whatever was sent, right or wrong; [`Instrument::compile`] is the one way to an instrument that
//! can read answers. Unknown fields are refused on reading.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scoring::{Points, RoundingMode, code_enum};

code_enum! {
    /// A language in which an instrument is asked. Vietnamese is always among them.
    pub enum Language {
        /// Vietnamese.
        Vi = "vi",
        /// English.
        En = "en",
    }
}

code_enum! {
    /// What an item asks for.
    pub enum ItemKind {
        /// What happened: facts and opinions, such as the number of visits.
        Opinion = "opinion",
        /// How satisfied the person is.
        Satisfaction = "satisfaction",
        /// What the person hopes for.
        Expectation = "expectation",
        /// Who the person is (sex, age group): the only personal data of an instrument.
        Profile = "profile",
        /// Free text; kept apart from the answers.
        Text = "text",
    }
}

code_enum! {
    /// How the index of an item follows from its answers.
    pub enum Measure {
        /// The share of satisfied options (on the scale of five: the two highest) among all that count, in percent.
        TopTwoShare = "top_two_share",
        /// (mean − lowest value) / (highest value − lowest value), in percent.
        ScaledMean = "scaled_mean",
    }
}

/// A text in the languages of the instrument.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentText {
    /// In Vietnamese.
    #[schema(max_length = 4000)]
    pub vi: String,
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub en: Option<String>,
}

impl InstrumentText {
    /// In one language; in Vietnamese where there is no other.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match (language, &self.en) {
            (Language::En, Some(en)) => en,
            _ => &self.vi,
        }
    }
}

/// A versioned questionnaire: frozen once a survey round uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Code of the family; with `version` it names the instrument for ever.
    #[schema(example = "sipas-2024", max_length = 64)]
    pub code: String,
    /// Version in the family, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: u32,
    /// Title.
    pub title: InstrumentText,
    /// What it is for, who made it, and whether it is a sample only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<InstrumentText>,
    /// Whom it asks: `citizens`, `officials`, `leaders`, or another code.
    #[schema(example = "citizens")]
    pub audience: String,
    /// Languages in which every text is given.
    #[schema(max_items = 2)]
    pub languages: Vec<Language>,
    /// Scales that items answer on.
    #[schema(max_items = 50)]
    pub scales: Vec<InstrumentScale>,
    /// The parts, in order.
    #[schema(max_items = 20)]
    pub parts: Vec<InstrumentPart>,
    /// How indices are made of the answers.
    pub rule: IndexRule,
    /// When the quality of a response is doubted. Absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<QualityRule>,
}

/// A scale: the options that an item is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentScale {
    /// Code, unique among the scales.
    #[schema(example = "satisfaction-5", max_length = 64)]
    pub code: String,
    /// The options, in the order in which they are shown. A packed answer is the place in this list.
    #[schema(max_items = 36)]
    pub options: Vec<ScaleOption>,
}

/// One option of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleOption {
    /// Code, unique in the scale.
    #[schema(example = "5", max_length = 64)]
    pub code: String,
    /// What the person reads.
    pub label: InstrumentText,
    /// Its value. An option without a value says nothing (don't know) and counts neither above nor below the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    pub value: Option<i32>,
    /// Whether it counts as satisfied in a `top_two_share`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub satisfied: bool,
}

/// A part, such as policy making or service delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentPart {
    /// Code, unique among parts, factors and items.
    #[schema(example = "b", max_length = 64)]
    pub code: String,
    /// Title.
    pub title: InstrumentText,
    /// Weight in the whole. Absent in all parts that count: equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Points>,
    /// Its factors, in order.
    #[schema(max_items = 50)]
    pub factors: Vec<InstrumentFactor>,
}

/// A factor of a part, such as the access to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentFactor {
    /// Code, unique among parts, factors and items.
    #[schema(example = "b1", max_length = 64)]
    pub code: String,
    /// Title.
    pub title: InstrumentText,
    /// Weight in the part. Absent in all factors that count: equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Points>,
    /// Its items, in order.
    #[schema(max_items = 200)]
    pub items: Vec<InstrumentItem>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentItem {
    /// Code, unique among parts, factors and items.
    #[schema(example = "b1.1", max_length = 64)]
    pub code: String,
    /// What it asks for.
    pub kind: ItemKind,
    /// The question.
    pub text: InstrumentText,
    /// Code of its scale; absent for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "satisfaction-5", max_length = 64)]
    pub scale: Option<String>,
    /// Weight in the factor; only where the item counts. Absent in all of them: equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Points>,
    /// Whether a response without it is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether several options can be chosen; never where the item counts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub multiple: bool,
    /// The item is asked only if an earlier one was answered so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<ShowIf>,
}

/// A skip rule: the condition on which an item is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowIf {
    /// Code of an earlier item.
    #[schema(max_length = 64)]
    pub item: String,
    /// Codes of its options, any of which opens this item.
    #[schema(max_items = 36)]
    pub answered: Vec<String>,
}

/// How indices are made of the answers. Another rule is another version: indices compare within one version only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexRule {
    /// The measure of an item.
    pub measure: Measure,
    /// Which kinds of items count.
    pub counted_kinds: Vec<ItemKind>,
    /// A figure of fewer responses is not shown.
    #[schema(example = 30, minimum = 1)]
    pub minimum_n: u32,
    /// Decimals of printed indices and shares, 0 to 6.
    #[schema(example = 2, maximum = 6)]
    pub decimals: u8,
    /// Which way they are rounded.
    pub rounding: RoundingMode,
}

/// When the quality of a response is doubted. A doubted response counts until it is excluded on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityRule {
    /// Straight-lining: at least so many items of kinds that count, all answered with the same option.
    #[schema(example = 20, minimum = 2)]
    pub straight_line_items_min: u32,
    /// Speeders: fewer seconds than this for the whole form.
    #[schema(example = 120, minimum = 0)]
    pub seconds_min: u32,
}

/// For `skip_serializing_if`.
#[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
const fn is_false(value: &bool) -> bool {
    !*value
}
