//! What people send about inspections.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{InspectedIndicator, InspectionForm, InspectionState, Severity, TeamMember};
use crate::{
    ids::{AgencyCode, IndicatorCode, LevelCode, RecordId, RoundCode},
    web::EvidenceLink,
};

/// A new plan.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner": "moha", "year": 2026, "title": "Kế hoạch kiểm tra cải cách hành chính năm 2026"}))]
pub struct NewPlan {
    /// Whose plan.
    pub owner: AgencyCode,
    /// The year.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// Its title.
    #[schema(min_length = 1, max_length = 300)]
    pub title: String,
}

/// A new inspection.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner": "moha", "target": "moj", "form": "on_site", "from": "2026-05-04", "to": "2026-05-08", "topic": "Cải cách thủ tục hành chính", "bodies": ["mic"], "indicators": [{"set": "par-2023-ministries", "code": "1.2.1"}], "team": [{"name": "Nguyễn Văn A", "agency": "moha", "role": "Trưởng đoàn"}]}))]
pub struct NewInspection {
    /// The agency that inspects.
    pub owner: AgencyCode,
    /// The plan it belongs to; none where it was not planned for the year.
    #[serde(default)]
    pub plan: Option<RecordId>,
    /// The agency that is inspected.
    pub target: AgencyCode,
    /// How.
    pub form: InspectionForm,
    /// From when on.
    pub from: NaiveDate,
    /// Until when.
    pub to: NaiveDate,
    /// What is looked at.
    #[schema(min_length = 1, max_length = 300)]
    pub topic: String,
    /// Indicators that are looked at.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub indicators: Vec<InspectedIndicator>,
    /// Bodies that take part.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub bodies: Vec<AgencyCode>,
    /// Who goes there.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub team: Vec<TeamMember>,
}

/// A step of an inspection.
#[allow(
    missing_docs,
    reason = "the variant tells the step, its fields are what it needs"
)]
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"action": "conclude", "conclusion": "Cơ bản đạt yêu cầu; còn hai hạn chế."}))]
pub enum InspectionMove {
    /// Tells the agency; not for an unannounced one.
    Announce {},
    /// Begins; of an unannounced one the agency knows from now on.
    Begin {},
    /// Ends; the agency reads what was found.
    Conclude {
        #[schema(min_length = 1, max_length = 10_000)]
        conclusion: String,
    },
    /// Gives it up.
    Cancel {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    },
}

/// An indicator that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"round": "par-2023-ministries", "code": "1.2.1"}))]
pub struct FindingIndicator {
    /// The round; of any, where none is named.
    #[serde(default)]
    pub round: Option<RoundCode>,
    /// The indicator.
    pub code: IndicatorCode,
}

/// A new finding.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Chưa niêm yết thủ tục hành chính tại bộ phận một cửa.", "severity": "major", "indicators": [{"code": "1.2.1"}]}))]
pub struct NewFinding {
    /// What was found.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// How bad it is.
    pub severity: Severity,
    /// The indicators that it is about.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub indicators: Vec<FindingIndicator>,
    /// Documents.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub evidence: Vec<EvidenceLink>,
}

/// What an agency has to do about a finding.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Niêm yết đầy đủ thủ tục hành chính.", "due_on": "2026-06-30"}))]
pub struct NewRemedy {
    /// What is to be done.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    /// Until the end of this day in Vietnam.
    pub due_on: NaiveDate,
}

/// A step of a remedy.
#[allow(
    missing_docs,
    reason = "the variant tells the step, its fields are what it needs"
)]
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"action": "report", "text": "Đã niêm yết ngày 12/6.", "evidence": []}))]
pub enum RemedyMove {
    /// The agency says that it is done.
    Report {
        #[schema(min_length = 1, max_length = 10_000)]
        text: String,
        #[serde(default)]
        #[schema(max_items = 20)]
        evidence: Vec<EvidenceLink>,
    },
    /// It was looked at, and is done.
    Verify {
        #[serde(default)]
        #[schema(min_length = 1, max_length = 2000)]
        comment: Option<String>,
    },
    /// It is not done.
    Reject {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    },
}

/// Which plans to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanQuery {
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those of this year.
    #[serde(default, deserialize_with = "crate::web::within_if_any::<2000, 2100, _>")]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
    /// Only those of this agency.
    pub owner: Option<AgencyCode>,
}

/// Which inspections to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InspectionQuery {
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those of this plan.
    pub plan: Option<RecordId>,
    /// Only those that this agency makes.
    pub owner: Option<AgencyCode>,
    /// Only those of this agency.
    pub target: Option<AgencyCode>,
    /// Only those in this state.
    pub state: Option<InspectionState>,
}

/// Of which inspections the rates are asked.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RatesQuery {
    /// The agency that inspects.
    pub owner: AgencyCode,
    /// Only inspections that begin in this year.
    #[serde(default, deserialize_with = "crate::web::within_if_any::<2000, 2100, _>")]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
    /// Only those of this plan.
    pub plan: Option<RecordId>,
    /// Only agencies of this level; the share inspected is then of all of them.
    pub level: Option<LevelCode>,
}
