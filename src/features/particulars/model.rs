//! Particulars in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::line_particulars,
    features::programmes::TaskKind,
    ids::{AgencyCode, RecordId, RoundCode},
    web::Page,
    words,
};

words! {
    /// A step of a legal document, in the order in which they are gone.
    LegalStep {
        /// It stands in a plan.
        Plan = "plan",
        /// There is a draft.
        Draft = "draft",
        /// Others were asked for comments.
        Comments = "comments",
        /// It was appraised.
        Appraisal = "appraisal",
        /// It was signed, with number and date.
        Signed = "signed",
        /// It is in force.
        InForce = "in_force",
    }
}

/// What is recorded; `kind` is that of the line's task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ParticularsOfLine)]
pub enum Particulars {
    /// A step of a legal document.
    LegalDocument {
        /// The step.
        step: LegalStep,
        /// The day on which it was reached; of `in_force`, the day from which it is in force.
        on: NaiveDate,
        /// The number and sign: of `signed` alone.
        #[serde(default)]
        #[schema(max_length = 200)]
        number: Option<String>,
    },
    /// An agency that received guidance.
    Guidance {
        /// The agency.
        recipient: AgencyCode,
        /// When it received it.
        received_on: NaiveDate,
        /// When it had carried it out; null: not yet.
        #[serde(default)]
        carried_out_on: Option<NaiveDate>,
    },
    /// What a campaign did in a channel.
    Campaign {
        /// The channel: press, television, a portal.
        #[schema(min_length = 1, max_length = 200)]
        channel: String,
        /// So many items.
        #[schema(minimum = 0, maximum = 1000000000000_i64)]
        items: i64,
        /// So many people were reached; null where nobody knows.
        #[serde(default)]
        #[schema(minimum = 0, maximum = 1000000000000_i64)]
        reach: Option<i64>,
    },
    /// A session of training.
    Training {
        /// When.
        on: NaiveDate,
        /// Where.
        #[schema(min_length = 1, max_length = 200)]
        place: String,
        /// So many people.
        #[schema(minimum = 0, maximum = 1000000000000_i64)]
        people: i64,
        /// Of so many units.
        #[schema(minimum = 0, maximum = 1000000000000_i64)]
        units: i64,
    },
    /// How complete an agency's part of a database is; the newest of an agency counts.
    Database {
        /// The agency.
        agency: AgencyCode,
        /// Records that are complete.
        #[schema(minimum = 0, maximum = 1000000000000_i64)]
        complete: i64,
        /// All that there should be.
        #[schema(minimum = 1, maximum = 1000000000000_i64)]
        total: i64,
    },
    /// The round of a joint appraisal.
    JointAppraisal {
        /// The round.
        round: RoundCode,
    },
    /// The round in which a pilot's maturity is measured.
    Pilot {
        /// The round, of a criteria set of the pilot's own.
        round: RoundCode,
    },
}

impl Particulars {
    /// The kind of task that they belong to.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::LegalDocument { .. } => TaskKind::LegalDocument,
            Self::Guidance { .. } => TaskKind::Guidance,
            Self::Campaign { .. } => TaskKind::Campaign,
            Self::Training { .. } => TaskKind::Training,
            Self::Database { .. } => TaskKind::Database,
            Self::JointAppraisal { .. } => TaskKind::JointAppraisal,
            Self::Pilot { .. } => TaskKind::Pilot,
        }
    }
}

/// A new record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"replaces": null, "record": {"kind": "legal_document", "step": "signed", "on": "2018-11-20", "number": "01/2018/TT-BNV"}}))]
pub struct NewParticulars {
    /// The record that it corrects.
    #[serde(default)]
    pub replaces: Option<RecordId>,
    /// What is recorded.
    pub record: Particulars,
}

/// A record that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "replaces": null, "replaced_by": null, "record": {"kind": "legal_document", "step": "plan", "on": "2018-01-20", "number": null}, "recorded_at": "2018-01-20T02:00:00Z", "recorded_by": "Cục VTLT"}))]
pub struct ParticularsRecord {
    /// Its id.
    pub id: RecordId,
    /// The record that it corrects.
    pub replaces: Option<RecordId>,
    /// The record that corrects it.
    pub replaced_by: Option<RecordId>,
    /// What was recorded.
    pub record: Particulars,
    /// When.
    pub recorded_at: Moment,
    /// By whom.
    pub recorded_by: String,
}

/// How complete an agency's part of a database is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"agency": "moj", "complete": 950, "total": 1000, "completeness": "95.0"}))]
pub struct AgencyCompleteness {
    /// The agency.
    pub agency: AgencyCode,
    /// Records that are complete.
    pub complete: i64,
    /// All that there should be.
    pub total: i64,
    /// Percent, with one decimal, half to even.
    pub completeness: Option<String>,
}

/// What the records that hold come to; of the line's kind. Shares are percent with one decimal, half to even.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields say it")]
pub enum ParticularsSummary {
    /// A task that has no particulars.
    General,
    /// How far a legal document is.
    LegalDocument {
        /// The last step that was reached.
        step: Option<LegalStep>,
        /// The step that comes next; null once it is in force.
        next_step: Option<LegalStep>,
        number: Option<String>,
        signed_on: Option<NaiveDate>,
        in_force_on: Option<NaiveDate>,
    },
    /// Who carried guidance out.
    Guidance {
        recipients: i64,
        carried_out: i64,
        carried_out_share: Option<String>,
    },
    /// What a campaign came to.
    Campaign {
        channels: i64,
        items: i64,
        /// As far as it is known.
        reach: i64,
    },
    /// What training came to.
    Training { sessions: i64, people: i64, units: i64 },
    /// How complete a database is.
    Database {
        complete: i64,
        total: i64,
        completeness: Option<String>,
        agencies: Vec<AgencyCompleteness>,
    },
    /// How far the joint appraisal is, read from its round.
    JointAppraisal {
        round: Option<RoundCode>,
        /// Items to decide, over all agencies of the round.
        items: i64,
        decided: i64,
        decided_share: Option<String>,
    },
    /// A pilot's maturity, read from its round.
    Pilot {
        round: Option<RoundCode>,
        /// The lead unit.
        agency: AgencyCode,
        /// Its index in percent: once the round is published, before that for those who may read the round's ranking.
        index: Option<String>,
    },
}

/// What a line's kind of task tells of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineParticulars {
    /// What the records that hold come to.
    pub summary: ParticularsSummary,
    /// The records, oldest first, corrected ones too.
    #[serde(flatten)]
    pub records: Page<ParticularsRecord>,
}

/// A row of `line_particulars`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = line_particulars, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns are those of the record in the API")]
pub struct ParticularsRow {
    pub id: RecordId,
    pub line_id: RecordId,
    pub kind: TaskKind,
    pub replaces_id: Option<RecordId>,
    /// JSON.
    pub facts: String,
    pub recorded_at: Moment,
    pub recorded_by: String,
}
