//! How an indicator's points follow, in the few words that fit beside its row.

use crate::{
    formats::xlsx::text_of_decimal,
    scoring::{CompiledLeaf, PercentFloor, Points, Rule, RuleBand},
};

use super::choices::{NO, YES, option_text};

/// The rule of an indicator in Vietnamese, one thing on a line.
pub fn how_to_score(leaf: &CompiledLeaf) -> String {
    let mut lines = match &leaf.rule {
        Rule::Choice { options } => options.iter().map(option_text).collect(),
        Rule::YesNo { yes, no } => vec![
            format!("{YES}: {}", by_hand(*yes)),
            format!("{NO}: {}", by_hand(*no)),
        ],
        Rule::PercentageBands {
            bands,
            zero_denominator,
        } => {
            let mut lines = vec!["Tỷ lệ % = tử số / mẫu số × 100".to_owned()];
            lines.extend(bands.iter().map(|band| band_line(band, "%")));
            lines.extend(zero_denominator.map(|points| format!("Mẫu số bằng 0: {}", by_hand(points))));
            lines
        }
        Rule::CountBands { bands } => {
            let mut lines = vec!["Số lượng".to_owned()];
            lines.extend(bands.iter().map(|band| band_line(band, "")));
            lines
        }
        Rule::Proportional {
            floor,
            zero_denominator,
        } => {
            let mut lines = vec![format!("Tử số / mẫu số × {}", by_hand(leaf.maximum))];
            lines.extend(floor.as_ref().map(floor_line));
            lines.extend(zero_denominator.map(|points| format!("Mẫu số bằng 0: {}", by_hand(points))));
            lines
        }
        Rule::Deduction { per_item, floor } => vec![format!(
            "{} trừ {} cho mỗi trường hợp, còn ít nhất {}",
            by_hand(leaf.maximum),
            by_hand(*per_item),
            by_hand(*floor)
        )],
        Rule::AppraiserPoints { step } => vec![format!(
            "Đề nghị từ 0 đến {}, bước {}",
            by_hand(leaf.maximum),
            by_hand(*step)
        )],
        Rule::Survey { .. } => vec!["Điều tra xã hội học".to_owned()],
        Rule::External {} => vec!["Nguồn số liệu khác".to_owned()],
    };
    if leaf.evidence_required {
        lines.push("(phải có tài liệu hoặc giải trình)".to_owned());
    }
    if leaf.not_applicable_allowed {
        lines.push("(được khai không áp dụng)".to_owned());
    }
    lines.join("\n")
}

fn by_hand(points: Points) -> String {
    text_of_decimal(&points.to_string())
}

fn band_line(band: &RuleBand, unit: &str) -> String {
    let below = if band.from.or(band.above).is_some() {
        "đến dưới"
    } else {
        "dưới"
    };
    let sides = [
        ("từ", band.from),
        ("trên", band.above),
        ("đến", band.to),
        (below, band.below),
    ];
    let borders: Vec<String> = sides
        .into_iter()
        .filter_map(|(word, border)| border.map(|border| format!("{word} {}{unit}", by_hand(border))))
        .collect();
    format!("{}: {}", borders.join(" "), by_hand(band.points))
}

fn floor_line(floor: &PercentFloor) -> String {
    match (floor.from, floor.above) {
        (Some(from), _) => format!("dưới {}%: 0", by_hand(from)),
        (None, Some(above)) => format!("đến {}%: 0", by_hand(above)),
        (None, None) => String::new(),
    }
}
