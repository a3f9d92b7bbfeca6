//! The criteria set as a JSON document: the same one is import and export.
//!
//! These types hold whatever was sent, right or wrong; [`CriteriaSet::compile`] is the one way to a set that
//! can score. A node is ONE struct with optional fields, so that unknown fields are refused on reading and
//! the validator can name every other fault at once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::code_enum;
use super::points::Points;
use super::rounding::RoundingMode;
use super::rule::Rule;

/// A criteria set (bộ tiêu chí): the tree of one decision, for one level of agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriteriaSet {
    /// Code of the family; with `version` it names the set for ever.
    #[schema(example = "par-2023-ministries", max_length = 64)]
    pub code: String,
    /// Version in the family, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: u32,
    /// Title in Vietnamese.
    #[schema(max_length = 4000)]
    pub title_vi: String,
    /// Title in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub title_en: Option<String>,
    /// Description in Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub description_vi: Option<String>,
    /// Description in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub description_en: Option<String>,
    /// Whether the set is a sample and not an official table. It must say so wherever it is shown.
    #[serde(default)]
    pub illustrative: bool,
    /// The level of agency that it measures.
    #[schema(example = "ministry", max_length = 64)]
    pub level: String,
    /// The decision behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SetSource>,
    /// The maximum of the whole set, as a rule 100.
    pub maximum: Points,
    /// How the points of the first tier make the total.
    #[serde(default)]
    pub combine: Combine,
    /// Where and how points are rounded.
    pub rounding: Rounding,
    /// What the places are made from.
    pub ranking: RankingRule,
    /// Bands (nhóm xếp loại) from the highest down; the last one reaches zero. Empty = no bands.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub bands: Vec<SetBand>,
    /// Codes of agencies that are assessed but not ranked.
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub not_ranked: Vec<String>,
    /// Bonus and penalty points outside the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustments: Option<Adjustments>,
    /// The first tier of the tree.
    #[schema(max_items = 2000)]
    pub children: Vec<Node>,
}

/// The legal source of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSource {
    /// Number of the decision.
    #[schema(example = "876/QĐ-BNV", max_length = 4000)]
    pub decision: String,
    /// Date of the decision, `YYYY-MM-DD`.
    #[schema(example = "2022-11-10", max_length = 10)]
    pub date: String,
    /// Who issued it.
    #[schema(example = "Bộ Nội vụ", max_length = 4000)]
    pub issuer: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub url: Option<String>,
}

/// A node of the tree: a container with `children`, or an indicator (leaf) with a `rule`. Never both, never neither.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Code, unique in the set.
    #[schema(example = "1.1.1", max_length = 64)]
    pub code: String,
    /// Name in Vietnamese.
    #[schema(max_length = 4000)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub name_en: Option<String>,
    /// The most points that the node can have.
    pub maximum: Points,
    /// Weight: under a `weighted_mean`, and only there. The weights need not add up to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Points>,
    /// Container: how the children's points make the node's. Absent = sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine: Option<Combine>,
    /// Container: the nodes below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion, max_items = 2000)]
    pub children: Option<Vec<Node>>,
    /// Leaf: where the points come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Leaf: how the points follow from what is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Leaf: the counts kept by the service that the ratio can be filled from; the agency still declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Feed>,
    /// Leaf: whether a document must prove the declared value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub evidence_required: bool,
    /// Leaf: whether an agency may be exempt, which takes the maximum out of the denominator.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_applicable_allowed: bool,
    /// Guidance in Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub guidance_vi: Option<String>,
    /// Guidance in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub guidance_en: Option<String>,
}

/// For `skip_serializing_if`: containers have no such fields, so `false` is not written.
#[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The rounding that a set declares. Rounding decides ranks, so it is never a constant of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Decimals of points: at the tiers below, in print, and for points set by an appraiser. 0 to 6.
    #[schema(example = 2, maximum = 6)]
    pub decimals: u8,
    /// Decimals of the printed index and score. Absent = `decimals`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 2, maximum = 6)]
    pub index_decimals: Option<u8>,
    /// Which way.
    pub mode: RoundingMode,
    /// Tiers at which points are rounded and the rounded value feeds the parent.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub tiers: Vec<Tier>,
}

impl Rounding {
    /// Decimals of the printed index and score.
    #[must_use]
    pub fn index_decimals(&self) -> u8 {
        self.index_decimals.unwrap_or(self.decimals)
    }
}

/// What places are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankingRule {
    /// Exact or printed scores: for places, bands and means alike.
    pub basis: Basis,
    /// What equal scores get.
    pub ties: Ties,
}

/// A band of the whole set, such as A from 90.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBand {
    /// Code, unique in the set.
    #[schema(example = "A", max_length = 64)]
    pub code: String,
    /// Name in Vietnamese.
    #[schema(example = "Nhóm A", max_length = 4000)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub name_en: Option<String>,
    /// The lowest score that belongs to the band (≥).
    pub from: Points,
}

/// Bonus and penalty points, added to the index after it is computed (design §8.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustments {
    /// The lowest score after adjustment.
    pub floor: Points,
    /// The highest score after adjustment.
    pub ceiling: Points,
    /// What points can be given or taken for.
    #[schema(max_items = 50)]
    pub items: Vec<AdjustmentItem>,
}

/// One reason for bonus or penalty points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentItem {
    /// Code, unique among the adjustments.
    #[schema(example = "bonus-1", max_length = 64)]
    pub code: String,
    /// Bonus or penalty.
    pub kind: AdjustmentKind,
    /// Name in Vietnamese.
    #[schema(max_length = 4000)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub name_en: Option<String>,
    /// The most that counts, as a positive number for a penalty too.
    pub cap: Points,
    /// Amounts are a multiple of this.
    pub step: Points,
}

impl AdjustmentItem {
    /// What counts of an amount: between 0 and the cap.
    #[must_use]
    pub fn counted(&self, amount: Points) -> Points {
        amount.max(Points::ZERO).min(self.cap)
    }
}

code_enum! {
    /// Whether an adjustment adds or takes off.
    pub enum AdjustmentKind {
        /// Added to the index.
        Bonus = "bonus",
        /// Taken off the index.
        Penalty = "penalty",
    }
}

code_enum! {
    /// How the points of the children make the points of their parent.
    #[derive(Default)]
    pub enum Combine {
        /// The sum. The children's maxima add up to the parent's.
        #[default]
        Sum = "sum",
        /// The plain mean. Every child's maximum equals the parent's.
        Mean = "mean",
        /// The mean with weights. Every child's maximum equals the parent's.
        WeightedMean = "weighted_mean",
    }
}

code_enum! {
    /// Where the points of an indicator come from.
    pub enum Source {
        /// Declared by the agency and appraised.
        Assessment = "assessment",
        /// The sociological survey.
        Survey = "survey",
        /// Another official source, entered as points.
        External = "external",
    }
}

code_enum! {
    /// Counts kept by the service that the numerator and denominator of a ratio can be filled from.
    pub enum Feed {
        /// Dossiers received by public post over those received in all channels (Decision 45/2016/QĐ-TTg).
        PublicPostReceived = "public_post.received",
        /// Results returned by public post over those returned in all channels (Decision 45/2016/QĐ-TTg).
        PublicPostReturned = "public_post.returned",
    }
}

code_enum! {
    /// The tier of a node in the tree.
    pub enum Tier {
        /// A leaf, at any depth (tiêu chí thành phần).
        Indicator = "indicator",
        /// A container below a domain (tiêu chí).
        Criterion = "criterion",
        /// A container of the first tier (lĩnh vực).
        Domain = "domain",
        /// The whole set.
        Total = "total",
    }
}

code_enum! {
    /// Which score decides places, bands and means.
    pub enum Basis {
        /// The score to 10⁻⁶.
        Exact = "exact",
        /// The score as printed.
        Printed = "printed",
    }
}

code_enum! {
    /// What equal scores get.
    pub enum Ties {
        /// 1-2-2-4.
        Competition = "competition",
        /// 1-2-2-3.
        Dense = "dense",
        /// 1-2-2-4, with "=2" as the label of a shared place.
        Shared = "shared",
    }
}
