//! Checks of the tree: shape, codes, maxima, weights, depth, and the two proofs the scorer relies on.

use std::collections::BTreeSet;

use super::super::fault::{FaultCode, Faults};
use super::super::points::Points;
use super::super::range::Applicable;
use super::super::set::{Combine, CriteriaSet, Node, Rounding, Tier};
use super::limits::{DEPTH_MAX, LEAVES_MAX, NODES_MAX};
use super::text::{self, CodeKind};
use super::{rules, settings};

/// Checks all nodes and the root's sums.
pub(super) fn check(set: &CriteriaSet, faults: &mut Faults) {
    let mut walk = Walk {
        faults,
        rounding: &set.rounding,
        codes: BTreeSet::new(),
        nodes: 0,
        leaves: 0,
    };
    check_maximum(walk.faults, "/maximum", set.maximum);
    if set.children.is_empty() {
        no_children(walk.faults, "/children");
    }
    let root = Container {
        maximum: set.maximum,
        combine: set.combine,
        tier: Tier::Total,
        pointer: "",
        depth: 0,
    };
    walk.container(&root, &set.children);
    let (nodes, leaves) = (walk.nodes, walk.leaves);
    for (code, count, limit, vi, en) in [
        (FaultCode::TooManyNodes, nodes, NODES_MAX, "nút", "nodes"),
        (
            FaultCode::TooManyLeaves,
            leaves,
            LEAVES_MAX,
            "tiêu chí thành phần",
            "leaves",
        ),
    ] {
        if count > limit {
            faults.add(
                "/children",
                code,
                format!("Bộ tiêu chí có {count} {vi}, tối đa {limit}."),
                format!("The set has {count} {en}; at most {limit}."),
            );
        }
    }
}

/// What is known while the tree is walked.
struct Walk<'a> {
    faults: &'a mut Faults,
    rounding: &'a Rounding,
    codes: BTreeSet<&'a str>,
    nodes: usize,
    leaves: usize,
}

/// A container as its children see it. The root is one too.
struct Container<'a> {
    maximum: Points,
    combine: Combine,
    tier: Tier,
    pointer: &'a str,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Checks the children, and what they make together. Returns how the applicable maximum can vary.
    fn container(&mut self, parent: &Container<'_>, children: &'a [Node]) -> Applicable {
        let ranges: Vec<Applicable> = children
            .iter()
            .enumerate()
            .map(|(position, child)| {
                self.node(child, parent, &format!("{}/children/{position}", parent.pointer))
            })
            .collect();
        match parent.combine {
            Combine::Sum => self.check_sum(parent, children),
            Combine::Mean | Combine::WeightedMean => self.check_mean(parent, children, &ranges),
        }
        let range = Applicable::of_container(parent.combine, parent.maximum, &ranges);
        self.check_rounding(parent.tier, &range, parent.maximum, parent.pointer);
        range
    }

    fn node(&mut self, node: &'a Node, parent: &Container<'_>, pointer: &str) -> Applicable {
        self.nodes += 1;
        text::code(
            self.faults,
            format!("{pointer}/code"),
            &node.code,
            CodeKind::Strict,
        );
        if !self.codes.insert(&node.code) {
            settings::duplicate_code(self.faults, format!("{pointer}/code"), &node.code);
        }
        text::required(self.faults, format!("{pointer}/name_vi"), &node.name_vi);
        text::optional(self.faults, format!("{pointer}/name_en"), node.name_en.as_deref());
        text::optional(
            self.faults,
            format!("{pointer}/guidance_vi"),
            node.guidance_vi.as_deref(),
        );
        text::optional(
            self.faults,
            format!("{pointer}/guidance_en"),
            node.guidance_en.as_deref(),
        );
        check_maximum(self.faults, &format!("{pointer}/maximum"), node.maximum);
        self.check_weight(node, parent, pointer);
        let depth = parent.depth + 1;
        match (&node.children, &node.rule) {
            (Some(children), None) => {
                self.check_container_fields(node, pointer);
                if depth >= DEPTH_MAX && !children.is_empty() {
                    too_deep(self.faults, pointer);
                    return Applicable::of_leaf(node.maximum, false);
                }
                if children.is_empty() {
                    no_children(self.faults, &format!("{pointer}/children"));
                }
                let tier = if depth == 1 { Tier::Domain } else { Tier::Criterion };
                let combine = node.combine.unwrap_or_default();
                self.container(
                    &Container {
                        maximum: node.maximum,
                        combine,
                        tier,
                        pointer,
                        depth,
                    },
                    children,
                )
            }
            (None, Some(_)) => self.leaf(node, pointer),
            (Some(_), Some(_)) => {
                self.faults.add(
                    pointer,
                    FaultCode::ChildrenAndRule,
                    "Một nút có tiêu chí con hoặc có cách tính điểm, không có cả hai.",
                    "A node has children or a rule, not both.",
                );
                Applicable::of_leaf(node.maximum, false)
            }
            (None, None) => {
                self.faults.add(
                    pointer,
                    FaultCode::NeitherChildrenNorRule,
                    "Thiếu tiêu chí con hoặc cách tính điểm.",
                    "The node has neither children nor a rule.",
                );
                Applicable::of_leaf(node.maximum, false)
            }
        }
    }

    fn leaf(&mut self, node: &Node, pointer: &str) -> Applicable {
        self.leaves += 1;
        if node.combine.is_some() {
            misplaced(self.faults, format!("{pointer}/combine"));
        }
        if let Some(rule) = &node.rule {
            rules::check(rule, node.maximum, &format!("{pointer}/rule"), self.faults);
            if node.feed.is_some() && !rules::takes_ratio(rule) {
                self.faults.add(
                    format!("{pointer}/feed"),
                    FaultCode::FeedRuleMismatch,
                    "Số liệu lấy từ hệ thống (feed) chỉ dùng cho cách tính theo tỷ lệ: proportional, percentage_bands.",
                    "A feed belongs to a rule that takes a ratio: proportional, percentage_bands.",
                );
            }
            match node.source {
                None => self.faults.add(
                    pointer,
                    FaultCode::MissingSource,
                    "Thiếu nguồn điểm (source): assessment, survey hoặc external.",
                    "The source of the points is missing: assessment, survey or external.",
                ),
                Some(source) if source != rules::source_of(rule) => self.faults.add(
                    format!("{pointer}/source"),
                    FaultCode::SourceRuleMismatch,
                    format!(
                        "Cách tính \"{}\" cần nguồn \"{}\".",
                        rule.as_str(),
                        rules::source_of(rule)
                    ),
                    format!(
                        "The rule \"{}\" needs the source \"{}\".",
                        rule.as_str(),
                        rules::source_of(rule)
                    ),
                ),
                Some(_) => {}
            }
        }
        let range = Applicable::of_leaf(node.maximum, node.not_applicable_allowed);
        self.check_rounding(Tier::Indicator, &range, node.maximum, pointer);
        range
    }

    fn check_container_fields(&mut self, node: &Node, pointer: &str) {
        for (field, present) in [
            ("source", node.source.is_some()),
            ("feed", node.feed.is_some()),
            ("evidence_required", node.evidence_required),
            ("not_applicable_allowed", node.not_applicable_allowed),
        ] {
            if present {
                misplaced(self.faults, format!("{pointer}/{field}"));
            }
        }
    }

    fn check_weight(&mut self, node: &Node, parent: &Container<'_>, pointer: &str) {
        let faults = &mut *self.faults;
        match (node.weight, parent.combine) {
            (None, Combine::WeightedMean) => faults.add(
                pointer,
                FaultCode::MissingWeight,
                "Thiếu trọng số: nút cha tính trung bình có trọng số.",
                "The weight is missing: the parent is a weighted mean.",
            ),
            (Some(_), Combine::Sum | Combine::Mean) => faults.add(
                format!("{pointer}/weight"),
                FaultCode::SurplusWeight,
                "Thừa trọng số: nút cha không tính trung bình có trọng số.",
                "The weight is superfluous: the parent is not a weighted mean.",
            ),
            (Some(weight), Combine::WeightedMean) if weight <= Points::ZERO || weight > Points::MAX => faults
                .add(
                    format!("{pointer}/weight"),
                    FaultCode::WeightOutOfRange,
                    "Trọng số phải lớn hơn 0.",
                    "A weight is above 0.",
                ),
            _ => {}
        }
    }

    fn check_sum(&mut self, parent: &Container<'_>, children: &[Node]) {
        let sum: Points = children.iter().map(|child| child.maximum).sum();
        if !children.is_empty() && sum != parent.maximum {
            self.faults.add(
                format!("{}/maximum", parent.pointer),
                FaultCode::MaximaDoNotAddUp,
                format!(
                    "Điểm tối đa là {} nhưng các mục con cộng lại được {sum}.",
                    parent.maximum
                ),
                format!(
                    "The maximum is {} but the children add up to {sum}.",
                    parent.maximum
                ),
            );
        }
    }

    fn check_mean(&mut self, parent: &Container<'_>, children: &[Node], ranges: &[Applicable]) {
        for (position, child) in children.iter().enumerate() {
            if child.maximum != parent.maximum {
                self.faults.add(
                    format!("{}/children/{position}/maximum", parent.pointer),
                    FaultCode::MeanMaximumDiffers,
                    format!(
                        "Tính trung bình: điểm tối đa phải bằng {} của nút cha.",
                        parent.maximum
                    ),
                    format!(
                        "Under a mean the maximum equals the parent's, {}.",
                        parent.maximum
                    ),
                );
            }
        }
        let weights = children.iter().map(|child| child.weight);
        if !Applicable::mean_fits(parent.maximum, weights, ranges) {
            self.faults.add(
                parent.pointer,
                FaultCode::MeanTooFine,
                "Phép trung bình có quá nhiều mẫu số khác nhau để tính chính xác: dùng trọng số tròn hơn, hoặc bớt mục con được phép không áp dụng.",
                "The mean has too many different denominators to stay exact: use rounder weights, or allow not applicable in fewer children.",
            );
        }
    }

    /// Where a tier rounds, every possible applicable maximum must be a rounded number itself: then the points,
    /// which are at most that, can't be rounded above it.
    fn check_rounding(&mut self, tier: Tier, range: &Applicable, maximum: Points, pointer: &str) {
        let unit = Points::unit(self.rounding.decimals);
        if self.rounding.tiers.contains(&tier) && maximum > Points::ZERO && !range.is_in_steps_of(unit) {
            self.faults.add(
                pointer,
                FaultCode::RoundingTooCoarse,
                format!("Làm tròn đến {unit} có thể làm điểm vượt điểm tối đa được áp dụng."),
                format!("Rounding to {unit} could lift points above the maximum that applies."),
            );
        }
    }
}

fn check_maximum(faults: &mut Faults, pointer: &str, maximum: Points) {
    if maximum <= Points::ZERO || maximum > Points::MAX {
        faults.add(
            pointer,
            FaultCode::MaximumOutOfRange,
            "Điểm tối đa phải lớn hơn 0 và không quá 1000000.",
            "A maximum is above 0 and at most 1000000.",
        );
    }
}

fn no_children(faults: &mut Faults, pointer: &str) {
    faults.add(
        pointer,
        FaultCode::NeitherChildrenNorRule,
        "Danh sách tiêu chí con không được trống.",
        "The list of children must not be empty.",
    );
}

fn misplaced(faults: &mut Faults, pointer: String) {
    faults.add(
        pointer,
        FaultCode::MisplacedField,
        "Trường này không dùng cho loại nút này.",
        "This field does not belong on this kind of node.",
    );
}

fn too_deep(faults: &mut Faults, pointer: &str) {
    faults.add(
        pointer,
        FaultCode::TooDeep,
        format!("Cây tiêu chí sâu quá {DEPTH_MAX} cấp."),
        format!("The tree is deeper than {DEPTH_MAX} tiers."),
    );
}
