//! Saving items: what a form on the deadline's day depends on.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts,
    item_store::{self, CurrentRevisions, NewRevision, Revisions, Standing},
    model::{ItemBody, ItemResult, ItemStatus, SaveMode, SaveQuery, SaveResult},
    row_model::SubmissionRow,
    rules::{self, ItemState, Merged},
    state::check_open_for_items,
    store,
    workbook::{self, Form},
};
use crate::{
    access::{Action, Object},
    clock::Moment,
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{criteria::Sets, evidence, rounds::RoundRow},
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode, sha256_hex},
    scoring::CompiledSet,
    web::{Bulk, Caller, Gathered, IfMatch, ItemProblem, Sent},
};

/// A bulk save.
pub struct Save {
    /// Who saves.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// The items.
    pub items: Bulk<ItemBody>,
    /// All or partial, for real or as a check.
    pub query: SaveQuery,
    /// The version of the submission that the caller saw, if it matters.
    pub if_match: IfMatch,
}

/// What became of each item: an outcome in the order sent.
struct Judged {
    results: Vec<Result<(Merged, i32), Vec<FieldError>>>,
}

impl Save {
    /// Runs the save inside its transaction.
    pub fn run(mut self, tx: &mut Tx<'_>, sets: &Sets) -> AppResult<Outcome> {
        let Standing {
            round,
            set_digest,
            submission,
            current: revisions,
        } = item_store::find_standing(tx.conn(), &self.round, &self.agency)?;
        let limited_to = check_permission(tx.conn(), &self.caller, &round, &self.agency)?;
        self.if_match.check(submission.revision)?;
        check_open_for_items(&round, &submission, tx.now()).map_err(|reason| AppError {
            detail: Some(reason),
            ..AppError::new(ErrorCode::IllegalTransition)
        })?;
        let set = sets.load_with_digest(
            tx.conn(),
            &round.criteria_set_code,
            round.criteria_set_version,
            &set_digest,
        )?;
        let current = item_store::states_at(tx.conn(), &self.round, &self.agency, &revisions)?;
        let form = Form {
            round: &self.round,
            agency: &self.agency,
            set: &set,
            set_digest: &set_digest,
            current: &current,
        };
        let items = std::mem::take(&mut self.items);
        let Gathered { sent, places } = items.gather(|workbook| workbook::read(&workbook, &form))?;
        let files = self.files(tx, &sent)?;
        let mut judged = judge(&set, &sent, &current, limited_to.as_ref(), &files);
        for errors in judged
            .results
            .iter_mut()
            .filter_map(|result| result.as_mut().err())
        {
            places.name(errors);
        }
        if self.query.mode == SaveMode::All {
            let errors: Vec<FieldError> = judged
                .results
                .iter()
                .filter_map(|result| result.clone().err())
                .flatten()
                .collect();
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
        }
        self.keep(tx, (submission, revisions), &current, &sent, judged)
    }

    /// The files that the documents name, with the item of each; most saves name none.
    fn files(&self, tx: &mut Tx<'_>, sent: &[Sent<ItemBody>]) -> AppResult<BTreeMap<FileId, IndicatorCode>> {
        let bodies = sent.iter().filter_map(|item| item.body.as_ref().ok());
        let named: BTreeSet<FileId> = bodies
            .flat_map(|body| body.evidence.iter().flatten().flatten())
            .filter_map(|document| document.file.clone())
            .collect();
        let rows = evidence::find_files(tx.conn(), &self.round, &self.agency, &named)?;
        Ok(rows.into_iter().map(|row| (row.id, row.indicator_code)).collect())
    }

    fn keep(
        self,
        tx: &mut Tx<'_>,
        before: (SubmissionRow, CurrentRevisions),
        current: &BTreeMap<IndicatorCode, ItemState>,
        sent: &[Sent<ItemBody>],
        judged: Judged,
    ) -> AppResult<Outcome> {
        let mut revisions = Vec::new();
        let mut results = Vec::with_capacity(sent.len());
        for (item, result) in sent.iter().zip(judged.results) {
            let language = self.caller.context.language;
            let standing = current.get(&item.indicator);
            results.push(match result {
                Err(errors) => ItemResult {
                    indicator: item.indicator.clone(),
                    status: ItemStatus::Refused,
                    revision: standing.map_or(0, |item| item.revision),
                    self_points: standing.and_then(|item| item.self_points),
                    errors: errors
                        .iter()
                        .map(|error| ItemProblem::of(error, language))
                        .collect(),
                },
                Ok((Merged::Unchanged, revision)) => ItemResult {
                    indicator: item.indicator.clone(),
                    status: ItemStatus::Unchanged,
                    revision,
                    self_points: standing.and_then(|item| item.self_points),
                    errors: Vec::new(),
                },
                Ok((Merged::New(content), revision)) => {
                    let self_points = content.self_points;
                    revisions.push(NewRevision {
                        indicator: item.indicator.clone(),
                        revision: revision + 1,
                        content,
                    });
                    ItemResult {
                        indicator: item.indicator.clone(),
                        status: ItemStatus::Saved,
                        revision: revision + 1,
                        self_points,
                        errors: Vec::new(),
                    }
                }
            });
        }
        self.write(tx, before, revisions, results)
    }

    fn write(
        self,
        tx: &mut Tx<'_>,
        (before, mut current): (SubmissionRow, CurrentRevisions),
        revisions: Vec<NewRevision>,
        items: Vec<ItemResult>,
    ) -> AppResult<Outcome> {
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let changes = !revisions.is_empty() && !self.query.dry_run;
        let after = if changes {
            saved(&before, tx.now())
        } else {
            before.clone()
        };
        let result = SaveResult {
            round: self.round.clone(),
            agency: self.agency.clone(),
            dry_run: self.query.dry_run,
            saved: count(ItemStatus::Saved),
            unchanged: count(ItemStatus::Unchanged),
            refused: count(ItemStatus::Refused),
            submission_revision: after.revision,
            state: after.state,
            items,
        };
        let answer = json_answer(200, &result)?.header("etag", crate::web::etag_of_revision(after.revision));
        if !changes {
            return Ok(Outcome::Unchanged(answer));
        }
        let count = revisions.len();
        let columns = Revisions::of(&revisions)?;
        item_store::append_revisions(tx, &self.round, &self.agency, &columns)?;
        let digest = saved_digest(&after, columns.text())?;
        current.extend(revisions.into_iter().map(|new| (new.indicator, new.revision)));
        store::update_submission(tx, before.revision, &after, Some(&current))?;
        let entry = Entry {
            object_kind: "submission",
            object_id: format!("{}/{}", self.round, self.agency),
            before_digest: Some(super::row_digest(&before)?),
            after_digest: Some(digest),
            detail: serde_json::json!({"items": count, "revision": after.revision}),
        };
        Ok(Outcome::Done(answer, entry))
    }
}

/// Checks the permission to save items; for a contributing department it tells which indicators are its own.
pub(super) fn check_permission(
    conn: &mut Conn,
    caller: &Caller,
    round: &RoundRow,
    agency: &AgencyCode,
) -> AppResult<Option<BTreeSet<IndicatorCode>>> {
    if facts::is_own(&caller.principal, agency) {
        let own = facts::own(round, agency);
        caller.check(Action::SaveItems, Object::Submission(&own))?;
        return Ok(None);
    }
    let known = facts::load(conn, round, agency)?;
    caller.check(Action::SaveItems, Object::Submission(&known.facts))?;
    Ok(facts::visible_lines(&caller.principal, &known))
}

/// Judges every item by itself: what it becomes, or all that is wrong with it.
fn judge(
    set: &CompiledSet,
    sent: &[Sent<ItemBody>],
    current: &BTreeMap<IndicatorCode, ItemState>,
    limited_to: Option<&BTreeSet<IndicatorCode>>,
    files: &BTreeMap<FileId, IndicatorCode>,
) -> Judged {
    let mut seen = BTreeSet::new();
    let results = sent
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let pointer = format!("/items/{index}");
            let indicator = &item.indicator;
            if !seen.insert(indicator) {
                let (vi, en) = ("có hai lần trong yêu cầu.", "stands twice in the request.");
                return Err(vec![item_error(&pointer, "duplicate_item", indicator, vi, en)]);
            }
            let leaf = rules::declared_leaf(set, indicator, &pointer).map_err(|error| vec![error])?;
            if limited_to.is_some_and(|own| !own.contains(indicator)) {
                let (vi, en) = (
                    "không được giao cho đơn vị của bạn.",
                    "is not assigned to your department.",
                );
                return Err(vec![item_error(&pointer, "not_assigned", indicator, vi, en)]);
            }
            let body = item.body.as_ref().map_err(Clone::clone)?;
            let standing = current.get(indicator);
            let mut faults = rules::check_files(body, files, &pointer);
            match rules::merge(leaf, standing, body, &pointer) {
                Ok(merged) if faults.is_empty() => Ok((merged, standing.map_or(0, |item| item.revision))),
                Ok(_) => Err(faults),
                Err(more) => {
                    faults.extend(more);
                    Err(faults)
                }
            }
        })
        .collect();
    Judged { results }
}

/// The submission after a save. An approval that no longer holds leaves no trace of itself in the row.
pub(super) fn saved(before: &SubmissionRow, now: Moment) -> SubmissionRow {
    let state = before.state.after_save();
    let mut after = SubmissionRow {
        state,
        revision: before.revision + 1,
        updated_at: now,
        ..before.clone()
    };
    if state != before.state {
        (after.approved_at, after.approved_by) = (None, None);
    }
    after
}

/// What a save's audit entry stands for: the submission's row and the content of every new revision.
pub(super) fn saved_digest(after: &SubmissionRow, revisions: &str) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "submission": super::row_digest(after)?, "items": sha256_hex(revisions.as_bytes()),
    }))
}

fn item_error(pointer: &str, code: &str, indicator: &IndicatorCode, vi: &str, en: &str) -> FieldError {
    FieldError::new(
        format!("{pointer}/indicator"),
        code,
        Message::new(format!("{indicator} {vi}"), format!("{indicator} {en}")),
    )
}
