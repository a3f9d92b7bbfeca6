//! What uploads of evidence look like in the API.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{model::Evidence, state::SubmissionState};
use crate::{
    features::evidence::{EvidenceFile, EvidenceUsage, ListedFile},
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
    web::Page,
};

/// What a file is, and the document that it holds.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The file's name, percent-encoded UTF-8; it ends as its content demands: .pdf, .docx, .xlsx, .png, .jpg, .tif, .webp.
    #[param(min_length = 1, max_length = 200, example = "Kế hoạch CCHC 2023.pdf")]
    pub file_name: String,
    /// Number and sign of the document.
    #[param(max_length = 200, example = "1250/QĐ-BTP")]
    pub number: Option<String>,
    /// Date of the document.
    pub date: Option<NaiveDate>,
    /// Who issued it.
    #[param(max_length = 500)]
    pub issuer: Option<String>,
    /// Who signed it.
    #[param(max_length = 500)]
    pub signer: Option<String>,
    /// What it is.
    #[param(max_length = 1000)]
    pub title: Option<String>,
    /// Where it can be read: http or https.
    #[param(max_length = 2000)]
    pub link: Option<String>,
    /// The file of the item that this one takes the place of; facts that are left out stay as they are. The older file
    /// stays in the history.
    pub replaces: Option<FileId>,
}

impl UploadQuery {
    /// The document with its file, over the one that it replaces.
    pub fn document(&self, file: FileId, replaced: Option<&Evidence>) -> Evidence {
        let old = |fact: fn(&Evidence) -> &Option<String>| replaced.and_then(|old| fact(old).clone());
        Evidence {
            number: self.number.clone().or_else(|| old(|old| &old.number)),
            date: self.date.or_else(|| replaced.and_then(|old| old.date)),
            issuer: self.issuer.clone().or_else(|| old(|old| &old.issuer)),
            signer: self.signer.clone().or_else(|| old(|old| &old.signer)),
            title: self.title.clone().or_else(|| old(|old| &old.title)),
            link: self.link.clone().or_else(|| old(|old| &old.link)),
            file: Some(file),
        }
    }
}

/// The files of an item, and the space that all files of the agency take in the round.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"data": [], "page": {"next": null}, "usage": {"bytes_used": 183422, "bytes_max": 10737418240_u64}}))]
pub struct EvidenceList {
    /// The files.
    #[serde(flatten)]
    pub files: Page<ListedFile>,
    /// The space.
    pub usage: EvidenceUsage,
}

/// What became of an upload.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "indicator": "1.1.1", "revision": 2, "submission_revision": 7, "state": "draft",
    "evidence": {"number": "1250/QĐ-BTP", "date": "2023-01-05", "issuer": "Bộ Tư pháp", "signer": "Nguyễn Văn A", "title": null, "link": null, "file": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"},
    "file": {"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "name": "Kế hoạch CCHC 2023.pdf", "media_type": "application/pdf", "bytes": 183422, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "href": "/api/v1/rounds/par-2023-ministries/submissions/moj/items/1.1.1/evidence/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "uploaded_at": "2024-01-10T02:00:00Z", "uploaded_by": "Vụ Tổ chức cán bộ", "signature": null}}))]
pub struct EvidenceAdded {
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The item's new revision.
    pub revision: i32,
    /// The submission's revision after it.
    pub submission_revision: i64,
    /// The submission's state after it.
    pub state: SubmissionState,
    /// The new entry of the item's evidence.
    pub evidence: Evidence,
    /// Its file.
    pub file: EvidenceFile,
}
