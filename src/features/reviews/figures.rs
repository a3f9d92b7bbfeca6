//! From what stores give to the figures of a review. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{
    BodySettlement, BudgetFigures, ContentFigures, ExtensionFigures, InspectionFigures, LeadFigures,
    PlanFigures, RecommendationFigures, Settlement, UnfinishedLine,
};
use crate::{
    features::{
        inspections::{Inspected, InspectionState, RemedyState, RemedyTimeliness, Severity},
        programmes::{Alike, AsOf, BudgetRow, LineState, ReviewedLine, summarise},
        recommendations::{RecommendationTimeliness, Settled},
    },
    ids::{AgencyCode, ContentCode, ProgrammeCode, RecordId, TaskCode},
    scoring::percent_text,
};

/// What the plan's figures are made of.
#[derive(Debug)]
pub struct PlanFacts {
    /// The programme.
    pub programme: ProgrammeCode,
    /// The moment to judge by.
    pub as_of: AsOf,
    /// The contents with their titles, in their order.
    pub contents: Vec<(ContentCode, String)>,
    /// The lines that are reviewed.
    pub lines: Vec<ReviewedLine>,
    /// The titles of their tasks.
    pub titles: BTreeMap<TaskCode, String>,
    /// The last words on those that are not done.
    pub reasons: BTreeMap<RecordId, String>,
    /// How many lines of the programme belong to no year.
    pub without_year: usize,
    /// What was decided on requests for more time.
    pub extensions: Vec<Option<bool>>,
}

/// The plan in numbers.
pub fn plan(mut facts: PlanFacts) -> PlanFigures {
    let as_of = facts.as_of;
    let judge = |line: &ReviewedLine| as_of.judge(line.state, line.due_at, line.completed_at);
    let alike: Vec<Alike> = facts
        .lines
        .iter()
        .map(|line| Alike {
            content: line.content_code.clone(),
            lead: line.lead_code.clone(),
            state: line.state,
            timeliness: judge(line),
            lines: 1,
        })
        .collect();
    let summary = summarise(facts.programme, as_of.now, &alike);
    let mut by_content: BTreeMap<ContentCode, _> = summary
        .by_content
        .into_iter()
        .map(|row| (row.content, row.counts))
        .collect();
    let unfinished = facts
        .lines
        .iter()
        .filter(|line| line.state != LineState::Done)
        .map(|line| UnfinishedLine {
            task: line.task_code.clone(),
            line: line.line,
            content: line.content_code.clone(),
            title: facts.titles.get(&line.task_code).cloned().unwrap_or_default(),
            lead: line.lead_code.clone(),
            year: line.year,
            to: line.to_day,
            original_to: line.original_to,
            state: line.state,
            timeliness: judge(line),
            percent: line.percent,
            reason: facts.reasons.remove(&line.id),
            carried_to: None,
        })
        .collect();
    PlanFigures {
        overall: summary.overall,
        by_content: facts
            .contents
            .into_iter()
            .map(|(content, title)| ContentFigures {
                counts: by_content.remove(&content).unwrap_or_default(),
                content,
                title,
            })
            .collect(),
        by_lead: summary
            .by_lead
            .into_iter()
            .map(|row| LeadFigures {
                lead: row.lead,
                counts: row.counts,
            })
            .collect(),
        without_year: facts.without_year,
        unfinished,
        extensions: extensions(&facts.extensions),
    }
}

fn extensions(decided: &[Option<bool>]) -> ExtensionFigures {
    let count = |wanted: Option<bool>| decided.iter().filter(|granted| **granted == wanted).count();
    ExtensionFigures {
        asked: decided.len(),
        granted: count(Some(true)),
        refused: count(Some(false)),
        undecided: count(None),
    }
}

impl Settlement {
    fn add(&mut self, one: &Settled) {
        self.received += 1;
        self.answered += usize::from(one.answered);
        let stands = |wanted| usize::from(one.timeliness == Some(wanted));
        self.answered_in_time += stands(RecommendationTimeliness::AnsweredInTime);
        self.overdue += stands(RecommendationTimeliness::Overdue);
    }

    fn finish(mut self) -> Self {
        self.in_time_share = percent_text(self.answered_in_time, self.answered);
        self
    }
}

/// Recommendations in numbers: every body of the list has its row.
pub fn recommendations(bodies: &[AgencyCode], settled: &[Settled]) -> RecommendationFigures {
    let mut overall = Settlement::default();
    let mut by_body: BTreeMap<&AgencyCode, Settlement> = BTreeMap::new();
    for one in settled {
        overall.add(one);
        by_body.entry(&one.body).or_default().add(one);
    }
    RecommendationFigures {
        overall: overall.finish(),
        by_body: bodies
            .iter()
            .map(|body| BodySettlement {
                body: body.clone(),
                settlement: by_body.remove(body).unwrap_or_default().finish(),
            })
            .collect(),
    }
}

/// Inspections in numbers.
pub fn inspections(all: &Inspected) -> InspectionFigures {
    let has_begun =
        |state: InspectionState| matches!(state, InspectionState::UnderWay | InspectionState::Concluded);
    let count = |wanted: fn(InspectionState) -> bool| {
        let stands_so = all.inspections.iter().filter(|row| wanted(row.state));
        stands_so.count()
    };
    let targets = |wanted: &dyn Fn(InspectionState) -> bool| {
        let rows = all.inspections.iter().filter(|row| wanted(row.state));
        rows.map(|row| &row.target_code).collect::<BTreeSet<_>>().len()
    };
    let agencies = targets(&|state| state != InspectionState::Cancelled);
    let agencies_inspected = targets(&has_begun);
    let severe = |severity: Severity| {
        let rows = all.findings.iter().filter(|row| row.severity == severity);
        rows.count()
    };
    let late = |wanted: RemedyTimeliness| {
        let rows = all
            .remedies
            .iter()
            .filter(|(_, timeliness)| *timeliness == wanted);
        rows.count()
    };
    let verified = all
        .remedies
        .iter()
        .filter(|(row, _)| row.state == RemedyState::Verified)
        .count();
    let in_time = late(RemedyTimeliness::RemediedInTime);
    InspectionFigures {
        planned: all.inspections.len(),
        carried_out: count(has_begun),
        cancelled: count(|state| state == InspectionState::Cancelled),
        agencies,
        agencies_inspected,
        inspected_share: percent_text(agencies_inspected, agencies),
        findings: all.findings.len(),
        minor: severe(Severity::Minor),
        major: severe(Severity::Major),
        critical: severe(Severity::Critical),
        remedies: all.remedies.len(),
        remedies_verified: verified,
        verified_share: percent_text(verified, all.remedies.len()),
        verified_in_time: in_time,
        in_time_share: percent_text(in_time, verified),
        remedies_overdue: late(RemedyTimeliness::Overdue),
    }
}

/// Money by year and source.
pub fn budget(rows: &[BudgetRow]) -> Vec<BudgetFigures> {
    #[derive(Default)]
    struct Sum {
        planned: i128,
        spent: i128,
        lines: usize,
        unknown: usize,
    }
    let mut sums: BTreeMap<(i32, _), Sum> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry((row.year, row.source)).or_default();
        sum.planned += i128::from(row.amount_vnd);
        sum.spent += i128::from(row.spent_vnd.unwrap_or(0));
        sum.lines += 1;
        sum.unknown += usize::from(row.spent_vnd.is_none());
    }
    sums.into_iter()
        .map(|((year, source), sum)| BudgetFigures {
            year,
            source,
            planned_vnd: sum.planned.to_string(),
            spent_vnd: sum.spent.to_string(),
            lines: sum.lines,
            lines_without_spending: sum.unknown,
        })
        .collect()
}

#[cfg(test)]
mod tests;
