//! Dice that fall the same way in every run: SplitMix64, written out so that no library can change the sequence.

/// A sequence of numbers that follows from its seed.
pub struct Dice(u64);

impl Dice {
    /// The dice with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// Whether something happens that happens so often in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let sides = u64::try_from(from.len()).expect("a short list");
        &from[usize::try_from(self.below(sides)).expect("a short list")]
    }

    /// The same things in another order.
    pub fn shuffled<T: Clone>(&mut self, things: &[T]) -> Vec<T> {
        let mut order = things.to_vec();
        for last in (1..order.len()).rev() {
            let sides = u64::try_from(last + 1).expect("a short list");
            order.swap(last, usize::try_from(self.below(sides)).expect("a short list"));
        }
        order
    }
}
