//! What form codes look like in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    db::schema::survey_form_codes,
    features::survey_rounds::Channel,
    ids::{StratumCode, SurveyRoundCode},
    survey::PackedResponse,
};

/// How many codes of a stratum are made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stratum": "hoan-kiem", "channel": "online", "count": 2}))]
pub struct NewFormCodes {
    /// The stratum.
    pub stratum: StratumCode,
    /// On which way the forms go out: `post` for a letter with a code, `online` for a link, `kiosk` for a terminal.
    pub channel: Channel,
    /// How many.
    #[schema(minimum = 1, maximum = 10000)]
    pub count: u32,
}

/// Codes to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormCodesBody {
    /// How many of which stratum; 10,000 in all at most.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<NewFormCodes>,
}

/// Codes of a stratum that were made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"stratum": "hoan-kiem", "channel": "online", "codes": ["7K2QD-M4XNA"]}))]
pub struct MadeFormCodes {
    /// The stratum.
    pub stratum: StratumCode,
    /// The way.
    pub channel: Channel,
    /// The codes. They are shown this once: only their digests are kept.
    pub codes: Vec<String>,
}

/// What was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"path": "/forms/{code}", "made": 1, "lines": [{"stratum": "hoan-kiem", "channel": "online", "codes": ["7K2QD-M4XNA"]}]}))]
pub struct FormCodesMade {
    /// The address of a form, where a code takes the place of `{code}`; below `/en` in English.
    pub path: &'static str,
    /// How many in all.
    pub made: usize,
    /// The codes.
    pub lines: Vec<MadeFormCodes>,
}

/// How many codes of a stratum there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"stratum": "hoan-kiem", "channel": "online", "made": 200, "used": 187}))]
pub struct FormCodeCount {
    /// The stratum.
    pub stratum: StratumCode,
    /// The way.
    pub channel: Channel,
    /// Codes that were made.
    pub made: i64,
    /// Codes that were used.
    pub used: i64,
}

/// A row of `survey_form_codes`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_form_codes, treat_none_as_default_value = false)]
pub struct FormCodeRow {
    /// SHA-256 of the code.
    pub digest: String,
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The stratum's place.
    pub stratum: i32,
    /// The way.
    pub channel: Channel,
    /// The day on which it was made.
    pub made_on: NaiveDate,
    /// The day on which it was used.
    pub used_on: Option<NaiveDate>,
}

/// A response that came by a form.
#[derive(Clone, Debug)]
pub struct FormResponse {
    /// Its id, which nothing of the code is in.
    pub id: String,
    /// The stratum's place.
    pub stratum: i32,
    /// The way.
    pub channel: Channel,
    /// The answers.
    pub packed: PackedResponse,
    /// The day.
    pub collected_on: NaiveDate,
    /// Seconds between the page and its answer.
    pub seconds: i32,
}
