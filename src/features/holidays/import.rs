//! Importing a file of years. What is there is left alone: people may have added what was announced.

use super::{
    CALENDAR,
    model::{HolidayImport, HolidayImportResult, HolidayRow},
    rules, store,
};
use crate::{
    db::{Answer, Change, Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
};

/// Imports the years that are not there yet, all or nothing.
pub async fn import(db: &Database, change: Change, file: HolidayImport) -> AppResult<Answer> {
    let mut faults = Vec::new();
    for (index, year) in file.years.iter().enumerate() {
        let at = format!("/years/{index}");
        faults.extend(rules::check_year(&format!("{at}/year"), year.year));
        faults.extend(rules::check(&at, year.year, &year.days, year.note.as_deref()));
    }
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    db.write(change, move |tx| {
        let mut result = HolidayImportResult::default();
        for mut year in file.years {
            if store::find(tx.conn(), year.year)?.is_some() {
                result.kept += 1;
                continue;
            }
            year.days.sort_by_key(|day| day.day);
            let now = tx.now();
            let row = HolidayRow {
                calendar: CALENDAR.to_owned(),
                year: year.year,
                days: serde_json::to_string(&year.days).map_err(AppError::internal)?,
                note: year.note,
                revision: 1,
                created_at: now,
                updated_at: now,
            };
            store::insert(tx, &row)?;
            result.created += 1;
        }
        let answer = json_answer(200, &result)?;
        if result.created == 0 {
            return Ok(Outcome::Unchanged(answer));
        }
        let entry = Entry {
            object_kind: "holidays",
            object_id: "import".to_owned(),
            before_digest: None,
            after_digest: Some(digest_of(&result)?),
            detail: serde_json::to_value(result).map_err(AppError::internal)?,
        };
        Ok(Outcome::Done(answer, entry))
    })
    .await
}
