//! Responses and counts in the tables.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::schema::{survey_batches, survey_exclusions, survey_results, survey_texts},
    features::survey_rounds::Channel,
    ids::{RecordId, SurveyRoundCode},
};

/// A row of `survey_batches`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_batches, treat_none_as_default_value = false)]
pub struct BatchRow {
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The sender's key.
    pub batch_key: String,
    /// SHA-256 of what was sent.
    pub digest: String,
    /// Responses that were taken in.
    pub accepted: i64,
    /// Responses that were there already, with the same content.
    pub repeated: i64,
    /// Responses that were refused.
    pub refused: i64,
    /// What was answered.
    pub answer: String,
    /// When.
    pub received_at: Moment,
    /// From whom.
    pub received_by: String,
}

/// What is counted of a kept response.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct KeptResponse {
    /// Its id.
    pub response_id: String,
    /// The stratum's place.
    pub stratum: i32,
    /// The way on which it came.
    pub channel: Channel,
    /// Packed answers.
    pub answers: String,
    /// Quality flags.
    pub flags: i32,
    /// Whether it was excluded.
    pub excluded: bool,
}

/// A row of `survey_exclusions`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_exclusions, treat_none_as_default_value = false)]
pub struct ExclusionRow {
    /// Its id.
    pub id: RecordId,
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The response.
    pub response_id: String,
    /// Excluded, or taken back.
    pub excluded: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// A row of `survey_texts`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Insertable)]
#[diesel(table_name = survey_texts, treat_none_as_default_value = false)]
pub struct TextRow {
    /// A random id: it tells nothing of the order in which answers came.
    pub id: String,
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The stratum's place.
    pub stratum: i32,
    /// The item.
    pub item_code: String,
    /// What was said.
    pub text: String,
}

/// A row of `survey_results`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_results, treat_none_as_default_value = false)]
pub struct ResultRow {
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// SHA-256 of the document.
    pub digest: String,
    /// Canonical JSON.
    pub document: String,
    /// When it was made.
    pub made_at: Moment,
}
