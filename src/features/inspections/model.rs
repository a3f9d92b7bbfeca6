//! Inspections in the tables, and the words that they are told in.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::InspectionFacts,
    clock::Moment,
    db::schema::{
        finding_indicators, inspection_bodies, inspection_findings, inspection_moves, inspection_plans,
        inspection_remedies, inspections,
    },
    features::notifications::Named,
    ids::{AgencyCode, IndicatorCode, RecordId, RoundCode, SetCode},
    words,
};

words! {
    /// Where a plan stands.
    PlanState {
        /// Inspections are put into it.
        Draft = "draft",
        /// It is what will be done.
        Approved = "approved",
    }
}

words! {
    /// How an agency is inspected.
    InspectionForm {
        /// A team comes, and says so before.
        OnSite = "on_site",
        /// The agency reports in writing.
        ByReport = "by_report",
        /// A team comes and says nothing before: until it begins it is not there for the agency.
        Unannounced = "unannounced",
    }
}

words! {
    /// Where an inspection stands.
    InspectionState {
        /// It is to be.
        Planned = "planned",
        /// The agency was told.
        Announced = "announced",
        /// It is going on.
        UnderWay = "under_way",
        /// It is over; the agency reads what was found.
        Concluded = "concluded",
        /// It will not be.
        Cancelled = "cancelled",
    }
}

words! {
    /// How bad a finding is.
    Severity {
        /// To be mended.
        Minor = "minor",
        /// To be mended soon.
        Major = "major",
        /// To be mended at once.
        Critical = "critical",
    }
}

words! {
    /// Where a remedy stands.
    RemedyState {
        /// The agency has to do it.
        Open = "open",
        /// The agency says that it is done.
        Reported = "reported",
        /// It was looked at, and is done.
        Verified = "verified",
    }
}

words! {
    /// What happened.
    InspectionStep {
        /// It was planned.
        Plan = "plan",
        /// The agency was told.
        Announce = "announce",
        /// It began.
        Begin = "begin",
        /// It ended.
        Conclude = "conclude",
        /// It was given up.
        Cancel = "cancel",
        /// Something was found.
        Find = "find",
        /// A remedy was asked for.
        Require = "require",
        /// The agency says that it is done.
        Report = "report",
        /// It is done.
        Verify = "verify",
        /// It is not done: it is open again.
        Reject = "reject",
    }
}

words! {
    /// How a remedy stands to its deadline; worked out by the clock.
    RemedyTimeliness {
        /// There is time.
        InTime = "in_time",
        /// Three days are left, or fewer.
        NearlyDue = "nearly_due",
        /// The deadline has passed.
        Overdue = "overdue",
        /// It was reported in time, and is done.
        RemediedInTime = "remedied_in_time",
        /// It was reported late, and is done.
        RemediedLate = "remedied_late",
    }
}

/// An indicator that an inspection looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"set": "par-2023-ministries", "code": "1.2.1"}))]
pub struct InspectedIndicator {
    /// The family of criteria sets.
    pub set: SetCode,
    /// The code in it.
    pub code: IndicatorCode,
}

/// Somebody in the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Nguyễn Văn A", "agency": "moha", "role": "Trưởng đoàn"}))]
pub struct TeamMember {
    /// The name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The agency that sends the person.
    pub agency: AgencyCode,
    /// What the person does in the team.
    #[schema(min_length = 1, max_length = 200)]
    pub role: String,
}

/// A row of `inspection_plans`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_plans, treat_none_as_default_value = false)]
pub struct PlanRow {
    /// Its id.
    pub id: RecordId,
    /// Whose plan.
    pub owner_code: AgencyCode,
    /// The year.
    pub year: i32,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: PlanState,
    /// When it was approved.
    pub approved_at: Option<Moment>,
    /// By whom.
    pub approved_by: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A row of `inspections`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspections, treat_none_as_default_value = false)]
pub struct InspectionRow {
    /// Its id.
    pub id: RecordId,
    /// The plan it belongs to.
    pub plan_id: Option<RecordId>,
    /// The agency that inspects.
    pub owner_code: AgencyCode,
    /// The agency that is inspected.
    pub target_code: AgencyCode,
    /// How.
    pub form: InspectionForm,
    /// From when on.
    pub from_on: NaiveDate,
    /// Until when.
    pub to_on: NaiveDate,
    /// What is looked at.
    pub topic: String,
    /// Indicators, JSON.
    pub indicators: String,
    /// The team, JSON.
    pub team: String,
    /// Where it stands.
    pub state: InspectionState,
    /// Since when the agency that is inspected knows of it.
    pub shown_since: Option<Moment>,
    /// What it came to.
    pub conclusion: Option<String>,
    /// Counts the changes, those of findings and remedies included.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl InspectionRow {
    /// Its name for notices.
    pub fn named(&self) -> Named {
        let topic = &self.topic;
        Named::new(
            self.id.as_str(),
            format!("Kiểm tra «{topic}»"),
            format!("Inspection “{topic}”"),
        )
    }

    /// Where it is read.
    pub fn path(&self) -> String {
        format!("/api/v1/inspections/{}", self.id)
    }

    /// What is known of it when a permission is decided.
    pub fn facts(&self, bodies: &[AgencyCode]) -> InspectionFacts {
        InspectionFacts {
            owner: self.owner_code.clone(),
            target: self.target_code.clone(),
            bodies: bodies.to_vec(),
            is_shown: self.shown_since.is_some(),
        }
    }
}

/// A row of `inspection_findings`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_findings, treat_none_as_default_value = false)]
pub struct FindingRow {
    /// Its id.
    pub id: RecordId,
    /// The inspection.
    pub inspection_id: RecordId,
    /// What was found.
    pub content: String,
    /// How bad it is.
    pub severity: Severity,
    /// Links, JSON.
    pub evidence: String,
    /// When.
    pub created_at: Moment,
    /// By whom.
    pub created_by: String,
}

/// A row of `finding_indicators`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = finding_indicators, treat_none_as_default_value = false)]
pub struct FindingIndicatorRow {
    /// The finding.
    pub finding_id: RecordId,
    /// Its place in the list.
    pub position: i32,
    /// The round; of any, where none is named.
    pub round_code: Option<RoundCode>,
    /// The indicator.
    pub indicator_code: IndicatorCode,
}

/// A row of `inspection_remedies`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_remedies, treat_none_as_default_value = false)]
pub struct RemedyRow {
    /// Its id.
    pub id: RecordId,
    /// The inspection.
    pub inspection_id: RecordId,
    /// The finding.
    pub finding_id: RecordId,
    /// What is to be done.
    pub content: String,
    /// Until the end of this day in Vietnam.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: RemedyState,
    /// When the agency last said that it is done.
    pub reported_on: Option<NaiveDate>,
    /// When it was asked for.
    pub created_at: Moment,
}

/// A row of `inspection_moves`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_moves, treat_none_as_default_value = false)]
pub struct InspectionMoveRow {
    /// Its id.
    pub id: RecordId,
    /// The inspection.
    pub inspection_id: RecordId,
    /// The remedy it concerns.
    pub remedy_id: Option<RecordId>,
    /// What happened.
    pub step: InspectionStep,
    /// The words that came with it.
    pub text: Option<String>,
    /// Links, JSON.
    pub evidence: String,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// A row of `inspection_bodies`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_bodies, treat_none_as_default_value = false)]
pub struct InspectionBodyRow {
    /// The inspection.
    pub inspection_id: RecordId,
    /// The body.
    pub body_code: AgencyCode,
}
