//! What follows from the round that a record names.

use super::{model::ParticularsSummary, summary::share};
use crate::{
    access::{Action, Object, Principal, may},
    db::Conn,
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        criteria::Sets,
        programmes::fault,
        rounds::{self, Phase, RoundRow, appraised_leaves},
        scores::load_round_result,
    },
    ids::{AgencyCode, RoundCode},
};

/// The fault of a round that does not exist.
pub fn check_round(conn: &mut Conn, code: &RoundCode) -> AppResult<Option<FieldError>> {
    match rounds::find_round(conn, code) {
        Ok(_) => Ok(None),
        Err(AppError {
            code: ErrorCode::NotFound,
            ..
        }) => Ok(Some(fault(
            "/record/round",
            "unknown_round",
            format!("Không có kỳ đánh giá {code}."),
            format!("There is no round {code}."),
        ))),
        Err(error) => Err(error),
    }
}

/// Puts in what the named round tells.
pub fn complete(
    conn: &mut Conn,
    sets: &Sets,
    principal: &Principal,
    summary: ParticularsSummary,
) -> AppResult<ParticularsSummary> {
    match summary {
        ParticularsSummary::JointAppraisal {
            round: Some(code), ..
        } => {
            let round = rounds::find_round(conn, &code)?;
            let (items, decided) = decided(conn, sets, round)?;
            Ok(ParticularsSummary::JointAppraisal {
                round: Some(code),
                items,
                decided,
                decided_share: share(decided, items),
            })
        }
        ParticularsSummary::Pilot {
            round: Some(code),
            agency,
            ..
        } => {
            let round = rounds::find_round(conn, &code)?;
            let index = index_of(conn, sets, principal, round, &agency)?;
            Ok(ParticularsSummary::Pilot {
                round: Some(code),
                agency,
                index,
            })
        }
        other => Ok(other),
    }
}

/// The items of a round that bodies decide on, and how many of them are decided. No points are told by it.
fn decided(conn: &mut Conn, sets: &Sets, round: RoundRow) -> AppResult<(i64, i64)> {
    let result = load_round_result(conn, sets, round, None)?;
    let leaves: Vec<usize> = appraised_leaves(&result.set)
        .iter()
        .filter_map(|leaf| result.set.leaf_index(leaf.as_str()))
        .collect();
    let (mut items, mut decided) = (0, 0);
    for agency in &result.agencies {
        for leaf in &leaves {
            let record = agency.records.get(*leaf);
            items += 1;
            decided += i64::from(record.is_some_and(|record| record.decision.is_some()));
        }
    }
    Ok((items, decided))
}

/// An agency's index: published ones are everybody's, working ones are for those who may read the round's ranking.
fn index_of(
    conn: &mut Conn,
    sets: &Sets,
    principal: &Principal,
    round: RoundRow,
    agency: &AgencyCode,
) -> AppResult<Option<String>> {
    let is_open = round.phase == Phase::Published
        || may(principal, Action::ReadRanking, Object::Round(&round.owner_code));
    if !is_open || round.phase == Phase::Preparation {
        return Ok(None);
    }
    let only = std::slice::from_ref(agency);
    let result = load_round_result(conn, sets, round, Some(only))?;
    Ok(result
        .agencies
        .first()
        .map(|result| result.scorecard.index_printed.to_string()))
}
