//! Bands of a rule: together they cover every value exactly once, and each border says whose it is.
//!
//! A border is turned into a *cut* between values: "from 70" cuts just before 70, "above 70" just after it,
//! "below 70" just before, "to 70" just after. A band is then everything between two cuts, and gaps and
//! overlaps are plain comparisons: no border value is forgotten and none is given twice.

use super::super::fault::{FaultCode, Faults};
use super::super::number::MILLION;
use super::super::points::Points;
use super::super::rule::{PercentFloor, RuleBand};

/// What the bands are about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Percentages from 0 to 100, all of them.
    Percent,
    /// Whole counts from 0 without end.
    Count,
}

/// A place between values: just before the value, or just after it.
///
/// For counts it is always "just before" a whole number, so that "to 3" and "from 4" are the same cut.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    value: Points,
    after: bool,
}

impl Cut {
    fn new(value: Points, after: bool, scale: Scale) -> Self {
        match scale {
            Scale::Percent => Self { value, after },
            Scale::Count if after => Self {
                value: value + Points::from_micro(MILLION),
                after: false,
            },
            Scale::Count => Self { value, after: false },
        }
    }
}

/// The cut after the last possible value.
fn end(scale: Scale) -> Cut {
    match scale {
        Scale::Percent => Cut {
            value: Points::HUNDRED,
            after: true,
        },
        Scale::Count => Cut {
            value: Points::from_micro(i64::MAX),
            after: true,
        },
    }
}

/// One band between two cuts, with its position in the document.
struct Span {
    position: usize,
    low: Cut,
    high: Cut,
}

/// Checks the borders of all bands of a rule; `pointer` names the list.
pub(super) fn check(bands: &[RuleBand], scale: Scale, pointer: &str, faults: &mut Faults) {
    let mut spans: Vec<Span> = Vec::with_capacity(bands.len());
    for (position, band) in bands.iter().enumerate() {
        if let Some((low, high)) = span(band, scale, &format!("{pointer}/{position}"), faults) {
            spans.push(Span { position, low, high });
        }
    }
    // One band without clear borders makes every statement about gaps a guess.
    if spans.len() == bands.len() && !spans.is_empty() {
        check_cover(spans, scale, pointer, faults);
    }
}

/// The cuts of one band, or `None` after reporting why there are none.
fn span(band: &RuleBand, scale: Scale, pointer: &str, faults: &mut Faults) -> Option<(Cut, Cut)> {
    let before = faults.found.len();
    let sides = [
        ("from", band.from),
        ("above", band.above),
        ("to", band.to),
        ("below", band.below),
    ];
    if sides.iter().all(|(_, border)| border.is_none()) {
        faults.add(
            pointer,
            FaultCode::BorderMissing,
            "Khoảng chưa có giới hạn: cần ít nhất một trong from, above, to, below.",
            "The band has no border: give at least one of from, above, to, below.",
        );
    }
    contradiction(faults, pointer, ("from", band.from), ("above", band.above));
    contradiction(faults, pointer, ("to", band.to), ("below", band.below));
    for (side, border) in sides {
        if let Some(border) = border {
            check_border(border, scale, format!("{pointer}/{side}"), faults);
        }
    }
    if faults.found.len() > before {
        return None;
    }
    let low = match (band.from, band.above) {
        (Some(from), _) => Cut::new(from, false, scale),
        (None, Some(above)) => Cut::new(above, true, scale),
        (None, None) => Cut::new(Points::ZERO, false, scale),
    };
    let high = match (band.to, band.below) {
        (Some(to), _) => Cut::new(to, true, scale),
        (None, Some(below)) => Cut::new(below, false, scale),
        (None, None) => end(scale),
    };
    if low >= high {
        faults.add(
            pointer,
            FaultCode::BandEmpty,
            "Không giá trị nào thuộc khoảng này.",
            "No value falls into this band.",
        );
        return None;
    }
    Some((low, high))
}

/// Refuses two borders on the same side.
fn contradiction(
    faults: &mut Faults,
    pointer: &str,
    closed: (&str, Option<Points>),
    open: (&str, Option<Points>),
) {
    if closed.1.is_some() && open.1.is_some() {
        faults.add(
            pointer,
            FaultCode::BorderContradictory,
            format!("Chỉ được dùng một trong hai: {} hoặc {}.", closed.0, open.0),
            format!("Use either {} or {}, not both.", closed.0, open.0),
        );
    }
}

fn check_border(border: Points, scale: Scale, pointer: String, faults: &mut Faults) {
    let beyond = scale == Scale::Percent && border > Points::HUNDRED;
    if border < Points::ZERO || beyond {
        let (vi, en) = match scale {
            Scale::Percent => (
                "Tỷ lệ phần trăm nằm từ 0 đến 100.",
                "A percentage lies from 0 to 100.",
            ),
            Scale::Count => ("Số lượng không được âm.", "A count is not negative."),
        };
        faults.add(pointer, FaultCode::BorderOutOfRange, vi, en);
    } else if scale == Scale::Count && border.micro() % MILLION != 0 {
        faults.add(
            pointer,
            FaultCode::BorderNotWhole,
            format!("Giới hạn của số lượng phải là số nguyên, hiện là {border}."),
            format!("A border of a count is a whole number; here it is {border}."),
        );
    }
}

/// Walks the bands from the lowest up: each begins exactly where the one before it ends.
fn check_cover(mut spans: Vec<Span>, scale: Scale, pointer: &str, faults: &mut Faults) {
    spans.sort_by_key(|span| (span.low, span.high, span.position));
    let mut reached = Cut {
        value: Points::ZERO,
        after: false,
    };
    for Span { position, low, high } in spans {
        if low > reached {
            report_gap(faults, format!("{pointer}/{position}"), reached, low, scale);
        } else if low < reached {
            let value = low.value;
            faults.add(
                format!("{pointer}/{position}"),
                FaultCode::BandOverlap,
                format!("Khoảng này chồng lên khoảng khác, bắt đầu từ {value}."),
                format!("This band overlaps another one, from {value} on."),
            );
        }
        reached = reached.max(high);
    }
    if reached < end(scale) {
        report_gap(faults, pointer.to_owned(), reached, end(scale), scale);
    }
}

/// Names the values that belong to no band, with both sides of the hole: "above 70 to below 80".
fn report_gap(faults: &mut Faults, pointer: String, low: Cut, high: Cut, scale: Scale) {
    let (vi, en) = if scale == Scale::Count && high == end(scale) {
        (
            format!("từ {} trở lên", low.value),
            format!("from {} on", low.value),
        )
    } else {
        let (from_vi, from_en) = if low.after {
            ("lớn hơn", "above")
        } else {
            ("từ", "from")
        };
        let (to_vi, to_en) = if high.after {
            ("đến hết", "up to and including")
        } else {
            ("đến dưới", "to below")
        };
        (
            format!("{from_vi} {} {to_vi} {}", low.value, high.value),
            format!("{from_en} {} {to_en} {}", low.value, high.value),
        )
    };
    faults.add(
        pointer,
        FaultCode::BandGap,
        format!("Giá trị {vi} không thuộc khoảng nào."),
        format!("Values {en} belong to no band."),
    );
}

/// Checks the floor of a proportional rule: exactly one side, from 0 to 100.
pub(super) fn check_floor(floor: &PercentFloor, pointer: &str, faults: &mut Faults) {
    if floor.from.is_none() && floor.above.is_none() {
        faults.add(
            pointer,
            FaultCode::BorderMissing,
            "Mức sàn cần một trong hai: from hoặc above.",
            "A floor needs one of from and above.",
        );
    }
    contradiction(faults, pointer, ("from", floor.from), ("above", floor.above));
    for (side, border) in [("from", floor.from), ("above", floor.above)] {
        if border.is_some_and(|border| border < Points::ZERO || border > Points::HUNDRED) {
            faults.add(
                format!("{pointer}/{side}"),
                FaultCode::FloorOutOfRange,
                "Mức sàn nằm từ 0 đến 100 phần trăm.",
                "A floor lies from 0 to 100 percent.",
            );
        }
    }
    if floor.above == Some(Points::HUNDRED) {
        faults.add(
            format!("{pointer}/above"),
            FaultCode::FloorOutOfRange,
            "Không tỷ lệ nào lớn hơn 100 phần trăm.",
            "No percentage is above 100.",
        );
    }
}
