//! What happens in an agency's calendar, from the rows that it follows from. Pure.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{
    calendar::{Event, When},
    event_store::{Found, LineOfUnit},
};
use crate::{
    clock::{Moment, Zone},
    features::{
        holidays::WorkCalendar,
        inspections::{InspectionRow, InspectionState, RemedyRow},
        programmes::{LineState, MilestoneRow},
        recommendations::{self, RecommendationRow},
        rounds::{Phase, RoundRow},
        submissions::{SubmissionRow, SubmissionState},
    },
    ids::{AgencyCode, RecordId},
};

/// Words in both languages, of which a calendar speaks one.
struct Speech {
    is_english: bool,
}

impl Speech {
    fn say(&self, vi: impl Into<String>, en: impl Into<String>) -> String {
        if self.is_english { en.into() } else { vi.into() }
    }
}

/// Every event of an agency.
pub fn all(agency: &AgencyCode, found: &Found, working_days: &WorkCalendar, is_english: bool) -> Vec<Event> {
    let speech = Speech { is_english };
    let lines: BTreeMap<&RecordId, &LineOfUnit> = found.lines.iter().map(|line| (&line.0.id, line)).collect();
    let deadlines = found
        .lines
        .iter()
        .filter_map(|line| deadline(agency, line, &speech));
    let milestones = found
        .milestones
        .iter()
        .filter_map(|row| milestone(row, lines.get(&row.line_id)?, &speech));
    let answers = found
        .recommendations
        .iter()
        .filter_map(|row| answer(row, working_days, &speech));
    let remedies = found.remedies.iter().map(|(row, of)| remedy(row, of, &speech));
    let inspections = found.inspections.iter().map(|row| inspection(row, &speech));
    let rounds = found
        .submissions
        .iter()
        .flat_map(|(round, submission)| of_round(round, submission, &speech));
    deadlines
        .chain(milestones)
        .chain(answers)
        .chain(remedies)
        .chain(inspections)
        .chain(rounds)
        .collect()
}

/// A line on hold or refused may not be done on that day.
fn rests(state: LineState) -> bool {
    matches!(state, LineState::OnHold | LineState::Refused)
}

fn deadline(agency: &AgencyCode, (line, title, programme): &LineOfUnit, speech: &Speech) -> Option<Event> {
    let day = line.to_day?;
    let leads = line.lead_code == *agency;
    let part = if leads {
        speech.say("chủ trì", "leads")
    } else {
        speech.say("phối hợp", "co-ordinates")
    };
    let place = format!("{} {}/{}", line.programme_code, line.task_code, line.line);
    let percent = line.percent;
    Some(Event {
        uid: format!("line-{}@parindex", line.id),
        when: When::Days(day, day),
        summary: speech.say(
            format!("Hạn nhiệm vụ ({part}): {title}"),
            format!("Task due ({part}): {title}"),
        ),
        description: speech.say(
            format!("{programme}\n{place}\nĐã báo cáo {percent} %."),
            format!("{programme}\n{place}\nReported: {percent} %."),
        ),
        category: "plan-line",
        sequence: line.revision,
        changed_at: line.updated_at,
        is_tentative: rests(line.state),
        is_cancelled: false,
    })
}

fn milestone(row: &MilestoneRow, (line, title, programme): &LineOfUnit, speech: &Speech) -> Option<Event> {
    let name = &row.title;
    Some(Event {
        uid: format!("milestone-{}-{}@parindex", row.line_id, row.position),
        when: When::Days(row.due, row.due),
        summary: speech.say(format!("Mốc: {name}"), format!("Milestone: {name}")),
        description: format!(
            "{title}\n{programme}\n{} {}/{}",
            line.programme_code, line.task_code, line.line
        ),
        category: "milestone",
        sequence: line.revision,
        changed_at: line.updated_at,
        is_tentative: rests(line.state),
        is_cancelled: false,
    })
}

fn answer(row: &RecommendationRow, working_days: &WorkCalendar, speech: &Speech) -> Option<Event> {
    let due = recommendations::due(&row.standing(), working_days)?;
    let (subject, asker) = (&row.subject, &row.asker_code);
    let number = row.number().unwrap_or_default();
    Some(Event {
        uid: format!("recommendation-{}@parindex", row.id),
        when: When::Days(due.day, due.day),
        summary: speech.say(
            format!("Hạn trả lời kiến nghị: {subject}"),
            format!("Recommendation to be answered: {subject}"),
        ),
        description: speech.say(
            format!("Kiến nghị {number} của {asker}."),
            format!("Recommendation {number} of {asker}."),
        ),
        category: "recommendation",
        sequence: row.revision,
        changed_at: row.updated_at,
        // Days off that nobody has entered yet may still move it.
        is_tentative: !due.calendar_known,
        is_cancelled: false,
    })
}

fn remedy(row: &RemedyRow, of: &InspectionRow, speech: &Speech) -> Event {
    let (content, topic) = (&row.content, &of.topic);
    Event {
        uid: format!("remedy-{}@parindex", row.id),
        when: When::Days(row.due_on, row.due_on),
        summary: speech.say(
            format!("Hạn khắc phục: {content}"),
            format!("Remedy due: {content}"),
        ),
        description: speech.say(format!("Kiểm tra: {topic}."), format!("Inspection: {topic}.")),
        category: "remedy",
        sequence: of.revision,
        changed_at: of.updated_at,
        is_tentative: false,
        is_cancelled: false,
    }
}

fn inspection(row: &InspectionRow, speech: &Speech) -> Event {
    let (topic, owner) = (&row.topic, &row.owner_code);
    Event {
        uid: format!("inspection-{}@parindex", row.id),
        when: When::Days(row.from_on, row.to_on.max(row.from_on)),
        summary: speech.say(format!("Kiểm tra: {topic}"), format!("Inspection: {topic}")),
        description: speech.say(
            format!("Cơ quan kiểm tra: {owner}."),
            format!("Inspected by {owner}."),
        ),
        category: "inspection",
        sequence: row.revision,
        changed_at: row.updated_at,
        is_tentative: false,
        is_cancelled: row.state == InspectionState::Cancelled,
    }
}

/// The deadlines of a round that are still before the agency.
fn of_round(round: &RoundRow, submission: &SubmissionRow, speech: &Speech) -> Vec<Event> {
    let deadlines = submission.deadlines(round);
    let is_sent = submission.state == SubmissionState::Submitted;
    let self_assessment = deadlines
        .self_assessment
        .filter(|_| round.phase == Phase::SelfAssessment && !is_sent);
    let before_the_council = matches!(
        round.phase,
        Phase::SelfAssessment | Phase::Appraisal | Phase::Explanation
    );
    let explanation = deadlines.explanation.filter(|_| before_the_council);
    let title = speech.say(
        round.title_vi.as_str(),
        round.title_en.as_deref().unwrap_or(&round.title_vi),
    );
    let event = |kind: &str, at: Moment, what: String| Event {
        uid: format!("round-{}-{}-{kind}@parindex", round.code, submission.agency_code),
        when: when(at, round.time_zone),
        summary: format!("{what}: {title}"),
        description: round.time_zone.show(at).to_string(),
        category: "round",
        sequence: round.revision.saturating_add(submission.revision),
        changed_at: round.updated_at.max(submission.updated_at),
        is_tentative: false,
        is_cancelled: false,
    };
    let first = self_assessment.map(|at| {
        let what = speech.say("Hạn gửi phiếu tự chấm điểm", "Self-assessment due");
        event("self-assessment", at, what)
    });
    let second = explanation.map(|at| {
        let what = speech.say("Hạn giải trình", "Explanation due");
        event("explanation", at, what)
    });
    first.into_iter().chain(second).collect()
}

/// Nobody calls the end of a Monday the beginning of Tuesday.
fn when(at: Moment, zone: Zone) -> When {
    let day = zone.day_of(at.plus(TimeDelta::seconds(-1)));
    if zone.end_of(day) == at {
        When::Days(day, day)
    } else {
        When::At(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_at_midnight_is_the_day_that_ends() {
        let zone = Zone::default();
        let at = |text: &str| Moment::new(text.parse().unwrap());
        let last = "2026-03-31".parse().unwrap();
        assert_eq!(when(at("2026-03-31T17:00:00Z"), zone), When::Days(last, last));
        let five = at("2026-03-31T10:00:00Z");
        assert_eq!(when(five, zone), When::At(five));
    }
}
