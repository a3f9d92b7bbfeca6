//! The document of a review: all that it tells.
//!
//! Its RFC 8785 text is what is kept of a frozen review, named by its SHA-256. A field that is added, dropped or renamed
//! is a new [`FORMAT`]; exports of earlier ones are made of what they hold.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{ReviewKind, ReviewPart};
use crate::{
    clock::Moment,
    features::{
        programmes::{BudgetSource, Counts, LineState, Period, Timeliness},
        publications::YearResult,
    },
    ids::{AgencyCode, ContentCode, ProgrammeCode, TaskCode},
};

/// The version of the document's shape.
pub const FORMAT: &str = "parindex-review/1";

/// What a review tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewDocument {
    /// The version of this shape: `parindex-review/1`.
    #[schema(example = "parindex-review/1")]
    pub format: String,
    /// The programme.
    pub programme: ReviewedProgramme,
    /// What it is of.
    pub kind: ReviewKind,
    /// The year of an interim one.
    #[schema(example = 2018)]
    pub year: Option<i32>,
    /// Its number; null while it is drafted.
    #[schema(example = "1/2018")]
    pub number: Option<String>,
    /// The moment for which the figures stand.
    pub as_of: Moment,
    /// The lines of the plan: those of the year, or all.
    pub plan: PlanFigures,
    /// Recommendations of the year, or of the period, that the signatories were to settle.
    pub recommendations: RecommendationFigures,
    /// Inspections of the signatories.
    pub inspections: InspectionFigures,
    /// Money by year and source.
    pub budget: Vec<BudgetFigures>,
    /// Published results of the year, or of the period.
    pub results: Vec<YearResult>,
    /// The owner's common assessment.
    pub assessment: Option<String>,
    /// What the units wrote.
    pub parts: Vec<WrittenPart>,
    /// What they did not.
    pub missing_parts: Vec<MissingPart>,
    /// How many lines went over to the next year; null while it is drafted.
    #[schema(example = 12)]
    pub carried: Option<i64>,
    /// The names of every agency in it, on the day of the figures.
    pub agencies: Vec<NamedAgency>,
}

/// The programme of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"code": "moha-mic-2017-2020", "title": "Chương trình phối hợp giai đoạn 2017-2020", "number": null, "signed_on": "2017-08-22", "period": {"from_year": 2017, "to_year": 2020}, "owner": "moha", "signatories": ["moha", "mic"], "time_zone": "Asia/Ho_Chi_Minh"}))]
#[allow(missing_docs, reason = "the fields are those of the programme")]
pub struct ReviewedProgramme {
    pub code: ProgrammeCode,
    pub title: String,
    pub number: Option<String>,
    pub signed_on: Option<NaiveDate>,
    pub period: Period,
    pub owner: AgencyCode,
    pub signatories: Vec<AgencyCode>,
    pub time_zone: String,
}

/// An agency's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewAgencyName, example = json!({"code": "moj", "name_vi": "Bộ Tư pháp"}))]
#[allow(missing_docs, reason = "the fields say it")]
pub struct NamedAgency {
    pub code: AgencyCode,
    pub name_vi: String,
}

/// The lines of the plan in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewPlan)]
pub struct PlanFigures {
    /// All of them.
    pub overall: Counts,
    /// By content, in the programme's order.
    pub by_content: Vec<ContentFigures>,
    /// By the unit that leads.
    pub by_lead: Vec<LeadFigures>,
    /// Lines of the programme that belong to no year: an interim review does not count them.
    pub without_year: usize,
    /// Those that are not done.
    pub unfinished: Vec<UnfinishedLine>,
    /// Requests for more time for these lines.
    pub extensions: ExtensionFigures,
}

/// The lines of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewContent)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct ContentFigures {
    pub content: ContentCode,
    pub title: String,
    pub counts: Counts,
}

/// The lines that a unit leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewLead)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct LeadFigures {
    pub lead: AgencyCode,
    pub counts: Counts,
}

/// A line that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"task": "1.1", "line": 1, "content": "1", "title": "Thông tư về chữ ký số", "lead": "moha", "year": 2018, "to": "2018-12-31", "original_to": null, "state": "in_progress", "timeliness": "overdue", "percent": 60, "reason": "Chờ ý kiến thẩm định.", "carried_to": 2019}))]
pub struct UnfinishedLine {
    /// The task.
    pub task: TaskCode,
    /// The line in it.
    pub line: i32,
    /// The content.
    pub content: ContentCode,
    /// The task's title.
    pub title: String,
    /// The unit that leads.
    pub lead: AgencyCode,
    /// The year it belonged to when the figures were made.
    pub year: Option<i32>,
    /// Its last day.
    pub to: Option<NaiveDate>,
    /// The first deadline, where it was changed or put off.
    pub original_to: Option<NaiveDate>,
    /// How far it is.
    pub state: LineState,
    /// How it stands to its deadline.
    pub timeliness: Timeliness,
    /// As the lead reported it last.
    pub percent: i32,
    /// What was said of it last. Of a draft, null for who may not read reports.
    pub reason: Option<String>,
    /// The year it went over to when the review was frozen; null while it is drafted, and where it stayed.
    pub carried_to: Option<i32>,
}

/// Requests for more time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewExtensions, example = json!({"asked": 5, "granted": 3, "refused": 1, "undecided": 1}))]
#[allow(missing_docs, reason = "the fields say it")]
pub struct ExtensionFigures {
    pub asked: usize,
    pub granted: usize,
    pub refused: usize,
    pub undecided: usize,
}

/// Recommendations that were to be settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewSettlement, example = json!({"received": 8, "answered": 6, "answered_in_time": 5, "in_time_share": "83.3", "overdue": 1}))]
pub struct Settlement {
    /// Those in the registers of the time.
    pub received: usize,
    /// Those that are answered.
    pub answered: usize,
    /// Those that were answered in time.
    pub answered_in_time: usize,
    /// Percent of the answered, with one decimal, half up; null where none is answered.
    pub in_time_share: Option<String>,
    /// Those whose deadline has passed without an answer.
    pub overdue: usize,
}

/// Recommendations in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewRecommendations)]
pub struct RecommendationFigures {
    /// All of them.
    pub overall: Settlement,
    /// By the signatory that leads the answer or deals with it.
    pub by_body: Vec<BodySettlement>,
}

/// The recommendations of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewBody)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct BodySettlement {
    pub body: AgencyCode,
    pub settlement: Settlement,
}

/// Inspections in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewInspections, example = json!({"planned": 6, "carried_out": 5, "cancelled": 1, "agencies": 5, "agencies_inspected": 4, "inspected_share": "80.0", "findings": 9, "minor": 5, "major": 3, "critical": 1, "remedies": 8, "remedies_verified": 6, "verified_share": "75.0", "verified_in_time": 5, "in_time_share": "83.3", "remedies_overdue": 1}))]
pub struct InspectionFigures {
    /// Those that were to begin in the time, given up or not; without unannounced ones that have not begun.
    pub planned: usize,
    /// Those that have begun.
    pub carried_out: usize,
    /// Those that were given up.
    pub cancelled: usize,
    /// Agencies that were to be inspected.
    pub agencies: usize,
    /// Those of them that were.
    pub agencies_inspected: usize,
    /// Percent, with one decimal; null where none was to be.
    pub inspected_share: Option<String>,
    /// What was found.
    pub findings: usize,
    /// Minor findings.
    pub minor: usize,
    /// Major findings.
    pub major: usize,
    /// Critical findings.
    pub critical: usize,
    /// Remedies that were asked for.
    pub remedies: usize,
    /// Those that were looked at and are done.
    pub remedies_verified: usize,
    /// Percent of all remedies.
    pub verified_share: Option<String>,
    /// Those of the verified that were reported in time.
    pub verified_in_time: usize,
    /// Percent of the verified.
    pub in_time_share: Option<String>,
    /// Those whose deadline has passed and that are not done.
    pub remedies_overdue: usize,
}

/// Money of a year from a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewBudget, example = json!({"year": 2018, "source": "state_budget", "planned_vnd": "250000000", "spent_vnd": "100000000", "lines": 2, "lines_without_spending": 1}))]
pub struct BudgetFigures {
    /// The year.
    pub year: i32,
    /// Where it comes from.
    pub source: BudgetSource,
    /// How much is planned, in whole đồng: a text, since a sum may be larger than a number of JSON holds exactly.
    #[schema(pattern = "^[0-9]+$")]
    pub planned_vnd: String,
    /// How much was spent, as far as it is known, in whole đồng.
    #[schema(pattern = "^[0-9]+$")]
    pub spent_vnd: String,
    /// Lines with such money.
    pub lines: usize,
    /// Those of them whose spending is not known.
    pub lines_without_spending: usize,
}

/// What a unit wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewWrittenPart, example = json!({"agency": "moha", "part": "results", "text": "Đã ban hành 02 thông tư."}))]
#[allow(missing_docs, reason = "the fields say it")]
pub struct WrittenPart {
    pub agency: AgencyCode,
    pub part: ReviewPart,
    pub text: String,
}

/// What a unit did not write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewMissingPart, example = json!({"agency": "mic", "part": "causes"}))]
#[allow(missing_docs, reason = "the fields say it")]
pub struct MissingPart {
    pub agency: AgencyCode,
    pub part: ReviewPart,
}
