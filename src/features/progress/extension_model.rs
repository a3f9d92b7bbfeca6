//! More time for plan lines in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::line_extensions,
    ids::{AgencyCode, RecordId},
};

/// A request for more time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLineExtension, example = json!({"until": "2019-03-31", "reason": "Chờ ý kiến của các bộ, ngành."}))]
pub struct NewExtension {
    /// The last day that is asked for.
    pub until: NaiveDate,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A decision on a request for more time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLineDecision, example = json!({"granted": true, "until": "2019-02-28", "reason": null}))]
pub struct NewDecision {
    /// Whether more time is granted.
    pub granted: bool,
    /// The last day that is granted, if not as asked.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Why; compulsory where it is refused.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// A request for more time and what was decided on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "agency": "moha", "until": "2019-03-31", "reason": "Chờ ý kiến.", "asked_at": "2018-12-20T02:00:00Z", "asked_by": "Cục VTLT", "granted": null, "granted_until": null, "decision_reason": null, "decided_at": null, "decided_by": null}))]
#[allow(missing_docs, reason = "the fields say it")]
pub struct LineExtension {
    pub id: RecordId,
    /// The unit that asks.
    pub agency: AgencyCode,
    pub until: NaiveDate,
    pub reason: String,
    pub asked_at: Moment,
    pub asked_by: String,
    /// Null while nothing is decided.
    pub granted: Option<bool>,
    pub granted_until: Option<NaiveDate>,
    pub decision_reason: Option<String>,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<String>,
}

/// A row of `line_extensions`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = line_extensions, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the request in the API")]
pub struct LineExtensionRow {
    pub id: RecordId,
    pub line_id: RecordId,
    pub agency_code: AgencyCode,
    pub until: NaiveDate,
    pub reason: String,
    pub asked_at: Moment,
    pub asked_by: String,
    pub granted: Option<bool>,
    pub granted_until: Option<NaiveDate>,
    pub decision_reason: Option<String>,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<String>,
}
