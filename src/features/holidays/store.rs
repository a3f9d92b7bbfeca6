//! The calendar in the database.

use diesel::prelude::*;

use super::{CALENDAR, model::HolidayRow, rules::WorkCalendar};
use crate::{
    db::{Conn, Tx, schema::holiday_years},
    error::{AppError, AppResult, ErrorCode},
};

/// Every year of the calendar, the earliest first.
pub fn list(conn: &mut Conn) -> AppResult<Vec<HolidayRow>> {
    Ok(holiday_years::table
        .filter(holiday_years::calendar.eq(CALENDAR))
        .order(holiday_years::year)
        .select(HolidayRow::as_select())
        .load(conn)?)
}

/// A year, if it is known.
pub fn find(conn: &mut Conn, year: i32) -> AppResult<Option<HolidayRow>> {
    Ok(holiday_years::table
        .find((CALENDAR, year))
        .select(HolidayRow::as_select())
        .first(conn)
        .optional()?)
}

/// The whole calendar, for counting.
pub fn load_calendar(conn: &mut Conn) -> AppResult<WorkCalendar> {
    list(conn)?
        .into_iter()
        .try_fold(WorkCalendar::default(), |calendar, row| {
            Ok(calendar.with_year(row.year, &row.shown()?.days))
        })
}

/// Adds a year.
pub fn insert(tx: &mut Tx<'_>, row: &HolidayRow) -> AppResult<()> {
    diesel::insert_into(holiday_years::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &HolidayRow, after: &HolidayRow) -> AppResult<()> {
    let standing = holiday_years::table
        .find((&before.calendar, before.year))
        .filter(holiday_years::revision.eq(before.revision));
    let replaced = diesel::update(standing)
        .set((
            holiday_years::days.eq(&after.days),
            holiday_years::note.eq(&after.note),
            holiday_years::revision.eq(after.revision),
            holiday_years::updated_at.eq(after.updated_at),
        ))
        .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}
