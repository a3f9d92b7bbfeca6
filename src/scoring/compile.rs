//! [`CompiledSet`]: a valid criteria set, laid out for scoring.
//!
//! Parse, don't validate: only [`CriteriaSet::compile`] makes one, so whoever holds a `CompiledSet` holds a set
//! without faults. Nodes lie flat in pre-order (root first, each parent before its children), so that one
//! backward pass combines children before their parents, and lookups by code are a map away.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Fault;
use super::points::Points;
use super::range::reduced_weights;
use super::rule::Rule;
use super::score::{Answers, LeafAnswer};
use super::set::{Combine, CriteriaSet, Feed, Node, Source, Tier};

/// A criteria set that has no faults, ready to score.
#[derive(Debug, Clone)]
pub struct CompiledSet {
    document: CriteriaSet,
    nodes: Vec<CompiledNode>,
    leaves: Vec<CompiledLeaf>,
    by_code: BTreeMap<String, usize>,
    not_ranked: BTreeSet<String>,
}

/// A node in its place in the tree. Index 0 is the root, which bears the code and title of the set.
#[derive(Debug, Clone)]
pub struct CompiledNode {
    /// Code, unique in the set (the root's is the code of the set).
    pub code: String,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Tier.
    pub tier: Tier,
    /// Tiers above: 0 for the root.
    pub depth: usize,
    /// The most points it can have.
    pub maximum: Points,
    /// Weight under a weighted mean.
    pub weight: Option<Points>,
    /// Whether points are rounded here and the rounded value feeds the parent.
    pub rounds: bool,
    /// Index of the parent; none for the root.
    pub parent: Option<usize>,
    /// Leaf or container.
    pub shape: Shape,
}

impl CompiledNode {
    /// Indices of the children; none for a leaf.
    #[must_use]
    pub fn children(&self) -> &[usize] {
        match &self.shape {
            Shape::Leaf { .. } => &[],
            Shape::Container { children, .. } => children,
        }
    }
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An indicator.
    Leaf {
        /// Its leaf index.
        leaf: usize,
    },
    /// A node over others.
    Container {
        /// How the children make its points.
        combine: Combine,
        /// Their node indices, in document order.
        children: Vec<usize>,
        /// Their weights as whole numbers in lowest terms; all 1 for a plain mean.
        weights: Vec<i128>,
    },
}

/// An indicator, with all that is needed to check and score an answer.
#[derive(Debug, Clone)]
pub struct CompiledLeaf {
    /// Its node index.
    pub node: usize,
    /// Code, unique in the set.
    pub code: String,
    /// The most points it can have.
    pub maximum: Points,
    /// Where the points come from.
    pub source: Source,
    /// How the points follow.
    pub rule: Rule,
    /// The kept counts that its ratio can be filled from.
    pub feed: Option<Feed>,
    /// Whether a document must prove the declared value.
    pub evidence_required: bool,
    /// Whether an agency may be exempt.
    pub not_applicable_allowed: bool,
    /// Decimals of points set by an appraiser where the rule has no step (`rounding.decimals` of the set).
    pub decimals: u8,
}

impl CriteriaSet {
    /// Checks the document and lays it out for scoring.
    ///
    /// # Errors
    /// Every fault of the document, in document order.
    pub fn compile(self) -> Result<CompiledSet, Vec<Fault>> {
        let faults = self.validate();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut layout = Layout {
            set: &self,
            nodes: Vec::new(),
            leaves: Vec::new(),
        };
        layout.root();
        let Layout { nodes, leaves, .. } = layout;
        let below_root = nodes.iter().enumerate().skip(1);
        let by_code = below_root
            .map(|(index, node)| (node.code.clone(), index))
            .collect();
        let not_ranked = self.not_ranked.iter().cloned().collect();
        Ok(CompiledSet {
            document: self,
            nodes,
            leaves,
            by_code,
            not_ranked,
        })
    }
}

impl CompiledSet {
    /// The document that this was made from.
    #[must_use]
    pub const fn document(&self) -> &CriteriaSet {
        &self.document
    }

    /// All nodes in pre-order, the root first.
    #[must_use]
    pub fn nodes(&self) -> &[CompiledNode] {
        &self.nodes
    }

    /// All indicators in document order.
    #[must_use]
    pub fn leaves(&self) -> &[CompiledLeaf] {
        &self.leaves
    }

    /// The indicator at this leaf index.
    #[must_use]
    pub fn leaf(&self, leaf: usize) -> Option<&CompiledLeaf> {
        self.leaves.get(leaf)
    }

    /// Index of the node with this code (the root has none).
    #[must_use]
    pub fn node_index(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The node with this code.
    #[must_use]
    pub fn node(&self, code: &str) -> Option<&CompiledNode> {
        self.nodes.get(self.node_index(code)?)
    }

    /// Leaf index of the indicator with this code; none for a container.
    #[must_use]
    pub fn leaf_index(&self, code: &str) -> Option<usize> {
        match self.node(code)?.shape {
            Shape::Leaf { leaf } => Some(leaf),
            Shape::Container { .. } => None,
        }
    }

    /// Node indices of the first tier, in document order. Normally the domains; an indicator that stands alone
    /// in the first tier is listed too, so that the parts always make the whole.
    #[must_use]
    pub fn domains(&self) -> &[usize] {
        self.nodes.first().map_or(&[], CompiledNode::children)
    }

    /// Whether the set says that this agency is assessed but not ranked.
    #[must_use]
    pub fn is_not_ranked(&self, agency: &str) -> bool {
        self.not_ranked.contains(agency)
    }

    /// Answers with nothing declared, decided or entered.
    #[must_use]
    pub fn blank_answers(&self) -> Answers {
        let items = self
            .document
            .adjustments
            .as_ref()
            .map_or(0, |adjustments| adjustments.items.len());
        Answers {
            leaves: vec![LeafAnswer::default(); self.leaves.len()],
            adjustments: vec![Points::ZERO; items],
        }
    }
}

/// The flat arrays while they grow.
struct Layout<'a> {
    set: &'a CriteriaSet,
    nodes: Vec<CompiledNode>,
    leaves: Vec<CompiledLeaf>,
}

impl Layout<'_> {
    fn root(&mut self) {
        let set = self.set;
        let root = CompiledNode {
            code: set.code.clone(),
            name_vi: set.title_vi.clone(),
            name_en: set.title_en.clone(),
            tier: Tier::Total,
            depth: 0,
            maximum: set.maximum,
            weight: None,
            rounds: set.rounding.tiers.contains(&Tier::Total),
            parent: None,
            shape: Shape::Leaf { leaf: 0 }, // replaced below, when the children have indices
        };
        self.nodes.push(root);
        self.children(0, 0, set.combine, &set.children);
    }

    fn children(&mut self, parent: usize, depth: usize, combine: Combine, children: &[Node]) {
        let indices = children
            .iter()
            .map(|child| self.node(child, parent, depth + 1))
            .collect();
        let weights = reduced_weights(children.iter().map(|child| child.weight));
        if let Some(node) = self.nodes.get_mut(parent) {
            node.shape = Shape::Container {
                combine,
                children: indices,
                weights,
            };
        }
    }

    fn node(&mut self, node: &Node, parent: usize, depth: usize) -> usize {
        let index = self.nodes.len();
        let tier = match (&node.children, depth) {
            (None, _) => Tier::Indicator,
            (Some(_), 1) => Tier::Domain,
            (Some(_), _) => Tier::Criterion,
        };
        self.nodes.push(CompiledNode {
            code: node.code.clone(),
            name_vi: node.name_vi.clone(),
            name_en: node.name_en.clone(),
            tier,
            depth,
            maximum: node.maximum,
            weight: node.weight,
            rounds: self.set.rounding.tiers.contains(&tier),
            parent: Some(parent),
            shape: Shape::Leaf {
                leaf: self.leaves.len(),
            },
        });
        if let Some(children) = &node.children {
            self.children(index, depth, node.combine.unwrap_or_default(), children);
        } else if let (Some(rule), Some(source)) = (&node.rule, node.source) {
            self.leaves.push(CompiledLeaf {
                node: index,
                code: node.code.clone(),
                maximum: node.maximum,
                source,
                rule: rule.clone(),
                feed: node.feed,
                evidence_required: node.evidence_required,
                not_applicable_allowed: node.not_applicable_allowed,
                decimals: self.set.rounding.decimals,
            });
        }
        index
    }
}
