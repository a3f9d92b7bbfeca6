//! Files of minutes in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    clock::Moment,
    db::schema::minutes_files,
    features::evidence::{EvidenceFile, EvidenceSignature},
    ids::{FileDigest, FileId, RecordId, RoundCode},
};

/// What an uploaded file is called.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// The file's name, percent-encoded UTF-8; it ends as its content demands: .pdf or .docx.
    #[param(min_length = 1, max_length = 200, example = "Biên bản 12.pdf")]
    pub file_name: String,
}

/// A row of `minutes_files`.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = minutes_files, treat_none_as_default_value = false)]
pub struct MinutesFileRow {
    /// Its id.
    pub id: FileId,
    /// The minutes.
    pub minutes_id: RecordId,
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

impl MinutesFileRow {
    /// The file as it is shown.
    pub fn shown(self, round: &RoundCode, signature: Option<EvidenceSignature>) -> EvidenceFile {
        EvidenceFile {
            href: format!(
                "/api/v1/rounds/{round}/minutes/{}/files/{}",
                self.minutes_id, self.id
            ),
            id: self.id,
            name: self.name,
            media_type: self.media_type,
            bytes: self.size,
            sha256: self.sha256,
            uploaded_at: self.uploaded_at,
            uploaded_by: self.uploaded_by,
            signature,
        }
    }
}
