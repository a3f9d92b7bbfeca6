//! Drawing a sample by a seed that is on record: anybody can draw it again, for ever.
//!
//! # The procedure
//! Random numbers are 64 bits each, taken four at a time (big-endian) from SHA-256 over the ASCII text
//! `parindex-draw-1`, line feed, seed, line feed, stratum, line feed, number of the block from 0 in decimal. A number
//! from 0 to below `k` is the remainder by `k` of the next one that is below the largest multiple of `k` within 64 bits.
//! The sample is drawn without replacement by Floyd's algorithm (Bentley & Floyd, CACM 30(9), 1987): for `j` from N − n + 1
//! to N, take a number `t` from 1 to `j`; draw `t`, or `j` where `t` was drawn before. Positions are from 1 to N.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

/// The first line that is hashed: another procedure would have another one.
const PROCEDURE: &str = "parindex-draw-1";

/// A stream of random numbers that follows from its names alone.
pub struct Stream {
    head: String,
    block: u64,
    ready: Vec<u64>,
}

impl Stream {
    /// The stream of a seed and a stratum.
    #[must_use]
    pub fn new(seed: &str, stratum: &str) -> Self {
        Self {
            head: format!("{PROCEDURE}\n{seed}\n{stratum}\n"),
            block: 0,
            ready: Vec::new(),
        }
    }

    fn next(&mut self) -> u64 {
        if let Some(number) = self.ready.pop() {
            return number;
        }
        let digest: [u8; 32] = Sha256::digest(format!("{}{}", self.head, self.block)).into();
        self.block += 1;
        let (words, _) = digest.as_chunks::<8>();
        // Taken from the end, so the last of them lies deepest.
        self.ready = words.iter().rev().map(|word| u64::from_be_bytes(*word)).collect();
        self.ready.pop().unwrap_or(0)
    }

    /// A number from 0 to below `sides`; 0 for no sides.
    pub fn below(&mut self, sides: u64) -> u64 {
        if sides == 0 {
            return 0;
        }
        let too_many = (u64::MAX % sides + 1) % sides;
        loop {
            let number = self.next();
            if number <= u64::MAX - too_many {
                return number % sides;
            }
        }
    }
}

/// Draws `size` of the positions 1 to `population`, in ascending order; all of them where `size` is not below it.
#[must_use]
pub fn draw(seed: &str, stratum: &str, population: u64, size: u64) -> Vec<u64> {
    if size >= population {
        return (1..=population).collect();
    }
    let mut stream = Stream::new(seed, stratum);
    let mut drawn = BTreeSet::new();
    for last in population - size + 1..=population {
        let taken = stream.below(last) + 1;
        if !drawn.insert(taken) {
            drawn.insert(last);
        }
    }
    drawn.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_draw_never_changes() {
        // Worked out by a program of another language from the procedure above.
        assert_eq!(draw("2026-sipas", "hoan-kiem", 400, 10), EXPECTED);
        assert_eq!(draw("2026-sipas", "hoan-kiem", 3, 5), [1, 2, 3]);
        assert!(draw("2026-sipas", "hoan-kiem", 3, 0).is_empty());
    }

    const EXPECTED: [u64; 10] = [121, 149, 161, 223, 239, 294, 340, 344, 352, 356];

    #[test]
    fn every_position_is_drawn_about_as_often() {
        let mut times = [0_u32; 20];
        for seed in 0..2_000 {
            for position in draw(&seed.to_string(), "s", 20, 5) {
                times[usize::try_from(position - 1).unwrap()] += 1;
            }
        }
        // 500 expected, standard deviation 19: five of them.
        assert!(times.iter().all(|times| (400..600).contains(times)), "{times:?}");
    }

    proptest! {
        #[test]
        fn a_sample_has_its_size_and_nobody_twice(seed in "[a-z0-9]{1,8}", population in 0_u64..2_000, size in 0_u64..500) {
            let drawn = draw(&seed, "s", population, size);
            prop_assert_eq!(u64::try_from(drawn.len()).unwrap(), size.min(population));
            prop_assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(drawn.iter().all(|position| (1..=population).contains(position)));
        }
    }
}
