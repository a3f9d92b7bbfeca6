//! A survey round as it is shown.

use super::{
    facts,
    model::{SurveyMoveKind, SurveyRoundRow},
    store::{self, PlanSums},
    view_model::{SamplePlan, SurveyMove, SurveyRound},
};
use crate::{
    access::{Action, Object, Principal, SurveyRoundFacts, may},
    db::{Conn, Entry, digest_of},
    error::{AppError, AppResult},
    features::accounts,
    scoring::Quantity,
};

/// A survey round as a person sees it.
pub fn load(conn: &mut Conn, principal: &Principal, row: SurveyRoundRow) -> AppResult<SurveyRound> {
    let known = facts::facts(conn, &row)?;
    let sums = store::plan_sums(conn, &row.code)?;
    let mut history: Vec<SurveyMove> = store::moves(conn, &row.code)?
        .into_iter()
        .map(SurveyMove::from)
        .collect();
    accounts::put_names(conn, history.iter_mut().map(|one| &mut one.made_by))?;
    let sees_seed = may(principal, Action::ReadSurveyWork, Object::SurveyRound(&known));
    let sample_plan = sums
        .map(|sums| plan(&row, sums).map(|plan| if sees_seed { plan } else { without_seed(plan) }))
        .transpose()?;
    Ok(SurveyRound {
        moves: moves(principal, &row, &known),
        collectors: known.collectors,
        sample_plan,
        history,
        summary: row.into(),
    })
}

fn moves(principal: &Principal, row: &SurveyRoundRow, known: &SurveyRoundFacts) -> Vec<SurveyMoveKind> {
    if may(principal, Action::ManageSurveyRound, Object::SurveyRound(known)) {
        row.state.moves()
    } else {
        Vec::new()
    }
}

fn without_seed(plan: SamplePlan) -> SamplePlan {
    SamplePlan { seed: None, ..plan }
}

/// What a plan comes to.
pub fn plan(row: &SurveyRoundRow, sums: PlanSums) -> AppResult<SamplePlan> {
    Ok(SamplePlan {
        weighted: row.weighted,
        error: Quantity::from_micro(row.error_micro)
            .ok_or_else(|| AppError::internal("a kept error is negative"))?,
        sizing: row.sizing,
        allocation: row.allocation,
        total_size: row.total_size,
        strata: sums.strata,
        population: sums.population,
        sample_size: sums.sample_size,
        seed: row.seed.clone(),
    })
}

/// The digest of a survey round's row for the audit trail.
pub fn digest(row: &SurveyRoundRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "code": row.code, "title_vi": row.title_vi, "title_en": row.title_en, "state": row.state,
        "instrument": [row.instrument_code.as_str(), &row.instrument_version.to_string()],
        "collects_from": row.collects_from, "collects_to": row.collects_to, "weighted": row.weighted,
        "error_micro": row.error_micro, "sizing": row.sizing, "allocation": row.allocation,
        "total_size": row.total_size, "seed": row.seed, "result_digest": row.result_digest,
        "revision": row.revision,
    }))
}

/// The audit entry of a change of a survey round.
pub fn entry(
    before: Option<&SurveyRoundRow>,
    after: &SurveyRoundRow,
    detail: serde_json::Value,
) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "survey_round",
        object_id: after.code.to_string(),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail,
    })
}
