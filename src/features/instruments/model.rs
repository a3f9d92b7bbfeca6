//! What instruments look like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::instruments,
    error::{AppError, AppResult},
    ids::InstrumentCode,
    survey::Instrument,
};

/// A version of an instrument, without its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "sipas-2024", "version": 1, "title_vi": "Phiếu đo lường sự hài lòng", "title_en": "Satisfaction form",
    "audience": "citizens", "frozen": true, "frozen_at": "2026-11-24T03:00:00Z",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "items": 103, "revision": 2,
    "created_at": "2026-11-24T03:00:00Z", "updated_at": "2026-11-24T03:00:00Z"}))]
pub struct InstrumentSummary {
    /// Code of the family.
    pub code: InstrumentCode,
    /// Version in the family.
    #[schema(minimum = 1)]
    pub version: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// Whom it asks.
    pub audience: String,
    /// Whether it can never change again: a survey round asks with it.
    pub frozen: bool,
    /// Since when.
    pub frozen_at: Option<Moment>,
    /// SHA-256 of the document as canonical JSON (RFC 8785).
    pub digest: String,
    /// How many items it has, free texts included.
    pub items: i32,
    /// Counts the changes of this version; also its ETag.
    pub revision: i64,
    /// When the version was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A version of an instrument with its items.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InstrumentVersion {
    /// The version.
    #[serde(flatten)]
    pub summary: InstrumentSummary,
    /// The whole instrument, as it was imported.
    pub document: Instrument,
}

/// What a check of an instrument came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": true, "code": "sipas-2024", "version": 1, "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "items": 103}))]
pub struct CheckedInstrumentView {
    /// Always true: nothing was saved.
    pub dry_run: bool,
    /// Code of the family.
    pub code: InstrumentCode,
    /// Version in the family.
    pub version: i32,
    /// The digest that it would have.
    pub digest: String,
    /// How many items it has.
    pub items: i32,
}

/// Which instruments to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InstrumentQuery {
    /// Only instruments whose latest version asks these people.
    #[serde(default, deserialize_with = "crate::web::up_to_if_any::<64, _>")]
    #[param(example = "citizens", max_length = 64)]
    pub audience: Option<String>,
    /// Instruments on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// How to add an instrument.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InstrumentSaveQuery {
    /// Check the document, but save nothing.
    #[serde(default)]
    #[param(default = false)]
    pub dry_run: bool,
}

/// A row of `instruments` without its document.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = instruments)]
pub(super) struct SummaryRow {
    pub code: InstrumentCode,
    pub version: i32,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub audience: String,
    pub digest: String,
    pub items: i32,
    pub frozen_at: Option<Moment>,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl From<SummaryRow> for InstrumentSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            code: row.code,
            version: row.version,
            title_vi: row.title_vi,
            title_en: row.title_en,
            audience: row.audience,
            frozen: row.frozen_at.is_some(),
            frozen_at: row.frozen_at,
            digest: row.digest,
            items: row.items,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl InstrumentSummary {
    /// The version with its items.
    pub fn with_document(self, text: &str) -> AppResult<InstrumentVersion> {
        let document = serde_json::from_str(text).map_err(AppError::internal)?;
        Ok(InstrumentVersion {
            summary: self,
            document,
        })
    }
}
