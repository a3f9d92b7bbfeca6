//! What criteria sets look like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::criteria_sets,
    error::{AppError, AppResult},
    ids::{LevelCode, SetCode},
    scoring::{CriteriaSet, Points},
};

/// A version of a criteria set, without its tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "par-2023-ministries", "version": 1, "title_vi": "Bộ chỉ số cải cách hành chính cấp bộ",
    "title_en": "PAR Index, ministries", "level": "ministry", "illustrative": false, "frozen": true,
    "frozen_at": "2026-11-24T03:00:00Z", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "leaves": 97, "maximum": "100", "revision": 2, "created_at": "2026-11-24T03:00:00Z", "updated_at": "2026-11-24T03:00:00Z"}))]
pub struct CriteriaSetSummary {
    /// Code of the family.
    pub code: SetCode,
    /// Version in the family.
    #[schema(minimum = 1)]
    pub version: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The level of agency that it measures.
    pub level: LevelCode,
    /// Whether it is a sample and not an official table.
    pub illustrative: bool,
    /// Whether it can never change again: a round was opened with it.
    pub frozen: bool,
    /// Since when.
    pub frozen_at: Option<Moment>,
    /// SHA-256 of the document as canonical JSON (RFC 8785): the bytes of `…/document`.
    pub digest: String,
    /// How many indicators it has.
    pub leaves: i32,
    /// The most points that can be had.
    pub maximum: Points,
    /// Counts the changes of this version; also its ETag.
    pub revision: i64,
    /// When the version was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A version of a criteria set with its tree.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CriteriaSetVersion {
    /// The version.
    #[serde(flatten)]
    pub summary: CriteriaSetSummary,
    /// The whole set, as it was imported.
    pub document: CriteriaSet,
}

/// What a check of a criteria set came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": true, "code": "par-2023-ministries", "version": 1, "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "leaves": 97, "maximum": "100"}))]
pub struct CheckedCriteriaSet {
    /// Always true: nothing was saved.
    pub dry_run: bool,
    /// Code of the family.
    pub code: SetCode,
    /// Version in the family.
    pub version: i32,
    /// The digest that it would have.
    pub digest: String,
    /// How many indicators it has.
    pub leaves: i32,
    /// The most points that can be had.
    pub maximum: Points,
}

/// Which criteria sets to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CriteriaSetQuery {
    /// Sets on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only sets whose latest version measures this level.
    #[param(example = "ministry")]
    pub level: Option<LevelCode>,
}

/// Which version to read.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// The version; the latest by default.
    #[param(minimum = 1, example = 1)]
    pub version: Option<i32>,
}

/// How to add a criteria set.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreateQuery {
    /// Check the document, but save nothing.
    #[serde(default)]
    #[param(default = false)]
    pub dry_run: bool,
}

/// A row of `criteria_sets` without its document.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = criteria_sets)]
pub(super) struct SummaryRow {
    pub code: SetCode,
    pub version: i32,
    pub title_vi: String,
    pub title_en: Option<String>,
    pub level_code: LevelCode,
    pub illustrative: bool,
    pub digest: String,
    pub leaves: i32,
    pub maximum: i64,
    pub frozen_at: Option<Moment>,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl From<SummaryRow> for CriteriaSetSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            code: row.code,
            version: row.version,
            title_vi: row.title_vi,
            title_en: row.title_en,
            level: row.level_code,
            illustrative: row.illustrative,
            frozen: row.frozen_at.is_some(),
            frozen_at: row.frozen_at,
            digest: row.digest,
            leaves: row.leaves,
            maximum: Points::from_micro(row.maximum),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl CriteriaSetSummary {
    /// The version with its tree.
    pub fn with_document(self, text: &str) -> AppResult<CriteriaSetVersion> {
        let document = serde_json::from_str(text).map_err(AppError::internal)?;
        Ok(CriteriaSetVersion {
            summary: self,
            document,
        })
    }
}
