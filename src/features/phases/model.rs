//! What moves and approvals look like in the API and in the table.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::round_approvals,
    features::{
        appraisals::ReturnedItem,
        rounds::{Phase, Round},
    },
    ids::{PublicationId, RecordId, RoundCode},
};

/// A move of a round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "published", "baseline": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "notice_vi": "Dựng lại từ số liệu đã làm tròn, ± 0.01", "notice_en": "Reconstructed from rounded parts, ± 0.01"}))]
pub struct RoundMoveBody {
    /// Where to.
    pub to: Phase,
    /// Why: due where the move takes back what others relied on (council → appraisal, published → correction).
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
    /// From `council` to `appraisal` only: the items that the council sends back, each to be appraised anew.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub items: Option<Vec<ReturnedItem>>,
    /// To `published` only: the earlier publication to show changes against.
    #[serde(default)]
    pub baseline: Option<PublicationId>,
    /// To `published` only: the title in Vietnamese, instead of the round's.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_vi: Option<String>,
    /// To `published` only: the title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// To `published` only: what a reader must know, in Vietnamese.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub notice_vi: Option<String>,
    /// To `published` only: the same in English.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub notice_en: Option<String>,
}

/// A round after a move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovedRound {
    /// The round.
    #[serde(flatten)]
    pub round: Round,
    /// The publication that the move made; null for other moves.
    pub publication: Option<PublicationId>,
}

/// An approval of a round's result.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"result_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "note": "Biên bản họp hội đồng số 12/BB-HĐTĐ"}))]
pub struct ApprovalBody {
    /// The `current_digest` that was looked at; if the result has changed since, the approval is refused.
    #[serde(default)]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub result_digest: Option<String>,
    /// What goes on record with it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// An approval that was given.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "result_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "note": null, "approved_at": "2024-04-10T02:00:00Z", "approved_by": "Nguyễn Thị Hội Đồng", "valid": true}))]
pub struct Approval {
    /// Its id.
    pub id: RecordId,
    /// The result that was approved.
    pub result_digest: String,
    /// What went on record with it.
    pub note: Option<String>,
    /// When.
    pub approved_at: Moment,
    /// Who.
    pub approved_by: String,
    /// Whether the present result may be published on it.
    pub valid: bool,
}

/// All approvals of a round.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "current_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "approved": true, "approvals": [{"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "result_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "note": null, "approved_at": "2024-04-10T02:00:00Z", "approved_by": "Nguyễn Thị Hội Đồng", "valid": true}]}))]
pub struct Approvals {
    /// The round.
    pub round: RoundCode,
    /// SHA-256 of the result as it stands: answers, points, places and criteria set, without times.
    pub current_digest: String,
    /// Whether the present result may be published.
    pub approved: bool,
    /// Every approval, oldest first.
    pub approvals: Vec<Approval>,
}

/// A row of `round_approvals`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_approvals, treat_none_as_default_value = false)]
pub struct ApprovalRow {
    /// Its id.
    pub id: RecordId,
    /// The round.
    pub round_code: RoundCode,
    /// The result that was approved.
    pub result_digest: String,
    /// What went on record with it.
    pub note: Option<String>,
    /// When.
    pub approved_at: Moment,
    /// Who.
    pub approved_by: String,
}
