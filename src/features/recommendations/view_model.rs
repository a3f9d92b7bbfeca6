//! What people see of recommendations.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body_model::RecommendationAbout,
    model::{RecommendationPart, RecommendationState, RecommendationStep, RecommendationTimeliness, TypeRow},
};
use crate::{
    clock::Moment,
    ids::{AgencyCode, RecommendationTypeCode, RecordId},
    web::EvidenceLink,
};

/// A type of recommendations.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "guidance", "name_vi": "Đề nghị hướng dẫn", "name_en": "Request for guidance", "working_days": 15, "transferable": true, "another_procedure": false, "procedure_vi": null, "procedure_en": null, "revision": 1, "created_at": "2026-01-02T02:00:00Z", "updated_at": "2026-01-02T02:00:00Z"}))]
pub struct RecommendationType {
    /// The code.
    pub code: RecommendationTypeCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Working days from the receipt that an answer may take.
    pub working_days: i32,
    /// Whether it may be handed to another body.
    pub transferable: bool,
    /// Whether it is settled by another procedure, and refused here.
    pub another_procedure: bool,
    /// Which procedure.
    pub procedure_vi: Option<String>,
    /// The same in English.
    pub procedure_en: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl From<&TypeRow> for RecommendationType {
    fn from(row: &TypeRow) -> Self {
        Self {
            code: row.code.clone(),
            name_vi: row.name_vi.clone(),
            name_en: row.name_en.clone(),
            working_days: row.working_days,
            transferable: row.transferable,
            another_procedure: row.another_procedure,
            procedure_vi: row.procedure_vi.clone(),
            procedure_en: row.procedure_en.clone(),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// How a recommendation stands to its deadline.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"due_on": "2026-03-23", "calendar_known": true, "working_days_left": 12, "timeliness": "in_time"}))]
pub struct RecommendationTiming {
    /// The last day of the deadline, up to its end in Vietnam; null where none runs.
    pub due_on: Option<NaiveDate>,
    /// Whether the holidays of every year up to it are known; else weekends alone were left out.
    pub calendar_known: Option<bool>,
    /// Working days after today up to the deadline, or that are left while the clock stands still; below zero once it
    /// has passed.
    pub working_days_left: Option<i32>,
    /// How it stands to its deadline, by today.
    pub timeliness: Option<RecommendationTimeliness>,
}

/// A recommendation in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "number": "2026/000123", "register": "moha", "asker": "moj", "subject": "Hướng dẫn chữ ký số", "type": "guidance", "receiver": "moha", "lead": null, "state": "classified", "from_submission": false, "received_on": "2026-03-02", "timing": {"due_on": "2026-03-23", "calendar_known": true, "working_days_left": 12, "timeliness": "in_time"}, "updated_at": "2026-03-03T02:00:00Z"}))]
pub struct RecommendationLine {
    /// Its id.
    pub id: RecordId,
    /// Its number in the register; null while it is a draft.
    pub number: Option<String>,
    /// The body whose register it stands in.
    pub register: AgencyCode,
    /// The agency that asks.
    pub asker: AgencyCode,
    /// What it is about.
    pub subject: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<RecommendationTypeCode>,
    /// The body that deals with it.
    pub receiver: AgencyCode,
    /// The body that leads the answer.
    pub lead: Option<AgencyCode>,
    /// Where it stands.
    pub state: RecommendationState,
    /// Whether it came with a submission.
    pub from_submission: bool,
    /// When it was received.
    pub received_on: Option<NaiveDate>,
    /// How it stands to its deadline.
    pub timing: RecommendationTiming,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// What a body has to do with a recommendation, and has done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"body": "mic", "part": "lead", "addressed": true, "text": null, "agreed": false}))]
pub struct RecommendationBody {
    /// The body.
    pub body: AgencyCode,
    /// What it has to do.
    pub part: RecommendationPart,
    /// Whether the asker addressed it.
    pub addressed: bool,
    /// Its part of the answer; for the bodies only.
    pub text: Option<String>,
    /// Whether it agreed to the answer as it stands.
    pub agreed: bool,
}

/// Something that happened to a recommendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"action": "classify", "from": "received", "to": "classified", "body": null, "text": null, "made_at": "2026-03-03T02:00:00Z", "made_by": "Vụ Cải cách hành chính"}))]
pub struct RecommendationEvent {
    /// What.
    pub action: RecommendationStep,
    /// Where it stood.
    pub from: Option<RecommendationState>,
    /// Where it stands since.
    pub to: RecommendationState,
    /// The body it concerns.
    pub body: Option<AgencyCode>,
    /// The words that came with it.
    pub text: Option<String>,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// How satisfied the asker is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"score": 4, "comment": "Trả lời rõ, đúng hạn."}))]
pub struct RecommendationSatisfaction {
    /// From 1 (not at all) to 5 (very).
    pub score: i32,
    /// Why.
    pub comment: Option<String>,
}

/// A recommendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "number": "2026/000123", "register": "moha", "asker": "moj", "subject": "Hướng dẫn chữ ký số", "text": "Đề nghị hướng dẫn việc ký số.", "evidence": [], "about": null, "from_submission": false, "type": "guidance", "state": "classified", "addressed_to": ["moha"], "receiver": "moha", "lead": null, "bodies": [{"body": "moha", "part": "reading", "addressed": true, "text": null, "agreed": false}], "received_on": "2026-03-02", "timing": {"due_on": "2026-03-23", "calendar_known": true, "working_days_left": 12, "timeliness": "in_time"}, "answer": null, "answer_revision": 0, "answered_on": null, "public_answer": null, "published_at": null, "satisfaction": null, "asked_by": "Nguyễn Văn A", "actions": ["assign", "return"], "history": [], "revision": 2, "created_at": "2026-03-02T02:00:00Z", "updated_at": "2026-03-03T02:00:00Z"}))]
pub struct Recommendation {
    /// Its id.
    pub id: RecordId,
    /// Its number in the register; null while it is a draft.
    pub number: Option<String>,
    /// The body whose register it stands in.
    pub register: AgencyCode,
    /// The agency that asks.
    pub asker: AgencyCode,
    /// What it is about, in a line.
    pub subject: String,
    /// What is asked.
    pub text: String,
    /// Documents.
    pub evidence: Vec<EvidenceLink>,
    /// The round, and the indicator, that it is about.
    pub about: Option<RecommendationAbout>,
    /// Whether it came with a submission.
    pub from_submission: bool,
    /// Its type; until it is classified what the asker takes it for.
    #[serde(rename = "type")]
    pub kind: Option<RecommendationTypeCode>,
    /// Where it stands.
    pub state: RecommendationState,
    /// The bodies that the asker addressed.
    pub addressed_to: Vec<AgencyCode>,
    /// The body that deals with it.
    pub receiver: AgencyCode,
    /// The body that leads the answer.
    pub lead: Option<AgencyCode>,
    /// Every body that it was brought to.
    pub bodies: Vec<RecommendationBody>,
    /// When it was received by the body that deals with it.
    pub received_on: Option<NaiveDate>,
    /// How it stands to its deadline.
    pub timing: RecommendationTiming,
    /// The answer; for the asker once it is given.
    pub answer: Option<String>,
    /// The version of the answer that bodies agree to; 0 while there is none.
    pub answer_revision: i64,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
    /// The answer that everybody reads.
    pub public_answer: Option<String>,
    /// Since when.
    pub published_at: Option<Moment>,
    /// How satisfied the asker is.
    pub satisfaction: Option<RecommendationSatisfaction>,
    /// Who wrote it.
    pub asked_by: String,
    /// What may happen to it now, by whoever has the right.
    pub actions: Vec<RecommendationStep>,
    /// Everything that happened to it, the oldest first.
    pub history: Vec<RecommendationEvent>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// An answer that everybody reads.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "number": "2026/000123", "register": "moha", "asker": "moj", "subject": "Hướng dẫn chữ ký số", "type": "guidance", "answered_by": ["mic", "moha"], "answer": "Thực hiện theo Thông tư 41/2017/TT-BTTTT.", "received_on": "2026-03-02", "answered_on": "2026-03-12", "in_time": true, "published_at": "2026-03-13T02:00:00Z"}))]
pub struct PublishedAnswer {
    /// Its id.
    pub id: RecordId,
    /// Its number in the register.
    pub number: Option<String>,
    /// The body whose register it stands in.
    pub register: AgencyCode,
    /// The agency that asked.
    pub asker: AgencyCode,
    /// What it is about.
    pub subject: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<RecommendationTypeCode>,
    /// The bodies that answered, the lead first.
    pub answered_by: Vec<AgencyCode>,
    /// The answer.
    pub answer: String,
    /// When it was received.
    pub received_on: Option<NaiveDate>,
    /// When it was answered.
    pub answered_on: Option<NaiveDate>,
    /// Whether that was in time.
    pub in_time: Option<bool>,
    /// Since when everybody reads it.
    pub published_at: Option<Moment>,
}

/// Recommendations in numbers, as far as the caller may read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"total": 3, "by_state": {"published": 2, "assigned": 1}, "by_type": {"guidance": 3}, "by_body": {"moha": 3}, "by_timeliness": {"answered_in_time": 1, "answered_late": 1, "overdue": 1}, "answered": 2, "answered_in_time": 1, "in_time_share": "50.0"}))]
pub struct RecommendationSummary {
    /// All of them.
    pub total: usize,
    /// By where they stand.
    pub by_state: BTreeMap<String, usize>,
    /// By type; `unclassified` where there is none yet.
    pub by_type: BTreeMap<String, usize>,
    /// By the body that leads the answer, or that has to deal with it before there is one.
    pub by_body: BTreeMap<String, usize>,
    /// By how they stand to their deadline today; `no_deadline` where there is none.
    pub by_timeliness: BTreeMap<String, usize>,
    /// Answered, published or not.
    pub answered: usize,
    /// Those of them that were in time.
    pub answered_in_time: usize,
    /// Their share in percent, exact to one decimal; null where nothing was answered.
    pub in_time_share: Option<String>,
}
