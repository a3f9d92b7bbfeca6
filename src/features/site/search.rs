//! Finding agencies by name.

use std::collections::BTreeMap;

use askama::Template;

use super::{frame::Frame, listing::current, off_thread};
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

/// The agencies with published results, by the names under which they are found. Made once for so many publications: a
/// query must not open them all again.
pub struct Index(Vec<Entry>);

struct Entry {
    code: String,
    /// The newest name, in both languages.
    names: [Option<String>; 2],
    /// The title of the newest publication, in both languages.
    titles: [Option<String>; 2],
    /// Every name it was published under, folded.
    keys: Vec<String>,
}

impl Index {
    /// Reads the names of all that nothing has corrected.
    pub async fn load(publications: &Publications) -> AppResult<Self> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        // The newest year first: under its newest name an agency is shown, under any it is found.
        for about in current(publications) {
            let published = publications.get(about.id.as_str()).await?;
            let opened = publications.open(&published).await?;
            entries = off_thread(move || {
                for agency in &opened.document.agencies {
                    let entry = entries.entry(agency.code.to_string()).or_insert_with(|| Entry {
                        code: agency.code.to_string(),
                        names: [Some(agency.name_vi.clone()), agency.name_en.clone()],
                        titles: [Some(about.title_vi.clone()), about.title_en.clone()],
                        keys: Vec::new(),
                    });
                    let names = [Some(agency.name_vi.as_str()), agency.name_en.as_deref()];
                    let key: Vec<String> = names.into_iter().flatten().map(fold).collect();
                    let key = key.join(" ");
                    if !entry.keys.contains(&key) {
                        entry.keys.push(key);
                    }
                }
                Ok(entries)
            })
            .await?;
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort_by_cached_key(|entry| entry.names[0].as_deref().map(fold));
        Ok(Self(entries))
    }
}

impl Search {
    /// The agencies one of whose names holds every word that was typed, with marks or without.
    pub fn of(index: &Index, frame: Frame, query: &str) -> Self {
        let folded = fold(query);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let fits = |entry: &&Entry| {
            let in_key = |key: &String| words.iter().all(|word| key.contains(word));
            !words.is_empty() && entry.keys.iter().any(in_key)
        };
        let pick = |[vi, en]: &[Option<String>; 2]| {
            let picked = frame.pick_some(vi.as_deref(), en.as_deref());
            picked.unwrap_or_default().to_owned()
        };
        let mut found: Vec<Found> = index
            .0
            .iter()
            .filter(fits)
            .take(FOUND_MAX + 1)
            .map(|entry| Found {
                code: entry.code.clone(),
                name: pick(&entry.names),
                latest: pick(&entry.titles),
            })
            .collect();
        let more = found.len() > FOUND_MAX;
        found.truncate(FOUND_MAX);
        Self {
            frame: Frame {
                query: query.to_owned(),
                ..frame
            },
            found,
            more,
        }
    }
}
