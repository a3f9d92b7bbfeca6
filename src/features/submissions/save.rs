//! Saving items: what a form on the deadline's day depends on.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts,
    item_store::{self, CurrentRevisions, NewRevision, Revisions, Standing},
    model::{ItemBody, ItemResult, ItemStatus, SaveMode, SaveQuery, SaveResult},
    row_model::SubmissionRow,
    rules::{self, ItemState, Merged},
    state::check_open_for_items,
    workbook::{self, Form},
};
use crate::{
    access::{Action, Object},
    clock::Moment,
    db::{Answer, Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{criteria::Sets, evidence, rounds::RoundRow},
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
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

/// A save that was judged and made, up to what only its transaction knows.
pub struct Ready {
    /// The submission's revision that it was judged by.
    revision: i64,
    /// Digest of the criteria set that it was judged by.
    set_digest: String,
    /// What is to be written; none where nothing changes.
    revisions: Option<Revisions>,
    /// Which revisions are current then.
    current: CurrentRevisions,
    answer: Answer,
}

impl Ready {
    /// Whether all that it was judged by is still so.
    fn fits(&self, standing: &Standing) -> bool {
        self.revision == standing.submission.revision && self.set_digest == standing.set_digest
    }
}

/// What became of each item: an outcome in the order sent.
type Judged = Vec<Result<(Merged, i32), Vec<FieldError>>>;

impl Save {
    /// Judges the save before its transaction, if it depends on nothing that could change without the submission's revision: no
    /// files, and nobody else's assignments. What is wrong with it is told by [`Self::run`].
    pub fn look_ahead(&self, conn: &mut Conn, sets: &Sets) -> Option<Ready> {
        if !facts::is_own(&self.caller.principal, &self.agency) {
            return None;
        }
        let standing = item_store::find_standing(conn, &self.round, &self.agency).ok()?;
        let Bulk::List(Ok(gathered)) = &self.items else {
            return None;
        };
        if !files_of(&gathered.sent).is_empty() {
            return None;
        }
        self.judge(conn, sets, &standing, None).ok()
    }

    /// Runs the save inside its transaction; what was made ahead counts if it still fits.
    pub fn run(&self, tx: &mut Tx<'_>, sets: &Sets, ahead: Option<Ready>) -> AppResult<Outcome> {
        let standing = item_store::find_standing(tx.conn(), &self.round, &self.agency)?;
        let Standing {
            round, submission, ..
        } = &standing;
        let limited_to = check_permission(tx.conn(), &self.caller, round, &self.agency)?;
        self.if_match.check(submission.revision)?;
        check_open_for_items(round, submission, tx.now()).map_err(|reason| AppError {
            detail: Some(reason),
            ..AppError::new(ErrorCode::IllegalTransition)
        })?;
        let ready = match ahead.filter(|ready| ready.fits(&standing) && limited_to.is_none()) {
            Some(ready) => ready,
            None => self.judge(tx.conn(), sets, &standing, limited_to.as_ref())?,
        };
        self.write(tx, &standing.submission, ready)
    }

    fn judge(
        &self,
        conn: &mut Conn,
        sets: &Sets,
        standing: &Standing,
        limited_to: Option<&BTreeSet<IndicatorCode>>,
    ) -> AppResult<Ready> {
        let (set_code, version) = (
            &standing.round.criteria_set_code,
            standing.round.criteria_set_version,
        );
        let set = sets.load_with_digest(conn, set_code, version, &standing.set_digest)?;
        let states = item_store::states_at(conn, &self.round, &self.agency, &standing.current)?;
        let form = Form {
            round: &self.round,
            agency: &self.agency,
            set: &set,
            set_digest: &standing.set_digest,
            current: &states,
        };
        let gathered = self.items.gather(|workbook| workbook::read(workbook, &form))?;
        let Gathered { sent, places } = gathered.as_ref();
        let files = self.files(conn, sent)?;
        let mut judged = judge(&set, sent, &states, limited_to, &files);
        for errors in judged.iter_mut().filter_map(|result| result.as_mut().err()) {
            places.name(errors);
        }
        if self.query.mode == SaveMode::All {
            let errors = judged.iter().filter_map(|result| result.as_ref().err());
            let errors: Vec<FieldError> = errors.flatten().cloned().collect();
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
        }
        self.make(standing, &states, sent, judged)
    }

    /// The files that the documents name, with the item of each; most saves name none.
    fn files(&self, conn: &mut Conn, sent: &[Sent<ItemBody>]) -> AppResult<BTreeMap<FileId, IndicatorCode>> {
        let rows = evidence::find_files(conn, &self.round, &self.agency, &files_of(sent))?;
        Ok(rows.into_iter().map(|row| (row.id, row.indicator_code)).collect())
    }

    fn make(
        &self,
        standing: &Standing,
        states: &BTreeMap<IndicatorCode, ItemState>,
        sent: &[Sent<ItemBody>],
        judged: Judged,
    ) -> AppResult<Ready> {
        let mut revisions = Vec::new();
        let mut results = Vec::with_capacity(sent.len());
        for (item, result) in sent.iter().zip(judged) {
            let state = states.get(&item.indicator);
            let mut told = ItemResult {
                indicator: item.indicator.clone(),
                status: ItemStatus::Unchanged,
                revision: state.map_or(0, |item| item.revision),
                self_points: state.and_then(|item| item.self_points),
                errors: Vec::new(),
            };
            match result {
                Err(errors) => {
                    let language = self.caller.context.language;
                    told.status = ItemStatus::Refused;
                    told.errors = errors
                        .iter()
                        .map(|error| ItemProblem::of(error, language))
                        .collect();
                }
                Ok((Merged::Unchanged, _)) => {}
                Ok((Merged::New(content), revision)) => {
                    told.status = ItemStatus::Saved;
                    told.revision = revision + 1;
                    told.self_points = content.self_points;
                    revisions.push(NewRevision {
                        indicator: item.indicator.clone(),
                        revision: revision + 1,
                        content,
                    });
                }
            }
            results.push(told);
        }
        self.ready(standing, revisions, results)
    }

    fn ready(
        &self,
        standing: &Standing,
        revisions: Vec<NewRevision>,
        items: Vec<ItemResult>,
    ) -> AppResult<Ready> {
        let before = &standing.submission;
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let changes = !revisions.is_empty() && !self.query.dry_run;
        let (state, revision) = match changes {
            true => (before.state.after_save(), before.revision + 1),
            false => (before.state, before.revision),
        };
        let result = SaveResult {
            round: self.round.clone(),
            agency: self.agency.clone(),
            dry_run: self.query.dry_run,
            saved: count(ItemStatus::Saved),
            unchanged: count(ItemStatus::Unchanged),
            refused: count(ItemStatus::Refused),
            submission_revision: revision,
            state,
            items,
        };
        let mut current = standing.current.clone();
        current.extend(revisions.iter().map(|new| (new.indicator.clone(), new.revision)));
        Ok(Ready {
            revision: before.revision,
            set_digest: standing.set_digest.clone(),
            revisions: changes.then(|| Revisions::of(revisions)).transpose()?,
            current,
            answer: json_answer(200, &result)?.header("etag", crate::web::etag_of_revision(revision)),
        })
    }

    fn write(&self, tx: &mut Tx<'_>, before: &SubmissionRow, ready: Ready) -> AppResult<Outcome> {
        let Some(revisions) = ready.revisions else {
            return Ok(Outcome::Unchanged(ready.answer));
        };
        let after = saved(before, tx.now());
        item_store::append_revisions(tx, before.revision, &after, &ready.current, &revisions)?;
        let entry = Entry {
            object_kind: "submission",
            object_id: format!("{}/{}", self.round, self.agency),
            before_digest: Some(super::row_digest(before)?),
            after_digest: Some(saved_digest(&after, revisions.digest())?),
            detail: serde_json::json!({"items": revisions.len(), "revision": after.revision}),
        };
        Ok(Outcome::Done(ready.answer, entry))
    }
}

fn files_of(sent: &[Sent<ItemBody>]) -> BTreeSet<FileId> {
    let bodies = sent.iter().filter_map(|item| item.body.as_ref().ok());
    let documents = bodies.flat_map(|body| body.evidence.iter().flatten().flatten());
    documents.filter_map(|document| document.file.clone()).collect()
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
    sent.iter()
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
        .collect()
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

/// What a save's audit entry stands for: the submission's row and [`Revisions::digest`] of every new revision.
pub(super) fn saved_digest(after: &SubmissionRow, revisions: &str) -> AppResult<String> {
    digest_of(&serde_json::json!({"submission": super::row_digest(after)?, "items": revisions}))
}

fn item_error(pointer: &str, code: &str, indicator: &IndicatorCode, vi: &str, en: &str) -> FieldError {
    FieldError::new(
        format!("{pointer}/indicator"),
        code,
        Message::new(format!("{indicator} {vi}"), format!("{indicator} {en}")),
    )
}
