//! The sentences of an explanation, in both languages.
//!
//! Numbers have a decimal point in both: they are the same digits as in the JSON beside them, and a reader who
//! checks one against the other must not stumble over a comma.

use super::compile::CompiledLeaf;
use super::declared::Decision;
use super::explain::{ExplainedAdjustment, ExplainedNode, RoundingEvent};
use super::flags::Flag;
use super::points::Points;
use super::rule_text::rule_sentence;
use super::score::{LeafAnswer, NodeScore, Scorecard};
use super::set::{AdjustmentKind, Combine, CriteriaSet, Source};

/// One sentence in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    pub vi: String,
    pub en: String,
}

impl Sentence {
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// The same in both languages: formulas.
    pub fn same(text: impl Into<String>) -> Self {
        let vi = text.into();
        Self { en: vi.clone(), vi }
    }

    /// Joins another one directly behind.
    pub fn followed_by(mut self, other: Self) -> Self {
        self.vi += &other.vi;
        self.en += &other.en;
        self
    }

    /// Ends with the points: "… → 1 point".
    pub fn then_points(self, points: Points) -> Self {
        let unit = if points == Points::from_micro(1_000_000) {
            "point"
        } else {
            "points"
        };
        self.followed_by(Self::new(
            format!(" → {points} điểm"),
            format!(" → {points} {unit}"),
        ))
    }

    /// Joins sentences with ". ".
    fn list(parts: impl IntoIterator<Item = Self>) -> Self {
        let (vi, en): (Vec<String>, Vec<String>) = parts.into_iter().map(|part| (part.vi, part.en)).unzip();
        Self {
            vi: vi.join(". "),
            en: en.join(". "),
        }
    }
}

/// What was declared, decided and entered for an indicator, and the points that follow.
pub(super) fn leaf_sentence(
    leaf: &CompiledLeaf,
    answer: &LeafAnswer,
    score: &NodeScore,
    rounding: Option<RoundingEvent>,
) -> Sentence {
    let mut parts = Vec::new();
    match &answer.declared {
        Some(declared) => {
            parts.push(Sentence::new("Kê khai: ", "Declared: ").followed_by(rule_sentence(leaf, declared)));
        }
        None if leaf.source == Source::Assessment => {
            parts.push(Sentence::new(
                "Chưa kê khai → 0 điểm",
                "Nothing declared → 0 points",
            ));
        }
        None => {}
    }
    match &answer.decision {
        Some(decision) => parts.push(decision_sentence(leaf, decision, score)),
        None if leaf.source == Source::Assessment || answer.declared.is_some() => {
            parts.push(Sentence::new(
                "Chưa thẩm định, tạm tính 0 điểm",
                "Not yet decided, counts 0 points for now",
            ));
        }
        None => {}
    }
    if leaf.source != Source::Assessment && !score.flags.contains(Flag::NotApplicable) {
        parts.push(entered_sentence(leaf.source, answer.entered));
    }
    if score.flags.contains(Flag::Invalid) {
        parts.push(Sentence::new(
            "Giá trị đã lưu không hợp lệ, tính 0 điểm và chặn công bố",
            "A stored value is not valid: it counts 0 points and blocks publication",
        ));
    }
    parts.extend(
        rounding
            .filter(|event| event.from != event.to)
            .map(rounding_sentence),
    );
    Sentence::list(parts)
}

fn decision_sentence(leaf: &CompiledLeaf, decision: &Decision, score: &NodeScore) -> Sentence {
    let decided = match decision {
        Decision::Recognised {} => {
            let start = Sentence::new("Thẩm định: công nhận", "Decided: recognised");
            if score.flags.contains(Flag::NotApplicable) {
                start
            } else {
                start.then_points(score.before_rounding)
            }
        }
        Decision::Corrected { value } => {
            Sentence::new("Thẩm định: điều chỉnh thành ", "Decided: corrected to ")
                .followed_by(rule_sentence(leaf, value))
        }
        Decision::PointsSet { points } => {
            Sentence::new("Thẩm định: cho điểm trực tiếp", "Decided: points set").then_points(*points)
        }
    };
    if !score.flags.contains(Flag::NotApplicable) {
        return decided;
    }
    decided.followed_by(Sentence::new(
        format!("; điểm tối đa {} không tính vào mẫu số", leaf.maximum),
        format!("; the maximum of {} leaves the denominator", leaf.maximum),
    ))
}

fn entered_sentence(source: Source, entered: Option<Points>) -> Sentence {
    let start = if source == Source::Survey {
        Sentence::new("Điểm điều tra xã hội học", "Survey")
    } else {
        Sentence::new("Điểm từ nguồn khác", "External source")
    };
    match entered {
        Some(points) => start.then_points(points),
        None => start.followed_by(Sentence::new(
            ": chưa có, tạm tính 0 điểm",
            ": missing, counts 0 points for now",
        )),
    }
}

fn rounding_sentence(event: RoundingEvent) -> Sentence {
    let RoundingEvent {
        from,
        to,
        decimals,
        mode,
    } = event;
    Sentence::new(
        format!("Làm tròn đến {decimals} chữ số thập phân ({mode}): {from} → {to}"),
        format!("Rounded to {decimals} decimals ({mode}): {from} → {to}"),
    )
}

/// How the children make the points of a container: "1 + 0.5 = 1.5. Index: 1.5 / 2 × 100 = 75".
pub(super) fn container_sentence(node: &ExplainedNode) -> Sentence {
    let applying: Vec<&ExplainedNode> = node
        .children
        .iter()
        .filter(|child| child.applicable_maximum > Points::ZERO)
        .collect();
    if applying.is_empty() {
        return Sentence::new("Không mục con nào áp dụng", "None of the children applies");
    }
    let before = node.rounding.map_or(node.final_points, |event| event.from);
    let mut parts = vec![match node.combine.unwrap_or_default() {
        Combine::Sum => sum_sentence(&applying, before, node.applicable_maximum),
        Combine::Mean | Combine::WeightedMean => mean_sentence(node, &applying, before),
    }];
    parts.extend(
        node.rounding
            .filter(|event| event.from != event.to)
            .map(rounding_sentence),
    );
    if let Some(index) = node.index {
        let formula = format!(
            "{} / {} × 100 = {index}",
            node.final_points, node.applicable_maximum
        );
        parts.push(Sentence::new(
            format!("Chỉ số: {formula}"),
            format!("Index: {formula}"),
        ));
    }
    Sentence::list(parts)
}

fn sum_sentence(applying: &[&ExplainedNode], sum: Points, applicable_maximum: Points) -> Sentence {
    let join = |column: fn(&ExplainedNode) -> Points| {
        applying
            .iter()
            .map(|child| column(child).to_string())
            .collect::<Vec<_>>()
            .join(" + ")
    };
    let (points, maxima) = (
        join(|child| child.final_points),
        join(|child| child.applicable_maximum),
    );
    Sentence::new(
        format!("Điểm: {points} = {sum}. Điểm tối đa được áp dụng: {maxima} = {applicable_maximum}"),
        format!("Points: {points} = {sum}. Maximum that applies: {maxima} = {applicable_maximum}"),
    )
}

/// "(0.4 × 80 + 0.3 × 60 × 100/90) / (0.4 + 0.3) = …": children that apply in part are converted to the full maximum.
fn mean_sentence(node: &ExplainedNode, applying: &[&ExplainedNode], mean: Points) -> Sentence {
    let term = |child: &&ExplainedNode| {
        let weight = child
            .weight
            .map_or_else(String::new, |weight| format!("{weight} × "));
        let converted = if child.applicable_maximum == node.maximum {
            String::new()
        } else {
            format!(" × {}/{}", node.maximum, child.applicable_maximum)
        };
        format!("{weight}{}{converted}", child.final_points)
    };
    let terms: Vec<String> = applying.iter().map(term).collect();
    let weights: Vec<String> = applying
        .iter()
        .filter_map(|child| child.weight.map(|weight| weight.to_string()))
        .collect();
    let divisor = if weights.is_empty() {
        applying.len().to_string()
    } else {
        format!("({})", weights.join(" + "))
    };
    let formula = format!("({}) / {divisor} = {mean}", terms.join(" + "));
    Sentence::new(
        format!("Trung bình: {formula} (làm tròn một lần đến 6 chữ số thập phân)"),
        format!("Mean: {formula} (rounded once to 6 decimals)"),
    )
}

/// How the score follows from the index: "Index 87.5 + 2 (bonus-1) − 1 (penalty-1) = 88.5. Printed: 88.50".
pub(super) fn score_sentence(
    set: &CriteriaSet,
    card: &Scorecard,
    adjustments: &[ExplainedAdjustment],
) -> Sentence {
    let decimals = set.rounding.index_decimals();
    let printed = card.score_printed.format(decimals);
    let ending = Sentence::new(
        format!(
            "Công bố ({}, {decimals} chữ số thập phân): {printed}",
            set.rounding.mode
        ),
        format!("Printed ({}, {decimals} decimals): {printed}", set.rounding.mode),
    );
    let index = Sentence::new(format!("Chỉ số {}", card.index), format!("Index {}", card.index));
    let Some(limits) = &set.adjustments else {
        return Sentence::list([index, ending]);
    };
    let mut formula = String::new();
    for item in adjustments.iter().filter(|item| item.counted != Points::ZERO) {
        let sign = match item.kind {
            AdjustmentKind::Bonus => '+',
            AdjustmentKind::Penalty => '−',
        };
        formula += &format!(" {sign} {} ({})", item.counted, item.code);
    }
    let sum = card.index + card.adjustment;
    let mut adjusted = index.followed_by(Sentence::same(format!("{formula} = {sum}")));
    if sum != card.score_exact {
        adjusted = adjusted.followed_by(Sentence::new(
            format!(
                ", giới hạn từ {} đến {} → {}",
                limits.floor, limits.ceiling, card.score_exact
            ),
            format!(
                ", kept from {} to {} → {}",
                limits.floor, limits.ceiling, card.score_exact
            ),
        ));
    }
    Sentence::list([adjusted, ending])
}
