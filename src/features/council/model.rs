//! What agendas and minutes look like in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::Moment,
    db::schema::council_minutes,
    features::{agencies::AgencyCard, comparisons::ComparedItem, evidence::EvidenceFile},
    ids::{RecordId, RoundCode},
};

/// How much of the agenda to show.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgendaQuery {
    /// Items: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// An item that the council looks at.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "domain": "1", "maximum": "1", "self_points": "1", "appraised_points": "0.5", "difference": "-0.5", "lost": "0.5", "decided": true, "origin": "settled", "body": "moha", "reason": "Kế hoạch ban hành chậm", "declared": true, "evidence": 1}))]
pub struct AgendaItem {
    /// The agency.
    pub agency: AgencyCard,
    /// The item: self against appraised.
    #[serde(flatten)]
    pub item: ComparedItem,
}

/// What the council looks at: what moved, the most first, and what bodies did not agree on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "moved": 12, "settled": 1, "items": []}))]
pub struct Agenda {
    /// The round.
    pub round: RoundCode,
    /// Items whose points moved in the appraisal.
    pub moved: usize,
    /// Items that the bodies did not agree on.
    pub settled: usize,
    /// The items, as many as were asked for.
    pub items: Vec<AgendaItem>,
}

/// Somebody who sat in the council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Nguyễn Văn A", "position": "Thứ trưởng Bộ Nội vụ, Chủ tịch Hội đồng"}))]
pub struct Member {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Position and part in the council.
    #[schema(min_length = 1, max_length = 300)]
    pub position: String,
}

/// Minutes of a sitting.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"held_on": "2024-04-09", "number": "12/BB-HĐTĐ", "members": [{"name": "Nguyễn Văn A", "position": "Chủ tịch Hội đồng"}, {"name": "Trần Thị B", "position": "Thư ký"}], "conclusion": "Hội đồng thống nhất thông qua kết quả."}))]
pub struct MinutesBody {
    /// The day of the sitting.
    pub held_on: NaiveDate,
    /// Number of the minutes or of the decision.
    #[schema(min_length = 1, max_length = 100)]
    pub number: String,
    /// Who sat: two at least.
    #[schema(min_items = 2, max_items = 50)]
    pub members: Vec<Member>,
    /// What was concluded.
    #[schema(min_length = 1, max_length = 20000)]
    pub conclusion: String,
}

/// Minutes that were recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "held_on": "2024-04-09", "number": "12/BB-HĐTĐ", "members": [{"name": "Nguyễn Văn A", "position": "Chủ tịch Hội đồng"}, {"name": "Trần Thị B", "position": "Thư ký"}], "conclusion": "Hội đồng thống nhất thông qua kết quả.", "recorded_at": "2024-04-09T09:00:00Z", "recorded_by": "Thư ký Hội đồng", "files": []}))]
pub struct Minutes {
    /// Their id.
    pub id: RecordId,
    /// The day of the sitting.
    pub held_on: NaiveDate,
    /// Number of the minutes or of the decision.
    pub number: String,
    /// Who sat.
    pub members: Vec<Member>,
    /// What was concluded.
    pub conclusion: String,
    /// When they were recorded.
    pub recorded_at: Moment,
    /// By whom.
    pub recorded_by: String,
    /// The signed minutes as files, newest first: the first one is the one that counts.
    pub files: Vec<EvidenceFile>,
}

/// A row of `council_minutes`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = council_minutes, treat_none_as_default_value = false)]
pub struct MinutesRow {
    /// Their id.
    pub id: RecordId,
    /// The round.
    pub round_code: RoundCode,
    /// The day of the sitting.
    pub held_on: NaiveDate,
    /// Number of the minutes or of the decision.
    pub number: String,
    /// Who sat, as JSON.
    pub members: String,
    /// What was concluded.
    pub conclusion: String,
    /// When they were recorded.
    pub recorded_at: Moment,
    /// By whom.
    pub recorded_by: String,
}
