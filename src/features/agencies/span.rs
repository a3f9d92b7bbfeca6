//! Days on which something holds. Pure.

use chrono::{Datelike, NaiveDate};

/// From a first to a last day, both included; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// What holds on some days only.
pub trait Dated {
    /// The days.
    fn span(&self) -> Span;
}

impl Span {
    /// Whether a day belongs to it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The days that belong to both, if any do.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let later = |a: Option<NaiveDate>, b: Option<NaiveDate>| a.max(b);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let both = Self {
            from: later(self.from, other.from),
            to,
        };
        (!both.is_backward()).then_some(both)
    }

    /// Whether it ends before it begins.
    pub fn is_backward(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from > to)
    }

    /// Whether all stated ends of `inner` lie within it. An open end takes the end of what surrounds it.
    pub fn surrounds(self, inner: Self) -> bool {
        let within = |day: Option<NaiveDate>| day.is_none_or(|day| self.contains(day));
        within(inner.from) && within(inner.to)
    }
}

/// Whether a day can be kept: years of four digits, whose text has the order of the days.
pub fn is_storable(day: NaiveDate) -> bool {
    (1000..=9999).contains(&day.year())
}

/// What holds on a day.
pub fn on_day<T: Dated>(rows: &[T], day: NaiveDate) -> Option<&T> {
    rows.iter().find(|row| row.span().contains(day))
}

/// What holds on a day, or else what held last (an open end is the latest of all).
pub fn on_day_or_latest<T: Dated>(rows: &[T], day: NaiveDate) -> Option<&T> {
    on_day(rows, day).or_else(|| {
        rows.iter()
            .max_by_key(|row| row.span().to.unwrap_or(NaiveDate::MAX))
    })
}

/// The first pair of rows that hold on a common day, by index.
pub fn overlaps<T: Dated>(rows: &[T], alike: impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (later, row) in rows.iter().enumerate() {
        let earlier = rows
            .iter()
            .take(later)
            .position(|other| alike(other, row) && other.span().intersection(row.span()).is_some());
        found.extend(earlier.map(|earlier| (earlier, later)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(from: &str, to: &str) -> Span {
        let end = |text: &str| (!text.is_empty()).then(|| day(text));
        Span {
            from: end(from),
            to: end(to),
        }
    }

    struct Row(Span);
    impl Dated for Row {
        fn span(&self) -> Span {
            self.0
        }
    }

    #[test]
    fn both_ends_belong_to_it_and_an_absent_end_is_open() {
        let until = span("", "2025-06-30");
        assert!(until.contains(day("2025-06-30")) && !until.contains(day("2025-07-01")));
        assert!(span("", "").contains(day("1900-01-01")));
        assert!(span("2025-07-01", "").contains(day("2025-07-01")));
    }

    #[test]
    fn neighbours_do_not_overlap_and_a_common_day_does() {
        let until = span("", "2025-06-30");
        assert_eq!(until.intersection(span("2025-07-01", "")), None);
        assert_eq!(
            until.intersection(span("2025-06-30", "")),
            Some(span("2025-06-30", "2025-06-30"))
        );
        let rows = [
            Row(until),
            Row(span("2025-07-01", "")),
            Row(span("2026-01-01", "")),
        ];
        assert_eq!(overlaps(&rows, |_, _| true), [(1, 2)]);
        assert!(overlaps(&rows, |_, _| false).is_empty());
    }

    #[test]
    fn stated_ends_lie_within_and_open_ones_follow() {
        let whole = span("2000-01-01", "2025-06-30");
        assert!(whole.surrounds(span("", "")));
        assert!(whole.surrounds(span("2000-01-01", "2001-01-01")));
        assert!(!whole.surrounds(span("1999-12-31", "")));
        assert!(!whole.surrounds(span("", "2025-07-01")));
    }

    #[test]
    fn a_day_without_a_row_takes_the_latest() {
        let rows = [Row(span("2010-01-01", "2012-01-01")), Row(span("", "2005-01-01"))];
        assert_eq!(
            on_day_or_latest(&rows, day("2020-01-01")).unwrap().0,
            span("2010-01-01", "2012-01-01")
        );
        assert!(on_day(&rows, day("2020-01-01")).is_none());
    }
}
