//! What is asked of tasks and lines.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    line_model::{LineState, TaskKind},
    timeliness::Timeliness,
};
use crate::{
    clock::WrittenTime,
    ids::{AgencyCode, ContentCode},
};

/// Which tasks to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Tasks on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only tasks of this content.
    pub content: Option<ContentCode>,
    /// Only tasks of this kind.
    pub kind: Option<TaskKind>,
    /// The moment for which it is told what is late; now, if left out. States are those of now.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    pub as_of: Option<WrittenTime>,
}

/// Which lines to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineQuery {
    /// Lines on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only lines of this content.
    pub content: Option<ContentCode>,
    /// Only lines of this kind.
    pub kind: Option<TaskKind>,
    /// Only lines that this unit leads.
    pub lead: Option<AgencyCode>,
    /// Only lines that this unit co-ordinates.
    pub coordinator: Option<AgencyCode>,
    /// Only lines in this state.
    pub state: Option<LineState>,
    /// Only lines of this timeliness.
    pub timeliness: Option<Timeliness>,
    /// Only lines of this year.
    pub year: Option<i32>,
    /// Only lines that end before this day.
    pub due_before: Option<NaiveDate>,
    /// The moment for which it is told what is late; now, if left out. States are those of now.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    pub as_of: Option<WrittenTime>,
}

/// For when to count.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// The moment for which it is told what is late; now, if left out. States are those of now.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    pub as_of: Option<WrittenTime>,
}
