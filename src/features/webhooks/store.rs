//! Webhooks in the database. What is sent to them lies in the outbox.

use diesel::prelude::*;

use super::model::WebhookRow;
use crate::{
    access::{Resealing, SecretOf},
    db::{Conn, Tx, schema::webhooks},
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
    web::Cursor,
};

/// The webhooks that are told of anything.
pub fn active(conn: &mut Conn) -> AppResult<Vec<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::active.eq(true))
        .order(webhooks::id)
        .select(WebhookRow::as_select())
        .load(conn)?)
}

/// How many there are.
pub fn count(conn: &mut Conn) -> AppResult<i64> {
    Ok(webhooks::table.count().get_result(conn)?)
}

/// One page of webhooks, the oldest first.
pub fn list(conn: &mut Conn, cursor: &Cursor) -> AppResult<Vec<WebhookRow>> {
    let after = cursor.after.clone().unwrap_or_default();
    Ok(webhooks::table
        .filter(webhooks::id.gt(after))
        .order(webhooks::id)
        .limit(cursor.fetch())
        .select(WebhookRow::as_select())
        .load(conn)?)
}

/// A webhook; 404 if there is none.
pub fn find(conn: &mut Conn, id: &RecordId) -> AppResult<WebhookRow> {
    Ok(webhooks::table
        .find(id)
        .select(WebhookRow::as_select())
        .first(conn)?)
}

/// Adds a webhook.
pub fn insert(tx: &mut Tx<'_>, row: &WebhookRow) -> AppResult<()> {
    each!(tx.conn(), diesel::insert_into(webhooks::table).values(row))?;
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &WebhookRow, after: &WebhookRow) -> AppResult<()> {
    let replaced = diesel::update(
        webhooks::table
            .find(&before.id)
            .filter(webhooks::revision.eq(before.revision)),
    )
    .set(after.clone())
    .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// Removes a webhook. What was to be sent to it fails, and stays in the outbox.
pub fn delete(tx: &mut Tx<'_>, id: &RecordId) -> AppResult<()> {
    diesel::delete(webhooks::table.find(id)).execute(tx.conn())?;
    Ok(())
}

/// Seals anew the secrets that need it. What is shown of a webhook, its version included, stays as it was.
pub fn seal_anew(tx: &mut Tx<'_>, resealing: &mut Resealing<'_>) -> AppResult<()> {
    let rows: Vec<(RecordId, String, Option<String>)> = webhooks::table
        .order(webhooks::id)
        .select((webhooks::id, webhooks::secret, webhooks::previous_secret))
        .load(tx.conn())?;
    for (id, secret, previous) in rows {
        let of = SecretOf::Webhook(&id);
        let sealed = resealing.of(of, &secret)?;
        let previous_sealed = previous
            .as_deref()
            .map(|kept| resealing.of(of, kept))
            .transpose()?;
        let previous_sealed = previous_sealed.flatten();
        if sealed.is_none() && previous_sealed.is_none() {
            continue;
        }
        // Somebody may have replaced it meanwhile.
        diesel::update(webhooks::table.find(&id).filter(webhooks::secret.eq(&secret)))
            .set((
                webhooks::secret.eq(sealed.as_ref().unwrap_or(&secret)),
                webhooks::previous_secret.eq(previous_sealed.as_ref().or(previous.as_ref())),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}
