//! Calendar feeds in the database.

use diesel::prelude::*;

use super::model::CalendarFeedRow;
use crate::{
    db::{Conn, MultiBackend, Tx, schema::calendar_feeds},
    error::AppResult,
    ids::{AgencyCode, RecordId},
    web::Cursor,
};

/// One page of an agency's feeds, the newest first.
pub fn list(conn: &mut Conn, agency: &AgencyCode, cursor: &Cursor) -> AppResult<Vec<CalendarFeedRow>> {
    let mut query = calendar_feeds::table
        .filter(calendar_feeds::agency_code.eq(agency.clone()))
        .select(CalendarFeedRow::as_select())
        .order(calendar_feeds::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(after) = cursor.after.clone() {
        query = query.filter(calendar_feeds::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// How many feeds of an agency are read.
pub fn count_active(conn: &mut Conn, agency: &AgencyCode) -> AppResult<i64> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::agency_code.eq(agency))
        .filter(calendar_feeds::revoked_at.is_null())
        .count()
        .get_result(conn)?)
}

/// A feed of an agency; 404 if it has no such one.
pub fn find(conn: &mut Conn, agency: &AgencyCode, id: &RecordId) -> AppResult<CalendarFeedRow> {
    Ok(calendar_feeds::table
        .find(id)
        .filter(calendar_feeds::agency_code.eq(agency))
        .select(CalendarFeedRow::as_select())
        .first(conn)?)
}

/// The feed that a key opens; 404 if there is none, or it was revoked.
pub fn opened_by(conn: &mut Conn, agency: &AgencyCode, digest: &str) -> AppResult<CalendarFeedRow> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::secret_digest.eq(digest))
        .filter(calendar_feeds::agency_code.eq(agency))
        .filter(calendar_feeds::revoked_at.is_null())
        .select(CalendarFeedRow::as_select())
        .first(conn)?)
}

/// Adds a feed.
pub fn insert(tx: &mut Tx<'_>, row: &CalendarFeedRow) -> AppResult<()> {
    diesel::insert_into(calendar_feeds::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Revokes a feed, unless that was done before.
pub fn revoke(tx: &mut Tx<'_>, before: &CalendarFeedRow) -> AppResult<CalendarFeedRow> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    diesel::update(
        calendar_feeds::table
            .find(&before.id)
            .filter(calendar_feeds::revoked_at.is_null()),
    )
    .set((
        calendar_feeds::revoked_at.eq(now),
        calendar_feeds::revoked_by.eq(actor.clone()),
    ))
    .execute(tx.conn())?;
    Ok(CalendarFeedRow {
        revoked_at: Some(now),
        revoked_by: Some(actor),
        ..before.clone()
    })
}
