//! The clock of a recommendation: derived from its row, the calendar and today. Pure.

use chrono::NaiveDate;

use super::{
    model::{RecommendationRow, RecommendationState, RecommendationTimeliness, Standing},
    view_model::RecommendationTiming,
};
use crate::features::holidays::{Due, WorkCalendar};

/// With so many working days left, or fewer, a deadline is near.
const NEAR_WORKING_DAYS: i32 = 1;

/// The deadline of one whose clock runs.
pub fn due(standing: &Standing, calendar: &WorkCalendar) -> Option<Due> {
    let (from, granted) = (standing.clock_from?, standing.days_granted?);
    let left = granted.saturating_sub(standing.days_used);
    standing
        .state
        .is_running()
        .then(|| calendar.plus_working_days(from, left))
}

/// How it stands to its deadline; none where there is none yet, or no more.
pub fn timeliness(
    standing: &Standing,
    calendar: &WorkCalendar,
    today: NaiveDate,
) -> Option<RecommendationTimeliness> {
    match standing.state {
        RecommendationState::InformationRequested => Some(RecommendationTimeliness::Stopped),
        RecommendationState::Answered | RecommendationState::Published => {
            let (answered, due) = (standing.answered_on?, standing.due_on?);
            Some(if answered <= due {
                RecommendationTimeliness::AnsweredInTime
            } else {
                RecommendationTimeliness::AnsweredLate
            })
        }
        _ => due(standing, calendar).map(|due| to(due.day, calendar, today)),
    }
}

/// How today stands to a deadline, which lasts to the end of its day.
fn to(due: NaiveDate, calendar: &WorkCalendar, today: NaiveDate) -> RecommendationTimeliness {
    if today > due {
        RecommendationTimeliness::Overdue
    } else if calendar.working_days_between(today, due) <= NEAR_WORKING_DAYS {
        RecommendationTimeliness::NearlyDue
    } else {
        RecommendationTimeliness::InTime
    }
}

/// The same as it is shown.
pub fn timing(standing: &Standing, calendar: &WorkCalendar, today: NaiveDate) -> RecommendationTiming {
    let running = due(standing, calendar);
    let left = match (running, standing.state, standing.days_granted) {
        (Some(due), ..) => Some(calendar.working_days_between(today, due.day)),
        (None, RecommendationState::InformationRequested, Some(granted)) => {
            Some(granted.saturating_sub(standing.days_used))
        }
        _ => None,
    };
    RecommendationTiming {
        due_on: running.map(|due| due.day).or(standing.due_on),
        calendar_known: running.map(|due| due.calendar_known),
        working_days_left: left,
        timeliness: timeliness(standing, calendar, today),
    }
}

/// The states in which something can stand so.
pub fn states_of(timeliness: RecommendationTimeliness) -> &'static [RecommendationState] {
    use RecommendationState::{Answered, Assigned, Classified, InformationRequested, Published};
    match timeliness {
        RecommendationTimeliness::InTime
        | RecommendationTimeliness::NearlyDue
        | RecommendationTimeliness::Overdue => &[Classified, Assigned],
        RecommendationTimeliness::Stopped => &[InformationRequested],
        RecommendationTimeliness::AnsweredInTime | RecommendationTimeliness::AnsweredLate => {
            &[Answered, Published]
        }
    }
}

/// Stops the clock: keeps how many working days it has counted.
pub fn stop(row: &mut RecommendationRow, calendar: &WorkCalendar, today: NaiveDate) {
    if let Some(from) = row.clock_from.take() {
        let counted = calendar.working_days_between(from, today);
        row.days_used = row.days_used.saturating_add(counted);
    }
}

/// Starts the clock anew, for a body that has just received it.
pub fn start(row: &mut RecommendationRow, today: NaiveDate) {
    row.received_on = Some(today);
    row.clock_from = Some(today);
    row.days_used = 0;
    row.days_granted = None;
}

/// Ends the clock: nothing is due any more.
pub fn end(row: &mut RecommendationRow) {
    row.clock_from = None;
    row.days_granted = None;
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        clock::Moment,
        ids::{AgencyCode, RecordId},
    };

    pub fn row(state: RecommendationState) -> RecommendationRow {
        let now = Moment::from_unix_seconds(1_772_416_800).unwrap();
        let code = |text| AgencyCode::parse(text).unwrap();
        RecommendationRow {
            id: RecordId::new(),
            register_code: code("moha"),
            register_year: Some(2026),
            register_number: Some(7),
            asker_code: code("moj"),
            subject: "x".into(),
            content: "x".into(),
            evidence: "[]".into(),
            type_code: None,
            round_code: None,
            indicator_code: None,
            from_submission: false,
            state,
            receiver_code: code("moha"),
            lead_code: None,
            received_on: Some(day("2026-03-02")),
            clock_from: None,
            days_used: 0,
            days_granted: None,
            answered_on: None,
            due_on: None,
            answer: None,
            answer_revision: 0,
            public_answer: None,
            published_at: None,
            satisfaction: None,
            satisfaction_comment: None,
            asked_by: "x".into(),
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn running(days: i32) -> RecommendationRow {
        RecommendationRow {
            clock_from: Some(day("2026-03-02")),
            days_granted: Some(days),
            ..row(RecommendationState::Assigned)
        }
    }

    #[test]
    fn a_day_is_in_time_to_its_end() {
        let calendar = WorkCalendar::default();
        let on = |today: &str| timeliness(&running(5).standing(), &calendar, day(today));
        // Monday and five working days: the Monday after.
        assert_eq!(on("2026-03-05"), Some(RecommendationTimeliness::InTime));
        assert_eq!(on("2026-03-06"), Some(RecommendationTimeliness::NearlyDue));
        assert_eq!(on("2026-03-09"), Some(RecommendationTimeliness::NearlyDue));
        assert_eq!(on("2026-03-10"), Some(RecommendationTimeliness::Overdue));
        assert_eq!(
            timeliness(
                &row(RecommendationState::Received).standing(),
                &calendar,
                day("2026-03-05")
            ),
            None
        );
    }

    #[test]
    fn what_was_answered_is_judged_by_its_own_days() {
        let answered = |on: &str| {
            let row = RecommendationRow {
                answered_on: Some(day(on)),
                due_on: Some(day("2026-03-09")),
                ..row(RecommendationState::Published)
            };
            timeliness(&row.standing(), &WorkCalendar::default(), day("2027-01-01"))
        };
        assert_eq!(
            answered("2026-03-09"),
            Some(RecommendationTimeliness::AnsweredInTime)
        );
        assert_eq!(
            answered("2026-03-10"),
            Some(RecommendationTimeliness::AnsweredLate)
        );
    }

    #[test]
    fn a_stopped_clock_keeps_what_is_left() {
        let calendar = WorkCalendar::default();
        let mut row = running(5);
        stop(&mut row, &calendar, day("2026-03-04"));
        assert_eq!((row.clock_from, row.days_used), (None, 2));
        row.state = RecommendationState::InformationRequested;
        assert_eq!(
            timeliness(&row.standing(), &calendar, day("2026-12-01")),
            Some(RecommendationTimeliness::Stopped)
        );
        row.state = RecommendationState::Assigned;
        row.clock_from = Some(day("2026-03-16"));
        assert_eq!(due(&row.standing(), &calendar).unwrap().day, day("2026-03-19"));
        // What was late before stays as late.
        stop(&mut row, &calendar, day("2026-03-23"));
        assert_eq!(row.days_used, 7);
        row.clock_from = Some(day("2026-04-01"));
        assert_eq!(
            timeliness(&row.standing(), &calendar, day("2026-04-01")),
            Some(RecommendationTimeliness::Overdue)
        );
    }

    proptest! {
        #[test]
        fn a_pause_moves_the_deadline_by_its_working_days(days in 1_i32..60, worked in 0_i64..40, paused in 0_i64..40) {
            let calendar = WorkCalendar::default();
            let at = |days: i64| day("2026-03-02") + chrono::TimeDelta::days(days);
            let mut row = running(days);
            let before = due(&row.standing(), &calendar).unwrap().day;
            let (stopped, resumed) = (at(worked), at(worked + paused));
            stop(&mut row, &calendar, stopped);
            row.clock_from = Some(resumed);
            let after = due(&row.standing(), &calendar).unwrap().day;
            let pause = calendar.working_days_between(stopped, resumed);
            prop_assert_eq!(calendar.working_days_between(before, after), pause);
        }
    }
}
