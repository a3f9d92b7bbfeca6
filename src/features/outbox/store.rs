//! The outbox in the database.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::{dsl::count_star, prelude::*};

use super::{
    model::{Attempt, AttemptRow, OutboxKind, OutboxRow, OutboxState},
    rules::GIVE_UP_DAYS,
};
use crate::{
    clock::Moment,
    db::{
        Conn, MultiBackend, Tx,
        schema::{outbox, outbox_attempts},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
    web::Cursor,
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// Puts things into the outbox, as part of the change that causes them: target and payload, JSON.
pub fn put(tx: &mut Tx<'_>, kind: OutboxKind, things: Vec<(String, String)>) -> AppResult<()> {
    let now = tx.now();
    let rows: Vec<OutboxRow> = things
        .into_iter()
        .map(|(target, payload)| OutboxRow {
            id: RecordId::new(),
            kind,
            target,
            payload,
            state: OutboxState::Waiting,
            attempts: 0,
            next_attempt_at: now,
            lease: None,
            leased_until: None,
            last_error: None,
            created_at: now,
            give_up_at: now.plus(TimeDelta::days(GIVE_UP_DAYS)),
            updated_at: now,
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(outbox::table).values(batch))?;
    }
    Ok(())
}

/// What a worker may take: what is due, and what another took and let lie without handing anything over.
pub fn due(conn: &mut Conn, kind: OutboxKind, now: Moment, limit: i64) -> AppResult<Vec<OutboxRow>> {
    Ok(outbox::table
        .filter(outbox::kind.eq(kind))
        .filter(
            outbox::state
                .eq(OutboxState::Waiting)
                .and(outbox::next_attempt_at.le(now))
                .or(outbox::state
                    .eq(OutboxState::Leased)
                    .and(outbox::leased_until.le(now))),
        )
        .order((outbox::next_attempt_at, outbox::id))
        .limit(limit)
        .select(OutboxRow::as_select())
        .load(conn)?)
}

/// What was being handed over when its worker ended: nobody knows whether it arrived.
pub fn abandoned(conn: &mut Conn, now: Moment) -> AppResult<Vec<OutboxRow>> {
    Ok(outbox::table
        .filter(outbox::state.eq(OutboxState::Sending))
        .filter(outbox::leased_until.le(now))
        .order(outbox::id)
        .select(OutboxRow::as_select())
        .load(conn)?)
}

/// What a worker has.
pub fn leased(conn: &mut Conn, lease: &RecordId) -> AppResult<Vec<OutboxRow>> {
    Ok(outbox::table
        .filter(outbox::lease.eq(lease))
        .order((outbox::next_attempt_at, outbox::id))
        .select(OutboxRow::as_select())
        .load(conn)?)
}

/// Keeps what came of the attempt that a row has just had.
pub fn insert_attempt(tx: &mut Tx<'_>, after: &OutboxRow) -> AppResult<()> {
    let attempt = AttemptRow {
        id: RecordId::new(),
        outbox_id: after.id.clone(),
        state: after.state,
        error: after.last_error.clone(),
        ended_at: tx.now(),
    };
    each!(
        tx.conn(),
        diesel::insert_into(outbox_attempts::table).values(&attempt)
    )?;
    Ok(())
}

/// What came to its end before a moment, the oldest first.
pub fn ended_before(conn: &mut Conn, before: Moment, limit: i64) -> AppResult<Vec<RecordId>> {
    Ok(outbox::table
        .filter(outbox::updated_at.lt(before))
        .filter(outbox::state.eq_any([OutboxState::Sent, OutboxState::Failed, OutboxState::Unknown]))
        .order(outbox::updated_at)
        .limit(limit)
        .select(outbox::id)
        .load(conn)?)
}

/// Removes rows and their attempts.
pub fn delete(tx: &mut Tx<'_>, ids: &[RecordId]) -> AppResult<()> {
    diesel::delete(outbox_attempts::table.filter(outbox_attempts::outbox_id.eq_any(ids)))
        .execute(tx.conn())?;
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx.conn())?;
    Ok(())
}

/// The attempts of some rows, by row, the oldest first.
pub fn attempts_of(conn: &mut Conn, ids: &[RecordId]) -> AppResult<BTreeMap<RecordId, Vec<Attempt>>> {
    let rows: Vec<AttemptRow> = outbox_attempts::table
        .filter(outbox_attempts::outbox_id.eq_any(ids))
        .order(outbox_attempts::id)
        .select(AttemptRow::as_select())
        .load(conn)?;
    let mut attempts: BTreeMap<RecordId, Vec<Attempt>> = BTreeMap::new();
    for row in rows {
        attempts.entry(row.outbox_id).or_default().push(Attempt {
            ended_at: row.ended_at,
            state: row.state,
            error: row.error,
        });
    }
    Ok(attempts)
}

/// Puts a row into another state, if nobody else did meanwhile: 409 otherwise.
pub fn replace(tx: &mut Tx<'_>, before: &OutboxRow, after: &OutboxRow) -> AppResult<()> {
    let unchanged = outbox::table
        .find(&before.id)
        .filter(outbox::state.eq(before.state))
        .filter(outbox::updated_at.eq(before.updated_at))
        .filter(outbox::attempts.eq(before.attempts));
    // Two ways to say «the same lease», since NULL is equal to nothing.
    let replaced = match &before.lease {
        Some(lease) => diesel::update(unchanged.filter(outbox::lease.eq(lease)))
            .set(change(after))
            .execute(tx.conn())?,
        None => diesel::update(unchanged.filter(outbox::lease.is_null()))
            .set(change(after))
            .execute(tx.conn())?,
    };
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Changed<'a> {
    state: OutboxState,
    attempts: i32,
    next_attempt_at: Moment,
    lease: Option<&'a RecordId>,
    leased_until: Option<Moment>,
    last_error: Option<&'a str>,
    give_up_at: Moment,
    updated_at: Moment,
}

fn change(after: &OutboxRow) -> Changed<'_> {
    Changed {
        state: after.state,
        attempts: after.attempts,
        next_attempt_at: after.next_attempt_at,
        lease: after.lease.as_ref(),
        leased_until: after.leased_until,
        last_error: after.last_error.as_deref(),
        give_up_at: after.give_up_at,
        updated_at: after.updated_at,
    }
}

/// One page of the outbox, newest first; only what goes to one target, if one is named.
pub fn list(
    conn: &mut Conn,
    state: Option<OutboxState>,
    target: Option<(OutboxKind, &str)>,
    cursor: &Cursor,
) -> AppResult<Vec<OutboxRow>> {
    let mut query = outbox::table
        .select(OutboxRow::as_select())
        .order(outbox::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state));
    }
    if let Some((kind, target)) = target {
        query = query.filter(outbox::kind.eq(kind).and(outbox::target.eq(target.to_owned())));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(outbox::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// What was written for a target from a moment on and has come to a state, the oldest first.
pub fn written_since(
    conn: &mut Conn,
    state: OutboxState,
    (kind, target): (OutboxKind, &str),
    since: Moment,
    limit: i64,
) -> AppResult<Vec<OutboxRow>> {
    Ok(outbox::table
        .filter(outbox::kind.eq(kind).and(outbox::target.eq(target)))
        .filter(outbox::state.eq(state))
        .filter(outbox::created_at.ge(since))
        .order(outbox::id)
        .limit(limit)
        .select(OutboxRow::as_select())
        .load(conn)?)
}

/// A row.
pub fn find(conn: &mut Conn, id: &RecordId) -> AppResult<OutboxRow> {
    Ok(outbox::table
        .find(id)
        .select(OutboxRow::as_select())
        .first(conn)?)
}

/// How many rows are in each state; what is not there is not told.
pub fn counts(conn: &mut Conn) -> AppResult<Vec<(OutboxState, i64)>> {
    Ok(outbox::table
        .group_by(outbox::state)
        .select((outbox::state, count_star()))
        .load(conn)?)
}
