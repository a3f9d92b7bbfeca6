//! What submissions look like in the API and in the tables.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{signing::SubmissionSignature, state::SubmissionState};
use crate::{
    clock::{Moment, Zone},
    features::{
        agencies::AgencyCard,
        evidence::EvidenceFile,
        rounds::{Deadlines, LocalDeadlines, SignatureRequired},
    },
    ids::{AgencyCode, FileId, IndicatorCode, RoundCode},
    scoring::{Declared, Points},
    web::{AboutIndicator, Each, ItemProblem},
};

/// A document that proves a declared value (tài liệu kiểm chứng): facts about it, and the file, if it was uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": "1250/QĐ-BTP", "date": "2023-01-05", "issuer": "Bộ Tư pháp", "title": "Kế hoạch CCHC năm 2023", "link": "https://example.vn/1250"}))]
pub struct Evidence {
    /// Number and sign of the document.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub number: Option<String>,
    /// Date of the document.
    #[serde(default)]
    pub date: Option<NaiveDate>,
    /// Who issued it.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub issuer: Option<String>,
    /// Who signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub signer: Option<String>,
    /// What it is.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub title: Option<String>,
    /// Where it can be read: http or https.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub link: Option<String>,
    /// The uploaded file: one of this item's.
    // Left out where there is none, so that what was stored before there were files keeps its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileId>,
}

/// One item to save. What is left out stays as it is; an explicit null clears it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"indicator": "1.1.1", "value": {"kind": "option", "option": "on_time"}, "evidence": [{"number": "1250/QĐ-BTP", "date": "2023-01-05", "issuer": "Bộ Tư pháp"}]}))]
pub struct ItemBody {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The declared value (số liệu kê khai).
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Declared>)]
    pub value: Option<Option<Declared>>,
    /// The written explanation (giải trình); compulsory where evidence is asked for and missing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10000)]
    pub explanation: Option<Option<String>>,
    /// The documents that prove the value, all of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Evidence>>, max_items = 50)]
    pub evidence: Option<Option<Vec<Evidence>>>,
    /// The revision of the item that was seen; a stale one is refused. Without it the newest is overwritten.
    #[serde(default)]
    pub revision: Option<i32>,
}

impl AboutIndicator for ItemBody {
    fn indicator(&self) -> &IndicatorCode {
        &self.indicator
    }
}

/// Tells «left out» from «null».
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Items to save together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemsBody {
    /// The items.
    #[schema(value_type = Vec<ItemBody>, min_items = 1, max_items = 1000)]
    pub items: Vec<Each<ItemBody>>,
}

/// How a bulk save treats bad items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaveMode {
    /// One bad item refuses all.
    #[default]
    All,
    /// Good items are saved, bad ones are named.
    Partial,
}

/// How to save.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SaveQuery {
    /// `all` (default): one bad item refuses all; `partial`: good items are saved, bad ones named.
    #[serde(default)]
    #[param(inline)]
    pub mode: SaveMode,
    /// Check only, save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// A new revision.
    Saved,
    /// It was the same already.
    Unchanged,
    /// It is wrong; see errors.
    Refused,
}

/// What became of one item of a bulk save.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "status": "saved", "revision": 1, "self_points": "1", "errors": []}))]
pub struct ItemResult {
    /// The indicator, as sent.
    pub indicator: IndicatorCode,
    /// What became of it.
    pub status: ItemStatus,
    /// The current revision; 0 if there is none.
    pub revision: i32,
    /// The points that the rule gives for the declared value.
    pub self_points: Option<Points>,
    /// What is wrong with it.
    pub errors: Vec<ItemProblem>,
}

/// What became of a bulk save.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "dry_run": false, "saved": 1, "unchanged": 0, "refused": 0, "submission_revision": 2, "state": "draft", "items": [{"indicator": "1.1.1", "status": "saved", "revision": 1, "self_points": "1", "errors": []}]}))]
pub struct SaveResult {
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCode,
    /// Whether it was a check only.
    pub dry_run: bool,
    /// Items with a new revision.
    pub saved: usize,
    /// Items that were the same already.
    pub unchanged: usize,
    /// Items that are wrong.
    pub refused: usize,
    /// The submission's revision after it.
    pub submission_revision: i64,
    /// The submission's state after it.
    pub state: SubmissionState,
    /// The items, in the order sent.
    pub items: Vec<ItemResult>,
}

/// An item of a submission as it stands, or as it stood in one revision.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "revision": 1, "value": {"kind": "option", "option": "on_time"}, "self_points": "1", "explanation": null, "evidence": [], "files": [], "saved_at": "2024-01-10T02:00:00Z", "saved_by": "Vụ Tổ chức cán bộ"}))]
pub struct Item {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Counts the item's changes.
    pub revision: i32,
    /// The declared value.
    pub value: Option<Declared>,
    /// The points that the rule gives for it.
    pub self_points: Option<Points>,
    /// The written explanation.
    pub explanation: Option<String>,
    /// The documents that prove it.
    pub evidence: Vec<Evidence>,
    /// What is known of the files that the documents name.
    pub files: Vec<EvidenceFile>,
    /// When it was saved.
    pub saved_at: Moment,
    /// Who saved it.
    pub saved_by: String,
}

/// A line of the form: an indicator and what stands in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "maximum": "1", "evidence_required": true, "not_applicable_allowed": false, "contributor": null, "item": null}))]
pub struct FormLine {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its maximum, in points.
    pub maximum: Points,
    /// Whether a document must prove the value.
    pub evidence_required: bool,
    /// Whether it may be declared not applicable.
    pub not_applicable_allowed: bool,
    /// The department that fills it in.
    pub contributor: Option<AgencyCode>,
    /// What stands in it; null if nothing yet.
    pub item: Option<Item>,
}

/// A submission (phiếu tự chấm điểm).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": "moj", "state": "draft", "locked": false, "locked_reason": null, "deadlines": {"self_assessment": "2024-01-31T10:00:00Z", "explanation": null, "appraisal": null}, "time_zone": "Asia/Ho_Chi_Minh", "local_deadlines": {"self_assessment": "2024-01-31T17:00:00+07:00", "explanation": null, "appraisal": null}, "revision": 1, "approved_at": null, "submitted_at": null, "updated_at": "2024-01-10T02:00:00Z", "self_points": "1", "signature_required": "none", "signatures": [], "actions": ["save_items"], "items": []}))]
pub struct Submission {
    /// The round.
    pub round: RoundCode,
    /// The agency that assesses itself.
    pub agency: AgencyCode,
    /// Where it stands.
    pub state: SubmissionState,
    /// Whether items can't be saved now.
    pub locked: bool,
    /// Why not.
    pub locked_reason: Option<String>,
    /// The deadlines that hold for this agency, with the time that it was granted.
    pub deadlines: Deadlines,
    /// The round's time zone.
    pub time_zone: Zone,
    /// The same deadlines in the round's time zone.
    pub local_deadlines: LocalDeadlines,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When the leadership approved it.
    pub approved_at: Option<Moment>,
    /// When it was submitted.
    pub submitted_at: Option<Moment>,
    /// When it was last changed.
    pub updated_at: Moment,
    /// The sum of the self points of the lines shown.
    pub self_points: Points,
    /// Which signature the round asks for before it is sent.
    pub signature_required: SignatureRequired,
    /// Who signed it as a whole, oldest first.
    pub signatures: Vec<SubmissionSignature>,
    /// What the caller may do with it now.
    pub actions: Vec<&'static str>,
    /// The lines that the caller may see.
    pub items: Vec<FormLine>,
}

/// A submission in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"round": "par-2023-ministries", "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "state": "submitted", "revision": 4, "declared": 1, "indicators": 1, "submitted_at": "2024-01-30T02:00:00Z", "updated_at": "2024-01-30T02:00:00Z"}))]
pub struct SubmissionSummary {
    /// The round.
    pub round: RoundCode,
    /// The agency.
    pub agency: AgencyCard,
    /// Where it stands.
    pub state: SubmissionState,
    /// Counts the changes.
    pub revision: i64,
    /// Indicators with a declared value.
    pub declared: usize,
    /// Indicators to declare.
    pub indicators: usize,
    /// When it was submitted.
    pub submitted_at: Option<Moment>,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A move of a submission.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "submitted", "accept_missing": false}))]
pub struct SubmissionMoveBody {
    /// Where to.
    pub to: SubmissionState,
    /// Approve or submit although items are missing: they will score 0.
    #[serde(default)]
    pub accept_missing: bool,
}

/// Something that is still missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "contributor": null, "missing": "value", "message": "1.1.1: no value is declared; it will score 0."}))]
pub struct Gap {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// Its name.
    pub name_vi: String,
    /// The department that fills it in.
    pub contributor: Option<AgencyCode>,
    /// `value`, or `evidence` where neither a document nor an explanation is given.
    pub missing: &'static str,
    /// The same as a sentence.
    pub message: String,
}

/// What is still missing from a submission.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"complete": false, "signature_missing": false, "indicators": 88, "declared": 87, "gaps": [{"indicator": "1.1.1", "name_vi": "Ban hành kế hoạch CCHC năm", "contributor": null, "missing": "value", "message": "1.1.1: no value is declared; it will score 0."}]}))]
pub struct Completeness {
    /// Whether nothing is missing in the items.
    pub complete: bool,
    /// Whether the signature that the round asks for is missing.
    pub signature_missing: bool,
    /// Indicators to declare.
    pub indicators: usize,
    /// Indicators with a declared value.
    pub declared: usize,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

/// The department that fills in an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"indicator": "1.1.1", "contributor": "moj"}))]
pub struct Contributor {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The department.
    pub contributor: AgencyCode,
}

/// All contributors of a submission.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributorsBody {
    /// In place of the present ones.
    #[schema(max_items = 1000)]
    pub contributors: Vec<Contributor>,
}
