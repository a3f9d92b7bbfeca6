//! What agencies have to do, put together from counts. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::view_model::{LineLoad, OpenLoad, Workload};
use crate::{
    features::{
        holidays::WorkCalendar,
        recommendations::{RecommendationTimeliness, Standing, timeliness},
    },
    ids::AgencyCode,
};

/// Of which agencies a caller may know what they have to do.
#[derive(Clone, Debug)]
pub enum Visible {
    /// Of all.
    All,
    /// Of these.
    Of(Vec<AgencyCode>),
}

impl Visible {
    fn holds(&self, agency: &AgencyCode) -> bool {
        match self {
            Self::All => true,
            Self::Of(own) => own.contains(agency),
        }
    }
}

/// A count of lines by agency.
pub type ByAgency = Vec<(AgencyCode, i64)>;

/// Counts of unfinished lines in one part.
#[derive(Clone, Debug, Default)]
pub struct LineCounts {
    /// All.
    pub unfinished: ByAgency,
    /// Those whose deadline has passed.
    pub overdue: ByAgency,
    /// Those whose deadline is near.
    pub nearly_due: ByAgency,
}

/// The agencies with what they have to do, by code.
#[derive(Debug, Default)]
pub struct Loads(BTreeMap<AgencyCode, Workload>);

impl Loads {
    fn of(&mut self, agency: AgencyCode) -> &mut Workload {
        self.0.entry(agency.clone()).or_insert_with(|| Workload {
            agency,
            led: LineLoad::default(),
            coordinated: LineLoad::default(),
            to_confirm: 0,
            recommendations: OpenLoad::default(),
            remedies: OpenLoad::default(),
        })
    }

    /// Adds lines of one part.
    pub fn add_lines(&mut self, counts: LineCounts, part: fn(&mut Workload) -> &mut LineLoad) {
        for (agency, lines) in counts.unfinished {
            part(self.of(agency)).unfinished += lines;
        }
        for (agency, lines) in counts.overdue {
            part(self.of(agency)).overdue += lines;
        }
        for (agency, lines) in counts.nearly_due {
            part(self.of(agency)).nearly_due += lines;
        }
    }

    /// Adds reports of completion that wait for an agency.
    pub fn add_to_confirm(&mut self, counts: ByAgency) {
        for (agency, lines) in counts {
            self.of(agency).to_confirm += lines;
        }
    }

    /// Adds remedies: all that are open, and those that are overdue.
    pub fn add_remedies(&mut self, open: ByAgency, overdue: ByAgency) {
        for (agency, remedies) in open {
            self.of(agency).remedies.open += remedies;
        }
        for (agency, remedies) in overdue {
            self.of(agency).remedies.overdue += remedies;
        }
    }

    /// Adds an open recommendation to those who have to deal with it: who leads, or the one that received it, and who
    /// answers jointly.
    pub fn add_recommendation(
        &mut self,
        standing: &Standing,
        joint: &[AgencyCode],
        visible: &Visible,
        (working_days, today): (&WorkCalendar, NaiveDate),
    ) {
        let is_overdue = timeliness(standing, working_days, today) == Some(RecommendationTimeliness::Overdue);
        let first = standing.lead_code.as_ref().unwrap_or(&standing.receiver_code);
        let others = joint.iter().filter(|body| *body != first);
        for agency in std::iter::once(first).chain(others) {
            if visible.holds(agency) {
                let load = &mut self.of(agency.clone()).recommendations;
                load.open += 1;
                load.overdue += i64::from(is_overdue);
            }
        }
    }

    /// The agencies that have something to do.
    pub fn finish(self) -> Vec<Workload> {
        self.0.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::recommendations::RecommendationState, ids::RecordId};

    fn code(text: &str) -> AgencyCode {
        AgencyCode::parse(text).unwrap()
    }

    #[test]
    fn a_recommendation_waits_for_everybody_who_answers_it() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let standing = Standing {
            id: RecordId::new(),
            state: RecommendationState::Assigned,
            type_code: None,
            receiver_code: code("moha"),
            lead_code: Some(code("mic")),
            clock_from: Some(day("2026-03-02")),
            days_used: 0,
            days_granted: Some(3),
            answered_on: None,
            due_on: None,
        };
        let loads = |visible: &Visible, today: &str| -> Vec<(String, i64, i64)> {
            let mut loads = Loads::default();
            let joint = [code("mic"), code("mpi")];
            let calendar = WorkCalendar::default();
            loads.add_recommendation(&standing, &joint, visible, (&calendar, day(today)));
            let found = loads.finish().into_iter();
            found
                .map(|load| {
                    let of = load.recommendations;
                    (load.agency.to_string(), of.open, of.overdue)
                })
                .collect()
        };
        let of = |agency: &str, overdue| (agency.to_owned(), 1, overdue);
        // Monday 2 March and three working days: Thursday 5 March.
        assert_eq!(loads(&Visible::All, "2026-03-05"), [of("mic", 0), of("mpi", 0)]);
        assert_eq!(loads(&Visible::All, "2026-03-06"), [of("mic", 1), of("mpi", 1)]);
        assert_eq!(
            loads(&Visible::Of(vec![code("mpi"), code("moha")]), "2026-03-06"),
            [of("mpi", 1)]
        );
    }
}
