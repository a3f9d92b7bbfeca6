//! Who is told of a plan.

use std::collections::BTreeMap;

use super::{
    line_model::LineState,
    plan_store,
    row_model::{PlanLineRow, ProgrammeRow},
};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::notifications::{Audience, Notice, Notifier, PlanEvent, PlanNews},
    ids::AgencyCode,
};

/// The people of a unit who work on its lines.
pub fn people_of<'a>(units: impl IntoIterator<Item = &'a AgencyCode> + Clone) -> Audience {
    Audience::of(Role::Submitter, units.clone()).and(Role::Leader, units)
}

/// Tells the units of lines, each once however many lines they are.
pub fn tell_given(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    programme: &ProgrammeRow,
    lines: &[&PlanLineRow],
) -> AppResult<()> {
    let mut by_unit: BTreeMap<AgencyCode, usize> = BTreeMap::new();
    let ids: Vec<_> = lines.iter().map(|line| line.id.clone()).collect();
    let units = plan_store::units_of(tx.conn(), &ids)?;
    for unit in units
        .values()
        .flatten()
        .chain(lines.iter().map(|line| &line.lead_code))
    {
        *by_unit.entry(unit.clone()).or_default() += 1;
    }
    for (unit, count) in by_unit {
        let path = match lines {
            [line] => format!("/tasks/{}/lines/{}", line.task_code, line.line),
            _ => String::new(),
        };
        let notice = Notice::PlanMoved(PlanNews {
            programme: programme.named(),
            event: PlanEvent::Given,
            agency: unit.clone(),
            lines: count,
            path,
        });
        notifier.notify(tx, &people_of([&unit]), &notice)?;
    }
    Ok(())
}

/// Tells every unit of a programme that comes into force of the lines that are not begun.
pub fn tell_of_plan(tx: &mut Tx<'_>, notifier: &Notifier, programme: &ProgrammeRow) -> AppResult<()> {
    let lines = plan_store::lines_in(tx.conn(), &programme.code, LineState::NotStarted)?;
    tell_given(tx, notifier, programme, &lines.iter().collect::<Vec<_>>())
}
