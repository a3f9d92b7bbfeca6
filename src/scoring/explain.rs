//! [`explain`](explain()): a scorecard for people. Whoever holds it can recompute every point by hand.

use serde::Serialize;
use utoipa::ToSchema;

use super::compile::{CompiledNode, CompiledSet, Shape};
use super::declared::{Decision, Declared};
use super::explain_text::{Sentence, container_sentence, leaf_sentence, score_sentence};
use super::flags::Flags;
use super::points::Points;
use super::rank::band_of;
use super::rounding::RoundingMode;
use super::rule::Rule;
use super::score::{Answers, LeafAnswer, NodeScore, Scorecard};
use super::set::{AdjustmentKind, Basis, Combine, Source, Tier};

/// The result of one agency with everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Explanation {
    /// Code of the criteria set.
    pub set_code: String,
    /// Version of the criteria set.
    pub set_version: u32,
    /// Final points of the whole set.
    pub total: Points,
    /// The total as printed.
    pub total_printed: Points,
    /// Self points of the whole set.
    pub self_total: Points,
    /// Appraised points, without survey and external points.
    pub appraised_total: Points,
    /// Maximum of the set.
    pub maximum: Points,
    /// Maximum that applies to the agency.
    pub applicable_maximum: Points,
    /// Index in percent, to 10⁻⁶.
    pub index: Points,
    /// The index as printed.
    pub index_printed: Points,
    /// Bonus and penalty items, those without points too.
    pub adjustments: Vec<ExplainedAdjustment>,
    /// Bonus minus penalty.
    pub adjustment: Points,
    /// Index plus adjustment, between floor and ceiling.
    pub score_exact: Points,
    /// The score as printed.
    pub score_printed: Points,
    /// Code of the band that the score falls into.
    pub band: Option<String>,
    /// Remarks on the whole.
    pub flags: Flags,
    /// What blocks publication.
    pub missing: Vec<MissingLeaf>,
    /// How the score follows from the index, in Vietnamese.
    pub calculation_vi: String,
    /// How the score follows from the index, in English.
    pub calculation_en: String,
    /// The tree.
    pub root: ExplainedNode,
}

/// One node with its numbers and how they came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedNode {
    /// Code (the root's is the code of the set).
    pub code: String,
    /// Tier.
    pub tier: Tier,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// The most points it can have.
    pub maximum: Points,
    /// The maxima that apply.
    pub applicable_maximum: Points,
    /// Weight under a weighted mean.
    pub weight: Option<Points>,
    /// Container: how the children make its points.
    pub combine: Option<Combine>,
    /// Leaf: where the points come from.
    pub source: Option<Source>,
    /// Leaf: the rule.
    pub rule: Option<Rule>,
    /// Leaf: what is declared.
    pub declared: Option<Declared>,
    /// Leaf: what is decided.
    pub decision: Option<Decision>,
    /// Leaf: survey or external points.
    pub entered: Option<Points>,
    /// The calculation with its numbers, in Vietnamese.
    pub calculation_vi: String,
    /// The calculation with its numbers, in English.
    pub calculation_en: String,
    /// Self points.
    pub self_points: Points,
    /// Appraised points.
    pub appraised_points: Points,
    /// Final points.
    pub final_points: Points,
    /// Final points / applicable maximum × 100; null when it does not apply.
    pub index: Option<Points>,
    /// The rounding of the final points at this tier; null where the set declares none.
    pub rounding: Option<RoundingEvent>,
    /// Remarks.
    pub flags: Flags,
    /// The nodes below.
    #[schema(no_recursion)]
    pub children: Vec<ExplainedNode>,
}

/// A rounding at a tier, also when it changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoundingEvent {
    /// Before.
    pub from: Points,
    /// After: this feeds the parent.
    pub to: Points,
    /// Decimals kept.
    pub decimals: u8,
    /// Which way.
    pub mode: RoundingMode,
}

/// One bonus or penalty item with its amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedAdjustment {
    /// Code.
    pub code: String,
    /// Bonus or penalty.
    pub kind: AdjustmentKind,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// The most that counts.
    pub cap: Points,
    /// The amount given, positive for a penalty too.
    pub amount: Points,
    /// What counts of it.
    pub counted: Points,
}

/// An indicator that blocks publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingLeaf {
    /// Code.
    pub code: String,
    /// Why.
    pub flags: Flags,
}

/// Explains a scorecard. `answers` and `card` belong together: `card = score(set, answers)`.
#[must_use]
pub fn explain(set: &CompiledSet, answers: &Answers, card: &Scorecard) -> Explanation {
    let document = set.document();
    let adjustments = explained_adjustments(set, answers);
    let sentence = score_sentence(document, card, &adjustments);
    let basis_score = match document.ranking.basis {
        Basis::Exact => card.score_exact,
        Basis::Printed => card.score_printed,
    };
    let missing = card.missing.iter().filter_map(|leaf| {
        let leaf = set.leaf(*leaf)?;
        Some(MissingLeaf {
            code: leaf.code.clone(),
            flags: card.node(leaf.node)?.flags,
        })
    });
    Explanation {
        set_code: document.code.clone(),
        set_version: document.version,
        total: card.total,
        total_printed: card.total_printed,
        self_total: card.self_total,
        appraised_total: card.appraised_total,
        maximum: card.maximum,
        applicable_maximum: card.applicable_maximum,
        index: card.index,
        index_printed: card.index_printed,
        adjustments,
        adjustment: card.adjustment,
        score_exact: card.score_exact,
        score_printed: card.score_printed,
        band: band_of(set, basis_score).map(|band| band.code.clone()),
        flags: card.flags,
        missing: missing.collect(),
        calculation_vi: sentence.vi,
        calculation_en: sentence.en,
        root: Tree {
            set,
            answers,
            card,
            blank: LeafAnswer::default(),
        }
        .node(0),
    }
}

fn explained_adjustments(set: &CompiledSet, answers: &Answers) -> Vec<ExplainedAdjustment> {
    let items = set
        .document()
        .adjustments
        .iter()
        .flat_map(|adjustments| &adjustments.items);
    items
        .enumerate()
        .map(|(position, item)| {
            let amount = answers.adjustments.get(position).copied().unwrap_or_default();
            ExplainedAdjustment {
                code: item.code.clone(),
                kind: item.kind,
                name_vi: item.name_vi.clone(),
                name_en: item.name_en.clone(),
                cap: item.cap,
                amount,
                counted: item.counted(amount),
            }
        })
        .collect()
}

/// What the tree is explained from.
struct Tree<'a> {
    set: &'a CompiledSet,
    answers: &'a Answers,
    card: &'a Scorecard,
    blank: LeafAnswer,
}

impl Tree<'_> {
    /// The node at an index with all below it. The depth is bounded by the validator (6 tiers below the root).
    fn node(&self, index: usize) -> ExplainedNode {
        let score = self.card.node(index).copied().unwrap_or_default();
        let Some(node) = self.set.nodes().get(index) else {
            return empty_node();
        };
        let rounding = &self.set.document().rounding;
        let event = node.rounds.then_some(RoundingEvent {
            from: score.before_rounding,
            to: score.final_points,
            decimals: rounding.decimals,
            mode: rounding.mode,
        });
        let mut explained = numbers(node, &score, event);
        let sentence = match &node.shape {
            Shape::Leaf { leaf } => self.leaf(*leaf, &score, &mut explained),
            Shape::Container {
                combine, children, ..
            } => {
                explained.combine = Some(*combine);
                explained.children = children.iter().map(|child| self.node(*child)).collect();
                container_sentence(&explained)
            }
        };
        explained.calculation_vi = sentence.vi;
        explained.calculation_en = sentence.en;
        explained
    }

    fn leaf(&self, leaf: usize, score: &NodeScore, explained: &mut ExplainedNode) -> Sentence {
        let answer = self.answers.leaves.get(leaf).unwrap_or(&self.blank);
        let Some(leaf) = self.set.leaf(leaf) else {
            return Sentence::default();
        };
        explained.source = Some(leaf.source);
        explained.rule = Some(leaf.rule.clone());
        explained.declared.clone_from(&answer.declared);
        explained.decision.clone_from(&answer.decision);
        explained.entered = answer.entered;
        leaf_sentence(leaf, answer, score, explained.rounding)
    }
}

fn numbers(node: &CompiledNode, score: &NodeScore, rounding: Option<RoundingEvent>) -> ExplainedNode {
    ExplainedNode {
        code: node.code.clone(),
        tier: node.tier,
        name_vi: node.name_vi.clone(),
        name_en: node.name_en.clone(),
        maximum: node.maximum,
        applicable_maximum: score.applicable_maximum,
        weight: node.weight,
        self_points: score.self_points,
        appraised_points: score.appraised_points,
        final_points: score.final_points,
        index: score.index(),
        rounding,
        flags: score.flags,
        ..empty_node()
    }
}

fn empty_node() -> ExplainedNode {
    ExplainedNode {
        code: String::new(),
        tier: Tier::Indicator,
        name_vi: String::new(),
        name_en: None,
        maximum: Points::ZERO,
        applicable_maximum: Points::ZERO,
        weight: None,
        combine: None,
        source: None,
        rule: None,
        declared: None,
        decision: None,
        entered: None,
        calculation_vi: String::new(),
        calculation_en: String::new(),
        self_points: Points::ZERO,
        appraised_points: Points::ZERO,
        final_points: Points::ZERO,
        index: None,
        rounding: None,
        flags: Flags::NONE,
        children: Vec::new(),
    }
}
