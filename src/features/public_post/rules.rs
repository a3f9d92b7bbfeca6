//! What good counts are, and what those of a year come to. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{PublicPostLine, PublicPostRow, PublicPostShare, PublicPostTotal};
use crate::{
    db::digest_of,
    error::{AppError, AppResult, FieldError, Message},
    features::agencies::Validity,
    ids::{AgencyCode, Month},
    scoring::{Quantity, percent_text_2},
};

/// Lines of one bulk.
pub const LINES_MAX: usize = 10_000;
/// More dossiers than the whole country has in a year: beyond it something was mistyped.
const COUNT_MAX: i64 = 1_000_000_000;
const SOURCE_LENGTH_MAX: usize = 500;
const MILLION: i64 = 1_000_000;

/// What is known while lines are checked.
pub struct Known<'a> {
    /// The days of the agencies that there are.
    pub agencies: &'a BTreeMap<AgencyCode, Validity>,
    /// The agencies whose counts the caller may send.
    pub allowed: &'a BTreeSet<AgencyCode>,
    /// The present month.
    pub month: Month,
}

/// Refuses a bulk of no lines, or of too many.
pub fn check_size(lines: usize) -> AppResult<()> {
    if (1..=LINES_MAX).contains(&lines) {
        return Ok(());
    }
    Err(AppError::invalid_item(
        "/counts",
        "bad_count",
        "Gửi từ 1 đến 10.000 dòng.",
        "Send 1 to 10,000 lines.",
    ))
}

struct At<'a> {
    index: usize,
    line: &'a PublicPostLine,
}

impl At<'_> {
    fn fault(&self, part: &str, code: &str, vi: &str, en: &str) -> FieldError {
        let what = format!("{}, {}", self.line.agency, self.line.period);
        FieldError::new(
            format!("/counts/{}/{part}", self.index),
            code,
            Message::new(format!("{what}: {vi}"), format!("{what}: {en}")),
        )
    }
}

/// The faults of lines, each with its place in the list, every one.
pub fn check_lines(lines: &[(usize, PublicPostLine)], known: &Known<'_>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, line) in lines {
        let at = At { index: *index, line };
        if !seen.insert((&line.agency, &line.period)) {
            faults.push(at.fault(
                "period",
                "duplicate_item",
                "có hai lần trong yêu cầu.",
                "stands twice in the request.",
            ));
        }
        faults.extend(check_agency(&at, known));
        if line.period > known.month {
            faults.push(at.fault(
                "period",
                "future_month",
                "tháng này chưa đến.",
                "this month has not begun.",
            ));
        }
        faults.extend(check_counts(&at));
        if line
            .source
            .as_ref()
            .is_some_and(|source| source.trim().is_empty() || source.chars().count() > SOURCE_LENGTH_MAX)
        {
            faults.push(at.fault(
                "source",
                "bad_source",
                "nguồn gồm 1 đến 500 ký tự.",
                "a source has 1 to 500 characters.",
            ));
        }
    }
    faults
}

fn check_agency(at: &At<'_>, known: &Known<'_>) -> Option<FieldError> {
    let Some(days) = known.agencies.get(&at.line.agency) else {
        return Some(at.fault(
            "agency",
            "unknown_agency",
            "không có cơ quan này.",
            "there is no such agency.",
        ));
    };
    if !known.allowed.contains(&at.line.agency) {
        return Some(at.fault(
            "agency",
            "not_entrusted",
            "không phải cơ quan của bạn, và đơn vị thu thập của bạn chưa được giao cơ quan này; đề nghị quản trị viên giao.",
            "it is not your agency, and your collecting body was not entrusted with it; ask an administrator.",
        ));
    }
    // A province that was merged has no dossiers after its last day.
    let (first, last) = (at.line.period.first_day(), at.line.period.last_day());
    let was_there = first.zip(last).is_some_and(|(first, last)| {
        days.from.is_none_or(|from| from <= last) && days.to.is_none_or(|to| to >= first)
    });
    (!was_there).then(|| {
        at.fault(
            "agency",
            "agency_not_there_then",
            "cơ quan không tồn tại trong tháng này.",
            "the agency did not exist in this month.",
        )
    })
}

fn check_counts(at: &At<'_>) -> Vec<FieldError> {
    let line = at.line;
    let mut faults = Vec::new();
    for (part, count) in [
        ("received_post", line.received_post),
        ("received_all", line.received_all),
        ("returned_post", line.returned_post),
        ("returned_all", line.returned_all),
    ] {
        if !(0..=COUNT_MAX).contains(&count) {
            faults.push(at.fault(
                part,
                "count_out_of_range",
                "số lượng từ 0 đến 1.000.000.000.",
                "a count is from 0 to 1,000,000,000.",
            ));
        }
    }
    for (part, by_post, all) in [
        ("received_post", line.received_post, line.received_all),
        ("returned_post", line.returned_post, line.returned_all),
    ] {
        if by_post > all {
            faults.push(at.fault(
                part,
                "post_above_all",
                &format!("qua bưu chính {by_post}, nhiều hơn tổng số {all} của mọi hình thức."),
                &format!("{by_post} by post are more than the {all} in all channels."),
            ));
        }
    }
    faults
}

/// What the months of an agency's year come to, in any order; none where there are none.
pub fn total(
    agency: &AgencyCode,
    year: i32,
    mut rows: Vec<PublicPostRow>,
    present: &Month,
) -> AppResult<Option<PublicPostTotal>> {
    rows.sort_by(|a, b| a.period.cmp(&b.period));
    let Some(last_recorded_at) = rows.iter().map(|row| row.recorded_at).max() else {
        return Ok(None);
    };
    let months: Vec<Month> = rows.iter().map(|row| row.period.clone()).collect();
    let missing = Month::of_year(year)
        .filter(|month| month < present && !months.contains(month))
        .collect();
    let content: Vec<_> = rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "period": row.period, "revision": row.revision,
                "received_post": row.received_post, "received_all": row.received_all,
                "returned_post": row.returned_post, "returned_all": row.returned_all,
            })
        })
        .collect();
    let digest = digest_of(&serde_json::json!({"agency": agency, "year": year, "months": content}))?;
    let sum = |count: fn(&PublicPostRow) -> i64| rows.iter().map(count).sum::<i64>();
    Ok(Some(PublicPostTotal {
        agency: agency.clone(),
        year,
        received: share(sum(|row| row.received_post), sum(|row| row.received_all))?,
        returned: share(sum(|row| row.returned_post), sum(|row| row.returned_all))?,
        months,
        missing,
        last_recorded_at,
        digest,
    }))
}

fn share(part: i64, whole: i64) -> AppResult<PublicPostShare> {
    let quantity = |count: i64| {
        count
            .checked_mul(MILLION)
            .and_then(Quantity::from_micro)
            .ok_or_else(|| AppError::internal("the counts of a year are beyond all bounds"))
    };
    Ok(PublicPostShare {
        numerator: quantity(part)?,
        denominator: quantity(whole)?,
        share: percent_text_2(part, whole),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Moment;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    fn agency(text: &str) -> AgencyCode {
        AgencyCode::parse(text).unwrap()
    }

    fn line(code: &str, period: &str, counts: [i64; 4]) -> PublicPostLine {
        PublicPostLine {
            agency: agency(code),
            period: month(period),
            received_post: counts[0],
            received_all: counts[1],
            returned_post: counts[2],
            returned_all: counts[3],
            source: None,
        }
    }

    fn row(period: &str, counts: [i64; 4]) -> PublicPostRow {
        PublicPostRow {
            agency_code: agency("moj"),
            period: month(period),
            revision: 1,
            received_post: counts[0],
            received_all: counts[1],
            returned_post: counts[2],
            returned_all: counts[3],
            source: None,
            collector_code: None,
            recorded_at: Moment::from_unix_seconds(0).unwrap(),
            recorded_by: "x".into(),
            superseded_at: None,
        }
    }

    #[test]
    fn every_bad_line_is_named() {
        let whole = Validity { from: None, to: None };
        let ended = Validity {
            from: None,
            to: "2025-06-30".parse().ok(),
        };
        let agencies = [
            (agency("moj"), whole),
            (agency("ha-tay"), ended),
            (agency("mof"), whole),
        ]
        .into();
        let allowed = [agency("moj"), agency("ha-tay")].into();
        let known = Known {
            agencies: &agencies,
            allowed: &allowed,
            month: month("2026-03"),
        };
        let mut talk = line("moj", "2026-03", [0; 4]);
        talk.source = Some(" ".into());
        let lines = [
            line("moj", "2025-01", [1, 2, 3, 4]),
            line("moj", "2025-01", [3, 2, 5, 4]),
            line("nobody", "2026-04", [0, 0, 0, -1]),
            line("mof", "2025-01", [0; 4]),
            line("ha-tay", "2025-06", [0; 4]),
            line("ha-tay", "2025-07", [0; 4]),
            talk,
        ];
        let lines: Vec<_> = lines.into_iter().enumerate().collect();
        let told: Vec<String> = check_lines(&lines, &known)
            .into_iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect();
        assert_eq!(
            told,
            [
                "/counts/1/period duplicate_item",
                "/counts/1/received_post post_above_all",
                "/counts/1/returned_post post_above_all",
                "/counts/2/agency unknown_agency",
                "/counts/2/period future_month",
                "/counts/2/returned_all count_out_of_range",
                "/counts/2/returned_post post_above_all",
                "/counts/3/agency not_entrusted",
                "/counts/5/agency agency_not_there_then",
                "/counts/6/source bad_source",
            ]
        );
    }

    #[test]
    fn a_year_is_the_sum_of_its_months_and_names_those_that_are_missing() {
        let rows = vec![row("2025-03", [10, 20, 0, 0]), row("2025-01", [1, 13, 0, 0])];
        let total = total(&agency("moj"), 2025, rows, &month("2025-05"))
            .unwrap()
            .unwrap();
        assert_eq!(total.received.numerator.to_string(), "11");
        assert_eq!(total.received.denominator.to_string(), "33");
        assert_eq!(total.received.share.as_deref(), Some("33.33"));
        assert_eq!(total.returned.share, None);
        assert_eq!(total.missing, [month("2025-02"), month("2025-04")]);
    }

    proptest! {
        #[test]
        fn the_order_of_months_does_not_matter(counts in prop::collection::vec((0_i64..1000, 0_i64..1000), 1..12)) {
            let rows: Vec<_> = Month::of_year(2025)
                .zip(&counts)
                .map(|(month, (post, other))| row(month.as_str(), [*post, post + other, *other, post + other]))
                .collect();
            let backwards = rows.iter().rev().cloned().collect();
            let present = month("2026-01");
            let one = total(&agency("moj"), 2025, rows, &present).unwrap().unwrap();
            let other = total(&agency("moj"), 2025, backwards, &present).unwrap().unwrap();
            prop_assert_eq!(&one.digest, &other.digest);
            prop_assert_eq!(&one.received, &other.received);
            prop_assert!(one.received.numerator <= one.received.denominator);
            prop_assert_eq!(one.missing.len(), 12 - counts.len());
        }
    }
}
