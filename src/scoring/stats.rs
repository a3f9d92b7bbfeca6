//! Means of groups: exact sums, rounded once.
//!
//! The national average is the plain mean of the agencies and not of the regional means (`domain.md` §3).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::compile::CompiledSet;
use super::points::Points;
use super::rank::Figures;
use super::rounding::{RoundingMode, round_ratio};
use super::set::{Basis, Rounding};

/// Statistics of the scores of a group, on the basis of the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupStats {
    /// Code of the group: region, level or domain; `all` for the whole round.
    pub code: String,
    /// How many agencies.
    pub n: usize,
    /// Exact sum / n, rounded once half-even to 10⁻⁶.
    pub mean: Points,
    /// The mean as printed.
    pub mean_printed: Points,
    /// The highest.
    pub max: Points,
    /// The lowest.
    pub min: Points,
}

/// Statistics of every group, in order of code. Groups are not empty.
pub(super) fn group_stats(groups: BTreeMap<&str, Vec<Points>>, rounding: &Rounding) -> Vec<GroupStats> {
    groups
        .into_iter()
        .filter_map(|(code, scores)| stats(code, &scores, rounding))
        .collect()
}

/// Statistics of the index of each domain, in order of the set, over the agencies to which it applies.
pub(super) fn domain_stats(set: &CompiledSet, ranked: &[Figures]) -> Vec<GroupStats> {
    let document = set.document();
    let rounding = &document.rounding;
    let on_basis = |index: Points| match document.ranking.basis {
        Basis::Exact => index,
        Basis::Printed => index.round(rounding.index_decimals(), rounding.mode),
    };
    let codes = set
        .domains()
        .iter()
        .filter_map(|index| set.nodes().get(*index))
        .map(|node| &node.code);
    codes
        .enumerate()
        .filter_map(|(position, code)| {
            let indices = ranked
                .iter()
                .filter_map(|figures| figures.domains.get(position)?.index);
            stats(code, &indices.map(on_basis).collect::<Vec<_>>(), rounding)
        })
        .collect()
}

fn stats(code: &str, scores: &[Points], rounding: &Rounding) -> Option<GroupStats> {
    let sum: i128 = scores.iter().map(|score| i128::from(score.micro())).sum();
    let count = i128::try_from(scores.len()).ok()?;
    let mean = round_ratio(sum, count, RoundingMode::HalfEven)?;
    let mean = Points::from_micro(i64::try_from(mean).ok()?);
    Some(GroupStats {
        code: code.to_owned(),
        n: scores.len(),
        mean,
        mean_printed: mean.round(rounding.index_decimals(), rounding.mode),
        max: scores.iter().max().copied()?,
        min: scores.iter().min().copied()?,
    })
}
