//! What good ratings are, and what a month of them comes to. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::model::{CountRow, NewRating, RatingChannelBody, RatingMonth, RatingRow};
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    ids::{AgencyCode, Month, RatingChannelCode},
    scoring::{percent_text_2, ratio_text_2},
};

const RATINGS_MAX: usize = 10_000;
const ID_LENGTH_MAX: usize = 64;
const NAME_LENGTH_MAX: usize = 200;
const MINIMUM_N_MAX: i32 = 1000;
/// From this score on a person is satisfied (Decision 766/QĐ-TTg and SIPAS count the two highest of five).
const SATISFIED_FROM: usize = 4;

/// The faults of a channel.
pub fn check_channel(channel: &RatingChannelBody) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let is_name = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_LENGTH_MAX;
    let names = [
        ("/name_vi", Some(channel.name_vi.as_str())),
        ("/name_en", channel.name_en.as_deref()),
    ];
    for (pointer, name) in names {
        if name.is_some_and(|name| !is_name(name)) {
            let message = Message::new("Tên gồm 1 đến 200 ký tự.", "A name has 1 to 200 characters.");
            faults.push(FieldError::new(pointer, "bad_text", message));
        }
    }
    if !(1..=MINIMUM_N_MAX).contains(&channel.minimum_n) {
        let message = Message::new(
            "Số lượt tối thiểu để công bố: từ 1 đến 1.000.",
            "The least number of ratings to be shown is from 1 to 1,000.",
        );
        faults.push(FieldError::new("/minimum_n", "bad_minimum", message));
    }
    faults
}

/// Refuses an empty or an oversized list.
pub fn check_size(count: usize) -> AppResult<()> {
    if (1..=RATINGS_MAX).contains(&count) {
        return Ok(());
    }
    Err(AppError::invalid_item(
        "/ratings",
        "bad_count",
        "Gửi từ 1 đến 10.000 lượt đánh giá.",
        "Send 1 to 10,000 ratings.",
    ))
}

/// What is known when ratings are checked.
pub struct Known<'a> {
    /// The channel's owner and the agencies below it, of those that were named.
    pub rated: &'a BTreeSet<AgencyCode>,
    /// Ratings that are there, by id.
    pub standing: &'a BTreeMap<String, RatingRow>,
    /// The present day in Vietnam.
    pub today: NaiveDate,
}

/// What becomes of ratings.
#[derive(Debug, Default)]
pub struct Judged {
    /// New ones.
    pub rows: Vec<RatingRow>,
    /// So many were there already.
    pub repeated: usize,
    /// So many were refused.
    pub refused: usize,
    /// Why.
    pub faults: Vec<FieldError>,
}

/// Judges ratings, each with its place in the list.
pub fn judge(channel: &RatingChannelCode, ratings: Vec<(usize, NewRating)>, known: &Known<'_>) -> Judged {
    let mut judged = Judged::default();
    let mut seen = BTreeSet::new();
    for (index, rating) in ratings {
        let mut faults = check(index, &rating, known);
        if !seen.insert(rating.id.clone()) {
            faults.push(fault(
                index,
                &rating,
                ("id", "duplicate_item"),
                (
                    "mã này có hai lần trong yêu cầu.",
                    "this id stands twice in the request.",
                ),
            ));
        }
        let row = RatingRow {
            channel_code: channel.clone(),
            rating_id: rating.id.clone(),
            agency_code: rating.agency.clone(),
            score: rating.score,
            rated_on: rating.rated_on,
        };
        match known.standing.get(&rating.id) {
            Some(standing) if faults.is_empty() && *standing == row => judged.repeated += 1,
            Some(_) if faults.is_empty() => faults.push(fault(
                index,
                &rating,
                ("id", "rating_differs"),
                (
                    "đã nhận mã này với nội dung khác; lượt đánh giá mới cần mã khác.",
                    "this id came with another content; a new rating needs another id.",
                ),
            )),
            _ if faults.is_empty() => judged.rows.push(row),
            _ => {}
        }
        judged.refused += usize::from(!faults.is_empty());
        judged.faults.extend(faults);
    }
    judged
}

fn check(index: usize, rating: &NewRating, known: &Known<'_>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut add = |what, text| faults.push(fault(index, rating, what, text));
    let is_id = (1..=ID_LENGTH_MAX).contains(&rating.id.len())
        && rating
            .id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
    if !is_id {
        add(
            ("id", "bad_id"),
            (
                "mã gồm 1 đến 64 chữ cái không dấu, chữ số hoặc . _ : -",
                "an id has 1 to 64 letters, digits or . _ : -",
            ),
        );
    }
    if !known.rated.contains(&rating.agency) {
        add(
            ("agency", "not_of_channel"),
            (
                "không phải cơ quan chủ kênh hoặc cơ quan trực thuộc vào ngày đánh giá.",
                "it is neither the channel's owner nor an agency below it.",
            ),
        );
    }
    if !(1..=5).contains(&rating.score) {
        add(
            ("score", "score_out_of_range"),
            ("điểm đánh giá từ 1 đến 5.", "a score is from 1 to 5."),
        );
    }
    if rating.rated_on > known.today {
        add(
            ("rated_on", "future_date"),
            ("ngày đánh giá chưa đến.", "the day has not come yet."),
        );
    } else if !Month::of(rating.rated_on).as_str().starts_with("20") {
        add(
            ("rated_on", "bad_date"),
            ("ngày đánh giá từ năm 2000.", "the day is in 2000 or later."),
        );
    }
    faults
}

fn fault(index: usize, rating: &NewRating, what: (&str, &str), text: (&str, &str)) -> FieldError {
    let id: String = rating.id.chars().take(ID_LENGTH_MAX).collect();
    let message = Message::new(format!("{id}: {}", text.0), format!("{id}: {}", text.1));
    FieldError::new(format!("/ratings/{index}/{}", what.0), what.1, message)
}

/// What new ratings add to the counts, by month and agency.
pub fn added(rows: &[RatingRow]) -> BTreeMap<(Month, AgencyCode), [i64; 5]> {
    let mut counts: BTreeMap<(Month, AgencyCode), [i64; 5]> = BTreeMap::new();
    for row in rows {
        let of_month = counts
            .entry((Month::of(row.rated_on), row.agency_code.clone()))
            .or_default();
        let place = usize::try_from(row.score - 1).ok();
        if let Some(count) = place.and_then(|place| of_month.get_mut(place)) {
            *count += 1;
        }
    }
    counts
}

/// The figures of a month.
pub fn figures(row: CountRow, minimum_n: i32) -> RatingMonth {
    let scores = row.scores();
    let n: i64 = scores.iter().sum();
    let shown = n >= i64::from(minimum_n);
    let satisfied: i64 = scores.iter().skip(SATISFIED_FROM - 1).sum();
    let worth = || -> i64 { (1..).zip(scores).map(|(score, count)| score * count).sum() };
    RatingMonth {
        month: row.month,
        agency: row.agency_code,
        suppressed: !shown,
        n: shown.then_some(n),
        scores: if shown { scores.to_vec() } else { Vec::new() },
        satisfied: shown.then_some(satisfied),
        satisfied_share: shown.then(|| percent_text_2(satisfied, n)).flatten(),
        mean: shown.then(|| ratio_text_2(worth(), n)).flatten(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agency(code: &str) -> AgencyCode {
        AgencyCode::parse(code).unwrap()
    }

    fn channel() -> RatingChannelCode {
        RatingChannelCode::parse("counter").unwrap()
    }

    fn rating(id: &str, score: i32, day: &str) -> NewRating {
        NewRating {
            id: id.into(),
            agency: agency("moj"),
            score,
            rated_on: day.parse().unwrap(),
        }
    }

    fn judged(ratings: Vec<NewRating>, standing: &BTreeMap<String, RatingRow>) -> Judged {
        let rated = [agency("moj")].into();
        let known = Known {
            rated: &rated,
            standing,
            today: "2025-03-31".parse().unwrap(),
        };
        judge(&channel(), ratings.into_iter().enumerate().collect(), &known)
    }

    #[test]
    fn every_bad_rating_is_named_and_the_same_is_not_counted_twice() {
        let first = judged(vec![rating("a", 5, "2025-03-01")], &BTreeMap::new());
        let standing: BTreeMap<_, _> = first
            .rows
            .into_iter()
            .map(|row| (row.rating_id.clone(), row))
            .collect();
        let mut elsewhere = rating("e", 0, "1999-12-31");
        elsewhere.agency = agency("mof");
        let second = judged(
            vec![
                rating("a", 5, "2025-03-01"),
                rating("a b", 5, "2025-04-01"),
                rating("c", 4, "2025-03-02"),
                rating("c", 4, "2025-03-02"),
                elsewhere,
            ],
            &standing,
        );
        let told: Vec<String> = second
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect();
        assert_eq!(
            told,
            [
                "/ratings/1/id bad_id",
                "/ratings/1/rated_on future_date",
                "/ratings/3/id duplicate_item",
                "/ratings/4/agency not_of_channel",
                "/ratings/4/score score_out_of_range",
                "/ratings/4/rated_on bad_date",
            ]
        );
        assert_eq!((second.rows.len(), second.repeated, second.refused), (1, 1, 3));
        let changed = judged(vec![rating("a", 4, "2025-03-01")], &standing);
        assert_eq!(changed.faults[0].code, "rating_differs");
    }

    fn month(scores: [i64; 5]) -> CountRow {
        let [score_1, score_2, score_3, score_4, score_5] = scores;
        CountRow {
            channel_code: channel(),
            month: Month::parse("2025-03").unwrap(),
            agency_code: agency("moj"),
            score_1,
            score_2,
            score_3,
            score_4,
            score_5,
        }
    }

    #[test]
    fn a_month_is_shown_from_its_minimum_on() {
        let shown = figures(month([1, 0, 1, 2, 4]), 8);
        assert_eq!((shown.n, shown.satisfied), (Some(8), Some(6)));
        assert_eq!(shown.satisfied_share.as_deref(), Some("75.00"));
        // (1 + 3 + 8 + 20) / 8 = 4
        assert_eq!(shown.mean.as_deref(), Some("4.00"));
        let hidden = figures(month([1, 0, 1, 2, 4]), 9);
        assert!(hidden.suppressed && hidden.n.is_none() && hidden.scores.is_empty() && hidden.mean.is_none());
    }

    proptest! {
        #[test]
        fn counts_add_up_however_ratings_are_split(scores in prop::collection::vec((1_i32..=5, 1_u32..=28, 1_u32..=3), 0..60), cut in 0_usize..60) {
            let rows: Vec<RatingRow> = scores
                .iter()
                .enumerate()
                .map(|(number, (score, day, month))| RatingRow {
                    channel_code: channel(),
                    rating_id: number.to_string(),
                    agency_code: agency("moj"),
                    score: *score,
                    rated_on: NaiveDate::from_ymd_opt(2025, *month, *day).unwrap(),
                })
                .collect();
            let (one, other) = rows.split_at(cut.min(rows.len()));
            let mut parts = added(one);
            for (key, counts) in added(other) {
                let sum = parts.entry(key).or_default();
                for (sum, count) in sum.iter_mut().zip(counts) {
                    *sum += count;
                }
            }
            prop_assert_eq!(&parts, &added(&rows));
            prop_assert_eq!(parts.values().flatten().sum::<i64>(), rows.len() as i64);
        }
    }
}
