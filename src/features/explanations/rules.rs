//! When questions may be asked and answered. Pure.

use super::model::{MessageKind, MessageRow};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, ErrorCode},
    features::{
        rounds::{Deadline, Phase, RoundRow},
        submissions::SubmissionRow,
    },
};

const TEXT_LENGTH_MAX: usize = 5000;

/// A message's text without the blanks around it.
pub fn text_of(sent: &str) -> AppResult<String> {
    let text = sent.trim();
    if text.is_empty() || text.chars().count() > TEXT_LENGTH_MAX {
        return Err(AppError::invalid_item(
            "/text",
            "bad_text",
            "Gồm 1 đến 5.000 ký tự.",
            "It has 1 to 5,000 characters.",
        ));
    }
    Ok(text.to_owned())
}

/// Whether bodies may ask: while they appraise.
pub fn check_may_ask(round: &RoundRow) -> AppResult<()> {
    if round.phase.is_open_for_appraisal() {
        return Ok(());
    }
    let (vi, en) = round.phase.name();
    Err(AppError::with(
        ErrorCode::IllegalTransition,
        format!("Chưa hỏi được: kỳ đang ở giai đoạn {vi}."),
        format!("Nothing can be asked: the round is in {en}."),
    ))
}

/// Whether the agency may answer: while bodies appraise, until the second deadline as it holds for this agency. A
/// correction has no deadline of its own.
pub fn check_may_answer(round: &RoundRow, submission: &SubmissionRow, now: Moment) -> AppResult<()> {
    check_may_ask(round)?;
    let deadline = submission.deadlines(round).explanation;
    match deadline {
        Some(end) if round.phase != Phase::Correction && Deadline(deadline).has_passed(now) => {
            let end = round.time_zone.show(end);
            Err(AppError::with(
                ErrorCode::IllegalTransition,
                format!("Đã hết hạn giải trình ({end}). Có thể đề nghị gia hạn."),
                format!("The deadline of the explanation has passed ({end}). More time can be asked for."),
            ))
        }
        _ => Ok(()),
    }
}

/// Whether a thread waits for an answer: its last word is a question.
pub fn is_open(messages: &[MessageRow]) -> bool {
    messages
        .last()
        .is_some_and(|last| last.kind == MessageKind::Question)
}
