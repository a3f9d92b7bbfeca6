//! Survey rounds in the tables, and the words that they are told in.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    access::SurveyRoundFacts,
    clock::Moment,
    db::schema::{survey_collectors, survey_field_work, survey_moves, survey_rounds, survey_strata},
    ids::{AgencyCode, InstrumentCode, LevelCode, RecordId, StratumCode, SurveyRoundCode},
    words,
};

words! {
    /// Where a survey round stands.
    SurveyState {
        /// The sample is planned.
        Planning = "planning",
        /// People are asked.
        Fielding = "fielding",
        /// Nobody is asked any more; responses may be excluded.
        Closed = "closed",
        /// The result is frozen.
        Final = "final",
    }
}

words! {
    /// A move of a survey round.
    SurveyMoveKind {
        /// Begin to ask: plan and instrument are frozen.
        Start = "start",
        /// End it.
        Close = "close",
        /// Ask again, with a reason.
        Reopen = "reopen",
        /// Freeze the result, for ever.
        Finalise = "finalise",
    }
}

words! {
    /// The way on which somebody is asked.
    Channel {
        /// The post hands out and collects forms.
        Post = "post",
        /// Somebody visits the household.
        Visit = "visit",
        /// People are gathered and fill in forms.
        Session = "session",
        /// By telephone.
        Phone = "phone",
        /// A form in the browser.
        Online = "online",
        /// A terminal at the office.
        Kiosk = "kiosk",
    }
}

words! {
    /// For what the sample is made large enough.
    Sizing {
        /// For the round as a whole.
        Round = "round",
        /// For each agency that is surveyed.
        Agency = "agency",
        /// For each stratum.
        Stratum = "stratum",
        /// The sizes are given, or the total is.
        Given = "given",
    }
}

words! {
    /// How the sample of a whole is spread over its strata.
    SampleAllocation {
        /// In proportion to the population.
        Proportional = "proportional",
        /// The same number in each stratum, as far as there are so many.
        Equal = "equal",
    }
}

/// A row of `survey_rounds`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_rounds, treat_none_as_default_value = false)]
pub struct SurveyRoundRow {
    /// The code.
    pub code: SurveyRoundCode,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The year that is asked about.
    pub year: i32,
    /// The level of the agencies that are surveyed.
    pub level_code: LevelCode,
    /// The agency that runs it.
    pub owner_code: AgencyCode,
    /// The instrument.
    pub instrument_code: InstrumentCode,
    /// Its version.
    pub instrument_version: i32,
    /// Where it stands.
    pub state: SurveyState,
    /// The first day of asking.
    pub collects_from: Option<NaiveDate>,
    /// The last day of asking.
    pub collects_to: Option<NaiveDate>,
    /// Whether results are weighted by population over valid responses.
    pub weighted: bool,
    /// The error that the sample is sized by, in millionths (5 % is 50,000).
    pub error_micro: i64,
    /// For what the sample is made large enough.
    pub sizing: Sizing,
    /// How it is spread.
    pub allocation: SampleAllocation,
    /// The size of the sample that was asked for as a whole.
    pub total_size: Option<i64>,
    /// The seed that the sample was drawn by.
    pub seed: Option<String>,
    /// SHA-256 of the final result.
    pub result_digest: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl SurveyRoundRow {
    /// What is known of it when a permission is decided.
    pub fn facts(&self, collectors: &[AgencyCode]) -> SurveyRoundFacts {
        SurveyRoundFacts {
            owner: self.owner_code.clone(),
            collectors: collectors.to_vec(),
            is_final: self.state == SurveyState::Final,
        }
    }
}

/// A row of `survey_strata`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_strata, treat_none_as_default_value = false)]
pub struct StratumRow {
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// Its place in the plan, from 0: how responses name it.
    pub position: i32,
    /// Its code, unique in the round.
    pub code: StratumCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The agency that is surveyed.
    pub agency_code: AgencyCode,
    /// The service that people used.
    pub service_field: Option<String>,
    /// How many there are to be asked.
    pub population: i64,
    /// How many are asked.
    pub sample_size: i64,
}

/// A row of `survey_collectors`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_collectors, treat_none_as_default_value = false)]
pub struct SurveyCollectorRow {
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The body that collects.
    pub agency_code: AgencyCode,
}

/// A row of `survey_field_work`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_field_work, treat_none_as_default_value = false)]
pub struct FieldWorkRow {
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// The stratum's place.
    pub stratum: i32,
    /// The way.
    pub channel: Channel,
    /// Forms that are to go out.
    pub planned: i64,
    /// Forms that went out.
    pub sent: i64,
    /// Forms that came back.
    pub returned: i64,
    /// When it was last reported.
    pub updated_at: Moment,
    /// By whom.
    pub updated_by: String,
}

/// A row of `survey_moves`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_moves, treat_none_as_default_value = false)]
pub struct SurveyMoveRow {
    /// Its id.
    pub id: RecordId,
    /// The survey round.
    pub survey_round_code: SurveyRoundCode,
    /// What was done.
    pub kind: SurveyMoveKind,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}
