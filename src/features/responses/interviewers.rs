//! Whether who asks makes a difference: the responses of each interviewer beside those of others in the same strata.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    desk::RoundDesk,
    store,
    view_model::{InterviewerRow, printed},
};
use crate::{
    db::Conn,
    error::AppResult,
    survey::{Cell, FlagSet, Sums, interviewer_effect},
};

/// What somebody asked, and where.
struct Asked {
    cell: Cell,
    strata: BTreeSet<i32>,
}

/// A row for each interviewer, by mark. Every response that names one is read.
pub fn rows(conn: &mut Conn, desk: &RoundDesk) -> AppResult<Vec<InterviewerRow>> {
    let mut by_mark: BTreeMap<String, Asked> = BTreeMap::new();
    let mut by_stratum: BTreeMap<i32, Cell> = BTreeMap::new();
    store::scan_interviews(conn, &desk.round.code, |mark, stratum, answers| {
        let all = by_stratum.entry(stratum).or_insert_with(|| desk.plan.empty());
        desk.plan.add(all, answers, FlagSet::default());
        let asked = by_mark.entry(mark.to_owned()).or_insert_with(|| Asked {
            cell: desk.plan.empty(),
            strata: BTreeSet::new(),
        });
        desk.plan.add(&mut asked.cell, answers, FlagSet::default());
        asked.strata.insert(stratum);
    })?;
    let rows = by_mark
        .into_iter()
        .map(|(mark, asked)| row(desk, mark, &asked, &by_stratum));
    Ok(rows.collect())
}

fn row(desk: &RoundDesk, mark: String, asked: &Asked, by_stratum: &BTreeMap<i32, Cell>) -> InterviewerRow {
    let whole = |cell: &Cell| cell.sums.first().copied().unwrap_or_default();
    let own = whole(&asked.cell);
    let (mut n, mut all) = (0, Sums::default());
    for cell in asked.strata.iter().filter_map(|stratum| by_stratum.get(stratum)) {
        n += cell.n;
        all.merge(&whole(cell));
    }
    let others = (n.saturating_sub(asked.cell.n), &all.without(&own));
    let effect = interviewer_effect((asked.cell.n, &own), others, desk.instrument.value_scale());
    let rule = &desk.instrument.document().rule;
    InterviewerRow {
        interviewer: mark,
        n: asked.cell.n,
        index: effect.map(|effect| printed(effect.own, rule)),
        others: effect.map(|effect| printed(effect.others, rule)),
        doubted: effect.is_some_and(|effect| effect.doubted),
    }
}
