//! Tasks and plan lines in the API.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{model::present, timeliness::Timeliness};
use crate::{
    clock::Moment,
    ids::{AgencyCode, ContentCode, ProgrammeCode, RecordId, TaskCode},
    web::Each,
    words,
};

words! {
    /// What kind of task it is.
    TaskKind {
        /// No other kind.
        General = "general",
        /// A legal document to draft.
        LegalDocument = "legal_document",
        /// Guidance to provincial departments.
        Guidance = "guidance",
        /// An information campaign.
        Campaign = "campaign",
        /// Training.
        Training = "training",
        /// A database to build.
        Database = "database",
        /// The joint appraisal of a round.
        JointAppraisal = "joint_appraisal",
        /// A pilot.
        Pilot = "pilot",
    }
}

words! {
    /// How far a line is, or a task.
    LineState {
        /// Nothing was reported yet.
        NotStarted = "not_started",
        /// It is under way.
        InProgress = "in_progress",
        /// The lead unit reported it complete; the co-ordinating units have to confirm.
        AwaitingConfirmation = "awaiting_confirmation",
        /// It is done, and confirmed.
        Done = "done",
        /// The owner holds it.
        OnHold = "on_hold",
        /// The lead unit refused it.
        Refused = "refused",
        /// It was reported complete, and is to be done again.
        Redo = "redo",
    }
}

words! {
    /// Where the money of a line comes from.
    BudgetSource {
        /// The state budget.
        StateBudget = "state_budget",
        /// Official development assistance.
        Oda = "oda",
        /// An enterprise or other organisation.
        Enterprise = "enterprise",
        /// Another source.
        Other = "other",
    }
}

/// A line of the same programme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"task": "1.1", "line": 1}))]
pub struct LineRef {
    /// The task.
    pub task: TaskCode,
    /// The line in it.
    pub line: i32,
}

/// Money for a line in a year, in whole đồng.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineBudget, example = json!({"year": 2018, "source": "state_budget", "amount_vnd": 250000000, "spent_vnd": null}))]
pub struct Budget {
    /// The year.
    pub year: i32,
    /// Where it comes from.
    pub source: BudgetSource,
    /// How much is planned, in đồng.
    #[schema(minimum = 0, maximum = 1000000000000000_i64)]
    pub amount_vnd: i64,
    /// How much was spent, in đồng; null while it is not known.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000000000000000_i64)]
    pub spent_vnd: Option<i64>,
}

/// A milestone of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineMilestone, example = json!({"title": "Trình dự thảo Thông tư", "due": "2018-06-30", "reached_on": null}))]
pub struct Milestone {
    /// What is reached.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// By which day.
    pub due: NaiveDate,
    /// On which day it was reached.
    #[serde(default)]
    pub reached_on: Option<NaiveDate>,
}

/// A new line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"year": 2018, "goal": "Ban hành Thông tư", "output": "Thông tư", "from": "2018-01-01", "to": "2018-12-31", "lead": "moha", "coordinators": ["mic"], "budgets": [{"year": 2018, "source": "state_budget", "amount_vnd": 250000000}], "milestones": [{"title": "Trình dự thảo", "due": "2018-06-30"}], "depends_on": []}))]
pub struct NewLine {
    /// The year it belongs to.
    #[serde(default)]
    pub year: Option<i32>,
    /// What for.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub goal: Option<String>,
    /// What is demanded of it.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub requirement: Option<String>,
    /// How it is done.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub solution: Option<String>,
    /// What comes of it.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub output: Option<String>,
    /// Its first day.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Its last day, which counts to its end in the programme's zone; none: it has no deadline.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// The unit that leads, and reports.
    pub lead: AgencyCode,
    /// The units that co-ordinate, and confirm; without the lead.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub coordinators: Vec<AgencyCode>,
    /// Its money, by year and source.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub budgets: Vec<Budget>,
    /// Its milestones, in their order.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub milestones: Vec<Milestone>,
    /// The lines that have to be done before it can be completed.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub depends_on: Vec<LineRef>,
}

/// A new task with its lines, which are numbered from 1.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "1.1", "content": "1", "title": "Thông tư về chữ ký số cho văn bản điện tử", "kind": "legal_document", "lines": [{"lead": "moha", "coordinators": ["mic"], "to": "2018-12-31"}]}))]
pub struct NewTask {
    /// Its code in the programme.
    pub code: TaskCode,
    /// The content it serves.
    pub content: ContentCode,
    /// What it is called.
    #[schema(min_length = 1, max_length = 1000)]
    pub title: String,
    /// What kind of task it is.
    pub kind: TaskKind,
    /// What for.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub goal: Option<String>,
    /// Its lines.
    #[schema(min_items = 1, max_items = 50)]
    pub lines: Vec<NewLine>,
}

/// Tasks to add, all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTasks {
    /// The tasks.
    #[schema(value_type = Vec<NewTask>, min_items = 1, max_items = 1000)]
    pub tasks: Vec<Each<NewTask>>,
}

/// What was added.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(example = json!({"tasks": 1000, "lines": 1204}))]
pub struct TasksAdded {
    /// So many tasks.
    pub tasks: usize,
    /// With so many lines.
    pub lines: usize,
}

/// What is to change of a line's plan; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "2019-03-31", "reason": "Theo Kế hoạch công tác năm 2019"}))]
pub struct LineChange {
    /// The year it belongs to; null: none.
    #[serde(default, deserialize_with = "present")]
    pub year: Option<Option<i32>>,
    /// What for.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub goal: Option<Option<String>>,
    /// What is demanded of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub requirement: Option<Option<String>>,
    /// How it is done.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub solution: Option<Option<String>>,
    /// What comes of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub output: Option<Option<String>>,
    /// Its first day; null: none.
    #[serde(default, deserialize_with = "present")]
    pub from: Option<Option<NaiveDate>>,
    /// Its last day; null: no deadline.
    #[serde(default, deserialize_with = "present")]
    pub to: Option<Option<NaiveDate>>,
    /// Another lead: in a draft only; later the line is reassigned.
    #[serde(default)]
    pub lead: Option<AgencyCode>,
    /// The units that co-ordinate, in place of the present ones; not while they are asked to confirm.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub coordinators: Option<Vec<AgencyCode>>,
    /// Its money, in place of what stands.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub budgets: Option<Vec<Budget>>,
    /// Its milestones, in place of the present ones.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub milestones: Option<Vec<Milestone>>,
    /// The lines that have to be done before, in place of the present ones.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub depends_on: Option<Vec<LineRef>>,
    /// Why; compulsory once the programme is in force.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// A line of a plan, and how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"programme": "moha-mic-2017-2020", "task": "1.1", "line": 1, "content": "1", "title": "Thông tư về chữ ký số", "kind": "legal_document", "year": 2018, "goal": null, "requirement": null, "solution": null, "output": "Thông tư", "from": "2018-01-01", "to": "2018-12-31", "original_to": null, "due_at": "2018-12-31T17:00:00Z", "lead": "moha", "coordinators": ["mic"], "budgets": [], "milestones": [], "depends_on": [], "state": "in_progress", "timeliness": "in_time", "percent": 40, "done_at": null, "revision": 3, "created_at": "2018-01-02T02:00:00Z", "updated_at": "2018-03-02T02:00:00Z"}))]
#[allow(
    missing_docs,
    reason = "the fields are those of a new line, or say it themselves"
)]
pub struct PlanLine {
    pub programme: ProgrammeCode,
    pub task: TaskCode,
    /// Its number in the task.
    pub line: i32,
    pub content: ContentCode,
    /// The task's title.
    pub title: String,
    pub kind: TaskKind,
    pub year: Option<i32>,
    pub goal: Option<String>,
    pub requirement: Option<String>,
    pub solution: Option<String>,
    pub output: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// The first deadline, where it was changed or put off.
    pub original_to: Option<NaiveDate>,
    /// The first moment at which it is late: the end of `to` in the programme's zone.
    pub due_at: Option<Moment>,
    pub lead: AgencyCode,
    pub coordinators: Vec<AgencyCode>,
    pub budgets: Vec<Budget>,
    pub milestones: Vec<Milestone>,
    pub depends_on: Vec<LineRef>,
    pub state: LineState,
    /// Derived from the clock.
    pub timeliness: Timeliness,
    /// As the lead reported it last.
    pub percent: i32,
    /// The moment of the report that was confirmed: whoever reported in time was in time.
    pub done_at: Option<Moment>,
    /// Counts the changes and moves; also the ETag.
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

/// A line in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"task": "1.1", "line": 1, "content": "1", "title": "Thông tư về chữ ký số", "kind": "legal_document", "year": 2018, "from": "2018-01-01", "to": "2018-12-31", "original_to": null, "lead": "moha", "coordinators": ["mic"], "state": "in_progress", "timeliness": "in_time", "percent": 40, "done_at": null, "revision": 3}))]
#[allow(missing_docs, reason = "the fields are those of the line")]
pub struct LineCard {
    pub task: TaskCode,
    pub line: i32,
    pub content: ContentCode,
    pub title: String,
    pub kind: TaskKind,
    pub year: Option<i32>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub original_to: Option<NaiveDate>,
    pub lead: AgencyCode,
    pub coordinators: Vec<AgencyCode>,
    pub state: LineState,
    pub timeliness: Timeliness,
    pub percent: i32,
    pub done_at: Option<Moment>,
    pub revision: i64,
}

/// A task, with a state that follows from its lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ProgrammeTask, example = json!({"code": "1.1", "content": "1", "title": "Thông tư về chữ ký số", "kind": "legal_document", "goal": null, "state": "in_progress", "created_at": "2018-01-02T02:00:00Z", "lines": []}))]
#[allow(missing_docs, reason = "the fields are those of a new task")]
pub struct Task {
    pub code: TaskCode,
    pub content: ContentCode,
    pub title: String,
    pub kind: TaskKind,
    pub goal: Option<String>,
    /// Derived from its lines.
    pub state: LineState,
    pub created_at: Moment,
    pub lines: Vec<LineCard>,
}

/// A change of a line's plan that was made: what was changed alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordedLineChange, example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "revision": 4, "before": {"to": "2018-12-31"}, "after": {"to": "2019-03-31"}, "reason": "Theo Kế hoạch công tác năm 2019", "changed_at": "2018-11-02T02:00:00Z", "changed_by": "Vụ CCHC"}))]
pub struct RecordedChange {
    /// Its id.
    pub id: RecordId,
    /// The line's revision after it.
    pub revision: i64,
    /// What stood.
    #[schema(value_type = Object)]
    pub before: serde_json::Value,
    /// What stands in its place.
    #[schema(value_type = Object)]
    pub after: serde_json::Value,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: String,
}
