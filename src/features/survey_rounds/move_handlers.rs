//! Moves of survey rounds over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    body_model::SurveyMoveBody,
    facts::{approach_survey_round, lock_survey_round, not_now},
    model::{Channel, SurveyMoveKind, SurveyMoveRow, SurveyRoundRow},
    plan_handlers::no_plan,
    rules, shown, store,
    view_model::SurveyRound,
};
use crate::{
    access::Action,
    db::{Conn, Database, Outcome, Tx, json_answer},
    error::AppResult,
    features::instruments::{self, Instruments},
    ids::{RecordId, SurveyRoundCode},
    web::{Caller, IfMatch, ValidJson, WriteProblems, answered, etag_of_revision},
};

/// What freezes the result of a survey round, in the change that makes it final: the digest of the document that was kept.
/// Survey rounds know nothing of responses, so it is handed in.
#[derive(Clone, Copy)]
pub struct OnFinalise(pub fn(&mut Tx<'_>, &Instruments, &SurveyRoundRow) -> AppResult<Option<String>>);

/// Valid responses by stratum and channel.
pub type ValidByCell = BTreeMap<(i32, Channel), i64>;

/// Valid responses of strata from one position to another; handed in, too.
#[derive(Clone, Copy)]
pub struct ValidResponses(pub fn(&mut Conn, &SurveyRoundCode, (i32, i32)) -> AppResult<ValidByCell>);

/// Move a survey round
///
/// `start` begins the asking and freezes plan and instrument, `close` ends it, `reopen` goes back with a reason, `finalise` freezes
/// the result for ever. Needs `If-Match`. For evaluators of the agency that runs it.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), ("If-Match" = String, Header, description = "The ETag that was read.")),
    request_body = SurveyMoveBody, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = SurveyRound), WriteProblems))]
#[post("/survey-rounds/{round}/moves")]
pub async fn move_survey_round(
    caller: Caller,
    db: Data<Database>,
    instruments: Data<Instruments>,
    on_finalise: Data<OnFinalise>,
    path: Path<SurveyRoundCode>,
    if_match: IfMatch,
    body: ValidJson<SurveyMoveBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let wanted = body.value;
    let change = caller.change("move_survey_round", &body.digest, vec![lock_survey_round(&code)]);
    let answer = db
        .write(change, move |tx| {
            let before = approach_survey_round(tx.conn(), &caller, &code, Action::ManageSurveyRound)?;
            if_match.require(before.revision)?;
            let Some(state) = before.state.next(wanted.kind) else {
                return Err(not_now(&before, "Không chuyển được", "This move is not possible"));
            };
            let is_due = wanted.kind == SurveyMoveKind::Reopen;
            let fault = rules::check_reason(wanted.reason.as_deref(), is_due);
            rules::refuse(fault.into_iter().collect())?;
            let mut after = SurveyRoundRow {
                state,
                revision: before.revision.saturating_add(1),
                updated_at: tx.now(),
                ..before.clone()
            };
            match wanted.kind {
                SurveyMoveKind::Start => {
                    store::plan_sums(tx.conn(), &code)?.ok_or_else(no_plan)?;
                    instruments::freeze(tx, &before.instrument_code, before.instrument_version)?;
                }
                SurveyMoveKind::Finalise => after.result_digest = on_finalise.0(tx, &instruments, &after)?,
                SurveyMoveKind::Close | SurveyMoveKind::Reopen => {}
            }
            store::replace(tx, &before, &after)?;
            let made = SurveyMoveRow {
                id: RecordId::new(),
                survey_round_code: code.clone(),
                kind: wanted.kind,
                reason: wanted.reason,
                made_at: tx.now(),
                made_by: tx.actor().to_owned(),
            };
            store::append_move(tx, &made)?;
            let entry = shown::entry(Some(&before), &after, serde_json::json!({"kind": made.kind}))?;
            let answer = json_answer(200, &shown::load(tx.conn(), &caller.principal, after.clone())?)?
                .header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
