//! Adding a detached signature to an evidence file.

use super::{item_store, save::check_permission, shown, state::check_open_for_items};
use crate::{
    clock::Moment,
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::evidence::{self, EvidenceFileRow, SignatureRow, SignatureVerdict, Signed},
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
    web::Caller,
};

/// A signature to be added to a file.
#[derive(Clone)]
pub struct Sign {
    /// Who adds it.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// The item.
    pub indicator: IndicatorCode,
    /// The file.
    pub file: FileId,
}

impl Sign {
    /// The file, if it may be signed now: the rules are those for saving its item.
    pub fn check(&self, conn: &mut Conn, now: Moment) -> AppResult<EvidenceFileRow> {
        let standing = item_store::find_standing(conn, &self.round, &self.agency)?;
        let limited_to = check_permission(conn, &self.caller, &standing.round, &self.agency)?;
        if limited_to.is_some_and(|own| !own.contains(&self.indicator)) {
            return Err(AppError::not_found());
        }
        let row = evidence::find_file(conn, &self.round, &self.agency, &self.indicator, &self.file)?;
        if self.caller.context.may_be_repeated() {
            return Ok(row);
        }
        check_open(&standing, now)?;
        Ok(row)
    }

    /// Adds it inside its transaction; the same one again changes nothing.
    pub fn run(self, tx: &mut Tx<'_>, signed: &Signed, verdict: SignatureVerdict) -> AppResult<Outcome> {
        let now = tx.now();
        let row = self.check(tx.conn(), now)?;
        let standing = item_store::find_standing(tx.conn(), &self.round, &self.agency)?;
        check_open(&standing, now)?;
        let before =
            evidence::find_signatures(tx.conn(), std::slice::from_ref(&self.file))?.remove(&self.file);
        let by = (now, tx.actor());
        let signature = SignatureRow::after(before.as_ref(), self.file.clone(), signed, verdict, by)?;
        let entry = match signature {
            None => None,
            Some(signature) => {
                evidence::append_signature(tx, &signature)?;
                Some(Entry {
                    object_kind: "evidence_file",
                    object_id: format!("{}/{}/{}/{}", self.round, self.agency, self.indicator, self.file),
                    before_digest: before.as_ref().map(digest_of).transpose()?,
                    after_digest: Some(digest_of(&signature)?),
                    detail: serde_json::json!({
                        "signature": signature.revision, "verdict": signature.verdict, "sha256": row.sha256,
                    }),
                })
            }
        };
        let file = shown::name_uploaders(tx.conn(), vec![row])?.pop();
        let answer = json_answer(200, &file)?;
        Ok(match entry {
            Some(entry) => Outcome::Done(answer, entry),
            None => Outcome::Unchanged(answer),
        })
    }
}

fn check_open(standing: &item_store::Standing, now: Moment) -> AppResult<()> {
    check_open_for_items(&standing.round, &standing.submission, now).map_err(|reason| AppError {
        detail: Some(reason),
        ..AppError::new(ErrorCode::IllegalTransition)
    })
}
