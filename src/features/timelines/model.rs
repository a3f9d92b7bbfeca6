//! What timelines look like in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    features::submissions::Evidence,
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Decision, Declared, Points},
    words,
};

words! {
    /// What happened to an item.
    EventKind {
        /// The agency saved it: a new revision.
        Saved = "saved",
        /// A body recorded its view.
        Viewed = "viewed",
        /// The bodies agreed.
        Agreed = "agreed",
        /// The lead settled a difference.
        Settled = "settled",
        /// A changed view opened it again.
        Reopened = "reopened",
        /// The council sent it back.
        Returned = "returned",
        /// A body asked.
        Question = "question",
        /// The agency answered.
        Answer = "answer",
    }
}

/// An item, or what was decided on it, before or after an event. What an event does not touch is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"value": {"kind": "option", "option": "on_time"}, "points": "1"}))]
pub struct Snapshot {
    /// The declared value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Declared>,
    /// The written explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Vec<Evidence>>,
    /// The decision or view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The points that the value gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
}

/// Something that happened to an item.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"at": "2024-02-10T02:00:00Z", "by": "Vụ CCHC", "kind": "agreed", "body": "moha", "item_revision": 1, "from": null, "to": {"decision": {"verdict": "recognised"}}, "text": null}))]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// What happened.
    pub kind: EventKind,
    /// The body, where one acted.
    pub body: Option<AgencyCode>,
    /// The revision of the item that came, or that it was about.
    pub item_revision: i32,
    /// What stood before.
    pub from: Option<Snapshot>,
    /// What stood after.
    pub to: Option<Snapshot>,
    /// The reason, question or answer.
    pub text: Option<String>,
}

/// Everything that happened to an item, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "indicator": "1.1.1", "events": []}))]
pub struct Timeline {
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: IndicatorCode,
    /// What happened.
    pub events: Vec<Event>,
}
