//! What holidays look like in the API, in files and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::{Entry, digest_of, schema::holiday_years},
    error::{AppError, AppResult},
    words,
};

words! {
    /// What a day is, unlike others of its weekday.
    DayKind {
        /// Nobody works: a holiday, or a day off in exchange for another.
        Off = "off",
        /// People work though it is a weekend: a swapped working day.
        Working = "working",
    }
}

/// A day that is not like others of its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"day": "2026-09-02", "kind": "off", "name_vi": "Quốc khánh", "name_en": "National Day"}))]
pub struct SpecialDay {
    /// The day.
    pub day: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name_vi: String,
    /// Its name in English.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name_en: Option<String>,
}

/// A whole year of the calendar.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"days": [{"day": "2026-09-02", "kind": "off", "name_vi": "Quốc khánh"}], "note": "Thông báo số 12/TB-BNV"}))]
pub struct HolidayYearBody {
    /// Every day off and every swapped working day of the year.
    #[schema(max_items = 100)]
    pub days: Vec<SpecialDay>,
    /// Where it was announced.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// A year of the calendar as it is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"calendar": "vn", "year": 2026, "days": [{"day": "2026-09-02", "kind": "off", "name_vi": "Quốc khánh", "name_en": "National Day"}], "note": null, "revision": 1, "created_at": "2026-01-02T02:00:00Z", "updated_at": "2026-01-02T02:00:00Z"}))]
pub struct HolidayYear {
    /// Whose calendar.
    pub calendar: String,
    /// The year.
    pub year: i32,
    /// Its days, by date.
    pub days: Vec<SpecialDay>,
    /// Where it was announced.
    pub note: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// Which years to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HolidayQuery {
    /// Only this year.
    #[serde(default, deserialize_with = "crate::web::within_if_any::<1990, 2100, _>")]
    #[param(minimum = 1990, maximum = 2100)]
    pub year: Option<i32>,
}

/// A year in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedYear {
    /// The year.
    pub year: i32,
    /// Its days.
    pub days: Vec<SpecialDay>,
    /// Where it was announced.
    #[serde(default)]
    pub note: Option<String>,
}

/// A file of years, such as `data/holidays/vn.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayImport {
    /// What a reader of the file must know.
    pub note: String,
    /// The years; each replaces what is there.
    pub years: Vec<ImportedYear>,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayImportResult {
    /// Years that were not there.
    pub created: usize,
    /// Years that were there and are left alone, since people may have added to them.
    pub kept: usize,
}

/// A row of `holiday_years`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = holiday_years, treat_none_as_default_value = false)]
pub struct HolidayRow {
    /// Whose calendar.
    pub calendar: String,
    /// The year.
    pub year: i32,
    /// Its days, JSON.
    pub days: String,
    /// Where it was announced.
    pub note: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl HolidayRow {
    /// As it is shown.
    pub fn shown(&self) -> AppResult<HolidayYear> {
        Ok(HolidayYear {
            calendar: self.calendar.clone(),
            year: self.year,
            days: serde_json::from_str(&self.days).map_err(AppError::internal)?,
            note: self.note.clone(),
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// The audit entry of a year's change.
pub fn entry(before: Option<&HolidayRow>, after: &HolidayRow) -> AppResult<Entry> {
    let digest = |row: &HolidayRow| digest_of(&row.shown()?);
    Ok(Entry {
        object_kind: "holiday_year",
        object_id: format!("{}/{}", after.calendar, after.year),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({"revision": after.revision, "days": after.shown()?.days.len()}),
    })
}
