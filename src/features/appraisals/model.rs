//! What appraisals look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::{appraisal_decisions, appraisal_views},
    features::submissions::Item,
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Decision, Points},
    web::{AboutIndicator, Each, ItemProblem},
    words,
};

words! {
    /// How an entry in an item's chain of decisions came about.
    Origin {
        /// All bodies give the same points; the words are those of the body that leads.
        Agreed = "agreed",
        /// The bodies differed, and the one that leads settled it.
        Settled = "settled",
        /// A body changed its view, so that the bodies no longer agree: the item is open again.
        Reopened = "reopened",
        /// The council sent the item back: it is open again, and all bodies record their views anew.
        Returned = "returned",
    }
}

words! {
    /// Where an item stands between the bodies that appraise it.
    ItemState {
        /// The view of the body is due.
        Open = "open",
        /// The body has recorded its view, others have not yet.
        Waiting = "waiting",
        /// All views are in and differ: the body that leads settles.
        Differing = "differing",
        /// A decision holds.
        Decided = "decided",
    }
}

/// The decision on one item.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"indicator": "1.1.1", "revision": 1, "decision": {"verdict": "points_set", "points": "0.5"}, "reason": "Kế hoạch ban hành ngày 20/02, chậm so với quy định"}))]
pub struct AppraisalBody {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The revision of the item that was appraised; 0 where nothing was declared. A newer one refuses the decision.
    pub revision: i32,
    /// Recognised, corrected (the engine computes), or points set.
    pub decision: Decision,
    /// Why; compulsory unless the value is recognised.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub reason: Option<String>,
    /// The body whose view it is; only needed by who appraises for several bodies of one indicator.
    #[serde(default)]
    pub body: Option<AgencyCode>,
    /// Settles a difference between bodies, by the one that leads; a reason is compulsory.
    #[serde(default)]
    pub settle: bool,
}

impl AboutIndicator for AppraisalBody {
    fn indicator(&self) -> &IndicatorCode {
        &self.indicator
    }
}

/// Decisions to save together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppraisalsBody {
    /// The decisions.
    #[schema(value_type = Vec<AppraisalBody>, min_items = 1, max_items = 1000)]
    pub items: Vec<Each<AppraisalBody>>,
}

/// An item that the council sends back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "moj", "indicator": "1.1.1"}))]
pub struct ReturnedItem {
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: IndicatorCode,
}

/// What became of one decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "status": "saved", "state": "decided", "points": "0.5", "errors": []}))]
pub struct AppraisalResult {
    /// The indicator, as sent.
    pub indicator: IndicatorCode,
    /// `saved`, `unchanged` or `refused`.
    pub status: &'static str,
    /// Where the item stands after it; null where refused.
    pub state: Option<ItemState>,
    /// The points that were given; null where not applicable or refused.
    pub points: Option<Points>,
    /// What is wrong with it.
    pub errors: Vec<ItemProblem>,
}

/// What became of a bulk of decisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "dry_run": false, "saved": 1, "unchanged": 0, "refused": 0, "items": [{"indicator": "1.1.1", "status": "saved", "state": "decided", "points": "0.5", "errors": []}]}))]
pub struct AppraisalSaveResult {
    /// The round.
    pub round: RoundCode,
    /// The agency that is appraised.
    pub agency: AgencyCode,
    /// Whether it was a check only.
    pub dry_run: bool,
    /// New decisions.
    pub saved: usize,
    /// Decisions that stood already.
    pub unchanged: usize,
    /// Decisions that are wrong.
    pub refused: usize,
    /// The decisions, in the order sent.
    pub items: Vec<AppraisalResult>,
}

/// A body's view of an item, as it was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"body": "mic", "item_revision": 1, "decision": {"verdict": "points_set", "points": "0.5"}, "reason": "Cổng chưa tích hợp thanh toán", "recorded_at": "2024-02-10T02:00:00Z", "recorded_by": "Cục Chuyển đổi số", "counts": true}))]
pub struct ViewRecord {
    /// The body.
    pub body: AgencyCode,
    /// The revision of the item that was seen.
    pub item_revision: i32,
    /// What it would decide.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub recorded_at: Moment,
    /// Who.
    pub recorded_by: String,
    /// Whether it counts now: the body's newest, on the present revision, not from before the council sent it back.
    pub counts: bool,
    /// How many decisions the item had then.
    #[serde(skip)]
    pub(super) decisions_before: i32,
}

/// A decision that was made, or taken back.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"origin": "agreed", "indicator": "1.1.1", "body": "moha", "item_revision": 1, "decision": {"verdict": "recognised"}, "reason": null, "decided_at": "2024-02-10T02:00:00Z", "decided_by": "Vụ CCHC"}))]
pub struct DecisionRecord {
    /// How it came about.
    pub origin: Origin,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The body that decided.
    pub body: AgencyCode,
    /// The revision of the item that was decided on.
    pub item_revision: i32,
    /// The decision; null where the item was opened again.
    pub decision: Option<Decision>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub decided_at: Moment,
    /// Who.
    pub decided_by: String,
}

impl DecisionRecord {
    /// Whether it decides an item that stands in this revision. Of a chain of decisions only the last may be asked.
    pub fn holds_for(&self, item_revision: i32) -> bool {
        self.decision.is_some() && self.item_revision == item_revision
    }
}

/// A line of an appraisal: what was declared and what was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "maximum": "1", "body": "moha", "co_bodies": [], "item": null, "open": true, "state": "open", "decision": null, "appraised_points": null, "views": [], "history": []}))]
pub struct AppraisalLine {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its maximum, in points.
    pub maximum: Points,
    /// The body that appraises it, or leads where several do.
    pub body: AgencyCode,
    /// The others.
    pub co_bodies: Vec<AgencyCode>,
    /// What stands in the submission; null if nothing was declared.
    pub item: Option<Item>,
    /// Whether a decision is due: none was made, or the item has changed since.
    pub open: bool,
    /// The same in more detail: for a body as it stands for that body.
    pub state: ItemState,
    /// The decision that holds.
    pub decision: Option<DecisionRecord>,
    /// The points it gives; null where not applicable or not decided.
    pub appraised_points: Option<Points>,
    /// Every body's views so far, newest first.
    pub views: Vec<ViewRecord>,
    /// Every decision so far, newest first.
    pub history: Vec<DecisionRecord>,
}

/// An agency's appraisal, as far as the caller may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "open": 1, "decided": 0, "items": []}))]
pub struct Appraisal {
    /// The round.
    pub round: RoundCode,
    /// The agency that is appraised.
    pub agency: AgencyCode,
    /// Lines that wait for a decision.
    pub open: usize,
    /// Lines that are decided.
    pub decided: usize,
    /// The lines.
    pub items: Vec<AppraisalLine>,
}

/// How far a body is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"body": "moha", "assigned": 170, "decided": 120, "open": 40, "waiting": 6, "differing": 4}))]
pub struct BodyProgress {
    /// The body.
    pub body: AgencyCode,
    /// Items to decide, over all agencies.
    pub assigned: usize,
    /// Items decided.
    pub decided: usize,
    /// Items on which its view is due.
    pub open: usize,
    /// Items on which it waits for the views of others.
    pub waiting: usize,
    /// Items on which the views differ, for the lead to settle.
    pub differing: usize,
}

/// A row of `appraisal_views`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = appraisal_views, treat_none_as_default_value = false)]
pub(super) struct ViewRow {
    pub round_code: RoundCode,
    pub agency_code: AgencyCode,
    pub indicator_code: IndicatorCode,
    pub body_code: AgencyCode,
    pub sequence: i32,
    pub item_revision: i32,
    pub verdict: String,
    pub value: Option<String>,
    pub points: Option<i64>,
    pub reason: Option<String>,
    pub recorded_at: Moment,
    pub recorded_by: String,
    pub decisions_before: Option<i32>,
}

/// A row of `appraisal_decisions`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = appraisal_decisions, treat_none_as_default_value = false)]
pub(super) struct DecisionRow {
    pub round_code: RoundCode,
    pub agency_code: AgencyCode,
    pub indicator_code: IndicatorCode,
    pub sequence: i32,
    pub item_revision: i32,
    pub origin: Origin,
    pub body_code: AgencyCode,
    pub verdict: String,
    pub value: Option<String>,
    pub points: Option<i64>,
    pub reason: Option<String>,
    pub recorded_at: Moment,
    pub recorded_by: String,
}
