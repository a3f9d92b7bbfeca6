//! Self against appraised points as a picture. Pure.

use super::model::{AgencyComparison, Sums};
use crate::{
    error::{AppError, AppResult},
    formats::{
        Lang,
        chart::{Heading, ProfileBar, ProfileChart, ProfileHeads, Value, draw_profile},
    },
    scoring::Points,
};

/// Decimals of the printed percentages.
const DECIMALS: u8 = 2;

/// An agency's domains in percent of what is assessed of them: appraised as bars, self points as strokes.
///
/// # Errors
/// 404 where nothing of the criteria set is assessed.
pub fn draw(view: &AgencyComparison, lang: Lang) -> AppResult<String> {
    let say = |vi: &str, en: &str| match lang {
        Lang::Vi => vi.to_owned(),
        Lang::En => en.to_owned(),
    };
    let name = |vi: &str, en: Option<&str>| match lang {
        Lang::Vi => vi.to_owned(),
        Lang::En => en.unwrap_or(vi).to_owned(),
    };
    let bar = |name: String, sums: &Sums| ProfileBar {
        name,
        value: percent(sums.appraised_points, sums.maximum),
        stroke: percent(sums.self_points, sums.maximum),
        ring: None,
    };
    let sums = &view.sums;
    let mut rows = vec![bar(say("Tất cả", "All"), &sums.sums)];
    rows.extend(
        sums.domains
            .iter()
            .map(|domain| bar(name(&domain.name_vi, domain.name_en.as_deref()), &domain.sums)),
    );
    if rows.iter().all(|row| row.value.is_none()) {
        return Err(AppError::not_found());
    }
    let agency = name(&sums.agency.name_vi, sums.agency.name_en.as_deref());
    let heads = ProfileHeads {
        bar: say("Thẩm định", "Appraised"),
        stroke: say("Tự chấm", "Self-assessed"),
        ring: None,
    };
    let mut notes = vec![say(
        "Điểm của từng lĩnh vực tính bằng phần trăm điểm tối đa của phần được thẩm định.",
        "Points of each domain in percent of the maximum of what is appraised.",
    )];
    if sums.sums.undecided > 0 {
        let undecided = sums.sums.undecided;
        notes.push(say(
            &format!("{undecided} nội dung chưa có kết quả thẩm định, tính 0 điểm."),
            &format!("Not decided yet, and counted as 0: {undecided}."),
        ));
    }
    let chart = ProfileChart {
        heading: Heading {
            lang,
            title: format!(
                "{agency}: {}",
                say("tự chấm và thẩm định", "self-assessed and appraised")
            ),
            subtitle: vec![format!("{}: {}", say("Kỳ", "Round"), view.round)],
            notes,
            description: described(&rows, &heads, lang),
        },
        heads,
        rows,
    };
    draw_profile(&chart).map_err(AppError::internal)
}

fn percent(points: Points, maximum: Points) -> Option<Value> {
    let index = Points::index_of(points, maximum)?;
    Some(Value::new(
        index
            .round(DECIMALS, crate::scoring::RoundingMode::HalfUp)
            .format(DECIMALS),
    ))
}

fn described(rows: &[ProfileBar], heads: &ProfileHeads, lang: Lang) -> String {
    let label = |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), |value| value.label(lang));
    let lines = rows.iter().map(|row| {
        let (bar, stroke) = (label(&row.value), label(&row.stroke));
        format!("{}: {} {bar}, {} {stroke}.", row.name, heads.bar, heads.stroke)
    });
    lines.collect::<Vec<_>>().join(" ")
}
