//! What was sent to a webhook, and sending it again.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    event,
    handlers::lock_of,
    model::{Delivery, DeliveryQuery, Replay, Replayed, WebhookRow},
    store,
};
use crate::{
    access::{Action, Object},
    db::{Answer, Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::outbox::{self, Attempt, OutboxKind, OutboxRow, OutboxState},
    ids::RecordId,
    web::{Caller, Cursor, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list},
};

/// Deliveries of one call that sends them again.
const REPLAYED_MAX: i64 = 500;

/// Try a webhook out
///
/// Writes a message of the type `webhook.test`; the list of deliveries tells what becomes of it. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id.")), security(("bearer" = [])),
    responses((status = 202, description = "To be sent."), WriteProblems))]
#[post("/webhooks/{webhook}/test")]
pub async fn test_webhook(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let change = caller.change("test_webhook", "", lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let webhook = find_active(tx, &id)?;
            event::put_test(tx, &webhook)?;
            let entry = sending_entry(&webhook, &serde_json::json!({"test": true}))?;
            Ok(Outcome::Done(
                Answer {
                    status: 202,
                    ..Answer::empty()
                },
                entry,
            ))
        })
        .await?;
    answered(answer)
}

fn find_active(tx: &mut Tx<'_>, id: &RecordId) -> AppResult<WebhookRow> {
    let webhook = store::find(tx.conn(), id)?;
    if webhook.active {
        Ok(webhook)
    } else {
        Err(AppError::with(
            ErrorCode::Conflict,
            "Webhook đang tắt; hãy bật lại (active: true) trước khi gửi.",
            "The webhook is not active; make it active first.",
        ))
    }
}

fn sending_entry(webhook: &WebhookRow, what: &serde_json::Value) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "webhook",
        object_id: webhook.id.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(what)?),
        detail: what.clone(),
    })
}

/// List the deliveries of a webhook
///
/// Newest first: each message with every attempt. They are kept for half a year after their end. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id."), DeliveryQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of deliveries.", body = Page<Delivery>), ReadProblems))]
#[get("/webhooks/{webhook}/deliveries")]
pub async fn list_webhook_deliveries(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
    ValidQuery(asked): ValidQuery<DeliveryQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let deliveries = db
        .read(move |conn| {
            let webhook = store::find(conn, &id)?;
            let target = (OutboxKind::Webhook, webhook.id.as_str());
            let rows = outbox::list(conn, asked.state, Some(target), &page)?;
            with_attempts(conn, rows)
        })
        .await?;
    json_list(&Page::cut(deliveries, &cursor, |delivery| {
        delivery.id.to_string()
    }))
}

fn with_attempts(conn: &mut Conn, rows: Vec<OutboxRow>) -> AppResult<Vec<Delivery>> {
    let ids: Vec<RecordId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut attempts = outbox::attempts_of(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let attempts = attempts.remove(&row.id).unwrap_or_default();
            delivery(row, attempts)
        })
        .collect()
}

fn delivery(row: OutboxRow, attempts: Vec<Attempt>) -> AppResult<Delivery> {
    Ok(Delivery {
        message: serde_json::from_str(&row.payload).map_err(AppError::internal)?,
        id: row.id,
        state: row.state,
        next_attempt_at: row.next_attempt_at,
        created_at: row.created_at,
        attempts,
    })
}

/// Send a delivery again
///
/// One that arrived, or was given up: the same body under the same `webhook-id`, signed anew. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id."), ("delivery" = RecordId, Path, description = "The delivery's id.")),
    security(("bearer" = [])),
    responses((status = 200, description = "To be sent again.", body = Delivery), WriteProblems))]
#[post("/webhooks/{webhook}/deliveries/{delivery}/replay")]
pub async fn replay_webhook_delivery(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RecordId, RecordId)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let (id, delivery_id) = path.into_inner();
    let change = caller.change("replay_webhook_delivery", "", lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let webhook = find_active(tx, &id)?;
            let before = outbox::find(tx.conn(), &delivery_id)?;
            if before.kind != OutboxKind::Webhook || before.target != webhook.id.as_str() {
                return Err(AppError::not_found());
            }
            if !before.state.is_ended() {
                let state = before.state.as_str();
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    format!("Thông điệp đang ở trạng thái {state} và sẽ được gửi; không cần gửi lại."),
                    format!("The delivery is {state} and is sent anyway."),
                ));
            }
            let after = outbox::again(&before, tx.now());
            outbox::replace(tx, &before, &after)?;
            let attempts = outbox::attempts_of(tx.conn(), std::slice::from_ref(&delivery_id))?
                .remove(&delivery_id)
                .unwrap_or_default();
            let entry = outbox::entry(&before, &after)?;
            Ok(Outcome::Done(
                json_answer(200, &delivery(after, attempts)?)?,
                entry,
            ))
        })
        .await?;
    answered(answer)
}

/// Send what failed again
///
/// All deliveries of a webhook that were written from a moment on and were given up, the oldest first, up to 500 in one
/// call: what a receiver does that was away for long. For administrators.
#[utoipa::path(tag = "webhooks", params(("webhook" = RecordId, Path, description = "The webhook's id.")), request_body = Replay, security(("bearer" = [])),
    responses((status = 200, description = "To be sent again.", body = Replayed), WriteProblems))]
#[post("/webhooks/{webhook}/replay")]
pub async fn replay_webhook_deliveries(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
    body: ValidJson<Replay>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageWebhooks, Object::System)?;
    let id = path.into_inner();
    let since = body.value.since;
    let change = caller.change("replay_webhook_deliveries", &body.digest, lock_of(&id));
    let answer = db
        .write(change, move |tx| {
            let webhook = find_active(tx, &id)?;
            let target = (OutboxKind::Webhook, webhook.id.as_str());
            let mut failed =
                outbox::written_since(tx.conn(), OutboxState::Failed, target, since, REPLAYED_MAX + 1)?;
            let more = failed.len() > usize::try_from(REPLAYED_MAX).unwrap_or(usize::MAX);
            if more {
                failed.pop();
            }
            for before in &failed {
                outbox::replace(tx, before, &outbox::again(before, tx.now()))?;
            }
            let replayed = Replayed {
                replayed: failed.len(),
                more,
            };
            let answer = json_answer(200, &replayed)?;
            if failed.is_empty() {
                return Ok(Outcome::Unchanged(answer));
            }
            let ids: Vec<&RecordId> = failed.iter().map(|row| &row.id).collect();
            let what = serde_json::json!({"replayed": ids});
            Ok(Outcome::Done(answer, sending_entry(&webhook, &what)?))
        })
        .await?;
    answered(answer)
}
