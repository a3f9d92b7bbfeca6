//! What the outbox looks like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::{outbox, outbox_attempts},
    ids::RecordId,
    words,
};

words! {
    /// What is sent.
    OutboxKind {
        /// An e-mail with a notice.
        Email = "email",
        /// A message to a webhook.
        Webhook = "webhook",
    }
}

words! {
    /// What became of it.
    OutboxState {
        /// To be sent when it is due.
        Waiting = "waiting",
        /// A worker has it; nothing has been handed over yet.
        Leased = "leased",
        /// It is being handed over.
        Sending = "sending",
        /// The other side took it.
        Sent = "sent",
        /// The other side refused it for good, or for too long.
        Failed = "failed",
        /// The line broke while it was handed over: it may have arrived or not.
        Unknown = "unknown",
    }
}

impl OutboxState {
    /// Whether nothing more happens by itself.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Sent | Self::Failed | Self::Unknown => true,
            Self::Waiting | Self::Leased | Self::Sending => false,
        }
    }
}

/// The payload of an e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Which entries to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutboxQuery {
    /// Entries on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those in this state.
    pub state: Option<OutboxState>,
}

/// Something that was sent, or is to be. Its content is for whom it is addressed to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "kind": "email", "target": "tccb@moj.gov.vn", "state": "failed", "attempts": 1, "next_attempt_at": "2024-01-02T02:00:00Z", "last_error": "permanent error (550): no such user", "created_at": "2024-01-02T02:00:00Z", "updated_at": "2024-01-02T02:00:10Z"}))]
pub struct OutboxEntry {
    /// Its id; an e-mail's Message-ID is made of it.
    pub id: RecordId,
    /// What is sent.
    pub kind: OutboxKind,
    /// Where to: an address, or the id of a webhook.
    pub target: String,
    /// What became of it.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is due; in the past where it was tried last.
    pub next_attempt_at: Moment,
    /// Why it did not go last time.
    pub last_error: Option<String>,
    /// When it was put here.
    pub created_at: Moment,
    /// When its state changed last.
    pub updated_at: Moment,
}

/// A row of `outbox`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
pub struct OutboxRow {
    /// Its id; ids grow with time.
    pub id: RecordId,
    /// What is sent.
    pub kind: OutboxKind,
    /// Where to.
    pub target: String,
    /// JSON.
    pub payload: String,
    /// What became of it.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is due.
    pub next_attempt_at: Moment,
    /// The claim of the worker that has it.
    pub lease: Option<RecordId>,
    /// How long that holds.
    pub leased_until: Option<Moment>,
    /// Why it did not go last time.
    pub last_error: Option<String>,
    /// When it was put here.
    pub created_at: Moment,
    /// When it is no longer tried.
    pub give_up_at: Moment,
    /// When its state changed last.
    pub updated_at: Moment,
}

impl OutboxRow {
    /// The entry without its content.
    pub fn shown(self) -> OutboxEntry {
        OutboxEntry {
            id: self.id,
            kind: self.kind,
            target: self.target,
            state: self.state,
            attempts: self.attempts,
            next_attempt_at: self.next_attempt_at,
            last_error: self.last_error,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// What came of one attempt.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"ended_at": "2024-01-02T02:00:10Z", "state": "waiting", "error": "HTTP 503"}))]
pub struct Attempt {
    /// When it ended.
    pub ended_at: Moment,
    /// Where the entry stood after it: `sent`, `failed`, `unknown`, or `waiting` for the next one.
    pub state: OutboxState,
    /// Why it did not go.
    pub error: Option<String>,
}

/// A row of `outbox_attempts`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox_attempts, treat_none_as_default_value = false)]
pub struct AttemptRow {
    /// Its id; ids grow with time.
    pub id: RecordId,
    /// What was handed over.
    pub outbox_id: RecordId,
    /// Where the row stood after it.
    pub state: OutboxState,
    /// Why it did not go.
    pub error: Option<String>,
    /// When it ended.
    pub ended_at: Moment,
}
