//! Workloads and warnings in the API.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::{Moment, WrittenTime},
    features::programmes::LineRef,
    ids::{AgencyCode, ProgrammeCode},
    words,
};

/// For which programme and when to count.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkloadQuery {
    /// Plan lines of this programme alone; of all programmes in force, if left out. Recommendations and remedies belong to
    /// no programme.
    pub programme: Option<ProgrammeCode>,
    /// The moment for which it is told what is late; now, if left out. States are those of now.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    pub as_of: Option<WrittenTime>,
}

/// Unfinished plan lines of an agency in one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"unfinished": 12, "overdue": 2, "nearly_due": 1}))]
pub struct LineLoad {
    /// All that are not done.
    pub unfinished: i64,
    /// Those of them whose deadline has passed.
    pub overdue: i64,
    /// Those of them whose deadline is near.
    pub nearly_due: i64,
}

/// Open things with a deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"open": 3, "overdue": 1}))]
pub struct OpenLoad {
    /// All that are open.
    pub open: i64,
    /// Those of them whose deadline has passed.
    pub overdue: i64,
}

/// What an agency has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"agency": "moj", "led": {"unfinished": 12, "overdue": 2, "nearly_due": 1}, "coordinated": {"unfinished": 4, "overdue": 0, "nearly_due": 0}, "to_confirm": 1, "recommendations": {"open": 3, "overdue": 1}, "remedies": {"open": 1, "overdue": 0}}))]
pub struct Workload {
    /// The agency.
    pub agency: AgencyCode,
    /// Plan lines that it leads.
    pub led: LineLoad,
    /// Plan lines that it co-ordinates.
    pub coordinated: LineLoad,
    /// Reports of completion that wait for its confirmation.
    pub to_confirm: i64,
    /// Recommendations that it has to classify, assign, accept or answer.
    pub recommendations: OpenLoad,
    /// Remedies that it owes after inspections.
    pub remedies: OpenLoad,
}

/// What agencies have to do; one that has nothing to do is left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Workloads {
    /// The moment for which it is told what is late.
    pub as_of: Moment,
    /// The agencies, by code.
    pub data: Vec<Workload>,
}

words! {
    /// Why a plan line is warned of.
    WarningKind {
        /// At its present pace it is done after its deadline.
        LateAtPace = "late_at_pace",
        /// Half of its time is over, and nothing was reported of it, or 0 percent.
        NothingReported = "nothing_reported",
        /// A line that it waits for will be done after its own first day.
        DependencyLate = "dependency_late",
    }
}

/// A plan line that will be late, with the numbers that tell so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LineWarning, example = json!({"kind": "late_at_pace", "task": "1.1", "line": 1, "title": "Thông tư về chữ ký số", "lead": "moha", "from": "2018-01-01", "to": "2018-03-31", "percent": 25, "days_gone": 31, "days_left": 59, "expected_on": "2018-05-04", "days_late": 34, "waits_for": null, "why_vi": "31 ngày được 25 %, như vậy đến 04/05/2018 mới xong, sau hạn 31/03/2018 là 34 ngày.", "why_en": "25 % took 31 days: at this pace it is done on 4 May 2018, 34 days after its deadline, 31 March 2018."}))]
pub struct Warning {
    /// Why.
    pub kind: WarningKind,
    /// The task.
    pub task: crate::ids::TaskCode,
    /// The line in it.
    pub line: i32,
    /// The task's title.
    pub title: String,
    /// The unit that leads.
    pub lead: AgencyCode,
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub to: Option<NaiveDate>,
    /// As it was reported last.
    pub percent: i32,
    /// Days from its beginning: to the last report where a pace is told, else to today.
    pub days_gone: i64,
    /// Days from today to its deadline; none without one.
    pub days_left: Option<i64>,
    /// When it is done at its present pace, or the line that it waits for; none where nothing tells of a pace.
    pub expected_on: Option<NaiveDate>,
    /// So many days after its deadline, or after its first day where another line holds it up.
    pub days_late: Option<i64>,
    /// The line that it waits for.
    pub waits_for: Option<LineRef>,
    /// The reason in Vietnamese.
    pub why_vi: String,
    /// The reason in English.
    pub why_en: String,
}
