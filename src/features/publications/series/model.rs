//! What a series looks like in the API.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::{
    document::PublicationKind,
    nodes::NodeHead,
    part::{FormQuery, LabelChoice, LangChoice},
    views::PublishedSet,
};
use crate::{
    clock::Moment,
    features::agencies::AgencyCard,
    ids::{IndicatorCode, PublicationId, SetCode},
    words,
};

words! {
    /// How a year compares with the year before it in the series.
    Comparability {
        /// There is no year before it.
        First = "first",
        /// The same criteria set.
        SameSet = "same_set",
        /// Another version of the set, in which the node is defined as before.
        SameNode = "same_node",
        /// Another version of the set, in which it is another measure: a break.
        OtherVersion = "other_version",
        /// A criteria set of another family: a break.
        OtherFamily = "other_family",
        /// An external table does not say by which version it was measured.
        NotKnown = "not_known",
    }
}

impl Comparability {
    /// Whether it is another measure than the year before.
    pub fn is_break(self) -> bool {
        matches!(self, Self::OtherVersion | Self::OtherFamily)
    }
}

/// Which series to read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// A domain, criterion or indicator; without it, the whole set.
    pub node: Option<IndicatorCode>,
    /// More families of criteria sets, separated by commas, for years that the family itself lacks: at most 5.
    #[param(max_length = 400, example = "par-index-ministries")]
    pub with: Option<String>,
    /// The series as it stood at this moment.
    pub as_of: Option<Moment>,
    /// CSV: codes, names or both. Without it all columns are there.
    pub labels: Option<LabelChoice>,
    /// CSV with `labels`, and JSON-stat: the language of names; Vietnamese by default.
    pub lang: Option<LangChoice>,
}

impl SeriesQuery {
    /// How names are shown.
    pub fn names(&self) -> FormQuery {
        FormQuery {
            labels: self.labels,
            lang: self.lang,
        }
    }
}

/// A series.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"set": "par-index-ministries", "with": [], "node": null, "publications": [{"year": 2023, "publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "kind": "external", "criteria_set": {"code": "par-index-ministries", "version": null}, "round": "par-index-2023-ministries", "title_vi": "PAR INDEX 2023", "title_en": null, "published_at": "2024-04-17T02:00:00Z", "comparability": "first"}], "agencies": [{"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "values": [{"year": 2023, "place": 1, "points": null, "maximum": null, "index": "89.95", "score": null, "status": "A"}]}]}))]
pub struct SeriesView {
    /// The family of criteria sets.
    pub set: SetCode,
    /// The other families that were asked for.
    pub with: Vec<SetCode>,
    /// The node, as it was defined last; null for the whole set.
    pub node: Option<NodeHead>,
    /// The publications, a year each, the first year first.
    pub publications: Vec<SeriesPublication>,
    /// The agencies, by code.
    pub agencies: Vec<SeriesAgency>,
}

/// A year of a series.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"year": 2023, "publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "kind": "external", "criteria_set": {"code": "par-index-ministries", "version": null}, "round": "par-index-2023-ministries", "title_vi": "PAR INDEX 2023", "title_en": null, "published_at": "2024-04-17T02:00:00Z", "comparability": "first"}))]
pub struct SeriesPublication {
    /// The year that is assessed.
    pub year: i32,
    /// The publication.
    pub publication: PublicationId,
    /// How it came about.
    pub kind: PublicationKind,
    /// Its criteria set.
    pub criteria_set: PublishedSet,
    /// The round; an external table's own code.
    pub round: String,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// When it was published here.
    pub published_at: Moment,
    /// How it compares with the year before it in the series.
    pub comparability: Comparability,
}

/// One agency through the years.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SeriesAgency {
    /// The agency, by its last name in the series.
    pub agency: AgencyCard,
    /// Its numbers of the years in which it was assessed.
    pub values: Vec<SeriesValue>,
}

/// One agency's numbers of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"year": 2023, "place": 1, "points": null, "maximum": null, "index": "89.95", "score": null, "status": "A"}))]
pub struct SeriesValue {
    /// The year.
    pub year: i32,
    /// The whole set: place among all.
    pub place: Option<u32>,
    /// Points.
    pub points: Option<String>,
    /// The maximum that applies.
    pub maximum: Option<String>,
    /// Index in percent.
    pub index: Option<String>,
    /// The whole set: index and adjustment.
    pub score: Option<String>,
    /// What should be known of the index, by SDMX's codes: `A` nothing, `B` a break, `E` an estimate, `M` it does not apply,
    /// `O` not known.
    #[schema(example = "A")]
    pub status: &'static str,
}
