//! Webhooks over HTTP, for administrators.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use chrono::TimeDelta;

use super::{
    guard::Guard,
    model::{NewWebhook, Webhook, WebhookChange, WebhookRow, WebhookWithSecret, entry},
    rules, signing, store,
};
use crate::{
    access::{Access, Action, Object, SecretOf},
    db::{Answer, Database, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
    web::{
        Caller, Cursor, IfMatch, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, etag_of_revision, json_document, json_list,
    },
};

/// The lock of a change to one webhook.
pub(super) fn lock_of(id: &RecordId) -> Vec<Lock> {
    vec![Lock::whole("webhook", id)]
}

/// List webhooks
///
/// Oldest first, without their secrets. For administrators.
#[utoipa::path(tag = "webhooks", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of webhooks.", body = Page<Webhook>), ReadProblems))]
#[get("/webhooks")]
pub async fn list_webhooks(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db.read(move |conn| store::list(conn, &page)).await?;
    json_list(&Page::cut(rows, &cursor, |row| row.id.to_string()).map(|row| row.shown()))
}

/// Register a webhook
///
/// It is told of publications by POST from then on: JSON with `type`, `timestamp` and `data`, signed as
/// [Standard Webhooks](https://www.standardwebhooks.com) say. Every status but 2xx is tried again, for five days, and
/// whatever comes twice has the same `webhook-id`. The answer shows the secret, once. For administrators.
#[utoipa::path(tag = "webhooks", request_body = NewWebhook, security(("bearer" = [])),
    responses((status = 201, description = "Registered.", body = WebhookWithSecret), WriteProblems))]
#[post("/webhooks")]
pub async fn create_webhook(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    guard: Data<Guard>,
    body: ValidJson<NewWebhook>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let new = body.value;
    rules::check(Some(&new.url), Some(&new.description), Some(&new.events), &guard)?;
    let secret = signing::new_secret()?;
    let change = caller.secret_change("create_webhook", vec![Lock::whole("webhooks", "all")]);
    let answer = db
        .write(change, move |tx| {
            if store::count(tx.conn())? >= rules::WEBHOOKS_MAX {
                return Err(too_many());
            }
            let (now, id) = (tx.now(), RecordId::new());
            let row = WebhookRow {
                secret: access.secrets().seal(SecretOf::Webhook(&id), &secret)?,
                id,
                url: new.url,
                description: new.description,
                events: serde_json::to_string(&new.events).map_err(AppError::internal)?,
                set_code: new.set,
                active: true,
                previous_secret: None,
                previous_until: None,
                revision: 1,
                created_at: now,
                updated_at: now,
            };
            store::insert(tx, &row)?;
            let answer =
                with_secret(201, &row, secret)?.header("location", format!("/api/v1/webhooks/{}", row.id));
            Ok(Outcome::Done(answer, entry(None, Some(&row))?))
        })
        .await?;
    answered(answer)
}

fn with_secret(status: u16, row: &WebhookRow, secret: String) -> AppResult<Answer> {
    let shown = WebhookWithSecret {
        webhook: row.shown(),
        secret,
    };
    Ok(json_answer(status, &shown)?.header("etag", etag_of_revision(row.revision)))
}

fn too_many() -> AppError {
    let most = rules::WEBHOOKS_MAX;
    AppError::with(
        ErrorCode::Conflict,
        format!("Đã có {most} webhook; hãy xóa webhook không còn dùng."),
        format!("There are {most} webhooks already; delete one that is not used."),
    )
}

/// Read a webhook
///
/// Without its secret. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The webhook.", body = Webhook), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/webhooks/{webhook}")]
pub async fn get_webhook(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let row = db.read(move |conn| store::find(conn, &id)).await?;
    json_document(&request, &row.shown(), &etag_of_revision(row.revision))
}

/// Change a webhook
///
/// What is left out stays. One that is not active is told of nothing, and what still waits for it fails. What was
/// written before goes to the new address. Needs `If-Match`. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id."), ("If-Match" = String, Header, description = "The ETag of the version that was read.", example = "\"r1\"")),
    request_body = WebhookChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = Webhook), WriteProblems))]
#[patch("/webhooks/{webhook}")]
pub async fn update_webhook(
    caller: Caller,
    db: Data<Database>,
    guard: Data<Guard>,
    path: Path<RecordId>,
    if_match: IfMatch,
    body: ValidJson<WebhookChange>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let wanted = body.value;
    rules::check(
        wanted.url.as_deref(),
        wanted.description.as_deref(),
        wanted.events.as_deref(),
        &guard,
    )?;
    let id = path.into_inner();
    let change = caller.change("update_webhook", &body.digest, lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), &id)?;
            if_match.require(before.revision)?;
            let events = match &wanted.events {
                Some(events) => serde_json::to_string(events).map_err(AppError::internal)?,
                None => before.events.clone(),
            };
            let after = WebhookRow {
                url: wanted.url.unwrap_or_else(|| before.url.clone()),
                description: wanted.description.unwrap_or_else(|| before.description.clone()),
                events,
                set_code: wanted.set.unwrap_or_else(|| before.set_code.clone()),
                active: wanted.active.unwrap_or(before.active),
                revision: before.revision.saturating_add(1),
                updated_at: tx.now(),
                ..before.clone()
            };
            store::replace(tx, &before, &after)?;
            let answer = json_answer(200, &after.shown())?.header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry(Some(&before), Some(&after))?))
        })
        .await?;
    answered(answer)
}

/// Delete a webhook
///
/// It is told of nothing more, and what still waits for it fails. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id.")), security(("bearer" = [])),
    responses((status = 204, description = "Deleted."), WriteProblems))]
#[delete("/webhooks/{webhook}")]
pub async fn delete_webhook(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let change = caller.change("delete_webhook", "", lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), &id)?;
            store::delete(tx, &id)?;
            Ok(Outcome::Done(Answer::empty(), entry(Some(&before), None)?))
        })
        .await?;
    answered(answer)
}

/// Give a webhook a new secret
///
/// The answer shows it, once. For a day the one before signs, too, so that the receiver can change over without losing a
/// message. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The new secret.", body = WebhookWithSecret), WriteProblems))]
#[post("/webhooks/{webhook}/secret")]
pub async fn rotate_webhook_secret(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let secret = signing::new_secret()?;
    let change = caller.secret_change("rotate_webhook_secret", lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), &id)?;
            let now = tx.now();
            let after = WebhookRow {
                secret: access.secrets().seal(SecretOf::Webhook(&id), &secret)?,
                previous_secret: Some(before.secret.clone()),
                previous_until: Some(now.plus(TimeDelta::hours(rules::PREVIOUS_SECRET_HOURS))),
                revision: before.revision.saturating_add(1),
                updated_at: now,
                ..before.clone()
            };
            store::replace(tx, &before, &after)?;
            Ok(Outcome::Done(
                with_secret(200, &after, secret)?,
                entry(Some(&before), Some(&after))?,
            ))
        })
        .await?;
    answered(answer)
}
