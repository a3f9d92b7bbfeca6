//! Who is told when a round moves.

use std::collections::BTreeMap;

use super::model::RoundMoveBody;
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::{
        appraisals::ReturnedItem,
        notifications::{Audience, Notice, Notifier},
        rounds::{self, DeadlineKind, Move, Phase, RoundRow},
    },
    ids::{AgencyCode, PublicationId},
};

/// Tells everybody who has a part in the round where it stands now, and each body what came back to it.
pub fn tell(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    (before, after): (&RoundRow, &RoundRow),
    wanted: &RoundMoveBody,
    (publication, history): (Option<&PublicationId>, &[Move]),
) -> AppResult<()> {
    let round = after.named();
    let notice = match publication {
        Some(publication) => Notice::ResultPublished {
            round,
            publication: publication.clone(),
            corrects: history.iter().any(|step| step.to == Phase::Correction),
        },
        None => Notice::RoundMoved {
            round,
            from: before.phase.named(),
            to: after.phase.named(),
            due: ends(after.phase).and_then(|kind| after.deadlines().of(kind)),
            time_zone: after.time_zone.to_string(),
        },
    };
    let audience = rounds::everybody(tx, after)?;
    notifier.notify(tx, &audience, &notice)?;
    match &wanted.items {
        Some(items) => tell_returned(tx, notifier, after, items),
        None => Ok(()),
    }
}

/// The deadline that ends a phase.
fn ends(phase: Phase) -> Option<DeadlineKind> {
    match phase {
        Phase::SelfAssessment => Some(DeadlineKind::SelfAssessment),
        Phase::Appraisal => Some(DeadlineKind::Appraisal),
        Phase::Explanation => Some(DeadlineKind::Explanation),
        Phase::Preparation | Phase::Council | Phase::Published | Phase::Correction => None,
    }
}

fn tell_returned(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    round: &RoundRow,
    items: &[ReturnedItem],
) -> AppResult<()> {
    let assignments = rounds::assignments(tx.conn(), &round.code)?;
    let mut returned: BTreeMap<&AgencyCode, usize> = BTreeMap::new();
    for item in items {
        for row in assignments
            .iter()
            .filter(|row| row.indicator_code == item.indicator)
        {
            *returned.entry(&row.body_code).or_default() += 1;
        }
    }
    for (body, items) in returned {
        let notice = Notice::ItemsReturned {
            round: round.named(),
            items,
        };
        notifier.notify(tx, &Audience::of(Role::Appraiser, [body]), &notice)?;
    }
    Ok(())
}
