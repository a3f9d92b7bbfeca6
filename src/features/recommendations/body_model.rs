//! What people send about recommendations.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{RecommendationState, RecommendationTimeliness};
use crate::{
    ids::{AgencyCode, IndicatorCode, RecommendationTypeCode, RoundCode},
    web::EvidenceLink,
};

/// What a recommendation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"round": "par-2023-ministries", "indicator": "1.2.1"}))]
pub struct RecommendationAbout {
    /// The round.
    pub round: RoundCode,
    /// The indicator in its criteria set.
    #[serde(default)]
    pub indicator: Option<IndicatorCode>,
}

/// A new recommendation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"asker": "moj", "subject": "Hướng dẫn chữ ký số trên văn bản điện tử", "text": "Đề nghị hướng dẫn việc ký số văn bản điện tử có nhiều cơ quan ký.", "addressed_to": ["mic", "moha"], "evidence": [{"title": "Báo cáo số 45/BC-BTP", "url": "https://example.vn/45-BC-BTP.pdf"}]}))]
pub struct NewRecommendation {
    /// The agency that asks.
    pub asker: AgencyCode,
    /// What it is about, in a line.
    #[schema(min_length = 1, max_length = 300)]
    pub subject: String,
    /// What is asked.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// What the asker takes it for; the body that receives it decides.
    #[serde(default, rename = "type")]
    pub kind: Option<RecommendationTypeCode>,
    /// One body, or two that are to answer together. The first receives it, in its register.
    #[schema(min_items = 1, max_items = 2)]
    pub addressed_to: Vec<AgencyCode>,
    /// Documents.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub evidence: Vec<EvidenceLink>,
    /// The round, and the indicator, that it is about.
    #[serde(default)]
    pub about: Option<RecommendationAbout>,
}

/// A recommendation that goes out with a submission.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subject": "Kinh phí số hóa hồ sơ", "text": "Đề nghị bố trí kinh phí số hóa hồ sơ lưu trữ.", "indicator": "1.2.1"}))]
pub struct SubmissionRecommendation {
    /// What it is about, in a line.
    #[schema(min_length = 1, max_length = 300)]
    pub subject: String,
    /// What is asked.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// Documents.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub evidence: Vec<EvidenceLink>,
    /// The indicator that it is about.
    #[serde(default)]
    pub indicator: Option<IndicatorCode>,
}

/// A step of a recommendation.
#[allow(
    missing_docs,
    reason = "the variant tells the step, its fields are what it needs"
)]
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"action": "assign", "lead": "mic", "joint": ["moha"]}))]
pub enum RecommendationMove {
    /// Gives it a type, from which its deadline follows. A type of another procedure refuses it.
    Classify {
        #[serde(rename = "type")]
        kind: RecommendationTypeCode,
    },
    /// Tells one body to lead the answer, and others to join.
    Assign {
        lead: AgencyCode,
        #[serde(default)]
        #[schema(max_items = 10)]
        joint: Vec<AgencyCode>,
    },
    /// Sends it back to the asker.
    Return {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    },
    /// Hands it to another body, or to one that is not in this system.
    Transfer {
        #[serde(default)]
        to: Option<AgencyCode>,
        #[serde(default)]
        #[schema(max_length = 300)]
        outside: Option<String>,
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    },
    /// Takes what was handed over.
    Accept {},
    /// Asks the asker for more; the clock stands still until it comes.
    RequestInformation {
        #[schema(min_length = 1, max_length = 2000)]
        question: String,
    },
    /// Gives what was asked for.
    SupplyInformation {
        #[schema(min_length = 1, max_length = 10_000)]
        text: String,
    },
    /// Opens the answer to everybody, as it is or in other words.
    Publish {
        #[serde(default)]
        #[schema(min_length = 1, max_length = 20_000)]
        public_answer: Option<String>,
    },
    /// Takes it back.
    Withdraw {
        #[serde(default)]
        #[schema(max_length = 2000)]
        reason: Option<String>,
    },
}

/// A body's part of the answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Thực hiện theo Thông tư 41/2017/TT-BTTTT.", "agrees": true, "answer_revision": 1}))]
pub struct RecommendationPartBody {
    /// Of the lead: the answer, compulsory. Of others: what they add to its making.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20_000)]
    pub text: Option<String>,
    /// Whether the body agrees to the answer. When all have, it is given.
    pub agrees: bool,
    /// Of others than the lead: the version of the answer that they read; needed to agree.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub answer_revision: Option<i64>,
}

/// How satisfied the asker is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"score": 4, "comment": "Trả lời rõ, đúng hạn."}))]
pub struct SatisfactionBody {
    /// From 1 (not at all) to 5 (very).
    #[schema(minimum = 1, maximum = 5)]
    pub score: i32,
    /// Why.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    pub comment: Option<String>,
}

/// A type of recommendations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name_vi": "Đề nghị hướng dẫn", "name_en": "Request for guidance", "working_days": 15, "transferable": true}))]
pub struct RecommendationTypeBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name_vi: String,
    /// Its name in English.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub name_en: Option<String>,
    /// Working days from the receipt that an answer may take.
    #[schema(minimum = 1, maximum = 250)]
    pub working_days: i32,
    /// Whether it may be handed to another body.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub transferable: bool,
    /// Whether it is settled by another procedure: then it is refused here.
    #[serde(default)]
    pub another_procedure: bool,
    /// Which procedure: compulsory where it is another.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub procedure_vi: Option<String>,
    /// The same in English.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub procedure_en: Option<String>,
}

fn yes() -> bool {
    true
}

/// A type in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct ImportedType {
    /// The code.
    pub code: RecommendationTypeCode,
    /// What it is.
    #[serde(flatten)]
    pub body: RecommendationTypeBody,
}

/// A file of types, such as `data/recommendation_types.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeImport {
    /// What a reader of the file must know.
    pub note: String,
    /// The types; what is there already is left alone.
    pub types: Vec<ImportedType>,
}

/// Which recommendations to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecommendationQuery {
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only those in this state.
    pub state: Option<RecommendationState>,
    /// Only those that this body ever had to do with.
    pub body: Option<AgencyCode>,
    /// Only those of this agency.
    pub asker: Option<AgencyCode>,
    /// Only those of this type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub kind: Option<RecommendationTypeCode>,
    /// Only those that stand so to their deadline today.
    pub timeliness: Option<RecommendationTimeliness>,
    /// Only those of the registers of this year.
    #[serde(default, deserialize_with = "crate::web::within_if_any::<2000, 2100, _>")]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
}

/// Which recommendations to count.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// Only those that this body ever had to do with.
    pub body: Option<AgencyCode>,
    /// Only those of this agency.
    pub asker: Option<AgencyCode>,
    /// Only those of the registers of this year.
    #[serde(default, deserialize_with = "crate::web::within_if_any::<2000, 2100, _>")]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
}
