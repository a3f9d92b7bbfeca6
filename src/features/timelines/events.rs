//! What the kept records say that happened. Pure.

use std::collections::BTreeMap;

use super::model::{Event, EventKind, Snapshot};
use crate::{
    features::{
        appraisals::{DecisionRecord, Origin, ViewRecord},
        explanations::{MessageKind, MessageRow},
        submissions::Item,
    },
    ids::AgencyCode,
};

/// The agency's saves; revisions oldest first.
pub fn saves(revisions: &[Item]) -> Vec<Event> {
    let mut before: Option<&Item> = None;
    revisions
        .iter()
        .map(|item| {
            let event = Event {
                at: item.saved_at,
                by: item.saved_by.clone(),
                kind: EventKind::Saved,
                body: None,
                item_revision: item.revision,
                from: before.map(|before| changed(before, Some(item))),
                to: Some(changed(item, before)),
                text: None,
            };
            before = Some(item);
            event
        })
        .collect()
}

/// The parts of an item that differ from another revision of it.
fn changed(item: &Item, other: Option<&Item>) -> Snapshot {
    let differs = |same: fn(&Item, &Item) -> bool| other.is_none_or(|other| !same(item, other));
    Snapshot {
        value: item.value.clone().filter(|_| differs(|a, b| a.value == b.value)),
        explanation: item
            .explanation
            .clone()
            .filter(|_| differs(|a, b| a.explanation == b.explanation)),
        evidence: differs(|a, b| a.evidence == b.evidence).then(|| item.evidence.clone()),
        decision: None,
        points: item
            .self_points
            .filter(|_| differs(|a, b| a.self_points == b.self_points)),
    }
}

fn decided(decision: Option<&crate::scoring::Decision>) -> Option<Snapshot> {
    decision.map(|decision| Snapshot {
        decision: Some(decision.clone()),
        ..Snapshot::default()
    })
}

/// The bodies' views, oldest first: each from the body's view before.
pub fn views(records: &[ViewRecord]) -> Vec<Event> {
    let mut before: BTreeMap<&AgencyCode, &ViewRecord> = BTreeMap::new();
    records
        .iter()
        .map(|view| Event {
            at: view.recorded_at,
            by: view.recorded_by.clone(),
            kind: EventKind::Viewed,
            body: Some(view.body.clone()),
            item_revision: view.item_revision,
            from: decided(before.insert(&view.body, view).map(|before| &before.decision)),
            to: decided(Some(&view.decision)),
            text: view.reason.clone(),
        })
        .collect()
}

/// The chain of decisions, oldest first.
pub fn decisions(records: &[DecisionRecord]) -> Vec<Event> {
    let mut before = None;
    records
        .iter()
        .map(|record| Event {
            at: record.decided_at,
            by: record.decided_by.clone(),
            kind: match record.origin {
                Origin::Agreed => EventKind::Agreed,
                Origin::Settled => EventKind::Settled,
                Origin::Reopened => EventKind::Reopened,
                Origin::Returned => EventKind::Returned,
            },
            body: Some(record.body.clone()),
            item_revision: record.item_revision,
            from: decided(std::mem::replace(&mut before, record.decision.as_ref())),
            to: decided(record.decision.as_ref()),
            text: record.reason.clone(),
        })
        .collect()
}

/// Questions and answers, oldest first.
pub fn messages(rows: &[MessageRow]) -> Vec<Event> {
    rows.iter()
        .map(|row| Event {
            at: row.recorded_at,
            by: row.recorded_by.clone(),
            kind: match row.kind {
                MessageKind::Question => EventKind::Question,
                MessageKind::Answer => EventKind::Answer,
            },
            body: row.body_code.clone(),
            item_revision: row.item_revision,
            from: None,
            to: None,
            text: Some(row.content.clone()),
        })
        .collect()
}

/// All in the order of time. Of one second, in the order in which one follows from the other.
pub fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    let rank = |kind| match kind {
        EventKind::Saved => 0,
        EventKind::Viewed => 1,
        // The sort is stable: a chain of decisions stays in its own order.
        EventKind::Agreed | EventKind::Settled | EventKind::Reopened | EventKind::Returned => 2,
        EventKind::Question => 3,
        EventKind::Answer => 4,
    };
    events.sort_by_key(|event| (event.at, event.item_revision, rank(event.kind)));
    events
}
