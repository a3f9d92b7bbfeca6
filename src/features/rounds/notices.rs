//! Who is told of a round, and of its deadlines.

use super::{deadlines::DeadlineKind, model::RoundRow, phase::Phase, store};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::notifications::{Audience, NewDeadline, Notice, Notifier},
    ids::RoundCode,
};

/// Everybody who has a part in a round: its agencies, the bodies that appraise, and who runs it.
pub fn everybody(tx: &mut Tx<'_>, round: &RoundRow) -> AppResult<Audience> {
    let agencies: Vec<_> = store::participants(tx.conn(), &round.code)?
        .into_iter()
        .map(|row| row.agency_code)
        .collect();
    Ok(Audience::of(Role::Submitter, &agencies)
        .and(Role::Leader, &agencies)
        .and(Role::Appraiser, &bodies(tx, &round.code)?)
        .and(Role::Evaluator, [&round.owner_code]))
}

fn bodies(tx: &mut Tx<'_>, round: &RoundCode) -> AppResult<Vec<crate::ids::AgencyCode>> {
    let assignments = store::assignments(tx.conn(), round)?;
    Ok(assignments.into_iter().map(|row| row.body_code).collect())
}

/// Tells of deadlines that were changed. Before the round opens they are a plan, and nobody's business yet.
pub fn tell_deadlines(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    before: &RoundRow,
    after: &RoundRow,
) -> AppResult<()> {
    let (old, new) = (before.deadlines(), after.deadlines());
    let deadlines: Vec<NewDeadline> = DeadlineKind::ALL
        .iter()
        .filter(|kind| old.of(**kind) != new.of(**kind))
        .map(|kind| NewDeadline {
            deadline: kind.named(),
            due: new.of(*kind),
        })
        .collect();
    if deadlines.is_empty() || matches!(after.phase, Phase::Preparation | Phase::Published) {
        return Ok(());
    }
    let audience = everybody(tx, after)?;
    let notice = Notice::DeadlinesChanged {
        round: after.named(),
        deadlines,
        time_zone: after.time_zone.to_string(),
    };
    notifier.notify(tx, &audience, &notice)
}
