//! Whole numbers of 256 bits, as far as variances need them: sums of products of 128 bits, and their root.
//!
//! A design-weighted variance adds squares of weights in millionths times squares of values in millionths: at a hundred
//! million people that leaves 128 bits. No general library is needed for three operations.

/// A whole number from 0 to below 2²⁵⁶.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    high: u128,
    low: u128,
}

const HALF: u32 = 64;
const LOW_HALF: u128 = (1 << HALF) - 1;

impl Wide {
    /// The exact product.
    pub fn product(a: u128, b: u128) -> Self {
        if let Some(low) = a.checked_mul(b) {
            return Self { high: 0, low };
        }
        let (a_high, a_low) = (a >> HALF, a & LOW_HALF);
        let (b_high, b_low) = (b >> HALF, b & LOW_HALF);
        let low = a_low * b_low;
        // None of these leaves 128 bits: (2⁶⁴−1)² + 2·(2⁶⁴−1) = 2¹²⁸ − 1.
        let middle = a_high * b_low + (low >> HALF);
        let other = a_low * b_high + (middle & LOW_HALF);
        Self {
            high: a_high * b_high + (middle >> HALF) + (other >> HALF),
            low: (other << HALF) | (low & LOW_HALF),
        }
    }

    /// The sum; stays at the largest number where it would leave 256 bits.
    pub fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        let high = self
            .high
            .checked_add(other.high)
            .and_then(|high| high.checked_add(u128::from(carry)));
        high.map_or(
            Self {
                high: u128::MAX,
                low: u128::MAX,
            },
            |high| Self { high, low },
        )
    }

    /// Half of it, rounded down.
    pub const fn halved(self) -> Self {
        Self {
            high: self.high >> 1,
            low: self.low >> 1 | self.high << 127,
        }
    }

    /// The whole part of the square root, exact to a relative 2⁻⁶³ for numbers beyond 128 bits.
    pub fn root(self) -> u128 {
        if self.high == 0 {
            return self.low.isqrt();
        }
        // An even number of bits is cut off below, half as many are put back.
        let cut = (128 - self.high.leading_zeros()).next_multiple_of(2);
        let kept = if cut == 128 {
            self.high
        } else {
            self.high << (128 - cut) | self.low >> cut
        };
        kept.isqrt() << (cut / 2)
    }

    /// The whole part of a quotient, at most `u128::MAX`; none for a divisor of 0.
    pub fn over(self, divisor: u128) -> Option<u128> {
        if divisor == 0 {
            return None;
        }
        if self.high == 0 {
            return Some(self.low / divisor);
        }
        if self.high >= divisor {
            return Some(u128::MAX);
        }
        let (mut rest, mut quotient) = (self.high, 0_u128);
        for bit in (0..128).rev() {
            let carried = rest >> 127 == 1;
            rest = rest << 1 | (self.low >> bit & 1);
            quotient <<= 1;
            if carried || rest >= divisor {
                rest = rest.wrapping_sub(divisor);
                quotient |= 1;
            }
        }
        Some(quotient)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    fn big(number: Wide) -> BigUint {
        (BigUint::from(number.high) << 128_u32) + BigUint::from(number.low)
    }

    proptest! {
        #[test]
        fn it_counts_as_a_library_does(a: u128, b: u128, c: u64, divisor in 1_u128..) {
            let product = Wide::product(a, b);
            prop_assert_eq!(big(product), BigUint::from(a) * BigUint::from(b));
            let small = Wide::product(u128::from(c), a);
            let all = BigUint::from(a) * BigUint::from(b) + BigUint::from(c) * BigUint::from(a);
            if all.bits() <= 256 {
                prop_assert_eq!(big(product.plus(small)), all);
            }
            let quotient = BigUint::from(a) * BigUint::from(c) / BigUint::from(divisor);
            let expected = u128::try_from(quotient).unwrap_or(u128::MAX);
            prop_assert_eq!(small.over(divisor), Some(expected));
            let root = BigUint::from(product.root());
            let exact = big(product).sqrt();
            prop_assert!(root <= exact);
            prop_assert!((&exact - &root) << 62_u32 <= exact);
        }
    }
}
