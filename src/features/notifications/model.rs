//! What notices look like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::notice::NoticeKind;
use crate::{
    clock::Moment,
    db::schema::notifications,
    ids::{RecordId, UserId},
    web::PageInfo,
};

/// Which notices to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationQuery {
    /// Notices on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those that are not read (true) or are (false).
    pub unread: Option<bool>,
}

/// Something the caller was told of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "kind": "question_asked", "title": "Câu hỏi về tiêu chí 1.1", "text": "Kỳ «Chỉ số CCHC năm 2023»: Bộ Nội vụ đề nghị Bộ Tư pháp giải trình tiêu chí 1.1.", "params": {"agency": "moj", "indicator": "1.1"}, "path": "/api/v1/rounds/par-2023-ministries/submissions/moj/items/1.1/thread", "created_at": "2024-02-10T02:00:00Z", "read_at": null}))]
pub struct Notification {
    /// Its id; ids grow with time.
    pub id: RecordId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What happened, in a few words of the caller's language.
    pub title: String,
    /// The same in a sentence or two.
    pub text: String,
    /// The facts behind the text, as the kind has them: codes, names, times.
    #[schema(value_type = Object)]
    pub params: serde_json::Value,
    /// Where it leads.
    pub path: String,
    /// When it happened.
    pub created_at: Moment,
    /// When the caller read it; null while it is new.
    pub read_at: Option<Moment>,
}

/// A page of notices, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationPage {
    /// How many notices the caller has not read, on all pages.
    pub unread: i64,
    /// The notices.
    pub data: Vec<Notification>,
    /// Where the next page begins.
    pub page: PageInfo,
}

/// Up to where the caller has read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"up_to": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"}))]
pub struct ReadUpTo {
    /// The newest notice that was seen: it and all older ones are read.
    pub up_to: RecordId,
}

/// What became of reading.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"read": 12, "unread": 0}))]
pub struct ReadCount {
    /// How many were new and are read now.
    pub read: usize,
    /// How many are still new.
    pub unread: i64,
}

/// A row of `notifications`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
pub struct NotificationRow {
    /// Its id.
    pub id: RecordId,
    /// Whom it tells.
    pub user_id: UserId,
    /// What it is about.
    pub kind: NoticeKind,
    /// The facts, JSON.
    pub params: String,
    /// Where it leads.
    pub path: String,
    /// When it happened.
    pub created_at: Moment,
    /// When it was read.
    pub read_at: Option<Moment>,
}
