//! Validation of an instrument: every fault at once, each with its place in the document.
//!
//! An instrument is frozen once a survey round uses it, and a printed form can't be called back: whatever can be
//! proved about it is proved here, that every text is there in every language, that skip rules look back, that what
//! counts can be measured, and that weights are given for all or for none.

mod head;
mod items;
mod text;

pub(super) use items::WHOLE;

use super::{
    fault::{Faults, InstrumentFault},
    instrument::Instrument,
};

/// Limits of an instrument and of answers. Each has a name so that messages, documents and tests agree.
pub mod limits {
    /// Characters of a code.
    pub const CODE_CHARS_MAX: usize = 64;
    /// Characters of any text of an instrument.
    pub const TEXT_CHARS_MAX: usize = 4_000;
    /// Scales of an instrument.
    pub const SCALES_MAX: usize = 50;
    /// Options of a scale.
    pub const OPTIONS_MAX: usize = crate::survey::packed::SYMBOLS_MAX;
    /// Parts of an instrument.
    pub const PARTS_MAX: usize = 20;
    /// Factors of a part.
    pub const FACTORS_MAX: usize = 50;
    /// Items of an instrument.
    pub const ITEMS_MAX: usize = 200;
    /// The largest value of an option, above and below zero.
    pub const VALUE_MAX: i32 = 1_000;
    /// The largest minimum n.
    pub const MINIMUM_N_MAX: u32 = 10_000;
    /// Characters of a free answer.
    pub const FREE_TEXT_CHARS_MAX: usize = 2_000;
}

impl Instrument {
    /// Every fault of the document, in document order; empty when the instrument can be compiled.
    #[must_use]
    pub fn validate(&self) -> Vec<InstrumentFault> {
        let mut faults = Faults::default();
        head::check(self, &mut faults);
        items::check(self, &mut faults);
        faults.found
    }
}
