//! Whether a line is in time: derived from a clock, never kept. Pure.

use super::line_model::LineState;
use crate::{clock::Moment, words};

words! {
    /// How a line stands to its deadline. Everything that is not done is unfinished.
    Timeliness {
        /// Unfinished, and without a deadline.
        NoDeadline = "no_deadline",
        /// Unfinished, and there is time left.
        InTime = "in_time",
        /// Unfinished, and its deadline is near.
        NearlyDue = "nearly_due",
        /// Unfinished, and its deadline has passed.
        Overdue = "overdue",
        /// Reported complete before its deadline, and confirmed.
        DoneInTime = "done_in_time",
        /// Reported complete after its deadline, and confirmed.
        DoneLate = "done_late",
        /// Done; it had no deadline.
        DoneNoDeadline = "done_no_deadline",
    }
}

/// A moment to judge by, and the one up to which a deadline is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The moment.
    pub now: Moment,
    /// A deadline up to here is near.
    pub near: Moment,
}

impl AsOf {
    /// A moment, with so many days before a deadline in which it is near.
    pub fn new(now: Moment, nearly_due_days: i32) -> Self {
        Self {
            now,
            near: now.plus(chrono::TimeDelta::days(nearly_due_days.into())),
        }
    }

    /// How a line stands. A deadline is the first moment at which it is late.
    pub fn judge(self, state: LineState, due_at: Option<Moment>, completed_at: Option<Moment>) -> Timeliness {
        match (state == LineState::Done, due_at) {
            (true, None) => Timeliness::DoneNoDeadline,
            (true, Some(due)) if completed_at.is_none_or(|done| done < due) => Timeliness::DoneInTime,
            (true, Some(_)) => Timeliness::DoneLate,
            (false, None) => Timeliness::NoDeadline,
            (false, Some(due)) if due <= self.now => Timeliness::Overdue,
            (false, Some(due)) if due <= self.near => Timeliness::NearlyDue,
            (false, Some(_)) => Timeliness::InTime,
        }
    }
}

/// How far a task is, from how far its lines are.
pub fn state_of_task(lines: &[LineState]) -> LineState {
    let Some(first) = lines.first() else {
        return LineState::NotStarted;
    };
    if lines.iter().all(|state| state == first) {
        return *first;
    }
    let is_reported = |state: &LineState| matches!(state, LineState::Done | LineState::AwaitingConfirmation);
    if lines.iter().all(is_reported) {
        LineState::AwaitingConfirmation
    } else {
        LineState::InProgress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn a_deadline_is_the_first_moment_that_is_late() {
        const DAY: i64 = 86_400;
        let due = Some(at(10 * DAY));
        let judge = |now: i64| AsOf::new(at(now), 7).judge(LineState::InProgress, due, None);
        assert_eq!(judge(3 * DAY - 1), Timeliness::InTime);
        assert_eq!(judge(3 * DAY), Timeliness::NearlyDue);
        assert_eq!(judge(10 * DAY - 1), Timeliness::NearlyDue);
        assert_eq!(judge(10 * DAY), Timeliness::Overdue);
        let none = AsOf::new(at(0), 7).judge(LineState::Refused, None, None);
        assert_eq!(none, Timeliness::NoDeadline);
    }

    #[test]
    fn who_reported_in_time_was_in_time() {
        let late = AsOf::new(at(1_000), 0);
        let done =
            |due: Option<i64>, completed: i64| late.judge(LineState::Done, due.map(at), Some(at(completed)));
        assert_eq!(done(Some(500), 499), Timeliness::DoneInTime);
        assert_eq!(done(Some(500), 500), Timeliness::DoneLate);
        assert_eq!(done(None, 500), Timeliness::DoneNoDeadline);
        // Reported is not done: until it is confirmed it may be late.
        let waiting = late.judge(LineState::AwaitingConfirmation, Some(at(500)), Some(at(499)));
        assert_eq!(waiting, Timeliness::Overdue);
    }

    #[test]
    fn a_task_is_as_far_as_its_lines() {
        use LineState::{AwaitingConfirmation, Done, InProgress, NotStarted, OnHold, Refused};
        for (lines, expected) in [
            (&[][..], NotStarted),
            (&[NotStarted, NotStarted], NotStarted),
            (&[Done, Done], Done),
            (&[Refused], Refused),
            (&[Done, AwaitingConfirmation], AwaitingConfirmation),
            (&[Done, NotStarted], InProgress),
            (&[OnHold, AwaitingConfirmation], InProgress),
        ] {
            assert_eq!(state_of_task(lines), expected, "{lines:?}");
        }
    }
}
