//! The way to a survey round, for every feature that works on one.

use super::{model::SurveyRoundRow, store};
use crate::{
    access::{Action, Object, SurveyRoundFacts},
    db::{Conn, Lock},
    error::{AppError, AppResult, ErrorCode},
    ids::SurveyRoundCode,
    web::Caller,
};

/// The lock of a change of a survey round as a whole: its plan, its moves, its field work.
pub fn lock_survey_round(code: &SurveyRoundCode) -> Lock {
    Lock::whole("survey_round", code)
}

/// The lock of a change below a survey round: the round itself stands still, others may work below it too.
pub fn lock_below_survey_round(code: &SurveyRoundCode) -> Lock {
    Lock::below("survey_round", code)
}

/// The locks of a change of a round's responses and their counts: the round stands still meanwhile, and its counts change one after
/// another.
pub fn count_locks(code: &SurveyRoundCode) -> Vec<Lock> {
    vec![lock_below_survey_round(code), Lock::part("survey_counts", code)]
}

/// What is known of a survey round when a permission is decided.
pub fn facts(conn: &mut Conn, row: &SurveyRoundRow) -> AppResult<SurveyRoundFacts> {
    let collectors = store::collectors(conn, &row.code)?;
    Ok(row.facts(&collectors))
}

/// A survey round that is there and with which the caller may do this. Otherwise 404 or 403, as the permission function
/// decides.
pub fn approach_survey_round(
    conn: &mut Conn,
    caller: &Caller,
    code: &SurveyRoundCode,
    action: Action,
) -> AppResult<SurveyRoundRow> {
    let row = store::find(conn, code)?;
    let facts = facts(conn, &row)?;
    caller.check(action, Object::SurveyRound(&facts))?;
    Ok(row)
}

/// 409: the survey round's state does not allow it.
pub fn not_now(row: &SurveyRoundRow, vi: &str, en: &str) -> AppError {
    let (state_vi, state_en) = row.state.name();
    AppError::with(
        ErrorCode::IllegalTransition,
        format!("{vi}: đợt điều tra đang ở trạng thái {state_vi}."),
        format!("{en}: the survey round is {state_en}."),
    )
}
