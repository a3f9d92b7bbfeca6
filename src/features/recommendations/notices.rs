//! Who is told of what happens to a recommendation.

use std::collections::BTreeSet;

use super::{
    model::{RecommendationPart, RecommendationRow, RecommendationState, RecommendationStep},
    steps::Stepped,
};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::notifications::{Audience, Named, Notice, Notifier, RecommendationMoved},
    ids::AgencyCode,
};

/// Tells those whom a step concerns: the asker's people, the body that deals with it, and those who answer. A draft
/// concerns nobody else yet; a part of the answer concerns only those who make it, until the answer is given.
pub fn tell(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    before: &RecommendationRow,
    made: &Stepped,
) -> AppResult<()> {
    let row = &made.row;
    if before.state == RecommendationState::Draft && row.state == RecommendationState::Withdrawn {
        return Ok(());
    }
    let answering: BTreeSet<&AgencyCode> = made
        .bodies
        .iter()
        .filter(|body| body.part != RecommendationPart::Reading)
        .map(|body| &body.body_code)
        .collect();
    let is_between_bodies =
        made.step == RecommendationStep::SavePart && row.state == RecommendationState::Assigned;
    let mut bodies = answering.clone();
    bodies.insert(&row.receiver_code);
    let mut audience = Audience::of(Role::Evaluator, bodies).and(Role::Appraiser, answering);
    if !is_between_bodies {
        audience = audience
            .and(Role::Submitter, [&row.asker_code])
            .and(Role::Leader, [&row.asker_code])
            .and_person(&row.asked_by);
    }
    let to = match made.step {
        RecommendationStep::SavePart if is_between_bodies => Named::new(
            "part_saved",
            "có ý kiến mới về dự thảo trả lời",
            "has a new part of its answer",
        ),
        RecommendationStep::Rate => {
            Named::new("rated", "được đánh giá mức độ hài lòng", "was rated by the asker")
        }
        _ => {
            let (vi, en) = row.state.name();
            Named::new(row.state.as_str(), vi, en)
        }
    };
    let notice = Notice::RecommendationMoved(RecommendationMoved {
        recommendation: row.named(),
        asker: row.asker_code.clone(),
        to,
        path: row.path(),
    });
    notifier.notify(tx, &audience, &notice)
}
