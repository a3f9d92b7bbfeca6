//! Adding an evidence file to an item: the file's row and the item's new revision are one change.

use super::{
    evidence_model::{EvidenceAdded, UploadQuery},
    item_store::{self, CurrentRevisions, NewRevision, Revisions, Standing},
    model::{Evidence, ItemBody},
    row_model::SubmissionRow,
    rules::{self, Merged, NewContent},
    save::{check_permission, saved, saved_digest},
    shown,
    state::check_open_for_items,
};
use crate::{
    clock::Moment,
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        criteria::Sets,
        evidence::{self, EvidenceFileRow, Received, Vault},
    },
    ids::{AgencyCode, FileDigest, FileId, IndicatorCode, RoundCode},
    web::Caller,
};

/// A file to be added to an item.
#[derive(Clone)]
pub struct Attach {
    /// Who adds it.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// The item.
    pub indicator: IndicatorCode,
    /// The document.
    pub query: UploadQuery,
}

/// What is known of the file once it has arrived.
pub struct Arrived {
    media_type: &'static str,
    size: i64,
    sha256: FileDigest,
}

impl Arrived {
    /// The facts of a received file.
    pub fn of(received: &Received) -> AppResult<Self> {
        Ok(Self {
            media_type: received.kind.media_type(),
            size: i64::try_from(received.bytes).map_err(AppError::internal)?,
            sha256: received.digest.clone(),
        })
    }
}

/// The item's new revision, and what it stands on.
struct Judged {
    submission: SubmissionRow,
    current: CurrentRevisions,
    revision: i32,
    content: NewContent,
    document: Evidence,
}

impl Attach {
    /// Refuses before the file is read what would be refused after it.
    pub fn check(
        &self,
        conn: &mut Conn,
        sets: &Sets,
        vault: &Vault,
        now: Moment,
        announced_bytes: Option<u64>,
    ) -> AppResult<()> {
        if self.caller.context.may_be_repeated() {
            let standing = item_store::find_standing(conn, &self.round, &self.agency)?;
            return self.check_permission(conn, &standing);
        }
        self.judge(conn, sets, now, FileId::new())?;
        let quota = vault.quota(conn, &self.round, &self.agency)?;
        announced_bytes.map_or(Ok(()), |bytes| quota.check_announced(bytes))
    }

    fn check_permission(&self, conn: &mut Conn, standing: &Standing) -> AppResult<()> {
        let limited_to = check_permission(conn, &self.caller, &standing.round, &self.agency)?;
        if limited_to.is_some_and(|own| !own.contains(&self.indicator)) {
            return Err(AppError::not_found());
        }
        Ok(())
    }

    /// Adds the file inside its transaction.
    pub fn run(self, tx: &mut Tx<'_>, sets: &Sets, vault: &Vault, file: Arrived) -> AppResult<Outcome> {
        let (now, id) = (tx.now(), FileId::new());
        let judged = self.judge(tx.conn(), sets, now, id.clone())?;
        let bytes = u64::try_from(file.size).map_err(AppError::internal)?;
        vault
            .quota(tx.conn(), &self.round, &self.agency)?
            .check(&file.sha256, bytes)?;
        let row = EvidenceFileRow {
            id,
            round_code: self.round.clone(),
            agency_code: self.agency.clone(),
            indicator_code: self.indicator.clone(),
            name: self.query.file_name.clone(),
            media_type: file.media_type.to_owned(),
            size: file.size,
            sha256: file.sha256,
            uploaded_at: now,
            uploaded_by: tx.actor().to_owned(),
        };
        self.write(tx, judged, row)
    }

    /// What becomes of the item: the document is added, or stands in the place of the one that it replaces.
    fn judge(&self, conn: &mut Conn, sets: &Sets, now: Moment, id: FileId) -> AppResult<Judged> {
        let standing = item_store::find_standing(conn, &self.round, &self.agency)?;
        self.check_permission(conn, &standing)?;
        let Standing {
            round,
            set_digest,
            submission,
            current,
        } = standing;
        check_open_for_items(&round, &submission, now).map_err(|reason| AppError {
            detail: Some(reason),
            ..AppError::new(ErrorCode::IllegalTransition)
        })?;
        let (set_code, version) = (&round.criteria_set_code, round.criteria_set_version);
        let set = sets.load_with_digest(conn, set_code, version, &set_digest)?;
        if set.leaf_index(self.indicator.as_str()).is_none() {
            return Err(AppError::not_found());
        }
        let leaf = rules::declared_leaf(&set, &self.indicator, "")
            .map_err(|error| AppError::invalid(vec![error]))?;
        let only: CurrentRevisions = current
            .get_key_value(&self.indicator)
            .map(|(indicator, revision)| (indicator.clone(), *revision))
            .into_iter()
            .collect();
        let items = item_store::states_at(conn, &self.round, &self.agency, &only)?;
        let item = items.get(&self.indicator);
        let mut evidence = item.map(|item| item.evidence.clone()).unwrap_or_default();
        let (place, document) = self.place(&mut evidence, id)?;
        let body = ItemBody {
            indicator: self.indicator.clone(),
            value: None,
            explanation: None,
            evidence: Some(Some(evidence)),
            revision: None,
        };
        match rules::merge(leaf, item, &body, "") {
            Ok(Merged::New(content)) => Ok(Judged {
                submission,
                current,
                revision: item.map_or(1, |item| item.revision + 1),
                content,
                document,
            }),
            Ok(Merged::Unchanged) => Err(AppError::internal("a new file changed nothing")),
            Err(errors) => Err(AppError::invalid(in_the_query(errors, place))),
        }
    }

    /// Puts the document into the list; tells where it stands.
    fn place(&self, evidence: &mut Vec<Evidence>, id: FileId) -> AppResult<(usize, Evidence)> {
        let Some(replaced) = &self.query.replaces else {
            let document = self.query.document(id, None);
            evidence.push(document.clone());
            return Ok((evidence.len() - 1, document));
        };
        let standing = evidence
            .iter_mut()
            .enumerate()
            .find(|(_, document)| document.file.as_ref() == Some(replaced));
        let Some((place, standing)) = standing else {
            let indicator = &self.indicator;
            return Err(AppError::invalid_item(
                "?replaces",
                "not_current",
                format!("{indicator}: mục này hiện không có tệp {replaced} để thay."),
                format!("{indicator}: the item has no file {replaced} now that could be replaced."),
            ));
        };
        *standing = self.query.document(id, Some(standing));
        Ok((place, standing.clone()))
    }

    fn write(self, tx: &mut Tx<'_>, judged: Judged, row: EvidenceFileRow) -> AppResult<Outcome> {
        let Judged {
            submission: before,
            mut current,
            revision,
            content,
            document,
        } = judged;
        let after = saved(&before, tx.now());
        let new = NewRevision {
            indicator: self.indicator.clone(),
            revision,
            content,
        };
        current.insert(new.indicator.clone(), new.revision);
        let columns = Revisions::of(vec![new])?;
        evidence::insert_file(tx, &row)?;
        item_store::append_revisions(tx, before.revision, &after, &current, &columns)?;
        let digest = saved_digest(&after, columns.digest())?;
        let entry = Entry {
            object_kind: "evidence_file",
            object_id: format!("{}/{}/{}/{}", self.round, self.agency, self.indicator, row.id),
            before_digest: Some(super::row_digest(&before)?),
            after_digest: Some(digest_of(&serde_json::json!({
                "saved": digest, "file": &row,
            }))?),
            detail: serde_json::json!({
                "revision": after.revision, "item_revision": revision, "sha256": row.sha256, "bytes": row.size,
                "replaces": self.query.replaces,
            }),
        };
        let location = row.href();
        let file = shown::name_uploaders(tx.conn(), vec![row])?
            .pop()
            .ok_or_else(|| AppError::internal("a file is gone"))?;
        let added = EvidenceAdded {
            round: self.round,
            agency: self.agency,
            indicator: self.indicator,
            revision,
            submission_revision: after.revision,
            state: after.state,
            evidence: document,
            file,
        };
        let answer = json_answer(201, &added)?.header("location", location);
        Ok(Outcome::Done(answer, entry))
    }
}

/// Faults of the document point at the query's parameters, where its facts were sent.
fn in_the_query(errors: Vec<FieldError>, place: usize) -> Vec<FieldError> {
    let document = format!("/evidence/{place}");
    errors
        .into_iter()
        .map(|error| match error.pointer.strip_prefix(&document) {
            Some(fact) => FieldError {
                pointer: format!("?{}", fact.trim_start_matches('/')),
                ..error
            },
            None => error,
        })
        .collect()
}
