//! What people are told of, with the facts that its text is made of.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{Moment, Zone},
    error::{AppError, AppResult},
    ids::{AgencyCode, IndicatorCode, PublicationId, RoundCode},
    words,
};

words! {
    /// What a notice is about.
    NoticeKind {
        /// A body asked about an item.
        QuestionAsked = "question_asked",
        /// The agency answered a question.
        QuestionAnswered = "question_answered",
        /// The council sent items back to the bodies.
        ItemsReturned = "items_returned",
        /// An agency asked for more time.
        ExtensionAsked = "extension_asked",
        /// It was decided whether more time is granted.
        ExtensionDecided = "extension_decided",
        /// A submission was approved, sent, withdrawn or handed back.
        SubmissionMoved = "submission_moved",
        /// A round came to another phase.
        RoundMoved = "round_moved",
        /// Deadlines of a running round were changed.
        DeadlinesChanged = "deadlines_changed",
        /// A result was published.
        ResultPublished = "result_published",
        /// A deadline is near, and there is work to do.
        DeadlineNear = "deadline_near",
        /// Something happened to a recommendation.
        RecommendationMoved = "recommendation_moved",
        /// The deadline of a recommendation is near, or has passed.
        RecommendationDue = "recommendation_due",
        /// Something happened to an inspection or a remedy.
        InspectionMoved = "inspection_moved",
        /// Something happened to lines of a coordination programme.
        PlanMoved = "plan_moved",
    }
}

words! {
    /// What happened to lines of a coordination programme.
    PlanEvent {
        /// They were given to a unit.
        Given = "given",
        /// The lead reported them complete.
        Completed = "completed",
        /// They were confirmed, and are done.
        Confirmed = "confirmed",
        /// A co-ordinating unit objected.
        Objected = "objected",
        /// The owner settled what the units did not.
        Settled = "settled",
        /// The lead refused them.
        Refused = "refused",
        /// The owner holds them.
        Held = "held",
        /// The owner lets them go on.
        Resumed = "resumed",
        /// The owner opened them again.
        Reopened = "reopened",
        /// The lead asked for more time.
        ExtensionAsked = "extension_asked",
        /// The owner decided whether there is more time.
        ExtensionDecided = "extension_decided",
        /// The owner began a review: the units are to write their parts.
        ReviewBegun = "review_begun",
        /// The owner froze a review.
        ReviewFrozen = "review_frozen",
    }
}

/// Something with a code and a name in both languages: a round, a phase, a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name in Vietnamese.
    pub vi: String,
    /// The name in English.
    pub en: String,
}

/// A deadline as it holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDeadline {
    /// Which.
    pub deadline: Named,
    /// Until when; null where it was taken away.
    pub due: Option<Moment>,
}

/// What happened to lines of a programme, by an agency or for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanNews {
    /// The programme.
    pub programme: Named,
    /// What happened.
    pub event: PlanEvent,
    /// By whom, or for whom.
    pub agency: AgencyCode,
    /// To how many lines.
    pub lines: usize,
    /// Where it leads, below the programme.
    pub path: String,
}

/// What happened. The words people wrote themselves stand where the notice leads to, not in it.
#[allow(
    missing_docs,
    reason = "the variant tells the sentence, its fields are the words in it"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "params", rename_all = "snake_case")]
pub enum Notice {
    /// A body asked about an item.
    QuestionAsked {
        round: Named,
        agency: AgencyCode,
        indicator: IndicatorCode,
        body: AgencyCode,
        due: Option<Moment>,
        time_zone: String,
    },
    /// The agency answered.
    QuestionAnswered {
        round: Named,
        agency: AgencyCode,
        indicator: IndicatorCode,
    },
    /// The council sent items back.
    ItemsReturned { round: Named, items: usize },
    /// An agency asked for more time.
    ExtensionAsked {
        round: Named,
        agency: AgencyCode,
        deadline: Named,
        until: Moment,
        time_zone: String,
    },
    /// It was decided whether more time is granted: until when, or not at all.
    ExtensionDecided {
        round: Named,
        agency: AgencyCode,
        deadline: Named,
        until: Option<Moment>,
        time_zone: String,
    },
    /// A submission was moved.
    SubmissionMoved {
        round: Named,
        agency: AgencyCode,
        to: Named,
    },
    /// A round came to another phase, with the deadline that ends it.
    RoundMoved {
        round: Named,
        from: Named,
        to: Named,
        due: Option<Moment>,
        time_zone: String,
    },
    /// Deadlines were changed.
    DeadlinesChanged {
        round: Named,
        deadlines: Vec<NewDeadline>,
        time_zone: String,
    },
    /// A result was published, in place of an earlier one or for the first time.
    ResultPublished {
        round: Named,
        publication: PublicationId,
        corrects: bool,
    },
    /// A deadline is near.
    DeadlineNear {
        round: Named,
        agency: AgencyCode,
        deadline: Named,
        due: Moment,
        time_zone: String,
        open: usize,
        path: String,
    },
    /// Something happened to a recommendation.
    RecommendationMoved(RecommendationMoved),
    /// The deadline of a recommendation is near, or has passed.
    RecommendationDue(RecommendationDue),
    /// Something happened to an inspection or a remedy.
    InspectionMoved(InspectionMoved),
    /// Something happened to lines of a programme.
    PlanMoved(PlanNews),
}

/// Something happened to an inspection or a remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionMoved {
    /// The inspection.
    pub inspection: Named,
    /// The agency that is inspected.
    pub agency: AgencyCode,
    /// What happened.
    pub to: Named,
    /// Where it is read.
    pub path: String,
}

/// Something happened to a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendationMoved {
    /// The recommendation.
    pub recommendation: Named,
    /// The agency that asks.
    pub asker: AgencyCode,
    /// Where it stands now, or what else happened.
    pub to: Named,
    /// Where it is read.
    pub path: String,
}

/// The deadline of a recommendation is near, or has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendationDue {
    /// The recommendation.
    pub recommendation: Named,
    /// The agency that asks.
    pub asker: AgencyCode,
    /// The last day.
    pub due_on: NaiveDate,
    /// Whether it has passed.
    pub overdue: bool,
    /// Where it is read.
    pub path: String,
}

impl Notice {
    /// What it is about.
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::QuestionAsked { .. } => NoticeKind::QuestionAsked,
            Self::QuestionAnswered { .. } => NoticeKind::QuestionAnswered,
            Self::ItemsReturned { .. } => NoticeKind::ItemsReturned,
            Self::ExtensionAsked { .. } => NoticeKind::ExtensionAsked,
            Self::ExtensionDecided { .. } => NoticeKind::ExtensionDecided,
            Self::SubmissionMoved { .. } => NoticeKind::SubmissionMoved,
            Self::RoundMoved { .. } => NoticeKind::RoundMoved,
            Self::DeadlinesChanged { .. } => NoticeKind::DeadlinesChanged,
            Self::ResultPublished { .. } => NoticeKind::ResultPublished,
            Self::DeadlineNear { .. } => NoticeKind::DeadlineNear,
            Self::RecommendationMoved(_) => NoticeKind::RecommendationMoved,
            Self::RecommendationDue(_) => NoticeKind::RecommendationDue,
            Self::InspectionMoved(_) => NoticeKind::InspectionMoved,
            Self::PlanMoved(_) => NoticeKind::PlanMoved,
        }
    }

    /// Whether it is about a round.
    pub fn is_of_round(&self) -> bool {
        !matches!(
            self,
            Self::RecommendationMoved(_)
                | Self::RecommendationDue(_)
                | Self::InspectionMoved(_)
                | Self::PlanMoved(_)
        )
    }

    /// The round, or what else it is about.
    pub fn about(&self) -> &Named {
        match self {
            Self::QuestionAsked { round, .. }
            | Self::QuestionAnswered { round, .. }
            | Self::ItemsReturned { round, .. }
            | Self::ExtensionAsked { round, .. }
            | Self::ExtensionDecided { round, .. }
            | Self::SubmissionMoved { round, .. }
            | Self::RoundMoved { round, .. }
            | Self::DeadlinesChanged { round, .. }
            | Self::ResultPublished { round, .. }
            | Self::DeadlineNear { round, .. } => round,
            Self::RecommendationMoved(moved) => &moved.recommendation,
            Self::RecommendationDue(due) => &due.recommendation,
            Self::InspectionMoved(moved) => &moved.inspection,
            Self::PlanMoved(news) => &news.programme,
        }
    }

    /// The agencies whose names its text shows.
    pub fn agencies(&self) -> Vec<&AgencyCode> {
        match self {
            Self::QuestionAsked { agency, body, .. } => vec![agency, body],
            Self::QuestionAnswered { agency, .. }
            | Self::ExtensionAsked { agency, .. }
            | Self::ExtensionDecided { agency, .. }
            | Self::SubmissionMoved { agency, .. }
            | Self::DeadlineNear { agency, .. } => vec![agency],
            Self::RecommendationMoved(moved) => vec![&moved.asker],
            Self::RecommendationDue(due) => vec![&due.asker],
            Self::InspectionMoved(moved) => vec![&moved.agency],
            Self::PlanMoved(news) => vec![&news.agency],
            Self::ItemsReturned { .. }
            | Self::RoundMoved { .. }
            | Self::DeadlinesChanged { .. }
            | Self::ResultPublished { .. } => Vec::new(),
        }
    }

    /// Where it leads.
    pub fn path(&self) -> String {
        let round = format!("/api/v1/rounds/{}", self.about().code);
        match self {
            Self::QuestionAsked {
                agency, indicator, ..
            }
            | Self::QuestionAnswered {
                agency, indicator, ..
            } => {
                format!("{round}/submissions/{agency}/items/{indicator}/thread")
            }
            Self::ExtensionAsked { agency, .. } | Self::ExtensionDecided { agency, .. } => {
                format!("{round}/submissions/{agency}/extensions")
            }
            Self::SubmissionMoved { agency, .. } => format!("{round}/submissions/{agency}"),
            Self::ItemsReturned { .. } | Self::RoundMoved { .. } | Self::DeadlinesChanged { .. } => round,
            Self::ResultPublished { publication, .. } => format!("/api/v1/publications/{publication}"),
            Self::DeadlineNear { path, .. } => format!("{round}{path}"),
            Self::RecommendationMoved(moved) => moved.path.clone(),
            Self::RecommendationDue(due) => due.path.clone(),
            Self::InspectionMoved(moved) => moved.path.clone(),
            Self::PlanMoved(news) => format!("/api/v1/programmes/{}{}", news.programme.code, news.path),
        }
    }

    /// The facts as they are kept beside the kind.
    pub fn params(&self) -> AppResult<serde_json::Value> {
        let mut whole = serde_json::to_value(self).map_err(AppError::internal)?;
        Ok(whole
            .get_mut("params")
            .map(serde_json::Value::take)
            .unwrap_or_default())
    }

    /// What was kept.
    pub fn of_kept(kind: NoticeKind, params: &serde_json::Value) -> AppResult<Self> {
        let whole = serde_json::json!({"kind": kind, "params": params});
        serde_json::from_value(whole).map_err(AppError::internal)
    }
}

/// The zone in which a notice tells its times.
pub(super) fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_default()
}

impl Named {
    /// A code with its names.
    pub fn new(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// A round, by its titles.
    pub fn round(code: &RoundCode, title_vi: &str, title_en: Option<&str>) -> Self {
        Self::new(code.as_str(), title_vi, title_en.unwrap_or(title_vi))
    }
}
