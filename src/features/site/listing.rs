//! Pages that list publications.

use std::collections::BTreeSet;

use askama::Template;

use super::{frame::Frame, lines::Line, off_thread};
use crate::{
    error::AppResult,
    features::publications::{Publication, PublicationKind, Publications, ranking},
    ids::SetCode,
};

/// Lines of a card on the first page.
const TOP: usize = 5;
/// Publications on the list; older ones are found through the API.
const LISTED_MAX: usize = 1000;

/// The latest results.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    frame: Frame,
    cards: Vec<Card>,
}

struct Card {
    about: Publication,
    top: Vec<Line>,
}

/// All publications, newest year first.
#[derive(Template)]
#[template(path = "publications.html")]
pub struct List {
    frame: Frame,
    all: Vec<Publication>,
}

/// How the index comes about.
#[derive(Template)]
#[template(path = "method.html")]
pub struct Method {
    frame: Frame,
    all: Vec<Publication>,
}

fn is_external(about: &Publication) -> bool {
    about.kind == PublicationKind::External
}

/// Publications that nothing has corrected, the newest year first.
pub fn current(publications: &Publications) -> Vec<Publication> {
    let mut all: Vec<Publication> = publications
        .shelf()
        .all(None)
        .into_iter()
        .filter(|about| about.superseded_by.is_none())
        .collect();
    all.sort_by_key(|about| std::cmp::Reverse((about.year, about.sequence)));
    all
}

impl Home {
    /// The latest publication of each family.
    pub async fn load(publications: &Publications, frame: Frame) -> AppResult<Self> {
        let mut seen: BTreeSet<SetCode> = BTreeSet::new();
        let mut cards = Vec::new();
        for about in current(publications) {
            // A table without lines shows nobody anything.
            if about.agencies == 0 || !seen.insert(about.criteria_set.code.clone()) {
                continue;
            }
            let published = publications.get(about.id.as_str()).await?;
            let opened = publications.open(&published).await?;
            let id = about.id.clone();
            let view = off_thread(move || ranking(&id, &opened.document)).await?;
            let placed = view.entries.iter().filter(|entry| entry.place.is_some());
            let top = placed.take(TOP).map(|entry| Line::of(&frame, entry)).collect();
            cards.push(Card { about, top });
        }
        Ok(Self { frame, cards })
    }
}

impl List {
    /// All publications.
    pub fn load(publications: &Publications, frame: Frame) -> Self {
        let mut all = publications.shelf().all(None);
        all.sort_by_key(|about| std::cmp::Reverse((about.year, about.sequence)));
        all.truncate(LISTED_MAX);
        Self { frame, all }
    }
}

impl Method {
    /// The criteria sets of the publications, each version once.
    pub fn load(publications: &Publications, frame: Frame) -> Self {
        let mut seen = BTreeSet::new();
        let mut all = current(publications);
        all.retain(|about| {
            let set = &about.criteria_set;
            set.version
                .is_some_and(|version| seen.insert((set.code.clone(), version)))
        });
        Self { frame, all }
    }
}
