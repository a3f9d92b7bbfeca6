//! What an inspection may be, and how a remedy stands to its deadline. Pure.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{
    body_model::{NewFinding, NewInspection, NewPlan, NewRemedy},
    model::{PlanRow, RemedyRow, RemedyState, RemedyTimeliness},
};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::AgencyCode,
    web::EvidenceLink,
};

const LINE_LENGTH_MAX: usize = 300;
const NAME_LENGTH_MAX: usize = 200;
/// The longest text of a finding, a conclusion or a report.
pub const TEXT_LENGTH_MAX: usize = 10_000;
/// The longest reason.
pub const REASON_LENGTH_MAX: usize = 2000;
const INDICATORS_MAX: usize = 50;
const BODIES_MAX: usize = 10;
const TEAM_MAX: usize = 30;
const FINDING_INDICATORS_MAX: usize = 20;
/// Findings of one inspection, and remedies.
pub const FINDINGS_MAX: usize = 200;
/// So many days before its deadline a remedy is nearly due.
const NEAR_DAYS: i64 = 3;

/// A fault of an item of what was sent.
pub fn wrong(
    pointer: impl Into<String>,
    code: &str,
    vi: impl Into<String>,
    en: impl Into<String>,
) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// The fault of a text, if it has one.
pub fn check_text(pointer: &str, text: &str, longest: usize) -> Option<FieldError> {
    let good = !text.trim().is_empty() && text.chars().count() <= longest;
    (!good).then(|| {
        wrong(
            pointer,
            "bad_text",
            format!("Gồm 1 đến {longest} ký tự."),
            format!("It has 1 to {longest} characters."),
        )
    })
}

/// Refuses what has faults.
pub fn refuse(faults: Vec<FieldError>) -> AppResult<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

fn too_many(pointer: &str, length: usize, most: usize) -> Option<FieldError> {
    (length > most).then(|| {
        wrong(
            pointer,
            "too_many",
            format!("Tối đa {most} mục."),
            format!("There are {most} at most."),
        )
    })
}

/// Every fault of a plan.
pub fn check_plan(new: &NewPlan) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = check_text("/title", &new.title, LINE_LENGTH_MAX)
        .into_iter()
        .collect();
    if !(2000..=2100).contains(&new.year) {
        faults.push(wrong(
            "/year",
            "bad_year",
            "Năm từ 2000 đến 2100.",
            "The year is from 2000 to 2100.",
        ));
    }
    faults
}

/// Every fault of an inspection that shows without the database.
pub fn check_inspection(new: &NewInspection) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = check_text("/topic", &new.topic, LINE_LENGTH_MAX)
        .into_iter()
        .collect();
    if new.to < new.from || !(2000..=2100).contains(&new.from.year()) {
        faults.push(wrong(
            "/to",
            "bad_days",
            "Ngày kết thúc không trước ngày bắt đầu, trong các năm 2000 đến 2100.",
            "The last day is not before the first, in the years 2000 to 2100.",
        ));
    }
    if new.target == new.owner {
        faults.push(wrong(
            "/target",
            "own_agency",
            "Cơ quan không tự kiểm tra mình.",
            "An agency does not inspect itself.",
        ));
    }
    faults.extend(too_many("/indicators", new.indicators.len(), INDICATORS_MAX));
    faults.extend(too_many("/bodies", new.bodies.len(), BODIES_MAX));
    faults.extend(too_many("/team", new.team.len(), TEAM_MAX));
    if !faults.iter().any(|fault| fault.code == "too_many") {
        faults.extend(check_bodies(new));
        for (at, member) in new.team.iter().enumerate() {
            for (field, text) in [("name", &member.name), ("role", &member.role)] {
                faults.extend(check_text(&format!("/team/{at}/{field}"), text, NAME_LENGTH_MAX));
            }
        }
    }
    faults
}

/// Whoever is inspected takes no part in it, or would know of what it may not know.
fn check_bodies(new: &NewInspection) -> Vec<FieldError> {
    let mut seen: BTreeSet<&AgencyCode> = BTreeSet::from([&new.owner]);
    let mut faults = Vec::new();
    for (at, body) in new.bodies.iter().enumerate() {
        if *body == new.target {
            faults.push(wrong(
                format!("/bodies/{at}"),
                "inspected_agency",
                "Cơ quan được kiểm tra không tham gia đoàn.",
                "The agency that is inspected takes no part.",
            ));
        } else if !seen.insert(body) {
            faults.push(wrong(
                format!("/bodies/{at}"),
                "body_twice",
                "Cơ quan này đã tham gia.",
                "This body takes part already.",
            ));
        }
    }
    faults
}

/// The faults of putting an inspection into a plan.
pub fn check_in_plan(plan: Option<&PlanRow>, new: &NewInspection) -> AppResult<()> {
    let Some(plan) = plan.filter(|plan| plan.owner_code == new.owner) else {
        return refuse(vec![wrong(
            "/plan",
            "no_such_plan",
            "Cơ quan chủ trì không có kế hoạch này.",
            "The agency that inspects has no such plan.",
        )]);
    };
    if plan.state == super::model::PlanState::Approved {
        return Err(AppError::with(
            ErrorCode::Frozen,
            "Kế hoạch đã phê duyệt; cuộc kiểm tra ngoài kế hoạch để trống plan.",
            "The plan is approved; an inspection that it does not have leaves plan out.",
        ));
    }
    let fault = (new.from.year() != plan.year).then(|| {
        wrong(
            "/from",
            "another_year",
            format!("Kế hoạch là của năm {}.", plan.year),
            format!("The plan is of {}.", plan.year),
        )
    });
    refuse(fault.into_iter().collect())
}

/// Every fault of a finding that shows without the database.
pub fn check_finding(new: &NewFinding) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = check_text("/text", &new.text, TEXT_LENGTH_MAX)
        .into_iter()
        .collect();
    faults.extend(too_many(
        "/indicators",
        new.indicators.len(),
        FINDING_INDICATORS_MAX,
    ));
    faults.extend(EvidenceLink::check_all("/evidence", &new.evidence));
    faults
}

/// Every fault of a remedy.
pub fn check_remedy(new: &NewRemedy, today: NaiveDate) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = check_text("/text", &new.text, REASON_LENGTH_MAX)
        .into_iter()
        .collect();
    if new.due_on < today || new.due_on.year() > 2100 {
        faults.push(wrong(
            "/due_on",
            "bad_day",
            format!("Hạn từ hôm nay ({today}) trở đi."),
            format!("The deadline is today ({today}) or later."),
        ));
    }
    faults
}

/// How a remedy stands to its deadline. What was reported stands by the day of the report: how long it takes to look at
/// it is not the agency's matter.
pub fn timeliness(remedy: &RemedyRow, today: NaiveDate) -> RemedyTimeliness {
    let reported = remedy.reported_on.filter(|_| remedy.state != RemedyState::Open);
    let day = reported.unwrap_or(today);
    let is_late = day > remedy.due_on;
    match remedy.state {
        RemedyState::Verified if is_late => RemedyTimeliness::RemediedLate,
        RemedyState::Verified => RemedyTimeliness::RemediedInTime,
        _ if is_late => RemedyTimeliness::Overdue,
        RemedyState::Open if remedy.due_on - today <= TimeDelta::days(NEAR_DAYS) => {
            RemedyTimeliness::NearlyDue
        }
        _ => RemedyTimeliness::InTime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Moment, ids::RecordId};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn remedy(state: RemedyState, reported: Option<&str>) -> RemedyRow {
        RemedyRow {
            id: RecordId::new(),
            inspection_id: RecordId::new(),
            finding_id: RecordId::new(),
            content: "x".into(),
            due_on: day("2026-06-30"),
            state,
            reported_on: reported.map(day),
            created_at: Moment::from_unix_seconds(0).unwrap(),
        }
    }

    #[test]
    fn a_remedy_is_judged_by_the_day_of_its_report() {
        let on = |state, reported, today: &str| timeliness(&remedy(state, reported), day(today));
        use RemedyState::{Open, Reported, Verified};
        assert_eq!(on(Open, None, "2026-06-26"), RemedyTimeliness::InTime);
        assert_eq!(on(Open, None, "2026-06-27"), RemedyTimeliness::NearlyDue);
        assert_eq!(on(Open, None, "2026-06-30"), RemedyTimeliness::NearlyDue);
        assert_eq!(on(Open, None, "2026-07-01"), RemedyTimeliness::Overdue);
        let reported = Some("2026-06-30");
        assert_eq!(on(Reported, reported, "2026-08-01"), RemedyTimeliness::InTime);
        assert_eq!(
            on(Verified, reported, "2026-08-01"),
            RemedyTimeliness::RemediedInTime
        );
        assert_eq!(
            on(Verified, Some("2026-07-01"), "2026-08-01"),
            RemedyTimeliness::RemediedLate
        );
        // What was rejected is open, whatever was reported.
        assert_eq!(on(Open, reported, "2026-08-01"), RemedyTimeliness::Overdue);
    }
}
