//! What charts count: exact, in whole millionths, since the border of a bin decides. Pure.

use crate::scoring::Points;

/// Steps from one border to the next, in points.
const STEPS: [i64; 16] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
];

/// How many values are from one border to below the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The least value that belongs to it.
    pub from: Points,
    /// The least that no longer does.
    pub to: Points,
    /// How many there are.
    pub count: u32,
}

/// Counts values by equal steps of whole points, in as many bins as so many values bear: 8 for 17, 9 for 63.
pub fn histogram(values: &[Points]) -> Vec<Count> {
    let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else {
        return Vec::new();
    };
    let bins_max = i64::from(values.len().ilog2()) + 4;
    let point = Points::unit(0).micro();
    let bin_of = |value: Points, step: i64| value.micro().div_euclid(step * point);
    let fits = |step: &&i64| bin_of(*most, **step) - bin_of(*least, **step) < bins_max;
    let step = STEPS.iter().find(fits).copied().unwrap_or(1_000_000);
    let bins = bin_of(*least, step)..=bin_of(*most, step);
    let border = |bin: i64| Points::from_micro(bin * step * point);
    let count = |bin: i64| values.iter().filter(|value| bin_of(**value, step) == bin).count();
    bins.map(|bin| Count {
        from: border(bin),
        to: border(bin + 1),
        count: u32::try_from(count(bin)).unwrap_or(u32::MAX),
    })
    .collect()
}

/// The middle of printed values; of an even number of them, halfway between the two in the middle. Printed values have
/// few enough decimals for the half to be exact; with all six it is cut.
pub fn median(values: &[Points]) -> Option<Points> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle - 1)?;
    Some(Points::from_micro((lower + upper).micro().div_euclid(2)))
}
