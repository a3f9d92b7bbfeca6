//! When more time may be asked for a line, and granted. Pure.

use chrono::NaiveDate;

use super::extension_model::{LineExtensionRow, NewDecision, NewExtension};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::programmes::{LineState, PlanLineRow, fault, is_good_text, read_day},
};

const REASON_LENGTH_MAX: usize = 2000;

fn refuse(vi: &str, en: &str) -> AppError {
    AppError::with(ErrorCode::IllegalTransition, vi, en)
}

/// Refuses more time for what needs none.
fn check_line(line: &PlanLineRow) -> AppResult<NaiveDate> {
    if matches!(line.state, LineState::Done | LineState::Refused) {
        return Err(refuse(
            "Dòng kế hoạch đã hoàn thành hoặc bị từ chối: không gia hạn.",
            "The line is done or refused: it needs no more time.",
        ));
    }
    line.to_day.ok_or_else(|| {
        refuse(
            "Dòng kế hoạch không có thời hạn.",
            "The line has no deadline to put off.",
        )
    })
}

fn check_until(until: NaiveDate, standing: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    if let Some(fault) = read_day("/until", Some(until)) {
        return Some(fault);
    }
    (until <= standing || until < today).then(|| {
        fault(
            "/until",
            "not_later",
            format!("Phải sau thời hạn hiện tại ({standing}) và không trước hôm nay ({today})."),
            format!("It is after the present deadline ({standing}) and not before today ({today})."),
        )
    })
}

fn check_reason(reason: Option<&str>, compulsory: bool) -> Option<FieldError> {
    let good = reason.map_or(!compulsory, |reason| is_good_text(reason, REASON_LENGTH_MAX));
    (!good).then(|| {
        fault(
            "/reason",
            "bad_text",
            "Nêu lý do, gồm 1 đến 2.000 ký tự.",
            "Say why, in 1 to 2,000 characters.",
        )
    })
}

/// Checks a request for more time.
pub fn check_request(
    line: &PlanLineRow,
    earlier: &[LineExtensionRow],
    asked: &NewExtension,
    today: NaiveDate,
) -> AppResult<()> {
    let standing = check_line(line)?;
    if earlier.iter().any(|row| row.granted.is_none()) {
        return Err(refuse(
            "Đề nghị gia hạn trước chưa được quyết định.",
            "An earlier request is not decided yet.",
        ));
    }
    let faults: Vec<FieldError> = check_until(asked.until, standing, today)
        .into_iter()
        .chain(check_reason(Some(&asked.reason), true))
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// Checks a decision, and tells until when more time is granted; none where it is refused.
pub fn check_decision(
    line: &PlanLineRow,
    request: &LineExtensionRow,
    decided: &NewDecision,
    today: NaiveDate,
) -> AppResult<Option<NaiveDate>> {
    if request.granted.is_some() {
        return Err(refuse(
            "Đề nghị này đã được quyết định.",
            "This request is decided already.",
        ));
    }
    let mut faults: Vec<FieldError> = check_reason(decided.reason.as_deref(), !decided.granted)
        .into_iter()
        .collect();
    let mut until = None;
    if decided.granted {
        let standing = check_line(line)?;
        let granted = decided.until.unwrap_or(request.until);
        faults.extend(check_until(granted, standing, today));
        until = Some(granted);
    } else if decided.until.is_some() {
        faults.push(fault(
            "/until",
            "not_for_a_refusal",
            "Chỉ dùng khi đồng ý gia hạn.",
            "It belongs to a grant only.",
        ));
    }
    if faults.is_empty() {
        Ok(until)
    } else {
        Err(AppError::invalid(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn more_time_is_later_than_what_stands_and_not_in_the_past() {
        let until = |until: &str| check_until(day(until), day("2026-03-31"), day("2026-04-10")).is_none();
        assert!(until("2026-04-10"));
        assert!(!until("2026-04-09"));
        assert!(check_until(day("2026-03-31"), day("2026-03-31"), day("2026-03-01")).is_some());
        assert!(check_until(day("2026-04-01"), day("2026-03-31"), day("2026-03-01")).is_none());
        assert!(check_until(day("2326-04-01"), day("2026-03-31"), day("2026-03-01")).is_some());
    }

    #[test]
    fn a_reason_is_said_where_it_is_due() {
        assert!(check_reason(None, false).is_none());
        assert!(check_reason(None, true).is_some());
        assert!(check_reason(Some(" "), false).is_some());
        assert!(check_reason(Some(&"x".repeat(2001)), false).is_some());
        assert!(check_reason(Some("Bão"), true).is_none());
    }
}
