//! What is told, and that it is told with the change that it tells of.

use serde::Serialize;

use super::{
    model::{EventType, WebhookRow},
    store,
};
use crate::{
    clock::Moment,
    db::Tx,
    error::{AppError, AppResult},
    features::outbox::{self, OutboxKind},
    ids::{PublicationId, SetCode},
};

/// A publication, as its subscribers are told of it. They read it where `path` leads.
#[derive(Clone, Debug, Serialize)]
pub struct Announced {
    /// Its id.
    pub publication: PublicationId,
    /// Its number; `after=` of the list of publications shows what came since.
    pub sequence: i64,
    /// `computed` or `external`.
    pub kind: &'static str,
    /// The round, or the code of an external table.
    pub round: String,
    /// The year that was assessed.
    pub year: i32,
    /// The family of criteria sets.
    pub set: SetCode,
    /// When it was published.
    pub published_at: Moment,
    /// The publication that it corrects.
    pub supersedes: Option<PublicationId>,
    /// Where it stands on this server.
    pub path: String,
}

/// The body of a message, by Standard Webhooks.
#[derive(Serialize)]
struct Body<'a, T> {
    #[serde(rename = "type")]
    event: EventType,
    timestamp: Moment,
    data: &'a T,
}

fn body<T: Serialize>(event: EventType, timestamp: Moment, data: &T) -> AppResult<String> {
    serde_json::to_string(&Body {
        event,
        timestamp,
        data,
    })
    .map_err(AppError::internal)
}

/// Tells whoever wants to know of a publication, as a part of the change that publishes.
pub fn announce(tx: &mut Tx<'_>, announced: &Announced) -> AppResult<()> {
    let event = if announced.supersedes.is_some() {
        EventType::Corrected
    } else {
        EventType::Published
    };
    let now = tx.now();
    let message = body(event, now, announced)?;
    let told = store::active(tx.conn())?
        .into_iter()
        .filter(|webhook| webhook.wants(event, &announced.set))
        .map(|webhook| (webhook.id.to_string(), message.clone()))
        .collect();
    outbox::put(tx, OutboxKind::Webhook, told)
}

/// Puts a message that tells of nothing into the outbox.
pub(super) fn put_test(tx: &mut Tx<'_>, webhook: &WebhookRow) -> AppResult<()> {
    let now = tx.now();
    let message = body(EventType::Test, now, &serde_json::json!({"webhook": webhook.id}))?;
    outbox::put(tx, OutboxKind::Webhook, vec![(webhook.id.to_string(), message)])
}
