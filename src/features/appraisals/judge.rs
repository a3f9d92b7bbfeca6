//! What a save makes of each item: a view, a decision, or all that is wrong with it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    joint::Table,
    model::{AppraisalBody, ItemState, Origin},
    rules,
    store::{Decisions, NewDecision},
    view_store::{NewView, Views},
};
use crate::{
    error::{FieldError, Message},
    features::submissions::Item,
    ids::{AgencyCode, IndicatorCode},
    scoring::{Applied, CompiledSet, Points},
    web::Sent,
};

/// What decisions are judged against.
pub struct Standing<'a> {
    /// The criteria set.
    pub set: &'a CompiledSet,
    /// What was declared.
    pub items: &'a BTreeMap<IndicatorCode, Item>,
    /// The views so far.
    pub views: &'a Views,
    /// The decisions so far.
    pub decisions: &'a Decisions,
    /// The bodies of each indicator; the first leads.
    pub bodies: &'a BTreeMap<IndicatorCode, Vec<AgencyCode>>,
    /// The bodies that the caller appraises for.
    pub own: &'a BTreeSet<AgencyCode>,
}

/// What a save makes of one item.
pub struct Made {
    /// The points that were given.
    pub points: Option<Points>,
    /// Where the item stands after it.
    pub state: ItemState,
    /// The view to append.
    pub view: Option<NewView>,
    /// The decision to append.
    pub decision: Option<NewDecision>,
}

type Faults = Vec<FieldError>;

fn next_sequence(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).saturating_add(1)
}

impl<'a> Standing<'a> {
    /// Judges every item by itself, in the order sent.
    pub fn judge(&self, sent: &[Sent<AppraisalBody>]) -> Vec<Result<Made, Faults>> {
        let mut seen = BTreeSet::new();
        sent.iter()
            .enumerate()
            .map(|(index, item)| {
                let pointer = format!("/items/{index}");
                if !seen.insert(&item.indicator) {
                    let (vi, en) = ("có hai lần trong yêu cầu.", "stands twice in the request.");
                    return Err(refusal(
                        &pointer,
                        "indicator",
                        "duplicate_item",
                        &item.indicator,
                        vi,
                        en,
                    ));
                }
                self.judge_one(item, &pointer)
            })
            .collect()
    }

    /// An item before its bodies.
    pub fn table(&self, indicator: &IndicatorCode) -> Option<Table<'a>> {
        let slice = |count: Option<&'a Vec<_>>| count.map(Vec::as_slice).unwrap_or_default();
        Some(Table {
            leaf: self.set.leaf(self.set.leaf_index(indicator.as_str())?)?,
            item: self.items.get(indicator),
            bodies: self.bodies.get(indicator).map(Vec::as_slice).unwrap_or_default(),
            views: slice(self.views.get(indicator)),
            decisions: self
                .decisions
                .get(indicator)
                .map(Vec::as_slice)
                .unwrap_or_default(),
        })
    }

    fn judge_one(&self, sent: &Sent<AppraisalBody>, pointer: &str) -> Result<Made, Faults> {
        let indicator = &sent.indicator;
        let Some(table) = self.table(indicator) else {
            let (vi, en) = ("không có trong bộ tiêu chí.", "is not in the criteria set.");
            return Err(refusal(
                pointer,
                "indicator",
                "unknown_indicator",
                indicator,
                vi,
                en,
            ));
        };
        let own: Vec<&AgencyCode> = table
            .bodies
            .iter()
            .filter(|body| self.own.contains(*body))
            .collect();
        if own.is_empty() {
            let (vi, en) = (
                "không được giao cho cơ quan của bạn.",
                "is not assigned to your body.",
            );
            return Err(refusal(pointer, "indicator", "not_assigned", indicator, vi, en));
        }
        let asked = sent.body.as_ref().map_err(Clone::clone)?;
        let body = which_body(&own, asked, pointer)?;
        let applied = rules::judge(table.leaf, table.item, asked, pointer)?;
        let reason = asked
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        let mut made = if asked.settle {
            settle(&table, body, asked, reason, pointer)?
        } else {
            view(&table, body, asked, reason)
        };
        made.points = match applied {
            Applied::Points(points) => Some(points),
            Applied::NotApplicable => None,
        };
        Ok(made)
    }
}

fn which_body<'a>(
    own: &[&'a AgencyCode],
    asked: &AppraisalBody,
    pointer: &str,
) -> Result<&'a AgencyCode, Faults> {
    let indicator = &asked.indicator;
    match (&asked.body, own) {
        (None, [only]) => Ok(only),
        (None, _) => Err(refusal(
            pointer,
            "body",
            "body_missing",
            indicator,
            "được giao cho nhiều cơ quan của bạn: nêu rõ body.",
            "is assigned to several of your bodies: say in body for which.",
        )),
        (Some(body), _) => own.iter().find(|own| **own == body).copied().ok_or_else(|| {
            let (vi, en) = ("không được giao cho cơ quan đó.", "is not assigned to that body.");
            refusal(pointer, "body", "not_assigned", indicator, vi, en)
        }),
    }
}

/// A body's view: what it and the standing views of the others come to.
fn view(table: &Table<'_>, body: &AgencyCode, asked: &AppraisalBody, reason: Option<&str>) -> Made {
    let same = table
        .view_of(body)
        .is_some_and(|standing| standing.decision == asked.decision && standing.reason.as_deref() == reason);
    if same {
        return Made {
            points: None,
            state: table.state(Some(body)),
            view: None,
            decision: None,
        };
    }
    let outcome = table.record(body, &asked.decision, reason);
    let decisions = table.decisions.len();
    let so_far = table.views.iter().filter(|view| view.body == *body).count();
    Made {
        points: None,
        state: outcome.state,
        view: Some(NewView {
            indicator: asked.indicator.clone(),
            body: body.clone(),
            sequence: next_sequence(so_far),
            item_revision: asked.revision,
            decision: asked.decision.clone(),
            reason: reason.map(str::to_owned),
            decisions_before: i32::try_from(decisions).unwrap_or(i32::MAX),
        }),
        decision: outcome.decision.map(|verdict| NewDecision {
            indicator: asked.indicator.clone(),
            sequence: next_sequence(decisions),
            item_revision: asked.revision,
            verdict,
        }),
    }
}

/// The lead's settlement of a difference.
fn settle(
    table: &Table<'_>,
    body: &AgencyCode,
    asked: &AppraisalBody,
    reason: Option<&str>,
    pointer: &str,
) -> Result<Made, Faults> {
    let refuse = |part: &str, code: &str, vi: &str, en: &str| {
        Err(refusal(pointer, part, code, &asked.indicator, vi, en))
    };
    if table.bodies.first() != Some(body) {
        return refuse(
            "settle",
            "not_the_lead",
            "do cơ quan chủ trì quyết định khi ý kiến khác nhau.",
            "is settled by the body that leads.",
        );
    }
    if !table.may_settle() {
        return refuse(
            "settle",
            "nothing_to_settle",
            "chưa đủ ý kiến của các cơ quan, hoặc các ý kiến không khác nhau.",
            "can't be settled: views are missing, or they do not differ.",
        );
    }
    if reason.is_none() {
        return refuse(
            "reason",
            "reason_missing",
            "cần nêu lý do khi quyết định ý kiến khác nhau.",
            "needs a reason where a difference is settled.",
        );
    }
    let verdict = super::joint::Verdict {
        origin: Origin::Settled,
        body: body.clone(),
        decision: Some(asked.decision.clone()),
        reason: reason.map(str::to_owned),
    };
    let same = table.holding().is_some_and(|holding| {
        holding.decision == verdict.decision
            && holding.reason == verdict.reason
            && holding.body == verdict.body
    });
    Ok(Made {
        points: None,
        state: ItemState::Decided,
        view: None,
        decision: (!same).then(|| NewDecision {
            indicator: asked.indicator.clone(),
            sequence: next_sequence(table.decisions.len()),
            item_revision: asked.revision,
            verdict,
        }),
    })
}

fn refusal(
    pointer: &str,
    part: &str,
    code: &str,
    indicator: &IndicatorCode,
    vi: &str,
    en: &str,
) -> Vec<FieldError> {
    vec![FieldError::new(
        format!("{pointer}/{part}"),
        code,
        Message::new(format!("{indicator} {vi}"), format!("{indicator} {en}")),
    )]
}
