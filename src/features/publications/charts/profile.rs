//! One agency's domains against the mean and the best of the publication. Pure.

use super::gather::{Sketch, nothing_to_draw, value_of};
use crate::{
    error::{AppError, AppResult},
    features::publications::views::{EntryView, Print, RankingView},
    formats::{
        Lang,
        chart::{Heading, ProfileBar, ProfileChart, Value},
    },
    scoring::Node,
};

/// The chart of an agency; 404 where the document lacks it or knows no domains.
pub fn profile(sketch: &Sketch<'_>, ranking: &RankingView, code: &str) -> AppResult<ProfileChart> {
    let all = ranking.entries.iter().chain(&ranking.not_ranked);
    let entry = all
        .clone()
        .find(|entry| entry.agency.code.as_str() == code)
        .ok_or_else(AppError::not_found)?;
    let set = sketch.document.criteria_set.document.as_ref();
    let nodes = set.map(|set| set.children.as_slice()).unwrap_or_default();
    if nodes.is_empty() || entry.domains.is_empty() {
        return Err(nothing_to_draw(
            "Công bố này không có điểm theo lĩnh vực nên không có hình này.",
            "This publication holds no points by domain, so there is no such chart.",
        ));
    }
    let words = sketch.words();
    let name = words.name(&entry.agency.name_vi, entry.agency.name_en.as_deref());
    let rows: Vec<ProfileBar> = nodes.iter().map(|node| row(sketch, entry, node)).collect();
    let mut subtitle = vec![sketch.title()];
    subtitle.push(standing(sketch, entry, ranking.entries.len()));
    let heads = [
        name.clone(),
        words.say("Bình quân", "Mean").to_owned(),
        words.say("Cao nhất", "Best").to_owned(),
    ];
    let own = words.say(
        "Điểm của từng lĩnh vực tính bằng phần trăm điểm tối đa; bình quân và cao nhất của các cơ quan được xếp hạng.",
        "Points of each domain in percent of its maximum; the mean and the best of all ranked agencies.",
    );
    let description = described(sketch, &heads, &subtitle, &rows);
    Ok(ProfileChart {
        heading: Heading {
            lang: sketch.lang,
            title: format!(
                "{name}: {}",
                words.say("kết quả theo lĩnh vực", "result by domain")
            ),
            subtitle,
            notes: sketch.notes(vec![own.to_owned()]),
            description,
        },
        heads,
        rows,
    })
}

fn row(sketch: &Sketch<'_>, entry: &EntryView, node: &Node) -> ProfileBar {
    let (words, print) = (sketch.words(), Print::of(sketch.document));
    let own = entry.domains.iter().find(|domain| domain.code == node.code);
    let mut groups = sketch.document.means.by_domain.iter();
    let group = groups.find(|group| group.code == node.code);
    let (_, decimals) = print.decimals();
    ProfileBar {
        name: words.name(&node.name_vi, node.name_en.as_deref()),
        value: own.and_then(|own| own.index.as_ref()).map(Value::new),
        mean: group.map(|group| Value::new(group.mean_printed.format(decimals))),
        best: group.map(|group| Value::new(print.index(group.max))),
    }
}

/// Where the agency stands as a whole.
fn standing(sketch: &Sketch<'_>, entry: &EntryView, ranked: usize) -> String {
    let words = sketch.words();
    let value = value_of(entry).map_or("–".to_owned(), |value| words.number(value));
    let place = match (&entry.place_label, sketch.lang) {
        (Some(place), Lang::Vi) => format!("hạng {place} trong {ranked} cơ quan"),
        (Some(place), Lang::En) => format!("place {place} of {ranked}"),
        (None, Lang::Vi) => "không xếp hạng".to_owned(),
        (None, Lang::En) => "not ranked".to_owned(),
    };
    let year = sketch.document.round.year;
    match sketch.lang {
        Lang::Vi => format!("Năm {year}. Chỉ số chung {value}, {place}"),
        Lang::En => format!("{year}. Overall {value}, {place}"),
    }
}

fn described(sketch: &Sketch<'_>, heads: &[String; 3], subtitle: &[String], rows: &[ProfileBar]) -> String {
    let label = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or("–".to_owned(), |value| value.label(sketch.lang))
    };
    let [own, mean, best] = heads;
    let lines = rows.iter().map(|row| {
        format!(
            "{}: {own} {}, {} {}, {} {}.",
            row.name,
            label(&row.value),
            mean.to_lowercase(),
            label(&row.mean),
            best.to_lowercase(),
            label(&row.best)
        )
    });
    let lines: Vec<String> = lines.collect();
    format!("{}. {}", subtitle.join(". "), lines.join(" "))
}
