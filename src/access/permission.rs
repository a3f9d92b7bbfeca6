//! The one place that decides a permission: role × action × object.

use super::{
    collecting::{PublicPostFacts, SurveyRoundFacts, may_in_survey, may_with_counts},
    keys::{ApiKey, Scope},
    oversight::{
        InspectionFacts, RecommendationFacts, may_for_agency, may_in_inspection, may_in_recommendation,
    },
    principal::{Principal, Role},
};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    ids::AgencyCode,
};

/// What a caller wants to do. Each operation of the API names exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read agencies, criteria sets, rounds: what every participant needs.
    ReadReference,
    /// Read the own notices and contact, and change them.
    UseOwnFeed,
    /// Read and change users and their roles.
    ManageUsers,
    /// Change agencies, levels and regions.
    ManageAgencies,
    /// Import a criteria set.
    WriteCriteriaSet,
    /// Create a round, change its agencies, assignments, deadlines and phase.
    ManageRound,
    /// Read a submission.
    ReadSubmission,
    /// Read a submission as a whole, with every line.
    ReadWholeSubmission,
    /// Save items of a submission.
    SaveItems,
    /// Assign indicators of a submission to contributing departments.
    AssignContributors,
    /// Approve a submission for its agency.
    ApproveSubmission,
    /// Submit or withdraw a submission.
    SubmitSubmission,
    /// Sign a submission as a whole.
    SignSubmission,
    /// Appraise items of a submission.
    Appraise,
    /// Ask the agency about items of a submission.
    AskQuestion,
    /// Read what was decided on items of a submission, with the reasons.
    ReadAppraisal,
    /// Enter survey points, external points and adjustments.
    EnterPoints,
    /// Read the points that were entered.
    ReadPoints,
    /// Read the working result of an agency.
    ReadScore,
    /// Read the working ranking of a round.
    ReadRanking,
    /// Approve a round's result, or publish it.
    PublishResult,
    /// Take an earlier published table in as an external publication.
    ImportResult,
    /// Read what was sent out of the house, and send it again.
    ManageOutbox,
    /// Register webhooks, read what was sent to them, and send it again.
    ManageWebhooks,
    /// Read the audit trail.
    ReadAudit,
    /// Make and revoke the API keys of programs.
    ManageApiKeys,
    /// Read published results: open to everybody, and to an API key that may.
    ReadPublished,
    /// Change the holiday calendar.
    ManageHolidays,
    /// Change the types of recommendations.
    ManageRecommendationTypes,
    /// Read a recommendation.
    ReadRecommendation,
    /// Make a recommendation for an agency, and say what an asker says to it.
    Recommend,
    /// Classify, assign, return, transfer or accept a recommendation.
    RouteRecommendation,
    /// Ask the asker for more information.
    AskForInformation,
    /// Write a body's part of the answer, or agree to it.
    AnswerRecommendation,
    /// Publish the answer.
    PublishAnswer,
    /// Plan inspections of an agency's own, and approve their plan.
    ManageInspections,
    /// Read how much an agency has inspected.
    ReadInspectionRates,
    /// Read an inspection.
    ReadInspection,
    /// Read of an inspection what the agency that is inspected does not see yet.
    SeeInsideInspection,
    /// Announce, begin, conclude or cancel an inspection, ask for remedies and look at them.
    RunInspection,
    /// Write down what was found.
    WriteFinding,
    /// Say that a remedy is done.
    ReportRemedy,
    /// Make and change a coordination programme, its plan, and settle what its units do not.
    ManageProgramme,
    /// Report on a plan line, refuse it, ask for more time.
    ReportProgress,
    /// Confirm a report of completion, or object to it.
    ConfirmProgress,
    /// Make, list and revoke the secret addresses of an agency's calendar.
    ManageCalendarFeeds,
    /// Read the words and documents of reports, objections and decisions on a plan line.
    ReadProgress,
    /// Write a unit's part of a review.
    WriteReviewPart,
    /// Send in counts of the public post.
    RecordPublicPost,
    /// Read who changed the counts of a month.
    ReadPublicPostHistory,
    /// Say which bodies may send in whose counts.
    EntrustPublicPost,
    /// Make and change an agency's channel of ratings.
    ManageRatingChannel,
    /// Send in ratings of an agency's channel.
    SendRatings,
    /// Add or replace an instrument.
    WriteInstrument,
    /// Make a survey round, plan its sample, draw it, move it, exclude responses.
    ManageSurveyRound,
    /// Send in responses and field work of a survey round.
    CollectResponses,
    /// Read the draw and the field work of a survey round.
    ReadSurveyWork,
    /// Read the results and the quality of a survey round.
    ReadSurveyResults,
}

/// What is known of a submission when a permission is decided.
#[derive(Clone, Debug)]
pub struct SubmissionFacts {
    /// The agency that runs the round.
    pub owner: AgencyCode,
    /// The agency that assesses itself.
    pub agency: AgencyCode,
    /// Departments that contribute items.
    pub contributors: Vec<AgencyCode>,
    /// Bodies that appraise in the round.
    pub bodies: Vec<AgencyCode>,
    /// Whether the round has come to the appraisal.
    pub appraisal_begun: bool,
}

/// What is known of a plan line when a permission is decided.
#[derive(Clone, Debug)]
pub struct LineFacts {
    /// The agency that runs the programme.
    pub owner: AgencyCode,
    /// The agencies that sign the programme.
    pub signatories: Vec<AgencyCode>,
    /// The unit that leads.
    pub lead: AgencyCode,
    /// The units that co-ordinate.
    pub coordinators: Vec<AgencyCode>,
}

/// What the action is about.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// The system as a whole.
    System,
    /// A round, by the agency that runs it.
    Round(&'a AgencyCode),
    /// A submission and what belongs to it.
    Submission(&'a SubmissionFacts),
    /// What an agency does in its own name.
    Agency(&'a AgencyCode),
    /// A recommendation and what belongs to it.
    Recommendation(&'a RecommendationFacts),
    /// An inspection and what belongs to it.
    Inspection(&'a InspectionFacts),
    /// A coordination programme, by the agency that runs it. Everybody who logs in may read the plan.
    Programme(&'a AgencyCode),
    /// A plan line and what was said on it.
    PlanLine(&'a LineFacts),
    /// An agency's counts of the public post, which everybody who logs in may read.
    PublicPost(&'a PublicPostFacts),
    /// A survey round, whose plan everybody who logs in may read.
    SurveyRound(&'a SurveyRoundFacts),
}

/// Whether a caller may do something. For lists of allowed actions; handlers use [`check`].
pub fn may(principal: &Principal, action: Action, object: Object<'_>) -> bool {
    match object {
        Object::System => may_in_system(principal, action),
        Object::Round(owner) => may_in_round(principal, action, owner),
        Object::Submission(facts) => may_in_submission(principal, action, facts),
        Object::Agency(agency) => may_for_agency(principal, action, agency),
        Object::Recommendation(facts) => may_in_recommendation(principal, action, facts),
        Object::Inspection(facts) => may_in_inspection(principal, action, facts),
        Object::Programme(owner) => may_in_programme(principal, action, owner),
        Object::PlanLine(facts) => may_on_line(principal, action, facts),
        Object::PublicPost(facts) => may_with_counts(principal, action, facts),
        Object::SurveyRound(facts) => may_in_survey(principal, action, facts),
    }
}

/// Refuses what a caller may not do: 404 where the object may not even be read, 403 where it may (design §8.18).
pub fn check(principal: &Principal, action: Action, object: Object<'_>) -> AppResult<()> {
    if may(principal, action, object) {
        return Ok(());
    }
    let readable = match object {
        Object::System
        | Object::Round(_)
        | Object::Agency(_)
        | Object::Programme(_)
        | Object::PlanLine(_)
        | Object::PublicPost(_)
        | Object::SurveyRound(_) => true,
        Object::Submission(facts) => may_in_submission(principal, Action::ReadSubmission, facts),
        Object::Recommendation(facts) => may_in_recommendation(principal, Action::ReadRecommendation, facts),
        Object::Inspection(facts) => may_in_inspection(principal, Action::ReadInspection, facts),
    };
    if readable {
        Err(AppError::new(ErrorCode::Forbidden))
    } else {
        Err(AppError::not_found())
    }
}

/// Refuses what no scope of an API key opens, even where somebody without a key may: a key's scopes mean what they say.
pub fn check_key(key: &ApiKey, action: Action) -> AppResult<()> {
    let opens = |scope: &Scope| match scope {
        Scope::ReadPublications => action == Action::ReadPublished,
    };
    if key.scopes.iter().any(opens) {
        Ok(())
    } else {
        Err(key_opens_no_account())
    }
}

/// 403 for an API key where a person is expected.
pub fn key_opens_no_account() -> AppError {
    AppError::forbidden(
        "Khóa API chỉ mở những gì phạm vi (scopes) của nó nêu; thao tác này cần đăng nhập bằng tài khoản.",
        "An API key opens what its scopes name; this operation needs a person's login.",
    )
}

fn may_in_system(principal: &Principal, action: Action) -> bool {
    match action {
        Action::ReadReference | Action::UseOwnFeed | Action::ReadPublished => true,
        Action::ManageUsers
        | Action::ManageAgencies
        | Action::ManageOutbox
        | Action::ManageWebhooks
        | Action::ManageHolidays
        | Action::ManageRecommendationTypes
        | Action::EntrustPublicPost
        | Action::ReadAudit
        | Action::ManageApiKeys => principal.has(Role::Administrator),
        // Whether anybody's at all; whose, the agency's own facts tell.
        Action::RecordPublicPost => {
            principal.has(Role::Submitter) || principal.has(Role::Leader) || principal.has(Role::Collector)
        }
        Action::WriteCriteriaSet | Action::WriteInstrument | Action::ImportResult => {
            principal.has(Role::Evaluator) || principal.has(Role::Administrator)
        }
        _ => false,
    }
}

fn may_in_round(principal: &Principal, action: Action, owner: &AgencyCode) -> bool {
    let runs_it = principal.has_for(Role::Evaluator, owner);
    match action {
        Action::ReadReference => true,
        Action::ManageRound | Action::EnterPoints | Action::PublishResult => runs_it,
        Action::ReadRanking | Action::ReadPoints => runs_it || principal.has(Role::Administrator),
        _ => may_in_system(principal, action),
    }
}

fn may_in_submission(principal: &Principal, action: Action, facts: &SubmissionFacts) -> bool {
    let is = |role| principal.has_for(role, &facts.agency);
    let contributes = || {
        facts
            .contributors
            .iter()
            .any(|department| principal.has_for(Role::Submitter, department))
    };
    let appraises = || {
        facts.appraisal_begun
            && facts
                .bodies
                .iter()
                .any(|body| principal.has_for(Role::Appraiser, body))
    };
    let oversees = || principal.has_for(Role::Evaluator, &facts.owner) || principal.has(Role::Administrator);
    let own = || is(Role::Submitter) || is(Role::Leader);
    match action {
        Action::ReadSubmission => own() || is(Role::Reader) || contributes() || appraises() || oversees(),
        Action::ReadScore | Action::ReadWholeSubmission => own() || is(Role::Reader) || oversees(),
        Action::SaveItems => own() || contributes(),
        Action::AssignContributors | Action::SubmitSubmission | Action::SignSubmission => own(),
        // Two pairs of eyes: who only fills in does not approve.
        Action::ApproveSubmission => is(Role::Leader),
        Action::Appraise => appraises(),
        Action::AskQuestion => appraises() || principal.has_for(Role::Evaluator, &facts.owner),
        Action::ReadAppraisal => appraises() || oversees(),
        _ => may_in_round(principal, action, &facts.owner),
    }
}

fn may_in_programme(principal: &Principal, action: Action, owner: &AgencyCode) -> bool {
    match action {
        Action::ManageProgramme => principal.has_for(Role::Evaluator, owner),
        _ => may_in_system(principal, action),
    }
}

fn may_on_line(principal: &Principal, action: Action, facts: &LineFacts) -> bool {
    let works_for =
        |unit: &AgencyCode| principal.has_for(Role::Submitter, unit) || principal.has_for(Role::Leader, unit);
    let belongs_to = |unit: &AgencyCode| works_for(unit) || principal.has_for(Role::Reader, unit);
    match action {
        Action::ReportProgress => works_for(&facts.lead),
        Action::ConfirmProgress => facts.coordinators.iter().any(works_for),
        Action::ReadProgress => {
            belongs_to(&facts.lead)
                || facts.coordinators.iter().any(belongs_to)
                || principal.has_for(Role::Evaluator, &facts.owner)
                || facts
                    .signatories
                    .iter()
                    .any(|agency| principal.has_for(Role::Evaluator, agency))
                || principal.has(Role::Administrator)
        }
        _ => may_in_programme(principal, action, &facts.owner),
    }
}

#[cfg(test)]
mod tests;
