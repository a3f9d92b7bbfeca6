//! Saving decisions in bulk.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::{AppraisalBody, AppraisalResult, AppraisalSaveResult},
    rules,
    store::{self, Decisions, NewDecision},
    workbook::{self, Form},
};
use crate::{
    access::{Action, Object, Role},
    db::{Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        criteria::Sets,
        rounds,
        submissions::{self, Item, SaveMode, SaveQuery},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Applied, CompiledSet, Points},
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

/// What decisions are judged against.
struct Standing {
    items: BTreeMap<IndicatorCode, Item>,
    decisions: Decisions,
    /// The body of the caller that is assigned to each indicator.
    own: BTreeMap<IndicatorCode, AgencyCode>,
}

type Judged = Result<(Applied, Option<NewDecision>), Vec<FieldError>>;

impl Save {
    /// Runs the save inside its transaction.
    pub fn run(mut self, tx: &mut Tx<'_>, sets: &Sets) -> AppResult<Outcome> {
        let round = rounds::find_round(tx.conn(), &self.round)?;
        submissions::find_submission(tx.conn(), &self.round, &self.agency)?;
        let known = submissions::load_facts(tx.conn(), &round, &self.agency)?;
        self.caller
            .check(Action::Appraise, Object::Submission(&known.facts))?;
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
        let principal = &self.caller.principal;
        let standing = Standing {
            items: submissions::current_items(tx.conn(), &self.round, &self.agency)?,
            decisions: store::round_decisions(tx.conn(), &self.round, std::slice::from_ref(&self.agency))?
                .remove(&self.agency)
                .unwrap_or_default(),
            own: known
                .assignments
                .iter()
                .filter(|row| principal.has_for(Role::Appraiser, &row.body_code))
                .map(|row| (row.indicator_code.clone(), row.body_code.clone()))
                .collect(),
        };
        let items = std::mem::take(&mut self.items);
        let form = Form {
            round: &self.round,
            agency: &self.agency,
            set: &set,
            set_digest: &set_digest,
        };
        let Gathered { sent, places } = items.gather(|workbook| workbook::read(&workbook, &form))?;
        let mut judged = judge(&set, &sent, &standing);
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
        self.keep(tx, &sent, judged)
    }

    fn keep(self, tx: &mut Tx<'_>, sent: &[Sent<AppraisalBody>], judged: Vec<Judged>) -> AppResult<Outcome> {
        let language = self.caller.context.language;
        let mut new = Vec::new();
        let mut items = Vec::with_capacity(judged.len());
        for (body, result) in sent.iter().zip(judged) {
            let (status, points, errors) = match result {
                Err(errors) => ("refused", None, errors),
                Ok((applied, None)) => ("unchanged", points_of(applied), Vec::new()),
                Ok((applied, Some(decision))) => {
                    new.push(decision);
                    ("saved", points_of(applied), Vec::new())
                }
            };
            items.push(AppraisalResult {
                indicator: body.indicator.clone(),
                status,
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
        if new.is_empty() || self.query.dry_run {
            return Ok(Outcome::Unchanged(answer));
        }
        store::append_decisions(tx, &self.round, &self.agency, &new)?;
        let decided: Vec<_> = new
            .iter()
            .map(|new| serde_json::json!({"indicator": new.indicator, "body": new.body, "sequence": new.sequence, "item_revision": new.item_revision, "decision": new.decision, "reason": new.reason}))
            .collect();
        let entry = Entry {
            object_kind: "appraisal",
            object_id: format!("{}/{}", self.round, self.agency),
            before_digest: None,
            after_digest: Some(digest_of(&decided)?),
            detail: serde_json::json!({"items": new.len()}),
        };
        Ok(Outcome::Done(answer, entry))
    }
}

fn points_of(applied: Applied) -> Option<Points> {
    match applied {
        Applied::Points(points) => Some(points),
        Applied::NotApplicable => None,
    }
}

/// Judges every decision by itself: what it makes, or all that is wrong with it.
fn judge(set: &CompiledSet, sent: &[Sent<AppraisalBody>], standing: &Standing) -> Vec<Judged> {
    let mut seen = BTreeSet::new();
    sent.iter()
        .enumerate()
        .map(|(index, item)| {
            let pointer = format!("/items/{index}");
            let indicator = &item.indicator;
            let refuse = |code: &str, vi: &str, en: &str| {
                let message = Message::new(format!("{indicator} {vi}"), format!("{indicator} {en}"));
                Err(vec![FieldError::new(
                    format!("{pointer}/indicator"),
                    code,
                    message,
                )])
            };
            if !seen.insert(indicator) {
                return refuse(
                    "duplicate_item",
                    "có hai lần trong yêu cầu.",
                    "stands twice in the request.",
                );
            }
            let Some(leaf) = set
                .leaf_index(indicator.as_str())
                .and_then(|index| set.leaf(index))
            else {
                return refuse(
                    "unknown_indicator",
                    "không có trong bộ tiêu chí.",
                    "is not in the criteria set.",
                );
            };
            let Some(own) = standing.own.get(indicator) else {
                return refuse(
                    "not_assigned",
                    "không được giao cho cơ quan của bạn.",
                    "is not assigned to your body.",
                );
            };
            let body = item.body.as_ref().map_err(Clone::clone)?;
            let applied = rules::judge(leaf, standing.items.get(indicator), body, &pointer)?;
            let so_far = standing
                .decisions
                .get(indicator)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let reason = body
                .reason
                .as_deref()
                .map(str::trim)
                .filter(|reason| !reason.is_empty())
                .map(str::to_owned);
            let same = so_far.last().is_some_and(|last| {
                last.decision == body.decision
                    && last.item_revision == body.revision
                    && last.reason == reason
                    && last.body == *own
            });
            let new = NewDecision {
                indicator: indicator.clone(),
                body: own.clone(),
                sequence: i32::try_from(so_far.len()).unwrap_or(i32::MAX).saturating_add(1),
                item_revision: body.revision,
                decision: body.decision.clone(),
                reason,
            };
            Ok((applied, (!same).then_some(new)))
        })
        .collect()
}
