//! What is sent in to the responses of a survey round, and what is answered.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    features::survey_rounds::Channel,
    ids::SurveyRoundCode,
    survey::GivenAnswers,
    web::{Each, ItemProblem},
};

/// How a batch treats bad responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchMode {
    /// One bad response refuses all.
    #[default]
    All,
    /// Good responses are kept, bad ones are named.
    Partial,
}

/// How to take a batch in.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BatchQuery {
    /// `all` (default): one bad response refuses all; `partial`: good responses are kept, bad ones named.
    #[serde(default)]
    #[param(inline)]
    pub mode: BatchMode,
}

/// A batch of responses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"responses": [
    {"id": "hn-000001", "stratum": "hoan-kiem", "channel": "post", "answers": "0430", "collected_on": "2025-07-02", "seconds": 310},
    {"id": "hn-000002", "stratum": "hoan-kiem", "channel": "visit", "answers": {"a1": "5", "a2": "4"}, "interviewer": "nv-17"}]}))]
pub struct BatchBody {
    /// The responses, 10,000 at most.
    #[schema(value_type = Vec<ResponseBody>, max_items = 10_000)]
    pub responses: Vec<Each<ResponseBody>>,
}

/// One response.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "hn-000001", "stratum": "hoan-kiem", "channel": "post", "answers": "0430", "collected_on": "2025-07-02", "seconds": 310}))]
pub struct ResponseBody {
    /// The sender's id, unique in the survey round: the number of the form, never a person's.
    #[schema(max_length = 64)]
    pub id: String,
    /// Code of the stratum.
    pub stratum: String,
    /// The way on which it came.
    pub channel: Channel,
    /// The answers, by item or packed. Free answers come by item only.
    pub answers: GivenAnswers,
    /// The day.
    #[serde(default)]
    pub collected_on: Option<NaiveDate>,
    /// How long the form took, in seconds.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 86_400)]
    pub seconds: Option<i32>,
    /// A mark of who asked, never a name.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub interviewer: Option<String>,
}

/// What became of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"survey_round": "sipas-2025", "batch_key": "vnpost-0001", "responses": 3, "accepted": 2, "repeated": 0, "refused": 1,
    "problems": [{"pointer": "/responses/2/stratum", "code": "unknown_stratum", "message": "hoan-kiemm: the plan has no such stratum"}]}))]
pub struct BatchResult {
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// The sender's key.
    pub batch_key: String,
    /// Responses in the batch.
    pub responses: usize,
    /// Taken in.
    pub accepted: usize,
    /// There already, with the same content.
    pub repeated: usize,
    /// Refused.
    pub refused: usize,
    /// All that is wrong with those that were refused.
    pub problems: Vec<ItemProblem>,
}

/// Excludes responses, or takes exclusions back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"responses": ["hn-000001"], "excluded": true, "reason": "Cùng một người điền cả tập phiếu"}))]
pub struct ExclusionBody {
    /// Ids of responses, 1,000 at most.
    #[schema(min_items = 1, max_items = 1_000)]
    pub responses: Vec<String>,
    /// `true` excludes, `false` takes back.
    pub excluded: bool,
    /// Why.
    #[schema(min_length = 1, max_length = 2_000)]
    pub reason: String,
}
