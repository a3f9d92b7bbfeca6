//! What people see of inspections.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body_model::FindingIndicator,
    model::{
        InspectedIndicator, InspectionForm, InspectionState, InspectionStep, PlanRow, PlanState, RemedyState,
        RemedyTimeliness, Severity, TeamMember,
    },
};
use crate::{
    clock::Moment,
    ids::{AgencyCode, RecordId},
    web::EvidenceLink,
};

/// A yearly plan of inspections.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "owner": "moha", "year": 2026, "title": "Kế hoạch kiểm tra năm 2026", "state": "approved", "approved_at": "2026-01-10T02:00:00Z", "revision": 2, "created_at": "2026-01-02T02:00:00Z", "updated_at": "2026-01-10T02:00:00Z"}))]
pub struct InspectionPlan {
    /// Its id.
    pub id: RecordId,
    /// Whose plan.
    pub owner: AgencyCode,
    /// The year.
    pub year: i32,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: PlanState,
    /// When it was approved.
    pub approved_at: Option<Moment>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl From<&PlanRow> for InspectionPlan {
    fn from(row: &PlanRow) -> Self {
        Self {
            id: row.id.clone(),
            owner: row.owner_code.clone(),
            year: row.year,
            title: row.title.clone(),
            state: row.state,
            approved_at: row.approved_at,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// An inspection in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "plan": null, "owner": "moha", "target": "moj", "form": "on_site", "from": "2026-05-04", "to": "2026-05-08", "topic": "Cải cách thủ tục hành chính", "state": "announced", "updated_at": "2026-04-20T02:00:00Z"}))]
pub struct InspectionLine {
    /// Its id.
    pub id: RecordId,
    /// The plan it belongs to.
    pub plan: Option<RecordId>,
    /// The agency that inspects.
    pub owner: AgencyCode,
    /// The agency that is inspected.
    pub target: AgencyCode,
    /// How.
    pub form: InspectionForm,
    /// From when on.
    pub from: NaiveDate,
    /// Until when.
    pub to: NaiveDate,
    /// What is looked at.
    pub topic: String,
    /// Where it stands.
    pub state: InspectionState,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// What an agency has to do about a finding.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a12", "text": "Niêm yết đầy đủ thủ tục.", "due_on": "2026-06-30", "state": "open", "reported_on": null, "timeliness": "in_time"}))]
pub struct Remedy {
    /// Its id.
    pub id: RecordId,
    /// What is to be done.
    pub text: String,
    /// Until the end of this day in Vietnam.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: RemedyState,
    /// When the agency last said that it is done.
    pub reported_on: Option<NaiveDate>,
    /// How it stands to its deadline, by today.
    pub timeliness: RemedyTimeliness,
}

/// Something that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11", "inspection": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "text": "Chưa niêm yết thủ tục hành chính.", "severity": "major", "indicators": [{"round": null, "code": "1.2.1"}], "evidence": [], "remedies": [], "created_at": "2026-05-05T02:00:00Z"}))]
pub struct Finding {
    /// Its id.
    pub id: RecordId,
    /// The inspection.
    pub inspection: RecordId,
    /// What was found.
    pub text: String,
    /// How bad it is.
    pub severity: Severity,
    /// The indicators that it is about.
    pub indicators: Vec<FindingIndicator>,
    /// Documents.
    pub evidence: Vec<EvidenceLink>,
    /// What the agency has to do about it.
    pub remedies: Vec<Remedy>,
    /// When it was written down.
    pub created_at: Moment,
}

/// Something that happened to an inspection or a remedy.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"action": "announce", "remedy": null, "text": null, "evidence": [], "made_at": "2026-04-20T02:00:00Z", "made_by": "Vụ Cải cách hành chính"}))]
pub struct InspectionMoveView {
    /// What.
    pub action: InspectionStep,
    /// The remedy it concerns.
    pub remedy: Option<RecordId>,
    /// The words that came with it.
    pub text: Option<String>,
    /// Documents.
    pub evidence: Vec<EvidenceLink>,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// An inspection.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "plan": null, "owner": "moha", "target": "moj", "form": "on_site", "from": "2026-05-04", "to": "2026-05-08", "topic": "Cải cách thủ tục hành chính", "indicators": [], "bodies": ["mic"], "team": [], "state": "announced", "conclusion": null, "findings": [], "history": [], "revision": 2, "created_at": "2026-04-01T02:00:00Z", "updated_at": "2026-04-20T02:00:00Z"}))]
pub struct Inspection {
    /// Its id.
    pub id: RecordId,
    /// The plan it belongs to.
    pub plan: Option<RecordId>,
    /// The agency that inspects.
    pub owner: AgencyCode,
    /// The agency that is inspected.
    pub target: AgencyCode,
    /// How.
    pub form: InspectionForm,
    /// From when on.
    pub from: NaiveDate,
    /// Until when.
    pub to: NaiveDate,
    /// What is looked at.
    pub topic: String,
    /// Indicators that are looked at.
    pub indicators: Vec<InspectedIndicator>,
    /// Bodies that take part.
    pub bodies: Vec<AgencyCode>,
    /// Who goes there.
    pub team: Vec<TeamMember>,
    /// Where it stands.
    pub state: InspectionState,
    /// What it came to.
    pub conclusion: Option<String>,
    /// What was found; for the agency once it is concluded.
    pub findings: Vec<Finding>,
    /// What happened, the oldest first; for the agency from when it knows of it.
    pub history: Vec<InspectionMoveView>,
    /// Counts the changes, those of findings and remedies included.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// How much was inspected, and how much of what was found is remedied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"agencies": 4, "agencies_inspected": 3, "inspected_share": "75.0", "findings": 5, "remedies": 6, "remedies_verified": 4, "verified_share": "66.7", "verified_in_time": 3, "in_time_share": "75.0", "remedies_overdue": 1}))]
pub struct InspectionRates {
    /// Agencies of the level where one is named, else those that are to be inspected.
    pub agencies: usize,
    /// Those of them whose inspection has begun or is concluded.
    pub agencies_inspected: usize,
    /// Their share in percent, exact to one decimal; null of none.
    pub inspected_share: Option<String>,
    /// Findings.
    pub findings: usize,
    /// Remedies.
    pub remedies: usize,
    /// Those that are done and were looked at.
    pub remedies_verified: usize,
    /// Their share in percent.
    pub verified_share: Option<String>,
    /// Those of the verified ones that were reported in time.
    pub verified_in_time: usize,
    /// Their share of the verified ones in percent.
    pub in_time_share: Option<String>,
    /// Those that are not done, past their day.
    pub remedies_overdue: usize,
}
