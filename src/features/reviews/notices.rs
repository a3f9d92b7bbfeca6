//! Who is told of reviews: the people of the units that write, and who runs programmes for the signatories.

use super::{gather, model::ReviewRow};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::{
        notifications::{Notice, Notifier, PlanEvent, PlanNews},
        programmes::{self, ProgrammeRow},
    },
};

/// Tells that a review was begun or frozen, over so many lines.
pub fn tell(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    programme: &ProgrammeRow,
    review: &ReviewRow,
    (event, lines): (PlanEvent, usize),
) -> AppResult<()> {
    let writers = gather::writers(tx.conn(), &programme.code)?;
    let signatories = programmes::signatories(tx.conn(), &programme.code)?;
    let audience = programmes::people_of(&writers).and(Role::Evaluator, &signatories);
    let notice = Notice::PlanMoved(PlanNews {
        programme: programme.named(),
        event,
        agency: programme.owner_code.clone(),
        lines,
        path: format!("/reviews/{}", review.name),
    });
    notifier.notify(tx, &audience, &notice)
}
