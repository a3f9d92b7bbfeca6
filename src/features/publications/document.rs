//! The publication document: everything that a published result says, and all that is needed to compute it again.
//!
//! Its RFC 8785 text is what the publication's id is the SHA-256 of (design §8.12). It holds neither its id nor a
//! signature of itself, and neither explanations nor evidence nor persons, but those who signed a submission. A field that is added, dropped or renamed changes every id
//! made from then on: that is what [`FORMAT`] counts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::signature::SignatureRecord;
use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::{AgencyCode, LevelCode, PublicationId, RegionCode, SetCode},
    scoring::{CriteriaSet, Declared, GroupStats, Points},
    words,
};

/// The version of the document's shape.
pub const FORMAT: &str = "parindex-publication/1";

words! {
    /// How a publication came about.
    PublicationKind {
        /// Computed here from a round's answers.
        Computed = "computed",
        /// An earlier published table that was taken in; it may be partial.
        External = "external",
    }
}

words! {
    /// Where a number of an external table comes from.
    EntryBasis {
        /// Printed in a source.
        Published = "published",
        /// Read from the order of a text.
        Inferred = "inferred",
        /// Worked out from other printed numbers.
        Derived = "derived",
    }
}

words! {
    /// What the appraisal decided on an indicator.
    Verdict {
        /// The declared value stands.
        Recognised = "recognised",
        /// Another value replaced it; that one is shown.
        Corrected = "corrected",
        /// The points were set directly.
        PointsSet = "points_set",
    }
}

/// A published result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this shape: `parindex-publication/1`.
    pub format: String,
    /// How it came about.
    pub kind: PublicationKind,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// What a reader must know, in Vietnamese.
    pub notice_vi: Option<String>,
    /// What a reader must know, in English.
    pub notice_en: Option<String>,
    /// The round.
    pub round: DocumentRound,
    /// The criteria set, whole.
    pub criteria_set: DocumentSet,
    /// When it was published here.
    pub published_at: Moment,
    /// The earlier publication that `change` is against.
    pub baseline: Option<PublicationId>,
    /// The publication that this one corrects.
    pub supersedes: Option<PublicationId>,
    /// External tables: where the numbers come from.
    pub external: Option<ExternalSource>,
    /// The agencies with all their numbers, by code.
    pub agencies: Vec<AgencyRecord>,
    /// The places, from the first.
    pub ranking: Vec<RankedRecord>,
    /// Assessed but not ranked, by code.
    pub not_ranked: Vec<RankedRecord>,
    /// Means of all and of groups.
    pub means: Means,
}

/// The round of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentRound {
    /// The round's code; an external table's own code.
    pub code: String,
    /// The year that is assessed.
    pub year: i32,
    /// The agency that ran the round; null for an external table.
    pub owner: Option<AgencyCode>,
}

/// The criteria set of a publication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentSet {
    /// The family.
    pub code: SetCode,
    /// The version; null for an external table.
    pub version: Option<i32>,
    /// SHA-256 of the set's canonical JSON.
    pub digest: Option<String>,
    /// The set itself.
    pub document: Option<CriteriaSet>,
}

/// Where an external table comes from, and what else it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalSource {
    /// The sources.
    pub sources: Vec<SourceRecord>,
    /// Whether every ranked agency is in the table.
    pub complete: bool,
    /// What the person who collected it says about it.
    pub note: Option<String>,
    /// What the sources say of the whole.
    pub summary: Summary,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// Its short name in the notes.
    #[schema(example = "S01")]
    pub code: String,
    /// Its address; null where the only copy stands on a host that nobody should be sent to.
    #[schema(example = "https://example.vn/par-index-2023.htm")]
    pub address: Option<String>,
}

/// What the sources of an external table say of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ranked_units": 17, "mean": "84.38", "maximum": "89.95", "minimum": "78.03"}))]
pub struct Summary {
    /// How many agencies were ranked.
    #[schema(minimum = 1)]
    pub ranked_units: Option<u32>,
    /// The mean.
    pub mean: Option<Points>,
    /// The highest.
    pub maximum: Option<Points>,
    /// The lowest.
    pub minimum: Option<Points>,
}

/// One agency's numbers. An external table knows its index at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyRecord {
    /// The code.
    pub code: AgencyCode,
    /// The name on the last day of the assessed year, in Vietnamese.
    pub name_vi: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// Its level.
    pub level: LevelCode,
    /// Its region.
    pub region: Option<RegionCode>,
    /// Whether it gets a place.
    pub ranked: bool,
    /// Every indicator, in the order of the set.
    pub indicators: Vec<IndicatorRecord>,
    /// Every domain and criterion, in the order of the set.
    pub nodes: Vec<NodeRecord>,
    /// Points of the whole set, to 10⁻⁶.
    pub total: Option<Points>,
    /// The same as printed.
    pub total_printed: Option<Points>,
    /// The maximum that applies.
    pub maximum: Option<Points>,
    /// Index in percent, to 10⁻⁶.
    pub index: Option<Points>,
    /// The same as printed.
    pub index_printed: Option<Points>,
    /// Bonus and penalty amounts as given.
    pub adjustments: Vec<AdjustmentRecord>,
    /// What they come to.
    pub adjustment: Option<Points>,
    /// Index and adjustments, to 10⁻⁶.
    pub score: Option<Points>,
    /// The same as printed.
    pub score_printed: Option<Points>,
    /// Who signed the submission that these numbers stand on. Left out where nobody did, as in documents made before
    /// there were signatures, which keep their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureRecord>,
}

/// One indicator: what counts for it, and who decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorRecord {
    /// The code.
    pub code: String,
    /// The value as decided; null where there is none or points were entered.
    pub value: Option<Declared>,
    /// What was decided.
    pub verdict: Option<Verdict>,
    /// Final points.
    pub points: Points,
    /// The maximum that applies; 0 where it does not apply.
    pub maximum: Points,
    /// The body that decided.
    pub deciding_body: Option<AgencyCode>,
    /// How many answered the survey.
    pub sample_size: Option<i32>,
    /// Where entered points come from.
    pub source: Option<String>,
}

/// One domain or criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRecord {
    /// The code.
    pub code: String,
    /// Final points.
    pub points: Points,
    /// The maximum that applies.
    pub maximum: Points,
    /// points / maximum × 100, to 10⁻⁶; null where nothing applies.
    pub index: Option<Points>,
}

/// A bonus or penalty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRecord {
    /// The item's code.
    pub code: String,
    /// The amount given, positive for a penalty too.
    pub points: Points,
}

/// One agency's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankedRecord {
    /// The agency.
    pub agency: AgencyCode,
    /// Place among all, from 1; null where it has none or it is not known.
    pub place: Option<u32>,
    /// The place as printed.
    pub place_label: Option<String>,
    /// Place within the region.
    pub place_in_region: Option<u32>,
    /// Place within the level.
    pub place_in_level: Option<u32>,
    /// The band.
    pub band: Option<String>,
    /// The first tier.
    pub domains: Vec<NodeRecord>,
    /// Against the baseline.
    pub change: Option<Change>,
    /// External tables: where the numbers come from.
    pub basis: Option<EntryBasis>,
    /// External tables: what was noted.
    pub note: Option<String>,
}

/// The change against an earlier publication, of printed values. A part is null where the earlier one lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Places gained; negative if lost.
    pub place: Option<i64>,
    /// Points gained.
    pub points: Option<Points>,
    /// Index gained.
    pub index: Option<Points>,
}

/// Means over the ranked agencies, on the basis that the set declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Means {
    /// All ranked agencies.
    pub overall: Option<GroupRecord>,
    /// By region.
    pub by_region: Vec<GroupRecord>,
    /// By level of agency.
    pub by_level: Vec<GroupRecord>,
    /// Indices by domain.
    pub by_domain: Vec<GroupRecord>,
}

/// The mean and the ends of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// The group.
    pub code: String,
    /// How many agencies.
    pub n: usize,
    /// The mean, to 10⁻⁶.
    pub mean: Points,
    /// The same as printed.
    pub mean_printed: Points,
    /// The highest.
    pub max: Points,
    /// The lowest.
    pub min: Points,
}

impl From<&GroupStats> for GroupRecord {
    fn from(stats: &GroupStats) -> Self {
        Self {
            code: stats.code.clone(),
            n: stats.n,
            mean: stats.mean,
            mean_printed: stats.mean_printed,
            max: stats.max,
            min: stats.min,
        }
    }
}

impl Document {
    /// Reads a canonical text.
    pub fn parse(text: &str) -> AppResult<Self> {
        serde_json::from_str(text).map_err(AppError::internal)
    }

    /// The agency with a code.
    pub fn agency(&self, code: &str) -> Option<&AgencyRecord> {
        let found = self
            .agencies
            .binary_search_by(|agency| agency.code.as_str().cmp(code));
        found.ok().and_then(|position| self.agencies.get(position))
    }

    /// The line of an agency, ranked or not.
    pub fn line(&self, code: &str) -> Option<&RankedRecord> {
        self.ranking
            .iter()
            .chain(&self.not_ranked)
            .find(|line| line.agency.as_str() == code)
    }

    /// How many decimals points and indices are printed with.
    pub fn decimals(&self) -> (u8, u8) {
        if let Some(set) = &self.criteria_set.document {
            return (set.rounding.decimals, set.rounding.index_decimals());
        }
        // An external table declares none: as many as its finest number needs, at least two.
        let needed = self
            .agencies
            .iter()
            .filter_map(|agency| agency.index)
            .map(|index| {
                (2..6)
                    .find(|decimals| index.is_multiple_of(Points::unit(*decimals)))
                    .unwrap_or(6)
            });
        let decimals = needed.max().unwrap_or(2);
        (decimals, decimals)
    }

    /// The mean as printed.
    pub fn mean_printed(&self) -> Option<String> {
        let (_, decimals) = self.decimals();
        let external = self.external.as_ref().and_then(|source| source.summary.mean);
        self.means
            .overall
            .as_ref()
            .map(|overall| overall.mean_printed)
            .or(external)
            .map(|mean| mean.format(decimals))
    }
}
