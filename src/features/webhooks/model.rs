//! Webhooks in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::{Entry, digest_of, schema::webhooks},
    error::AppResult,
    features::outbox::{Attempt, OutboxState},
    ids::{RecordId, SetCode},
    words,
};

words! {
    /// What a message tells of.
    EventType {
        /// A result was published, or an earlier one taken in.
        Published = "publication.published",
        /// A publication was corrected by a new one, which names it.
        Corrected = "publication.corrected",
        /// Nothing: it was asked for, to try the receiver out.
        Test = "webhook.test",
    }
}

/// A new webhook.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://dashboard.example.vn/hooks/par", "description": "The province's dashboard", "events": ["publication.published", "publication.corrected"], "set": "par-index-provinces"}))]
pub struct NewWebhook {
    /// Where the messages go, by POST. https, and a public address, unless the operator allows more.
    #[schema(max_length = 2000)]
    pub url: String,
    /// Whose it is and what for.
    #[schema(min_length = 1, max_length = 500)]
    pub description: String,
    /// What it is told of.
    #[schema(min_items = 1, max_items = 2)]
    pub events: Vec<EventType>,
    /// Only publications of this family of criteria sets.
    #[serde(default)]
    pub set: Option<SetCode>,
}

/// What is to change of a webhook; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": false}))]
pub struct WebhookChange {
    /// Where the messages go.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// Whose it is and what for.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub description: Option<String>,
    /// What it is told of.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 2)]
    pub events: Option<Vec<EventType>>,
    /// Only publications of this family; null: of all.
    #[serde(default, deserialize_with = "present")]
    pub set: Option<Option<SetCode>>,
    /// Whether it is told of anything at all.
    #[serde(default)]
    pub active: Option<bool>,
}

/// Tells a member that is null from one that is not there.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "url": "https://dashboard.example.vn/hooks/par", "description": "The province's dashboard", "events": ["publication.published"], "set": null, "active": true, "previous_secret_until": null, "revision": 1, "created_at": "2024-01-02T02:00:00Z", "updated_at": "2024-01-02T02:00:00Z"}))]
pub struct Webhook {
    /// Its id.
    pub id: RecordId,
    /// Where the messages go.
    pub url: String,
    /// Whose it is and what for.
    pub description: String,
    /// What it is told of.
    pub events: Vec<EventType>,
    /// Only publications of this family of criteria sets.
    pub set: Option<SetCode>,
    /// Whether it is told of anything at all. A receiver that answers 410 ends it.
    pub active: bool,
    /// Until then the secret before the last rotation signs, too.
    pub previous_secret_until: Option<Moment>,
    /// Its version.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// A webhook with its secret, which is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"webhook": {"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "url": "https://dashboard.example.vn/hooks/par", "description": "The province's dashboard", "events": ["publication.published"], "set": null, "active": true, "previous_secret_until": null, "revision": 1, "created_at": "2024-01-02T02:00:00Z", "updated_at": "2024-01-02T02:00:00Z"}, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}))]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// The key of the signatures (HMAC-SHA256, Standard Webhooks). Keep it: it is not shown again.
    pub secret: String,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Deliveries on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those in this state.
    pub state: Option<OutboxState>,
}

/// A message to a webhook, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11", "state": "waiting", "next_attempt_at": "2024-01-02T02:01:10Z", "created_at": "2024-01-02T02:00:00Z", "attempts": [{"ended_at": "2024-01-02T02:00:10Z", "state": "waiting", "error": "HTTP 503"}], "message": {"type": "publication.published", "timestamp": "2024-01-02T02:00:00Z", "data": {}}}))]
pub struct Delivery {
    /// Its id, which is its `webhook-id` at every attempt.
    pub id: RecordId,
    /// What became of it.
    pub state: OutboxState,
    /// When it is due; in the past where it has come to its end.
    pub next_attempt_at: Moment,
    /// When it was written.
    pub created_at: Moment,
    /// Every attempt, the oldest first.
    pub attempts: Vec<Attempt>,
    /// The body that is sent.
    #[schema(value_type = Object)]
    pub message: serde_json::Value,
}

/// Which deliveries to send again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"since": "2024-01-02T00:00:00Z"}))]
pub struct Replay {
    /// Those that were written from then on and failed.
    pub since: Moment,
}

/// How many deliveries are sent again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(example = json!({"replayed": 3, "more": false}))]
pub struct Replayed {
    /// So many.
    pub replayed: usize,
    /// Whether there are more: then call again.
    pub more: bool,
}

/// A row of `webhooks`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct WebhookRow {
    /// Its id.
    pub id: RecordId,
    /// Where the messages go.
    pub url: String,
    /// Whose it is and what for.
    pub description: String,
    /// JSON: what it is told of.
    pub events: String,
    /// Only publications of this family.
    pub set_code: Option<SetCode>,
    /// Whether it is told of anything.
    pub active: bool,
    /// The key of the signatures, sealed.
    pub secret: String,
    /// The key before, sealed.
    pub previous_secret: Option<String>,
    /// How long that one signs, too.
    pub previous_until: Option<Moment>,
    /// Its version.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

impl WebhookRow {
    /// What it is told of.
    pub fn event_types(&self) -> Vec<EventType> {
        // Written here only; an unreadable list tells of nothing.
        serde_json::from_str(&self.events).unwrap_or_default()
    }

    /// Whether it is told of an event about a family.
    pub fn wants(&self, event: EventType, set: &SetCode) -> bool {
        self.event_types().contains(&event) && self.set_code.as_ref().is_none_or(|wanted| wanted == set)
    }

    /// The secret before, sealed, as long as it signs, too.
    pub fn previous_secret_at(&self, now: Moment) -> Option<&str> {
        let signs = self.previous_until.is_some_and(|until| now < until);
        self.previous_secret.as_deref().filter(|_| signs)
    }

    /// As it is shown: without its secrets.
    pub fn shown(&self) -> Webhook {
        Webhook {
            id: self.id.clone(),
            url: self.url.clone(),
            description: self.description.clone(),
            events: self.event_types(),
            set: self.set_code.clone(),
            active: self.active,
            previous_secret_until: self.previous_until,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// The audit entry of a webhook's change. Its digests are of what is shown, and so hold no secret.
pub fn entry(before: Option<&WebhookRow>, after: Option<&WebhookRow>) -> AppResult<Entry> {
    let digest = |row: Option<&WebhookRow>| row.map(|row| digest_of(&row.shown())).transpose();
    let id = after.or(before).map(|row| row.id.to_string()).unwrap_or_default();
    Ok(Entry {
        object_kind: "webhook",
        object_id: id,
        before_digest: digest(before)?,
        after_digest: digest(after)?,
        detail: serde_json::json!({
            "url": after.or(before).map(|row| &row.url), "active": after.is_some_and(|row| row.active),
        }),
    })
}
