//! Which plan lines will be late, and why. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    pace::{Course, Pace, is_half_over, pace},
    view_model::{Warning, WarningKind},
};
use crate::{
    features::programmes::{LineRef, LineState},
    ids::{AgencyCode, RecordId},
};

/// An unfinished line, as far as a warning needs it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Its id.
    pub id: RecordId,
    /// Its place.
    pub place: LineRef,
    /// The task's title.
    pub title: String,
    /// The unit that leads.
    pub lead: AgencyCode,
    /// How far it is.
    pub state: LineState,
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub to: Option<NaiveDate>,
    /// As it was reported last.
    pub percent: i32,
    /// The day it was put into the plan: its beginning, where the plan names none.
    pub added_on: NaiveDate,
    /// Its reports.
    pub course: Course,
    /// The lines that it waits for.
    pub waits_for: Vec<RecordId>,
}

impl Watched {
    fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            LineState::NotStarted | LineState::InProgress | LineState::Redo
        )
    }

    /// What was to be done again tells nothing of the time that it takes.
    fn pace(&self, today: NaiveDate) -> Option<Pace> {
        let goes_on = matches!(
            self.state,
            LineState::InProgress | LineState::AwaitingConfirmation
        );
        goes_on.then(|| pace(&self.course, today)).flatten()
    }

    fn begins(&self) -> NaiveDate {
        self.from.unwrap_or(self.added_on)
    }

    fn warning(&self, kind: WarningKind, today: NaiveDate) -> Warning {
        Warning {
            kind,
            task: self.place.task.clone(),
            line: self.place.line,
            title: self.title.clone(),
            lead: self.lead.clone(),
            from: self.from,
            to: self.to,
            percent: self.percent,
            days_gone: (today - self.begins()).num_days().max(0),
            days_left: self.to.map(|to| (to - today).num_days()),
            expected_on: None,
            days_late: None,
            waits_for: None,
            why_vi: String::new(),
            why_en: String::new(),
        }
    }
}

/// The warnings of all unfinished lines of a programme, in the order of the lines. What rests or is refused is not warned
/// of, nor what is overdue: the counts tell that.
pub fn warn(lines: &[Watched], today: NaiveDate) -> Vec<(RecordId, Warning)> {
    let by_id: BTreeMap<&RecordId, &Watched> = lines.iter().map(|line| (&line.id, line)).collect();
    let mut warnings = Vec::new();
    for line in lines.iter().filter(|line| line.is_under_way()) {
        let is_overdue = line.to.is_some_and(|to| to < today);
        if !is_overdue {
            let own = late_at_pace(line, today).or_else(|| nothing_reported(line, today));
            warnings.extend(own.map(|warning| (line.id.clone(), warning)));
        }
        let held_up = line
            .waits_for
            .iter()
            .filter_map(|id| dependency_late(line, by_id.get(id)?, today));
        // The one that comes last holds it up longest.
        let worst = held_up.max_by_key(|warning| warning.expected_on);
        warnings.extend(worst.map(|warning| (line.id.clone(), warning)));
    }
    warnings
}

fn late_at_pace(line: &Watched, today: NaiveDate) -> Option<Warning> {
    let (pace, to) = (line.pace(today)?, line.to?);
    let late = (pace.expected - to).num_days();
    let (gained, gone) = (pace.percent_gained, pace.days_gone);
    (late > 0).then(|| Warning {
        days_gone: gone,
        expected_on: Some(pace.expected),
        days_late: Some(late),
        why_vi: format!(
            "{gone} ngày được {gained} %, như vậy đến {} mới xong, sau hạn {} là {late} ngày.",
            vi(pace.expected),
            vi(to)
        ),
        why_en: format!(
            "{gained} % took {}: at this pace it is done on {}, {} after its deadline, {}.",
            days(gone),
            en(pace.expected),
            days(late),
            en(to)
        ),
        ..line.warning(WarningKind::LateAtPace, today)
    })
}

fn nothing_reported(line: &Watched, today: NaiveDate) -> Option<Warning> {
    let to = line.to?;
    let is_silent = line.course.last.is_none_or(|last| last.percent == 0);
    let begins = line.begins();
    (is_silent && is_half_over(begins, to, today)).then(|| {
        let gone = (today - begins).num_days();
        let (whole, left) = ((to - begins).num_days() + 1, (to - today).num_days());
        Warning {
            why_vi: format!(
                "Đã qua {gone} trong {whole} ngày mà chưa báo cáo kết quả nào; còn {left} ngày đến hạn {}.",
                vi(to)
            ),
            why_en: format!(
                "{gone} of {} are over and nothing was reported; it is {} to its deadline, {}.",
                days(whole),
                days(left),
                en(to)
            ),
            ..line.warning(WarningKind::NothingReported, today)
        }
    })
}

fn dependency_late(line: &Watched, on: &Watched, today: NaiveDate) -> Option<Warning> {
    let (pace, from) = (on.pace(today)?, line.from?);
    let late = (pace.expected - from).num_days();
    let place = format!("{}/{}", on.place.task, on.place.line);
    (late > 0).then(|| Warning {
        expected_on: Some(pace.expected),
        days_late: Some(late),
        waits_for: Some(on.place.clone()),
        why_vi: format!(
            "Phải chờ {place}, mới đạt {} % và đến {} mới xong, sau ngày bắt đầu {} là {late} ngày.",
            on.percent,
            vi(pace.expected),
            vi(from)
        ),
        why_en: format!(
            "It waits for {place}, which is at {} % and done on {} at its pace, {} after this line begins, {}.",
            on.percent,
            en(pace.expected),
            days(late),
            en(from)
        ),
        ..line.warning(WarningKind::DependencyLate, today)
    })
}

fn days(count: i64) -> String {
    if count == 1 {
        "1 day".to_owned()
    } else {
        format!("{count} days")
    }
}

fn vi(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

fn en(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::oversight::pace::Report, ids::TaskCode};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A line from 1 January to 31 March with one report.
    fn line(task: &str, state: LineState, report: Option<(&str, i32)>) -> Watched {
        let last = report.map(|(on, percent)| Report {
            day: day(on),
            percent,
        });
        let from = Some(day("2018-01-01"));
        Watched {
            id: RecordId::new(),
            place: LineRef {
                task: TaskCode::parse(task).unwrap(),
                line: 1,
            },
            title: "x".into(),
            lead: AgencyCode::parse("moj").unwrap(),
            state,
            from,
            to: Some(day("2018-03-31")),
            percent: report.map_or(0, |(_, percent)| percent),
            added_on: day("2017-12-01"),
            course: Course {
                from,
                first: last,
                last,
            },
            waits_for: Vec::new(),
        }
    }

    fn kinds(lines: &[Watched], today: &str) -> Vec<(String, &'static str)> {
        warn(lines, day(today))
            .into_iter()
            .map(|(_, warning)| (warning.task.to_string(), warning.kind.as_str()))
            .collect()
    }

    #[test]
    fn a_warning_says_why_with_its_numbers() {
        let slow = line("1", LineState::InProgress, Some(("2018-01-31", 25)));
        let found = warn(&[slow], day("2018-01-31"));
        let warning = &found[0].1;
        assert_eq!(
            (warning.days_gone, warning.days_left, warning.days_late),
            (31, Some(59), Some(34))
        );
        assert_eq!(warning.expected_on, Some(day("2018-05-04")));
        assert_eq!(
            warning.why_en,
            "25 % took 31 days: at this pace it is done on 4 May 2018, 34 days after its deadline, 31 March 2018."
        );
        assert!(warning.why_vi.contains("04/05/2018") && warning.why_vi.contains("34 ngày"));
    }

    #[test]
    fn silence_is_warned_of_from_half_of_the_time_on() {
        let silent = [
            line("1", LineState::NotStarted, None),
            line("2", LineState::InProgress, Some(("2018-01-10", 0))),
        ];
        // 90 days: 45 are over on 15 February.
        assert!(kinds(&silent, "2018-02-14").is_empty());
        let both = ["1", "2"].map(|task| (task.to_owned(), "nothing_reported"));
        assert_eq!(kinds(&silent, "2018-02-15"), both);
        // Then it is overdue, which the counts tell.
        assert!(kinds(&silent, "2018-04-01").is_empty());
    }

    #[test]
    fn what_rests_or_is_reported_is_not_warned_of() {
        for state in [
            LineState::OnHold,
            LineState::Refused,
            LineState::AwaitingConfirmation,
        ] {
            let slow = line("1", state, Some(("2018-01-31", 25)));
            assert!(kinds(&[slow], "2018-02-28").is_empty(), "{state:?}");
        }
        let fast = line("1", LineState::InProgress, Some(("2018-01-31", 60)));
        assert!(kinds(&[fast], "2018-01-31").is_empty());
    }

    #[test]
    fn a_line_that_others_hold_up_is_warned_of() {
        let slow = line("1", LineState::InProgress, Some(("2018-01-31", 25)));
        let slower = line("2", LineState::InProgress, Some(("2018-01-31", 10)));
        let mut waits = line("3", LineState::NotStarted, None);
        waits.from = Some(day("2018-05-04"));
        waits.to = Some(day("2018-12-31"));
        waits.waits_for = vec![slow.id.clone()];
        let lines = [slow.clone(), slower.clone(), waits.clone()];
        // Done on the very day on which the next begins: that is no warning.
        assert!(!kinds(&lines, "2018-01-31").contains(&("3".to_owned(), "dependency_late")));
        waits.waits_for.push(slower.id.clone());
        let lines = [slow, slower, waits];
        let found = warn(&lines, day("2018-01-31"));
        let warning = &found.last().unwrap().1;
        assert_eq!(warning.kind, WarningKind::DependencyLate);
        assert_eq!(warning.waits_for.as_ref().unwrap().task.as_str(), "2");
        // 31 days for 10 %: 279 more for 90 %.
        assert_eq!(warning.expected_on, Some(day("2018-11-06")));
    }
}
