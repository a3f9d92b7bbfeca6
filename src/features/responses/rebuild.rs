//! Counting a round anew from its raw answers.

use std::sync::Arc;

use super::{
    counts_store::{self, Cells},
    desk::RoundDesk,
    model::KeptResponse,
    store,
    view_model::RebuildResult,
};
use crate::{
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    survey::{CountPlan, FlagSet},
};

/// What was counted anew, and by which revision of the kept counts.
pub struct Recounted {
    cells: Cells,
    responses: u64,
    excluded: u64,
    revision: i64,
}

/// Reads every response of a round. Nothing is locked meanwhile: whether the counts moved is seen when the result is kept.
pub fn recount(conn: &mut Conn, desk: &RoundDesk) -> AppResult<Recounted> {
    let code = &desk.round.code;
    let revision = counts_store::head(conn, code)?;
    let mut counting = Recounted {
        cells: Cells::new(),
        responses: 0,
        excluded: 0,
        revision,
    };
    let mut misfits = 0_u64;
    store::scan(conn, code, |kept| {
        misfits += u64::from(!counting.add(&desk.plan, kept));
    })?;
    if misfits > 0 {
        return Err(AppError::internal(format!(
            "{misfits} responses are not of the round's instrument"
        )));
    }
    Ok(counting)
}

impl Recounted {
    fn add(&mut self, plan: &CountPlan, kept: &KeptResponse) -> bool {
        self.responses += 1;
        if kept.excluded {
            self.excluded += 1;
            return true;
        }
        let cell = self
            .cells
            .entry((kept.stratum, kept.channel))
            .or_insert_with(|| plan.empty());
        plan.add(cell, &kept.answers, FlagSet::from_bits(kept.flags))
    }

    /// Compares with the kept counts and puts right what differs. 409 if the counts moved meanwhile.
    pub fn keep(mut self, tx: &mut Tx<'_>, desk: &Arc<RoundDesk>) -> AppResult<Outcome> {
        let code = &desk.round.code;
        if counts_store::head(tx.conn(), code)? != self.revision {
            return Err(AppError::new(ErrorCode::Conflict));
        }
        let kept = counts_store::since(tx.conn(), code, 0, &desk.plan)?;
        // A cell whose responses were all excluded is kept as an empty one.
        for key in kept.keys() {
            self.cells.entry(*key).or_insert_with(|| desk.plan.empty());
        }
        let differing: Cells = self
            .cells
            .iter()
            .filter(|(key, cell)| kept.get(key) != Some(cell))
            .map(|(key, cell)| (*key, cell.clone()))
            .collect();
        let mut revision = self.revision;
        if !differing.is_empty() {
            revision = counts_store::raise_head(tx, code)?;
            counts_store::put(tx, code, revision, &differing)?;
        }
        let result = RebuildResult {
            survey_round: code.clone(),
            responses: self.responses,
            excluded: self.excluded,
            cells: self.cells.len(),
            equal: differing.is_empty(),
            mended: differing.len(),
            counts_revision: revision,
        };
        let entry = Entry {
            object_kind: "survey_counts",
            object_id: code.to_string(),
            before_digest: None,
            after_digest: Some(digest_of(&result)?),
            detail: serde_json::to_value(&result).map_err(AppError::internal)?,
        };
        Ok(Outcome::Done(json_answer(200, &result)?, entry))
    }
}
