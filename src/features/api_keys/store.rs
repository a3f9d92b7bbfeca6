//! API keys in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::ApiKeyRow;
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, Tx, schema::api_keys},
    error::AppResult,
    ids::ApiKeyId,
    web::Cursor,
};

/// One page of keys, the newest first.
pub fn list(conn: &mut Conn, cursor: &Cursor) -> AppResult<Vec<ApiKeyRow>> {
    let mut query = api_keys::table
        .select(ApiKeyRow::as_select())
        .order(api_keys::id.desc())
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(after) = cursor.after.clone() {
        query = query.filter(api_keys::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// One key.
pub fn find(conn: &mut Conn, id: &ApiKeyId) -> AppResult<ApiKeyRow> {
    Ok(api_keys::table
        .find(id)
        .select(ApiKeyRow::as_select())
        .first(conn)?)
}

/// How many keys are good at a moment.
pub fn count_active(conn: &mut Conn, now: Moment) -> AppResult<i64> {
    Ok(api_keys::table
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now))
        .count()
        .get_result(conn)?)
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, row: &ApiKeyRow) -> AppResult<()> {
    diesel::insert_into(api_keys::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Revokes a key, unless that was done before.
pub fn revoke(tx: &mut Tx<'_>, id: &ApiKeyId) -> AppResult<ApiKeyRow> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    diesel::update(api_keys::table.find(id).filter(api_keys::revoked_at.is_null()))
        .set((api_keys::revoked_at.eq(now), api_keys::revoked_by.eq(actor)))
        .execute(tx.conn())?;
    find(tx.conn(), id)
}

/// Writes down on which day keys were used last; returns those of which that was not known yet.
pub fn note_use(tx: &mut Tx<'_>, used: &BTreeMap<ApiKeyId, NaiveDate>) -> AppResult<Vec<ApiKeyId>> {
    let mut noted = Vec::new();
    for (id, day) in used {
        let earlier = api_keys::last_used_on
            .is_null()
            .or(api_keys::last_used_on.lt(day));
        let changed = diesel::update(api_keys::table.find(id).filter(earlier))
            .set(api_keys::last_used_on.eq(day))
            .execute(tx.conn())?;
        if changed > 0 {
            noted.push(id.clone());
        }
    }
    Ok(noted)
}
