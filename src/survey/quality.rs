//! Doubts about single responses and about those who collect them. A doubt is a flag; what follows is decided by people,
//! and on record.

use std::collections::BTreeMap;

use super::{
    compile::{CompiledInstrument, CompiledItem},
    counts::Sums,
    instrument::QualityRule,
    packed::position_of,
    spread::{RATIO, spread},
};
use crate::scoring::{Points, RoundingMode, code_enum, round_ratio};

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
pub struct FlagSet(i32);

impl FlagSet {
    /// From the database.
    #[must_use]
    pub const fn from_bits(bits: i32) -> Self {
        Self(bits)
    }

    /// For the database.
    #[must_use]
    pub const fn bits(self) -> i32 {
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
        Self(self.0 | 1 << flag as i32)
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

/// Fewer interviews than this tell nothing of who made them.
pub const INTERVIEWS_MIN: u64 = 20;
/// How many standard errors apart are no chance: at three, one honest interviewer in 370 is doubted.
const ERRORS_APART_SQUARED: u128 = 9;

/// What somebody's interviews come to, beside those of others in the same strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterviewerEffect {
    /// The index of the interviewer's responses, in percent.
    pub own: Points,
    /// The index of the others'.
    pub others: Points,
    /// Whether they are too far apart for chance.
    pub doubted: bool,
}

/// Compares an interviewer with the others: n and the sums of the whole for each, and the instrument's value scale. None where
/// either has nothing that counts, or a single interview.
#[must_use]
pub fn interviewer_effect(
    own: (u64, &Sums),
    others: (u64, &Sums),
    value_scale: u32,
) -> Option<InterviewerEffect> {
    let (mine, my_variance) = ratio_of(own)?;
    let (theirs, their_variance) = ratio_of(others)?;
    let percent = |ratio: i128| {
        let micro = round_ratio(
            ratio.checked_mul(100)?,
            i128::from(value_scale),
            RoundingMode::HalfEven,
        )?;
        i64::try_from(micro).ok().map(Points::from_micro)
    };
    let apart = mine.abs_diff(theirs);
    let variance = my_variance
        .checked_add(their_variance)?
        .checked_mul(ERRORS_APART_SQUARED)?;
    Some(InterviewerEffect {
        own: percent(mine)?,
        others: percent(theirs)?,
        doubted: own.0 >= INTERVIEWS_MIN && apart.checked_mul(apart)? > variance,
    })
}

/// A ratio in millionths and its variance in their squares, of a plain sample.
fn ratio_of((n, sums): (u64, &Sums)) -> Option<(i128, u128)> {
    let ratio = round_ratio(
        i128::try_from(sums.t).ok()?.checked_mul(RATIO)?,
        i128::try_from(sums.m).ok()?,
        RoundingMode::HalfEven,
    )?;
    let below = u128::from(n.checked_sub(1).filter(|below| *below > 0)?);
    let variance = spread(sums, ratio, n)?.checked_mul(u128::from(n))? / below;
    Some((ratio, variance.checked_div(sums.m.checked_mul(sums.m)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many interviews of which so many are satisfied.
    fn interviews(n: u64, satisfied: u64) -> (u64, Sums) {
        let (n_wide, satisfied) = (u128::from(n), u128::from(satisfied));
        (
            n,
            Sums {
                t: satisfied,
                m: n_wide,
                tt: satisfied,
                tm: satisfied,
                mm: n_wide,
            },
        )
    }

    fn effect(own: (u64, Sums), others: (u64, Sums)) -> Option<InterviewerEffect> {
        interviewer_effect((own.0, &own.1), (others.0, &others.1), 1)
    }

    #[test]
    fn who_is_far_from_the_others_is_doubted() {
        // 100 % against 80 %: 20 points apart, with a standard error of 2.8.
        let far = effect(interviews(50, 50), interviews(200, 160)).unwrap();
        assert_eq!(
            (far.own.format(1), far.others.format(1), far.doubted),
            ("100.0".into(), "80.0".into(), true)
        );
        assert!(!effect(interviews(50, 43), interviews(200, 160)).unwrap().doubted);
        assert!(
            !effect(interviews(10, 10), interviews(200, 20)).unwrap().doubted,
            "too few to tell"
        );
        assert_eq!(effect(interviews(1, 1), interviews(200, 20)), None);
        assert_eq!(effect(interviews(0, 0), interviews(200, 20)), None);
    }

    #[test]
    fn copies_are_flagged_but_straight_lines_are_not() {
        let mut flags = [FlagSet::default(); 4];
        flags[3] = flags[3].with(QualityFlag::StraightLine);
        let answers = [(0, "0123"), (0, "0123"), (1, "0123"), (0, "4444")];
        flag_duplicates(
            answers
                .into_iter()
                .zip(&mut flags)
                .map(|((stratum, answers), flags)| (stratum, answers, flags)),
        );
        assert_eq!(
            flags.map(|flags| flags.has(QualityFlag::Duplicate as usize)),
            [true, true, false, false]
        );
        assert_eq!(flags[3].flags().collect::<Vec<_>>(), [QualityFlag::StraightLine]);
    }
}
