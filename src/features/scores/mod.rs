//! Scores: what the pure engine makes of a round's answers, and why.

mod result;

pub use result::{AgencyResult, EnteredPoints, RoundResult, load_round_result};
