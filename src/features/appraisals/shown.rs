//! Appraisals as they are shown: an agency's lines, and how far the bodies are.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    joint::Table,
    judge::Standing,
    model::{Appraisal, AppraisalLine, BodyProgress, ItemState},
    store, view_store,
};
use crate::{
    access::{Action, Object, Role},
    db::Conn,
    error::AppResult,
    features::{
        accounts,
        criteria::Sets,
        rounds::{self, RoundRow},
        submissions::{self, Approached, Item},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Applied, CompiledSet, decided_points},
    web::Caller,
};

/// An agency's appraisal, as far as the caller may see it.
pub fn load(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: RoundCode,
    agency: AgencyCode,
) -> AppResult<Appraisal> {
    let Approached { round, known, .. } =
        submissions::approach(conn, caller, &code, &agency, Action::ReadSubmission)?;
    let object = Object::Submission(&known.facts);
    caller.check(Action::ReadAppraisal, object)?;
    let principal = &caller.principal;
    let visible = submissions::visible_lines(principal, &known);
    let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let only = std::slice::from_ref(&agency);
    let bodies = super::bodies_by_indicator(&known.assignments);
    let mut items = submissions::current_items(conn, &code, &agency)?;
    submissions::show_files(conn, &code, &agency, items.values_mut())?;
    let standing = Standing {
        set: &set,
        items: &items,
        views: &view_store::round_views(conn, &code, only)?
            .remove(&agency)
            .unwrap_or_default(),
        decisions: &store::round_decisions(conn, &code, only)?
            .remove(&agency)
            .unwrap_or_default(),
        own: &bodies
            .values()
            .flatten()
            .filter(|body| principal.has_for(Role::Appraiser, body))
            .cloned()
            .collect(),
        bodies: &bodies,
    };
    let mut lines = Vec::new();
    for indicator in bodies.keys() {
        if visible.as_ref().is_none_or(|visible| visible.contains(indicator)) {
            lines.extend(line(&standing, indicator));
        }
    }
    name_people(conn, &mut lines)?;
    let open = lines.iter().filter(|line| line.open).count();
    Ok(Appraisal {
        round: code,
        agency,
        open,
        decided: lines.len() - open,
        items: lines,
    })
}

fn line(standing: &Standing<'_>, indicator: &IndicatorCode) -> Option<AppraisalLine> {
    let table = standing.table(indicator)?;
    let node = standing.set.node(indicator.as_str())?;
    let (lead, others) = table.bodies.split_first()?;
    let own = table.bodies.iter().find(|body| standing.own.contains(*body));
    let state = table.state(own);
    let decision = table.holding().cloned();
    let declared = table.item.and_then(|item| item.value.as_ref());
    let points = decision
        .as_ref()
        .and_then(|record| decided_points(table.leaf, declared, record.decision.as_ref()?).ok());
    Some(AppraisalLine {
        indicator: indicator.clone(),
        name_vi: node.name_vi.clone(),
        name_en: node.name_en.clone(),
        maximum: table.leaf.maximum,
        body: lead.clone(),
        co_bodies: others.to_vec(),
        item: table.item.cloned(),
        open: state != ItemState::Decided,
        state,
        decision,
        appraised_points: match points {
            Some(Applied::Points(points)) => Some(points),
            _ => None,
        },
        views: shown_views(&table),
        history: table.decisions.iter().rev().cloned().collect(),
    })
}

fn shown_views(table: &Table<'_>) -> Vec<super::model::ViewRecord> {
    let counting = |body| table.view_of(body);
    table
        .views
        .iter()
        .rev()
        .map(|view| {
            let mut shown = view.clone();
            shown.counts = counting(&view.body).is_some_and(|newest| std::ptr::eq(newest, view));
            shown
        })
        .collect()
}

/// Puts people's names in the place of their ids.
fn name_people(conn: &mut Conn, lines: &mut [AppraisalLine]) -> AppResult<()> {
    let mut people: Vec<&mut String> = Vec::new();
    for line in lines {
        people.extend(line.item.as_mut().map(|item| &mut item.saved_by));
        people.extend(line.decision.as_mut().map(|record| &mut record.decided_by));
        people.extend(line.history.iter_mut().map(|record| &mut record.decided_by));
        people.extend(line.views.iter_mut().map(|view| &mut view.recorded_by));
    }
    accounts::put_names(conn, people.into_iter())
}

/// How far the bodies are, over all agencies.
pub fn load_progress(conn: &mut Conn, set: &CompiledSet, round: &RoundRow) -> AppResult<Vec<BodyProgress>> {
    let mut progress: BTreeMap<AgencyCode, BodyProgress> = BTreeMap::new();
    each_table(conn, set, round, |_, table| {
        for body in table.bodies {
            count(progress.entry(body.clone()), body, table.state(Some(body)));
        }
    })?;
    Ok(progress.into_values().collect())
}

/// What waits for some bodies on an agency's items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Items on which the view of one of them is due.
    pub open: usize,
    /// Items on which the views differ and one of them leads.
    pub to_settle: usize,
}

/// What waits for some bodies, by agency.
pub fn waiting_for(
    conn: &mut Conn,
    set: &CompiledSet,
    round: &RoundRow,
    bodies: &BTreeSet<AgencyCode>,
) -> AppResult<BTreeMap<AgencyCode, Waiting>> {
    let mut waiting: BTreeMap<AgencyCode, Waiting> = BTreeMap::new();
    each_table(conn, set, round, |agency, table| {
        let own = table.bodies.iter().filter(|body| bodies.contains(*body));
        let open = own
            .filter(|body| table.state(Some(body)) == ItemState::Open)
            .count();
        let leads = table.bodies.first().is_some_and(|lead| bodies.contains(lead));
        let settles = leads && table.state(None) == ItemState::Differing;
        let of_agency = waiting.entry(agency.clone()).or_default();
        of_agency.open += usize::from(open > 0);
        of_agency.to_settle += usize::from(settles);
    })?;
    Ok(waiting)
}

/// Shows every assigned item of every agency of a round, before its bodies.
fn each_table(
    conn: &mut Conn,
    set: &CompiledSet,
    round: &RoundRow,
    mut see: impl FnMut(&AgencyCode, &Table<'_>),
) -> AppResult<()> {
    let code = &round.code;
    let agencies: Vec<AgencyCode> = rounds::participating(conn, code)?;
    let mut items = submissions::round_items(conn, code, &agencies)?;
    let mut decisions = store::round_decisions(conn, code, &agencies)?;
    let mut views = view_store::round_views(conn, code, &agencies)?;
    let bodies = super::bodies_by_indicator(&rounds::assignments(conn, code)?);
    for agency in &agencies {
        let items: BTreeMap<IndicatorCode, Item> = items
            .remove(agency)
            .unwrap_or_default()
            .into_iter()
            .map(|item| (item.indicator.clone(), item))
            .collect();
        let standing = Standing {
            set,
            items: &items,
            views: &views.remove(agency).unwrap_or_default(),
            decisions: &decisions.remove(agency).unwrap_or_default(),
            bodies: &bodies,
            own: &BTreeSet::new(),
        };
        for indicator in bodies.keys() {
            if let Some(table) = standing.table(indicator) {
                see(agency, &table);
            }
        }
    }
    Ok(())
}

fn count(
    entry: std::collections::btree_map::Entry<'_, AgencyCode, BodyProgress>,
    body: &AgencyCode,
    state: ItemState,
) {
    let progress = entry.or_insert_with(|| BodyProgress {
        body: body.clone(),
        assigned: 0,
        decided: 0,
        open: 0,
        waiting: 0,
        differing: 0,
    });
    progress.assigned += 1;
    *match state {
        ItemState::Decided => &mut progress.decided,
        ItemState::Open => &mut progress.open,
        ItemState::Waiting => &mut progress.waiting,
        ItemState::Differing => &mut progress.differing,
    } += 1;
}
