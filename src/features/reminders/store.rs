//! Which reminders were written.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, Tx, schema::reminders},
    each,
    error::AppResult,
    features::rounds::DeadlineKind,
    ids::{AgencyCode, RoundCode},
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 2000;

/// A reminder: to whom, of what, until when, how many days before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reminder {
    /// To whom.
    pub agency: AgencyCode,
    /// Of what.
    pub deadline: DeadlineKind,
    /// Until when.
    pub due: Moment,
    /// How many days before.
    pub days_before: i32,
}

#[derive(Insertable)]
#[diesel(table_name = reminders, treat_none_as_default_value = false)]
struct ReminderRow<'a> {
    round_code: &'a RoundCode,
    agency_code: &'a AgencyCode,
    deadline: DeadlineKind,
    due: Moment,
    days_before: i32,
    written_at: Moment,
}

/// The reminders of a round's deadlines ahead that were written.
pub fn written(conn: &mut Conn, round: &RoundCode, now: Moment) -> AppResult<BTreeSet<Reminder>> {
    let rows: Vec<(AgencyCode, DeadlineKind, Moment, i32)> = reminders::table
        .filter(reminders::round_code.eq(round))
        .filter(reminders::due.gt(now))
        .select((
            reminders::agency_code,
            reminders::deadline,
            reminders::due,
            reminders::days_before,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(agency, deadline, due, days_before)| Reminder {
            agency,
            deadline,
            due,
            days_before,
        })
        .collect())
}

/// Keeps that reminders were written. One that was written already refuses all.
pub fn insert(tx: &mut Tx<'_>, round: &RoundCode, written: &[Reminder]) -> AppResult<()> {
    let written_at = tx.now();
    let rows: Vec<ReminderRow<'_>> = written
        .iter()
        .map(|reminder| ReminderRow {
            round_code: round,
            agency_code: &reminder.agency,
            deadline: reminder.deadline,
            due: reminder.due,
            days_before: reminder.days_before,
            written_at,
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(reminders::table).values(batch))?;
    }
    Ok(())
}
