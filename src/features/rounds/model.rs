//! What rounds look like in the API and in the tables.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    deadlines::{Deadlines, DeadlinesBody, LocalDeadlines},
    phase::Phase,
};
use crate::{
    clock::{Moment, Zone},
    db::schema::{round_agencies, round_assignments, rounds},
    features::{agencies::AgencyCard, notifications::Named},
    ids::{AgencyCode, IndicatorCode, RoundCode, SetCode},
    words,
};

/// A version of a criteria set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "par-2023-ministries", "version": 1}))]
pub struct CriteriaSetRef {
    /// The family.
    pub code: SetCode,
    /// The version.
    pub version: i32,
}

words! {
    /// Which signature a submission needs before it is sent.
    SignatureRequired {
        /// None.
        None = "none",
        /// One of what is sent, whoever vouches for it.
        Any = "any",
        /// One of what is sent, by a certificate that leads to a trusted root.
        Valid = "valid",
    }
}

/// A new round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "par-2023-ministries", "title_vi": "Chỉ số CCHC năm 2023 của các bộ", "title_en": "PAR INDEX 2023, ministries", "year": 2023, "owner": "moha", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "time_zone": "Asia/Ho_Chi_Minh", "deadlines": {"self_assessment": "2024-01-31T17:00"}, "signature_required": "valid"}))]
pub struct NewRound {
    /// The round's code, for ever its own.
    pub code: RoundCode,
    /// Title in Vietnamese.
    #[schema(min_length = 1, max_length = 500)]
    pub title_vi: String,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// The year that is assessed.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// The agency that runs the round.
    pub owner: AgencyCode,
    /// The criteria set; it is frozen when the round opens.
    pub criteria_set: CriteriaSetRef,
    /// The zone in which the round's days and hours are meant.
    #[serde(default)]
    pub time_zone: Zone,
    /// When the phases end.
    #[serde(default)]
    pub deadlines: DeadlinesBody,
    /// Which signature a submission needs before it is sent: `none` if left out.
    #[serde(default)]
    pub signature_required: Option<SignatureRequired>,
}

/// What can be changed of a round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title_vi": "Chỉ số CCHC năm 2023 của các bộ", "title_en": "PAR INDEX 2023, ministries", "deadlines": {"self_assessment": "2024-02-05T17:00:00+07:00"}}))]
pub struct RoundChange {
    /// Title in Vietnamese.
    #[schema(min_length = 1, max_length = 500)]
    pub title_vi: String,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// The zone in which the round's days and hours are meant; what is left out stays. The deadlines below are read in
    /// it.
    #[serde(default)]
    pub time_zone: Option<Zone>,
    /// When the phases end.
    pub deadlines: DeadlinesBody,
    /// Which signature a submission needs before it is sent; left out, it stays as it is.
    #[serde(default)]
    pub signature_required: Option<SignatureRequired>,
}

/// A move of a round that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"from": "preparation", "to": "self_assessment", "reason": null, "moved_at": "2024-01-02T02:00:00Z"}))]
pub struct Move {
    /// From where.
    pub from: Phase,
    /// To where.
    pub to: Phase,
    /// Why, where a reason is due.
    pub reason: Option<String>,
    /// When.
    pub moved_at: Moment,
}

/// A round.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "par-2023-ministries", "title_vi": "Chỉ số CCHC năm 2023 của các bộ", "title_en": "PAR INDEX 2023, ministries", "year": 2023, "owner": "moha", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "phase": "self_assessment", "time_zone": "Asia/Ho_Chi_Minh", "deadlines": {"self_assessment": "2024-01-31T10:00:00Z", "explanation": null, "appraisal": null}, "local_deadlines": {"self_assessment": "2024-01-31T17:00:00+07:00", "explanation": null, "appraisal": null}, "signature_required": "none", "revision": 2, "created_at": "2024-01-02T02:00:00Z", "updated_at": "2024-01-03T02:00:00Z", "next_phases": ["appraisal"], "history": [], "actions": []}))]
pub struct Round {
    /// The code.
    pub code: RoundCode,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The year that is assessed.
    pub year: i32,
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// The criteria set.
    pub criteria_set: CriteriaSetRef,
    /// Where it stands.
    pub phase: Phase,
    /// The zone in which the round's days and hours are meant.
    pub time_zone: Zone,
    /// When the phases end.
    pub deadlines: Deadlines,
    /// Which signature a submission needs before it is sent.
    pub signature_required: SignatureRequired,
    /// The same in the round's time zone.
    pub local_deadlines: LocalDeadlines,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Where it may go from here.
    pub next_phases: Vec<Phase>,
    /// Every move so far.
    pub history: Vec<Move>,
    /// What the caller may do with it.
    pub actions: Vec<&'static str>,
}

/// Which rounds to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoundQuery {
    /// Rounds on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only rounds of this year.
    pub year: Option<i32>,
    /// Only rounds that this agency runs.
    pub owner: Option<AgencyCode>,
    /// Only rounds in this phase.
    pub phase: Option<Phase>,
}

/// An agency that takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "moj", "ranked": true}))]
pub struct ParticipantBody {
    /// The agency.
    pub agency: AgencyCode,
    /// Whether it gets a place, or is assessed only.
    #[serde(default = "yes")]
    pub ranked: bool,
}

fn yes() -> bool {
    true
}

/// The agencies that take part, all of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipantsBody {
    /// In place of the present ones.
    #[schema(max_items = 20000)]
    pub agencies: Vec<ParticipantBody>,
}

/// An agency that takes part, with its name on the last day of the year that is assessed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "ranked": true}))]
pub struct Participant {
    /// The agency.
    pub agency: AgencyCard,
    /// Whether it gets a place.
    pub ranked: bool,
}

/// Who appraises what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"node": "1", "body": "moha", "co_bodies": ["mic"]}))]
pub struct AssignmentBody {
    /// An indicator, or a domain or criterion for all indicators below it.
    pub node: IndicatorCode,
    /// The body that appraises; with others beside it, the one that leads.
    pub body: AgencyCode,
    /// Bodies that appraise together with it: each records its view, and where they differ the lead settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10)]
    pub co_bodies: Vec<AgencyCode>,
}

/// All assignments of a round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentsBody {
    /// In place of the present ones. An indicator named twice belongs to the later row.
    #[schema(max_items = 2000)]
    pub assignments: Vec<AssignmentBody>,
}

/// A body that appraises an indicator; where several do, each has a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "body": "moha", "lead": true}))]
pub struct Assignment {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The body.
    pub body: AgencyCode,
    /// Whether it leads where several bodies appraise together.
    pub lead: bool,
}

/// A row of `rounds`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = rounds)]
pub struct RoundRow {
    /// The code.
    pub code: RoundCode,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The year that is assessed.
    pub year: i32,
    /// The agency that runs it.
    pub owner_code: AgencyCode,
    /// The criteria set's family.
    pub criteria_set_code: SetCode,
    /// The criteria set's version.
    pub criteria_set_version: i32,
    /// Where it stands.
    pub phase: Phase,
    /// End of the self-assessment.
    pub self_assessment_deadline: Option<Moment>,
    /// End of the explanation.
    pub explanation_deadline: Option<Moment>,
    /// End of the appraisal.
    pub appraisal_deadline: Option<Moment>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Which signature a submission needs before it is sent, if any.
    pub signature_required: Option<SignatureRequired>,
    /// The zone in which its days and hours are meant.
    pub time_zone: Zone,
}

impl RoundRow {
    /// Which signature a submission needs before it is sent.
    pub fn signature_required(&self) -> SignatureRequired {
        self.signature_required.unwrap_or(SignatureRequired::None)
    }

    /// Its name for notices.
    pub fn named(&self) -> Named {
        Named::round(&self.code, &self.title_vi, self.title_en.as_deref())
    }

    /// When the phases end.
    pub fn deadlines(&self) -> Deadlines {
        Deadlines {
            self_assessment: self.self_assessment_deadline,
            explanation: self.explanation_deadline,
            appraisal: self.appraisal_deadline,
        }
    }

    /// The last day of the year that is assessed: the day whose names and regions hold for the round.
    pub fn reference_day(&self) -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(self.year, 12, 31).unwrap_or(chrono::NaiveDate::MAX)
    }

    /// The round as it is shown.
    pub fn shown(self, history: Vec<Move>, actions: Vec<&'static str>) -> Round {
        let deadlines = self.deadlines();
        Round {
            signature_required: self.signature_required(),
            next_phases: self.phase.next().to_vec(),
            history,
            actions,
            code: self.code,
            title_vi: self.title_vi,
            title_en: self.title_en,
            year: self.year,
            owner: self.owner_code,
            criteria_set: CriteriaSetRef {
                code: self.criteria_set_code,
                version: self.criteria_set_version,
            },
            phase: self.phase,
            time_zone: self.time_zone,
            local_deadlines: deadlines.in_zone(self.time_zone),
            deadlines,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A row of `round_agencies`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_agencies, treat_none_as_default_value = false)]
pub struct ParticipantRow {
    /// The round.
    pub round_code: RoundCode,
    /// The agency.
    pub agency_code: AgencyCode,
    /// Whether it gets a place.
    pub ranked: bool,
}

/// A row of `round_assignments`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    /// The round.
    pub round_code: RoundCode,
    /// The indicator.
    pub indicator_code: IndicatorCode,
    /// The body.
    pub body_code: AgencyCode,
    /// Whether it leads.
    pub is_lead: bool,
}
