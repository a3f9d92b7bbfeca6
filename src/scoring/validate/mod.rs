//! Validation of a criteria set: every fault at once, each with its place in the document.
//!
//! A set is frozen once a round opens and decides ranks for years, so whatever can be proved about it is
//! proved here: that maxima add up, that every value falls into exactly one band, that rounding can't lift
//! points above a maximum, and that the exact arithmetic of means stays inside 128 bits. The scorer relies on it.

mod borders;
mod rules;
mod settings;
mod text;
mod tree;

use super::fault::{Fault, Faults};
use super::set::CriteriaSet;

/// Limits of a criteria set. Each has a name so that messages, documents and tests agree.
pub mod limits {
    /// Characters of a code.
    pub const CODE_CHARS_MAX: usize = 64;
    /// Characters of any text.
    pub const TEXT_CHARS_MAX: usize = 4_000;
    /// Tiers below the root.
    pub const DEPTH_MAX: usize = 6;
    /// Leaves of a set.
    pub const LEAVES_MAX: usize = 1_000;
    /// Nodes of a set, the root not counted.
    pub const NODES_MAX: usize = 2_000;
    /// Options of a choice.
    pub const OPTIONS_MAX: usize = 50;
    /// Bands of a rule or of the set.
    pub const BANDS_MAX: usize = 50;
    /// Bonus and penalty items.
    pub const ADJUSTMENTS_MAX: usize = 50;
    /// Agencies that are assessed but not ranked.
    pub const NOT_RANKED_MAX: usize = 2_000;
}

impl CriteriaSet {
    /// Every fault of the document, in document order; empty when the set can be compiled.
    #[must_use]
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        settings::check(self, &mut faults);
        tree::check(self, &mut faults);
        faults.found
    }
}
