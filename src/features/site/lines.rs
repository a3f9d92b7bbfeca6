//! Lines of rankings as people read them. Pure.

use super::frame::Frame;
use crate::features::publications::{ChangeView, EntryBasis, EntryView};

/// One agency's line.
pub struct Line {
    /// The place as printed; empty where there is none.
    pub place: String,
    /// The agency's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The index.
    pub index: String,
    /// The points.
    pub total: String,
    /// The band.
    pub band: String,
    /// The region.
    pub region: String,
    /// Against the earlier publication.
    pub change: String,
    /// What should be known of the line.
    pub note: Option<String>,
    /// Percent of each domain's maximum.
    pub domains: Vec<String>,
}

/// What stands where nothing is known.
pub const NOTHING: &str = "–";

fn known(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| NOTHING.to_owned())
}

impl Line {
    /// The line of an entry.
    pub fn of(frame: &Frame, entry: &EntryView) -> Self {
        let agency = &entry.agency;
        Self {
            place: entry.place_label.clone().unwrap_or_default(),
            code: agency.code.to_string(),
            name: frame.pick(&agency.name_vi, agency.name_en.as_deref()).to_owned(),
            index: known(entry.score.as_ref().or(entry.index.as_ref())),
            total: entry.total.clone().unwrap_or_default(),
            band: entry.band.clone().unwrap_or_default(),
            region: agency
                .region
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            change: entry
                .change
                .as_ref()
                .map(|change| change_text(frame, change))
                .unwrap_or_default(),
            note: note(frame, entry),
            domains: entry
                .domains
                .iter()
                .map(|domain| known(domain.index.as_ref()))
                .collect(),
        }
    }
}

/// In words and signs: nothing is told by an arrow or a colour alone.
fn change_text(frame: &Frame, change: &ChangeView) -> String {
    let w = frame.w;
    let places = change.place.map(|places| match places {
        0 => w.places_same.to_owned(),
        up if up > 0 => format!("▲ {} {up}", w.places_up),
        down => format!("▼ {} {}", w.places_down, down.unsigned_abs()),
    });
    let index = change.index.as_ref().map(|index| {
        if index.starts_with('-') {
            format!("−{}", index.trim_start_matches('-'))
        } else {
            format!("+{index}")
        }
    });
    let parts: Vec<String> = places.into_iter().chain(index).collect();
    parts.join("; ")
}

fn note(frame: &Frame, entry: &EntryView) -> Option<String> {
    let basis = match entry.basis {
        Some(EntryBasis::Derived) => Some(frame.w.derived),
        Some(EntryBasis::Inferred) => Some(frame.w.inferred),
        Some(EntryBasis::Published) | None => None,
    };
    basis.map(str::to_owned)
}
