//! When a plan line will be done if it goes on as it went. Pure, in whole days and exact ratios.
//!
//! Work is taken to go on evenly: as many percent a day from the last report on as from its beginning to that report. It
//! began with the line's first day, or, where the plan names none or the first report came before it, with the first
//! report, of which only what was added to it counts. A last day that is begun counts as a day.

use chrono::{Days, NaiveDate};

/// A report: the day, and how far the line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The day of the report in the programme's zone.
    pub day: NaiveDate,
    /// 0 to 100.
    pub percent: i32,
}

/// What is known of a line's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// The line's first day, as planned.
    pub from: Option<NaiveDate>,
    /// The first report.
    pub first: Option<Report>,
    /// The last report.
    pub last: Option<Report>,
}

/// What a line's pace comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From the beginning to the last report, in days.
    pub days_gone: i64,
    /// Percent that were done in them.
    pub percent_gained: i64,
    /// The day on which it will be done; not before today, for it is not done yet.
    pub expected: NaiveDate,
}

/// The pace of a line that is not done; none where nothing tells of one.
pub fn pace(course: &Course, today: NaiveDate) -> Option<Pace> {
    let last = course.last.filter(|last| (1..=100).contains(&last.percent))?;
    let (days_gone, percent_gained) = match course.from.filter(|from| *from <= last.day) {
        // The day of the report is over by its end: a line that began today has one day behind it.
        Some(from) => ((last.day - from).num_days() + 1, i64::from(last.percent)),
        None => {
            let first = course.first?;
            let days = (last.day - first.day).num_days();
            (days, i64::from(last.percent) - i64::from(first.percent))
        }
    };
    if days_gone <= 0 || percent_gained <= 0 {
        return None;
    }
    let left = 100 - i64::from(last.percent);
    let days_left = (days_gone * left + percent_gained - 1) / percent_gained;
    let expected = last
        .day
        .checked_add_days(Days::new(u64::try_from(days_left).ok()?))
        .unwrap_or(NaiveDate::MAX);
    Some(Pace {
        days_gone,
        percent_gained,
        expected: expected.max(today),
    })
}

/// Whether half of the time from one day to another, both included, is over before a day.
pub fn is_half_over(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> bool {
    let whole = (to - from).num_days() + 1;
    let gone = (today - from).num_days();
    whole > 0 && gone * 2 >= whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn report(on: &str, percent: i32) -> Option<Report> {
        Some(Report {
            day: day(on),
            percent,
        })
    }

    fn expected(from: Option<&str>, first: Option<Report>, last: Option<Report>) -> Option<String> {
        let course = Course {
            from: from.map(day),
            first,
            last,
        };
        pace(&course, day("2018-01-01")).map(|pace| pace.expected.to_string())
    }

    #[test]
    fn hand_worked_from_the_planned_beginning() {
        let of = |last: Option<Report>| expected(Some("2018-01-01"), last, last);
        // 31 days for 25 %: 93 more for 75 %. 31 January + 93 days.
        assert_eq!(of(report("2018-01-31", 25)).as_deref(), Some("2018-05-04"));
        // 31 days for 30 %: 72.33 more, so 73. 31 January + 73 days.
        assert_eq!(of(report("2018-01-31", 30)).as_deref(), Some("2018-04-14"));
        // One day for half: one more.
        assert_eq!(of(report("2018-01-01", 50)).as_deref(), Some("2018-01-02"));
        assert_eq!(of(report("2018-01-31", 100)).as_deref(), Some("2018-01-31"));
        assert_eq!(of(report("2018-01-31", 0)), None);
        assert_eq!(of(None), None);
    }

    #[test]
    fn hand_worked_from_the_first_report() {
        let of = |first, last| expected(None, first, last);
        // 10 days for 20 %: 20 more for 40 %.
        let (first, last) = (report("2018-02-01", 40), report("2018-02-11", 60));
        assert_eq!(of(first, last).as_deref(), Some("2018-03-03"));
        // One report tells of no pace, nor do two that say the same, nor a step back.
        assert_eq!(of(first, first), None);
        assert_eq!(of(first, report("2018-02-11", 40)), None);
        assert_eq!(of(first, report("2018-02-11", 30)), None);
        // Who reports before the planned beginning has begun.
        assert_eq!(
            expected(Some("2018-06-01"), first, last).as_deref(),
            Some("2018-03-03")
        );
    }

    #[test]
    fn what_is_not_done_is_not_done_in_the_past() {
        let course = Course {
            from: Some(day("2018-01-01")),
            first: None,
            last: report("2018-01-10", 90),
        };
        let today = day("2018-06-01");
        assert_eq!(pace(&course, today).unwrap().expected, today);
    }

    #[test]
    fn half_of_the_time_is_over_before_a_day() {
        let is = |today: &str| is_half_over(day("2018-01-01"), day("2018-01-10"), day(today));
        assert!(!is("2018-01-05"));
        assert!(is("2018-01-06"));
        assert!(!is("2017-12-01"));
        // A line of one day: over after it.
        assert!(!is_half_over(
            day("2018-01-01"),
            day("2018-01-01"),
            day("2018-01-01")
        ));
    }

    proptest! {
        #[test]
        fn more_percent_never_makes_it_later(
            start in 0_u64..2000, gone in 0_u64..2000, percent in 1_i32..100, more in 1_i32..100, later in 0_u64..2000,
        ) {
            let at = |days: u64| day("2015-01-01") + Days::new(days);
            let course = |percent: i32| Course {
                from: Some(at(start)),
                first: None,
                last: Some(Report { day: at(start + gone), percent }),
            };
            let today = at(later);
            let less = pace(&course(percent), today).unwrap();
            let more = pace(&course((percent + more).min(100)), today).unwrap();
            prop_assert!(more.expected <= less.expected);
            prop_assert!(less.expected >= at(start + gone) && less.expected >= today);
        }

        #[test]
        fn the_pace_holds_to_the_day(gone in 1_i64..2000, percent in 1_i32..=100) {
            let from = day("2015-01-01");
            let last = from + Days::new(u64::try_from(gone - 1).unwrap());
            let course = Course { from: Some(from), first: None, last: Some(Report { day: last, percent }) };
            let pace = pace(&course, from).unwrap();
            // In so many days at this pace all of it is done, and a day before it was not.
            let whole = (pace.expected - from).num_days() + 1;
            prop_assert!(whole * i64::from(percent) >= gone * 100);
            prop_assert!(percent == 100 || (whole - 1) * i64::from(percent) < gone * 100);
        }
    }
}
