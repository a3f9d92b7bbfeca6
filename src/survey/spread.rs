//! What a stratum adds to a variance: the spread of its residuals, from five sums.

use super::counts::Sums;

/// Ratios are worked with in millionths inside a variance.
pub(super) const RATIO: i128 = 1_000_000;

/// Σe² − (Σe)²/n for e = t − R·m, in 10⁻¹²; `ratio` is R in millionths. Rounded down.
pub(super) fn spread(sums: &Sums, ratio: i128, valid: u64) -> Option<u128> {
    // A stratum's sums are small as a rule, and dividing 128 bits takes several times as long as all the rest.
    let small = |sum: u128| i64::try_from(sum).ok();
    let narrow = || {
        let terms = Terms {
            t: small(sums.t)?,
            m: small(sums.m)?,
            tt: small(sums.tt)?,
            tm: small(sums.tm)?,
            mm: small(sums.mm)?,
        };
        spread_narrow(&terms, i64::try_from(ratio).ok()?, i64::try_from(valid).ok()?)
    };
    narrow().or_else(|| spread_wide(sums, ratio, i128::from(valid)))
}

/// The five sums in 64 bits.
struct Terms {
    t: i64,
    m: i64,
    tt: i64,
    tm: i64,
    mm: i64,
}

/// [`spread`] in 64 bits; none where they are too few.
fn spread_narrow(sums: &Terms, ratio: i64, valid: i64) -> Option<u128> {
    const RATIO: i64 = 1_000_000;
    let squares = sums.tt.checked_mul(RATIO * RATIO)?;
    let mixed = sums.tm.checked_mul(2 * RATIO)?.checked_mul(ratio)?;
    let weights = sums.mm.checked_mul(ratio)?.checked_mul(ratio)?;
    let squared = squares.checked_sub(mixed)?.checked_add(weights)?;
    let sum = sums
        .t
        .checked_mul(RATIO)?
        .checked_sub(sums.m.checked_mul(ratio)?)?;
    let (whole, rest) = (sum.checked_div(valid)?, sum.checked_rem(valid)?);
    let of_mean = whole
        .checked_mul(sum.checked_add(rest)?)?
        .checked_add(rest.checked_mul(rest)?.checked_div(valid)?)?;
    u128::try_from(squared.checked_sub(of_mean)?.max(0)).ok()
}

fn spread_wide(sums: &Sums, ratio: i128, valid: i128) -> Option<u128> {
    let signed = |sum: u128| i128::try_from(sum).ok();
    let squares = signed(sums.tt)?.checked_mul(RATIO * RATIO)?;
    let mixed = signed(sums.tm)?.checked_mul(2 * RATIO)?.checked_mul(ratio)?;
    let weights = signed(sums.mm)?.checked_mul(ratio)?.checked_mul(ratio)?;
    let squared = squares.checked_sub(mixed)?.checked_add(weights)?;
    let sum = signed(sums.t)?
        .checked_mul(RATIO)?
        .checked_sub(signed(sums.m)?.checked_mul(ratio)?)?;
    // (Σe)²/n without the square, which could leave 128 bits: with Σe = q·n + r it is q·(Σe + r) + r²/n.
    let (whole, rest) = (sum.checked_div(valid)?, sum.checked_rem(valid)?);
    let of_mean = whole
        .checked_mul(sum.checked_add(rest)?)?
        .checked_add((rest * rest).checked_div(valid)?)?;
    u128::try_from(squared.checked_sub(of_mean)?.max(0)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_bits_and_many_come_to_the_same(
            t in 0_u32..3_000_000, more in 0_u32..3_000_000, squares in 0_u32..5_000_000, ratio in 0_i32..2_000_000, valid in 1_u32..100_000
        ) {
            let (t, m) = (u128::from(t), u128::from(t) + u128::from(more));
            let sums = Sums { t, m, tt: t + u128::from(squares), tm: t, mm: m };
            let (ratio, valid) = (i128::from(ratio), u64::from(valid));
            prop_assert_eq!(spread(&sums, ratio, valid), spread_wide(&sums, ratio, i128::from(valid)));
        }
    }
}
