//! Excluding responses, and taking exclusions back: on record, with the counts in the same transaction.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    body_model::ExclusionBody,
    counts_store,
    desk::RoundDesk,
    model::{ExclusionRow, KeptResponse},
    store,
    view_model::ExclusionResult,
};
use crate::{
    db::{Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError, Message},
    ids::RecordId,
    survey::FlagSet,
};

const RESPONSES_MAX: usize = 1_000;
const REASON_LENGTH_MAX: usize = 2_000;

fn fault(pointer: impl Into<String>, code: &str, vi: String, en: String) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// Refuses what can't be asked.
pub fn check(body: &ExclusionBody) -> AppResult<()> {
    let mut faults = Vec::new();
    if body.responses.is_empty() || body.responses.len() > RESPONSES_MAX {
        faults.push(fault(
            "/responses",
            "bad_count",
            format!("Nêu từ 1 đến {RESPONSES_MAX} phiếu."),
            format!("Name 1 to {RESPONSES_MAX} responses."),
        ));
    }
    let length = body.reason.chars().count();
    if body.reason.trim().is_empty() || length > REASON_LENGTH_MAX {
        faults.push(fault(
            "/reason",
            "bad_text",
            format!("Lý do có từ 1 đến {REASON_LENGTH_MAX} ký tự."),
            format!("A reason has 1 to {REASON_LENGTH_MAX} characters."),
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// Excludes or takes back.
pub fn run(tx: &mut Tx<'_>, desk: &Arc<RoundDesk>, body: &ExclusionBody) -> AppResult<Outcome> {
    let code = &desk.round.code;
    let found = store::find_responses(tx.conn(), code, &body.responses)?;
    let found: HashMap<&str, &KeptResponse> = found
        .iter()
        .map(|kept| (kept.response_id.as_str(), kept))
        .collect();
    let unknown = body
        .responses
        .iter()
        .enumerate()
        .filter(|(_, id)| !found.contains_key(id.as_str()));
    let faults: Vec<FieldError> = unknown
        .map(|(index, id)| {
            fault(
                format!("/responses/{index}"),
                "unknown_response",
                format!("Không có phiếu {id}."),
                format!("There is no response {id}."),
            )
        })
        .collect();
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    let changed: Vec<&KeptResponse> = found
        .values()
        .copied()
        .filter(|kept| kept.excluded != body.excluded)
        .collect();
    let result = ExclusionResult {
        survey_round: code.clone(),
        changed: changed.len(),
        unchanged: found.len() - changed.len(),
    };
    let answer = json_answer(200, &result)?;
    if changed.is_empty() {
        return Ok(Outcome::Unchanged(answer));
    }
    recount(tx, desk, &changed, body.excluded)?;
    let mut ids: Vec<&str> = changed.iter().map(|kept| kept.response_id.as_str()).collect();
    ids.sort_unstable();
    store::set_excluded(tx, code, &ids, body.excluded)?;
    let rows: Vec<ExclusionRow> = ids.iter().map(|id| record(tx, desk, id, body)).collect();
    store::append_exclusions(tx, &rows)?;
    let entry = Entry {
        object_kind: "survey_exclusions",
        object_id: code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&serde_json::json!({
            "responses": ids, "excluded": body.excluded, "reason": body.reason,
        }))?),
        detail: serde_json::json!({"responses": ids.len(), "excluded": body.excluded}),
    };
    Ok(Outcome::Done(answer, entry))
}

fn record(tx: &Tx<'_>, desk: &RoundDesk, id: &str, body: &ExclusionBody) -> ExclusionRow {
    ExclusionRow {
        id: RecordId::new(),
        survey_round_code: desk.round.code.clone(),
        response_id: id.to_owned(),
        excluded: body.excluded,
        reason: body.reason.trim().to_owned(),
        made_at: tx.now(),
        made_by: tx.actor().to_owned(),
    }
}

fn recount(tx: &mut Tx<'_>, desk: &RoundDesk, changed: &[&KeptResponse], excluded: bool) -> AppResult<()> {
    let code = &desk.round.code;
    let strata: BTreeSet<i32> = changed.iter().map(|kept| kept.stratum).collect();
    let touched: BTreeSet<_> = changed.iter().map(|kept| (kept.stratum, kept.channel)).collect();
    let mut cells = counts_store::of_strata(tx.conn(), code, &strata, &desk.plan)?;
    cells.retain(|key, _| touched.contains(key));
    for kept in changed {
        let cell = cells
            .entry((kept.stratum, kept.channel))
            .or_insert_with(|| desk.plan.empty());
        let flags = FlagSet::from_bits(kept.flags);
        let moved = if excluded {
            desk.plan.take_out(cell, &kept.answers, flags)
        } else {
            desk.plan.add(cell, &kept.answers, flags)
        };
        if !moved {
            return Err(AppError::internal("a kept response does not fit its counts"));
        }
    }
    let revision = counts_store::raise_head(tx, code)?;
    counts_store::put(tx, code, revision, &cells)
}
