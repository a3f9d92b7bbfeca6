//! Indices, shares and their 95 % intervals from counts. Exact whole numbers; each result is rounded once to 10⁻⁶.
//!
//! # What is computed
//! The index of an item is a ratio, R = Σ W·T / Σ W·M over strata: T the worth of the answers, M the answers that count,
//! W what a response stands for. A factor, a part and the whole are weighted means of the indices below, as the instrument
//! weighs them; what nobody answered is left out of a mean.
//!
//! The interval is R ± 1.959964·√Var with the variance of a linearised ratio in a stratified sample (Cochran, Sampling
//! Techniques, 1977, §6.11; Särndal, Swensson, Wretman, Model Assisted Survey Sampling, 1992, §5.5, §5.6):
//! Var = Σ W²·(1 − n/N)·n/(n − 1)·[Σe² − (Σe)²/n] / (Σ W·M)², e = t − R·m for each response. For nodes above the items t and m
//! are summed over their items with whole-number weights ([`super::IndexNode::terms`]): they are kept as five sums
//! ([`super::Sums`]), so that no response is read again. A row that takes only some channels of a stratum is a domain: n is
//! that of the whole stratum, and the others have e = 0. The ends stop at 0 and 100.
//!
//! The sums above the items answer for the composite ratio Σ W·T / Σ W·M. With few gaps it is the weighted mean; where an
//! item that counts is asked of a few only, the interval of its factor is somewhat narrow.

use super::{
    compile::{CompiledInstrument, CompiledItem},
    counts::{Cell, CountPlan, Sums},
    design::SampleDesign,
    nodes::IndexNode,
    wide::Wide,
};
use crate::scoring::{Points, RoundingMode, round_ratio};

/// Ratios are worked with in millionths inside a variance.
pub(super) const RATIO: i128 = 1_000_000;
/// The two-sided 95 % point of the normal distribution, in millionths.
const Z_MICRO: u128 = 1_959_964;

/// An index and its interval, in percent. None where nothing was answered, or where one response tells nothing of a spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figure {
    /// The index.
    pub index: Option<Points>,
    /// Lower end of the 95 % interval.
    pub low: Option<Points>,
    /// Upper end of the 95 % interval.
    pub high: Option<Points>,
}

/// The figures of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFigures {
    /// Persons who answered it.
    pub n: u64,
    /// The share of each option among them, in percent, weighted as the design says; empty if there are none.
    pub shares: Vec<Points>,
    /// Its index, where it counts.
    pub figure: Figure,
}

/// The figures of one row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFigures {
    /// Responses.
    pub n: u64,
    /// In the order of [`CompiledInstrument::nodes`].
    pub nodes: Vec<Figure>,
    /// In the order of [`CompiledInstrument::items`].
    pub items: Vec<ItemFigures>,
}

/// A survey round's instrument and design, ready to estimate rows.
#[derive(Clone, Copy, Debug)]
pub struct Estimator<'a> {
    /// The instrument.
    pub instrument: &'a CompiledInstrument,
    /// How it is counted.
    pub plan: &'a CountPlan,
    /// The sample design.
    pub design: &'a SampleDesign,
}

/// T and M of a ratio, weighted and added up.
#[derive(Debug, Clone, Copy, Default)]
struct Ratio {
    t: u128,
    m: u128,
}

impl Ratio {
    fn add(&mut self, weight: u128, sums: &Sums) {
        self.t = self.t.saturating_add(weight.saturating_mul(sums.t));
        self.m = self.m.saturating_add(weight.saturating_mul(sums.m));
    }

    /// In `unit`s, half-even; `full` is what full marks are.
    fn times(self, unit: u128, full: u128) -> Option<i128> {
        let numerator = i128::try_from(self.t.checked_mul(unit)?).ok()?;
        let denominator = i128::try_from(self.m.checked_mul(full)?).ok()?;
        round_ratio(numerator, denominator, RoundingMode::HalfEven)
    }
}

impl Estimator<'_> {
    /// The figures of a row that is made of these cells: the stratum of each and its counts.
    #[must_use]
    pub fn row(&self, cells: &[(usize, &Cell)]) -> RowFigures {
        let mut sorted: Vec<(usize, usize, &Cell)> = cells
            .iter()
            .map(|(stratum, cell)| (self.design.group_of(*stratum), *stratum, *cell))
            .collect();
        sorted.sort_by_key(|(group, stratum, _)| (*group, *stratum));
        let items = self.instrument.items().iter().enumerate();
        let items: Vec<ItemFigures> = items
            .map(|(place, item)| self.item(place, item, &sorted))
            .collect();
        let nodes = self.instrument.nodes();
        let mut figures = vec![Figure::default(); nodes.len()];
        // Children stand behind their parents.
        for (place, node) in nodes.iter().enumerate().rev() {
            let index = mean_index(node, nodes, &figures, &items, self.instrument);
            let sums_of = |cell: &Cell| cell.sums.get(place).copied().unwrap_or_default();
            let mut ratio = Ratio::default();
            for (_, stratum, cell) in &sorted {
                ratio.add(self.design.weight_micro(*stratum), &sums_of(cell));
            }
            let full = u128::from(self.instrument.value_scale());
            let half = self.half_width(&sorted, ratio, sums_of, full);
            if let Some(figure) = figures.get_mut(place) {
                *figure = with_interval(index, half);
            }
        }
        RowFigures {
            n: cells.iter().map(|(_, cell)| cell.n).sum(),
            nodes: figures,
            items,
        }
    }

    fn item(&self, place: usize, item: &CompiledItem, cells: &[(usize, usize, &Cell)]) -> ItemFigures {
        let mut options = vec![0_u128; item.options.len()];
        let (mut persons, mut weighted_persons) = (0_u64, 0_u128);
        for (_, stratum, cell) in cells {
            let weight = self.design.weight_micro(*stratum);
            let (counts, answered) = self.plan.options_at(cell, place);
            persons += answered;
            weighted_persons += weight * u128::from(answered);
            for (sum, count) in options.iter_mut().zip(counts) {
                *sum += weight * u128::from(*count);
            }
        }
        let share = |sum: u128| {
            let ratio = Ratio {
                t: sum,
                m: weighted_persons,
            };
            ratio
                .times(100_000_000, 1)
                .and_then(|micro| i64::try_from(micro).ok())
                .map(Points::from_micro)
        };
        let shares = options.iter().filter_map(|sum| share(*sum)).collect();
        if !item.counted {
            return ItemFigures {
                n: persons,
                shares,
                figure: Figure::default(),
            };
        }
        let mut ratio = Ratio::default();
        for (option, sum) in item.options.iter().zip(&options) {
            if let Some(worth) = option.worth {
                ratio.t += sum * u128::from(worth);
                ratio.m += sum;
            }
        }
        let range = u128::from(item.range);
        let index = percent(ratio.times(100_000_000, range));
        let sums_of = |cell: &Cell| item_sums(item, self.plan.options_at(cell, place).0);
        let half = self.half_width(cells, ratio, sums_of, range);
        ItemFigures {
            n: persons,
            shares,
            figure: with_interval(index, half),
        }
    }

    /// Half of the interval in millionths of a percent; none where there is no variance to be had.
    fn half_width(
        &self,
        cells: &[(usize, usize, &Cell)],
        ratio: Ratio,
        sums_of: impl Fn(&Cell) -> Sums,
        full: u128,
    ) -> Option<i64> {
        let in_millionths = ratio.times(RATIO.unsigned_abs(), 1)?;
        let mut variance = Wide::default();
        for group in cells.chunk_by(|(a, ..), (b, ..)| a == b) {
            let mut sums = Sums::default();
            for (.., cell) in group {
                sums.merge(&sums_of(cell));
            }
            if sums.m == 0 {
                continue;
            }
            let (at, ..) = group.first()?;
            let known = self.design.group(*at)?;
            let spread = spread(&sums, in_millionths, known.valid)?;
            variance = variance.plus(Wide::product(known.coefficient?, spread));
        }
        // √Var is root / (10⁶·ΣWM·full); z is in millionths and a percent has 10⁸ millionths.
        let divisor = ratio.m.checked_mul(full)?.checked_mul(20_000)?;
        let doubled = Wide::product(variance.root(), 2 * Z_MICRO).plus(Wide::product(divisor, 1).halved());
        i64::try_from(doubled.over(divisor)?).ok()
    }
}

/// The five sums of an item, from the counts of its options.
fn item_sums(item: &CompiledItem, counts: &[u32]) -> Sums {
    // 32 bits times 32 bits fit into 64, and what all options of an item hold fits into 32 again: only squares need more.
    let (mut t, mut m, mut tt) = (0_u64, 0_u64, 0_u128);
    for (option, count) in item.options.iter().zip(counts) {
        if let Some(worth) = option.worth.map(u64::from) {
            let of_option = worth * u64::from(*count);
            t = t.saturating_add(of_option);
            m = m.saturating_add(u64::from(*count));
            tt = tt.saturating_add(u128::from(worth) * u128::from(of_option));
        }
    }
    let (t, m) = (u128::from(t), u128::from(m));
    Sums {
        t,
        m,
        tt,
        tm: t,
        mm: m,
    }
}

/// Σe² − (Σe)²/n for e = t − R·m, in 10⁻¹²; `ratio` is R in millionths. Rounded down.
pub(super) fn spread(sums: &Sums, ratio: i128, valid: u64) -> Option<u128> {
    // A stratum's sums are small as a rule, and dividing 128 bits takes several times as long as all the rest.
    let small = |sum: u128| i64::try_from(sum).ok();
    let narrow = || {
        let terms = Terms {
            t: small(sums.t)?,
            m: small(sums.m)?,
            tt: small(sums.tt)?,
            tm: small(sums.tm)?,
            mm: small(sums.mm)?,
        };
        spread_narrow(&terms, i64::try_from(ratio).ok()?, i64::try_from(valid).ok()?)
    };
    narrow().or_else(|| spread_wide(sums, ratio, i128::from(valid)))
}

/// The five sums in 64 bits.
struct Terms {
    t: i64,
    m: i64,
    tt: i64,
    tm: i64,
    mm: i64,
}

/// [`spread`] in 64 bits; none where they are too few.
fn spread_narrow(sums: &Terms, ratio: i64, valid: i64) -> Option<u128> {
    const RATIO: i64 = 1_000_000;
    let squares = sums.tt.checked_mul(RATIO * RATIO)?;
    let mixed = sums.tm.checked_mul(2 * RATIO)?.checked_mul(ratio)?;
    let weights = sums.mm.checked_mul(ratio)?.checked_mul(ratio)?;
    let squared = squares.checked_sub(mixed)?.checked_add(weights)?;
    let sum = sums
        .t
        .checked_mul(RATIO)?
        .checked_sub(sums.m.checked_mul(ratio)?)?;
    let (whole, rest) = (sum.checked_div(valid)?, sum.checked_rem(valid)?);
    let of_mean = whole
        .checked_mul(sum.checked_add(rest)?)?
        .checked_add(rest.checked_mul(rest)?.checked_div(valid)?)?;
    u128::try_from(squared.checked_sub(of_mean)?.max(0)).ok()
}

fn spread_wide(sums: &Sums, ratio: i128, valid: i128) -> Option<u128> {
    let signed = |sum: u128| i128::try_from(sum).ok();
    let squares = signed(sums.tt)?.checked_mul(RATIO * RATIO)?;
    let mixed = signed(sums.tm)?.checked_mul(2 * RATIO)?.checked_mul(ratio)?;
    let weights = signed(sums.mm)?.checked_mul(ratio)?.checked_mul(ratio)?;
    let squared = squares.checked_sub(mixed)?.checked_add(weights)?;
    let sum = signed(sums.t)?
        .checked_mul(RATIO)?
        .checked_sub(signed(sums.m)?.checked_mul(ratio)?)?;
    // (Σe)²/n without the square, which could leave 128 bits: with Σe = q·n + r it is q·(Σe + r) + r²/n.
    let (whole, rest) = (sum.checked_div(valid)?, sum.checked_rem(valid)?);
    let of_mean = whole
        .checked_mul(sum.checked_add(rest)?)?
        .checked_add((rest * rest).checked_div(valid)?)?;
    u128::try_from(squared.checked_sub(of_mean)?.max(0)).ok()
}

fn percent(micro: Option<i128>) -> Option<Points> {
    i64::try_from(micro?).ok().map(Points::from_micro)
}

fn with_interval(index: Option<Points>, half: Option<i64>) -> Figure {
    let (Some(index), Some(half)) = (index, half.map(Points::from_micro)) else {
        return Figure {
            index,
            low: None,
            high: None,
        };
    };
    Figure {
        index: Some(index),
        low: Some((index - half).max(Points::ZERO)),
        high: Some((index + half).min(Points::HUNDRED)),
    }
}

/// The weighted mean of what stands below, rounded once half-even to 10⁻⁶.
fn mean_index(
    node: &IndexNode,
    nodes: &[IndexNode],
    figures: &[Figure],
    items: &[ItemFigures],
    instrument: &CompiledInstrument,
) -> Option<Points> {
    let children = node.children.iter().filter_map(|child| {
        let index = figures.get(*child)?.index?;
        Some((nodes.get(*child)?.weight, index))
    });
    let below = node.items.iter().filter_map(|item| {
        let index = items.get(*item)?.figure.index?;
        Some((instrument.items().get(*item)?.weight, index))
    });
    let (mut sum, mut weights) = (0_i128, 0_i128);
    for (weight, index) in children.chain(below) {
        sum += i128::from(weight.micro()) * i128::from(index.micro());
        weights += i128::from(weight.micro());
    }
    percent(round_ratio(sum, weights, RoundingMode::HalfEven))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_bits_and_many_come_to_the_same(
            t in 0_u32..3_000_000, more in 0_u32..3_000_000, squares in 0_u32..5_000_000, ratio in 0_i32..2_000_000, valid in 1_u32..100_000
        ) {
            let (t, m) = (u128::from(t), u128::from(t) + u128::from(more));
            let sums = Sums { t, m, tt: t + u128::from(squares), tm: t, mm: m };
            let (ratio, valid) = (i128::from(ratio), u64::from(valid));
            prop_assert_eq!(spread(&sums, ratio, valid), spread_wide(&sums, ratio, i128::from(valid)));
        }
    }
}
