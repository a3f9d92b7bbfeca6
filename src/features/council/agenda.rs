//! What the council looks at. Pure.

use super::model::{Agenda, AgendaItem};
use crate::{
    features::{
        appraisals::Origin,
        comparisons::lines_of,
        scores::{AgencyResult, RoundResult},
    },
    scoring::{CompiledSet, Points},
};

/// The items whose points moved, the most first, and those that bodies did not agree on; of equals, the order of
/// agencies and indicators.
pub fn agenda(result: RoundResult, limit: usize) -> Agenda {
    let set = &result.set;
    let mut items: Vec<AgendaItem> = result
        .agencies
        .iter()
        .flat_map(|agency| items_of(set, agency))
        .collect();
    let settled = |row: &AgendaItem| row.item.origin == Some(Origin::Settled);
    let counts = (
        items
            .iter()
            .filter(|row| row.item.difference != Points::ZERO)
            .count(),
        items.iter().filter(|item| settled(item)).count(),
    );
    // The sort is stable: what is equal stays in the order of the criteria set.
    items.sort_by_key(|row| {
        let size = row.item.difference.micro().unsigned_abs();
        (std::cmp::Reverse(size), !settled(row))
    });
    items.truncate(limit);
    Agenda {
        round: result.round.code,
        moved: counts.0,
        settled: counts.1,
        items,
    }
}

fn items_of(set: &CompiledSet, agency: &AgencyResult) -> Vec<AgendaItem> {
    lines_of(set, agency)
        .into_iter()
        .filter(|line| line.difference != Points::ZERO || line.origin == Some(Origin::Settled))
        .map(|item| AgendaItem {
            agency: agency.card.clone(),
            item,
        })
        .collect()
}
