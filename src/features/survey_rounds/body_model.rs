//! What is sent to survey rounds.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Channel, SampleAllocation, Sizing, SurveyMoveKind, SurveyState};
use crate::{
    ids::{AgencyCode, InstrumentCode, LevelCode, StratumCode, SurveyRoundCode},
    scoring::Quantity,
    web::Each,
};

/// A version of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "sipas-2024", "version": 1}))]
pub struct InstrumentRef {
    /// The family.
    pub code: InstrumentCode,
    /// The version.
    #[schema(minimum = 1)]
    pub version: i32,
}

/// A new survey round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "sipas-2025-provinces", "title_vi": "Đo lường sự hài lòng năm 2025", "title_en": "SIPAS 2025", "year": 2025, "level": "province", "owner": "moha", "instrument": {"code": "sipas-2024", "version": 1}, "collects_from": "2025-07-01", "collects_to": "2025-09-30", "collectors": ["vnpost"]}))]
pub struct NewSurveyRound {
    /// Its code, for ever its own.
    pub code: SurveyRoundCode,
    /// Title in Vietnamese.
    #[schema(min_length = 1, max_length = 500)]
    pub title_vi: String,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// The year that is asked about.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// The level of the agencies that are surveyed.
    pub level: LevelCode,
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// What is asked; frozen when the asking begins.
    pub instrument: InstrumentRef,
    /// The first day of asking.
    #[serde(default)]
    pub collects_from: Option<NaiveDate>,
    /// The last day of asking.
    #[serde(default)]
    pub collects_to: Option<NaiveDate>,
    /// Bodies that may send in responses and field work: their people need the role `collector`.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub collectors: Vec<AgencyCode>,
}

/// What can be changed of a survey round; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"collects_to": "2025-10-15", "collectors": ["vnpost"]}))]
pub struct SurveyRoundChange {
    /// Title in Vietnamese.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub title_vi: Option<String>,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// What is asked; only while planning.
    #[serde(default)]
    pub instrument: Option<InstrumentRef>,
    /// The first day of asking.
    #[serde(default)]
    pub collects_from: Option<NaiveDate>,
    /// The last day of asking.
    #[serde(default)]
    pub collects_to: Option<NaiveDate>,
    /// Bodies that may send in responses and field work, all of them.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub collectors: Option<Vec<AgencyCode>>,
}

/// Which survey rounds to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SurveyRoundQuery {
    /// Only those of this year.
    pub year: Option<i32>,
    /// Only those of this owner.
    pub owner: Option<AgencyCode>,
    /// Only those in this state.
    #[param(inline)]
    pub state: Option<SurveyState>,
    /// Only those that ask with this instrument, in whichever version.
    pub instrument: Option<InstrumentCode>,
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// A stratum of a sample plan.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "hoan-kiem", "name_vi": "Phường Hoàn Kiếm", "name_en": "Hoàn Kiếm ward", "agency": "ha-noi", "service_field": "Đất đai", "population": 400}))]
pub struct NewStratum {
    /// Its code, unique in the plan.
    pub code: StratumCode,
    /// Its name.
    #[schema(min_length = 1, max_length = 300)]
    pub name_vi: String,
    /// Its name in English.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub name_en: Option<String>,
    /// The agency that is surveyed.
    pub agency: AgencyCode,
    /// The service that people used.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub service_field: Option<String>,
    /// How many there are to be asked.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub population: i64,
    /// How many are asked: only where `sizing` is `given` and the plan names no `total_size`, and then everywhere.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub sample_size: Option<i64>,
}

/// A sample plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SamplePlanBody {
    /// Whether results are weighted by population over valid responses of each stratum.
    #[serde(default)]
    pub weighted: bool,
    /// The error e of n = N/(1 + N·e²), as a share: `0.05` if left out.
    #[serde(default)]
    #[schema(example = "0.05")]
    pub error: Option<Quantity>,
    /// For what n is made large enough: each agency if left out.
    #[serde(default)]
    pub sizing: Option<Sizing>,
    /// How the sample of a whole is spread over its strata: in proportion if left out.
    #[serde(default)]
    pub allocation: Option<SampleAllocation>,
    /// The size of the whole sample; only where `sizing` is `given`.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub total_size: Option<i64>,
    /// The strata, in the order in which tables and draws name them.
    #[schema(value_type = Vec<NewStratum>, min_items = 1, max_items = 20000)]
    pub strata: Vec<Each<NewStratum>>,
}

/// How to save a sample plan or field work.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SurveySaveQuery {
    /// Check and work out only, save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A draw.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"seed": "Xổ số Miền Bắc 2025-06-30: 61834"}))]
pub struct DrawBody {
    /// The seed: something that nobody could choose, best drawn in public. Who has it draws the same sample.
    #[schema(min_length = 1, max_length = 200)]
    pub seed: String,
}

/// A move of a survey round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "start"}))]
pub struct SurveyMoveBody {
    /// What to do.
    pub kind: SurveyMoveKind,
    /// Why; due where the round is reopened.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// Field work of a stratum on one way.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stratum": "hoan-kiem", "channel": "post", "planned": 200, "sent": 200, "returned": 187}))]
pub struct FieldWorkLine {
    /// The stratum.
    pub stratum: StratumCode,
    /// The way.
    pub channel: Channel,
    /// Forms that are to go out.
    #[schema(minimum = 0)]
    pub planned: i64,
    /// Forms that went out.
    #[schema(minimum = 0)]
    pub sent: i64,
    /// Forms that came back.
    #[schema(minimum = 0)]
    pub returned: i64,
}

/// Field work to save together, all or nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldWorkBody {
    /// The lines; each takes the place of what was said of its stratum and way.
    #[schema(value_type = Vec<FieldWorkLine>, min_items = 1, max_items = 10000)]
    pub lines: Vec<Each<FieldWorkLine>>,
}

/// Which strata, or their draws or field work, to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StrataQuery {
    /// Only those of this agency.
    pub agency: Option<AgencyCode>,
    /// Strata on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}
