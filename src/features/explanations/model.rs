//! What threads look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::item_messages,
    ids::{AgencyCode, IndicatorCode, RecordId, RoundCode},
    words,
};

words! {
    /// What a message of a thread is.
    MessageKind {
        /// A body asks.
        Question = "question",
        /// The agency answers.
        Answer = "answer",
    }
}

/// A question or an answer to send.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Kế hoạch ban hành ngày 20/02 nhưng minh chứng ghi ngày 05/01. Đề nghị giải trình."}))]
pub struct MessageBody {
    /// What is asked or answered.
    #[schema(min_length = 1, max_length = 5000)]
    pub text: String,
}

/// A message of a thread.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "indicator": "1.1.1", "kind": "question", "body": "moha", "item_revision": 1, "text": "Đề nghị giải trình ngày ban hành.", "recorded_at": "2024-02-10T02:00:00Z", "recorded_by": "Vụ CCHC"}))]
pub struct Message {
    /// Its id.
    pub id: RecordId,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Question or answer.
    pub kind: MessageKind,
    /// The body that asks; null for an answer.
    pub body: Option<AgencyCode>,
    /// The revision of the item that stood then; 0 if nothing was declared.
    pub item_revision: i32,
    /// What was asked or answered.
    pub text: String,
    /// When.
    pub recorded_at: Moment,
    /// Who.
    pub recorded_by: String,
}

/// The questions and answers on one item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "open": true, "messages": []}))]
pub struct Thread {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Whether the last word is a question.
    pub open: bool,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
}

/// A row of `item_messages`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = item_messages, treat_none_as_default_value = false)]
pub struct MessageRow {
    /// Its id; ids grow with time.
    pub id: RecordId,
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// The indicator.
    pub indicator_code: IndicatorCode,
    /// Question or answer.
    pub kind: MessageKind,
    /// The body that asks.
    pub body_code: Option<AgencyCode>,
    /// The revision of the item that stood then.
    pub item_revision: i32,
    /// What was asked or answered.
    pub content: String,
    /// When.
    pub recorded_at: Moment,
    /// Who.
    pub recorded_by: String,
}
