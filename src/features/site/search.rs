//! Finding agencies by name.

use std::collections::BTreeMap;

use askama::Template;

use super::{frame::Frame, listing::current};
use crate::{
    error::AppResult,
    features::{agencies::fold, publications::Publications},
};

/// So many are shown.
const FOUND_MAX: usize = 100;
/// Characters of a query that are looked at.
pub const QUERY_MAX: usize = 100;

/// The page of a search.
#[derive(Template)]
#[template(path = "search.html")]
pub struct Search {
    frame: Frame,
    found: Vec<Found>,
    more: bool,
}

struct Found {
    code: String,
    name: String,
    latest: String,
}

impl Search {
    /// The agencies with published results whose names hold every word that was typed, with marks or without.
    pub async fn load(publications: &Publications, frame: Frame, query: &str) -> AppResult<Self> {
        let words: Vec<String> = fold(query)
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        if !words.is_empty() {
            // The newest year first: under its newest name an agency is shown, under any it is found.
            for about in current(publications) {
                let published = publications.get(about.id.as_str()).await?;
                let opened = publications.open(&published).await?;
                for agency in &opened.document.agencies {
                    let key = format!(
                        "{} {}",
                        fold(&agency.name_vi),
                        fold(agency.name_en.as_deref().unwrap_or(""))
                    );
                    if !words.iter().all(|word| key.contains(word.as_str())) {
                        continue;
                    }
                    found.entry(agency.code.to_string()).or_insert_with(|| Found {
                        code: agency.code.to_string(),
                        name: frame.pick(&agency.name_vi, agency.name_en.as_deref()).to_owned(),
                        latest: frame.pick(&about.title_vi, about.title_en.as_deref()).to_owned(),
                    });
                }
            }
        }
        let mut found: Vec<Found> = found.into_values().collect();
        found.sort_by_cached_key(|one| fold(&one.name));
        let more = found.len() > FOUND_MAX;
        found.truncate(FOUND_MAX);
        Ok(Self {
            frame: Frame {
                query: query.to_owned(),
                ..frame
            },
            found,
            more,
        })
    }
}
