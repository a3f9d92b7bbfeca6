//! Reviews and what units write for them, in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{MissingPart, ReviewDocument};
use crate::{
    clock::Moment,
    db::schema::{programme_reviews, review_parts},
    ids::{AgencyCode, ProgrammeCode, RecordId},
    words,
};

words! {
    /// What a review is of.
    ReviewKind {
        /// Sơ kết: a year of the programme.
        Interim = "interim",
        /// Tổng kết: its whole period.
        Final = "final",
    }
}

words! {
    /// Where a review stands.
    ReviewState {
        /// Its figures are those of now, and units write.
        Drafting = "drafting",
        /// It has a number, and never changes.
        Frozen = "frozen",
    }
}

words! {
    /// What a unit writes.
    ReviewPart {
        /// What was reached (kết quả).
        Results = "results",
        /// What was not (tồn tại, hạn chế).
        Shortcomings = "shortcomings",
        /// Why (nguyên nhân).
        Causes = "causes",
        /// What is proposed (đề xuất, phương hướng).
        Proposals = "proposals",
    }
}

/// The last part of a review's address: a year, or `final`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewName(String);

impl ReviewName {
    /// The name of a review.
    pub fn of(year: Option<i32>) -> Self {
        Self(year.map_or_else(|| "final".to_owned(), |year| year.to_string()))
    }

    /// As it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ReviewName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_year || text == "final" {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom(
                "a review is named by its year, or `final`",
            ))
        }
    }
}

impl utoipa::PartialSchema for ReviewName {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([0-9]{4}|final)$"))
            .examples(["2018"])
            .into()
    }
}
impl ToSchema for ReviewName {}

/// A new review.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "interim", "year": 2018}))]
pub struct NewReview {
    /// Of a year, or of the period.
    pub kind: ReviewKind,
    /// The year of an interim one; a final one has none.
    #[serde(default)]
    pub year: Option<i32>,
}

/// What the owner writes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"assessment": "Các nhiệm vụ cơ bản hoàn thành theo kế hoạch."}))]
pub struct ReviewChange {
    /// The common assessment; null: none.
    #[serde(deserialize_with = "told")]
    #[schema(max_length = 20000, required)]
    pub assessment: Option<String>,
}

/// A member that may be null but has to be there.
fn told<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// That a review is to be frozen.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"missing_parts_accepted": true}))]
pub struct Freezing {
    /// Whether it may be frozen without the parts that units did not write.
    #[serde(default)]
    pub missing_parts_accepted: bool,
}

/// A unit's words.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Đã ban hành 02 thông tư."}))]
pub struct PartBody {
    /// The words.
    #[schema(min_length = 1, max_length = 20000)]
    pub text: String,
}

/// A part that a unit wrote, or is to write.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReviewPartText, example = json!({"agency": "moha", "part": "results", "text": null, "revision": 0, "updated_at": null, "updated_by": null, "actions": []}))]
pub struct PartView {
    /// The unit.
    pub agency: AgencyCode,
    /// Which part.
    pub part: ReviewPart,
    /// The words; null while there are none.
    pub text: Option<String>,
    /// Counts the changes, from 0; also the ETag.
    pub revision: i64,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
    /// By whom.
    pub updated_by: Option<String>,
    /// What the caller may do with it.
    pub actions: Vec<&'static str>,
}

/// A review in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "programme": "moha-mic-2017-2020", "name": "2018", "kind": "interim", "year": 2018, "state": "frozen", "number": "1/2018", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "carried": 12, "frozen_at": "2018-12-20T02:00:00Z", "frozen_by": "Vụ CCHC", "revision": 4, "created_at": "2018-12-01T02:00:00Z", "updated_at": "2018-12-20T02:00:00Z"}))]
pub struct ReviewCard {
    /// Its id.
    pub id: RecordId,
    /// The programme.
    pub programme: ProgrammeCode,
    /// The last part of its address: the year, or `final`.
    pub name: String,
    /// What it is of.
    pub kind: ReviewKind,
    /// The year of an interim one.
    pub year: Option<i32>,
    /// Where it stands.
    pub state: ReviewState,
    /// Its number in the programme and the year it was frozen in; null before.
    pub number: Option<String>,
    /// SHA-256 of the frozen document.
    pub digest: Option<String>,
    /// How many lines went over to the next year when it was frozen.
    pub carried: Option<i64>,
    /// When it was frozen.
    pub frozen_at: Option<Moment>,
    /// By whom.
    pub frozen_by: Option<String>,
    /// Counts the changes; also the ETag while it is drafted.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A review with its document.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ProgrammeReview)]
pub struct Review {
    /// What it is.
    pub review: ReviewCard,
    /// The parts that are not written.
    pub missing_parts: Vec<MissingPart>,
    /// What it tells: as things stand now, or as it was frozen.
    #[schema(value_type = ReviewDocument)]
    pub document: serde_json::Value,
    /// What the caller may do with it.
    pub actions: Vec<&'static str>,
}

/// A row of `programme_reviews`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_reviews, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the columns are those of the review in the API")]
pub struct ReviewRow {
    pub id: RecordId,
    pub programme_code: ProgrammeCode,
    pub name: String,
    pub kind: ReviewKind,
    pub year: Option<i32>,
    pub state: ReviewState,
    pub assessment: Option<String>,
    pub number: Option<i64>,
    pub number_year: Option<i32>,
    pub document: Option<String>,
    pub digest: Option<String>,
    pub carried: Option<i64>,
    pub frozen_at: Option<Moment>,
    pub frozen_by: Option<String>,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl ReviewRow {
    /// Its number as people write it: `1/2018`.
    pub fn number(&self) -> Option<String> {
        Some(format!("{}/{}", self.number?, self.number_year?))
    }

    /// As it stands in a list.
    pub fn card(&self) -> ReviewCard {
        ReviewCard {
            number: self.number(),
            id: self.id.clone(),
            programme: self.programme_code.clone(),
            name: self.name.clone(),
            kind: self.kind,
            year: self.year,
            state: self.state,
            digest: self.digest.clone(),
            carried: self.carried,
            frozen_at: self.frozen_at,
            frozen_by: self.frozen_by.clone(),
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A row of `review_parts`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = review_parts, primary_key(review_id, agency_code, part), treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the part in the API")]
pub struct PartRow {
    pub review_id: RecordId,
    pub agency_code: AgencyCode,
    pub part: ReviewPart,
    pub text: String,
    pub revision: i64,
    pub updated_at: Moment,
    pub updated_by: String,
}
