//! What may be done with reviews, and in which order. Pure.

use chrono::{Datelike, NaiveDate};

use super::{
    document::MissingPart,
    model::{NewReview, ReviewKind, ReviewRow, ReviewState},
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::programmes::{Period, ProgrammeRow, ProgrammeStatus, fault, is_good_text},
};

/// Longest text, in characters.
pub const TEXT_LENGTH_MAX: usize = 20_000;
/// So many missing parts are named in a refusal.
const NAMED_MAX: usize = 50;

fn illegal(vi: impl Into<String>, en: impl Into<String>) -> AppError {
    AppError::with(ErrorCode::IllegalTransition, vi, en)
}

/// The faults of a new review: an interim one is of a year of the period, a final one of none.
pub fn check_new(new: &NewReview, period: Period) -> Vec<FieldError> {
    let Period { from_year, to_year } = period;
    let (code, vi, en) = match (new.kind, new.year) {
        (ReviewKind::Final, None) => return Vec::new(),
        (ReviewKind::Interim, Some(year)) if (from_year..=to_year).contains(&year) => return Vec::new(),
        (ReviewKind::Final, Some(_)) => (
            "year_of_final",
            "Tổng kết là của cả giai đoạn: bỏ year.".to_owned(),
            "A final review is of the whole period: leave year out.".to_owned(),
        ),
        (ReviewKind::Interim, _) => (
            "bad_year",
            format!("Sơ kết là của một năm từ {from_year} đến {to_year}."),
            format!("An interim review is of a year from {from_year} to {to_year}."),
        ),
    };
    vec![fault("/year", code, vi, en)]
}

/// The fault of a text, if it has one.
pub fn check_text(pointer: &str, text: &str) -> Option<FieldError> {
    (!is_good_text(text, TEXT_LENGTH_MAX)).then(|| {
        fault(
            pointer,
            "bad_text",
            format!("Gồm 1 đến {TEXT_LENGTH_MAX} ký tự."),
            format!("It has 1 to {TEXT_LENGTH_MAX} characters."),
        )
    })
}

/// Refuses reviews of what is not in force. A year's review moves lines; that of the period moves none, and may come after
/// the end.
pub fn require_running(programme: &ProgrammeRow, kind: ReviewKind) -> AppResult<()> {
    match (programme.status, kind) {
        (ProgrammeStatus::InForce, _) | (ProgrammeStatus::Closed, ReviewKind::Final) => Ok(()),
        (ProgrammeStatus::Closed, ReviewKind::Interim) => Err(illegal(
            "Chương trình đã kết thúc: chỉ còn tổng kết.",
            "The programme has ended: only its final review is left.",
        )),
        (ProgrammeStatus::Draft, _) => Err(illegal(
            "Chương trình chưa có hiệu lực: chưa có gì để sơ kết.",
            "The programme is not in force yet: there is nothing to review.",
        )),
    }
}

/// Refuses changes of a frozen review.
pub fn require_drafting(row: &ReviewRow) -> AppResult<()> {
    if row.state == ReviewState::Frozen {
        let number = row.number().unwrap_or_default();
        return Err(AppError::with(
            ErrorCode::Frozen,
            format!("Báo cáo số {number} đã ban hành, không thay đổi được nữa."),
            format!("The review {number} is frozen: nothing of it changes any more."),
        ));
    }
    Ok(())
}

/// Refuses a review of a year that is past for the programme: what would be carried over from it would be lost to the
/// later one.
pub fn check_order_of_new(new: &NewReview, others: &[ReviewRow]) -> AppResult<()> {
    let later = others
        .iter()
        .find(|other| other.state == ReviewState::Frozen && comes_after(other.year, new.year));
    match later {
        Some(later) => Err(illegal(
            format!("Đã ban hành báo cáo {} của thời gian sau đó.", later.name),
            format!("The review {} of a later time is frozen already.", later.name),
        )),
        None => Ok(()),
    }
}

/// Refuses to freeze before the year, of a final review the last one, has begun, or while an earlier review is drafted: its
/// lines are to come over first.
pub fn check_order_of_freezing(
    row: &ReviewRow,
    period: Period,
    others: &[ReviewRow],
    today: NaiveDate,
) -> AppResult<()> {
    let year = row.year.unwrap_or(period.to_year);
    if year > today.year() {
        return Err(illegal(
            format!("Năm {year} chưa bắt đầu."),
            format!("The year {year} has not begun."),
        ));
    }
    let earlier = others
        .iter()
        .find(|other| other.state == ReviewState::Drafting && comes_after(row.year, other.year));
    match earlier {
        Some(earlier) => Err(illegal(
            format!("Ban hành báo cáo {} trước.", earlier.name),
            format!("Freeze the review {} first.", earlier.name),
        )),
        None => Ok(()),
    }
}

/// Whether a review comes after another one: that of the period after those of all years.
fn comes_after(one: Option<i32>, other: Option<i32>) -> bool {
    match (one, other) {
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
        (_, None) => false,
    }
}

/// Refuses to freeze without parts, unless that is accepted.
pub fn check_missing(missing: &[MissingPart], accepted: bool) -> AppResult<()> {
    if missing.is_empty() || accepted {
        return Ok(());
    }
    let named: Vec<String> = missing
        .iter()
        .take(NAMED_MAX)
        .map(|missing| format!("{}/{}", missing.agency, missing.part.as_str()))
        .collect();
    let (count, named) = (missing.len(), named.join(", "));
    Err(AppError::invalid(vec![fault(
        "/missing_parts_accepted",
        "parts_missing",
        format!("Còn {count} phần chưa viết ({named}): chờ các đơn vị viết, hoặc gửi true."),
        format!("{count} parts are not written ({named}): wait for the units, or send true."),
    )]))
}

/// The number after those that were given.
pub fn next_number(others: &[ReviewRow]) -> i64 {
    let last = others.iter().filter_map(|other| other.number).max();
    last.unwrap_or(0).saturating_add(1)
}

/// The year to which unfinished lines go over when a review is frozen: none after the last one.
pub fn carries_to(row: &ReviewRow, period: Period) -> Option<i32> {
    let next = row.year?.checked_add(1)?;
    (next <= period.to_year).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Moment,
        ids::{AgencyCode, ProgrammeCode, RecordId},
    };

    const PERIOD: Period = Period {
        from_year: 2017,
        to_year: 2020,
    };

    fn row(year: Option<i32>, number: Option<i64>) -> ReviewRow {
        let now = Moment::from_unix_seconds(0).unwrap();
        ReviewRow {
            id: RecordId::new(),
            programme_code: ProgrammeCode::parse("p").unwrap(),
            name: year.map_or("final".into(), |year| year.to_string()),
            kind: year.map_or(ReviewKind::Final, |_| ReviewKind::Interim),
            year,
            state: number.map_or(ReviewState::Drafting, |_| ReviewState::Frozen),
            assessment: None,
            number,
            number_year: number.map(|_| 2018),
            document: None,
            digest: None,
            carried: None,
            frozen_at: None,
            frozen_by: None,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    fn new(year: Option<i32>) -> NewReview {
        NewReview {
            kind: year.map_or(ReviewKind::Final, |_| ReviewKind::Interim),
            year,
        }
    }

    #[test]
    fn a_review_is_of_a_year_of_the_period_or_of_the_period() {
        for (kind, year, fault) in [
            (ReviewKind::Interim, Some(2017), None),
            (ReviewKind::Interim, Some(2020), None),
            (ReviewKind::Interim, Some(2016), Some("bad_year")),
            (ReviewKind::Interim, Some(2021), Some("bad_year")),
            (ReviewKind::Interim, None, Some("bad_year")),
            (ReviewKind::Final, None, None),
            (ReviewKind::Final, Some(2020), Some("year_of_final")),
        ] {
            let faults = check_new(&NewReview { kind, year }, PERIOD);
            assert_eq!(
                faults.first().map(|fault| fault.code.as_str()),
                fault,
                "{kind:?} {year:?}"
            );
        }
    }

    #[test]
    fn reviews_are_frozen_one_after_the_other() {
        let day = NaiveDate::from_ymd_opt(2018, 12, 20).unwrap();
        let freeze = |year, others: &[ReviewRow]| {
            check_order_of_freezing(&row(year, None), PERIOD, others, day).map_err(|error| error.code)
        };
        assert_eq!(
            freeze(Some(2018), &[row(Some(2019), None), row(None, None)]),
            Ok(())
        );
        assert_eq!(freeze(Some(2018), &[row(Some(2017), Some(1))]), Ok(()));
        let refused = Err(ErrorCode::IllegalTransition);
        assert_eq!(freeze(Some(2018), &[row(Some(2017), None)]), refused);
        assert_eq!(freeze(None, &[row(Some(2020), None)]), refused);
        assert_eq!(freeze(Some(2019), &[]), refused);
        assert_eq!(freeze(None, &[]), refused, "the last year has not begun");
        let begin =
            |year, others: &[ReviewRow]| check_order_of_new(&new(year), others).map_err(|error| error.code);
        assert_eq!(
            begin(Some(2018), &[row(Some(2019), None), row(Some(2017), Some(1))]),
            Ok(())
        );
        assert_eq!(begin(Some(2018), &[row(Some(2019), Some(1))]), refused);
        assert_eq!(begin(Some(2018), &[row(None, Some(1))]), refused);
        assert_eq!(begin(None, &[row(Some(2019), Some(1))]), Ok(()));
    }

    #[test]
    fn numbers_follow_each_other_and_the_last_year_carries_nothing() {
        assert_eq!(next_number(&[]), 1);
        let all = [
            row(Some(2017), Some(1)),
            row(Some(2018), Some(2)),
            row(None, None),
        ];
        assert_eq!(next_number(&all), 3);
        assert_eq!(carries_to(&row(Some(2019), None), PERIOD), Some(2020));
        assert_eq!(carries_to(&row(Some(2020), None), PERIOD), None);
        assert_eq!(carries_to(&row(None, None), PERIOD), None);
    }

    #[test]
    fn missing_parts_are_named_or_accepted() {
        let missing = [MissingPart {
            agency: AgencyCode::parse("mic").unwrap(),
            part: crate::features::reviews::model::ReviewPart::Causes,
        }];
        assert!(check_missing(&missing, true).is_ok());
        assert!(check_missing(&[], false).is_ok());
        let refused = check_missing(&missing, false).unwrap_err();
        assert!(refused.errors[0].message.en.contains("mic/causes"));
    }
}
