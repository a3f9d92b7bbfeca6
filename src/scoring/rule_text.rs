//! The sentence that shows how a rule turned a value into points, with the very numbers that were compared.

use super::apply::{compare_percent, find_band, reaches_floor, rule_points};
use super::compile::CompiledLeaf;
use super::declared::{Applied, Declared};
use super::explain_text::Sentence;
use super::number::MILLION;
use super::points::Points;
use super::quantity::Quantity;
use super::rule::{PercentFloor, Rule, RuleBand};

/// How the rule of an indicator makes points of a value: "a/b = 85/120; a·100 = 8500 ≥ 70·b = 8400 → 1 point".
pub(super) fn rule_sentence(leaf: &CompiledLeaf, declared: &Declared) -> Sentence {
    let points = match rule_points(leaf, declared) {
        Ok(Applied::Points(points)) => points,
        Ok(Applied::NotApplicable) => return Sentence::new("không áp dụng", "not applicable"),
        Err(fault) => return Sentence::new(fault.message_vi, fault.message_en),
    };
    let how = match (&leaf.rule, declared) {
        (Rule::Choice { options }, Declared::Option { option }) => {
            let chosen = options.iter().find(|known| known.code == *option);
            let label_vi = chosen.map_or("", |chosen| chosen.label_vi.as_str());
            let label_en = chosen
                .and_then(|chosen| chosen.label_en.as_deref())
                .unwrap_or(label_vi);
            Sentence::new(format!("{label_vi} ({option})"), format!("{label_en} ({option})"))
        }
        (_, Declared::YesNo { yes: true }) => Sentence::new("có", "yes"),
        (_, Declared::YesNo { yes: false }) => Sentence::new("không", "no"),
        (
            rule,
            Declared::Ratio {
                numerator,
                denominator,
            },
        ) => ratio(leaf, rule, *numerator, *denominator, points),
        (Rule::CountBands { bands }, Declared::Count { count }) => count_band(bands, *count),
        (Rule::Deduction { per_item, floor }, Declared::Count { count }) => {
            deduction(leaf.maximum, *per_item, *floor, *count)
        }
        (Rule::AppraiserPoints { step }, Declared::Points { points }) => Sentence::new(
            format!("đề nghị {points} (từ 0 đến {}, bước {step})", leaf.maximum),
            format!(
                "{points} proposed (from 0 to {}, in steps of {step})",
                leaf.maximum
            ),
        ),
        _ => Sentence::default(),
    };
    how.then_points(points)
}

fn ratio(leaf: &CompiledLeaf, rule: &Rule, a: Quantity, b: Quantity, points: Points) -> Sentence {
    if b == Quantity::ZERO {
        return Sentence::new(
            "a/b = 0/0; mẫu số bằng 0, theo quy định riêng",
            "a/b = 0/0; the denominator is 0, for which the rule states its own points",
        );
    }
    let fraction = Sentence::same(format!("a/b = {a}/{b}; "));
    match rule {
        Rule::PercentageBands { bands, .. } => {
            let comparison = find_band(bands, |border| compare_percent(a, b, border))
                .map_or_else(Sentence::default, |band| percent_band(band, a, b));
            fraction.followed_by(comparison)
        }
        Rule::Proportional { floor, .. } => {
            let reached = reaches_floor(a, b, floor.as_ref());
            let floor = floor
                .as_ref()
                .map_or_else(Sentence::default, |floor| percent_floor(floor, a, b, reached));
            let share = if reached {
                proportion(a, b, leaf.maximum, points)
            } else {
                Sentence::default()
            };
            fraction.followed_by(floor).followed_by(share)
        }
        _ => fraction,
    }
}

/// "a·100 = 8500 ≥ 70·b = 8400 and ≤ 90·b = 10800"
fn percent_band(band: &RuleBand, a: Quantity, b: Quantity) -> Sentence {
    borders(&format!("a·100 = {}", hundredfold(a)), band, |border| {
        format!("{border}·b = {}", times(border, b))
    })
}

/// "3 ≥ 2 and < 5"
fn count_band(bands: &[RuleBand], count: u32) -> Sentence {
    let micro = i64::from(count) * MILLION;
    find_band(bands, |border| micro.cmp(&border.micro())).map_or_else(Sentence::default, |band| {
        borders(&count.to_string(), band, |border| border.to_string())
    })
}

/// A value with the borders of its band, in words of comparison.
fn borders(value: &str, band: &RuleBand, write: impl Fn(Points) -> String) -> Sentence {
    let sides = [
        ("≥", band.from),
        (">", band.above),
        ("≤", band.to),
        ("<", band.below),
    ];
    let sides: Vec<String> = sides
        .into_iter()
        .filter_map(|(sign, border)| border.map(|border| format!("{sign} {}", write(border))))
        .collect();
    Sentence::new(
        format!("{value} {}", sides.join(" và ")),
        format!("{value} {}", sides.join(" and ")),
    )
}

fn percent_floor(floor: &PercentFloor, a: Quantity, b: Quantity, reached: bool) -> Sentence {
    let (sign, border) = match (floor.from, floor.above) {
        (Some(from), _) if reached => ("≥", from),
        (Some(from), _) => ("<", from),
        (None, Some(above)) if reached => (">", above),
        (None, Some(above)) => ("≤", above),
        (None, None) => return Sentence::default(),
    };
    let comparison = format!(
        "a·100 = {} {sign} {border}·b = {}",
        hundredfold(a),
        times(border, b)
    );
    let (vi, en) = if reached {
        ("; ", "; ")
    } else {
        (", dưới mức sàn", ", below the floor")
    };
    Sentence::new(format!("{comparison}{vi}"), format!("{comparison}{en}"))
}

/// "85 × 2 / 120 = 1.416667, rounded half-even to 6 decimals"
fn proportion(a: Quantity, b: Quantity, maximum: Points, points: Points) -> Sentence {
    let product = i128::from(a.micro()) * i128::from(maximum.micro());
    let exact = product == i128::from(points.micro()) * i128::from(b.micro());
    if exact {
        return Sentence::same(format!("{a} × {maximum} / {b} = {points}"));
    }
    Sentence::new(
        format!("{a} × {maximum} / {b} ≈ {points} (làm tròn một lần đến 6 chữ số thập phân, nửa về số chẵn)"),
        format!("{a} × {maximum} / {b} ≈ {points} (rounded once to 6 decimals, half to even)"),
    )
}

fn deduction(maximum: Points, per_item: Points, floor: Points, count: u32) -> Sentence {
    let left = i128::from(maximum.micro()) - i128::from(count) * i128::from(per_item.micro());
    let result = decimal(left, 6);
    let formula = format!("{maximum} − {count} × {per_item} = {result}");
    if left >= i128::from(floor.micro()) {
        return Sentence::same(formula);
    }
    Sentence::new(
        format!("{formula}, dưới mức sàn {floor}"),
        format!("{formula}, below the floor of {floor}"),
    )
}

/// a·100, exactly.
fn hundredfold(a: Quantity) -> String {
    decimal(i128::from(a.micro()) * 100, 6)
}

/// border·b, exactly: six decimals times six decimals are twelve.
fn times(border: Points, b: Quantity) -> String {
    decimal(i128::from(border.micro()) * i128::from(b.micro()), 12)
}

/// A whole number of 10⁻ᵖˡᵃᶜᵉˢ, written without superfluous zeros.
fn decimal(value: i128, places: u32) -> String {
    let unit = 10_u128.pow(places);
    let magnitude = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (magnitude / unit, magnitude % unit);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let decimals = format!("{rest:0width$}", width = places as usize);
    format!("{sign}{whole}.{}", decimals.trim_end_matches('0'))
}
