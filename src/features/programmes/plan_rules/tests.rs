use proptest::prelude::*;

use super::*;
use crate::features::programmes::line_model::BudgetSource;

const PERIOD: Period = Period {
    from_year: 2017,
    to_year: 2020,
};

fn agency(code: &str) -> AgencyCode {
    AgencyCode::parse(code).unwrap()
}

fn line() -> NewLine {
    serde_json::from_value(serde_json::json!({"lead": "moha", "coordinators": ["mic"], "to": "2018-12-31"}))
        .unwrap()
}

fn at(line: i32) -> LineRef {
    LineRef {
        task: TaskCode::parse("1.1").unwrap(),
        line,
    }
}

fn faults(line: &NewLine) -> Vec<String> {
    let mut faults = Vec::new();
    check_line("", line, PERIOD, &mut faults);
    faults
        .into_iter()
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect()
}

#[test]
fn every_fault_of_a_line_is_named() {
    assert!(faults(&line()).is_empty());
    let budget = |year, amount_vnd| Budget {
        year,
        source: BudgetSource::Oda,
        amount_vnd,
        spent_vnd: None,
    };
    let bad = NewLine {
        year: Some(2021),
        goal: Some(String::new()),
        from: Some("2019-01-01".parse().unwrap()),
        coordinators: vec![agency("mic"), agency("moha"), agency("mic")],
        budgets: vec![budget(2018, -1), budget(2018, 1)],
        depends_on: vec![at(1), at(1)],
        ..line()
    };
    assert_eq!(
        faults(&bad),
        [
            "/goal bad_text",
            "/year outside_period",
            "/to before_from",
            "/coordinators/2 duplicate_agency",
            "/coordinators/1 lead_coordinates",
            "/budgets/0/amount_vnd out_of_range",
            "/budgets/1/source duplicate",
            "/depends_on/1 duplicate",
        ]
    );
}

fn graph(edges: &[(i32, i32)], lines: i32) -> Dependencies {
    let mut known: Dependencies = (1..=lines).map(|line| (at(line), BTreeSet::new())).collect();
    for (from, to) in edges {
        known.entry(at(*from)).or_default().insert(at(*to));
    }
    known
}

#[test]
fn a_line_does_not_wait_for_itself() {
    let known = graph(&[(1, 2), (2, 3), (3, 1), (4, 1), (3, 5)], 5);
    let asked: Vec<_> = [(3, 1), (4, 1), (3, 5), (1, 9)]
        .map(|(from, to)| (format!("/{from}/{to}"), at(from), at(to)))
        .into();
    let found: Vec<String> = check_dependencies(&asked, &known)
        .into_iter()
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect();
    assert_eq!(found, ["/3/1 circular", "/1/9 unknown_line"]);
    let itself = graph(&[(1, 1)], 1);
    let asked = [("/x".to_owned(), at(1), at(1))];
    assert_eq!(check_dependencies(&asked, &itself)[0].code, "circular");
}

proptest! {
    /// What only waits for lower lines has no circle, whatever it looks like.
    #[test]
    fn plans_without_circles_are_good(edges in prop::collection::vec((2..40_i32, 1..40_i32), 0..120)) {
        let edges: Vec<(i32, i32)> = edges.into_iter().filter(|(from, to)| to < from).collect();
        let known = graph(&edges, 40);
        let asked: Vec<_> = edges.iter().map(|(from, to)| (String::new(), at(*from), at(*to))).collect();
        prop_assert!(check_dependencies(&asked, &known).is_empty());
    }
}
