//! Recommendations in the tables, and the words that they are told in.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    access::RecommendationFacts,
    clock::Moment,
    db::schema::{
        recommendation_bodies, recommendation_moves, recommendation_reminders, recommendation_types,
        recommendations,
    },
    features::notifications::Named,
    ids::{AgencyCode, IndicatorCode, RecommendationTypeCode, RecordId, RoundCode},
    words,
};

words! {
    /// Where a recommendation stands.
    RecommendationState {
        /// Part of a submission that is not sent yet.
        Draft = "draft",
        /// It is in the register, and waits to be classified.
        Received = "received",
        /// Its type is known, and so is its deadline.
        Classified = "classified",
        /// A body leads the answer, others may join.
        Assigned = "assigned",
        /// The asker was asked for more; the clock stands still.
        InformationRequested = "information_requested",
        /// Another body is to accept it; the clock stands still.
        Transferred = "transferred",
        /// It was handed to a body that is not in this system.
        LeftTheHouse = "transferred_outside",
        /// All bodies have agreed to the answer.
        Answered = "answered",
        /// The answer is open to everybody.
        Published = "published",
        /// It was sent back, with a reason.
        Returned = "returned",
        /// It belongs to another procedure.
        Refused = "refused",
        /// The asker took it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What happened to a recommendation.
    RecommendationStep {
        /// It was written as a part of a submission.
        Draft = "draft",
        /// It came into the register.
        Arrive = "arrive",
        /// It was given a type.
        Classify = "classify",
        /// Bodies were told to answer it.
        Assign = "assign",
        /// A body wrote its part, or agreed.
        SavePart = "save_part",
        /// It was sent back.
        Return = "return",
        /// It was handed on.
        Transfer = "transfer",
        /// The body to which it was handed took it.
        Accept = "accept",
        /// More information was asked for.
        RequestInformation = "request_information",
        /// The asker gave it.
        SupplyInformation = "supply_information",
        /// The answer was published.
        Publish = "publish",
        /// The asker took it back.
        Withdraw = "withdraw",
        /// The asker said how good the answer is.
        Rate = "rate",
    }
}

words! {
    /// What a body has to do with a recommendation.
    RecommendationPart {
        /// It reads: it was addressed, or had it before.
        Reading = "reading",
        /// It leads the answer.
        Lead = "lead",
        /// It answers together with the lead.
        Joint = "joint",
    }
}

words! {
    /// How a recommendation stands to its deadline; worked out by the clock.
    RecommendationTimeliness {
        /// There is time.
        InTime = "in_time",
        /// One working day is left, or none.
        NearlyDue = "nearly_due",
        /// The deadline has passed.
        Overdue = "overdue",
        /// The clock stands still.
        Stopped = "stopped",
        /// It was answered in time.
        AnsweredInTime = "answered_in_time",
        /// It was answered late.
        AnsweredLate = "answered_late",
    }
}

/// A row of `recommendation_types`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = recommendation_types, primary_key(code), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TypeRow {
    /// The code.
    pub code: RecommendationTypeCode,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Working days that an answer may take.
    pub working_days: i32,
    /// Whether it may be handed to another body.
    pub transferable: bool,
    /// Whether it is settled by another procedure, and so refused.
    pub another_procedure: bool,
    /// Which procedure.
    pub procedure_vi: Option<String>,
    /// The same in English.
    pub procedure_en: Option<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// A row of `recommendations`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = recommendations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct RecommendationRow {
    /// Its id.
    pub id: RecordId,
    /// The body whose register gave the number; it stays when the recommendation is transferred.
    pub register_code: AgencyCode,
    /// The register's year.
    pub register_year: Option<i32>,
    /// The number in it.
    pub register_number: Option<i64>,
    /// The agency that asks.
    pub asker_code: AgencyCode,
    /// What it is about, in a line.
    pub subject: String,
    /// What is asked.
    pub content: String,
    /// Links, JSON.
    pub evidence: String,
    /// Its type, once it is classified.
    pub type_code: Option<RecommendationTypeCode>,
    /// The round it is about.
    pub round_code: Option<RoundCode>,
    /// The indicator it is about.
    pub indicator_code: Option<IndicatorCode>,
    /// Whether it came with a submission.
    pub from_submission: bool,
    /// Where it stands.
    pub state: RecommendationState,
    /// The body that deals with it.
    pub receiver_code: AgencyCode,
    /// The body that leads the answer.
    pub lead_code: Option<AgencyCode>,
    /// The day of its receipt by the body that deals with it.
    pub received_on: Option<NaiveDate>,
    /// The day from which the clock counts.
    pub clock_from: Option<NaiveDate>,
    /// Working days that it had counted before.
    pub days_used: i32,
    /// Working days that the type grants; none before it is classified.
    pub days_granted: Option<i32>,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
    /// The deadline that held on that day.
    pub due_on: Option<NaiveDate>,
    /// The lead's answer.
    pub answer: Option<String>,
    /// Its version, which bodies agree to; 0 while there is none.
    pub answer_revision: i64,
    /// The answer that everybody reads.
    pub public_answer: Option<String>,
    /// Since when.
    pub published_at: Option<Moment>,
    /// How satisfied the asker is, 1 to 5.
    pub satisfaction: Option<i32>,
    /// Why.
    pub satisfaction_comment: Option<String>,
    /// Who wrote it.
    pub asked_by: String,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// What its deadline follows from.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recommendations)]
pub struct Standing {
    /// Which.
    pub id: RecordId,
    /// Where it stands.
    pub state: RecommendationState,
    /// Its type.
    pub type_code: Option<RecommendationTypeCode>,
    /// The body that deals with it.
    pub receiver_code: AgencyCode,
    /// The body that leads the answer.
    pub lead_code: Option<AgencyCode>,
    /// The day from which the clock counts.
    pub clock_from: Option<NaiveDate>,
    /// Working days that it had counted before.
    pub days_used: i32,
    /// Working days that the type grants.
    pub days_granted: Option<i32>,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
    /// The deadline that held on that day.
    pub due_on: Option<NaiveDate>,
}

impl RecommendationRow {
    /// What its deadline follows from.
    pub fn standing(&self) -> Standing {
        Standing {
            id: self.id.clone(),
            state: self.state,
            type_code: self.type_code.clone(),
            receiver_code: self.receiver_code.clone(),
            lead_code: self.lead_code.clone(),
            clock_from: self.clock_from,
            days_used: self.days_used,
            days_granted: self.days_granted,
            answered_on: self.answered_on,
            due_on: self.due_on,
        }
    }

    /// Whether it was classified by a body, and not only by the asker.
    pub fn is_classified(&self) -> bool {
        self.days_granted.is_some()
    }

    /// Its number as people write it: `2026/000123`.
    pub fn number(&self) -> Option<String> {
        let (year, number) = (self.register_year?, self.register_number?);
        Some(format!("{year}/{number:06}"))
    }

    /// Its name for notices.
    pub fn named(&self) -> Named {
        let number = self.number().unwrap_or_default();
        Named::new(
            self.id.as_str(),
            format!("Kiến nghị {number}"),
            format!("Recommendation {number}"),
        )
    }

    /// Where it is read.
    pub fn path(&self) -> String {
        format!("/api/v1/recommendations/{}", self.id)
    }

    /// What is known of it when a permission is decided.
    pub fn facts(&self, bodies: &[BodyRow]) -> RecommendationFacts {
        RecommendationFacts {
            asker: self.asker_code.clone(),
            is_draft: self.register_number.is_none(),
            receiver: self.receiver_code.clone(),
            lead: self.lead_code.clone(),
            involved: bodies.iter().map(|body| body.body_code.clone()).collect(),
        }
    }
}

/// A row of `recommendation_bodies`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = recommendation_bodies, treat_none_as_default_value = false)]
pub struct BodyRow {
    /// The recommendation.
    pub recommendation_id: RecordId,
    /// The body.
    pub body_code: AgencyCode,
    /// Its place in the list.
    pub position: i32,
    /// Whether the asker addressed it.
    pub addressed: bool,
    /// What it has to do.
    pub part: RecommendationPart,
    /// What it says to the answer; the lead's own is the answer.
    pub answer_part: Option<String>,
    /// The version of the answer that it agreed to.
    pub agreed_revision: Option<i64>,
}

impl BodyRow {
    /// Whether it has to agree to the answer.
    pub fn answers(&self) -> bool {
        matches!(self.part, RecommendationPart::Lead | RecommendationPart::Joint)
    }
}

/// A row of `recommendation_moves`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = recommendation_moves, treat_none_as_default_value = false)]
pub struct MoveRow {
    /// Its id.
    pub id: RecordId,
    /// The recommendation.
    pub recommendation_id: RecordId,
    /// What happened.
    pub step: RecommendationStep,
    /// Where it stood.
    pub from_state: Option<RecommendationState>,
    /// Where it stands since.
    pub to_state: RecommendationState,
    /// The body it concerns.
    pub body_code: Option<AgencyCode>,
    /// The words that came with it.
    pub text: Option<String>,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// A row of `recommendation_reminders`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = recommendation_reminders, treat_none_as_default_value = false)]
pub struct ReminderRow {
    /// The recommendation.
    pub recommendation_id: RecordId,
    /// The deadline that it was about.
    pub due_on: NaiveDate,
    /// Whether it had passed.
    pub overdue: bool,
    /// When it was dealt with.
    pub written_at: Moment,
}
