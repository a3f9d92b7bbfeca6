//! What the council looks at. Pure.

use super::model::{Agenda, AgendaItem};
use crate::{
    features::{
        appraisals::Origin,
        scores::{AgencyResult, RoundResult},
    },
    ids::IndicatorCode,
    scoring::{CompiledSet, Points, Source},
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
    let settled = |item: &AgendaItem| item.origin == Some(Origin::Settled);
    let counts = (
        items
            .iter()
            .filter(|item| item.difference != Points::ZERO)
            .count(),
        items.iter().filter(|item| settled(item)).count(),
    );
    // The sort is stable: what is equal stays in the order of the criteria set.
    items.sort_by_key(|item| {
        let size = item.difference.micro().unsigned_abs();
        (std::cmp::Reverse(size), !settled(item))
    });
    items.truncate(limit);
    Agenda {
        round: result.round.code,
        moved: counts.0,
        settled: counts.1,
        items,
    }
}

fn items_of<'a>(set: &'a CompiledSet, agency: &'a AgencyResult) -> impl Iterator<Item = AgendaItem> + 'a {
    set.leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
        .filter_map(|leaf| {
            let indicator = IndicatorCode::parse(&leaf.code).ok()?;
            let (node, scored) = (set.node(&leaf.code)?, agency.scorecard.node(leaf.node)?);
            let decision = agency.records.get(&indicator)?.decision.as_ref();
            let difference = Points::from_micro(scored.appraised_points.micro() - scored.self_points.micro());
            let origin = decision.map(|record| record.origin);
            if difference == Points::ZERO && origin != Some(Origin::Settled) {
                return None;
            }
            Some(AgendaItem {
                agency: agency.card.clone(),
                name_vi: node.name_vi.clone(),
                name_en: node.name_en.clone(),
                maximum: leaf.maximum,
                self_points: scored.self_points,
                appraised_points: scored.appraised_points,
                difference,
                origin,
                body: decision.map(|record| record.body.clone()),
                reason: decision.and_then(|record| record.reason.clone()),
                indicator,
            })
        })
}
