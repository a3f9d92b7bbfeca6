//! The pure survey room: from a questionnaire and the answers to it to counts, indices and their intervals.
//!
//! No I/O, no clock, no floats, no panics. An [`Instrument`] is checked once ([`Instrument::compile`]); a
//! [`CompiledInstrument`] reads answers, packs them and knows what counts.
//!
//! # How to read it
//! 1. `instrument.rs`: the questionnaire as a document. `validate/`: every fault at once.
//! 2. `compile.rs`: its frozen order of items, what counts and with which weight.
//! 3. `sample.rs`, `draw.rs`: how many are asked, and who.
//! 4. `answers.rs`, `packed.rs`: a response as one short text, an item a character.
//! 5. `counts.rs`, `design.rs`, `estimate.rs`, `spread.rs`: counts that add up, and the figures that follow from them.
//! 6. `suppress.rs`, `quality.rs`: what is not shown, and what is doubted.
//! 7. `population.rs`: people who are made up, so that the truth is known.

mod answers;
mod compile;
mod counts;
mod design;
mod draw;
mod estimate;
mod fault;
mod instrument;
mod nodes;
mod packed;
mod population;
mod quality;
mod sample;
mod spread;
mod suppress;
mod validate;
mod wide;

#[cfg(test)]
mod tests;

pub use answers::{AnswerFault, AnswerFaultCode, AnswerInput, GivenAnswers, PackedResponse};
pub use compile::{CompiledInstrument, CompiledItem, CompiledOption, Condition, ItemPlace, TextItem};
pub use counts::{Cell, CountPlan, Sums};
pub use design::{POPULATION_MAX, SampleDesign, StratumFacts};
pub use draw::{Stream, draw};
pub use estimate::{Estimator, Figure, ItemFigures, RowFigures};
pub use fault::{InstrumentFault, InstrumentFaultCode};
pub use instrument::{
    IndexRule, Instrument, InstrumentFactor, InstrumentItem, InstrumentPart, InstrumentScale, InstrumentText,
    ItemKind, Language, Measure, QualityRule, ScaleOption, ShowIf,
};
pub use nodes::{IndexNode, NodeKind};
pub use packed::{NOT_ANSWERED, SKIPPED, position_of, symbol_of};
pub use population::{
    POPULATION_CHANNELS, PopulationSpec, SyntheticCommune, SyntheticResponse, synthetic_communes,
};
pub use quality::{
    FLAGS, FlagSet, INTERVIEWS_MIN, InterviewerEffect, QualityFlag, flag_duplicates, interviewer_effect,
    own_flags,
};
pub use sample::{Allocation, ERROR_MICRO_MAX, allocate, sample_size};
pub use suppress::{NodeTree, SuppressedRow, suppress};
pub use validate::limits;
