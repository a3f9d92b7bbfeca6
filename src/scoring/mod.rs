//! The pure scoring engine: from a criteria set and an agency's answers to points, an index and a place.
//!
//! No I/O, no clock, no floats, no panics. What comes in is checked at the door ([`CriteriaSet::compile`],
//! [`rule_points`], [`decided_points`], [`check_entered`], [`check_adjustment`]); what comes out can be
//! recomputed by hand from its [`Explanation`].
//!
//! # How to read it
//! 1. [`points`](Points) and [`round_ratio`]: exact numbers and the one rounding function.
//! 2. `set.rs`, `rule.rs`: the criteria set as a document. `validate/`: every fault at once. `compile.rs`: its layout.
//! 3. `declared.rs`, `apply.rs`: what people say, and what a rule makes of it.
//! 4. `score.rs`, `mean.rs`: one backward pass over the tree. `explain.rs`: the same for people.
//! 5. `rank.rs`, `stats.rs`: places, bands and means.
//!
//! # What is always true
//! - Input order never matters, and scoring twice gives the same bytes.
//! - 0 ≤ points ≤ applicable maximum at every node (adjustments apart).
//! - Without tier rounding, the points of a sum are the sum of its leaves' points.
//! - Raising a leaf's points, applicability unchanged, never lowers the index or the place.
//! - A leaf, a mean and an index are each one exact fraction rounded once, half-even, to 10⁻⁶ (design §8.9).
//! - What is wrong is never silent: a value that does not fit is flagged `invalid` and blocks publication.

mod apply;
mod codes;
mod compile;
mod declared;
mod explain;
mod explain_text;
mod fault;
mod flags;
mod mean;
mod number;
mod points;
mod quantity;
mod range;
mod rank;
mod rounding;
mod rule;
mod rule_text;
mod score;
mod set;
mod stats;
mod survey;
mod validate;

#[cfg(test)]
mod tests;

pub use apply::{check_adjustment, check_entered, decided_points, rule_points};
pub(crate) use codes::code_enum;
pub use compile::{CompiledLeaf, CompiledNode, CompiledSet, Shape};
pub use declared::{Applied, Decision, Declared, ValueFault, ValueFaultCode};
pub use explain::{ExplainedAdjustment, ExplainedNode, Explanation, MissingLeaf, RoundingEvent, explain};
pub use fault::{Fault, FaultCode};
pub use flags::{Flag, Flags};
pub use number::NumberError;
pub use points::Points;
pub use quantity::Quantity;
pub use rank::{Contender, DomainFigures, Entry, Figures, Ranking, band_of, rank};
pub use rounding::{RoundingMode, percent_text, percent_text_2, ratio_text_2, round_ratio};
pub use rule::{ChoiceOption, PercentFloor, Rule, RuleBand};
pub use score::{Answers, LeafAnswer, NodeScore, Scorecard, score};
pub use set::{
    AdjustmentItem, AdjustmentKind, Adjustments, Basis, Combine, CriteriaSet, Feed, Node, RankingRule,
    Rounding, SetBand, SetSource, Source, Tier, Ties,
};
pub use stats::GroupStats;
pub use survey::{SurveyConversion, SurveyMeasure, survey_points};
pub use validate::limits;
