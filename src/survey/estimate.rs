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
    design::{SampleDesign, VarianceGroup},
    nodes::IndexNode,
    spread::{RATIO, spread},
    wide::Wide,
};
use crate::scoring::{Points, RoundingMode, round_ratio};

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

/// What the cells of a row come to, before anything is divided.
struct Totals {
    /// In the order of the items.
    items: Vec<ItemTotal>,
    /// In the order of the nodes.
    nodes: Vec<Ratio>,
}

#[derive(Default)]
struct ItemTotal {
    /// Weighted persons for each option.
    options: Vec<u128>,
    persons: u64,
    weighted_persons: u128,
}

impl ItemTotal {
    fn ratio(&self, item: &CompiledItem) -> Ratio {
        let mut ratio = Ratio::default();
        for (option, sum) in item.options.iter().zip(&self.options) {
            if let Some(worth) = option.worth {
                ratio.t += sum * u128::from(worth);
                ratio.m += sum;
            }
        }
        ratio
    }
}

/// The variance of one index on its way.
struct Variance {
    ratio: Ratio,
    in_millionths: Option<i128>,
    /// None once some part of it is not to be had.
    sum: Option<Wide>,
}

impl Variance {
    fn of(ratio: Ratio) -> Self {
        let in_millionths = ratio.times(RATIO.unsigned_abs(), 1);
        Self {
            ratio,
            in_millionths,
            sum: in_millionths.map(|_| Wide::default()),
        }
    }

    fn add(&mut self, group: VarianceGroup, sums: &Sums) {
        if sums.m == 0 {
            return;
        }
        let with = |sum: Wide| {
            let spread = spread(sums, self.in_millionths?, group.valid)?;
            Some(sum.plus(Wide::product(group.coefficient?, spread)))
        };
        self.sum = self.sum.and_then(with);
    }

    /// Half of the interval in millionths of a percent; none where there is no variance to be had.
    fn half_width(&self, full: u128) -> Option<i64> {
        // √Var is root / (10⁶·ΣWM·full); z is in millionths and a percent has 10⁸ millionths.
        let divisor = self.ratio.m.checked_mul(full)?.checked_mul(20_000)?;
        let doubled = Wide::product(self.sum?.root(), 2 * Z_MICRO).plus(Wide::product(divisor, 1).halved());
        i64::try_from(doubled.over(divisor)?).ok()
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
        let totals = self.totals(&sorted);
        let (of_items, of_nodes) = self.variances(&sorted, &totals);
        let items = self.instrument.items().iter().zip(&totals.items);
        let items: Vec<ItemFigures> = items
            .zip(&of_items)
            .map(|((item, total), variance)| item_figures(item, total, variance))
            .collect();
        let nodes = self.instrument.nodes();
        let full = u128::from(self.instrument.value_scale());
        let mut figures = vec![Figure::default(); nodes.len()];
        // Children stand behind their parents.
        for (place, (node, variance)) in nodes.iter().zip(&of_nodes).enumerate().rev() {
            let index = mean_index(node, nodes, &figures, &items, self.instrument);
            if let Some(figure) = figures.get_mut(place) {
                *figure = with_interval(index, variance.half_width(full));
            }
        }
        RowFigures {
            n: cells.iter().map(|(_, cell)| cell.n).sum(),
            nodes: figures,
            items,
        }
    }

    /// Cell by cell, so that each of many thousands is fetched from memory once and not once for each item.
    fn totals(&self, cells: &[(usize, usize, &Cell)]) -> Totals {
        let items = self.instrument.items().iter().map(|item| ItemTotal {
            options: vec![0; item.options.len()],
            ..ItemTotal::default()
        });
        let mut totals = Totals {
            items: items.collect(),
            nodes: vec![Ratio::default(); self.instrument.nodes().len()],
        };
        for (_, stratum, cell) in cells {
            let weight = self.design.weight_micro(*stratum);
            for (place, total) in totals.items.iter_mut().enumerate() {
                let (counts, answered) = self.plan.options_at(cell, place);
                total.persons += answered;
                total.weighted_persons += weight * u128::from(answered);
                for (sum, count) in total.options.iter_mut().zip(counts) {
                    *sum += weight * u128::from(*count);
                }
            }
            for (ratio, sums) in totals.nodes.iter_mut().zip(&cell.sums) {
                ratio.add(weight, sums);
            }
        }
        totals
    }

    /// The variances of the items and of the nodes; group by group, for the same reason.
    fn variances(&self, cells: &[(usize, usize, &Cell)], totals: &Totals) -> (Vec<Variance>, Vec<Variance>) {
        let items = self.instrument.items();
        let ratios = items.iter().zip(&totals.items);
        let mut of_items: Vec<Variance> = ratios
            .map(|(item, total)| Variance::of(total.ratio(item)))
            .collect();
        let mut of_nodes: Vec<Variance> = totals.nodes.iter().map(|ratio| Variance::of(*ratio)).collect();
        for group in cells.chunk_by(|(a, ..), (b, ..)| a == b) {
            let known = group.first().and_then(|(at, ..)| self.design.group(*at));
            let known = known.unwrap_or_default();
            let added = |sums_of: &dyn Fn(&Cell) -> Sums| {
                let mut sums = Sums::default();
                for (.., cell) in group {
                    sums.merge(&sums_of(cell));
                }
                sums
            };
            for (place, (item, variance)) in items.iter().zip(&mut of_items).enumerate() {
                if item.counted {
                    let sums_of = |cell: &Cell| item_sums(item, self.plan.options_at(cell, place).0);
                    variance.add(known, &added(&sums_of));
                }
            }
            for (place, variance) in of_nodes.iter_mut().enumerate() {
                let sums_of = |cell: &Cell| cell.sums.get(place).copied().unwrap_or_default();
                variance.add(known, &added(&sums_of));
            }
        }
        (of_items, of_nodes)
    }
}

fn item_figures(item: &CompiledItem, total: &ItemTotal, variance: &Variance) -> ItemFigures {
    let share = |sum: u128| {
        let ratio = Ratio {
            t: sum,
            m: total.weighted_persons,
        };
        percent(ratio.times(100_000_000, 1))
    };
    let shares = total.options.iter().filter_map(|sum| share(*sum)).collect();
    let range = u128::from(item.range);
    let figure = if item.counted {
        let index = percent(variance.ratio.times(100_000_000, range));
        with_interval(index, variance.half_width(range))
    } else {
        Figure::default()
    };
    ItemFigures {
        n: total.persons,
        shares,
        figure,
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
