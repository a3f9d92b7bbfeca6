//! What extensions look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::{Moment, WrittenTime},
    db::schema::deadline_extensions,
    features::rounds::DeadlineKind,
    ids::{AgencyCode, RecordId, RoundCode},
    words,
};

words! {
    /// A deadline that an agency may ask to have put off.
    ExtendedDeadline {
        /// The end of the self-assessment.
        SelfAssessment = "self_assessment",
        /// The end of the explanation.
        Explanation = "explanation",
    }
}

impl ExtendedDeadline {
    /// The round's deadline that it is.
    pub fn kind(self) -> DeadlineKind {
        match self {
            Self::SelfAssessment => DeadlineKind::SelfAssessment,
            Self::Explanation => DeadlineKind::Explanation,
        }
    }
}

/// A request for more time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"deadline": "self_assessment", "until": "2024-02-05T17:00:00+07:00", "reason": "Bão số 3 làm gián đoạn hệ thống của Sở trong ba ngày."}))]
pub struct ExtensionBody {
    /// The deadline.
    pub deadline: ExtendedDeadline,
    /// The new one that is asked for; without an offset in the round's time zone.
    pub until: WrittenTime,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A decision on a request for more time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"granted": true, "until": "2024-02-03T17:00:00+07:00", "reason": "Đồng ý gia hạn ba ngày."}))]
pub struct ExtensionDecisionBody {
    /// Whether more time is granted.
    pub granted: bool,
    /// Until when, if not as asked; without an offset in the round's time zone.
    #[serde(default)]
    pub until: Option<WrittenTime>,
    /// Why; compulsory where it is refused.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// A request for more time and what was decided on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "agency": "moj", "deadline": "self_assessment", "until": "2024-02-05T10:00:00Z", "reason": "Bão số 3 làm gián đoạn hệ thống.", "asked_at": "2024-01-30T02:00:00Z", "asked_by": "Vụ Tổ chức cán bộ", "granted": null, "granted_until": null, "decision_reason": null, "decided_at": null, "decided_by": null}))]
pub struct Extension {
    /// Its id.
    pub id: RecordId,
    /// The agency that asks.
    pub agency: AgencyCode,
    /// The deadline.
    pub deadline: ExtendedDeadline,
    /// The new one that was asked for.
    pub until: Moment,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: Moment,
    /// By whom.
    pub asked_by: String,
    /// Whether it was granted; null while nothing is decided.
    pub granted: Option<bool>,
    /// Until when it was granted.
    pub granted_until: Option<Moment>,
    /// Why it was decided so.
    pub decision_reason: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Moment>,
    /// By whom.
    pub decided_by: Option<String>,
}

/// A row of `deadline_extensions`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = deadline_extensions, treat_none_as_default_value = false)]
pub struct ExtensionRow {
    /// Its id.
    pub id: RecordId,
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// The deadline.
    pub deadline: ExtendedDeadline,
    /// The new one that was asked for.
    pub until: Moment,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: Moment,
    /// By whom.
    pub asked_by: String,
    /// Whether it was granted.
    pub granted: Option<bool>,
    /// Until when.
    pub granted_until: Option<Moment>,
    /// Why it was decided so.
    pub decision_reason: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Moment>,
    /// By whom.
    pub decided_by: Option<String>,
}
