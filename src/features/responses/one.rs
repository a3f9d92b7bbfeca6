//! What other features need of responses: taking in a single one, and how many are valid.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    counts_store,
    judge::{GoodResponse, counts_of},
    take,
};
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult, ErrorCode},
    features::{
        instruments::Instruments,
        survey_rounds::{Channel, SurveyRoundRow},
    },
    ids::SurveyRoundCode,
    survey::{Cell, CountPlan, PackedResponse, own_flags},
};

/// The batch of responses that came one by one: no sender can have this key.
const BATCH_KEY: &str = "*";

/// A single response, as an online form makes it.
#[derive(Debug, Clone)]
pub struct OneResponse {
    /// Its id, unique in the round.
    pub id: String,
    /// The stratum's place.
    pub stratum: i32,
    /// The way on which it came.
    pub channel: Channel,
    /// What [`crate::survey::CompiledInstrument::pack_items`] made of it.
    pub packed: PackedResponse,
    /// The day.
    pub collected_on: Option<NaiveDate>,
    /// How long it took, where it was measured.
    pub seconds: Option<i32>,
}

/// Takes a single response in, with its counts, as part of a change that holds [`crate::features::survey_rounds::count_locks`]. 409 if its id is there.
pub fn take_one(
    tx: &mut Tx<'_>,
    instruments: &Instruments,
    round: &SurveyRoundRow,
    one: OneResponse,
) -> AppResult<()> {
    let instrument = instruments.load(tx.conn(), &round.instrument_code, round.instrument_version)?;
    let seconds = one.seconds.and_then(|seconds| u32::try_from(seconds).ok());
    let good = GoodResponse {
        index: 0,
        id: one.id,
        stratum: one.stratum,
        channel: one.channel,
        flags: own_flags(&instrument, &one.packed.answers, seconds),
        answers: one.packed.answers,
        texts: one.packed.texts,
        collected_on: one.collected_on,
        seconds: one.seconds,
        interviewer: None,
    };
    if take::insert(tx, &round.code, BATCH_KEY, std::slice::from_ref(&good))? == 0 {
        return Err(AppError::new(ErrorCode::AlreadyExists));
    }
    let plan = CountPlan::new(&instrument);
    let counts = counts_of(&plan, std::iter::once(&good));
    take::add_counts(tx, &round.code, &plan, counts)?;
    take::keep_texts(tx, &round.code, &[&good])
}

/// Valid responses by stratum and channel, of strata from one position to another.
pub fn valid_responses(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    span: (i32, i32),
) -> AppResult<BTreeMap<(i32, Channel), i64>> {
    let rows = counts_store::texts_between(conn, round, span)?;
    rows.into_iter()
        .map(|(stratum, channel, counts)| {
            let n = Cell::n_of_encoded(&counts).and_then(|n| i64::try_from(n).ok());
            let n = n.ok_or_else(|| AppError::internal("kept counts don't begin with a number"))?;
            Ok(((stratum, channel), n))
        })
        .collect()
}
