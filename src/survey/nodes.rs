//! The nodes above the items that have an index: the whole, parts, factors, with their weights.

use std::collections::BTreeMap;

use super::{
    compile::{CompiledItem, ItemPlace},
    instrument::{Instrument, InstrumentFactor},
    validate::WHOLE,
};
use crate::scoring::{Points, code_enum};

/// The weight where none is given.
pub(super) const ONE: Points = Points::from_micro(1_000_000);

/// What the integer weights of a node's items add up to, about, where they are not all equal.
const TERMS_TOTAL: u128 = 10_000;
/// Shares of weights are worked with in 10⁻¹².
const SHARE: u128 = 1_000_000_000_000;

code_enum! {
    /// What stands at a row of an index.
    pub enum NodeKind {
        /// The whole instrument.
        Whole = "whole",
        /// A part.
        Part = "part",
        /// A factor.
        Factor = "factor",
        /// An item.
        Item = "item",
    }
}

/// The whole, a part or a factor in which something counts.
#[derive(Debug, Clone)]
pub struct IndexNode {
    /// Its code; `whole` for the whole.
    pub code: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its weight among its siblings; 1 where none is given.
    pub weight: Points,
    /// Places of the nodes below, for the whole and parts.
    pub children: Vec<usize>,
    /// Places of the items below, for factors.
    pub items: Vec<usize>,
    /// Every item below with its weight in this node as a whole number: all 1 where the weights are equal, otherwise in
    /// ten-thousandths of the node, at least 1. Only the sums for intervals use them.
    pub terms: Vec<(usize, u32)>,
}

/// All nodes, parents before children.
pub(super) fn nodes_of(
    instrument: &Instrument,
    places: &BTreeMap<String, ItemPlace>,
    items: &[CompiledItem],
) -> Vec<IndexNode> {
    let mut nodes = vec![node(WHOLE, NodeKind::Whole, None)];
    for part in &instrument.parts {
        let factors = part
            .factors
            .iter()
            .map(|factor| (factor, counted(factor, places, items)));
        let factors: Vec<_> = factors.filter(|(_, items)| !items.is_empty()).collect();
        if factors.is_empty() {
            continue;
        }
        let at = nodes.len();
        nodes.push(node(&part.code, NodeKind::Part, part.weight));
        adopt(&mut nodes, 0, at);
        for (factor, items) in factors {
            let place = nodes.len();
            let mut below = node(&factor.code, NodeKind::Factor, factor.weight);
            below.items = items;
            nodes.push(below);
            adopt(&mut nodes, at, place);
        }
    }
    for place in 0..nodes.len() {
        let terms = terms_of(&nodes, place, items);
        if let Some(node) = nodes.get_mut(place) {
            node.terms = terms;
        }
    }
    nodes
}

fn node(code: &str, kind: NodeKind, weight: Option<Points>) -> IndexNode {
    IndexNode {
        code: code.to_owned(),
        kind,
        weight: weight.unwrap_or(ONE),
        children: Vec::new(),
        items: Vec::new(),
        terms: Vec::new(),
    }
}

fn adopt(nodes: &mut [IndexNode], parent: usize, child: usize) {
    if let Some(parent) = nodes.get_mut(parent) {
        parent.children.push(child);
    }
}

fn counted(
    factor: &InstrumentFactor,
    places: &BTreeMap<String, ItemPlace>,
    items: &[CompiledItem],
) -> Vec<usize> {
    let found = factor
        .items
        .iter()
        .filter_map(|item| match places.get(&item.code)? {
            ItemPlace::Packed(place) if items.get(*place)?.counted => Some(*place),
            _ => None,
        });
    found.collect()
}

fn terms_of(nodes: &[IndexNode], place: usize, items: &[CompiledItem]) -> Vec<(usize, u32)> {
    let mut shares = Vec::new();
    share_out(nodes, place, SHARE, items, &mut shares);
    let equal = shares
        .windows(2)
        .all(|pair| matches!(pair, [(_, a), (_, b)] if a.abs_diff(*b) <= 1));
    let whole_number = |share: u128| {
        let rounded = (share * TERMS_TOTAL + SHARE / 2) / SHARE;
        if equal {
            1
        } else {
            u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
        }
    };
    shares
        .into_iter()
        .map(|(item, share)| (item, whole_number(share)))
        .collect()
}

/// Gives each item below its part of the share.
fn share_out(
    nodes: &[IndexNode],
    place: usize,
    share: u128,
    items: &[CompiledItem],
    out: &mut Vec<(usize, u128)>,
) {
    let Some(node) = nodes.get(place) else { return };
    let micro = |weight: Points| u128::from(weight.micro().unsigned_abs());
    let weight_of_node = |place: &usize| nodes.get(*place).map_or(0, |node| micro(node.weight));
    let weight_of_item = |place: &usize| items.get(*place).map_or(0, |item| micro(item.weight));
    let part = |weight: u128, total: u128| (share * weight).checked_div(total).unwrap_or(0);
    let total: u128 = node.children.iter().map(weight_of_node).sum();
    for child in &node.children {
        share_out(nodes, *child, part(weight_of_node(child), total), items, out);
    }
    let total: u128 = node.items.iter().map(weight_of_item).sum();
    for item in &node.items {
        out.push((*item, part(weight_of_item(item), total)));
    }
}
