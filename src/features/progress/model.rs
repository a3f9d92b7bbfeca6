//! Moves of plan lines in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::MoveKind;
use crate::{
    clock::Moment,
    db::schema::line_moves,
    features::programmes::LineState,
    ids::{AgencyCode, RecordId},
    web::Page,
    words,
};

words! {
    /// What the owner settles.
    SettledState {
        /// It is done.
        Done = "done",
        /// It is to be done again.
        Redo = "redo",
    }
}

/// A document that proves what is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProgressProof, example = json!({"title": "Thông tư quy định chữ ký số cho văn bản điện tử", "number": "01/2018/TT", "date": "2018-11-20", "url": null}))]
pub struct Proof {
    /// What it is.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// Its number and sign.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub number: Option<String>,
    /// Its date.
    #[serde(default)]
    pub date: Option<NaiveDate>,
    /// Where it can be read: an http or https address.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub url: Option<String>,
}

/// A move to make. Which members belong to it depends on its kind: `percent`, `completed` and `evidence` to a report (and
/// `evidence` to an objection), `agency` to a confirmation or objection, `to` to a settlement, `lead` and `coordinators` to a
/// reassignment. `text` is compulsory but for `confirm` and `withdraw`, and reports that are not of completion.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLineMove, example = json!({"kind": "report", "percent": 60, "text": "Đã lấy ý kiến các bộ, ngành.", "evidence": [{"title": "Công văn lấy ý kiến", "number": "15/BNV-VTLT", "date": "2018-03-02"}]}))]
pub struct NewMove {
    /// What is done.
    pub kind: MoveKind,
    /// How far it is; 100 is what is left out of a report of completion.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100)]
    pub percent: Option<i32>,
    /// Whether it is reported complete, and has to be confirmed.
    #[serde(default)]
    pub completed: bool,
    /// What is said: the report, the reason.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub text: Option<String>,
    /// What proves it.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub evidence: Vec<Proof>,
    /// The co-ordinating unit that is spoken for, where the caller may speak for several.
    #[serde(default)]
    pub agency: Option<AgencyCode>,
    /// What is settled.
    #[serde(default)]
    pub to: Option<SettledState>,
    /// The new lead.
    #[serde(default)]
    pub lead: Option<AgencyCode>,
    /// The units that co-ordinate from then on; left out, they stay.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub coordinators: Option<Vec<AgencyCode>>,
}

/// A move that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "kind": "report", "from": "not_started", "to": "in_progress", "percent": 60, "text": "Đã lấy ý kiến.", "evidence": [], "agency": "moha", "moved_at": "2018-03-02T02:00:00Z", "moved_by": "Vụ CCHC"}))]
pub struct LineMove {
    /// Its id.
    pub id: RecordId,
    /// What was done.
    pub kind: MoveKind,
    /// The state before.
    pub from: LineState,
    /// The state after.
    pub to: LineState,
    /// The percent after.
    pub percent: i32,
    /// What was said.
    pub text: Option<String>,
    /// What proves it.
    pub evidence: Vec<Proof>,
    /// For which agency.
    pub agency: AgencyCode,
    /// When.
    pub moved_at: Moment,
    /// By whom.
    pub moved_by: String,
}

/// What was said and done on a line, and who is still to confirm.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"waiting_for": ["mic"], "data": [], "page": {"next": null}}))]
pub struct LineMoves {
    /// The agencies whose confirmation is due.
    pub waiting_for: Vec<AgencyCode>,
    /// The moves, oldest first.
    #[serde(flatten)]
    pub moves: Page<LineMove>,
}

/// A row of `line_moves`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = line_moves, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the move in the API")]
pub struct MoveRow {
    pub id: RecordId,
    pub line_id: RecordId,
    pub kind: MoveKind,
    pub from_state: LineState,
    pub to_state: LineState,
    pub percent: i32,
    /// The report of completion it belongs to.
    pub completion: i32,
    pub text: Option<String>,
    /// JSON.
    pub evidence: String,
    pub agency_code: AgencyCode,
    pub moved_at: Moment,
    pub moved_by: String,
}
