//! When a deadline is reminded of. Pure.

use chrono::{NaiveTime, TimeDelta};

use crate::clock::{Moment, Zone};

/// So many days before a deadline people are reminded of it.
const DAYS_BEFORE: [i32; 2] = [1, 3];
/// Earlier than so many days before a deadline nothing is due.
pub const NEAR_DAYS: i64 = 4;
/// When offices open.
const HOUR: u32 = 8;

/// The reminder that is due for a deadline: how many days before it. None outside of its time.
///
/// Reminders come at eight in the morning of the round's zone, counted from the day whose end or hour the deadline is. Of
/// several whose time has come, the last one says it all.
pub fn due_reminder(deadline: Moment, zone: Zone, now: Moment) -> Option<i32> {
    if now >= deadline {
        return None;
    }
    // The deadline «31 March» stands at the first moment of April.
    let day = zone.day_of(deadline.plus(TimeDelta::seconds(-1)));
    DAYS_BEFORE.into_iter().find(|days| {
        let morning = day
            .checked_sub_signed(TimeDelta::days(i64::from(*days)))
            .and_then(|day| Some(day.and_time(NaiveTime::from_hms_opt(HOUR, 0, 0)?)));
        morning.is_some_and(|morning| zone.first_moment_from(morning) <= now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        serde_json::from_value(serde_json::json!(text)).unwrap()
    }

    #[test]
    fn a_deadline_is_reminded_of_in_the_morning_of_its_zone() {
        let due = |deadline: &str, zone: &str, now: &str| {
            due_reminder(at(deadline), Zone::parse(zone).unwrap(), at(now))
        };
        let hanoi = |now: &str| due("2026-03-10T17:00:00+07:00", "Asia/Ho_Chi_Minh", now);
        assert_eq!(hanoi("2026-03-07T07:59:59+07:00"), None);
        assert_eq!(hanoi("2026-03-07T08:00:00+07:00"), Some(3));
        assert_eq!(hanoi("2026-03-09T07:59:59+07:00"), Some(3));
        assert_eq!(hanoi("2026-03-09T08:00:00+07:00"), Some(1));
        assert_eq!(hanoi("2026-03-10T16:59:59+07:00"), Some(1));
        assert_eq!(hanoi("2026-03-10T17:00:00+07:00"), None);
        // The end of a day belongs to that day, on the clocks of that zone.
        let honolulu = |now: &str| due("2026-04-01T10:00:00Z", "Pacific/Honolulu", now);
        assert_eq!(honolulu("2026-03-28T17:59:59Z"), None);
        assert_eq!(honolulu("2026-03-28T18:00:00Z"), Some(3));
    }
}
