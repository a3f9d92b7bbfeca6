//! The counts of a programme, put together from groups of alike lines. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{line_model::LineState, timeliness::Timeliness};
use crate::{
    clock::Moment,
    ids::{AgencyCode, ContentCode, ProgrammeCode},
    scoring::{Points, RoundingMode, round_ratio},
};

/// So many lines that are alike.
#[derive(Clone, Debug)]
pub struct Alike {
    /// Their content.
    pub content: ContentCode,
    /// Their lead.
    pub lead: AgencyCode,
    /// Their state.
    pub state: LineState,
    /// How they stand to their deadlines.
    pub timeliness: Timeliness,
    /// How many.
    pub lines: i64,
}

/// Counts of lines by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LineStateCounts, example = json!({"not_started": 0, "in_progress": 3514, "awaiting_confirmation": 0, "done": 3332, "on_hold": 0, "refused": 0, "redo": 0}))]
#[allow(missing_docs, reason = "the states say it")]
pub struct StateCounts {
    pub not_started: i64,
    pub in_progress: i64,
    pub awaiting_confirmation: i64,
    pub done: i64,
    pub on_hold: i64,
    pub refused: i64,
    pub redo: i64,
}

/// Counts of lines by how they stand to their deadlines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LineTimelinessCounts, example = json!({"no_deadline": 0, "in_time": 3300, "nearly_due": 66, "overdue": 148, "done_in_time": 3332, "done_late": 0, "done_no_deadline": 0}))]
#[allow(missing_docs, reason = "the words of timeliness say it")]
pub struct TimelinessCounts {
    pub no_deadline: i64,
    pub in_time: i64,
    pub nearly_due: i64,
    pub overdue: i64,
    pub done_in_time: i64,
    pub done_late: i64,
    pub done_no_deadline: i64,
}

/// What lines come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LineCounts, example = json!({"total": 6846, "done": 3332, "unfinished": 3514, "overdue": 148, "overdue_rate": "4.2", "states": {"not_started": 0, "in_progress": 3514, "awaiting_confirmation": 0, "done": 3332, "on_hold": 0, "refused": 0, "redo": 0}, "timeliness": {"no_deadline": 0, "in_time": 3300, "nearly_due": 66, "overdue": 148, "done_in_time": 3332, "done_late": 0, "done_no_deadline": 0}}))]
pub struct Counts {
    /// All lines.
    pub total: i64,
    /// Those that are done.
    pub done: i64,
    /// All others.
    pub unfinished: i64,
    /// Those of the unfinished whose deadline has passed.
    pub overdue: i64,
    /// Percent of the unfinished that are overdue, with one decimal, half to even; null where nothing is unfinished.
    pub overdue_rate: Option<String>,
    /// By state.
    pub states: StateCounts,
    /// By how they stand to their deadlines.
    pub timeliness: TimelinessCounts,
}

/// What the lines of a content come to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct ContentCounts {
    pub content: ContentCode,
    pub counts: Counts,
}

/// What the lines that a unit leads come to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the fields say it")]
pub struct LeadCounts {
    pub lead: AgencyCode,
    pub counts: Counts,
}

/// How far a programme is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ProgrammeSummary)]
pub struct Summary {
    /// The programme.
    pub programme: ProgrammeCode,
    /// The moment for which it is told what is late.
    pub as_of: Moment,
    /// All lines.
    pub overall: Counts,
    /// By content.
    pub by_content: Vec<ContentCounts>,
    /// By the unit that leads.
    pub by_lead: Vec<LeadCounts>,
}

impl Counts {
    fn add(&mut self, alike: &Alike) {
        let lines = alike.lines;
        self.total += lines;
        let states = &mut self.states;
        *match alike.state {
            LineState::NotStarted => &mut states.not_started,
            LineState::InProgress => &mut states.in_progress,
            LineState::AwaitingConfirmation => &mut states.awaiting_confirmation,
            LineState::Done => &mut states.done,
            LineState::OnHold => &mut states.on_hold,
            LineState::Refused => &mut states.refused,
            LineState::Redo => &mut states.redo,
        } += lines;
        let timeliness = &mut self.timeliness;
        *match alike.timeliness {
            Timeliness::NoDeadline => &mut timeliness.no_deadline,
            Timeliness::InTime => &mut timeliness.in_time,
            Timeliness::NearlyDue => &mut timeliness.nearly_due,
            Timeliness::Overdue => &mut timeliness.overdue,
            Timeliness::DoneInTime => &mut timeliness.done_in_time,
            Timeliness::DoneLate => &mut timeliness.done_late,
            Timeliness::DoneNoDeadline => &mut timeliness.done_no_deadline,
        } += lines;
    }

    fn finish(mut self) -> Self {
        self.done = self.states.done;
        self.unfinished = self.total - self.done;
        self.overdue = self.timeliness.overdue;
        self.overdue_rate = percent(self.overdue, self.unfinished);
        self
    }
}

/// A share in percent with one decimal, rounded once, half to even.
fn percent(part: i64, whole: i64) -> Option<String> {
    let tenths = round_ratio(
        i128::from(part).checked_mul(1000)?,
        whole.into(),
        RoundingMode::HalfEven,
    )?;
    let micro = i64::try_from(tenths).ok()?.checked_mul(100_000)?;
    Some(Points::from_micro(micro).format(1))
}

/// Puts the counts together.
pub fn summarise(programme: ProgrammeCode, as_of: Moment, groups: &[Alike]) -> Summary {
    let mut overall = Counts::default();
    let mut by_content: BTreeMap<ContentCode, Counts> = BTreeMap::new();
    let mut by_lead: BTreeMap<AgencyCode, Counts> = BTreeMap::new();
    for alike in groups {
        overall.add(alike);
        by_content.entry(alike.content.clone()).or_default().add(alike);
        by_lead.entry(alike.lead.clone()).or_default().add(alike);
    }
    Summary {
        programme,
        as_of,
        overall: overall.finish(),
        by_content: by_content
            .into_iter()
            .map(|(content, counts)| ContentCounts {
                content,
                counts: counts.finish(),
            })
            .collect(),
        by_lead: by_lead
            .into_iter()
            .map(|(lead, counts)| LeadCounts {
                lead,
                counts: counts.finish(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_once_half_to_even() {
        assert_eq!(percent(148, 3514).as_deref(), Some("4.2"));
        assert_eq!(percent(0, 7).as_deref(), Some("0.0"));
        assert_eq!(percent(7, 7).as_deref(), Some("100.0"));
        // 0.25 % and 0.35 %: the half goes to the even digit.
        assert_eq!(percent(1, 400).as_deref(), Some("0.2"));
        assert_eq!(percent(7, 2000).as_deref(), Some("0.4"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn every_line_is_counted_once_in_each_table() {
        let group = |content: &str, lead: &str, state, timeliness, lines| Alike {
            content: ContentCode::parse(content).unwrap(),
            lead: AgencyCode::parse(lead).unwrap(),
            state,
            timeliness,
            lines,
        };
        let groups = [
            group("1", "moha", LineState::Done, Timeliness::DoneLate, 2),
            group("1", "mic", LineState::Redo, Timeliness::Overdue, 1),
            group("2", "mic", LineState::NotStarted, Timeliness::InTime, 4),
        ];
        let code = ProgrammeCode::parse("p").unwrap();
        let summary = summarise(code, Moment::from_unix_seconds(0).unwrap(), &groups);
        assert_eq!(summary.overall.total, 7);
        assert_eq!((summary.overall.done, summary.overall.unfinished), (2, 5));
        assert_eq!(summary.overall.overdue_rate.as_deref(), Some("20.0"));
        let totals: Vec<i64> = summary.by_content.iter().map(|row| row.counts.total).collect();
        assert_eq!(totals, [3, 4]);
        let leads: Vec<(&str, i64)> = summary
            .by_lead
            .iter()
            .map(|row| (row.lead.as_str(), row.counts.total))
            .collect();
        assert_eq!(leads, [("mic", 5), ("moha", 2)]);
    }
}
