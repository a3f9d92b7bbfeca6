//! What each agency gained or lost, from the changes that the document holds. Pure.

use super::gather::{Baseline, Sketch, no_baseline, nothing_to_draw};
use crate::{
    error::AppResult,
    features::publications::{document::Change, views::RankingView},
    formats::{
        Lang,
        chart::{ChangeBar, ChangesChart, Heading, Value},
    },
    scoring::Points,
};

/// Agencies at each end of the picture: those that gained most, and those that lost most.
const END_MAX: usize = 50;

/// An agency with its change.
struct Moved<'a> {
    name: String,
    value: Points,
    printed: &'a str,
    places: Option<i64>,
}

/// The chart of changes; 404 where there is nothing to compare with.
pub fn changes(sketch: &Sketch<'_>, ranking: &RankingView) -> AppResult<ChangesChart> {
    let baseline = sketch.baseline.ok_or_else(no_baseline)?;
    let words = sketch.words();
    let (mut moved, mut unknown) = (Vec::new(), Vec::new());
    for (line, entry) in sketch.document.ranking.iter().zip(&ranking.entries) {
        let name = words.name(&entry.agency.name_vi, entry.agency.name_en.as_deref());
        let printed = entry.change.as_ref().and_then(|change| {
            // The index compares whatever the maximum is; points do where the earlier table has no index.
            change.index.as_deref().or(change.points.as_deref())
        });
        match (line.change.and_then(value_of), printed) {
            (Some(value), Some(printed)) => moved.push(Moved {
                name,
                value,
                printed,
                places: line.change.and_then(|change| change.place),
            }),
            _ => unknown.push(name),
        }
    }
    if moved.is_empty() {
        return Err(nothing_to_draw(
            "Công bố được so sánh không có chỉ số của các cơ quan này nên không có hình thay đổi.",
            "The earlier publication holds no index of these agencies, so there is no chart of changes.",
        ));
    }
    // Equal ones stay in the order of the ranking.
    moved.sort_by_key(|one| std::cmp::Reverse(one.value));
    let all = moved.len();
    if all > 2 * END_MAX {
        moved.drain(END_MAX..all - END_MAX);
    }
    let rows: Vec<ChangeBar> = moved
        .iter()
        .map(|one| ChangeBar {
            name: one.name.clone(),
            value: Some(Value::new(signed(one.value, one.printed))),
            places: one.places,
        })
        .collect();
    let mut own = Vec::new();
    if !unknown.is_empty() {
        let head = words.say("Không có số liệu để so sánh: ", "Nothing to compare with: ");
        own.push(format!("{head}{}.", words.list(&unknown)));
    }
    let mut subtitle = vec![against(sketch, baseline)];
    if all > rows.len() {
        subtitle.push(match sketch.lang {
            Lang::Vi => format!("Hình chỉ gồm {END_MAX} cơ quan tăng nhiều nhất và {END_MAX} cơ quan giảm nhiều nhất (hoặc tăng ít nhất) trong {all} cơ quan"),
            Lang::En => format!("Only the {END_MAX} that gained most and the {END_MAX} that gained least or lost most of {all} agencies"),
        });
    }
    let description = described(sketch, &subtitle, &rows, &own);
    Ok(ChangesChart {
        heading: Heading {
            lang: sketch.lang,
            title: sketch.titled("thay đổi so với kỳ trước", "changes"),
            subtitle,
            notes: sketch.notes(own),
            description,
        },
        value_head: words.say("Chỉ số", "Index").to_owned(),
        place_head: words.say("Hạng", "Place").to_owned(),
        rows,
    })
}

fn value_of(change: Change) -> Option<Points> {
    change.index.or(change.points)
}

fn signed(value: Points, printed: &str) -> String {
    if value > Points::ZERO {
        format!("+{printed}")
    } else {
        printed.to_owned()
    }
}

fn against(sketch: &Sketch<'_>, baseline: &Baseline) -> String {
    let title = sketch
        .words()
        .name(&baseline.title_vi, baseline.title_en.as_deref());
    let (year, before) = (sketch.document.round.year, baseline.year);
    match sketch.lang {
        Lang::Vi => format!("Điểm phần trăm, năm {year} so với năm {before} ({title})"),
        Lang::En => format!("Percentage points, {year} against {before} ({title})"),
    }
}

fn described(sketch: &Sketch<'_>, subtitle: &[String], rows: &[ChangeBar], own: &[String]) -> String {
    let words = sketch.words();
    let lines = rows.iter().map(|row| {
        let value = row
            .value
            .as_ref()
            .map_or("–".to_owned(), |value| value.label(sketch.lang));
        let places = row.places.filter(|places| *places != 0).map(|places| {
            let (count, gained) = (places.unsigned_abs(), places > 0);
            match (sketch.lang, gained) {
                (Lang::Vi, true) => format!(", tăng {count} bậc"),
                (Lang::Vi, false) => format!(", giảm {count} bậc"),
                (Lang::En, true) => format!(", up {count}"),
                (Lang::En, false) => format!(", down {count}"),
            }
        });
        format!("{}: {value}{}", row.name, places.unwrap_or_default())
    });
    let lines: Vec<String> = lines.collect();
    let mut said = vec![format!("{}.", subtitle.join(". "))];
    said.push(format!(
        "{}: {}.",
        words.say("Theo mức thay đổi", "By change"),
        lines.join("; ")
    ));
    said.extend(own.iter().cloned());
    said.join(" ")
}
