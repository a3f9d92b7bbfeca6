//! Counts: what a thousand responses come to in one short record, so that no result scans them again.
//!
//! A [`Cell`] is one stratum on one channel. It holds how many responses there are, how often each option was chosen, and
//! for each node above the items five whole sums, from which the interval of its index follows. Cells add up: the counts
//! of two halves are the counts of the whole, whatever the order.

use std::fmt::Write;

use super::{
    compile::CompiledInstrument,
    packed::{NOT_ANSWERED, SKIPPED, position_of},
    quality::{FLAGS, FlagSet},
};

/// How a response is counted: the instrument, laid out for the loop over a million responses.
#[derive(Debug, Clone)]
pub struct CountPlan {
    items: Vec<PlannedItem>,
    counters: usize,
    nodes: usize,
    chars: usize,
}

#[derive(Debug, Clone)]
struct PlannedItem {
    start: usize,
    width: usize,
    first: usize,
    options: usize,
    multiple: bool,
    /// What each option is worth in sums; empty where the item doesn't count.
    worth: Vec<Option<u32>>,
    /// The nodes above, with the item's weight in each.
    terms: Vec<(usize, u64)>,
}

/// Five whole sums over the responses of a cell for one node, where of a response t is the weighted worth of its answers
/// and m the weight of the items that it answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Σ t
    pub t: u128,
    /// Σ m
    pub m: u128,
    /// Σ t²
    pub tt: u128,
    /// Σ t·m
    pub tm: u128,
    /// Σ m²
    pub mm: u128,
}

/// The counts of one stratum on one channel, or of several added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Responses that count.
    pub n: u64,
    /// How many of them have each quality flag, in the order of [`FLAGS`].
    pub flagged: [u64; FLAGS],
    /// How often each option was chosen; see [`CountPlan::options_at`].
    pub options: Vec<u32>,
    /// The sums of each node of the instrument, in its order.
    pub sums: Vec<Sums>,
}

impl CountPlan {
    /// The plan of an instrument.
    #[must_use]
    pub fn new(instrument: &CompiledInstrument) -> Self {
        let mut first = 0;
        let mut items = Vec::with_capacity(instrument.items().len());
        for (place, item) in instrument.items().iter().enumerate() {
            let nodes = instrument.nodes().iter().enumerate();
            let terms = nodes.filter_map(|(node, at)| {
                let (_, weight) = at.terms.iter().find(|(item, _)| *item == place)?;
                Some((node, u64::from(*weight)))
            });
            let worth = item.options.iter().map(|option| option.scaled);
            let options = item.options.len();
            items.push(PlannedItem {
                start: item.start,
                width: item.width(),
                first,
                options,
                multiple: item.multiple,
                worth: if item.counted { worth.collect() } else { Vec::new() },
                terms: terms.collect(),
            });
            // Of several choices the answers don't add up to the persons: these have a counter of their own.
            first += options + usize::from(item.multiple);
        }
        Self {
            items,
            counters: first,
            nodes: instrument.nodes().len(),
            chars: instrument.packed_chars(),
        }
    }

    /// Counts of an item's options in [`Cell::options`], and how many persons answered it at all.
    #[must_use]
    pub fn options_at<'a>(&self, cell: &'a Cell, item: usize) -> (&'a [u32], u64) {
        let Some(planned) = self.items.get(item) else {
            return (&[], 0);
        };
        let counts = cell
            .options
            .get(planned.first..planned.first + planned.options)
            .unwrap_or_default();
        let persons = if planned.multiple {
            cell.options
                .get(planned.first + planned.options)
                .copied()
                .map_or(0, u64::from)
        } else {
            counts.iter().map(|count| u64::from(*count)).sum()
        };
        (counts, persons)
    }

    /// A cell without responses.
    #[must_use]
    pub fn empty(&self) -> Cell {
        Cell {
            n: 0,
            flagged: [0; FLAGS],
            options: vec![0; self.counters],
            sums: vec![Sums::default(); self.nodes],
        }
    }

    /// Adds a packed response to a cell; false, and nothing is added, if it is not of this instrument.
    pub fn add(&self, cell: &mut Cell, answers: &str, flags: FlagSet) -> bool {
        self.change(cell, answers, flags, true)
    }

    /// Takes a packed response out of a cell; false if it is not of this instrument or was not in it.
    pub fn take_out(&self, cell: &mut Cell, answers: &str, flags: FlagSet) -> bool {
        cell.n > 0 && self.change(cell, answers, flags, false)
    }

    fn change(&self, cell: &mut Cell, answers: &str, flags: FlagSet, adds: bool) -> bool {
        let symbols = answers.as_bytes();
        if symbols.len() != self.chars || cell.options.len() != self.counters || cell.sums.len() != self.nodes
        {
            return false;
        }
        cell.n = moved(cell.n, 1, adds);
        for (place, count) in cell.flagged.iter_mut().enumerate() {
            *count = moved(*count, u64::from(flags.has(place)), adds);
        }
        // Nodes of an instrument are few (parts and factors): a short list on the stack would cost a limit to explain.
        let mut own = vec![(0_u64, 0_u64); self.nodes];
        for item in &self.items {
            let Some(symbols) = symbols.get(item.start..item.start + item.width) else {
                continue;
            };
            let counters = cell.options.get_mut(item.first..).unwrap_or_default();
            if item.multiple {
                count_several(counters, item.options, symbols, adds);
                continue;
            }
            let Some(option) = symbols.first().and_then(|symbol| position_of(*symbol)) else {
                continue;
            };
            if let Some(count) = counters.get_mut(option).filter(|_| option < item.options) {
                *count = moved_small(*count, adds);
            }
            if let Some(Some(worth)) = item.worth.get(option) {
                for (node, weight) in &item.terms {
                    if let Some((t, m)) = own.get_mut(*node) {
                        *t += weight * u64::from(*worth);
                        *m += weight;
                    }
                }
            }
        }
        for (sums, (t, m)) in cell.sums.iter_mut().zip(own) {
            sums.change(t, m, adds);
        }
        true
    }
}

fn count_several(counters: &mut [u32], options: usize, symbols: &[u8], adds: bool) {
    if matches!(symbols.first(), None | Some(&(NOT_ANSWERED | SKIPPED))) {
        return;
    }
    let chosen = symbols
        .iter()
        .map(|symbol| *symbol == b'1')
        .chain(std::iter::once(true));
    for (count, _) in counters
        .iter_mut()
        .take(options + 1)
        .zip(chosen)
        .filter(|(_, chosen)| *chosen)
    {
        *count = moved_small(*count, adds);
    }
}

const fn moved(count: u64, by: u64, adds: bool) -> u64 {
    if adds {
        count.saturating_add(by)
    } else {
        count.saturating_sub(by)
    }
}

const fn moved_small(count: u32, adds: bool) -> u32 {
    if adds {
        count.saturating_add(1)
    } else {
        count.saturating_sub(1)
    }
}

impl Sums {
    fn change(&mut self, t: u64, m: u64, adds: bool) {
        let (t, m) = (u128::from(t), u128::from(m));
        let fields = [
            (&mut self.t, t),
            (&mut self.m, m),
            (&mut self.tt, t * t),
            (&mut self.tm, t * m),
            (&mut self.mm, m * m),
        ];
        for (sum, by) in fields {
            *sum = if adds {
                sum.saturating_add(by)
            } else {
                sum.saturating_sub(by)
            };
        }
    }

    /// The sums of those that are left when these are taken away.
    #[must_use]
    pub const fn without(&self, these: &Self) -> Self {
        Self {
            t: self.t.saturating_sub(these.t),
            m: self.m.saturating_sub(these.m),
            tt: self.tt.saturating_sub(these.tt),
            tm: self.tm.saturating_sub(these.tm),
            mm: self.mm.saturating_sub(these.mm),
        }
    }

    /// Adds the sums of others.
    pub fn merge(&mut self, other: &Self) {
        self.t += other.t;
        self.m += other.m;
        self.tt += other.tt;
        self.tm += other.tm;
        self.mm += other.mm;
    }
}

impl Cell {
    /// Adds the counts of another cell of the same instrument.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        for (count, more) in self.flagged.iter_mut().zip(other.flagged) {
            *count += more;
        }
        for (count, more) in self.options.iter_mut().zip(&other.options) {
            *count = count.saturating_add(*more);
        }
        for (sums, more) in self.sums.iter_mut().zip(&other.sums) {
            sums.merge(more);
        }
    }

    /// The responses of a cell that is kept as text, without reading the rest of it.
    #[must_use]
    pub fn n_of_encoded(text: &str) -> Option<u64> {
        text.split(' ').next()?.parse().ok()
    }

    /// As one text: numbers separated by blanks, in groups separated by `;`: n and flags, options, five sums a node.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(16 + 4 * self.options.len() + 40 * self.sums.len());
        let mut number = |before: char, number: u128| {
            if before != '\0' {
                text.push(before);
            }
            // Writing to a String can't fail.
            let _ = write!(text, "{number}");
        };
        number('\0', u128::from(self.n));
        for count in self.flagged {
            number(' ', u128::from(count));
        }
        for (place, count) in self.options.iter().enumerate() {
            number(if place == 0 { ';' } else { ' ' }, u128::from(*count));
        }
        for sums in &self.sums {
            number(';', sums.t);
            for sum in [sums.m, sums.tt, sums.tm, sums.mm] {
                number(' ', sum);
            }
        }
        text
    }
}

impl CountPlan {
    /// Reads a cell; none if the text is not one of this instrument.
    #[must_use]
    pub fn decode(&self, text: &str) -> Option<Cell> {
        let mut cell = self.empty();
        let mut groups = text.split(';');
        let mut head = groups.next()?.split(' ');
        cell.n = head.next()?.parse().ok()?;
        for count in &mut cell.flagged {
            *count = head.next()?.parse().ok()?;
        }
        let mut counts = groups.next()?.split(' ');
        for count in &mut cell.options {
            *count = counts.next()?.parse().ok()?;
        }
        for sums in &mut cell.sums {
            let mut group = groups.next()?.split(' ');
            for sum in [&mut sums.t, &mut sums.m, &mut sums.tt, &mut sums.tm, &mut sums.mm] {
                *sum = group.next()?.parse().ok()?;
            }
        }
        let at_end = head.next().is_none() && counts.next().is_none() && groups.next().is_none();
        at_end.then_some(cell)
    }
}
