//! How the applicable maximum of a node can vary when indicators do not apply: the ground of two proofs.
//!
//! A leaf applies or not, so its applicable maximum is M or 0. The same holds for a mean (design §8.6). A sum
//! can stop anywhere between, but only at multiples of a quantum: the greatest common divisor of what its
//! children can contribute. The validator uses this to prove that
//! 1. tier rounding can't lift points above the applicable maximum, and
//! 2. the exact fraction of a mean stays inside `i128` (see [`Applicable::mean_fits`]).

use super::points::Points;
use super::set::Combine;

/// The applicable maxima that a node can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Applicable {
    /// The full maximum, in millionths.
    maximum: i64,
    /// Every possible applicable maximum is a multiple of this, in millionths.
    quantum: i64,
    /// Whether something between 0 and the maximum is possible.
    varies: bool,
    /// Whether the node as a whole can be not applicable.
    can_drop: bool,
}

impl Applicable {
    /// A leaf: all or nothing.
    pub fn of_leaf(maximum: Points, not_applicable_allowed: bool) -> Self {
        let maximum = maximum.micro();
        Self {
            maximum,
            quantum: maximum,
            varies: false,
            can_drop: not_applicable_allowed,
        }
    }

    /// A container over its children.
    pub fn of_container(combine: Combine, maximum: Points, children: &[Self]) -> Self {
        let maximum = maximum.micro();
        let can_drop = children.iter().all(|child| child.can_drop);
        match combine {
            Combine::Mean | Combine::WeightedMean => Self {
                maximum,
                quantum: maximum,
                varies: false,
                can_drop,
            },
            Combine::Sum => {
                let some_drop = children.len() > 1 && children.iter().any(|child| child.can_drop);
                let varies = some_drop || children.iter().any(|child| child.varies);
                let quantum = if varies {
                    children
                        .iter()
                        .fold(0, |quantum, child| gcd(quantum, child.quantum.into()))
                } else {
                    maximum.into()
                };
                Self {
                    maximum,
                    quantum: i64::try_from(quantum).unwrap_or(maximum),
                    varies,
                    can_drop,
                }
            }
        }
    }

    /// Whether every possible applicable maximum is a multiple of `unit`.
    pub fn is_in_steps_of(&self, unit: Points) -> bool {
        Points::from_micro(self.quantum).is_multiple_of(unit)
    }

    /// The largest denominator that M / (applicable maximum) can have in lowest terms.
    ///
    /// The applicable maximum A = k × quantum and M = n × quantum with k ≤ n, so after dividing both by the
    /// quantum the denominator is at most k ≤ n.
    fn denominator_max(&self) -> i128 {
        if self.varies && self.quantum > 0 {
            i128::from(self.maximum / self.quantum)
        } else {
            1
        }
    }

    /// Whether the exact fraction of a mean over these children fits `i128`.
    ///
    /// With reduced weights w, child points p ≤ A and D the common denominator, `mean.rs` computes
    /// Σ w·(p·M/A)·D over Σ w·D. As p·M/A ≤ M, every number on the way is at most Σw × M × D; and D is at
    /// most the product of the children's own largest denominators. That bound is what is checked here.
    pub fn mean_fits(
        maximum: Points,
        weights: impl Iterator<Item = Option<Points>>,
        children: &[Self],
    ) -> bool {
        let weights = reduced_weights(weights);
        let bound = || {
            let mut bound = i128::from(maximum.micro().max(1));
            bound = bound.checked_mul(weights.iter().sum::<i128>().max(1))?;
            children
                .iter()
                .try_fold(bound, |bound, child| bound.checked_mul(child.denominator_max()))
        };
        bound().is_some()
    }
}

/// Weights as the smallest whole numbers of the same proportions (0.4, 0.3, 0.3 → 4, 3, 3); a missing one is 1.
pub(super) fn reduced_weights(weights: impl Iterator<Item = Option<Points>>) -> Vec<i128> {
    let weights: Vec<i128> = weights
        .map(|weight| weight.map_or(1, |weight| i128::from(weight.micro())))
        .collect();
    let divisor = weights
        .iter()
        .fold(0, |divisor, weight| gcd(divisor, *weight))
        .max(1);
    weights.into_iter().map(|weight| weight / divisor).collect()
}

/// Greatest common divisor; `gcd(0, b) = b`.
pub(super) const fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}
