//! [`Flags`]: what a reader must know beside a number.

use serde::{Serialize, Serializer};

use super::codes::code_enum;

code_enum! {
    /// One remark on a node. A container bears the remarks of what lies below it, except `not_applicable`,
    /// which it bears only when nothing below it applies.
    pub enum Flag {
        /// Nothing is declared: it counts 0, never as "not applicable" (design §8.7).
        Undeclared = "undeclared",
        /// No decision is made yet. Blocks publication.
        Undecided = "undecided",
        /// Survey points are missing. Blocks publication.
        MissingSurvey = "missing_survey",
        /// Points from another source are missing. Blocks publication.
        MissingExternal = "missing_external",
        /// It does not apply, so its maximum has left the denominator.
        NotApplicable = "not_applicable",
        /// A stored value does not fit the set and counts 0. Values are checked before they are stored, so this
        /// shows a fault of the program or the database. Blocks publication, rather than hide it.
        Invalid = "invalid",
    }
}

impl Flag {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of [`Flag`]s in one byte. Serialised as a list of their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, utoipa::ToSchema)]
#[schema(value_type = Vec<Flag>)]
pub struct Flags(u8);

impl Flags {
    /// No flags.
    pub const NONE: Self = Self(0);
    /// The flags that block publication (design §8.7).
    pub const BLOCKING: Self = Self(
        Flag::Undecided.bit() | Flag::MissingSurvey.bit() | Flag::MissingExternal.bit() | Flag::Invalid.bit(),
    );

    /// Adds one.
    pub const fn insert(&mut self, flag: Flag) {
        self.0 |= flag.bit();
    }

    /// Takes one off.
    pub const fn remove(&mut self, flag: Flag) {
        self.0 &= !flag.bit();
    }

    /// Whether it is there.
    #[must_use]
    pub const fn contains(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// Whether any of `others` is there.
    #[must_use]
    pub const fn intersects(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The flags, in order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |flag| self.contains(*flag))
    }
}

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
