//! What the values of a record of particulars may be. Pure.

use chrono::NaiveDate;

use super::model::{LegalStep, Particulars};
use crate::{
    error::FieldError,
    features::programmes::{fault, is_good_text, read_day},
};

const TEXT_LENGTH_MAX: usize = 200;
const COUNT_MAX: i64 = 1_000_000_000_000;

/// The faults of a record's own values.
pub fn check_values(record: &Particulars, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    match record {
        Particulars::LegalDocument { step, on, number } => {
            let may_come = *step == LegalStep::InForce;
            faults.extend(check_day("on", *on, today, may_come));
            faults.extend(check_number(*step, number.as_deref()));
        }
        Particulars::Guidance {
            received_on,
            carried_out_on,
            ..
        } => {
            faults.extend(check_day("received_on", *received_on, today, false));
            if let Some(day) = carried_out_on {
                faults.extend(check_day("carried_out_on", *day, today, false));
                faults.extend((day < received_on).then(|| {
                    fault(
                        "/record/carried_out_on",
                        "too_early",
                        "Không thể thực hiện trước ngày nhận.",
                        "It can't be carried out before it was received.",
                    )
                }));
            }
        }
        Particulars::Campaign {
            channel,
            items,
            reach,
        } => {
            faults.extend(check_text("channel", channel));
            faults.extend(check_count("items", *items, 0));
            faults.extend(reach.and_then(|reach| check_count("reach", reach, 0)));
        }
        Particulars::Training {
            on,
            place,
            people,
            units,
        } => {
            faults.extend(check_day("on", *on, today, false));
            faults.extend(check_text("place", place));
            faults.extend(check_count("people", *people, 0));
            faults.extend(check_count("units", *units, 0));
        }
        Particulars::Database { complete, total, .. } => {
            faults.extend(check_count("complete", *complete, 0));
            faults.extend(check_count("total", *total, 1));
            faults.extend((complete > total).then(|| {
                fault(
                    "/record/complete",
                    "more_than_all",
                    "Số hồ sơ đầy đủ không thể nhiều hơn tổng số.",
                    "There can't be more complete records than records.",
                )
            }));
        }
        Particulars::JointAppraisal { .. } | Particulars::Pilot { .. } => {}
    }
    faults
}

fn check_day(member: &str, day: NaiveDate, today: NaiveDate, may_come: bool) -> Option<FieldError> {
    let pointer = format!("/record/{member}");
    read_day(pointer.clone(), Some(day)).or_else(|| {
        (day > today && !may_come).then(|| {
            fault(
                pointer,
                "in_the_future",
                "Chỉ ghi việc đã diễn ra: ngày không sau hôm nay.",
                "What has happened is recorded: the day is not after today.",
            )
        })
    })
}

fn check_number(step: LegalStep, number: Option<&str>) -> Option<FieldError> {
    let is_signed = step == LegalStep::Signed;
    let is_good = number.map_or(!is_signed, |text| {
        is_signed && is_good_text(text, TEXT_LENGTH_MAX)
    });
    (!is_good).then(|| {
        fault(
            "/record/number",
            "bad_number",
            "Bước signed cần số, ký hiệu văn bản (1 đến 200 ký tự); bước khác không có.",
            "The step signed has a number of 1 to 200 characters; no other step has one.",
        )
    })
}

fn check_text(member: &str, text: &str) -> Option<FieldError> {
    (!is_good_text(text, TEXT_LENGTH_MAX)).then(|| {
        fault(
            format!("/record/{member}"),
            "bad_text",
            "Gồm 1 đến 200 ký tự.",
            "It has 1 to 200 characters.",
        )
    })
}

fn check_count(member: &str, count: i64, least: i64) -> Option<FieldError> {
    (!(least..=COUNT_MAX).contains(&count)).then(|| {
        fault(
            format!("/record/{member}"),
            "out_of_range",
            format!("Từ {least} đến {COUNT_MAX}."),
            format!("It is from {least} to {COUNT_MAX}."),
        )
    })
}
