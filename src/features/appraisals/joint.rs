//! Joint appraisal (thẩm định liên ngành): what several bodies' views make of one item. Pure; the one place that decides
//! (design §8.5): one view per body and one decision, which is what all agree on or what the lead settles, never a mean.

use super::model::{DecisionRecord, ItemState, Origin, ViewRecord};
use crate::{
    features::submissions::Item,
    ids::AgencyCode,
    scoring::{Applied, CompiledLeaf, Decision, decided_points},
};

/// An item before the bodies that appraise it.
pub struct Table<'a> {
    /// The indicator.
    pub leaf: &'a CompiledLeaf,
    /// What the agency declared.
    pub item: Option<&'a Item>,
    /// The bodies; the first leads.
    pub bodies: &'a [AgencyCode],
    /// Their views, oldest first.
    pub views: &'a [ViewRecord],
    /// The chain of decisions, oldest first.
    pub decisions: &'a [DecisionRecord],
}

/// What a new view or settlement makes of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Where the item stands after it, for the body.
    pub state: ItemState,
    /// What is added to the chain of decisions.
    pub decision: Option<Verdict>,
}

/// A link to add to the chain of decisions.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How it came about.
    pub origin: Origin,
    /// The body that stands for it.
    pub body: AgencyCode,
    /// The decision; none where the item is opened again.
    pub decision: Option<Decision>,
    /// Why.
    pub reason: Option<String>,
}

impl Table<'_> {
    /// The revision of the item that stands; 0 where nothing was declared.
    pub fn revision(&self) -> i32 {
        self.item.map_or(0, |item| item.revision)
    }

    /// The decision that holds.
    pub fn holding(&self) -> Option<&DecisionRecord> {
        self.decisions
            .last()
            .filter(|last| last.holds_for(self.revision()))
    }

    /// How many decisions there were when the council last sent the item back: earlier views no longer count.
    fn returned_at(&self) -> i32 {
        let position = self
            .decisions
            .iter()
            .rposition(|link| link.origin == Origin::Returned);
        position.map_or(0, |index| i32::try_from(index + 1).unwrap_or(i32::MAX))
    }

    /// A body's view that counts.
    pub fn view_of(&self, body: &AgencyCode) -> Option<&ViewRecord> {
        let newest = self.views.iter().rev().find(|view| view.body == *body)?;
        let counts = newest.item_revision == self.revision() && newest.decisions_before >= self.returned_at();
        counts.then_some(newest)
    }

    fn points(&self, decision: &Decision) -> Option<Applied> {
        let declared = self.item.and_then(|item| item.value.as_ref());
        decided_points(self.leaf, declared, decision).ok()
    }

    /// Where the item stands, for one of its bodies or, without one, as a whole.
    pub fn state(&self, body: Option<&AgencyCode>) -> ItemState {
        if self.holding().is_some() {
            return ItemState::Decided;
        }
        let missing = |body: &AgencyCode| self.view_of(body).is_none();
        if !self.bodies.iter().any(missing) {
            ItemState::Differing
        } else if body.is_some_and(|body| !missing(body)) {
            ItemState::Waiting
        } else {
            ItemState::Open
        }
    }

    /// What a new view of a body makes of the item. It has been checked by itself.
    pub fn record(&self, body: &AgencyCode, view: &Decision, reason: Option<&str>) -> Outcome {
        let mut views = Vec::with_capacity(self.bodies.len());
        for other in self.bodies {
            let (decision, reason) = if other == body {
                (view, reason)
            } else if let Some(standing) = self.view_of(other) {
                (&standing.decision, standing.reason.as_deref())
            } else {
                let state = match self.holding() {
                    Some(_) => ItemState::Decided,
                    None => ItemState::Waiting,
                };
                return Outcome {
                    state,
                    decision: None,
                };
            };
            views.push((other, decision, reason));
        }
        let first = views.first().map(|(_, decision, _)| self.points(decision));
        let agreed = views
            .iter()
            .all(|(_, decision, _)| Some(self.points(decision)) == first);
        let decision = match (agreed, self.holding(), views.first()) {
            (true, _, Some((lead, decision, reason))) => Some(Verdict {
                origin: Origin::Agreed,
                body: (*lead).clone(),
                decision: Some((*decision).clone()),
                reason: reason.map(str::to_owned),
            }),
            // What was settled stays settled: the lead knew that the views differ.
            (false, Some(holding), _) if holding.origin == Origin::Agreed => Some(Verdict {
                origin: Origin::Reopened,
                body: body.clone(),
                decision: None,
                reason: reason.map(str::to_owned),
            }),
            _ => None,
        };
        let state = match (&decision, self.holding()) {
            (Some(verdict), _) if verdict.decision.is_some() => ItemState::Decided,
            (None, Some(_)) => ItemState::Decided,
            _ => ItemState::Differing,
        };
        // The same agreement again is no new decision.
        let same = |verdict: &Verdict| {
            self.holding().is_some_and(|holding| {
                holding.origin == verdict.origin
                    && holding.body == verdict.body
                    && holding.decision == verdict.decision
                    && holding.reason == verdict.reason
            })
        };
        Outcome {
            state,
            decision: decision.filter(|verdict| !same(verdict)),
        }
    }

    /// Whether the lead may settle: several bodies, all views in, and they differ or were settled before.
    pub fn may_settle(&self) -> bool {
        let all_in = self.bodies.iter().all(|body| self.view_of(body).is_some());
        let settled = |holding: &DecisionRecord| holding.origin == Origin::Settled;
        self.bodies.len() > 1 && all_in && self.holding().is_none_or(settled)
    }
}
