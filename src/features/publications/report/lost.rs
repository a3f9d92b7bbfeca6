//! Where points were lost: of each node the mean maximum less the mean points, over the ranked agencies to which it applies. Pure.

use super::super::{
    document::{AgencyRecord, Document},
    nodes::{NodeHead, Places},
};
use crate::scoring::{Points, RoundingMode, round_ratio};

/// Decimals of a share in percent.
const SHARE_DECIMALS: u8 = 1;

/// What was lost at a node, as printed. Each number is one exact fraction, rounded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The node.
    pub head: NodeHead,
    /// To how many ranked agencies it applies.
    pub agencies: usize,
    /// How many of them lost something.
    pub losing: usize,
    /// The mean of its maximum.
    pub maximum: String,
    /// The mean of the points.
    pub points: String,
    /// What was lost in the mean.
    pub lost: String,
    /// Its part of all that was lost at these nodes, in percent.
    pub share: String,
    /// All that was lost, in millionths: what nodes are ordered by.
    amount: i128,
}

/// How numbers are printed.
#[derive(Clone, Copy)]
struct Rounded {
    decimals: u8,
    mode: RoundingMode,
}

impl Rounded {
    /// A fraction of millionths.
    fn print(self, numerator: i128, denominator: i128) -> String {
        let unit = i128::from(Points::unit(self.decimals).micro());
        let units = round_ratio(numerator, denominator.saturating_mul(unit), self.mode);
        let micro = units.and_then(|units| i64::try_from(units.saturating_mul(unit)).ok());
        Points::from_micro(micro.unwrap_or(0)).format(self.decimals)
    }
}

#[derive(Default)]
struct Sums {
    agencies: usize,
    losing: usize,
    maximum: i128,
    points: i128,
}

/// What was lost at some nodes, in their order; none where a node applies to nobody.
pub fn lost(document: &Document, heads: Vec<NodeHead>) -> Vec<Lost> {
    let set = document.criteria_set.document.as_ref();
    let mode = set.map(|set| set.rounding.mode).unwrap_or_default();
    let (decimals, _) = document.decimals();
    let places = Places::of(document);
    let ranked: Vec<&AgencyRecord> = document.agencies.iter().filter(|agency| agency.ranked).collect();
    let summed: Vec<(NodeHead, Sums)> = heads
        .into_iter()
        .map(|head| {
            let sums = sum(&places, &ranked, &head.code);
            (head, sums)
        })
        .filter(|(_, sums)| sums.agencies > 0)
        .collect();
    let all: i128 = summed.iter().map(|(_, sums)| sums.maximum - sums.points).sum();
    let points = Rounded { decimals, mode };
    let share = Rounded {
        decimals: SHARE_DECIMALS,
        mode,
    };
    let of = |(head, sums): (NodeHead, Sums)| {
        let amount = sums.maximum - sums.points;
        let n = i128::try_from(sums.agencies).unwrap_or(i128::MAX);
        Lost {
            head,
            agencies: sums.agencies,
            losing: sums.losing,
            maximum: points.print(sums.maximum, n),
            points: points.print(sums.points, n),
            lost: points.print(amount, n),
            share: share.print(amount.saturating_mul(Points::HUNDRED.micro().into()), all),
            amount,
        }
    };
    summed.into_iter().map(of).collect()
}

fn sum(places: &Places, agencies: &[&AgencyRecord], code: &str) -> Sums {
    let figures = agencies.iter().filter_map(|agency| places.figures(agency, code));
    let mut sums = Sums::default();
    for figures in figures.filter(|figures| figures.applies()) {
        sums.agencies += 1;
        sums.losing += usize::from(figures.points < figures.maximum);
        sums.maximum += i128::from(figures.maximum.micro());
        sums.points += i128::from(figures.points.micro());
    }
    sums
}

/// Those at which most was lost, the largest first; of equals the earlier one of the set.
pub fn most(mut lost: Vec<Lost>, count: usize) -> Vec<Lost> {
    lost.retain(|node| node.amount > 0);
    lost.sort_by_key(|node| std::cmp::Reverse(node.amount));
    lost.truncate(count);
    lost
}
