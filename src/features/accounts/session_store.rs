//! Sessions and refresh tokens in the database.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::{
    clock::Moment,
    config::Limits,
    db::{
        Conn, MultiBackend, Tx,
        schema::{refresh_tokens, sessions},
    },
    error::AppResult,
    ids::{SessionId, UserId, sha256_hex},
    web::Cursor,
};

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
    /// When the session ends, whatever happens.
    pub session_ends: Moment,
}

fn digest(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

/// Opens a session with its first refresh token.
pub fn open_session(
    tx: &mut Tx<'_>,
    user: &UserId,
    refresh_token: &str,
    limits: &Limits,
) -> AppResult<SessionId> {
    let (session, now) = (SessionId::new(), tx.now());
    let ends = now.plus(TimeDelta::hours(limits.session_hours_max));
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&session),
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(ends),
        ))
        .execute(tx.conn())?;
    add_token(tx, &session, refresh_token, ends, limits)?;
    Ok(session)
}

/// A refresh token lasts as long as its session may lie idle: who does not come back in time has to log in.
fn add_token(
    tx: &mut Tx<'_>,
    session: &SessionId,
    refresh_token: &str,
    session_ends: Moment,
    limits: &Limits,
) -> AppResult<()> {
    let now = tx.now();
    let idle_until = now.plus(TimeDelta::hours(limits.session_idle_hours));
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(digest(refresh_token)),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(idle_until.min(session_ends)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// When a session began: the last login of who holds it.
pub fn began_at(conn: &mut Conn, session: &SessionId) -> AppResult<Moment> {
    Ok(sessions::table
        .find(session)
        .select(sessions::created_at)
        .first(conn)?)
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
            session_ends,
        },
    ))
}

/// Exchanges a refresh token for the next one.
pub fn rotate_token(
    tx: &mut Tx<'_>,
    known: &KnownToken,
    old: &str,
    new: &str,
    limits: &Limits,
) -> AppResult<()> {
    let now = tx.now();
    diesel::update(refresh_tokens::table.find(digest(old)))
        .set(refresh_tokens::used_at.eq(now))
        .execute(tx.conn())?;
    add_token(tx, &known.session_id, new, known.session_ends, limits)
}

/// A session that may still be used: its id, when it began, was refreshed last, ends if it lies idle, ends anyway.
pub type OpenSession = (SessionId, Moment, Moment, Moment, Moment);

/// One page of a user's sessions that may still be used, the newest first.
pub fn list_open(
    conn: &mut Conn,
    user: &UserId,
    cursor: &Cursor,
    now: Moment,
) -> AppResult<Vec<OpenSession>> {
    // Each has one refresh token that was not used: the last.
    let mut query = sessions::table
        .inner_join(refresh_tokens::table.on(refresh_tokens::session_id.eq(sessions::id)))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(now))
        .select((
            sessions::id,
            sessions::created_at,
            refresh_tokens::issued_at,
            refresh_tokens::expires_at,
            sessions::expires_at,
        ))
        .order(sessions::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(after) = cursor.after.clone() {
        query = query.filter(sessions::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// Ends one session of a user. False if it is somebody else's, or over.
pub fn end_own(tx: &mut Tx<'_>, user: &UserId, session: &SessionId, reason: &str) -> AppResult<bool> {
    let now = tx.now();
    let ended = diesel::update(
        sessions::table
            .find(session)
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(now)),
    )
    .set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason)))
    .execute(tx.conn())?;
    Ok(ended > 0)
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

/// Ends all sessions of a user but perhaps the present one; tells how many.
pub fn end_sessions_of(
    tx: &mut Tx<'_>,
    user: &UserId,
    spared: Option<&SessionId>,
    reason: &str,
) -> AppResult<usize> {
    let now = tx.now();
    let spared = spared.map_or("", SessionId::as_str).to_owned();
    Ok(diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::id.ne(spared))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(now)),
    )
    .set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason)))
    .execute(tx.conn())?)
}
