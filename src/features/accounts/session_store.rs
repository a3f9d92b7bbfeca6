//! Sessions, refresh tokens and failed logins in the database.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{
        Conn, Tx,
        schema::{login_failures, refresh_tokens, sessions},
    },
    error::AppResult,
    ids::{SessionId, UserId, sha256_hex},
};

/// How long a session lives without a new login, in days.
const SESSION_DAYS: i64 = 30;
/// Failures older than this, in hours, are forgotten.
const FAILURE_HOURS: i64 = 24;

/// What is known of a refresh token that was sent.
pub struct KnownToken {
    /// Its session.
    pub session_id: SessionId,
    /// Whose session.
    pub user_id: UserId,
    /// Whether it was exchanged before.
    pub used: bool,
    /// Whether the session was ended or is too old.
    pub ended: bool,
}

fn digest(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

/// Until when a name that was tried is locked, if it is.
pub fn locked_until(conn: &mut Conn, username: &str, now: Moment) -> AppResult<Option<Moment>> {
    let until: Option<Option<Moment>> = login_failures::table
        .find(digest(username))
        .select(login_failures::locked_until)
        .first(conn)
        .optional()?;
    Ok(until.flatten().filter(|until| *until > now))
}

/// Counts a failed login and locks the name after too many.
pub fn count_failure(tx: &mut Tx<'_>, username: &str, failures_max: i32, lock: TimeDelta) -> AppResult<()> {
    let now = tx.now();
    let key = digest(username);
    let oldest = now.plus(TimeDelta::hours(-FAILURE_HOURS));
    diesel::delete(login_failures::table.filter(login_failures::last_failed_at.lt(oldest)))
        .execute(tx.conn())?;
    let known: Option<i32> = login_failures::table
        .find(&key)
        .select(login_failures::failures)
        .first(tx.conn())
        .optional()?;
    let failures = known.unwrap_or(0) + 1;
    let is_locked = failures >= failures_max;
    // A lock starts the count anew.
    let (failures, until) = if is_locked {
        (0, Some(now.plus(lock)))
    } else {
        (failures, None)
    };
    let values = (
        login_failures::failures.eq(failures),
        login_failures::last_failed_at.eq(now),
        login_failures::locked_until.eq(until),
    );
    if known.is_some() {
        diesel::update(login_failures::table.find(&key))
            .set(values)
            .execute(tx.conn())?;
    } else {
        diesel::insert_into(login_failures::table)
            .values((
                login_failures::username_digest.eq(&key),
                values.0,
                values.1,
                values.2,
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Forgets the failed logins of a name.
pub fn forget_failures(tx: &mut Tx<'_>, username: &str) -> AppResult<()> {
    diesel::delete(login_failures::table.find(digest(username))).execute(tx.conn())?;
    Ok(())
}

/// Opens a session with its first refresh token.
pub fn open_session(tx: &mut Tx<'_>, user: &UserId, refresh_token: &str) -> AppResult<SessionId> {
    let (session, now) = (SessionId::new(), tx.now());
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&session),
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(now.plus(TimeDelta::days(SESSION_DAYS))),
        ))
        .execute(tx.conn())?;
    add_token(tx, &session, refresh_token)?;
    Ok(session)
}

fn add_token(tx: &mut Tx<'_>, session: &SessionId, refresh_token: &str) -> AppResult<()> {
    let now = tx.now();
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(digest(refresh_token)),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(now.plus(TimeDelta::days(SESSION_DAYS))),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Looks a refresh token up.
pub fn find_token(tx: &mut Tx<'_>, refresh_token: &str) -> AppResult<Option<KnownToken>> {
    type Row = (SessionId, UserId, Option<Moment>, Moment, Moment, Option<Moment>);
    let row: Option<Row> = refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .filter(refresh_tokens::token_hash.eq(digest(refresh_token)))
        .select((
            sessions::id,
            sessions::user_id,
            refresh_tokens::used_at,
            refresh_tokens::expires_at,
            sessions::expires_at,
            sessions::revoked_at,
        ))
        .first(tx.conn())
        .optional()?;
    let now = tx.now();
    Ok(row.map(
        |(session_id, user_id, used_at, token_ends, session_ends, revoked_at)| KnownToken {
            session_id,
            user_id,
            used: used_at.is_some(),
            ended: revoked_at.is_some() || token_ends <= now || session_ends <= now,
        },
    ))
}

/// Exchanges a refresh token for the next one.
pub fn rotate_token(tx: &mut Tx<'_>, session: &SessionId, old: &str, new: &str) -> AppResult<()> {
    let now = tx.now();
    diesel::update(refresh_tokens::table.find(digest(old)))
        .set(refresh_tokens::used_at.eq(now))
        .execute(tx.conn())?;
    add_token(tx, session, new)
}

/// Ends a session, for a reason that is kept.
pub fn end_session(tx: &mut Tx<'_>, session: &SessionId, reason: &str) -> AppResult<()> {
    let now = tx.now();
    diesel::update(
        sessions::table
            .find(session)
            .filter(sessions::revoked_at.is_null()),
    )
    .set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason)))
    .execute(tx.conn())?;
    Ok(())
}

/// Ends all sessions of a user but perhaps the present one.
pub fn end_sessions_of(
    tx: &mut Tx<'_>,
    user: &UserId,
    spared: Option<&SessionId>,
    reason: &str,
) -> AppResult<()> {
    let now = tx.now();
    let spared = spared.map_or("", SessionId::as_str).to_owned();
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::id.ne(spared))
            .filter(sessions::revoked_at.is_null()),
    )
    .set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason)))
    .execute(tx.conn())?;
    Ok(())
}
