//! Notices in the database.

use diesel::prelude::*;

use super::model::NotificationRow;
use crate::{
    clock::Moment,
    db::{
        Conn, MultiBackend, Tx,
        schema::{notifications, users},
    },
    each,
    error::AppResult,
    ids::{RecordId, UserId},
    web::Cursor,
};

/// Rows of one insert: SQLite binds at most 32,766 values.
const BATCH: usize = 2000;

/// Adds notices: one statement for up to 2,000 people.
pub fn insert(tx: &mut Tx<'_>, rows: &[NotificationRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(notifications::table).values(batch))?;
    }
    Ok(())
}

/// One page of a person's notices, newest first.
pub fn list(
    conn: &mut Conn,
    user: &UserId,
    unread: Option<bool>,
    cursor: &Cursor,
) -> AppResult<Vec<NotificationRow>> {
    let mut query = notifications::table
        .filter(notifications::user_id.eq(user.clone()))
        .select(NotificationRow::as_select())
        .order(notifications::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    query = match unread {
        Some(true) => query.filter(notifications::read_at.is_null()),
        Some(false) => query.filter(notifications::read_at.is_not_null()),
        None => query,
    };
    if let Some(after) = cursor.after.clone() {
        query = query.filter(notifications::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// How many notices a person has not read.
pub fn unread(conn: &mut Conn, user: &UserId) -> AppResult<i64> {
    Ok(notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::read_at.is_null())
        .count()
        .get_result(conn)?)
}

/// A notice of a person; another's is not there.
pub fn find(conn: &mut Conn, user: &UserId, id: &RecordId) -> AppResult<NotificationRow> {
    Ok(notifications::table
        .find(id)
        .filter(notifications::user_id.eq(user))
        .select(NotificationRow::as_select())
        .first(conn)?)
}

/// Marks a notice as read.
pub fn mark(tx: &mut Tx<'_>, id: &RecordId, at: Moment) -> AppResult<()> {
    diesel::update(notifications::table.find(id))
        .set(notifications::read_at.eq(Some(at)))
        .execute(tx.conn())?;
    Ok(())
}

/// Marks a person's new notices up to one as read; tells how many.
pub fn mark_up_to(tx: &mut Tx<'_>, user: &UserId, id: &RecordId, at: Moment) -> AppResult<usize> {
    let new = notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::id.le(id))
        .filter(notifications::read_at.is_null());
    Ok(diesel::update(new)
        .set(notifications::read_at.eq(Some(at)))
        .execute(tx.conn())?)
}

/// Those of some people whose account is active.
pub fn active(conn: &mut Conn, people: &[UserId]) -> AppResult<Vec<UserId>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    Ok(users::table
        .filter(users::id.eq_any(people))
        .filter(users::active.eq(true))
        .select(users::id)
        .load(conn)?)
}
