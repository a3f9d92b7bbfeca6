//! One publication: its ranking, its domains, its groups, and where to download it.

use askama::Template;

use super::{
    frame::Frame,
    lines::{Line, NOTHING},
    words::Words,
};
use crate::{
    error::{AppError, AppResult},
    features::publications::{
        GroupView, Opened, Publication, PublicationKind, RankingView, SourceRecord, domains, ranking,
    },
};

/// Lines of a table on one page.
pub const LINES_MAX: usize = 500;

/// The forms that numbers are downloaded in: suffix and what people call it.
pub const FORMS: [(&str, &str); 5] = [
    ("csv", "CSV"),
    ("xlsx", "Excel (XLSX)"),
    ("json", "JSON"),
    ("jsonstat.json", "JSON-stat"),
    ("sdmx.csv", "SDMX-CSV"),
];

/// The page of a publication.
#[derive(Template)]
#[template(path = "publication.html")]
pub struct PublicationPage {
    frame: Frame,
    about: Publication,
    is_external: bool,
    has_method: bool,
    can_compare: bool,
    has_points: bool,
    has_bands: bool,
    has_regions: bool,
    has_changes: bool,
    lines: Vec<Line>,
    not_ranked: Vec<Line>,
    page: usize,
    pages: usize,
    domains: Vec<Domain>,
    groups: Vec<GroupView>,
    sources: Vec<SourceRecord>,
    /// Pictures, and what they show.
    charts: Vec<(&'static str, &'static str)>,
    downloads: Vec<(&'static str, &'static str)>,
    forms: [(&'static str, &'static str); 5],
}

struct Domain {
    name: String,
    mean: String,
}

impl PublicationPage {
    /// The part of a publication that stands on a page; 404 where there is no such page.
    pub fn build(frame: Frame, about: Publication, opened: &Opened, page: usize) -> AppResult<Self> {
        let view = ranking(&about.id, &opened.document)?;
        let pages = view.entries.len().div_ceil(LINES_MAX).max(1);
        if page == 0 || page > pages {
            return Err(AppError::not_found());
        }
        let all_domains = domains(&opened.document, &view);
        let heads: Vec<Domain> = all_domains
            .domains
            .iter()
            .map(|head| Domain {
                name: frame.pick(&head.name_vi, head.name_en.as_deref()).to_owned(),
                mean: head.mean.clone().unwrap_or_else(|| NOTHING.to_owned()),
            })
            .collect();
        let shown = view.entries.iter().skip((page - 1) * LINES_MAX).take(LINES_MAX);
        let w = frame.w;
        Ok(Self {
            charts: charts(&view, w),
            is_external: about.kind == PublicationKind::External,
            has_method: opened.set.is_some(),
            can_compare: opened.set.is_some() && view.entries.len() > 1,
            has_points: any(&view, |entry| entry.total.is_some()),
            has_bands: any(&view, |entry| entry.band.is_some()),
            has_regions: any(&view, |entry| entry.agency.region.is_some()),
            has_changes: any(&view, |entry| entry.change.is_some()),
            lines: shown.map(|entry| Line::of(&frame, entry)).collect(),
            not_ranked: view
                .not_ranked
                .iter()
                .map(|entry| Line::of(&frame, entry))
                .collect(),
            page,
            pages,
            domains: heads,
            sources: view.external.map(|external| external.sources).unwrap_or_default(),
            // One level or one region compares with nothing.
            groups: [view.groups.regions, view.groups.levels]
                .into_iter()
                .filter(|groups| groups.len() > 1)
                .flatten()
                .collect(),
            downloads: vec![
                (w.download_ranking, "ranking"),
                (w.download_domains, "domains"),
                (w.download_data, "data"),
            ],
            forms: FORMS,
            frame,
            about,
        })
    }
}

/// The pictures that there are of a ranking: of indices, and of changes where an earlier publication is known.
fn charts(view: &RankingView, w: &Words) -> Vec<(&'static str, &'static str)> {
    let mut charts = Vec::new();
    if any(view, |entry| entry.index.is_some() && entry.place.is_some()) {
        charts.push(("ranking", w.chart_ranking));
        charts.push(("distribution", w.chart_distribution));
    }
    if any(view, |entry| {
        entry.change.as_ref().is_some_and(|change| change.index.is_some())
    }) {
        charts.push(("changes", w.chart_changes));
    }
    charts
}

fn any(view: &RankingView, has: impl Fn(&crate::features::publications::EntryView) -> bool) -> bool {
    view.entries.iter().any(has)
}
