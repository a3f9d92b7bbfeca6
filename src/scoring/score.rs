//! [`score`]: from a criteria set and an agency's answers to a [`Scorecard`]. Pure, exact, total.
//!
//! For every node three columns are kept side by side, because the difference between them is what the
//! appraisal is about: self points (from what is declared), appraised points (from what is decided) and final
//! points (appraised, or entered for survey and external sources).

use serde::Serialize;

use super::apply::{decided_points, rule_points};
use super::compile::{CompiledLeaf, CompiledNode, CompiledSet, Shape};
use super::declared::{Applied, Decision, Declared};
use super::flags::{Flag, Flags};
use super::mean::{Term, weighted_mean};
use super::points::Points;
use super::set::{AdjustmentKind, Combine, Source};

/// All that is known about one indicator of one agency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeafAnswer {
    /// What the agency declares.
    pub declared: Option<Declared>,
    /// What the appraisal decides.
    pub decision: Option<Decision>,
    /// Survey or external points.
    pub entered: Option<Points>,
}

/// All answers of one agency. Make it with [`CompiledSet::blank_answers`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// One per indicator, by leaf index. What is missing at the end counts as blank.
    pub leaves: Vec<LeafAnswer>,
    /// One amount per adjustment item of the set, in its order; positive for penalties too.
    pub adjustments: Vec<Points>,
}

impl Answers {
    /// The answer at a leaf index, to fill it in.
    pub fn leaf_mut(&mut self, leaf: usize) -> Option<&mut LeafAnswer> {
        self.leaves.get_mut(leaf)
    }
}

/// The numbers of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct NodeScore {
    /// From declared values. "Not applicable" and undeclared count 0 of the unchanged maximum.
    pub self_points: Points,
    /// From decisions. Undecided counts 0.
    pub appraised_points: Points,
    /// Appraised, or entered for survey and external sources.
    pub final_points: Points,
    /// The final points before tier rounding; equal to them where the node does not round.
    pub before_rounding: Points,
    /// The maxima that apply: what the index is a share of.
    pub applicable_maximum: Points,
    /// Remarks.
    pub flags: Flags,
}

impl NodeScore {
    /// Final points / applicable maximum × 100, rounded once half-even to 10⁻⁶; none when it does not apply.
    ///
    /// Computed when asked for: a score of ten thousand agencies needs few of them.
    #[must_use]
    pub fn index(&self) -> Option<Points> {
        Points::index_of(self.final_points, self.applicable_maximum)
    }
}

/// The result of one agency: numbers and flags only. For people see [`explain`](super::explain()).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scorecard {
    /// One per node of the set, in its order: the root first.
    pub nodes: Vec<NodeScore>,
    /// Final points of the root.
    pub total: Points,
    /// The total as printed.
    pub total_printed: Points,
    /// Self points of the root.
    pub self_total: Points,
    /// Appraised points of the root, without survey and external points.
    pub appraised_total: Points,
    /// Maximum of the set.
    pub maximum: Points,
    /// Maximum that applies to the agency.
    pub applicable_maximum: Points,
    /// Index in percent, to 10⁻⁶. 0 when nothing applies; the root is then flagged.
    pub index: Points,
    /// The index as printed.
    pub index_printed: Points,
    /// Bonus minus penalty, each item at most its cap.
    pub adjustment: Points,
    /// Index plus adjustment, between floor and ceiling of the set: what ranks are made from.
    pub score_exact: Points,
    /// The score as printed.
    pub score_printed: Points,
    /// Flags of the root.
    pub flags: Flags,
    /// Leaf indices that block publication, in document order.
    pub missing: Vec<usize>,
}

impl Scorecard {
    /// The numbers of the node at this index of [`CompiledSet::nodes`].
    #[must_use]
    pub fn node(&self, index: usize) -> Option<&NodeScore> {
        self.nodes.get(index)
    }

    /// Whether nothing blocks publication.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        !self.flags.intersects(Flags::BLOCKING)
    }
}

/// Scores one agency. The same set and answers give the same card, to the byte.
#[must_use]
pub fn score(set: &CompiledSet, answers: &Answers) -> Scorecard {
    let nodes = score_nodes(set, answers);
    let root = nodes.first().copied().unwrap_or_default();
    let rounding = &set.document().rounding;
    let printed = |index: Points| index.round(rounding.index_decimals(), rounding.mode);
    let index = root.index().unwrap_or(Points::ZERO);
    let adjustment = net_adjustment(set, answers);
    let score_exact = match &set.document().adjustments {
        Some(limits) => (index + adjustment).max(limits.floor).min(limits.ceiling),
        None => index,
    };
    Scorecard {
        total: root.final_points,
        total_printed: root.final_points.round(rounding.decimals, rounding.mode),
        self_total: root.self_points,
        appraised_total: root.appraised_points,
        maximum: set.document().maximum,
        applicable_maximum: root.applicable_maximum,
        index,
        index_printed: printed(index),
        adjustment,
        score_exact,
        score_printed: printed(score_exact),
        flags: root.flags,
        missing: blocking_leaves(set, &nodes),
        nodes,
    }
}

/// One backward pass over the pre-order: every child is scored before its parent.
fn score_nodes(set: &CompiledSet, answers: &Answers) -> Vec<NodeScore> {
    let mut scores = vec![NodeScore::default(); set.nodes().len()];
    let (blank, rounding) = (LeafAnswer::default(), &set.document().rounding);
    for (index, node) in set.nodes().iter().enumerate().rev() {
        let mut score = match &node.shape {
            Shape::Leaf { leaf } => set.leaf(*leaf).map_or_else(NodeScore::default, |compiled| {
                score_leaf(compiled, answers.leaves.get(*leaf).unwrap_or(&blank))
            }),
            Shape::Container {
                combine,
                children,
                weights,
            } => score_container(
                set,
                node,
                *combine,
                &Children {
                    scores: &scores,
                    indices: children,
                    weights,
                },
            ),
        };
        score.before_rounding = score.final_points;
        if node.rounds {
            for points in [
                &mut score.self_points,
                &mut score.appraised_points,
                &mut score.final_points,
            ] {
                *points = points.round(rounding.decimals, rounding.mode);
            }
        }
        if let Some(place) = scores.get_mut(index) {
            *place = score;
        }
    }
    scores
}

fn score_leaf(leaf: &CompiledLeaf, answer: &LeafAnswer) -> NodeScore {
    let mut score = NodeScore {
        applicable_maximum: leaf.maximum,
        ..NodeScore::default()
    };
    let declared = answer
        .declared
        .as_ref()
        .map(|declared| rule_points(leaf, declared));
    // Recognising a value means the points just computed: no second application of the rule.
    let decided = match (&answer.decision, &declared) {
        (Some(Decision::Recognised {}), Some(Ok(applied))) => Some(Ok(*applied)),
        (Some(decision), _) => Some(decided_points(leaf, answer.declared.as_ref(), decision)),
        (None, _) => None,
    };
    // Points entered for an assessed indicator have no place in the computation: say so, don't skip them.
    let misplaced = leaf.source == Source::Assessment && answer.entered.is_some();
    if misplaced || matches!(declared, Some(Err(_))) || matches!(decided, Some(Err(_))) {
        score.flags.insert(Flag::Invalid);
    }
    let decided = decided.and_then(Result::ok);
    if let Some(Ok(applied)) = declared {
        score.self_points = applied.points();
    }
    if decided == Some(Applied::NotApplicable) {
        score.applicable_maximum = Points::ZERO;
        score.flags.insert(Flag::NotApplicable);
        return score;
    }
    if leaf.source == Source::Assessment {
        if answer.declared.is_none() {
            score.flags.insert(Flag::Undeclared);
        }
        if answer.decision.is_none() {
            score.flags.insert(Flag::Undecided);
        }
        score.appraised_points = decided.map_or(Points::ZERO, Applied::points);
        score.final_points = score.appraised_points;
    } else {
        enter_points(leaf, answer, &mut score);
    }
    score
}

/// Survey and external points. Such a leaf is declared and decided only to say that it does not apply.
fn enter_points(leaf: &CompiledLeaf, answer: &LeafAnswer, score: &mut NodeScore) {
    if answer.declared.is_some() && answer.decision.is_none() {
        score.flags.insert(Flag::Undecided);
    }
    let missing = if leaf.source == Source::Survey {
        Flag::MissingSurvey
    } else {
        Flag::MissingExternal
    };
    match answer.entered {
        None => score.flags.insert(missing),
        Some(points) if points < Points::ZERO || points > leaf.maximum => score.flags.insert(Flag::Invalid),
        Some(points) => score.final_points = points,
    }
}

/// The children of one container, with their numbers.
#[derive(Clone, Copy)]
struct Children<'a> {
    scores: &'a [NodeScore],
    indices: &'a [usize],
    weights: &'a [i128],
}

impl<'a> Children<'a> {
    fn iter(&self) -> impl Iterator<Item = &'a NodeScore> + Clone {
        let scores = self.scores;
        self.indices.iter().filter_map(move |index| scores.get(*index))
    }
}

fn score_container(
    set: &CompiledSet,
    node: &CompiledNode,
    combine: Combine,
    children: &Children<'_>,
) -> NodeScore {
    let mut score = NodeScore::default();
    let mut any_applies = false;
    for child in children.iter() {
        score.self_points = score.self_points + child.self_points;
        score.appraised_points = score.appraised_points + child.appraised_points;
        score.final_points = score.final_points + child.final_points;
        score.applicable_maximum = score.applicable_maximum + child.applicable_maximum;
        score.flags = score.flags.union(child.flags);
        any_applies |= child.applicable_maximum > Points::ZERO;
    }
    if any_applies {
        score.flags.remove(Flag::NotApplicable);
    }
    if combine != Combine::Sum {
        combine_mean(set, node, children, &mut score);
    }
    score
}

/// Replaces the sums in `score` by means. A child that does not apply drops out and the weights are renormalised;
/// in the self column nothing drops out, because "not applicable" counts only once it is decided.
fn combine_mean(set: &CompiledSet, node: &CompiledNode, children: &Children<'_>, score: &mut NodeScore) {
    let weighted = children.iter().zip(children.weights.iter().copied());
    let own_maximum = |index: &usize| {
        set.nodes()
            .get(*index)
            .map_or(Points::ZERO, |child| child.maximum)
    };
    let self_terms = weighted
        .clone()
        .zip(children.indices)
        .map(|((child, weight), index)| Term {
            weight,
            points: child.self_points,
            applicable_maximum: own_maximum(index),
        });
    let applying = weighted.filter(|(child, _)| child.applicable_maximum > Points::ZERO);
    let decided_terms = |column: fn(&NodeScore) -> Points| {
        applying.clone().map(move |(child, weight)| Term {
            weight,
            points: column(child),
            applicable_maximum: child.applicable_maximum,
        })
    };
    let means = [
        weighted_mean(node.maximum, self_terms),
        weighted_mean(node.maximum, decided_terms(|child| child.appraised_points)),
        weighted_mean(node.maximum, decided_terms(|child| child.final_points)),
    ];
    if means.contains(&None) {
        score.flags.insert(Flag::Invalid);
    }
    [score.self_points, score.appraised_points, score.final_points] = means.map(Option::unwrap_or_default);
    if score.applicable_maximum > Points::ZERO {
        score.applicable_maximum = node.maximum;
    }
}

/// Bonus minus penalty, each amount between 0 and the cap of its item.
fn net_adjustment(set: &CompiledSet, answers: &Answers) -> Points {
    let items = set
        .document()
        .adjustments
        .iter()
        .flat_map(|adjustments| &adjustments.items);
    items
        .zip(&answers.adjustments)
        .map(|(item, amount)| {
            let counted = item.counted(*amount);
            match item.kind {
                AdjustmentKind::Bonus => counted,
                AdjustmentKind::Penalty => -counted,
            }
        })
        .sum()
}

fn blocking_leaves(set: &CompiledSet, nodes: &[NodeScore]) -> Vec<usize> {
    if nodes
        .first()
        .is_none_or(|root| !root.flags.intersects(Flags::BLOCKING))
    {
        return Vec::new();
    }
    let blocks = |leaf: &CompiledLeaf| {
        nodes
            .get(leaf.node)
            .is_some_and(|node| node.flags.intersects(Flags::BLOCKING))
    };
    set.leaves()
        .iter()
        .enumerate()
        .filter(|(_, leaf)| blocks(leaf))
        .map(|(index, _)| index)
        .collect()
}
