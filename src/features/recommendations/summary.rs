//! Recommendations in numbers. Pure.

use chrono::NaiveDate;

use super::{
    deadline::timeliness,
    model::{RecommendationState, RecommendationTimeliness, Standing},
    view_model::RecommendationSummary,
};
use crate::{features::holidays::WorkCalendar, scoring::percent_text};

/// Counts recommendations by where they stand.
pub fn count(standings: &[Standing], calendar: &WorkCalendar, today: NaiveDate) -> RecommendationSummary {
    let mut summary = RecommendationSummary {
        total: standings.len(),
        ..RecommendationSummary::default()
    };
    for standing in standings {
        let add = |of: &mut std::collections::BTreeMap<String, usize>, name: &str| {
            *of.entry(name.to_owned()).or_default() += 1;
        };
        let timeliness = timeliness(standing, calendar, today);
        let body = standing.lead_code.as_ref().unwrap_or(&standing.receiver_code);
        let kind = standing
            .type_code
            .as_ref()
            .map_or("unclassified", |code| code.as_str());
        add(&mut summary.by_state, standing.state.as_str());
        add(&mut summary.by_type, kind);
        add(&mut summary.by_body, body.as_str());
        add(
            &mut summary.by_timeliness,
            timeliness.map_or("no_deadline", RecommendationTimeliness::as_str),
        );
        let answered = matches!(
            standing.state,
            RecommendationState::Answered | RecommendationState::Published
        );
        summary.answered += usize::from(answered);
        summary.answered_in_time += usize::from(timeliness == Some(RecommendationTimeliness::AnsweredInTime));
    }
    summary.in_time_share = percent_text(summary.answered_in_time, summary.answered);
    summary
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            deadline::tests::{day, row},
            model::RecommendationRow,
        },
        *,
    };

    #[test]
    fn everything_is_counted_once() {
        let answered = |on: &str| {
            RecommendationRow {
                answered_on: Some(day(on)),
                due_on: Some(day("2026-03-09")),
                ..row(RecommendationState::Answered)
            }
            .standing()
        };
        let running = RecommendationRow {
            clock_from: Some(day("2026-03-02")),
            days_granted: Some(5),
            ..row(RecommendationState::Classified)
        };
        let all = [
            answered("2026-03-09"),
            answered("2026-03-08"),
            answered("2026-03-10"),
            running.standing(),
            row(RecommendationState::Received).standing(),
        ];
        let summary = count(&all, &WorkCalendar::default(), day("2026-03-10"));
        assert_eq!(
            (summary.total, summary.answered, summary.answered_in_time),
            (5, 3, 2)
        );
        assert_eq!(summary.in_time_share.as_deref(), Some("66.7"));
        assert_eq!(summary.by_timeliness["overdue"], 1);
        assert_eq!(summary.by_timeliness["no_deadline"], 1);
        assert_eq!(summary.by_state["answered"], 3);
        assert_eq!(summary.by_body["moha"], 5);
        assert_eq!(summary.by_type["unclassified"], 5);
    }
}
