//! Calendar feeds in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::{Entry, digest_of, schema::calendar_feeds},
    error::AppResult,
    features::accounts::ContactLanguage,
    ids::{AgencyCode, RecordId},
};

/// A new secret address of an agency's calendar.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Điện thoại của chánh văn phòng", "language": "vi"}))]
pub struct NewCalendarFeed {
    /// Who reads it, and with what: by this its owner knows it again when it is to be revoked.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The language of the calendar's own words; what people wrote stays as it is.
    #[serde(default = "vietnamese")]
    pub language: ContactLanguage,
}

fn vietnamese() -> ContactLanguage {
    ContactLanguage::Vi
}

/// A secret address of an agency's calendar, without its key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "agency": "moj", "name": "Điện thoại của chánh văn phòng", "language": "vi", "created_at": "2026-01-02T02:00:00Z", "created_by": "Nguyễn Văn A", "revoked_at": null, "revoked_by": null}))]
pub struct CalendarFeed {
    /// Its id.
    pub id: RecordId,
    /// The agency whose deadlines it tells.
    pub agency: AgencyCode,
    /// Who reads it.
    pub name: String,
    /// The language of the calendar's own words.
    pub language: ContactLanguage,
    /// When it was made.
    pub created_at: Moment,
    /// By whom.
    pub created_by: String,
    /// Since when nothing is read at it any more.
    pub revoked_at: Option<Moment>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
}

/// A new feed with its address, which is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"feed": {"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "agency": "moj", "name": "Điện thoại của chánh văn phòng", "language": "vi", "created_at": "2026-01-02T02:00:00Z", "created_by": "Nguyễn Văn A", "revoked_at": null, "revoked_by": null}, "path": "/api/v1/calendars/moj.ics?key=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub struct CalendarFeedWithKey {
    /// The feed.
    pub feed: CalendarFeed,
    /// Its address on this server. Whoever knows it reads the calendar: keep it, it is not shown again.
    pub path: String,
}

/// With which key a calendar is read.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// The key of the feed's address.
    #[param(min_length = 1, max_length = 100)]
    pub key: String,
}

/// A row of `calendar_feeds`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_feeds, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the feed in the API")]
pub struct CalendarFeedRow {
    pub id: RecordId,
    pub agency_code: AgencyCode,
    pub name: String,
    pub language: ContactLanguage,
    /// SHA-256 of the key, which is kept nowhere.
    pub secret_digest: String,
    pub created_at: Moment,
    pub created_by: String,
    pub revoked_at: Option<Moment>,
    pub revoked_by: Option<String>,
}

impl CalendarFeedRow {
    /// As it is shown, with ids in the place of people's names.
    pub fn shown(self) -> CalendarFeed {
        CalendarFeed {
            id: self.id,
            agency: self.agency_code,
            name: self.name,
            language: self.language,
            created_at: self.created_at,
            created_by: self.created_by,
            revoked_at: self.revoked_at,
            revoked_by: self.revoked_by,
        }
    }
}

/// The audit entry of a change of a feed; its key stands in none.
pub fn entry(before: Option<&CalendarFeed>, after: &CalendarFeed) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "calendar_feed",
        object_id: after.id.to_string(),
        before_digest: before.map(digest_of).transpose()?,
        after_digest: Some(digest_of(after)?),
        detail: serde_json::json!({"agency": after.agency, "name": after.name, "revoked_at": after.revoked_at}),
    })
}
