//! The sample design as the estimates see it: what a response of each stratum weighs, and what a stratum adds to a variance.

/// The largest population of a stratum: with it no product of a variance leaves its bounds.
pub const POPULATION_MAX: u64 = 1_000_000_000;

/// The weight of one person, in millionths.
const ONE: u128 = 1_000_000;

/// What is known of a stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratumFacts {
    /// The agency that it measures, as a place in any list.
    pub agency: usize,
    /// People in it (N); at most [`POPULATION_MAX`].
    pub population: u64,
    /// Responses of it that count (n), on all channels.
    pub valid: u64,
}

/// Weights and coefficients of all strata of a survey round.
#[derive(Debug, Clone)]
pub struct SampleDesign {
    strata: Vec<DesignStratum>,
    groups: Vec<VarianceGroup>,
}

#[derive(Debug, Clone, Copy)]
struct DesignStratum {
    weight: u128,
    group: usize,
}

/// Strata that count as one for a variance: as a rule one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct VarianceGroup {
    /// n.
    pub valid: u64,
    /// W²·(1 − n/N)·n/(n − 1) with W in millionths, rounded down; none for a single response.
    pub coefficient: Option<u128>,
}

impl SampleDesign {
    /// The design of these strata. `weighted`: a response stands for N/n people of its stratum, rounded half up to 10⁻⁶;
    /// otherwise for one.
    ///
    /// A stratum with one response has no variance of its own. It is joined with the stratum of its agency that has most
    /// responses, or where there is none with the one before it (Cochran, Sampling Techniques, 1977, §5A.12).
    #[must_use]
    pub fn new(facts: &[StratumFacts], weighted: bool) -> Self {
        let homes = homes(facts);
        let mut joined: Vec<(u64, u64)> = vec![(0, 0); facts.len()];
        for (fact, home) in facts.iter().zip(&homes) {
            if let Some((population, valid)) = joined.get_mut(*home) {
                *population += fact.population.max(fact.valid).min(POPULATION_MAX);
                *valid += fact.valid;
            }
        }
        let strata = facts.iter().zip(&homes).map(|(fact, home)| DesignStratum {
            weight: weight(fact.population, fact.valid, weighted),
            group: *home,
        });
        let groups = joined.into_iter().map(|(population, valid)| VarianceGroup {
            valid,
            coefficient: coefficient(population, valid, weighted),
        });
        Self {
            strata: strata.collect(),
            groups: groups.collect(),
        }
    }

    /// What one response of the stratum stands for, in millionths of a person.
    #[must_use]
    pub fn weight_micro(&self, stratum: usize) -> u128 {
        self.strata.get(stratum).map_or(0, |stratum| stratum.weight)
    }

    pub(super) fn group_of(&self, stratum: usize) -> usize {
        self.strata
            .get(stratum)
            .map_or(usize::MAX, |stratum| stratum.group)
    }

    pub(super) fn group(&self, group: usize) -> Option<VarianceGroup> {
        self.groups.get(group).copied()
    }
}

fn weight(population: u64, valid: u64, weighted: bool) -> u128 {
    if !weighted || valid == 0 {
        return ONE;
    }
    let (population, valid) = (u128::from(population.min(POPULATION_MAX)), u128::from(valid));
    (2 * population * ONE + valid) / (2 * valid)
}

fn coefficient(population: u64, valid: u64, weighted: bool) -> Option<u128> {
    let weight = weight(population, valid, weighted);
    let (population, valid) = (u128::from(population), u128::from(valid));
    let below = valid
        .checked_sub(1)
        .filter(|below| *below > 0)?
        .checked_mul(population)?;
    // W is about N/n, so the product is about 10¹²·N³/n: within 128 bits up to POPULATION_MAX with two responses.
    let parts = population.saturating_sub(valid).checked_mul(valid)?;
    match weight.checked_mul(weight)?.checked_mul(parts) {
        Some(exact) => exact.checked_div(below),
        None => (weight * weight).checked_div(below)?.checked_mul(parts),
    }
}

/// For each stratum the one that it is joined with; itself as a rule.
fn homes(facts: &[StratumFacts]) -> Vec<usize> {
    let mut homes: Vec<usize> = (0..facts.len()).collect();
    for (place, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.valid == 1) {
        let others = || {
            facts
                .iter()
                .enumerate()
                .filter(|(other, at)| *other != place && at.valid > 0)
        };
        let sisters = others().filter(|(_, other)| other.agency == fact.agency);
        let largest = sisters.max_by_key(|(other, at)| (at.valid, std::cmp::Reverse(*other)));
        let nearest = || {
            others()
                .rfind(|(other, _)| *other < place)
                .or_else(|| others().next())
        };
        let Some((home, at)) = largest.or_else(nearest) else {
            continue;
        };
        // Of several with one response each the first is the home of all.
        if at.valid > 1 || home < place {
            let home = homes.get(home).copied().unwrap_or(home);
            if let Some(own) = homes.get_mut(place) {
                *own = home;
            }
        }
    }
    homes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(agency: usize, population: u64, valid: u64) -> StratumFacts {
        StratumFacts {
            agency,
            population,
            valid,
        }
    }

    #[test]
    fn a_response_stands_for_its_part_of_the_people() {
        let facts = [fact(0, 400, 200), fact(1, 1_000, 300), fact(2, 50, 0)];
        let design = SampleDesign::new(&facts, true);
        assert_eq!(design.weight_micro(0), 2_000_000);
        assert_eq!(design.weight_micro(1), 3_333_333);
        assert_eq!(design.weight_micro(2), 1_000_000);
        assert_eq!(SampleDesign::new(&facts, false).weight_micro(1), 1_000_000);
    }

    #[test]
    fn a_census_adds_nothing_to_a_variance() {
        let design = SampleDesign::new(&[fact(0, 200, 200), fact(1, 400, 200)], false);
        assert_eq!(design.group(0).unwrap().coefficient, Some(0));
        // (1 − 0.5)·200/199 in 10⁻¹².
        assert_eq!(design.group(1).unwrap().coefficient, Some(502_512_562_814));
    }

    #[test]
    fn a_single_response_is_joined_with_its_agency() {
        let facts = [
            fact(0, 100, 1),
            fact(0, 100, 10),
            fact(0, 100, 20),
            fact(1, 100, 1),
            fact(2, 100, 0),
        ];
        let design = SampleDesign::new(&facts, false);
        assert_eq!(
            (0..5).map(|stratum| design.group_of(stratum)).collect::<Vec<_>>(),
            [2, 1, 2, 2, 4]
        );
        assert_eq!(design.group(2).unwrap().valid, 22);
        let alone = SampleDesign::new(&[fact(0, 100, 1)], false);
        assert_eq!(alone.group(0).unwrap().coefficient, None);
        let pair = SampleDesign::new(&[fact(0, 100, 1), fact(1, 100, 1)], false);
        assert_eq!((pair.group_of(0), pair.group_of(1)), (0, 0));
    }

    #[test]
    fn the_largest_numbers_stay_in_bounds() {
        for valid in [2, 3, 1_000, 1_000_000, POPULATION_MAX] {
            assert!(coefficient(POPULATION_MAX, valid, true).is_some(), "{valid}");
        }
    }
}
