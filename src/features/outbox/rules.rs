//! When something is tried again, and when no more. Pure.

use chrono::TimeDelta;

use super::model::{OutboxKind, OutboxRow, OutboxState};
use crate::clock::Moment;

/// RFC 5321 §4.5.4.1 wants at least four to five days.
pub const GIVE_UP_DAYS: i64 = 5;
/// So long what has come to an end is kept, for who asks what was sent.
pub const KEEP_DAYS: i64 = 180;
const FIRST_WAIT_SECONDS: i64 = 60;
const LONGEST_WAIT_SECONDS: i64 = 6 * 3600;
const ERROR_LENGTH_MAX: usize = 500;

/// What came of handing something over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The other side took it.
    Sent,
    /// The other side has surely not taken it, and may later.
    Later(String),
    /// The other side will never take it.
    Never(String),
    /// It may have arrived or not.
    Unknown(String),
}

/// What is to be thought of something that was being handed over when its worker ended.
///
/// A letter that comes twice bothers a person, so nobody sends it again unasked. A webhook's message may come twice:
/// its receiver tells by its id.
pub fn abandoned(kind: OutboxKind) -> Fate {
    let error = "the service ended while this was handed over".to_owned();
    match kind {
        OutboxKind::Email => Fate::Unknown(error),
        OutboxKind::Webhook => Fate::Later(error),
    }
}

/// How long to wait after so many attempts: twice as long each time, up to six hours.
pub fn wait_seconds(attempts: i32) -> i64 {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS)
}

/// The row after an attempt.
pub fn after(row: &OutboxRow, fate: &Fate, now: Moment) -> OutboxRow {
    let attempts = row.attempts.saturating_add(1);
    let next = now.plus(TimeDelta::seconds(wait_seconds(attempts)));
    let (state, next_attempt_at, error) = match fate {
        Fate::Sent => (OutboxState::Sent, row.next_attempt_at, None),
        Fate::Later(error) if next < row.give_up_at => (OutboxState::Waiting, next, Some(error)),
        Fate::Later(error) | Fate::Never(error) => (OutboxState::Failed, row.next_attempt_at, Some(error)),
        Fate::Unknown(error) => (OutboxState::Unknown, row.next_attempt_at, Some(error)),
    };
    OutboxRow {
        state,
        attempts,
        next_attempt_at,
        lease: None,
        leased_until: None,
        last_error: error.map(|error| error.chars().take(ERROR_LENGTH_MAX).collect()),
        updated_at: now,
        ..row.clone()
    }
}

/// The row to be handed over once more, though it had come to an end.
pub fn again(row: &OutboxRow, now: Moment) -> OutboxRow {
    OutboxRow {
        state: OutboxState::Waiting,
        next_attempt_at: now,
        give_up_at: now.plus(TimeDelta::days(GIVE_UP_DAYS)),
        updated_at: now,
        ..row.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_six_hours() {
        let waits: Vec<i64> = [1, 2, 3, 9, 10, 1000].map(wait_seconds).to_vec();
        assert_eq!(waits, [60, 120, 240, 15_360, 21_600, 21_600]);
    }
}
