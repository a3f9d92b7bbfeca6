//! Who is told of questions and answers.

use super::model::{MessageKind, MessageRow};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::{
        notifications::{Audience, Notice, Notifier},
        rounds::RoundRow,
        submissions::{Approached, Known},
    },
    ids::{AgencyCode, IndicatorCode},
};

/// Tells the agency that it is asked, with the department that fills the indicator in.
pub fn tell_asked(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    about: &Approached,
    indicator: &IndicatorCode,
    body: &AgencyCode,
) -> AppResult<()> {
    let (round, agency) = (&about.round, &about.submission.agency_code);
    let department = about.known.contributors.get(indicator);
    let audience = Audience::of(Role::Submitter, [agency].into_iter().chain(department));
    let notice = Notice::QuestionAsked {
        round: round.named(),
        agency: agency.clone(),
        indicator: indicator.clone(),
        body: body.clone(),
        due: about.submission.deadlines(round).explanation,
        time_zone: round.time_zone.to_string(),
    };
    notifier.notify(tx, &audience, &notice)
}

/// Tells who asked, and their body, that the agency answered.
pub fn tell_answered(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    round: &RoundRow,
    known: &Known,
    (agency, indicator): (&AgencyCode, &IndicatorCode),
    thread: &[MessageRow],
) -> AppResult<()> {
    let question = thread.iter().rev().find(|row| row.kind == MessageKind::Question);
    let Some(question) = question else { return Ok(()) };
    let body = question.body_code.as_ref().unwrap_or(&round.owner_code);
    let appraises = known
        .assignments
        .iter()
        .any(|row| row.indicator_code == *indicator && row.body_code == *body);
    let role = if appraises {
        Role::Appraiser
    } else {
        Role::Evaluator
    };
    let audience = Audience::of(role, [body]).and_person(&question.recorded_by);
    let notice = Notice::QuestionAnswered {
        round: round.named(),
        agency: agency.clone(),
        indicator: indicator.clone(),
    };
    notifier.notify(tx, &audience, &notice)
}
