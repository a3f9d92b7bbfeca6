//! Adding a detached signature to a submission as a whole.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    canonical_of,
    document::Canonical,
    model::{SubmissionSignature, SubmissionSignatureRow},
    store,
};
use crate::{
    access::Action,
    clock::Moment,
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::{
        accounts,
        evidence::{SignatureVerdict, Signed},
        submissions::{facts, item_store, state::check_open_for_signing},
    },
    ids::{AgencyCode, RecordId, RoundCode},
    web::Caller,
};

/// A signature to be added to a submission.
#[derive(Clone)]
pub struct Sign {
    /// Who adds it.
    pub caller: Caller,
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
}

impl Sign {
    /// What is to be signed, if it may be signed now.
    pub fn check(&self, conn: &mut Conn, now: Moment) -> AppResult<Canonical> {
        let is_again = self.caller.context.may_be_repeated();
        Ok(self.stand(conn, (!is_again).then_some(now))?.1)
    }

    /// The submission's revision and its document.
    fn stand(&self, conn: &mut Conn, open_at: Option<Moment>) -> AppResult<(i64, Canonical)> {
        let (caller, round, agency) = (&self.caller, &self.round, &self.agency);
        facts::approach(conn, caller, round, agency, Action::SignSubmission)?;
        let standing = item_store::find_standing(conn, round, agency)?;
        if let Some(now) = open_at {
            check_open_for_signing(&standing.round, &standing.submission, now).map_err(|reason| {
                AppError {
                    detail: Some(reason),
                    ..AppError::new(ErrorCode::IllegalTransition)
                }
            })?;
        }
        Ok((standing.submission.revision, canonical_of(conn, &standing)?))
    }

    /// Adds it inside its transaction; the same one again changes nothing.
    pub fn run(
        self,
        tx: &mut Tx<'_>,
        signed: &Signed,
        seen: &Canonical,
        verdict: SignatureVerdict,
    ) -> AppResult<Outcome> {
        let now = tx.now();
        let (revision, canonical) = self.stand(tx.conn(), Some(now))?;
        if canonical.digest != seen.digest {
            return Err(AppError::with(
                ErrorCode::Conflict,
                "Phiếu vừa được thay đổi: tải lại bản chuẩn hóa (canonical) và ký lại.",
                "The submission was changed just now: download its canonical document again and sign that.",
            ));
        }
        let content = BASE64_STANDARD.encode(&signed.der);
        let before = store::list(tx.conn(), &self.round, &self.agency)?;
        let same = before
            .iter()
            .find(|row| row.digest == canonical.digest && row.content == content && row.verdict == verdict);
        if let Some(same) = same {
            let shown = shown(tx, same.clone(), &canonical)?;
            return Ok(Outcome::Unchanged(json_answer(200, &shown)?));
        }
        let row = SubmissionSignatureRow {
            id: RecordId::new(),
            round_code: self.round,
            agency_code: self.agency,
            submission_revision: revision,
            digest: canonical.digest.clone(),
            content,
            verdict,
            signers: serde_json::to_string(&signed.signers).map_err(AppError::internal)?,
            added_at: now,
            added_by: tx.actor().to_owned(),
        };
        store::insert(tx, &row)?;
        let entry = Entry {
            object_kind: "submission",
            object_id: format!("{}/{}", row.round_code, row.agency_code),
            before_digest: before.last().map(digest_of).transpose()?,
            after_digest: Some(digest_of(&row)?),
            detail: serde_json::json!({
                "signature": row.id, "verdict": verdict, "digest": row.digest, "revision": revision,
            }),
        };
        let shown = shown(tx, row, &canonical)?;
        let answer = json_answer(201, &shown)?.header("location", shown.href);
        Ok(Outcome::Done(answer, entry))
    }
}

fn shown(
    tx: &mut Tx<'_>,
    row: SubmissionSignatureRow,
    canonical: &Canonical,
) -> AppResult<SubmissionSignature> {
    let mut shown = SubmissionSignature::of(row, &canonical.digest);
    accounts::put_names(tx.conn(), std::iter::once(&mut shown.added_by))?;
    Ok(shown)
}
