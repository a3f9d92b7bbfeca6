//! What publications look like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    document::{Document, PublicationKind},
    part::{FORMS, FormQuery, LabelChoice, LangChoice},
    signing::KEYS_ADDRESS,
    views::PublishedSet,
};
use crate::{
    clock::Moment,
    db::schema::publications,
    ids::{PublicationId, RoundCode, SetCode},
};

/// A publication (công bố): what it is, without its numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sequence": 26, "kind": "computed", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "round": "par-2023-ministries", "year": 2023, "title_vi": "Chỉ số CCHC năm 2023 của các bộ", "title_en": "PAR INDEX 2023, ministries", "notice_vi": null, "notice_en": null, "published_at": "2024-04-17T02:00:00Z", "supersedes": null, "superseded_by": null, "baseline": null, "complete": true, "agencies": 17, "ranked": 17, "mean": "84.38", "links": {"self": "/api/v1/publications/9f86…", "document": "/api/v1/publications/9f86…/document", "signature": "/api/v1/publications/9f86…/signature", "keys": "/.well-known/publication-keys.json", "ranking": "/api/v1/publications/9f86…/ranking", "domains": "/api/v1/publications/9f86…/domains", "agencies": "/api/v1/publications/9f86…/agencies/{code}", "nodes": "/api/v1/publications/9f86…/nodes/{code}", "data": "/api/v1/publications/9f86…/data", "structure": "/api/v1/publications/9f86…/structure", "report": "/api/v1/publications/9f86…/report.docx", "series": "/api/v1/series/par-2023-ministries", "corrections": "/api/v1/publications/9f86…/corrections", "changes": "/api/v1/publications/9f86…/changes", "charts": "/api/v1/publications/9f86…/charts/{chart}.{format}", "agency_charts": "/api/v1/publications/9f86…/agencies/{code}/charts/{chart}.{format}", "forms": [{"suffix": "csv", "type": "text/csv; charset=utf-8; header=present"}]}}))]
pub struct Publication {
    /// SHA-256 of the document.
    pub id: PublicationId,
    /// Counts the publications of this server; later ones have higher numbers.
    pub sequence: i64,
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
    /// When it was published here.
    pub published_at: Moment,
    /// The publication that this one corrects.
    pub supersedes: Option<PublicationId>,
    /// The publication that corrects this one.
    pub superseded_by: Option<PublicationId>,
    /// The publication that changes are against.
    pub baseline: Option<PublicationId>,
    /// Whether every ranked agency is in it; an external table may be partial.
    pub complete: bool,
    /// How many agencies are in it.
    pub agencies: usize,
    /// How many of them have a place.
    pub ranked: usize,
    /// How many were ranked in all: of a partial external table more than have a place in it. For pages alone, since what is published
    /// is served as it was.
    #[serde(skip)]
    pub ranked_units: usize,
    /// The mean of all ranked agencies.
    pub mean: Option<String>,
    /// Where its parts are.
    pub links: Links,
}

/// Addresses of a publication's parts. To those of numbers a point and a suffix of `forms` may be added.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Links {
    /// This.
    #[serde(rename = "self")]
    pub itself: String,
    /// The canonical document.
    pub document: String,
    /// The signature.
    pub signature: String,
    /// The public keys that signatures are checked with.
    pub keys: &'static str,
    /// The ranking.
    pub ranking: String,
    /// The domains of all agencies.
    pub domains: String,
    /// One agency. A template: put the agency's code for `{code}`.
    pub agencies: String,
    /// One domain, criterion or indicator across all agencies. A template as well.
    pub nodes: String,
    /// All nodes of all agencies.
    pub data: String,
    /// The SDMX structure.
    pub structure: String,
    /// The report, a Word document.
    pub report: String,
    /// The family's results through the years.
    pub series: String,
    /// What it corrects, and what corrects it.
    pub corrections: String,
    /// What has changed against the publication that it corrects.
    pub changes: String,
    /// Charts. A template: put the chart's name for `{chart}`, `svg` or `png` for `{format}`.
    pub charts: String,
    /// Charts of one agency. A template as well.
    pub agency_charts: String,
    /// The forms that numbers come in.
    pub forms: Vec<FormLink>,
}

/// A form that numbers come in, by `Accept` or by suffix.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"suffix": "csv", "type": "text/csv; charset=utf-8; header=present"}))]
pub struct FormLink {
    /// What is added to an address behind a point.
    pub suffix: &'static str,
    /// The media type.
    pub r#type: &'static str,
}

impl Links {
    fn of(id: &PublicationId, set: &SetCode) -> Self {
        let itself = format!("/api/v1/publications/{id}");
        let part = |name: &str| format!("{itself}/{name}");
        Self {
            document: part("document"),
            signature: part("signature"),
            keys: KEYS_ADDRESS,
            ranking: part("ranking"),
            domains: part("domains"),
            agencies: part("agencies/{code}"),
            nodes: part("nodes/{code}"),
            data: part("data"),
            structure: part("structure"),
            report: part("report.docx"),
            series: format!("/api/v1/series/{set}"),
            corrections: part("corrections"),
            changes: part("changes"),
            charts: part("charts/{chart}.{format}"),
            agency_charts: part("agencies/{code}/charts/{chart}.{format}"),
            forms: FORMS
                .iter()
                .map(|format| FormLink {
                    suffix: format.suffix(),
                    r#type: format.content_type(),
                })
                .collect(),
            itself,
        }
    }
}

impl Publication {
    /// What a document says of itself.
    pub fn of(row: &PublicationRow, document: &Document) -> Self {
        let placed = document.ranking.iter().filter(|line| line.place.is_some());
        let ranked = placed.count();
        let said = document
            .external
            .as_ref()
            .and_then(|source| source.summary.ranked_units);
        Self {
            links: Links::of(&row.id, &row.criteria_set_code),
            id: row.id.clone(),
            sequence: row.sequence,
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
            published_at: document.published_at,
            supersedes: document.supersedes.clone(),
            superseded_by: None,
            baseline: document.baseline.clone(),
            complete: document.external.as_ref().is_none_or(|source| source.complete),
            agencies: document.agencies.len(),
            ranked,
            ranked_units: said.map_or(ranked, |units| usize::try_from(units).unwrap_or(ranked)),
            mean: document.mean_printed(),
        }
    }
}

/// Which publications to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicationQuery {
    /// Publications on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those of this family of criteria sets.
    pub set: Option<SetCode>,
    /// Only those of this round, or the external table with this code.
    pub round: Option<RoundCode>,
    /// Only those of this year.
    pub year: Option<i32>,
    /// Only computed or only external ones.
    pub kind: Option<PublicationKind>,
    /// The list as it stood at this moment, the corrections known then included.
    pub as_of: Option<Moment>,
    /// Only what was published after this moment, corrections included. Times are cut to seconds: who follows the
    /// publications one by one takes `after`.
    pub updated_after: Option<Moment>,
    /// Only those with a higher sequence number: what is new since the last one that was seen.
    pub after: Option<i64>,
}

/// Whose newest publication is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LatestQuery {
    /// The family of criteria sets.
    #[param(example = "par-2023-ministries")]
    pub set: SetCode,
    /// The latest one at this moment.
    pub as_of: Option<Moment>,
}

/// What of the catalogue is read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CatalogueQuery {
    /// Only this family of criteria sets.
    pub set: Option<SetCode>,
}

/// What a publication is compared with.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// An earlier publication of the same chain of corrections; without it, the one that this one corrects.
    pub against: Option<PublicationId>,
    /// CSV: codes, names or both. Without it all columns are there.
    pub labels: Option<LabelChoice>,
    /// CSV with `labels`: the language of names; Vietnamese by default.
    pub lang: Option<LangChoice>,
}

impl ChangesQuery {
    /// How names are shown.
    pub fn names(&self) -> FormQuery {
        FormQuery {
            labels: self.labels,
            lang: self.lang,
        }
    }
}

/// A publication with all that it corrects and all that correct it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Corrections {
    /// The publication that was asked for.
    pub publication: PublicationId,
    /// The one that stands now.
    pub current: PublicationId,
    /// All of them, the first one first.
    pub data: Vec<Publication>,
}

/// A row of `publications`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = publications, treat_none_as_default_value = false)]
pub struct PublicationRow {
    /// SHA-256 of the document.
    pub id: PublicationId,
    /// Counts the publications.
    pub sequence: i64,
    /// How it came about.
    pub kind: PublicationKind,
    /// The family of the criteria set.
    pub criteria_set_code: SetCode,
    /// The version of the criteria set.
    pub criteria_set_version: Option<i32>,
    /// The round; an external table's own code.
    pub round_code: RoundCode,
    /// The year that is assessed.
    pub year: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The publication that this one corrects.
    pub supersedes_id: Option<PublicationId>,
    /// The publication that changes are against.
    pub baseline_id: Option<PublicationId>,
    /// The canonical text.
    pub document: String,
    /// When it was published here.
    pub published_at: Moment,
    /// Who published it.
    pub published_by: String,
}
