//! How many are asked, and how they are spread over the strata.

use crate::scoring::code_enum;

/// An error of 1 (100 %), in millionths.
pub const ERROR_MICRO_MAX: u32 = 1_000_000;

code_enum! {
    /// How a sample is spread over its strata.
    pub enum Allocation {
        /// In proportion to the population, with the largest remainder.
        Proportional = "proportional",
        /// The same number in each stratum, as far as there are so many.
        Equal = "equal",
    }
}

/// n = N / (1 + N·e²), exact and rounded up, never above N; `error_micro` is e in millionths (5 % is 50,000).
///
/// The guide of the Ministry of Home Affairs (after Yamane, Statistics, 1967): N = 400 and e = 5 % give 200.
#[must_use]
pub fn sample_size(population: u64, error_micro: u32) -> u64 {
    const SQUARE: u128 = 1_000_000_000_000;
    let population_wide = u128::from(population);
    let error = u128::from(error_micro.min(ERROR_MICRO_MAX));
    let size = (population_wide * SQUARE).div_ceil(SQUARE + population_wide * error * error);
    u64::try_from(size).map_or(population, |size| size.min(population))
}

/// Spreads `total` over strata of these populations, in their order. No stratum gets more than it has; what all strata
/// together have is the most that is given out.
#[must_use]
pub fn allocate(how: Allocation, total: u64, populations: &[u64]) -> Vec<u64> {
    let all = populations.iter().map(|population| u128::from(*population)).sum();
    let total = u128::from(total).min(all);
    match how {
        Allocation::Proportional => proportional(total, all, populations),
        Allocation::Equal => equal(total, populations),
    }
}

/// Whole parts first, then one more to those with the largest remainders; the earlier stratum first where they are equal.
fn proportional(total: u128, all: u128, populations: &[u64]) -> Vec<u64> {
    let share = |population: u64| {
        let exact = total * u128::from(population);
        (
            exact.checked_div(all).unwrap_or(0),
            exact.checked_rem(all).unwrap_or(0),
        )
    };
    let mut sizes: Vec<u128> = populations
        .iter()
        .map(|population| share(*population).0)
        .collect();
    let mut order: Vec<(u128, usize)> = populations
        .iter()
        .map(|population| share(*population).1)
        .zip(0..)
        .collect();
    order.sort_by(|(a, at_a), (b, at_b)| b.cmp(a).then(at_a.cmp(at_b)));
    let given: u128 = sizes.iter().sum();
    let left = usize::try_from(total.saturating_sub(given)).unwrap_or(usize::MAX);
    for (_, place) in order.into_iter().take(left) {
        if let Some(size) = sizes.get_mut(place) {
            *size += 1;
        }
    }
    sizes.into_iter().map(narrow).collect()
}

/// The smallest strata first: what they have not is spread over the rest. Of what does not divide, the earlier get one more.
fn equal(total: u128, populations: &[u64]) -> Vec<u64> {
    let mut by_size: Vec<usize> = (0..populations.len()).collect();
    let population = |place: &usize| populations.get(*place).copied().unwrap_or(0);
    by_size.sort_by_key(|place| (population(place), *place));
    let mut sizes = vec![0; populations.len()];
    let mut left = total;
    let mut open = by_size.as_slice();
    while let [first, rest @ ..] = open {
        let strata = u128::try_from(open.len()).unwrap_or(1);
        if u128::from(population(first)) > left / strata {
            break;
        }
        if let Some(size) = sizes.get_mut(*first) {
            *size = population(first);
        }
        left -= u128::from(population(first));
        open = rest;
    }
    let mut places = open.to_vec();
    places.sort_unstable();
    let strata = u128::try_from(places.len().max(1)).unwrap_or(1);
    for (rank, place) in (0_u128..).zip(places) {
        if let Some(size) = sizes.get_mut(place) {
            *size = narrow(left / strata + u128::from(rank < left % strata));
        }
    }
    sizes
}

fn narrow(size: u128) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_guide_gives_200_for_400() {
        assert_eq!(sample_size(400, 50_000), 200);
        assert_eq!(sample_size(0, 50_000), 0);
        assert_eq!(sample_size(1, 50_000), 1);
        assert_eq!(sample_size(1_000, 50_000), 286);
        assert_eq!(sample_size(100_000_000, 50_000), 400);
        assert_eq!(sample_size(1_000, 0), 1_000);
        assert_eq!(sample_size(u64::MAX, 0), u64::MAX);
    }

    #[test]
    fn remainders_go_to_the_largest() {
        assert_eq!(allocate(Allocation::Proportional, 10, &[50, 30, 20]), [5, 3, 2]);
        assert_eq!(allocate(Allocation::Proportional, 10, &[1, 1, 1]), [1, 1, 1]);
        assert_eq!(
            allocate(Allocation::Proportional, 10, &[334, 333, 333]),
            [4, 3, 3]
        );
        assert_eq!(allocate(Allocation::Proportional, 1, &[5, 5]), [1, 0]);
        assert!(allocate(Allocation::Proportional, 5, &[]).is_empty());
        assert_eq!(allocate(Allocation::Proportional, 5, &[0, 0]), [0, 0]);
    }

    #[test]
    fn equal_parts_stop_at_what_there_is() {
        assert_eq!(allocate(Allocation::Equal, 10, &[50, 30, 20]), [4, 3, 3]);
        assert_eq!(allocate(Allocation::Equal, 30, &[50, 2, 30]), [14, 2, 14]);
        assert_eq!(allocate(Allocation::Equal, 100, &[5, 6]), [5, 6]);
    }

    proptest! {
        #[test]
        fn all_is_given_out_and_nobody_gets_more_than_there_is(
            total in 0_u64..5_000, populations in prop::collection::vec(0_u64..500, 0..40), equal: bool
        ) {
            let how = if equal { Allocation::Equal } else { Allocation::Proportional };
            let sizes = allocate(how, total, &populations);
            let all: u64 = populations.iter().sum();
            prop_assert_eq!(sizes.iter().sum::<u64>(), total.min(all));
            for (size, population) in sizes.iter().zip(&populations) {
                prop_assert!(size <= population);
            }
        }

        #[test]
        fn a_sample_is_never_larger_than_its_population(population: u64, error in 0_u32..2_000_000) {
            prop_assert!(sample_size(population, error) <= population);
        }
    }
}
