//! What survey rounds look like in the API.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body_model::InstrumentRef,
    model::{
        Channel, SampleAllocation, Sizing, StratumRow, SurveyMoveKind, SurveyMoveRow, SurveyRoundRow,
        SurveyState,
    },
};
use crate::{
    clock::Moment,
    ids::{AgencyCode, LevelCode, StratumCode, SurveyRoundCode},
    scoring::Quantity,
};

/// A survey round in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "sipas-2025-provinces", "title_vi": "Đo lường sự hài lòng năm 2025", "title_en": "SIPAS 2025", "year": 2025, "level": "province", "owner": "moha", "instrument": {"code": "sipas-2024", "version": 1}, "state": "fielding", "collects_from": "2025-07-01", "collects_to": "2025-09-30", "result_digest": null, "revision": 3, "created_at": "2025-06-01T02:00:00Z", "updated_at": "2025-07-01T02:00:00Z"}))]
pub struct SurveyRoundSummary {
    /// Its code.
    pub code: SurveyRoundCode,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The year that is asked about.
    pub year: i32,
    /// The level of the agencies that are surveyed.
    pub level: LevelCode,
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// What is asked.
    pub instrument: InstrumentRef,
    /// Where it stands.
    pub state: SurveyState,
    /// The first day of asking.
    pub collects_from: Option<NaiveDate>,
    /// The last day of asking.
    pub collects_to: Option<NaiveDate>,
    /// SHA-256 of the final result, once it is final.
    pub result_digest: Option<String>,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl From<SurveyRoundRow> for SurveyRoundSummary {
    fn from(row: SurveyRoundRow) -> Self {
        Self {
            code: row.code,
            title_vi: row.title_vi,
            title_en: row.title_en,
            year: row.year,
            level: row.level_code,
            owner: row.owner_code,
            instrument: InstrumentRef {
                code: row.instrument_code,
                version: row.instrument_version,
            },
            state: row.state,
            collects_from: row.collects_from,
            collects_to: row.collects_to,
            result_digest: row.result_digest,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What the sample plan comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"weighted": true, "error": "0.05", "sizing": "agency", "allocation": "proportional", "total_size": null, "strata": 3321, "population": 1204000, "sample_size": 13600, "seed": null}))]
pub struct SamplePlan {
    /// Whether results are weighted by population over valid responses.
    pub weighted: bool,
    /// The error e of n = N/(1 + N·e²), as a share.
    pub error: Quantity,
    /// For what n is made large enough.
    pub sizing: Sizing,
    /// How the sample of a whole is spread over its strata.
    pub allocation: SampleAllocation,
    /// The size that was given for the whole.
    pub total_size: Option<i64>,
    /// How many strata there are.
    pub strata: usize,
    /// How many there are to be asked.
    pub population: i64,
    /// How many are asked.
    pub sample_size: i64,
    /// The seed that the sample was drawn by, for who works on the round; null where it was not drawn, or for others.
    pub seed: Option<String>,
}

/// A move that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"kind": "start", "reason": null, "made_at": "2025-07-01T02:00:00Z", "made_by": "Vụ Cải cách hành chính"}))]
pub struct SurveyMove {
    /// What was done.
    pub kind: SurveyMoveKind,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

impl From<SurveyMoveRow> for SurveyMove {
    fn from(row: SurveyMoveRow) -> Self {
        Self {
            kind: row.kind,
            reason: row.reason,
            made_at: row.made_at,
            made_by: row.made_by,
        }
    }
}

/// A survey round (đợt điều tra).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "sipas-2025-provinces", "title_vi": "Đo lường sự hài lòng năm 2025", "title_en": "SIPAS 2025", "year": 2025, "level": "province", "owner": "moha", "instrument": {"code": "sipas-2024", "version": 1}, "state": "planning", "collects_from": "2025-07-01", "collects_to": "2025-09-30", "result_digest": null, "revision": 2, "created_at": "2025-06-01T02:00:00Z", "updated_at": "2025-06-02T02:00:00Z", "collectors": ["vnpost"], "sample_plan": {"weighted": true, "error": "0.05", "sizing": "agency", "allocation": "proportional", "total_size": null, "strata": 3321, "population": 1204000, "sample_size": 13600, "seed": null}, "history": [], "moves": ["start"]}))]
pub struct SurveyRound {
    /// What lists show.
    #[serde(flatten)]
    pub summary: SurveyRoundSummary,
    /// Bodies that may send in responses and field work.
    pub collectors: Vec<AgencyCode>,
    /// What the sample plan comes to; null before there is one.
    pub sample_plan: Option<SamplePlan>,
    /// The moves that were made, the oldest first.
    pub history: Vec<SurveyMove>,
    /// The moves that the caller may make now.
    pub moves: Vec<SurveyMoveKind>,
}

/// A stratum of the sample plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"position": 0, "code": "hoan-kiem", "name_vi": "Phường Hoàn Kiếm", "name_en": "Hoàn Kiếm ward", "agency": "ha-noi", "service_field": "Đất đai", "population": 400, "sample_size": 200}))]
pub struct Stratum {
    /// Its place in the plan, from 0.
    pub position: i32,
    /// Its code.
    pub code: StratumCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The agency that is surveyed.
    pub agency: AgencyCode,
    /// The service that people used.
    pub service_field: Option<String>,
    /// How many there are to be asked.
    pub population: i64,
    /// How many are asked.
    pub sample_size: i64,
}

impl From<StratumRow> for Stratum {
    fn from(row: StratumRow) -> Self {
        Self {
            position: row.position,
            code: row.code,
            name_vi: row.name_vi,
            name_en: row.name_en,
            agency: row.agency_code,
            service_field: row.service_field,
            population: row.population,
            sample_size: row.sample_size,
        }
    }
}

/// What became of a sample plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": false, "plan": {"weighted": true, "error": "0.05", "sizing": "agency", "allocation": "proportional", "total_size": null, "strata": 3321, "population": 1204000, "sample_size": 13600, "seed": null}}))]
pub struct SamplePlanSaved {
    /// Whether it was a check only.
    pub dry_run: bool,
    /// What it comes to.
    pub plan: SamplePlan,
}

/// What was drawn of a stratum.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"stratum": "hoan-kiem", "population": 400, "sample_size": 3, "positions": [121, 149, 356]}))]
pub struct DrawnStratum {
    /// The stratum.
    pub stratum: StratumCode,
    /// How many there are.
    pub population: i64,
    /// How many were drawn.
    pub sample_size: i64,
    /// The places in the stratum's list that were drawn, from 1, in ascending order.
    pub positions: Vec<u64>,
}

/// What a draw came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"seed": "Xổ số Miền Bắc 2025-06-30: 61834", "procedure": "parindex-draw-1", "strata": 3321, "drawn": 13600}))]
pub struct Draw {
    /// The seed.
    pub seed: String,
    /// The procedure that makes the sample of it, for ever the same.
    pub procedure: &'static str,
    /// How many strata there are.
    pub strata: usize,
    /// How many were drawn in all.
    pub drawn: i64,
}

/// Field work of a stratum on one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"stratum": "hoan-kiem", "agency": "ha-noi", "channel": "post", "sample_size": 200, "planned": 200, "sent": 200, "returned": 187, "valid": 180, "response_rate": "93.50", "valid_share": "90.00", "updated_at": "2025-08-01T02:00:00Z"}))]
pub struct FieldWork {
    /// The stratum.
    pub stratum: StratumCode,
    /// The agency that is surveyed.
    pub agency: AgencyCode,
    /// The way.
    pub channel: Channel,
    /// How many of the stratum are asked, on all ways.
    pub sample_size: i64,
    /// Forms that are to go out.
    pub planned: i64,
    /// Forms that went out.
    pub sent: i64,
    /// Forms that came back.
    pub returned: i64,
    /// Responses that were taken in and are not excluded.
    pub valid: i64,
    /// Of the forms that went out, those that came back: percent, two decimals, half up; null where none went out.
    pub response_rate: Option<String>,
    /// Valid responses in percent of the forms that were planned; null where none were planned.
    pub valid_share: Option<String>,
    /// When it was last reported; null where only responses are there.
    pub updated_at: Option<Moment>,
}

/// Field work added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"planned": 36630, "sent": 36630, "returned": 35900, "valid": 35268, "response_rate": "98.01", "valid_share": "96.28"}))]
pub struct FieldWorkTotal {
    /// Forms that are to go out.
    pub planned: i64,
    /// Forms that went out.
    pub sent: i64,
    /// Forms that came back.
    pub returned: i64,
    /// Responses that were taken in and are not excluded.
    pub valid: i64,
    /// Of the forms that went out, those that came back: percent, two decimals, half up; null where none went out.
    pub response_rate: Option<String>,
    /// Valid responses in percent of the forms that were planned; null where none were planned.
    pub valid_share: Option<String>,
}

/// The field work on one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelTotal {
    /// The way.
    pub channel: Channel,
    /// Its sums.
    #[serde(flatten)]
    pub total: FieldWorkTotal,
}

/// The field work about one agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgencyTotal {
    /// The agency that is surveyed.
    pub agency: AgencyCode,
    /// How many are asked about it.
    pub sample_size: i64,
    /// Its sums.
    #[serde(flatten)]
    pub total: FieldWorkTotal,
}

/// The field work of a survey round added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"sample_size": 200, "whole": {"planned": 200, "sent": 200, "returned": 187, "valid": 180, "response_rate": "93.50", "valid_share": "90.00"}, "channels": [{"channel": "post", "planned": 200, "sent": 200, "returned": 187, "valid": 180, "response_rate": "93.50", "valid_share": "90.00"}], "agencies": [{"agency": "ha-noi", "sample_size": 200, "planned": 200, "sent": 200, "returned": 187, "valid": 180, "response_rate": "93.50", "valid_share": "90.00"}]}))]
pub struct FieldWorkTotals {
    /// How many are asked in all.
    pub sample_size: i64,
    /// All of it.
    pub whole: FieldWorkTotal,
    /// By way; those of which nothing is known are left out.
    pub channels: Vec<ChannelTotal>,
    /// By agency.
    pub agencies: Vec<AgencyTotal>,
}

/// What became of reported field work.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": false, "saved": 12, "unchanged": 0}))]
pub struct FieldWorkSaved {
    /// Whether it was a check only.
    pub dry_run: bool,
    /// Lines that say something new.
    pub saved: usize,
    /// Lines that stood already.
    pub unchanged: usize,
}
