//! The ranking and the domains of a publication, as JSON. Pure: from the document alone.
//!
//! Numbers are printed here as the set declares, with all their decimals: `"84.40"`, never `"84.4"`.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::document::{
    AgencyRecord, Document, EntryBasis, ExternalSource, GroupRecord, NodeRecord, PublicationKind,
    RankedRecord,
};
use crate::{
    error::{AppError, AppResult},
    features::agencies::AgencyCard,
    ids::{PublicationId, SetCode},
    scoring::{Points, RoundingMode},
};

/// The criteria set of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "par-2023-ministries", "version": 1}))]
pub struct PublishedSet {
    /// The family.
    pub code: SetCode,
    /// The version; null for an external table.
    pub version: Option<i32>,
}

/// A published ranking.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "kind": "computed", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "round": "par-2023-ministries", "year": 2023, "title_vi": "Chỉ số CCHC năm 2023 của các bộ", "title_en": "PAR INDEX 2023, ministries", "notice_vi": null, "notice_en": null, "baseline": null, "supersedes": null, "mean": "84.38", "entries": [{"place": 1, "place_label": "1", "place_in_region": null, "place_in_level": 1, "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "total": "89.95", "maximum": "100.00", "index": "89.95", "adjustment": "0.00", "score": "89.95", "band": "B", "domains": [{"code": "1", "points": "61.86", "maximum": "68.50", "index": "90.31"}], "change": null}], "not_ranked": [], "groups": {"regions": [], "levels": [{"code": "ministry", "n": 17, "mean": "84.38", "max": "89.95", "min": "78.03"}], "domains": []}, "external": null}))]
pub struct RankingView {
    /// The publication's id.
    pub publication: PublicationId,
    /// How it came about.
    pub kind: PublicationKind,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The round; an external table's own code.
    pub round: String,
    /// The year that is assessed.
    pub year: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// What a reader must know, in Vietnamese.
    pub notice_vi: Option<String>,
    /// The same in English.
    pub notice_en: Option<String>,
    /// The publication that `change` is against.
    pub baseline: Option<PublicationId>,
    /// The publication that this one corrects.
    pub supersedes: Option<PublicationId>,
    /// The mean of all ranked agencies.
    pub mean: Option<String>,
    /// From the first place on.
    pub entries: Vec<EntryView>,
    /// Assessed but not ranked, by code.
    pub not_ranked: Vec<EntryView>,
    /// Means of groups.
    pub groups: GroupsView,
    /// External tables: where the numbers come from.
    pub external: Option<ExternalSource>,
}

/// One agency in a published ranking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Place among all; null where it has none, or a partial external table does not know it.
    pub place: Option<u32>,
    /// The place as printed: `=2` where it is shared.
    pub place_label: Option<String>,
    /// Place within the region.
    pub place_in_region: Option<u32>,
    /// Place within the level of agency.
    pub place_in_level: Option<u32>,
    /// The agency, by its name and region in the assessed year.
    pub agency: AgencyCard,
    /// Points.
    pub total: Option<String>,
    /// The maximum that applies.
    pub maximum: Option<String>,
    /// Index in percent.
    pub index: Option<String>,
    /// Bonus minus penalty.
    pub adjustment: Option<String>,
    /// Index and adjustment: what the place is made from.
    pub score: Option<String>,
    /// The band.
    pub band: Option<String>,
    /// The first tier of the criteria set.
    pub domains: Vec<DomainView>,
    /// Against the baseline; null where it does not know the agency.
    pub change: Option<ChangeView>,
    /// External tables: where the numbers come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<EntryBasis>,
    /// External tables: what was noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One domain of one agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "1", "points": "61.86", "maximum": "68.50", "index": "90.31"}))]
pub struct DomainView {
    /// The code.
    pub code: String,
    /// Points.
    pub points: String,
    /// The maximum that applies.
    pub maximum: String,
    /// Index in percent; null where it does not apply.
    pub index: Option<String>,
}

/// The change against the baseline, of printed values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"place": 2, "points": "1.20", "index": "1.20"}))]
pub struct ChangeView {
    /// Places gained; negative if lost.
    pub place: Option<i64>,
    /// Points gained.
    pub points: Option<String>,
    /// Index gained.
    pub index: Option<String>,
}

/// Means of groups.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct GroupsView {
    /// By region.
    pub regions: Vec<GroupView>,
    /// By level of agency.
    pub levels: Vec<GroupView>,
    /// Indices by domain.
    pub domains: Vec<GroupView>,
}

/// The mean and the ends of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "ministry", "n": 17, "mean": "84.38", "max": "89.95", "min": "78.03"}))]
pub struct GroupView {
    /// The group.
    pub code: String,
    /// How many agencies.
    pub n: usize,
    /// The mean.
    pub mean: String,
    /// The highest.
    pub max: String,
    /// The lowest.
    pub min: String,
}

/// How a document's numbers are printed.
#[derive(Clone, Copy)]
pub struct Print {
    mode: RoundingMode,
    points: u8,
    index: u8,
}

impl Print {
    /// As the document's set declares.
    pub fn of(document: &Document) -> Self {
        let (points, index) = document.decimals();
        let set = document.criteria_set.document.as_ref();
        Self {
            mode: set.map(|set| set.rounding.mode).unwrap_or_default(),
            points,
            index,
        }
    }

    /// Decimals of points and of indices.
    pub fn decimals(self) -> (u8, u8) {
        (self.points, self.index)
    }

    /// Points.
    pub fn points(self, points: Points) -> String {
        points.round(self.points, self.mode).format(self.points)
    }

    /// A percentage.
    pub fn index(self, index: Points) -> String {
        index.round(self.index, self.mode).format(self.index)
    }

    fn domain(self, node: &NodeRecord) -> DomainView {
        DomainView {
            code: node.code.clone(),
            points: self.points(node.points),
            maximum: self.points(node.maximum),
            index: node.index.map(|index| self.index(index)),
        }
    }

    fn group(self, group: &GroupRecord) -> GroupView {
        GroupView {
            code: group.code.clone(),
            n: group.n,
            mean: group.mean_printed.format(self.index),
            max: self.index(group.max),
            min: self.index(group.min),
        }
    }
}

/// An agency's card as its record holds it.
pub fn card(agency: &AgencyRecord) -> AgencyCard {
    AgencyCard {
        code: agency.code.clone(),
        name_vi: agency.name_vi.clone(),
        name_en: agency.name_en.clone(),
        level: agency.level.clone(),
        region: agency.region.clone(),
    }
}

/// The lines of a document, with their agencies.
struct Lines<'a> {
    print: Print,
    agencies: BTreeMap<&'a str, &'a AgencyRecord>,
}

impl Lines<'_> {
    fn entry(&self, line: &RankedRecord) -> AppResult<EntryView> {
        let agency = self
            .agencies
            .get(line.agency.as_str())
            .ok_or_else(|| AppError::internal("a ranking names an agency that the document lacks"))?;
        let print = self.print;
        let points = |points: Option<Points>| points.map(|points| print.points(points));
        Ok(EntryView {
            place: line.place,
            place_label: line.place_label.clone(),
            place_in_region: line.place_in_region,
            place_in_level: line.place_in_level,
            agency: card(agency),
            total: points(agency.total_printed),
            maximum: points(agency.maximum),
            index: agency.index_printed.map(|index| print.index(index)),
            adjustment: points(agency.adjustment),
            score: agency.score_printed.map(|score| print.index(score)),
            band: line.band.clone(),
            domains: line.domains.iter().map(|node| print.domain(node)).collect(),
            change: line.change.map(|change| ChangeView {
                place: change.place,
                points: points(change.points),
                index: change.index.map(|index| print.index(index)),
            }),
            basis: line.basis,
            note: line.note.clone(),
        })
    }
}

/// The ranking of a document.
pub fn ranking(id: &PublicationId, document: &Document) -> AppResult<RankingView> {
    let print = Print::of(document);
    let lines = Lines {
        print,
        agencies: document
            .agencies
            .iter()
            .map(|agency| (agency.code.as_str(), agency))
            .collect(),
    };
    let all = |records: &[RankedRecord]| {
        records
            .iter()
            .map(|line| lines.entry(line))
            .collect::<AppResult<_>>()
    };
    let groups = |groups: &[GroupRecord]| groups.iter().map(|group| print.group(group)).collect();
    Ok(RankingView {
        publication: id.clone(),
        kind: document.kind,
        criteria_set: PublishedSet {
            code: document.criteria_set.code.clone(),
            version: document.criteria_set.version,
        },
        round: document.round.code.clone(),
        year: document.round.year,
        title_vi: document.title_vi.clone(),
        title_en: document.title_en.clone(),
        notice_vi: document.notice_vi.clone(),
        notice_en: document.notice_en.clone(),
        baseline: document.baseline.clone(),
        supersedes: document.supersedes.clone(),
        mean: document.mean_printed(),
        entries: all(&document.ranking)?,
        not_ranked: all(&document.not_ranked)?,
        groups: GroupsView {
            regions: groups(&document.means.by_region),
            levels: groups(&document.means.by_level),
            domains: groups(&document.means.by_domain),
        },
        external: document.external.clone(),
    })
}

/// A domain of the criteria set.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "1", "name_vi": "Điểm thẩm định", "name_en": "Appraised points", "maximum": "68.50", "mean": "87.12"}))]
pub struct DomainHead {
    /// The code.
    pub code: String,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Its maximum.
    pub maximum: String,
    /// The mean of its index over the ranked agencies to which it applies.
    pub mean: Option<String>,
}

/// The domains of every agency.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "domains": [{"code": "1", "name_vi": "Điểm thẩm định", "name_en": "Appraised points", "maximum": "68.50", "mean": "87.12"}], "agencies": [{"place": 1, "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "domains": [{"code": "1", "points": "61.86", "maximum": "68.50", "index": "90.31"}]}]}))]
pub struct DomainsView {
    /// The publication's id.
    pub publication: PublicationId,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The domains, in the order of the set; none for an external table.
    pub domains: Vec<DomainHead>,
    /// The agencies, in the order of the ranking, those without a place at the end.
    pub agencies: Vec<DomainsLine>,
}

/// One agency's domains.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DomainsLine {
    /// Place among all.
    pub place: Option<u32>,
    /// The agency.
    pub agency: AgencyCard,
    /// Its domains.
    pub domains: Vec<DomainView>,
}

/// The domains of a ranking.
pub fn domains(document: &Document, ranking: &RankingView) -> DomainsView {
    let print = Print::of(document);
    let nodes = document
        .criteria_set
        .document
        .iter()
        .flat_map(|set| &set.children);
    let mean = |code: &str| {
        let group = document.means.by_domain.iter().find(|group| group.code == code);
        group.map(|group| group.mean_printed.format(print.index))
    };
    DomainsView {
        publication: ranking.publication.clone(),
        criteria_set: ranking.criteria_set.clone(),
        domains: nodes
            .map(|node| DomainHead {
                code: node.code.clone(),
                name_vi: node.name_vi.clone(),
                name_en: node.name_en.clone(),
                maximum: print.points(node.maximum),
                mean: mean(&node.code),
            })
            .collect(),
        agencies: ranking
            .entries
            .iter()
            .chain(&ranking.not_ranked)
            .map(|entry| DomainsLine {
                place: entry.place,
                agency: entry.agency.clone(),
                domains: entry.domains.clone(),
            })
            .collect(),
    }
}
