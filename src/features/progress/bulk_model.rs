//! Many reports and confirmations at once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Proof;
use crate::{
    features::programmes::LineRef,
    ids::{AgencyCode, TaskCode},
    web::Each,
};

/// A report on one line.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineReport, example = json!({"task": "1.1", "line": 1, "percent": 60, "text": "Đã lấy ý kiến các bộ, ngành."}))]
pub struct Report {
    /// The task.
    pub task: TaskCode,
    /// The line in it.
    pub line: i32,
    /// The revision that was seen; a report on another is refused.
    #[serde(default)]
    pub revision: Option<i64>,
    /// How far it is.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100)]
    pub percent: Option<i32>,
    /// Whether it is reported complete.
    #[serde(default)]
    pub completed: bool,
    /// What is reported; compulsory where it is complete.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub text: Option<String>,
    /// What proves it.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub evidence: Vec<Proof>,
}

/// Reports on many lines, all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = LineReports)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    /// The reports.
    #[schema(value_type = Vec<Report>, min_items = 1, max_items = 1000)]
    pub reports: Vec<Each<Report>>,
}

/// A confirmation of one line.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineConfirmation, example = json!({"task": "1.1", "line": 1}))]
pub struct Confirmation {
    /// The task.
    pub task: TaskCode,
    /// The line in it.
    pub line: i32,
    /// The revision that was seen; a confirmation of another is refused.
    #[serde(default)]
    pub revision: Option<i64>,
    /// What is said to it.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub text: Option<String>,
}

/// Confirmations of many lines, all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = LineConfirmations)]
#[serde(deny_unknown_fields)]
pub struct Confirmations {
    /// The co-ordinating unit that is spoken for, where the caller may speak for several.
    #[serde(default)]
    pub agency: Option<AgencyCode>,
    /// The confirmations.
    #[schema(value_type = Vec<Confirmation>, min_items = 1, max_items = 1000)]
    pub confirmations: Vec<Each<Confirmation>>,
}

/// How many lines were moved.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = LinesMoved, example = json!({"lines": 1000, "completed": 320, "done": 0}))]
pub struct Moved {
    /// So many.
    pub lines: usize,
    /// So many of them await confirmation now.
    pub completed: usize,
    /// So many of them are done now.
    pub done: usize,
}

/// What names a line.
pub trait AboutLine {
    /// The line.
    fn place(&self) -> LineRef;
    /// The revision that was seen.
    fn revision(&self) -> Option<i64>;
}

impl AboutLine for Report {
    fn place(&self) -> LineRef {
        LineRef {
            task: self.task.clone(),
            line: self.line,
        }
    }

    fn revision(&self) -> Option<i64> {
        self.revision
    }
}

impl AboutLine for Confirmation {
    fn place(&self) -> LineRef {
        LineRef {
            task: self.task.clone(),
            line: self.line,
        }
    }

    fn revision(&self) -> Option<i64> {
        self.revision
    }
}
