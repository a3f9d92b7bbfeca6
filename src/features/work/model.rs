//! What open work looks like in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{LocalMoment, Moment},
    ids::{AgencyCode, RoundCode},
    words,
};

words! {
    /// What is to be done.
    WorkKind {
        /// Values are not declared yet.
        Declare = "declare",
        /// A complete submission waits for the leadership's approval.
        Approve = "approve",
        /// An approved submission is to be sent.
        Submit = "submit",
        /// Questions wait for an answer.
        Answer = "answer",
        /// Items wait for the view of the body.
        Appraise = "appraise",
        /// Views differ, for the body that leads to settle.
        Settle = "settle",
        /// Requests for more time wait for a decision.
        DecideExtension = "decide_extension",
        /// The result stands before the council.
        Council = "council",
    }
}

/// Something that waits for the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"kind": "declare", "round": "par-2023-ministries", "agency": "moj", "count": 12, "due": "2024-01-31T10:00:00Z", "local_due": "2024-01-31T17:00:00+07:00", "overdue": false, "path": "/api/v1/rounds/par-2023-ministries/submissions/moj"}))]
pub struct WorkItem {
    /// What is to be done.
    pub kind: WorkKind,
    /// In which round.
    pub round: RoundCode,
    /// For which agency; null where it is about the round.
    pub agency: Option<AgencyCode>,
    /// How many items wait.
    pub count: usize,
    /// Until when; null where no deadline is set.
    pub due: Option<Moment>,
    /// The same in the round's time zone.
    pub local_due: Option<LocalMoment>,
    /// Whether that has passed.
    pub overdue: bool,
    /// Where to do it.
    pub path: String,
}

/// The caller's open work, what is due first at the top.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"open": 12, "overdue": 0, "items": [{"kind": "declare", "round": "par-2023-ministries", "agency": "moj", "count": 12, "due": "2024-01-31T10:00:00Z", "local_due": "2024-01-31T17:00:00+07:00", "overdue": false, "path": "/api/v1/rounds/par-2023-ministries/submissions/moj"}]}))]
pub struct WorkList {
    /// How many items wait in all.
    pub open: usize,
    /// How many of them are overdue.
    pub overdue: usize,
    /// What waits.
    pub items: Vec<WorkItem>,
}
