//! What evidence files look like in the API and in the table.

use base64::{Engine, prelude::BASE64_STANDARD};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::signature::Signed;
use crate::{
    clock::Moment,
    db::schema::{evidence_files, evidence_signatures},
    error::{AppError, AppResult},
    ids::{AgencyCode, FileDigest, FileId, IndicatorCode, RoundCode},
    words,
};

/// The bytes of a file, as they are.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FileBytes(());

/// A file that an evidence entry names.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "name": "Kế hoạch CCHC 2023.pdf", "media_type": "application/pdf", "bytes": 183422, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "href": "/api/v1/rounds/par-2023-ministries/submissions/moj/items/1.1.1/evidence/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "uploaded_at": "2024-01-10T02:00:00Z", "uploaded_by": "Vụ Tổ chức cán bộ", "signature": null}))]
pub struct EvidenceFile {
    /// The file's id, as `file` of an evidence entry names it.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// What it is, decided by its content.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// The SHA-256 of its bytes.
    pub sha256: FileDigest,
    /// Where it can be downloaded.
    pub href: String,
    /// When it was uploaded.
    pub uploaded_at: Moment,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// Its detached signature, if one was added.
    pub signature: Option<EvidenceSignature>,
}

impl EvidenceFile {
    /// The places where a person is named.
    pub fn people(&mut self) -> impl Iterator<Item = &mut String> {
        let added_by = self.signature.as_mut().map(|signature| &mut signature.added_by);
        std::iter::once(&mut self.uploaded_by).chain(added_by)
    }
}

words! {
    /// What is known of a signature.
    SignatureVerdict {
        /// It is the file's, by a certificate that leads to a trusted root.
        Valid = "valid",
        /// Nobody has vouched for it: its root is not known here, or signatures are not verified here.
        Unverified = "unverified",
    }
}

/// Who signed, and when by the signer's own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"name": "CN=Nguyễn Văn A,O=Bộ Tư pháp,C=VN", "serial": "54010109f3c1", "signed_at": "2024-01-10T02:00:00Z"}))]
pub struct SignerFacts {
    /// The subject of the certificate, if it came along.
    pub name: Option<String>,
    /// The certificate's serial number, in hexadecimal.
    pub serial: Option<String>,
    /// When it was signed, as the signer says.
    pub signed_at: Option<Moment>,
}

/// A detached signature of a file.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"verdict": "unverified", "signers": [{"name": "CN=Nguyễn Văn A,O=Bộ Tư pháp,C=VN", "serial": "54010109f3c1", "signed_at": "2024-01-10T02:00:00Z"}], "revision": 1, "added_at": "2024-01-10T02:05:00Z", "added_by": "Vụ Tổ chức cán bộ"}))]
pub struct EvidenceSignature {
    /// What is known of it.
    pub verdict: SignatureVerdict,
    /// Who signed.
    pub signers: Vec<SignerFacts>,
    /// Counts the file's signatures; the newest is shown.
    pub revision: i32,
    /// When it was added.
    pub added_at: Moment,
    /// Who added it.
    pub added_by: String,
}

/// A row of `evidence_signatures`.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence_signatures, treat_none_as_default_value = false)]
pub struct SignatureRow {
    /// The file that is signed.
    pub file_id: FileId,
    /// Counts the file's signatures.
    pub revision: i32,
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

impl SignatureRow {
    /// The signature of a file that comes after another one; none if it is the same again.
    pub fn after(
        before: Option<&Self>,
        file: FileId,
        signed: &Signed,
        verdict: SignatureVerdict,
        (added_at, added_by): (Moment, &str),
    ) -> AppResult<Option<Self>> {
        let content = BASE64_STANDARD.encode(&signed.der);
        if before.is_some_and(|before| before.content == content && before.verdict == verdict) {
            return Ok(None);
        }
        Ok(Some(Self {
            file_id: file,
            revision: before.map_or(1, |before| before.revision + 1),
            content,
            verdict,
            signers: serde_json::to_string(&signed.signers).map_err(AppError::internal)?,
            added_at,
            added_by: added_by.to_owned(),
        }))
    }
}

impl From<SignatureRow> for EvidenceSignature {
    fn from(row: SignatureRow) -> Self {
        Self {
            verdict: row.verdict,
            signers: serde_json::from_str(&row.signers).unwrap_or_default(),
            revision: row.revision,
            added_at: row.added_at,
            added_by: row.added_by,
        }
    }
}

/// A file of an item, in whichever revision.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "name": "Kế hoạch CCHC 2023.pdf", "media_type": "application/pdf", "bytes": 183422, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "href": "/api/v1/rounds/par-2023-ministries/submissions/moj/items/1.1.1/evidence/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "uploaded_at": "2024-01-10T02:00:00Z", "uploaded_by": "Vụ Tổ chức cán bộ", "signature": null, "current": true}))]
pub struct ListedFile {
    /// The file.
    #[serde(flatten)]
    pub file: EvidenceFile,
    /// Whether the item's current revision names it.
    pub current: bool,
}

/// A row of `evidence_files`.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence_files, treat_none_as_default_value = false)]
pub struct EvidenceFileRow {
    /// Its id.
    pub id: FileId,
    /// The round.
    pub round_code: RoundCode,
    /// The agency that assesses itself.
    pub agency_code: AgencyCode,
    /// The indicator that it proves.
    pub indicator_code: IndicatorCode,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Where its bytes are kept.
    pub sha256: FileDigest,
    /// When it was uploaded.
    pub uploaded_at: Moment,
    /// Who uploaded it.
    pub uploaded_by: String,
}

impl EvidenceFileRow {
    /// The path from which it can be downloaded.
    pub fn href(&self) -> String {
        let (round, agency, indicator, id) = (
            &self.round_code,
            &self.agency_code,
            &self.indicator_code,
            &self.id,
        );
        format!("/api/v1/rounds/{round}/submissions/{agency}/items/{indicator}/evidence/{id}")
    }
}

impl From<EvidenceFileRow> for EvidenceFile {
    fn from(row: EvidenceFileRow) -> Self {
        Self {
            href: row.href(),
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            bytes: row.size,
            sha256: row.sha256,
            uploaded_at: row.uploaded_at,
            uploaded_by: row.uploaded_by,
            signature: None,
        }
    }
}
