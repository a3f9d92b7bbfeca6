//! What comparisons and the progress of agencies look like in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    features::{agencies::AgencyCard, appraisals::Origin, rounds::Phase, submissions::SubmissionState},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::Points,
};

/// Points of the assessed indicators, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"maximum": "10", "self_points": "9", "appraised_points": "8", "difference": "-1", "moved": 2, "undecided": 0, "without_evidence": 1}))]
pub struct Sums {
    /// The most points there are.
    pub maximum: Points,
    /// What the agency gave itself.
    pub self_points: Points,
    /// What was decided; undecided items count 0.
    pub appraised_points: Points,
    /// Appraised less self points, of the items that are decided.
    pub difference: Points,
    /// Decided items whose points moved.
    pub moved: usize,
    /// Items that are not decided.
    pub undecided: usize,
    /// Declared items that no document proves.
    pub without_evidence: usize,
}

/// The sums of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"domain": "1", "name_vi": "Công tác chỉ đạo điều hành CCHC", "name_en": "Direction", "maximum": "10", "self_points": "9", "appraised_points": "8", "difference": "-1", "moved": 2, "undecided": 0, "without_evidence": 1}))]
pub struct DomainSums {
    /// The domain.
    pub domain: IndicatorCode,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The sums.
    #[serde(flatten)]
    pub sums: Sums,
}

/// An agency's sums, in all and by domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "maximum": "68.5", "self_points": "60", "appraised_points": "58", "difference": "-2", "moved": 4, "undecided": 0, "without_evidence": 1, "domains": []}))]
pub struct AgencySums {
    /// The agency.
    pub agency: AgencyCard,
    /// The sums over all domains.
    #[serde(flatten)]
    pub sums: Sums,
    /// The sums of each domain.
    pub domains: Vec<DomainSums>,
}

/// Self against appraised, agency by agency.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agencies": []}))]
pub struct Comparison {
    /// The round.
    pub round: RoundCode,
    /// The agencies.
    pub agencies: Vec<AgencySums>,
}

/// One assessed indicator of an agency.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "domain": "1", "maximum": "1", "self_points": "1", "appraised_points": "0.5", "difference": "-0.5", "lost": "0.5", "decided": true, "origin": "agreed", "body": "moha", "reason": "Kế hoạch ban hành chậm", "declared": true, "evidence": 1}))]
pub struct ComparedItem {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its domain.
    pub domain: String,
    /// Its maximum, in points.
    pub maximum: Points,
    /// What the agency gave itself.
    pub self_points: Points,
    /// What was decided; 0 while nothing is.
    pub appraised_points: Points,
    /// Appraised less self points; 0 while nothing is decided.
    pub difference: Points,
    /// Points that are missing to the maximum that applies, decided or as declared.
    pub lost: Points,
    /// Whether a decision holds.
    pub decided: bool,
    /// Whether the bodies agreed, or the lead settled their difference.
    pub origin: Option<Origin>,
    /// The body that stands for the decision.
    pub body: Option<AgencyCode>,
    /// Why it was decided so.
    pub reason: Option<String>,
    /// Whether a value is declared.
    pub declared: bool,
    /// Documents that prove it.
    pub evidence: usize,
}

/// Self against appraised, indicator by indicator.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "maximum": "68.5", "self_points": "60", "appraised_points": "58", "difference": "-2", "moved": 4, "undecided": 0, "without_evidence": 1, "domains": [], "items": []}))]
pub struct AgencyComparison {
    /// The round.
    pub round: RoundCode,
    /// The sums.
    #[serde(flatten)]
    pub sums: AgencySums,
    /// The indicators, in the order of the criteria set.
    pub items: Vec<ComparedItem>,
}

/// How far an agency is in the round.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "state": "draft", "indicators": 88, "declared": 80, "without_evidence": 2, "submitted_at": null, "deadline": "2024-01-31T10:00:00Z", "overdue": false, "decided": 0, "questions_open": 0}))]
pub struct AgencyProgress {
    /// The agency.
    pub agency: AgencyCard,
    /// Where its submission stands; null before the round is open.
    pub state: Option<SubmissionState>,
    /// Indicators to declare.
    pub indicators: usize,
    /// Indicators with a declared value.
    pub declared: usize,
    /// Declared items that no document proves.
    pub without_evidence: usize,
    /// When it was submitted.
    pub submitted_at: Option<Moment>,
    /// The deadline of the present phase, as it holds for this agency.
    pub deadline: Option<Moment>,
    /// Whether the deadline passed while the submission was not sent.
    pub overdue: bool,
    /// Items that are decided.
    pub decided: usize,
    /// Questions that wait for an answer.
    pub questions_open: usize,
}

/// How far all agencies are.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "phase": "self_assessment", "submitted": 9, "overdue": 0, "agencies": []}))]
pub struct RoundProgress {
    /// The round.
    pub round: RoundCode,
    /// Where it stands.
    pub phase: Phase,
    /// Submissions that were sent.
    pub submitted: usize,
    /// Submissions whose deadline passed before they were sent.
    pub overdue: usize,
    /// The agencies, by code.
    pub agencies: Vec<AgencyProgress>,
}
