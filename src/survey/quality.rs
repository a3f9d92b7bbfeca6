//! Doubts about single responses and about those who collect them. A doubt is a flag; what follows is decided by people,
//! and on record.

use std::collections::BTreeMap;

use super::{
    compile::{CompiledInstrument, CompiledItem},
    instrument::QualityRule,
    packed::position_of,
};
use crate::scoring::code_enum;

code_enum! {
    /// Why a response is doubted.
    pub enum QualityFlag {
        /// All items of the kinds that count have the same option, and there are enough of them.
        StraightLine = "straight_line",
        /// The form was filled in faster than it can be read.
        Speeder = "speeder",
        /// Another response of the same batch and stratum has the same answers, none of them straight-lined.
        Duplicate = "duplicate",
    }
}

/// How many flags there are.
pub const FLAGS: usize = 3;

/// The flags of one response, a bit each in the order of [`QualityFlag::ALL`], as kept in the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlagSet(i16);

impl FlagSet {
    /// From the database.
    #[must_use]
    pub const fn from_bits(bits: i16) -> Self {
        Self(bits)
    }

    /// For the database.
    #[must_use]
    pub const fn bits(self) -> i16 {
        self.0
    }

    /// Whether the flag at this place stands.
    #[must_use]
    pub const fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    /// The same with one flag more.
    #[must_use]
    pub const fn with(self, flag: QualityFlag) -> Self {
        Self(self.0 | 1 << flag as i16)
    }

    /// The flags that stand.
    pub fn flags(self) -> impl Iterator<Item = QualityFlag> {
        QualityFlag::ALL
            .iter()
            .copied()
            .filter(move |flag| self.has(*flag as usize))
    }
}

/// The flags that a response has by itself. `seconds` is how long the form took, where it was measured.
#[must_use]
pub fn own_flags(instrument: &CompiledInstrument, answers: &str, seconds: Option<u32>) -> FlagSet {
    let Some(rule) = &instrument.document().quality else {
        return FlagSet::default();
    };
    let mut flags = FlagSet::default();
    if is_straight_line(instrument, rule, answers) {
        flags = flags.with(QualityFlag::StraightLine);
    }
    if seconds.is_some_and(|seconds| seconds < rule.seconds_min) {
        flags = flags.with(QualityFlag::Speeder);
    }
    flags
}

fn is_straight_line(instrument: &CompiledInstrument, rule: &QualityRule, answers: &str) -> bool {
    let symbol = |item: &CompiledItem| answers.as_bytes().get(item.start).copied();
    let counted = instrument.items().iter().filter(|item| item.counted);
    let mut answered = counted
        .filter_map(symbol)
        .filter(|symbol| position_of(*symbol).is_some());
    let Some(first) = answered.next() else {
        return false;
    };
    let mut length = 1_u32;
    for other in answered {
        if other != first {
            return false;
        }
        length += 1;
    }
    length >= rule.straight_line_items_min
}

/// Adds the flag of duplicates to responses of one batch: their strata, answers and flags. Straight lines are left out,
/// since two honest people who are satisfied with everything are no copy of each other.
pub fn flag_duplicates<'a>(responses: impl Iterator<Item = (i32, &'a str, &'a mut FlagSet)>) {
    let mut seen: BTreeMap<(i32, &str), Option<&mut FlagSet>> = BTreeMap::new();
    for (stratum, answers, flags) in responses {
        if flags.has(QualityFlag::StraightLine as usize) {
            continue;
        }
        match seen.get_mut(&(stratum, answers)) {
            None => {
                seen.insert((stratum, answers), Some(flags));
            }
            Some(first) => {
                *flags = flags.with(QualityFlag::Duplicate);
                if let Some(first) = first.take() {
                    *first = first.with(QualityFlag::Duplicate);
                }
            }
        }
    }
}
