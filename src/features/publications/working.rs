//! A round's ranking as it would be published now. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    build::Content,
    document::Document,
    publish::{Announcement, document_of},
    views::{self, EntryView, GroupsView, PublishedSet},
};
use crate::{
    clock::Moment,
    error::AppResult,
    features::{rounds::Phase, scores::RoundResult},
    ids::{PublicationId, RoundCode},
};

/// A ranking that may still change.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "phase": "appraisal", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "year": 2023, "complete": false, "open_items": 3, "baseline": null, "mean": "84.38", "entries": [], "not_ranked": [], "groups": {"regions": [], "levels": [], "domains": []}}))]
pub struct WorkingRanking {
    /// The round.
    pub round: RoundCode,
    /// Where it stands.
    pub phase: Phase,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The year that is assessed.
    pub year: i32,
    /// Whether nothing blocks the way to the council.
    pub complete: bool,
    /// Items that are not decided, or whose points are not entered; they count 0.
    pub open_items: usize,
    /// The publication that `change` is against.
    pub baseline: Option<PublicationId>,
    /// The mean of all ranked agencies.
    pub mean: Option<String>,
    /// From the first place on.
    pub entries: Vec<EntryView>,
    /// Assessed but not ranked, by code.
    pub not_ranked: Vec<EntryView>,
    /// Means of groups.
    pub groups: GroupsView,
}

/// The ranking of a result, by the same path as a publication's, against an earlier publication if one is named.
pub fn working_ranking(
    result: &RoundResult,
    baseline: Option<(PublicationId, Document)>,
    now: Moment,
) -> AppResult<WorkingRanking> {
    let mut content = Content::of(result)?;
    let mut said = Announcement::default();
    if let Some((id, document)) = baseline {
        content.compare(&document);
        said.baseline = Some(id);
    }
    let (document, texts) = document_of(result, content, said, None, now);
    let (_, id) = document.canonical_of(&texts)?;
    let view = views::ranking(&id, &document)?;
    let open_items: usize = result
        .agencies
        .iter()
        .map(|agency| agency.scorecard.missing.len())
        .sum();
    Ok(WorkingRanking {
        round: result.round.code.clone(),
        phase: result.round.phase,
        criteria_set: view.criteria_set,
        year: view.year,
        complete: open_items == 0,
        open_items,
        baseline: view.baseline,
        mean: view.mean,
        entries: view.entries,
        not_ranked: view.not_ranked,
        groups: view.groups,
    })
}
