//! What ratings look like in the API and in the tables.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::{rating_channels, rating_counts, ratings},
    ids::{AgencyCode, Month, RatingChannelCode},
    web::{Each, ItemProblem},
};

/// A channel, as it is sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner": "quang-ninh", "name_vi": "Đánh giá tại Trung tâm hành chính công", "name_en": "Ratings at the service centre", "minimum_n": 10}))]
pub struct RatingChannelBody {
    /// The agency whose channel it is; it never changes.
    pub owner: AgencyCode,
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name_vi: String,
    /// Its name in English.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name_en: Option<String>,
    /// Months of an agency with fewer ratings are not shown.
    #[schema(minimum = 1, maximum = 1000)]
    pub minimum_n: i32,
}

/// A channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "quang-ninh-counter", "owner": "quang-ninh", "name_vi": "Đánh giá tại Trung tâm hành chính công", "name_en": null,
    "minimum_n": 10, "revision": 1, "created_at": "2025-01-02T02:00:00Z", "updated_at": "2025-01-02T02:00:00Z"}))]
pub struct RatingChannel {
    /// Its code.
    pub code: RatingChannelCode,
    /// The agency whose channel it is.
    pub owner: AgencyCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Months of an agency with fewer ratings are not shown.
    pub minimum_n: i32,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A rating, as it is sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "HSO-2025-000123", "agency": "quang-ninh", "score": 5, "rated_on": "2025-03-04"}))]
pub struct NewRating {
    /// The sender's id, unique in the channel: sent again, the rating is not counted again. It names a transaction, not a person.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub id: String,
    /// The agency that was rated: the channel's owner, or one below it.
    pub agency: AgencyCode,
    /// From 1 (very dissatisfied) to 5 (very satisfied).
    #[schema(minimum = 1, maximum = 5)]
    pub score: i32,
    /// The day.
    pub rated_on: NaiveDate,
}

/// Ratings to take in together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingsBody {
    /// The ratings.
    #[schema(value_type = Vec<NewRating>, min_items = 1, max_items = 10000)]
    pub ratings: Vec<Each<NewRating>>,
}

/// What becomes of bad ratings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatingMode {
    /// One refuses all.
    #[default]
    All,
    /// Good ones are taken in, bad ones named.
    Partial,
}

/// How to take ratings in.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RatingQuery {
    /// `all` (default): one bad rating refuses all; `partial`: good ones are taken in, bad ones named.
    #[serde(default)]
    #[param(inline)]
    pub mode: RatingMode,
}

/// What became of ratings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"channel": "quang-ninh-counter", "accepted": 998, "repeated": 1, "refused": 1,
    "problems": [{"pointer": "/ratings/17/score", "code": "score_out_of_range", "message": "HSO-2025-000140: a score is from 1 to 5."}]}))]
pub struct RatingsTaken {
    /// The channel.
    pub channel: RatingChannelCode,
    /// Ratings that count from now on.
    pub accepted: usize,
    /// Those that were there already.
    pub repeated: usize,
    /// Those that were not taken.
    pub refused: usize,
    /// Why, each.
    pub problems: Vec<ItemProblem>,
}

/// Which months to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RatingMonthQuery {
    /// Only this agency's.
    pub agency: Option<AgencyCode>,
    /// From this month on.
    pub from: Option<Month>,
    /// Up to this month.
    pub to: Option<Month>,
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// The figures of an agency in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"month": "2025-03", "agency": "quang-ninh", "suppressed": false, "n": 1200, "scores": [12, 30, 98, 510, 550],
    "satisfied": 1060, "satisfied_share": "88.33", "mean": "4.30"}))]
pub struct RatingMonth {
    /// The month.
    pub month: Month,
    /// The agency.
    pub agency: AgencyCode,
    /// Whether it has fewer ratings than the channel shows; then nothing else is told.
    pub suppressed: bool,
    /// Ratings.
    pub n: Option<i64>,
    /// How often each score was given, from 1 to 5; empty where it is suppressed.
    pub scores: Vec<i64>,
    /// Scores of 4 and 5.
    pub satisfied: Option<i64>,
    /// Their share in percent, two decimals, half up.
    pub satisfied_share: Option<String>,
    /// The mean score, two decimals, half up.
    pub mean: Option<String>,
}

/// A row of `rating_channels`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rating_channels, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ChannelRow {
    /// Its code.
    pub code: RatingChannelCode,
    /// The agency whose channel it is.
    pub owner_code: AgencyCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Months with fewer ratings are not shown.
    pub minimum_n: i32,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl From<ChannelRow> for RatingChannel {
    fn from(row: ChannelRow) -> Self {
        Self {
            code: row.code,
            owner: row.owner_code,
            name_vi: row.name_vi,
            name_en: row.name_en,
            minimum_n: row.minimum_n,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A row of `ratings`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ratings, treat_none_as_default_value = false)]
pub struct RatingRow {
    /// The channel.
    pub channel_code: RatingChannelCode,
    /// The sender's id.
    pub rating_id: String,
    /// The agency that was rated.
    pub agency_code: AgencyCode,
    /// 1 to 5.
    pub score: i32,
    /// The day.
    pub rated_on: NaiveDate,
}

/// A row of `rating_counts`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rating_counts)]
pub struct CountRow {
    /// The channel.
    pub channel_code: RatingChannelCode,
    /// The month.
    pub month: Month,
    /// The agency that was rated.
    pub agency_code: AgencyCode,
    /// How often 1 was given.
    pub score_1: i64,
    /// How often 2 was given.
    pub score_2: i64,
    /// How often 3 was given.
    pub score_3: i64,
    /// How often 4 was given.
    pub score_4: i64,
    /// How often 5 was given.
    pub score_5: i64,
}

impl CountRow {
    /// How often each score was given, from 1 to 5.
    pub fn scores(&self) -> [i64; 5] {
        [
            self.score_1,
            self.score_2,
            self.score_3,
            self.score_4,
            self.score_5,
        ]
    }
}
