//! Saving decisions in bulk.

use super::{
    judge::{Made, Standing},
    model::{AppraisalBody, AppraisalResult, AppraisalSaveResult},
    store, view_store,
    workbook::{self, Form},
};
use crate::{
    access::{Action, Role},
    db::{Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        criteria::Sets,
        submissions::{self, Approached, SaveMode, SaveQuery},
    },
    ids::{AgencyCode, RoundCode},
    web::{Bulk, Caller, Gathered, ItemProblem, Sent},
};

/// A bulk of decisions.
pub struct Save {
    /// Who decides.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The agency that is appraised.
    pub agency: AgencyCode,
    /// The decisions.
    pub items: Bulk<AppraisalBody>,
    /// All or partial, for real or as a check.
    pub query: SaveQuery,
}

impl Save {
    /// Runs the save inside its transaction.
    pub fn run(self, tx: &mut Tx<'_>, sets: &Sets) -> AppResult<Outcome> {
        let Approached { round, known, .. } = submissions::approach(
            tx.conn(),
            &self.caller,
            &self.round,
            &self.agency,
            Action::Appraise,
        )?;
        if !round.phase.is_open_for_appraisal() {
            let (vi, en) = round.phase.name();
            return Err(AppError::with(
                ErrorCode::IllegalTransition,
                format!("Không thẩm định được: kỳ đang ở giai đoạn {vi}."),
                format!("Nothing can be appraised: the round is in {en}."),
            ));
        }
        let (set, set_digest) =
            sets.load_named(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
        let only = std::slice::from_ref(&self.agency);
        let principal = &self.caller.principal;
        let bodies = super::bodies_by_indicator(&known.assignments);
        let form = Form {
            round: &self.round,
            agency: &self.agency,
            set: &set,
            set_digest: &set_digest,
        };
        let gathered = self.items.gather(|workbook| workbook::read(workbook, &form))?;
        let Gathered { sent, places } = gathered.as_ref();
        let mut judged = Standing {
            set: &set,
            items: &submissions::current_items(tx.conn(), &self.round, &self.agency)?,
            views: &view_store::round_views(tx.conn(), &self.round, only)?
                .remove(&self.agency)
                .unwrap_or_default(),
            decisions: &store::round_decisions(tx.conn(), &self.round, only)?
                .remove(&self.agency)
                .unwrap_or_default(),
            own: &bodies
                .values()
                .flatten()
                .filter(|body| principal.has_for(Role::Appraiser, body))
                .cloned()
                .collect(),
            bodies: &bodies,
        }
        .judge(sent);
        for errors in judged.iter_mut().filter_map(|result| result.as_mut().err()) {
            places.name(errors);
        }
        if self.query.mode == SaveMode::All {
            let errors: Vec<FieldError> = judged
                .iter()
                .filter_map(|result| result.as_ref().err())
                .flatten()
                .cloned()
                .collect();
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
        }
        self.keep(tx, sent, judged)
    }

    fn keep(
        &self,
        tx: &mut Tx<'_>,
        sent: &[Sent<AppraisalBody>],
        judged: Vec<Result<Made, Vec<FieldError>>>,
    ) -> AppResult<Outcome> {
        let language = self.caller.context.language;
        let (mut views, mut decisions) = (Vec::new(), Vec::new());
        let mut items = Vec::with_capacity(judged.len());
        for (body, result) in sent.iter().zip(judged) {
            let (status, state, points, errors) = match result {
                Err(errors) => ("refused", None, None, errors),
                Ok(made) => {
                    let new = made.view.is_some() || made.decision.is_some();
                    views.extend(made.view);
                    decisions.extend(made.decision);
                    let status = if new { "saved" } else { "unchanged" };
                    (status, Some(made.state), made.points, Vec::new())
                }
            };
            items.push(AppraisalResult {
                indicator: body.indicator.clone(),
                status,
                state,
                points,
                errors: errors
                    .iter()
                    .map(|error| ItemProblem::of(error, language))
                    .collect(),
            });
        }
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let result = AppraisalSaveResult {
            round: self.round.clone(),
            agency: self.agency.clone(),
            dry_run: self.query.dry_run,
            saved: count("saved"),
            unchanged: count("unchanged"),
            refused: count("refused"),
            items,
        };
        let answer = json_answer(200, &result)?;
        if (views.is_empty() && decisions.is_empty()) || self.query.dry_run {
            return Ok(Outcome::Unchanged(answer));
        }
        view_store::append_views(tx, &self.round, &self.agency, &views)?;
        store::append_decisions(tx, &self.round, &self.agency, &decisions)?;
        let viewed: Vec<_> = views
            .iter()
            .map(|new| serde_json::json!({"indicator": new.indicator, "body": new.body, "sequence": new.sequence, "item_revision": new.item_revision, "decision": new.decision, "reason": new.reason}))
            .collect();
        let decided: Vec<_> = decisions
            .iter()
            .map(|new| serde_json::json!({"indicator": new.indicator, "origin": new.verdict.origin, "body": new.verdict.body, "sequence": new.sequence, "item_revision": new.item_revision, "decision": new.verdict.decision, "reason": new.verdict.reason}))
            .collect();
        let entry = Entry {
            object_kind: "appraisal",
            object_id: format!("{}/{}", self.round, self.agency),
            before_digest: None,
            after_digest: Some(digest_of(
                &serde_json::json!({"views": viewed, "decisions": decided}),
            )?),
            detail: serde_json::json!({"views": views.len(), "decisions": decisions.len()}),
        };
        Ok(Outcome::Done(answer, entry))
    }
}
