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

/// An attempt that may not be made now.
pub struct Locked {
    wait_seconds: u64,
    /// The counts that lock it, and of which no refusal is on record yet.
    unrecorded: Vec<String>,
}

impl Locked {
    /// 429.
    pub fn error(&self) -> AppError {
        AppError::new(ErrorCode::TooManyAttempts).retry_after(self.wait_seconds)
    }

    /// Whether a lock refuses somebody for the first time.
    pub fn is_first(&self) -> bool {
        !self.unrecorded.is_empty()
    }
}

/// The first of some ways to count an attempt that is not locked.
pub fn open_one(conn: &mut Conn, attempts: Vec<Attempt>, now: Moment) -> AppResult<Result<Attempt, Locked>> {
    let mut found = Locked {
        wait_seconds: 1,
        unrecorded: Vec::new(),
    };
    for attempt in attempts {
        let digests: Vec<&String> = attempt.subjects.iter().map(|(_, digest)| digest).collect();
        let locks: Vec<(String, bool, Option<Moment>)> = login_counts::table
            .filter(login_counts::subject_digest.eq_any(digests))
            .filter(login_counts::locked_until.gt(now))
            .select((
                login_counts::subject_digest,
                login_counts::lock_on_record,
                login_counts::locked_until,
            ))
            .load(conn)?;
        let Some(until) = locks.iter().filter_map(|(_, _, until)| *until).max() else {
            return Ok(Ok(attempt));
        };
        found.wait_seconds = u64::try_from(until.unix_seconds() - now.unix_seconds()).unwrap_or(1);
        let unrecorded = locks.into_iter().filter(|(_, on_record, _)| !on_record);
        found.unrecorded.extend(unrecorded.map(|(digest, _, _)| digest));
    }
    Ok(Err(found))
}

/// Notes that the trail tells of these locks. False if it does already.
pub fn record_locks(tx: &mut Tx<'_>, locked: &Locked) -> AppResult<bool> {
    let now = tx.now();
    let noted = diesel::update(
        login_counts::table
            .filter(login_counts::subject_digest.eq_any(&locked.unrecorded))
            .filter(login_counts::lock_on_record.eq(false))
            .filter(login_counts::locked_until.gt(now)),
    )
    .set(login_counts::lock_on_record.eq(true))
    .execute(tx.conn())?;
    Ok(noted > 0)
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
            login_counts::lock_on_record.eq(false),
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
                    values.4,
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
