//! One agency through the years.

use std::collections::BTreeMap;

use askama::Template;

use super::{
    frame::Frame,
    lines::{Line, NOTHING},
    listing::current,
    off_thread,
};
use crate::{
    error::{AppError, AppResult},
    features::publications::{PartName, Publications, ranking},
};

/// The page of an agency.
#[derive(Template)]
#[template(path = "years.html")]
pub struct Years {
    frame: Frame,
    code: String,
    families: Vec<Family>,
}

struct Family {
    code: String,
    years: Vec<Year>,
}

struct Year {
    year: i32,
    id: String,
    title: String,
    name: String,
    place: String,
    index: String,
    mean: String,
    note: Option<String>,
}

impl Years {
    /// What is published of an agency; 404 where nothing is.
    pub async fn load(publications: &Publications, frame: Frame, code: &str) -> AppResult<Self> {
        let part = PartName::Agency(code.to_owned());
        let mut families: BTreeMap<String, Vec<Year>> = BTreeMap::new();
        let mut name = None;
        for about in current(publications) {
            let published = publications.get(about.id.as_str()).await?;
            if !published.has(&part) {
                continue;
            }
            let opened = publications.open(&published).await?;
            let id = about.id.clone();
            let view = off_thread(move || ranking(&id, &opened.document)).await?;
            let mut entries = view.entries.iter().chain(&view.not_ranked);
            let Some(entry) = entries.find(|entry| entry.agency.code.as_str() == code) else {
                continue;
            };
            let line = Line::of(&frame, entry);
            // The newest year first, so this is the name of today.
            name.get_or_insert_with(|| line.name.clone());
            let place = if line.place.is_empty() {
                NOTHING.to_owned()
            } else {
                format!("{} / {}", line.place, about.ranked_units)
            };
            families
                .entry(about.criteria_set.code.to_string())
                .or_default()
                .push(Year {
                    year: about.year,
                    id: about.id.to_string(),
                    title: frame.pick(&about.title_vi, about.title_en.as_deref()).to_owned(),
                    name: line.name,
                    place,
                    index: line.index,
                    mean: about.mean.clone().unwrap_or_else(|| NOTHING.to_owned()),
                    note: line.note,
                });
        }
        let name = name.ok_or_else(AppError::not_found)?;
        Ok(Self {
            frame: Frame { title: name, ..frame },
            code: code.to_owned(),
            families: families
                .into_iter()
                .map(|(code, years)| Family { code, years })
                .collect(),
        })
    }
}
