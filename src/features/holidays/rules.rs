//! What a year of the calendar may hold, and working days counted over it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use super::model::{DayKind, SpecialDay};
use crate::error::{FieldError, Message};

/// The years that a calendar may have.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
const DAYS_MAX: usize = 100;
const NAME_LENGTH_MAX: usize = 200;
const NOTE_LENGTH_MAX: usize = 2000;
/// No deadline is further away than so many calendar days.
const STEPS_MAX: usize = 4000;

fn wrong(pointer: String, code: &str, vi: impl Into<String>, en: impl Into<String>) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// The fault of a year's number, if it has one.
pub fn check_year(pointer: &str, year: i32) -> Option<FieldError> {
    (!YEARS.contains(&year)).then(|| {
        wrong(
            pointer.to_owned(),
            "bad_year",
            "Năm từ 1990 đến 2100.",
            "The year is from 1990 to 2100.",
        )
    })
}

/// Every fault of a year; `at` is where it stands in what was sent.
pub fn check(at: &str, year: i32, days: &[SpecialDay], note: Option<&str>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if days.len() > DAYS_MAX {
        faults.push(wrong(
            format!("{at}/days"),
            "too_many_days",
            format!("Tối đa {DAYS_MAX} ngày."),
            format!("There are {DAYS_MAX} days at most."),
        ));
        return faults;
    }
    let mut seen = BTreeSet::new();
    for (index, day) in days.iter().enumerate() {
        let at = format!("{at}/days/{index}");
        if day.day.year() != year {
            faults.push(wrong(
                format!("{at}/day"),
                "another_year",
                format!("Ngày phải thuộc năm {year}."),
                format!("The day must be one of {year}."),
            ));
        }
        if !seen.insert(day.day) {
            faults.push(wrong(
                format!("{at}/day"),
                "day_twice",
                "Ngày này đã có trong danh sách.",
                "This day stands in the list already.",
            ));
        }
        if day.kind == DayKind::Working && !is_weekend(day.day) {
            faults.push(wrong(
                format!("{at}/kind"),
                "no_weekend",
                "Chỉ ngày thứ bảy, chủ nhật mới có thể làm bù.",
                "Only a Saturday or Sunday can be a swapped working day.",
            ));
        }
        faults.extend(check_names(&at, day));
    }
    if note.is_some_and(|note| note.trim().is_empty() || note.chars().count() > NOTE_LENGTH_MAX) {
        faults.push(wrong(
            format!("{at}/note"),
            "bad_text",
            "Ghi chú gồm 1 đến 2.000 ký tự.",
            "A note has 1 to 2,000 characters.",
        ));
    }
    faults
}

fn check_names<'a>(at: &'a str, day: &'a SpecialDay) -> impl Iterator<Item = FieldError> + 'a {
    [("name_vi", Some(&day.name_vi)), ("name_en", day.name_en.as_ref())]
        .into_iter()
        .filter(|(_, name)| {
            name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > NAME_LENGTH_MAX)
        })
        .map(move |(field, _)| {
            wrong(
                format!("{at}/{field}"),
                "bad_text",
                "Tên gồm 1 đến 200 ký tự.",
                "A name has 1 to 200 characters.",
            )
        })
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The last day of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day, up to its end.
    pub day: NaiveDate,
    /// Whether the calendar of every year up to it is known; else weekends alone were left out.
    pub calendar_known: bool,
}

/// The calendar: which days are worked.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    years: BTreeMap<i32, BTreeMap<NaiveDate, DayKind>>,
}

impl WorkCalendar {
    /// The calendar with one more year.
    pub fn with_year(mut self, year: i32, days: &[SpecialDay]) -> Self {
        let days = days.iter().map(|day| (day.day, day.kind)).collect();
        self.years.insert(year, days);
        self
    }

    /// Whether a day is worked; of a year that is not known, all but weekends are.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let special = self.years.get(&day.year()).and_then(|days| days.get(&day));
        match special {
            Some(DayKind::Off) => false,
            Some(DayKind::Working) => true,
            None => !is_weekend(day),
        }
    }

    /// The day on which a number of working days after a day is over: the day itself is not counted. A negative number
    /// goes back, to the day after which so many working days come up to the start.
    pub fn plus_working_days(&self, start: NaiveDate, days: i32) -> Due {
        let mut day = start;
        let mut left = days.unsigned_abs();
        for _ in 0..STEPS_MAX {
            if left == 0 {
                break;
            }
            if days > 0 {
                day = day.succ_opt().unwrap_or(day);
                left -= u32::from(self.is_working(day));
            } else {
                left -= u32::from(self.is_working(day));
                day = day.pred_opt().unwrap_or(day);
            }
        }
        let (first, last) = (start.year().min(day.year()), start.year().max(day.year()));
        Due {
            day,
            calendar_known: (first..=last).all(|year| self.years.contains_key(&year)),
        }
    }

    /// The working days after a day up to another; negative where that comes before.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let worked = first
            .iter_days()
            .skip(1)
            .take(STEPS_MAX)
            .take_while(|day| *day <= last)
            .filter(|day| self.is_working(*day))
            .count();
        i32::try_from(worked).unwrap_or(i32::MAX) * sign
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn special(text: &str, kind: DayKind) -> SpecialDay {
        SpecialDay {
            day: day(text),
            kind,
            name_vi: "x".into(),
            name_en: None,
        }
    }

    fn calendar() -> WorkCalendar {
        let days = [
            special("2026-04-30", DayKind::Off),
            special("2026-05-01", DayKind::Off),
            special("2026-05-09", DayKind::Working),
        ];
        WorkCalendar::default().with_year(2026, &days)
    }

    #[test]
    fn holidays_and_swapped_days_count() {
        let due = |start: &str, days| calendar().plus_working_days(day(start), days).day;
        // Wednesday; Thursday and Friday are off, so the next working day is Monday.
        assert_eq!(due("2026-04-29", 1), day("2026-05-04"));
        assert_eq!(due("2026-04-29", 5), day("2026-05-08"));
        // The Saturday after is worked.
        assert_eq!(due("2026-04-29", 6), day("2026-05-09"));
        assert_eq!(due("2026-04-29", 7), day("2026-05-11"));
        assert_eq!(due("2026-04-29", 0), day("2026-04-29"));
        // Back over the holidays: Monday itself is one working day, the Wednesday before is the next.
        assert_eq!(due("2026-05-04", -1), day("2026-05-03"));
        assert_eq!(due("2026-05-04", -2), day("2026-04-28"));
    }

    #[test]
    fn a_year_that_is_not_known_is_said() {
        let due = calendar().plus_working_days(day("2026-12-30"), 3);
        assert_eq!(due.day, day("2027-01-04"));
        assert!(!due.calendar_known);
        assert!(calendar().plus_working_days(day("2026-12-01"), 3).calendar_known);
    }

    #[test]
    fn every_fault_of_a_year_is_named() {
        let mut days = vec![
            special("2026-01-01", DayKind::Off),
            special("2026-01-01", DayKind::Off),
            special("2025-01-01", DayKind::Off),
            special("2026-01-05", DayKind::Working),
        ];
        days[0].name_vi = " ".into();
        let faults = check("", 2026, &days, Some(""));
        let told: Vec<(&str, &str)> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("/days/0/name_vi", "bad_text"),
                ("/days/1/day", "day_twice"),
                ("/days/2/day", "another_year"),
                ("/days/3/kind", "no_weekend"),
                ("/note", "bad_text")
            ]
        );
        assert!(check("", 2026, &[special("2026-01-01", DayKind::Off)], None).is_empty());
        assert_eq!(check("", 2026, &vec![days[0].clone(); 101], None).len(), 1);
        assert!(check_year("/year", 1989).is_some() && check_year("/year", 2026).is_none());
    }

    proptest! {
        #[test]
        fn counting_and_adding_agree(start in 0_i64..700, days in -120_i32..250, off in prop::collection::vec(0_i64..700, 0..60)) {
            let first = day("2026-01-01");
            let at = |days: i64| first + TimeDelta::days(days);
            let mut calendar = WorkCalendar::default();
            for year in [2026, 2027] {
                let days: Vec<SpecialDay> = off
                    .iter()
                    .map(|days| at(*days))
                    .filter(|day| day.year() == year)
                    .map(|day| SpecialDay {
                        kind: if is_weekend(day) { DayKind::Working } else { DayKind::Off },
                        ..special("2026-01-01", DayKind::Off)
                    }.on(day))
                    .collect();
                calendar = calendar.with_year(year, &days);
            }
            let due = calendar.plus_working_days(at(start), days);
            prop_assert_eq!(calendar.working_days_between(at(start), due.day), days);
            if days > 0 {
                prop_assert!(calendar.is_working(due.day));
                // One more working day is later, never the same day.
                prop_assert!(calendar.plus_working_days(at(start), days + 1).day > due.day);
                // What is left on a day in between leads to the same deadline.
                let between = at(start) + TimeDelta::days(i64::from(days) / 2);
                if between < due.day {
                    let left = calendar.working_days_between(between, due.day);
                    prop_assert_eq!(calendar.plus_working_days(between, left).day, due.day);
                }
            }
        }
    }

    impl SpecialDay {
        fn on(mut self, day: NaiveDate) -> Self {
            self.day = day;
            self
        }
    }
}
