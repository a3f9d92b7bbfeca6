//! What a programme and its contents may be. Pure.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{
    model::{Content, Period, ProgrammeStatus},
    row_model::ProgrammeRow,
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{AgencyCode, ContentCode},
};

/// A day outside of these years is a slip of the hand.
const DAY_YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
const CONTENTS_MAX: usize = 200;
const SIGNATORIES_MAX: usize = 30;
const NEARLY_DUE_DAYS_MAX: i32 = 365;
/// Longest title, in characters.
pub const TITLE_LENGTH_MAX: usize = 500;
/// Longest text, in characters.
pub const TEXT_LENGTH_MAX: usize = 5000;
const NUMBER_LENGTH_MAX: usize = 200;

/// One fault.
pub fn fault(
    pointer: impl Into<String>,
    code: &str,
    vi: impl Into<String>,
    en: impl Into<String>,
) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// Whether a text says something and is not too long.
pub fn is_good_text(text: &str, length_max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= length_max
}

/// The fault of a text that has to be there, if it has one.
pub fn check_title(pointer: impl Into<String>, text: &str, length_max: usize) -> Option<FieldError> {
    (!is_good_text(text, length_max)).then(|| {
        fault(
            pointer,
            "bad_text",
            format!("Gồm 1 đến {length_max} ký tự."),
            format!("It has 1 to {length_max} characters."),
        )
    })
}

/// The fault of a text that may be left out, if it has one.
pub fn check_text(pointer: impl Into<String>, text: Option<&str>, length_max: usize) -> Option<FieldError> {
    check_title(pointer, text?, length_max)
}

/// The fault of a day, if it has one.
pub fn read_day(pointer: impl Into<String>, day: Option<NaiveDate>) -> Option<FieldError> {
    (!DAY_YEARS.contains(&day?.year())).then(|| {
        fault(
            pointer,
            "bad_year",
            "Năm từ 2000 đến 2199.",
            "The year is from 2000 to 2199.",
        )
    })
}

/// The faults of a programme's facts.
pub fn check_programme(row: &ProgrammeRow, signatories: &[AgencyCode]) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = [
        check_title("/title", &row.title, TITLE_LENGTH_MAX),
        check_text("/number", row.number.as_deref(), NUMBER_LENGTH_MAX),
        check_text("/description", row.description.as_deref(), TEXT_LENGTH_MAX),
        check_text("/note", row.note.as_deref(), TEXT_LENGTH_MAX),
        read_day("/signed_on", row.signed_on),
        read_day("/drafted_on", row.drafted_on),
        check_period(row.period()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !(0..=NEARLY_DUE_DAYS_MAX).contains(&row.nearly_due_days) {
        faults.push(fault(
            "/nearly_due_days",
            "out_of_range",
            format!("Từ 0 đến {NEARLY_DUE_DAYS_MAX} ngày."),
            format!("It is from 0 to {NEARLY_DUE_DAYS_MAX} days."),
        ));
    }
    if signatories.is_empty() || signatories.len() > SIGNATORIES_MAX {
        faults.push(fault(
            "/signatories",
            "bad_length",
            format!("Có 1 đến {SIGNATORIES_MAX} cơ quan ký."),
            format!("There are 1 to {SIGNATORIES_MAX} signatories."),
        ));
    }
    faults.extend(check_distinct("/signatories", signatories));
    faults
}

fn check_period(period: Period) -> Option<FieldError> {
    let good = YEARS.contains(&period.from_year)
        && YEARS.contains(&period.to_year)
        && period.from_year <= period.to_year;
    (!good).then(|| {
        fault(
            "/period",
            "bad_period",
            "Năm từ 2000 đến 2100, năm cuối không trước năm đầu.",
            "Years are from 2000 to 2100, and the last is not before the first.",
        )
    })
}

/// Names agencies that stand in a list twice.
pub fn check_distinct(list: &str, agencies: &[AgencyCode]) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for (index, code) in agencies.iter().enumerate() {
        if !seen.insert(code) {
            faults.push(fault(
                format!("{list}/{index}"),
                "duplicate_agency",
                format!("{code} đã có ở trên."),
                format!("{code} stands above already."),
            ));
        }
    }
    faults
}

/// The faults of a list of contents.
pub fn check_contents(contents: &[Content]) -> Vec<FieldError> {
    let mut seen: BTreeSet<&ContentCode> = BTreeSet::new();
    let mut faults = Vec::new();
    if contents.len() > CONTENTS_MAX {
        faults.push(fault(
            "/contents",
            "too_many",
            format!("Tối đa {CONTENTS_MAX} nội dung."),
            format!("At most {CONTENTS_MAX} contents."),
        ));
    }
    for (index, content) in contents.iter().enumerate() {
        let at = |member: &str| format!("/contents/{index}/{member}");
        if !seen.insert(&content.code) {
            faults.push(fault(
                at("code"),
                "duplicate_code",
                format!("Mã {} đã có ở trên.", content.code),
                format!("The code {} stands above already.", content.code),
            ));
        }
        faults.extend(check_title(at("title"), &content.title, TITLE_LENGTH_MAX));
        let description = content.description.as_deref();
        faults.extend(check_text(at("description"), description, TEXT_LENGTH_MAX));
    }
    faults
}

/// Refuses a move of a programme that can't be: what ended may be taken up again, but nothing becomes a draft again, and
/// what was not signed does not come into force.
pub fn check_status(before: &ProgrammeRow, after: &ProgrammeRow) -> AppResult<()> {
    use ProgrammeStatus::{Closed, Draft, InForce};
    let may = before.status == after.status
        || matches!(
            (before.status, after.status),
            (Draft, InForce) | (InForce, Closed) | (Closed, InForce)
        );
    if !may {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            "Chỉ từ dự thảo (draft) sang có hiệu lực (in_force), sang kết thúc (closed), và từ kết thúc trở lại.",
            "It goes from draft to in_force, from there to closed, and from closed back.",
        ));
    }
    let was_signed = before.status != Draft || after.status == InForce;
    if was_signed && after.signed_on.is_none() {
        return Err(AppError::invalid(vec![fault(
            "/signed_on",
            "not_signed",
            "Chương trình có hiệu lực phải có ngày ký.",
            "A programme in force has a day on which it was signed.",
        )]));
    }
    Ok(())
}

/// Refuses changes of what has ended.
pub fn require_open(programme: &ProgrammeRow) -> AppResult<()> {
    if programme.status == ProgrammeStatus::Closed {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            "Chương trình đã kết thúc: không thay đổi được nữa.",
            "The programme has ended: nothing of it changes any more.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Moment, Zone};
    use crate::ids::ProgrammeCode;

    fn row(status: ProgrammeStatus, signed: bool) -> ProgrammeRow {
        let now = Moment::from_unix_seconds(0).unwrap();
        ProgrammeRow {
            code: ProgrammeCode::parse("p").unwrap(),
            title: "Chương trình".into(),
            number: None,
            signed_on: signed.then(|| NaiveDate::from_ymd_opt(2017, 8, 22).unwrap()),
            drafted_on: None,
            from_year: 2017,
            to_year: 2020,
            status,
            owner_code: AgencyCode::parse("moha").unwrap(),
            nearly_due_days: 7,
            description: None,
            note: None,
            time_zone: Zone::default(),
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn a_programme_goes_its_way() {
        use ProgrammeStatus::{Closed, Draft, InForce};
        for from in ProgrammeStatus::ALL {
            for to in ProgrammeStatus::ALL {
                let may = from == to
                    || [(Draft, InForce), (InForce, Closed), (Closed, InForce)].contains(&(*from, *to));
                let moved = check_status(&row(*from, true), &row(*to, true));
                assert_eq!(moved.is_ok(), may, "{from:?} → {to:?}");
            }
        }
        let unsigned = check_status(&row(Draft, false), &row(InForce, false)).unwrap_err();
        assert_eq!(unsigned.errors[0].code, "not_signed");
        assert!(check_status(&row(Draft, false), &row(Draft, false)).is_ok());
    }

    #[test]
    fn every_fault_of_a_programme_is_named() {
        let mut bad = row(ProgrammeStatus::Draft, true);
        bad.title = " ".into();
        (bad.from_year, bad.to_year) = (2020, 2017);
        bad.nearly_due_days = -1;
        bad.signed_on = NaiveDate::from_ymd_opt(1017, 8, 22);
        let twice = ["moha", "moha"].map(|code| AgencyCode::parse(code).unwrap());
        let pointers: Vec<String> = check_programme(&bad, &twice)
            .into_iter()
            .map(|fault| fault.pointer)
            .collect();
        assert_eq!(
            pointers,
            [
                "/title",
                "/signed_on",
                "/period",
                "/nearly_due_days",
                "/signatories/1"
            ]
        );
        assert!(check_programme(&row(ProgrammeStatus::Draft, false), &twice[..1]).is_empty());
    }
}
