//! Programmes, tasks and plan lines in the tables.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{
    line_model::{BudgetSource, LineState, TaskKind},
    model::{Period, ProgrammeCard, ProgrammeStatus},
};
use crate::{
    clock::{Moment, Zone},
    db::schema::{
        plan_line_budgets, plan_line_changes, plan_line_dependencies, plan_line_milestones, plan_line_units,
        plan_lines, programme_contents, programme_signatories, programme_tasks, programmes,
    },
    features::notifications::Named,
    ids::{AgencyCode, ContentCode, ProgrammeCode, RecordId, TaskCode},
};

/// A row of `programmes`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programmes, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the columns are those of the programme in the API")]
pub struct ProgrammeRow {
    pub code: ProgrammeCode,
    pub title: String,
    pub number: Option<String>,
    pub signed_on: Option<NaiveDate>,
    pub drafted_on: Option<NaiveDate>,
    pub from_year: i32,
    pub to_year: i32,
    pub status: ProgrammeStatus,
    pub owner_code: AgencyCode,
    pub nearly_due_days: i32,
    pub description: Option<String>,
    pub note: Option<String>,
    pub time_zone: Zone,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl ProgrammeRow {
    /// Its name for notices.
    pub fn named(&self) -> Named {
        Named::new(self.code.as_str(), &self.title, &self.title)
    }

    /// The years it is for.
    pub fn period(&self) -> Period {
        Period {
            from_year: self.from_year,
            to_year: self.to_year,
        }
    }

    /// As it stands in a list.
    pub fn card(self) -> ProgrammeCard {
        ProgrammeCard {
            period: self.period(),
            code: self.code,
            title: self.title,
            number: self.number,
            status: self.status,
            owner: self.owner_code,
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }
}

/// A row of `programme_signatories`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = programme_signatories, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns say it")]
pub struct SignatoryRow {
    pub programme_code: ProgrammeCode,
    pub agency_code: AgencyCode,
    pub position: i32,
}

/// A row of `programme_contents`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = programme_contents, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the content in the API")]
pub struct ContentRow {
    pub programme_code: ProgrammeCode,
    pub code: ContentCode,
    pub position: i32,
    pub title: String,
    pub description: Option<String>,
}

/// A row of `programme_tasks`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = programme_tasks, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the task in the API")]
pub struct TaskRow {
    pub programme_code: ProgrammeCode,
    pub code: TaskCode,
    pub id: RecordId,
    pub content_code: ContentCode,
    pub title: String,
    pub kind: TaskKind,
    pub goal: Option<String>,
    pub created_at: Moment,
}

/// A row of `plan_lines`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = plan_lines, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the columns are those of the line in the API")]
pub struct PlanLineRow {
    pub id: RecordId,
    pub programme_code: ProgrammeCode,
    pub task_code: TaskCode,
    pub line: i32,
    pub content_code: ContentCode,
    pub kind: TaskKind,
    pub year: Option<i32>,
    pub goal: Option<String>,
    pub requirement: Option<String>,
    pub solution: Option<String>,
    pub output: Option<String>,
    pub from_day: Option<NaiveDate>,
    pub to_day: Option<NaiveDate>,
    /// The first moment after `to_day`.
    pub due_at: Option<Moment>,
    pub original_to: Option<NaiveDate>,
    pub lead_code: AgencyCode,
    pub state: LineState,
    /// The state that a line on hold goes back to.
    pub held_state: Option<LineState>,
    pub percent: i32,
    /// Counts the reports of completion: confirmations belong to one of them.
    pub completions: i32,
    /// The moment of the report of completion that stands.
    pub completed_at: Option<Moment>,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

/// A row of `plan_line_units`: a co-ordinating unit.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_line_units, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns say it")]
pub struct UnitRow {
    pub line_id: RecordId,
    pub agency_code: AgencyCode,
}

/// A row of `plan_line_budgets`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_line_budgets, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the budget in the API")]
pub struct BudgetRow {
    pub line_id: RecordId,
    pub year: i32,
    pub source: BudgetSource,
    pub amount_vnd: i64,
    pub spent_vnd: Option<i64>,
}

/// A row of `plan_line_dependencies`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_line_dependencies, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns say it")]
pub struct DependencyRow {
    pub line_id: RecordId,
    pub depends_on_id: RecordId,
}

/// A row of `plan_line_milestones`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_line_milestones, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the milestone in the API")]
pub struct MilestoneRow {
    pub line_id: RecordId,
    pub position: i32,
    pub title: String,
    pub due: NaiveDate,
    pub reached_on: Option<NaiveDate>,
}

/// A row of `plan_line_changes`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_line_changes, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the change in the API")]
pub struct ChangeRow {
    pub id: RecordId,
    pub line_id: RecordId,
    pub revision: i64,
    pub before: String,
    pub after: String,
    pub reason: Option<String>,
    pub changed_at: Moment,
    pub changed_by: String,
}

/// What a review needs of a line.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = plan_lines)]
#[allow(missing_docs, reason = "the columns are those of the line in the API")]
pub struct ReviewedLine {
    pub id: RecordId,
    pub task_code: TaskCode,
    pub line: i32,
    pub content_code: ContentCode,
    pub lead_code: AgencyCode,
    pub year: Option<i32>,
    pub to_day: Option<NaiveDate>,
    pub original_to: Option<NaiveDate>,
    pub due_at: Option<Moment>,
    pub state: LineState,
    pub percent: i32,
    pub completed_at: Option<Moment>,
}
