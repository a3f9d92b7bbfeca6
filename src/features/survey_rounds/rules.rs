//! What good survey rounds, draws and field work are. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::body_model::FieldWorkLine;
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    ids::{AgencyCode, StratumCode},
};

/// Lines of one report of field work.
pub const LINES_MAX: usize = 10_000;
const COUNT_MAX: i64 = 1_000_000_000;
const COLLECTORS_MAX: usize = 50;
const TITLE_LENGTH_MAX: usize = 500;
const REASON_LENGTH_MAX: usize = 2000;
const SEED_LENGTH_MAX: usize = 200;

/// Refuses a request that has faults.
pub fn refuse(faults: Vec<FieldError>) -> AppResult<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// A fault at a place.
pub fn fault(
    pointer: impl Into<String>,
    code: &str,
    vi: impl Into<String>,
    en: impl Into<String>,
) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// The fault of a text that is there and not good.
pub fn check_text(pointer: &str, text: Option<&str>, length_max: usize) -> Option<FieldError> {
    let text = text?;
    (text.trim().is_empty() || text.chars().count() > length_max).then(|| {
        fault(
            pointer,
            "bad_text",
            format!("Cần từ 1 đến {length_max} ký tự."),
            format!("This needs 1 to {length_max} characters."),
        )
    })
}

/// The faults of titles, days and collectors; what is not there is good.
pub fn check_head(
    (title_vi, title_en): (Option<&str>, Option<&str>),
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    collectors: &[AgencyCode],
) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = [("/title_vi", title_vi), ("/title_en", title_en)]
        .into_iter()
        .filter_map(|(pointer, text)| check_text(pointer, text, TITLE_LENGTH_MAX))
        .collect();
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.push(fault(
            "/collects_to",
            "backward_dates",
            "Ngày kết thúc phải bằng hoặc sau ngày bắt đầu.",
            "The last day must not lie before the first.",
        ));
    }
    if collectors.len() > COLLECTORS_MAX {
        faults.push(fault(
            "/collectors",
            "too_many_items",
            format!("Tối đa {COLLECTORS_MAX} đơn vị."),
            format!("At most {COLLECTORS_MAX} bodies."),
        ));
    }
    let mut seen = BTreeSet::new();
    for (index, body) in collectors.iter().enumerate() {
        if !seen.insert(body) {
            faults.push(fault(
                format!("/collectors/{index}"),
                "duplicate_item",
                format!("{body} đã có ở trên."),
                format!("{body} stands above already."),
            ));
        }
    }
    faults
}

/// The fault of a year.
pub fn check_year(year: i32) -> Option<FieldError> {
    (!(2000..=2100).contains(&year)).then(|| {
        fault(
            "/year",
            "bad_year",
            "Năm từ 2000 đến 2100.",
            "The year is from 2000 to 2100.",
        )
    })
}

/// The fault of a reason; it is due where `is_due`.
pub fn check_reason(reason: Option<&str>, is_due: bool) -> Option<FieldError> {
    if is_due && reason.is_none() {
        return Some(fault(
            "/reason",
            "reason_missing",
            "Phải có lý do.",
            "A reason is due.",
        ));
    }
    check_text("/reason", reason, REASON_LENGTH_MAX)
}

/// The fault of a seed.
pub fn check_seed(seed: &str) -> Option<FieldError> {
    // A line feed would end the seed in the procedure's text, and what follows would be another stratum's.
    if seed.chars().any(char::is_control) {
        return Some(fault(
            "/seed",
            "bad_text",
            "Mầm số không có ký tự điều khiển.",
            "A seed holds no control characters.",
        ));
    }
    check_text("/seed", Some(seed), SEED_LENGTH_MAX)
}

/// The faults of reported field work, each with its place in the list, every one.
pub fn check_lines(lines: &[(usize, FieldWorkLine)], strata: &BTreeMap<StratumCode, i32>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, line) in lines {
        let at = |part: &str| format!("/lines/{index}/{part}");
        let what = format!("{}, {}", line.stratum, line.channel.as_str());
        if !seen.insert((&line.stratum, line.channel)) {
            faults.push(fault(
                at("channel"),
                "duplicate_item",
                format!("{what}: có hai lần trong yêu cầu."),
                format!("{what}: stands twice in the request."),
            ));
        }
        if !strata.contains_key(&line.stratum) {
            faults.push(fault(
                at("stratum"),
                "unknown_stratum",
                format!("{what}: kế hoạch không có tầng này."),
                format!("{what}: the plan has no such stratum."),
            ));
        }
        for (part, number) in [
            ("planned", line.planned),
            ("sent", line.sent),
            ("returned", line.returned),
        ] {
            if !(0..=COUNT_MAX).contains(&number) {
                faults.push(fault(
                    at(part),
                    "count_out_of_range",
                    format!("{what}: số lượng từ 0 đến 1.000.000.000."),
                    format!("{what}: a count is from 0 to 1,000,000,000."),
                ));
            }
        }
        if line.returned > line.sent {
            faults.push(fault(
                at("returned"),
                "returned_above_sent",
                format!(
                    "{what}: thu về {} nhiều hơn phát ra {}.",
                    line.returned, line.sent
                ),
                format!(
                    "{what}: {} came back, more than the {} sent.",
                    line.returned, line.sent
                ),
            ));
        }
    }
    faults
}
