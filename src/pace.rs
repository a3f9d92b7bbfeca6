//! How long something takes lately, for those who must tell beforehand how long it will.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The newest measurement counts for one part in so many.
const PARTS: u64 = 16;
/// One measurement may always count for so long.
const COUNTED_MIN: Duration = Duration::from_millis(1);

/// A moving mean of measurements, learnt and asked from many threads at once.
#[derive(Debug)]
pub struct Pace {
    mean: AtomicU64,
    longest: Duration,
}

/// A time in nanoseconds.
#[must_use]
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Pace {
    /// Nothing is known yet. A single measurement will count for no more than `longest`: neither one long piece of work nor something
    /// that was gone for a while decides what follows.
    #[must_use]
    pub fn new(longest: Duration) -> Self {
        Self {
            mean: AtomicU64::new(0),
            longest: longest.max(COUNTED_MIN),
        }
    }

    /// What a measurement counts for.
    #[must_use]
    pub fn counted(&self, time: Duration) -> Duration {
        time.min(self.longest)
    }

    /// Learns how long it took once.
    pub fn learn(&self, time: Duration) {
        let newest = nanoseconds(self.counted(time));
        let before = self.mean.load(Ordering::Relaxed);
        let after = if before == 0 {
            newest
        } else {
            before - before / PARTS + newest / PARTS
        };
        // Two who learn at once: one measurement less.
        self.mean.store(after, Ordering::Relaxed);
    }

    /// Nanoseconds that it takes; 0 before anything is known.
    #[must_use]
    pub fn nanoseconds(&self) -> u64 {
        self.mean.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_lately_counts() {
        let pace = Pace::new(Duration::from_millis(100));
        assert_eq!(pace.nanoseconds(), 0);
        pace.learn(Duration::from_millis(16));
        assert_eq!(pace.nanoseconds(), 16_000_000);
        pace.learn(Duration::from_millis(32));
        assert_eq!(pace.nanoseconds(), 17_000_000);
    }

    #[test]
    fn one_long_measurement_counts_for_little() {
        let pace = Pace::new(Duration::from_millis(16));
        pace.learn(Duration::from_secs(60));
        assert_eq!(pace.nanoseconds(), 16_000_000);
        let pace = Pace::new(Duration::ZERO);
        pace.learn(Duration::from_secs(60));
        assert_eq!(pace.nanoseconds(), 1_000_000);
    }
}
