//! What counts of the public post look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::{public_post, public_post_collectors},
    ids::{AgencyCode, Month},
    scoring::{Quantity, percent_text_2},
    web::Each,
};

/// The counts of an agency in a month, as they are sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "moj", "period": "2025-03", "received_post": 120, "received_all": 1480, "returned_post": 310, "returned_all": 1402, "source": "Báo cáo tháng 3/2025"}))]
pub struct PublicPostLine {
    /// The agency.
    pub agency: AgencyCode,
    /// The month.
    pub period: Month,
    /// Dossiers received by public post.
    #[schema(minimum = 0, maximum = 1000000000)]
    pub received_post: i64,
    /// Dossiers received in all channels, the post included.
    #[schema(minimum = 0, maximum = 1000000000)]
    pub received_all: i64,
    /// Results returned by public post.
    #[schema(minimum = 0, maximum = 1000000000)]
    pub returned_post: i64,
    /// Results returned in all channels, the post included.
    #[schema(minimum = 0, maximum = 1000000000)]
    pub returned_all: i64,
    /// Where the counts come from.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub source: Option<String>,
}

/// Counts to save together, all or nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicPostBody {
    /// The counts.
    #[schema(value_type = Vec<PublicPostLine>, min_items = 1, max_items = 10000)]
    pub counts: Vec<Each<PublicPostLine>>,
}

/// How to save.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicPostSaveQuery {
    /// Check only, save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a bulk of counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": false, "saved": 12, "unchanged": 0}))]
pub struct PublicPostSaved {
    /// Whether it was a check only.
    pub dry_run: bool,
    /// Lines with a new revision.
    pub saved: usize,
    /// Lines that stood already.
    pub unchanged: usize,
}

/// Which counts to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicPostQuery {
    /// Only this agency's.
    pub agency: Option<AgencyCode>,
    /// From this month on.
    pub from: Option<Month>,
    /// Up to this month.
    pub to: Option<Month>,
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// Which totals to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicPostTotalsQuery {
    /// The year.
    #[serde(deserialize_with = "crate::web::within::<2000, 2099, _>")]
    #[param(minimum = 2000, maximum = 2099)]
    pub year: i32,
    /// Only this agency's.
    pub agency: Option<AgencyCode>,
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// The counts of an agency in a month, as they are kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": "moj", "period": "2025-03", "revision": 2, "received_post": 120, "received_all": 1480, "received_share": "8.11", "returned_post": 310, "returned_all": 1402, "returned_share": "22.11", "source": "Báo cáo tháng 3/2025", "collector": "vnpost", "recorded_at": "2025-04-02T02:00:00Z"}))]
pub struct PublicPostCount {
    /// The agency.
    pub agency: AgencyCode,
    /// The month.
    pub period: Month,
    /// Counts the changes.
    pub revision: i32,
    /// Dossiers received by public post.
    pub received_post: i64,
    /// Dossiers received in all channels.
    pub received_all: i64,
    /// Their share in percent, two decimals, half up; null where nothing was received.
    pub received_share: Option<String>,
    /// Results returned by public post.
    pub returned_post: i64,
    /// Results returned in all channels.
    pub returned_all: i64,
    /// Their share in percent, two decimals, half up; null where nothing was returned.
    pub returned_share: Option<String>,
    /// Where the counts come from.
    pub source: Option<String>,
    /// The body that sent them in; null for the agency itself.
    pub collector: Option<AgencyCode>,
    /// When they were sent in.
    pub recorded_at: Moment,
}

/// A revision of a month's counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": "moj", "period": "2025-03", "revision": 1, "received_post": 119, "received_all": 1480, "received_share": "8.04", "returned_post": 310, "returned_all": 1402, "returned_share": "22.11", "source": null, "collector": null, "recorded_at": "2025-04-01T02:00:00Z", "recorded_by": "Văn phòng Bộ", "superseded_at": "2025-04-02T02:00:00Z"}))]
pub struct PublicPostRevision {
    /// What it said.
    #[serde(flatten)]
    pub count: PublicPostCount,
    /// Who sent it in.
    pub recorded_by: String,
    /// When a later revision took its place; null for the one that holds.
    pub superseded_at: Option<Moment>,
}

/// Numerator and denominator, as an indicator of kind `proportional` takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"numerator": "1200", "denominator": "15000", "share": "8.00"}))]
pub struct PublicPostShare {
    /// By public post.
    pub numerator: Quantity,
    /// In all channels.
    pub denominator: Quantity,
    /// The share in percent, two decimals, half up; null where the denominator is 0.
    pub share: Option<String>,
}

/// The counts of an agency in a year.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": "moj", "year": 2025, "received": {"numerator": "1200", "denominator": "15000", "share": "8.00"}, "returned": {"numerator": "3100", "denominator": "14800", "share": "20.95"}, "months": ["2025-01", "2025-02"], "missing": ["2025-03"], "last_recorded_at": "2025-04-02T02:00:00Z", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub struct PublicPostTotal {
    /// The agency.
    pub agency: AgencyCode,
    /// The year.
    pub year: i32,
    /// Dossiers received by post, of all: what the feed `public_post.received` gives.
    pub received: PublicPostShare,
    /// Results returned by post, of all: what the feed `public_post.returned` gives.
    pub returned: PublicPostShare,
    /// The months that are counted.
    pub months: Vec<Month>,
    /// The months of the year that are over and have no counts: nothing is put in their place.
    pub missing: Vec<Month>,
    /// When the newest of them was sent in.
    pub last_recorded_at: Moment,
    /// SHA-256 of the canonical JSON (RFC 8785) of the months with their revisions and counts.
    pub digest: String,
}

/// The agencies whose counts a body may send in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"collector": "vnpost", "agencies": ["ha-noi", "moj"]}))]
pub struct PublicPostCollector {
    /// The body.
    pub collector: AgencyCode,
    /// The agencies, by code.
    pub agencies: Vec<AgencyCode>,
}

/// The agencies whose counts a body may send in, all of them.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agencies": ["ha-noi", "moj"]}))]
pub struct PublicPostCollectorBody {
    /// In place of the present ones.
    #[schema(max_items = 20000)]
    pub agencies: Vec<AgencyCode>,
}

/// How to fill a submission.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accept_missing": false}))]
pub struct FeedBody {
    /// Fill it although months of the year are missing: the document of each item names them.
    #[serde(default)]
    pub accept_missing: bool,
}

/// A row of `public_post`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = public_post, treat_none_as_default_value = false)]
pub struct PublicPostRow {
    /// The agency.
    pub agency_code: AgencyCode,
    /// The month.
    pub period: Month,
    /// Counts the changes.
    pub revision: i32,
    /// Dossiers received by public post.
    pub received_post: i64,
    /// Dossiers received in all channels.
    pub received_all: i64,
    /// Results returned by public post.
    pub returned_post: i64,
    /// Results returned in all channels.
    pub returned_all: i64,
    /// Where the counts come from.
    pub source: Option<String>,
    /// The body that sent them in.
    pub collector_code: Option<AgencyCode>,
    /// When.
    pub recorded_at: Moment,
    /// By whom.
    pub recorded_by: String,
    /// When a later revision took its place.
    pub superseded_at: Option<Moment>,
}

impl PublicPostRow {
    /// Whether it says the same as a line.
    pub fn says(&self, line: &PublicPostLine) -> bool {
        (
            self.received_post,
            self.received_all,
            self.returned_post,
            self.returned_all,
            &self.source,
        ) == (
            line.received_post,
            line.received_all,
            line.returned_post,
            line.returned_all,
            &line.source,
        )
    }

    /// As it is shown.
    pub fn shown(self) -> PublicPostCount {
        PublicPostCount {
            received_share: percent_text_2(self.received_post, self.received_all),
            returned_share: percent_text_2(self.returned_post, self.returned_all),
            agency: self.agency_code,
            period: self.period,
            revision: self.revision,
            received_post: self.received_post,
            received_all: self.received_all,
            returned_post: self.returned_post,
            returned_all: self.returned_all,
            source: self.source,
            collector: self.collector_code,
            recorded_at: self.recorded_at,
        }
    }
}

/// A row of `public_post_collectors`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = public_post_collectors, treat_none_as_default_value = false)]
pub struct CollectorRow {
    /// The body.
    pub collector_code: AgencyCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// Since when.
    pub entrusted_at: Moment,
    /// By whom.
    pub entrusted_by: String,
}
