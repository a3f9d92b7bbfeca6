use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{
    clock::Moment,
    features::programmes::{BudgetSource, Timeliness},
};

const DAY: i64 = 86_400;

fn agency(code: &str) -> AgencyCode {
    AgencyCode::parse(code).unwrap()
}

fn at(days: i64) -> Moment {
    Moment::from_unix_seconds(days * DAY).unwrap()
}

fn line(number: i32, content: &str, lead: &str, state: LineState, due: Option<i64>) -> ReviewedLine {
    ReviewedLine {
        id: RecordId::new(),
        task_code: TaskCode::parse("1.1").unwrap(),
        line: number,
        content_code: ContentCode::parse(content).unwrap(),
        lead_code: agency(lead),
        year: Some(2018),
        to_day: NaiveDate::from_ymd_opt(2018, 12, 31),
        original_to: None,
        due_at: due.map(at),
        state,
        percent: 0,
        completed_at: (state == LineState::Done).then(|| at(1)),
    }
}

fn facts(lines: Vec<ReviewedLine>) -> PlanFacts {
    let content = |code: &str| (ContentCode::parse(code).unwrap(), format!("Nội dung {code}"));
    PlanFacts {
        programme: ProgrammeCode::parse("p").unwrap(),
        as_of: AsOf::new(at(10), 0),
        contents: vec![content("1"), content("2"), content("3")],
        lines,
        titles: BTreeMap::from([(TaskCode::parse("1.1").unwrap(), "Thông tư".to_owned())]),
        reasons: BTreeMap::new(),
        without_year: 2,
        extensions: vec![Some(true), Some(true), Some(false), None],
    }
}

#[test]
fn the_plan_is_told_by_content_and_unit() {
    let late = line(2, "1", "mic", LineState::InProgress, Some(5));
    let id = late.id.clone();
    let mut facts = facts(vec![
        line(1, "1", "moha", LineState::Done, Some(5)),
        late,
        line(3, "2", "moha", LineState::NotStarted, Some(20)),
        line(4, "2", "moha", LineState::Refused, None),
    ]);
    facts.reasons.insert(id, "Chờ ý kiến".to_owned());
    let plan = plan(facts);
    assert_eq!(
        (plan.overall.total, plan.overall.done, plan.overall.overdue),
        (4, 1, 1)
    );
    assert_eq!(plan.overall.overdue_rate.as_deref(), Some("33.3"));
    let contents: Vec<(&str, i64)> = plan
        .by_content
        .iter()
        .map(|row| (row.content.as_str(), row.counts.total))
        .collect();
    // A content without lines is told, too.
    assert_eq!(contents, [("1", 2), ("2", 2), ("3", 0)]);
    let leads: Vec<(&str, i64)> = plan
        .by_lead
        .iter()
        .map(|row| (row.lead.as_str(), row.counts.unfinished))
        .collect();
    assert_eq!(leads, [("mic", 1), ("moha", 2)]);
    let unfinished: Vec<(i32, Timeliness, Option<&str>)> = plan
        .unfinished
        .iter()
        .map(|line| (line.line, line.timeliness, line.reason.as_deref()))
        .collect();
    assert_eq!(
        unfinished,
        [
            (2, Timeliness::Overdue, Some("Chờ ý kiến")),
            (3, Timeliness::InTime, None),
            (4, Timeliness::NoDeadline, None)
        ]
    );
    let more = plan.extensions;
    assert_eq!(
        (more.asked, more.granted, more.refused, more.undecided),
        (4, 2, 1, 1)
    );
}

#[test]
fn recommendations_are_told_by_body() {
    use RecommendationTimeliness::{AnsweredInTime, AnsweredLate, Overdue};
    let one = |body: &str, answered, timeliness| Settled {
        body: agency(body),
        answered,
        timeliness,
    };
    let settled = [
        one("moha", true, Some(AnsweredInTime)),
        one("moha", true, Some(AnsweredLate)),
        one("moha", true, Some(AnsweredInTime)),
        one("moha", false, Some(Overdue)),
        one("moha", false, None),
    ];
    let figures = recommendations(&[agency("moha"), agency("mic")], &settled);
    let moha = &figures.by_body[0].settlement;
    assert_eq!(
        (moha.received, moha.answered, moha.answered_in_time, moha.overdue),
        (5, 3, 2, 1)
    );
    assert_eq!(moha.in_time_share.as_deref(), Some("66.7"));
    assert_eq!(figures.overall, *moha);
    assert_eq!(figures.by_body[1].settlement, Settlement::default());
}

fn money(year: i32, source: BudgetSource, amount_vnd: i64, spent_vnd: Option<i64>) -> BudgetRow {
    BudgetRow {
        line_id: RecordId::new(),
        year,
        source,
        amount_vnd,
        spent_vnd,
    }
}

#[test]
fn money_is_added_up_exactly() {
    use BudgetSource::{Oda, StateBudget};
    const MOST: i64 = 1_000_000_000_000_000;
    let mut rows: Vec<BudgetRow> = (0..20_000)
        .map(|_| money(2018, StateBudget, MOST, Some(MOST - 1)))
        .collect();
    rows.push(money(2018, Oda, 5, None));
    rows.push(money(2017, Oda, 7, Some(0)));
    let told: Vec<(i32, BudgetSource, String, String, usize)> = budget(&rows)
        .into_iter()
        .map(|row| {
            (
                row.year,
                row.source,
                row.planned_vnd,
                row.spent_vnd,
                row.lines_without_spending,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2017, Oda, "7".to_owned(), "0".to_owned(), 0),
            (
                2018,
                StateBudget,
                "20000000000000000000".to_owned(),
                "19999999999999980000".to_owned(),
                0
            ),
            (2018, Oda, "5".to_owned(), "0".to_owned(), 1),
        ]
    );
}

fn any_line() -> impl Strategy<Value = ReviewedLine> {
    let codes = (
        prop::sample::select(vec!["1", "2", "3"]),
        prop::sample::select(vec!["moha", "mic", "moj"]),
    );
    let state = prop::sample::select(LineState::ALL.to_vec());
    (codes, state, prop::option::of(0_i64..20))
        .prop_map(|((content, lead), state, due)| line(1, content, lead, state, due))
}

proptest! {
    #[test]
    fn every_line_is_told_once_in_each_table(lines in prop::collection::vec(any_line(), 0..60)) {
        let count = lines.len();
        let done = lines.iter().filter(|line| line.state == LineState::Done).count();
        let plan = plan(facts(lines));
        let total: i64 = plan.by_content.iter().map(|row| row.counts.total).sum();
        let led: i64 = plan.by_lead.iter().map(|row| row.counts.total).sum();
        prop_assert_eq!(usize::try_from(total).unwrap(), count);
        prop_assert_eq!(usize::try_from(led).unwrap(), count);
        prop_assert_eq!(plan.unfinished.len(), count - done);
        let overdue = plan.unfinished.iter().filter(|line| line.timeliness == Timeliness::Overdue).count();
        prop_assert_eq!(usize::try_from(plan.overall.overdue).unwrap(), overdue);
    }
}
