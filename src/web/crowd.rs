//! Who is let in when more is asked than can be done.
//!
//! How long one more request would take is estimated from those on the way: their number times the part of the service's time that
//! one takes, which is measured (a request that took 30 ms beside nine others took 3 ms of it). So neither the machine nor what is
//! asked must be known, and whatever is short, a core, the database or its disk, is in it. There are three marks (after Nichols, Jacobson:
//! Controlling Queue Delay, ACM Queue 2012; Maurer: Fail at Scale, ACM Queue 2015):
//! - A crowd that came at once, on the last evening before a deadline, is worked off: in it the patience is whole.
//! - One that stays makes all who come later wait as long, and nobody is served sooner: a tenth of the patience is left.
//! - While people are sent away, those let in are served nearly as if the others were not there. This ends as soon as nobody had
//!   to be, so that who comes again later gets in; and now and then it is tried whether it is still needed.

use std::{
    cell::Cell,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    error::{AppError, AppResult, ErrorCode},
    pace::{Pace, nanoseconds},
};

/// So many are on the way at most, however quickly that goes: who hangs tells nothing of how long it takes.
const COUNT_MAX: u64 = 2048;
/// Nanoseconds after which a crowd that nobody found gone stays; and after which nobody is sent away any more.
const LATELY: u64 = 100_000_000;
/// Nanoseconds after which it is tried whether people must still be sent away.
const TRY_AFTER: u64 = 30_000_000_000;
/// Part of the patience that is left in a crowd that stays.
const STAYING_PART: u64 = 10;
/// So many to each core are let in whatever the patience: where all is slow, even a few take long, and some programs that each ask
/// again as soon as they are answered, which is no crowd, are on the way together;
const FEW: u64 = 32;
/// and so many while people are sent away.
const FEWEST: u64 = 2;

/// Requests of one kind that are on their way.
#[derive(Debug)]
pub struct Crowd {
    cores: u64,
    /// Nanoseconds that a request may be expected to take for others.
    patience: u64,
    count: AtomicU64,
    /// What one takes of the service's time.
    each: Pace,
    /// How long one takes which is alone.
    alone: Pace,
    /// What moments are counted from, in nanoseconds:
    began: Instant,
    /// when there was last a core for everybody,
    last_free: AtomicU64,
    /// when somebody was last sent away; 0 before,
    last_refused: AtomicU64,
    /// and since when they are.
    refusing_since: AtomicU64,
}

/// A request on its way; counted until it is dropped, but not while its sender is waited for, who keeps nobody from anything.
#[derive(Debug)]
pub struct Coming {
    crowd: Arc<Crowd>,
    /// How many there were with it when it came.
    among: u64,
    /// Since when it is counted.
    since: Cell<Option<Instant>>,
    /// How long it was counted before.
    before: Cell<Duration>,
}

impl Coming {
    /// Says whether it is the sender who is waited for.
    pub(super) fn await_sender(&self, is_awaited: bool) {
        match (self.since.get(), is_awaited) {
            (Some(since), true) => {
                self.crowd.count.fetch_sub(1, Ordering::Relaxed);
                self.before.set(self.before.get() + since.elapsed());
                self.since.set(None);
            }
            (None, false) => {
                self.crowd.count.fetch_add(1, Ordering::Relaxed);
                self.since.set(Some(Instant::now()));
            }
            _ => {}
        }
    }

    /// It got what it came for.
    pub(super) fn served(&self) {
        let now = self.since.get().map_or(Duration::ZERO, |since| since.elapsed());
        self.crowd.learn(self.among, self.before.get() + now);
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.await_sender(true);
    }
}

impl Crowd {
    pub(super) fn new(patience: Duration) -> Arc<Self> {
        Self::on(
            std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            patience,
        )
    }

    fn on(cores: usize, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            cores: u64::try_from(cores).unwrap_or(1),
            patience: nanoseconds(patience),
            count: AtomicU64::new(0),
            each: Pace::new(patience),
            alone: Pace::new(patience),
            began: Instant::now(),
            last_free: AtomicU64::new(0),
            last_refused: AtomicU64::new(0),
            refusing_since: AtomicU64::new(0),
        })
    }

    /// Counts one more in, unless it is expected to take too long.
    pub fn enter(self: &Arc<Self>) -> AppResult<Coming> {
        let coming = Coming {
            crowd: self.clone(),
            among: self.count.fetch_add(1, Ordering::Relaxed) + 1,
            since: Cell::new(Some(Instant::now())),
            before: Cell::new(Duration::ZERO),
        };
        self.check(coming.among, self.began.elapsed())?;
        Ok(coming)
    }

    /// How many are on the way.
    #[cfg(test)]
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether the last of so many is served in time; `now` counts from the beginning.
    fn check(&self, count: u64, now: Duration) -> AppResult<()> {
        let now = nanoseconds(now);
        if count <= self.cores {
            self.last_free.store(now, Ordering::Relaxed);
        }
        if !self.is_in_time(count, now) || count > COUNT_MAX {
            self.last_refused.store(now, Ordering::Relaxed);
            return Err(AppError::new(ErrorCode::Overloaded));
        }
        Ok(())
    }

    fn is_in_time(&self, count: u64, now: u64) -> bool {
        let time = count.saturating_mul(self.each.nanoseconds());
        let is_within = |then: &AtomicU64, most| now.saturating_sub(then.load(Ordering::Relaxed)) <= most;
        let was_refused =
            self.last_refused.load(Ordering::Relaxed) > 0 && is_within(&self.last_refused, LATELY);
        if was_refused && is_within(&self.refusing_since, TRY_AFTER) {
            let alone = self.alone.nanoseconds();
            return count <= self.cores * FEWEST || time <= alone.saturating_add(alone / 2);
        }
        // There is a core for everybody while people are sent away, too: that does not make a burst of those who are tried with.
        let patience = if is_within(&self.last_free, LATELY) && !was_refused {
            self.patience
        } else {
            self.patience / STAYING_PART
        };
        let is_in_time = count <= self.cores * FEW || time <= patience;
        if !is_in_time {
            self.refusing_since.store(now, Ordering::Relaxed);
        }
        is_in_time
    }

    /// Learns that one took that long among so many.
    fn learn(&self, among: u64, time: Duration) {
        let time = self.each.counted(time);
        self.each
            .learn(time / u32::try_from(among.max(1)).unwrap_or(u32::MAX));
        if among == 1 {
            self.alone.learn(time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_AGO: Duration = Duration::from_millis(101);

    fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// How many are let in while nobody leaves, so long after there was a core for everybody.
    fn let_in(crowd: &Crowd, after: Duration) -> u64 {
        let free = Duration::from_secs(60);
        crowd.check(1, free).unwrap();
        (crowd.cores + 1..10_000)
            .find(|count| crowd.check(*count, free + after).is_err())
            .map_or(0, |refused| refused - 1)
    }

    #[test]
    fn a_crowd_that_came_at_once_is_worked_off() {
        let crowd = Crowd::on(2, milliseconds(100));
        crowd.learn(10, milliseconds(10));
        assert_eq!(let_in(&crowd, milliseconds(100)), 100);
    }

    #[test]
    fn in_a_crowd_that_stays_nobody_waits_long() {
        let crowd = Crowd::on(1, milliseconds(1000));
        crowd.learn(20, milliseconds(40));
        assert_eq!(let_in(&crowd, LONG_AGO), 50);
    }

    #[test]
    fn while_people_are_sent_away_the_others_are_served_as_if_alone() {
        let crowd = Crowd::on(1, milliseconds(100));
        crowd.learn(1, milliseconds(6));
        // One takes half a millisecond of the time, though it takes 6 ms when it is alone.
        for _ in 0..1000 {
            crowd.learn(20, milliseconds(10));
        }
        let refused = Duration::from_secs(70);
        let is_let_in = |count, later| {
            crowd.last_refused.store(0, Ordering::Relaxed);
            crowd.check(3000, refused).unwrap_err();
            crowd.check(count, refused + later).is_ok()
        };
        assert!(is_let_in(17, milliseconds(100)));
        assert!(!is_let_in(19, milliseconds(100)));
        // So long after, the crowd is seen to stay, and no more.
        assert!(is_let_in(32, LONG_AGO));
        assert!(!is_let_in(33, LONG_AGO));
    }

    #[test]
    fn now_and_then_it_is_tried_whether_people_must_still_be_sent_away() {
        let crowd = Crowd::on(1, milliseconds(100));
        for _ in 0..1000 {
            crowd.learn(20, milliseconds(10));
        }
        let start = Duration::from_secs(70);
        crowd.check(3000, start).unwrap_err();
        // More come all the time than are let in, though few enough for a crowd that stays.
        let is_let_in = |count, milliseconds| {
            let now = start + Duration::from_millis(milliseconds);
            // Those who are let in find a core.
            crowd.check(1, now).unwrap();
            crowd.check(count, now).is_ok()
        };
        assert!((1..=300).all(|step| !is_let_in(19, step * 100)));
        assert!(is_let_in(32, 30_050));
        assert!(!is_let_in(33, 30_051), "it is no burst");
        assert!(!is_let_in(32, 30_052));
    }

    #[test]
    fn who_comes_again_when_the_crowd_has_gone_gets_in() {
        let crowd = Crowd::on(2, milliseconds(100));
        crowd.learn(10, milliseconds(10));
        let (refused, again) = (milliseconds(1000), milliseconds(2000));
        assert!(crowd.check(500, refused).is_err());
        assert!(crowd.check(50, refused).is_err());
        crowd.check(1, again).unwrap();
        crowd.check(50, again).unwrap();
    }

    #[test]
    fn a_few_are_let_in_however_slow_it_is() {
        for patience in [0, 100] {
            let crowd = Crowd::on(2, milliseconds(patience));
            crowd.learn(1, milliseconds(8000));
            assert_eq!(let_in(&crowd, LONG_AGO), 64);
            // There one was refused, and still two to a core are let in.
            let refused = Duration::from_secs(60) + LONG_AGO;
            assert!(crowd.check(4, refused).is_ok());
            assert!(crowd.check(5, refused).is_err());
        }
    }

    #[test]
    fn one_slow_piece_of_work_sends_nobody_away() {
        let crowd = Crowd::on(2, milliseconds(100));
        crowd.learn(10, milliseconds(1));
        crowd.learn(10, milliseconds(8000));
        assert!(let_in(&crowd, Duration::ZERO) > 100);
    }

    #[test]
    fn who_is_refused_is_not_counted() {
        let crowd = Crowd::on(2, Duration::ZERO);
        crowd.learn(1, milliseconds(1));
        let coming: Vec<Coming> = std::iter::from_fn(|| crowd.enter().ok()).collect();
        assert_eq!(coming.len(), 64);
        assert_eq!(crowd.enter().unwrap_err().code, ErrorCode::Overloaded);
        assert_eq!(crowd.count(), 64);
        drop(coming);
        assert!(crowd.enter().is_ok());
        assert_eq!(crowd.count(), 0);
    }

    #[test]
    fn nobody_is_counted_while_the_sender_is_awaited() {
        let crowd = Crowd::on(2, Duration::ZERO);
        let slow = crowd.enter().unwrap();
        for (is_awaited, counted) in [(true, 0), (true, 0), (false, 1), (false, 1), (true, 0)] {
            slow.await_sender(is_awaited);
            assert_eq!(crowd.count(), counted);
        }
        drop(slow);
        assert_eq!(crowd.count(), 0);
    }

    #[test]
    fn before_anything_is_known_a_number_holds() {
        assert_eq!(let_in(&Crowd::on(1, Duration::ZERO), Duration::ZERO), 2048);
    }
}
