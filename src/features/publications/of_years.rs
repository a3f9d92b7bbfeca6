//! The results of some years in a few words: what a review of those years tells of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    document::{Document, RankedRecord},
    store,
};
use crate::{
    db::Conn,
    error::AppResult,
    ids::{AgencyCode, PublicationId},
};

/// How many agencies are named at each end.
const ENDS: usize = 3;

/// An agency with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"place": "1", "agency": "moj", "name_vi": "Bộ Tư pháp", "index": "89.95"}))]
pub struct PlacedAgency {
    /// The place as printed.
    pub place: Option<String>,
    /// The agency.
    pub agency: AgencyCode,
    /// Its name in the publication.
    pub name_vi: String,
    /// Its index as printed.
    pub index: Option<String>,
}

/// The result of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "year": 2023, "title_vi": "Chỉ số cải cách hành chính năm 2023", "mean": "84.38", "agencies": 17, "first": [], "last": []}))]
pub struct YearResult {
    /// The publication's id.
    pub publication: PublicationId,
    /// The year that it is about.
    pub year: i32,
    /// Its title.
    pub title_vi: String,
    /// The mean as printed.
    pub mean: Option<String>,
    /// How many agencies are in it.
    pub agencies: usize,
    /// Those at the top, from the first.
    pub first: Vec<PlacedAgency>,
    /// Those at the end that are not at the top, the last one last.
    pub last: Vec<PlacedAgency>,
}

/// The results of some years, both included, oldest first; without those that were corrected.
pub fn of_years(conn: &mut Conn, years: (i32, i32)) -> AppResult<Vec<YearResult>> {
    let ids = store::standing_of(conn, years)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(document) = store::find_document(conn, &id)? {
            found.push(result(id, &document));
        }
    }
    Ok(found)
}

fn result(publication: PublicationId, document: &Document) -> YearResult {
    let placed: Vec<&RankedRecord> = document
        .ranking
        .iter()
        .filter(|line| line.place.is_some())
        .collect();
    let (_, decimals) = document.decimals();
    let show = |line: &&RankedRecord| {
        let agency = document.agency(line.agency.as_str());
        PlacedAgency {
            place: line.place_label.clone(),
            agency: line.agency.clone(),
            name_vi: agency.map_or_else(|| line.agency.to_string(), |agency| agency.name_vi.clone()),
            index: agency
                .and_then(|agency| agency.index_printed.or(agency.index))
                .map(|index| index.format(decimals)),
        }
    };
    let first = placed.len().min(ENDS);
    let last = placed.len().saturating_sub(ENDS).max(first);
    YearResult {
        publication,
        year: document.round.year,
        title_vi: document.title_vi.clone(),
        mean: document.mean_printed(),
        agencies: document.agencies.len(),
        first: placed.iter().take(first).map(show).collect(),
        last: placed.iter().skip(last).map(show).collect(),
    }
}
