//! Who is let in to wait for the database.
//!
//! A line that is longer than what is served within a moment only makes everybody wait: whoever would stand in it for too long is
//! told so at once, and may come again. How many that are depends on the machine and on what is asked of it, so it is measured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    error::{AppError, AppResult, ErrorCode},
    pace::{Pace, nanoseconds},
};

/// So many wait or are served at most, however quickly that goes: a database that hangs tells nothing of how long it takes.
const INSIDE_MAX: u64 = 2048;

/// A line in front of one or more who serve.
#[derive(Debug)]
pub(super) struct Line {
    /// How many are served side by side.
    side_by_side: u64,
    /// Nanoseconds that somebody may be expected to wait.
    patience: u64,
    /// How many wait or are served.
    inside: AtomicU64,
    /// What serving one takes.
    each: Pace,
}

/// A place in the line, until it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Line>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Line {
    pub(super) fn new(side_by_side: u32, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            side_by_side: u64::from(side_by_side.max(1)),
            patience: nanoseconds(patience),
            inside: AtomicU64::new(0),
            each: Pace::new(patience),
        })
    }

    /// Takes a place, unless the wait is expected to be too long. Who can be served at once always gets one.
    pub(super) fn enter(self: &Arc<Self>) -> AppResult<Place> {
        let place = self.join();
        let inside = self.inside.load(Ordering::Relaxed);
        let ahead = inside.saturating_sub(self.side_by_side);
        let wait = ahead.saturating_mul(self.each.nanoseconds()) / self.side_by_side;
        if wait > self.patience || inside > INSIDE_MAX {
            return Err(AppError::new(ErrorCode::Overloaded));
        }
        Ok(place)
    }

    /// Takes a place whatever the wait: for the service's own work, which nobody would ask for again.
    pub(super) fn join(self: &Arc<Self>) -> Place {
        self.inside.fetch_add(1, Ordering::Relaxed);
        Place(self.clone())
    }

    /// Learns that so many were served one after the other in this time.
    pub(super) fn served(&self, count: usize, time: Duration) {
        self.each
            .learn(time / u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// How many get a place while nobody leaves.
    fn let_in(line: &Arc<Line>) -> Vec<Place> {
        std::iter::from_fn(|| line.enter().ok()).take(10_000).collect()
    }

    #[test]
    fn as_many_wait_as_are_served_in_time() {
        let line = Line::new(1, milliseconds(100));
        line.served(10, milliseconds(100));
        // One is served, ten wait up to 100 ms.
        let places = let_in(&line);
        assert_eq!(places.len(), 11);
        assert_eq!(line.enter().unwrap_err().code, ErrorCode::Overloaded);
        drop(places);
        assert_eq!(let_in(&line).len(), 11, "who was refused holds no place");
    }

    #[test]
    fn who_serve_side_by_side_serve_more() {
        let line = Line::new(4, milliseconds(100));
        line.served(1, milliseconds(40));
        // Four are served, and ten more have passed through after 100 ms.
        assert_eq!(let_in(&line).len(), 14);
    }

    #[test]
    fn who_can_be_served_at_once_is_let_in_however_slow_it_is() {
        let line = Line::new(2, milliseconds(0));
        line.served(1, milliseconds(60_000));
        assert_eq!(let_in(&line).len(), 2);
    }

    #[test]
    fn one_slow_piece_of_work_closes_nothing_for_long() {
        let line = Line::new(1, milliseconds(100));
        line.served(1, milliseconds(1));
        line.served(1, milliseconds(8000));
        assert!(let_in(&line).len() > 10);
        for _ in 0..100 {
            line.served(1, milliseconds(8000));
        }
        assert_eq!(
            let_in(&line).len(),
            2,
            "but if all is slow, nobody waits for long"
        );
    }

    #[test]
    fn the_services_own_work_is_never_refused() {
        let line = Line::new(1, milliseconds(0));
        line.served(1, milliseconds(1));
        let places = [line.join(), line.join()];
        assert!(line.enter().is_err());
        drop(places);
        assert!(line.enter().is_ok());
    }

    #[test]
    fn before_anything_is_known_a_number_holds() {
        assert_eq!(let_in(&Line::new(1, milliseconds(0))).len(), 2048);
    }
}
