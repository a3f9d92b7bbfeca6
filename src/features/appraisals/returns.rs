//! Items that the council sends back to the bodies.

use std::collections::BTreeSet;

use super::{
    joint::Verdict,
    model::{Origin, ReturnedItem},
    store::{self, NewDecision},
};
use crate::{
    db::Tx,
    error::{AppError, AppResult, FieldError, Message},
    features::{rounds::RoundRow, submissions},
    ids::AgencyCode,
};

/// Opens decided items again, with the council's reason: each body records its view anew. All or nothing; an item that
/// is not decided can't be sent back.
pub fn return_items(
    tx: &mut Tx<'_>,
    round: &RoundRow,
    items: &[ReturnedItem],
    reason: &str,
) -> AppResult<()> {
    let agencies: BTreeSet<AgencyCode> = items.iter().map(|item| item.agency.clone()).collect();
    let mut errors = Vec::new();
    for agency in agencies {
        let standing = submissions::current_items(tx.conn(), &round.code, &agency)?;
        let decisions = store::round_decisions(tx.conn(), &round.code, std::slice::from_ref(&agency))?
            .remove(&agency)
            .unwrap_or_default();
        let mut links = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate().filter(|(_, item)| item.agency == agency) {
            let chain = decisions
                .get(&item.indicator)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let revision = standing.get(&item.indicator).map_or(0, |item| item.revision);
            let decided = chain.last().is_some_and(|last| last.holds_for(revision));
            if !decided || !seen.insert(&item.indicator) {
                let indicator = &item.indicator;
                errors.push(FieldError::new(
                    format!("/items/{index}"),
                    "not_decided",
                    Message::new(
                        format!("{agency}, {indicator}: chưa có quyết định để trả lại, hoặc nêu hai lần."),
                        format!(
                            "{agency}, {indicator}: there is no decision to send back, or it stands twice."
                        ),
                    ),
                ));
                continue;
            }
            links.push(NewDecision {
                indicator: item.indicator.clone(),
                sequence: i32::try_from(chain.len() + 1).unwrap_or(i32::MAX),
                item_revision: revision,
                verdict: Verdict {
                    origin: Origin::Returned,
                    body: round.owner_code.clone(),
                    decision: None,
                    reason: Some(reason.to_owned()),
                },
            });
        }
        store::append_decisions(tx, &round.code, &agency, &links)?;
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(errors))
    }
}
