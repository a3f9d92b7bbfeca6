//! What signatures of submissions look like in the API and in the table.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::submission_signatures,
    features::evidence::{SignatureVerdict, SignerFacts},
    ids::{AgencyCode, FileDigest, RecordId, RoundCode},
};

/// A detached signature of a submission as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "current": true, "verdict": "valid", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "submission_revision": 7, "signers": [{"name": "CN=Nguyễn Văn A,O=Bộ Tư pháp,C=VN", "serial": "54010109f3c1", "signed_at": "2024-01-29T02:00:00Z"}], "href": "/api/v1/rounds/par-2023-ministries/submissions/moj/signatures/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "added_at": "2024-01-29T02:05:00Z", "added_by": "Văn phòng Bộ"}))]
pub struct SubmissionSignature {
    /// Its id.
    pub id: RecordId,
    /// Whether the submission is still what was signed; if not, the signature is stale and counts no more.
    pub current: bool,
    /// What is known of it, since it was added.
    pub verdict: SignatureVerdict,
    /// The SHA-256 of the canonical document that was signed.
    pub digest: FileDigest,
    /// The submission's revision when it was signed.
    pub submission_revision: i64,
    /// Who signed.
    pub signers: Vec<SignerFacts>,
    /// Where it can be downloaded.
    pub href: String,
    /// When it was added.
    pub added_at: Moment,
    /// Who added it.
    pub added_by: String,
}

/// A row of `submission_signatures`.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = submission_signatures, treat_none_as_default_value = false)]
pub struct SubmissionSignatureRow {
    /// Its id.
    pub id: RecordId,
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// The submission's revision when it was signed.
    pub submission_revision: i64,
    /// The SHA-256 of what was signed.
    pub digest: FileDigest,
    /// The signature: DER in base64.
    pub content: String,
    /// What was known of it when it was added.
    pub verdict: SignatureVerdict,
    /// Who signed, as JSON.
    pub signers: String,
    /// When it was added.
    pub added_at: Moment,
    /// Who added it.
    pub added_by: String,
}

impl SubmissionSignature {
    /// The signature as it is shown, beside the digest of the submission as it now is.
    pub fn of(row: SubmissionSignatureRow, now: &FileDigest) -> Self {
        let (round, agency, id) = (&row.round_code, &row.agency_code, &row.id);
        Self {
            href: format!("/api/v1/rounds/{round}/submissions/{agency}/signatures/{id}"),
            current: row.digest == *now,
            id: row.id,
            verdict: row.verdict,
            digest: row.digest,
            submission_revision: row.submission_revision,
            signers: serde_json::from_str(&row.signers).unwrap_or_default(),
            added_at: row.added_at,
            added_by: row.added_by,
        }
    }
}
