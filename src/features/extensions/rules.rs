//! When more time may be asked for and granted. Pure.

use super::model::{ExtendedDeadline, ExtensionBody, ExtensionDecisionBody, ExtensionRow};
use crate::{
    clock::{Moment, WrittenTime},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        rounds::{self, Phase, RoundRow},
        submissions::SubmissionRow,
    },
};

const REASON_LENGTH_MAX: usize = 2000;

fn refuse(pointer: &str, code: &str, vi: impl Into<String>, en: impl Into<String>) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

fn is_good(reason: &str) -> bool {
    !reason.trim().is_empty() && reason.chars().count() <= REASON_LENGTH_MAX
}

/// The deadline that holds for the agency now.
pub fn standing(which: ExtendedDeadline, round: &RoundRow, submission: &SubmissionRow) -> Option<Moment> {
    submission.deadlines(round).of(which.kind())
}

/// Whether the phase that a deadline ends is still there: what is closed is not opened again by more time.
fn check_phase(which: ExtendedDeadline, round: &RoundRow) -> AppResult<()> {
    let open = match which {
        ExtendedDeadline::SelfAssessment => round.phase == Phase::SelfAssessment,
        ExtendedDeadline::Explanation => matches!(round.phase, Phase::Appraisal | Phase::Explanation),
    };
    if open {
        return Ok(());
    }
    let (vi, en) = round.phase.name();
    Err(AppError::with(
        ErrorCode::IllegalTransition,
        format!("Không gia hạn được: kỳ đang ở giai đoạn {vi}."),
        format!("This deadline can't be put off: the round is in {en}."),
    ))
}

/// The new deadline, if it does: later than the one that holds, and than now.
fn read_until(
    until: WrittenTime,
    which: ExtendedDeadline,
    round: &RoundRow,
    submission: &SubmissionRow,
    now: Moment,
) -> Result<Moment, FieldError> {
    let until = rounds::read_time("/until", until, round.time_zone)?;
    let Some(standing) = standing(which, round, submission) else {
        return Err(refuse(
            "/deadline",
            "deadline_missing",
            "Kỳ chưa đặt hạn này.",
            "The round has not set this deadline.",
        ));
    };
    if until > standing && until > now {
        return Ok(until);
    }
    let (standing, now) = (round.time_zone.show(standing), round.time_zone.show(now));
    Err(refuse(
        "/until",
        "not_later",
        format!("Phải sau hạn hiện tại ({standing}) và sau thời điểm này ({now})."),
        format!("It must be later than the present deadline ({standing}) and than now ({now})."),
    ))
}

/// Checks a request for more time, and tells until when it is asked for.
pub fn check_request(
    round: &RoundRow,
    submission: &SubmissionRow,
    earlier: &[ExtensionRow],
    asked: &ExtensionBody,
    now: Moment,
) -> AppResult<Moment> {
    check_phase(asked.deadline, round)?;
    if earlier
        .iter()
        .any(|row| row.deadline == asked.deadline && row.granted.is_none())
    {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            "Đề nghị gia hạn trước chưa được quyết định.",
            "An earlier request for the same deadline is not decided yet.",
        ));
    }
    let mut errors = Vec::new();
    let until = read_until(asked.until, asked.deadline, round, submission, now)
        .map_err(|error| errors.push(error))
        .ok();
    if !is_good(&asked.reason) {
        errors.push(refuse(
            "/reason",
            "bad_text",
            "Nêu lý do, gồm 1 đến 2.000 ký tự.",
            "Say why, in 1 to 2,000 characters.",
        ));
    }
    match until {
        Some(until) if errors.is_empty() => Ok(until),
        _ => Err(AppError::invalid(errors)),
    }
}

/// Checks a decision, and tells until when more time is granted; none where it is refused.
pub fn check_decision(
    round: &RoundRow,
    submission: &SubmissionRow,
    request: &ExtensionRow,
    decided: &ExtensionDecisionBody,
    now: Moment,
) -> AppResult<Option<Moment>> {
    if request.granted.is_some() {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            "Đề nghị này đã được quyết định.",
            "This request is decided already.",
        ));
    }
    let mut errors = Vec::new();
    match &decided.reason {
        None if !decided.granted => errors.push(refuse(
            "/reason",
            "reason_missing",
            "Từ chối phải nêu lý do.",
            "A refusal needs a reason.",
        )),
        Some(reason) if !is_good(reason) => errors.push(refuse(
            "/reason",
            "bad_text",
            "Gồm 1 đến 2.000 ký tự.",
            "It has 1 to 2,000 characters.",
        )),
        _ => {}
    }
    let mut until = None;
    if decided.granted {
        check_phase(request.deadline, round)?;
        let asked = decided.until.unwrap_or(WrittenTime::Exact(request.until));
        until = read_until(asked, request.deadline, round, submission, now)
            .map_err(|error| errors.push(error))
            .ok();
    } else if decided.until.is_some() {
        errors.push(refuse(
            "/until",
            "not_for_a_refusal",
            "Chỉ dùng khi đồng ý gia hạn.",
            "It belongs to a grant only.",
        ));
    }
    if errors.is_empty() {
        Ok(until)
    } else {
        Err(AppError::invalid(errors))
    }
}
