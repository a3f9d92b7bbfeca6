//! The signed minutes as a file: adding a version of it, and its detached signature.

use std::collections::BTreeMap;

use super::{file_model::MinutesFileRow, file_store, model::MinutesRow, store};
use crate::{
    access::{Action, Object},
    db::{Conn, Entry, Lock, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        accounts,
        evidence::{
            EvidenceFile, EvidenceSignature, FileKind, Received, SignatureRow, SignatureVerdict, Signed,
        },
        rounds,
    },
    ids::{FileDigest, FileId, RecordId, RoundCode},
    web::Caller,
};

/// Versions that minutes may have.
const FILES_MAX: usize = 20;

/// Minutes that somebody does something with.
#[derive(Clone)]
pub struct Approach {
    /// Who.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The minutes.
    pub minutes: RecordId,
}

/// What is known of a file once it has arrived.
pub struct Arrived {
    name: String,
    media_type: &'static str,
    size: i64,
    sha256: FileDigest,
}

impl Arrived {
    /// The facts of a received file; refuses what signed minutes are not.
    pub fn of(name: String, received: &Received) -> AppResult<Self> {
        if !matches!(received.kind, FileKind::Pdf | FileKind::Docx) {
            return Err(AppError::invalid_item(
                "",
                "unsupported_file_type",
                "Biên bản là tệp PDF hoặc DOCX.",
                "Minutes are a PDF or a DOCX file.",
            ));
        }
        Ok(Self {
            name,
            media_type: received.kind.media_type(),
            size: i64::try_from(received.bytes).map_err(AppError::internal)?,
            sha256: received.digest.clone(),
        })
    }
}

impl Approach {
    /// What a change of the minutes locks.
    pub fn locks(&self) -> Vec<Lock> {
        let (round, minutes) = (&self.round, &self.minutes);
        vec![
            Lock::below("round", round),
            Lock::part("minutes", format_args!("{round}/{minutes}")),
        ]
    }

    fn check(&self, conn: &mut Conn, action: Action) -> AppResult<()> {
        let round = rounds::find_round(conn, &self.round)?;
        self.caller.check(action, Object::Round(&round.owner_code))?;
        store::find(conn, &self.round, &self.minutes).map(drop)
    }

    /// Refuses who may not read the minutes.
    pub fn check_read(&self, conn: &mut Conn) -> AppResult<()> {
        self.check(conn, Action::ReadRanking)
    }

    /// Refuses who may not add to the minutes: they are recorded, so what is added may come when it is signed.
    pub fn check_add(&self, conn: &mut Conn) -> AppResult<()> {
        self.check(conn, Action::PublishResult)
    }

    fn object_id(&self, file: &FileId) -> String {
        format!("{}/{}/{file}", self.round, self.minutes)
    }

    /// Adds a file inside its transaction.
    pub fn add(self, tx: &mut Tx<'_>, arrived: Arrived) -> AppResult<Outcome> {
        self.check_add(tx.conn())?;
        let before = file_store::list(tx.conn(), std::slice::from_ref(&self.minutes))?;
        if before.len() >= FILES_MAX {
            return Err(AppError {
                errors: vec![FieldError::new(
                    "",
                    "too_many_files",
                    Message::new(
                        format!("Một biên bản có tối đa {FILES_MAX} phiên bản tệp."),
                        format!("Minutes have at most {FILES_MAX} versions of their file."),
                    ),
                )],
                ..AppError::new(ErrorCode::ValidationFailed)
            });
        }
        let row = MinutesFileRow {
            id: FileId::new(),
            minutes_id: self.minutes.clone(),
            name: arrived.name,
            media_type: arrived.media_type.to_owned(),
            size: arrived.size,
            sha256: arrived.sha256,
            uploaded_at: tx.now(),
            uploaded_by: tx.actor().to_owned(),
        };
        file_store::insert(tx, &row)?;
        let entry = Entry {
            object_kind: "minutes_file",
            object_id: self.object_id(&row.id),
            before_digest: before.first().map(digest_of).transpose()?,
            after_digest: Some(digest_of(&row)?),
            detail: serde_json::json!({"sha256": row.sha256, "bytes": row.size}),
        };
        let file = shown(tx.conn(), &self.round, vec![row])?.pop();
        let file = file.ok_or_else(|| AppError::internal("a file is gone"))?;
        let answer = json_answer(201, &file)?.header("location", file.href);
        Ok(Outcome::Done(answer, entry))
    }

    /// Adds a signature of a file inside its transaction; the same one again changes nothing.
    pub fn sign(
        self,
        tx: &mut Tx<'_>,
        file: FileId,
        signed: &Signed,
        verdict: SignatureVerdict,
    ) -> AppResult<Outcome> {
        self.check_add(tx.conn())?;
        let row = file_store::find(tx.conn(), &self.minutes, &file)?;
        let before = file_store::signatures(tx.conn(), std::slice::from_ref(&file))?.remove(&file);
        let by = (tx.now(), tx.actor());
        let Some(signature) = SignatureRow::after(before.as_ref(), file, signed, verdict, by)? else {
            let file = shown(tx.conn(), &self.round, vec![row])?.pop();
            return Ok(Outcome::Unchanged(json_answer(200, &file)?));
        };
        file_store::insert_signature(tx, &signature)?;
        let entry = Entry {
            object_kind: "minutes_file",
            object_id: self.object_id(&row.id),
            before_digest: before.as_ref().map(digest_of).transpose()?,
            after_digest: Some(digest_of(&signature)?),
            detail: serde_json::json!({
                "signature": signature.revision, "verdict": verdict, "sha256": row.sha256,
            }),
        };
        let file = shown(tx.conn(), &self.round, vec![row])?.pop();
        Ok(Outcome::Done(json_answer(200, &file)?, entry))
    }
}

/// Files as they are shown: with their signatures, and the names of the people.
fn shown(conn: &mut Conn, round: &RoundCode, rows: Vec<MinutesFileRow>) -> AppResult<Vec<EvidenceFile>> {
    let ids: Vec<FileId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut signatures = file_store::signatures(conn, &ids)?;
    let files = rows.into_iter().map(|row| {
        let signature = signatures.remove(&row.id).map(EvidenceSignature::from);
        row.shown(round, signature)
    });
    let mut files: Vec<EvidenceFile> = files.collect();
    accounts::put_names(conn, files.iter_mut().flat_map(EvidenceFile::people))?;
    Ok(files)
}

/// The files of a round's minutes, by minutes, newest first.
pub fn shown_by_minutes(
    conn: &mut Conn,
    minutes: &[MinutesRow],
) -> AppResult<BTreeMap<RecordId, Vec<EvidenceFile>>> {
    let Some(round) = minutes.first().map(|row| &row.round_code) else {
        return Ok(BTreeMap::new());
    };
    let ids: Vec<RecordId> = minutes.iter().map(|row| row.id.clone()).collect();
    let rows = file_store::list(conn, &ids)?;
    let of: Vec<RecordId> = rows.iter().map(|row| row.minutes_id.clone()).collect();
    let mut files: BTreeMap<RecordId, Vec<EvidenceFile>> = BTreeMap::new();
    for (minutes, file) in of.into_iter().zip(shown(conn, round, rows)?) {
        files.entry(minutes).or_default().push(file);
    }
    Ok(files)
}
