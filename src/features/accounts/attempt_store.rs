//! Counts of failed logins in the database.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::attempts::{Attempt, Count};
use crate::{
    clock::Moment,
    config::Limits,
    db::{Conn, Tx, schema::login_counts},
    error::{AppError, AppResult, ErrorCode},
};

/// Counts that were not raised for so many hours are forgotten.
const REMEMBERED_HOURS: i64 = 24;

/// The first of some ways to count an attempt that is not locked; 429 if all are.
pub fn open_one(conn: &mut Conn, attempts: Vec<Attempt>, now: Moment) -> AppResult<Attempt> {
    let mut wait = 1;
    for attempt in attempts {
        let digests: Vec<&String> = attempt.subjects.iter().map(|(_, digest)| digest).collect();
        let locked: Vec<Option<Moment>> = login_counts::table
            .filter(login_counts::subject_digest.eq_any(digests))
            .filter(login_counts::locked_until.gt(now))
            .select(login_counts::locked_until)
            .load(conn)?;
        let Some(until) = locked.into_iter().flatten().max() else {
            return Ok(attempt);
        };
        wait = until.unix_seconds() - now.unix_seconds();
    }
    let wait = u64::try_from(wait).unwrap_or(1);
    Err(AppError::new(ErrorCode::TooManyAttempts).retry_after(wait))
}

/// Counts a failure.
pub fn count_failure(tx: &mut Tx<'_>, attempt: &Attempt, limits: &Limits) -> AppResult<()> {
    let now = tx.now();
    let oldest = now.plus(TimeDelta::hours(-REMEMBERED_HOURS));
    diesel::delete(login_counts::table.filter(login_counts::last_failed_at.lt(oldest))).execute(tx.conn())?;
    for (counted, digest) in &attempt.subjects {
        let known: Option<(i32, i32, Option<Moment>)> = login_counts::table
            .find(digest)
            .select((
                login_counts::failures,
                login_counts::locks,
                login_counts::locked_until,
            ))
            .first(tx.conn())
            .optional()?;
        let before = known.map_or_else(Count::default, |(failures, locks, locked_until)| Count {
            failures,
            locks,
            locked_until,
        });
        let after = before.after_failure(*counted, limits, now);
        let values = (
            login_counts::failures.eq(after.failures),
            login_counts::locks.eq(after.locks),
            login_counts::last_failed_at.eq(now),
            login_counts::locked_until.eq(after.locked_until),
        );
        if known.is_some() {
            diesel::update(login_counts::table.find(digest))
                .set(values)
                .execute(tx.conn())?;
        } else {
            diesel::insert_into(login_counts::table)
                .values((
                    login_counts::subject_digest.eq(digest),
                    login_counts::name_digest.eq(&attempt.name_digest),
                    values.0,
                    values.1,
                    values.2,
                    values.3,
                ))
                .execute(tx.conn())?;
        }
    }
    Ok(())
}

/// Forgets what an attempt counts towards, after it was good.
pub fn forget(tx: &mut Tx<'_>, attempt: &Attempt) -> AppResult<()> {
    let digests: Vec<&String> = attempt.subjects.iter().map(|(_, digest)| digest).collect();
    diesel::delete(login_counts::table.filter(login_counts::subject_digest.eq_any(digests)))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets all failures of a name.
pub fn forget_name(tx: &mut Tx<'_>, name_digest: &str) -> AppResult<()> {
    diesel::delete(login_counts::table.filter(login_counts::name_digest.eq(name_digest)))
        .execute(tx.conn())?;
    Ok(())
}
