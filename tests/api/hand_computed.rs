//! Small rounds whose numbers were worked out by hand; the arithmetic stands beside them: borders, and what does not
//! apply.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        exact::exact,
        play::{Play, line, ranking, text},
        small::{agencies, leaf, node, ratio, set},
    },
};

stories![
    a_border_belongs_to_the_side_that_the_rule_names,
    what_does_not_apply_leaves_the_denominator_of_a_sum_and_the_weights_of_a_mean,
];

fn recognise(indicator: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "recognised"}})
}

/// The indicators of the set about borders.
const BORDERS: [&str; 5] = ["pct", "count", "from-80", "above-70", "less"];

/// An agency, what it declares for each indicator, the points that this must give, and their sum.
type AtBorders = (&'static str, [&'static str; 5], [&'static str; 5], &'static str);

const AT_BORDERS: &[AtBorders] = &[
    // 90 % is not above 90; 80 % is from 80; 70 % is not above 70; 1 − 3 × 0.3 = 0.1 is the floor itself.
    (
        "a",
        ["90/100", "4", "80/100", "70/100", "3"],
        ["1", "1", "0.8", "0", "0.1"],
        "2.9",
    ),
    // A hair further, each; 1 − 4 × 0.3 is below the floor of 0.1.
    (
        "b",
        ["90.000001/100", "3", "79.999999/100", "70.000001/100", "4"],
        ["2", "0.5", "0", "0.7", "0.1"],
        "3.3",
    ),
    // Nothing of nothing is the 1 that the rule states; 2/3 = 66.7 % is below the floor; 1 − 2 × 0.3 = 0.4.
    (
        "c",
        ["70/100", "2", "0/0", "2/3", "2"],
        ["1", "0.5", "1", "0", "0.4"],
        "2.9",
    ),
    (
        "d",
        ["69.999999/100", "1", "4/5", "3/4", "0"],
        ["0", "0", "0.8", "0.75", "1"],
        "2.55",
    ),
    // 6/7 = 85.7 %, 0.857142857… → 0.857143; 5/7 = 71.4 %, 0.714285714… → 0.714286.
    (
        "e",
        ["6/7", "0", "6/7", "5/7", "1"],
        ["1", "0", "0.857143", "0.714286", "0.7"],
        "3.271429",
    ),
];

fn borders_set() -> Value {
    let pct = json!({"kind": "percentage_bands", "bands": [{"above": "90", "points": "2"},
        {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}]});
    let count = json!({"kind": "count_bands", "bands": [{"from": "4", "points": "1"},
        {"from": "2", "to": "3", "points": "0.5"}, {"to": "1", "points": "0"}]});
    let from = json!({"kind": "proportional", "floor": {"from": "80"}, "zero_denominator": "1"});
    let above = json!({"kind": "proportional", "floor": {"above": "70"}});
    let less = json!({"kind": "deduction", "per_item": "0.3", "floor": "0.1"});
    let rules = [("2", pct), ("1", count), ("1", from), ("1", above), ("1", less)];
    let leaves: Vec<Value> = BORDERS
        .iter()
        .zip(rules)
        .map(|(code, (maximum, rule))| leaf(code, maximum, &rule))
        .collect();
    set("borders", "6", &json!({"children": leaves}))
}

/// `a/b` is a ratio, anything else a count.
fn declared(text: &str) -> Value {
    match text.split_once('/') {
        Some((a, b)) => ratio(a, b),
        None => json!({"kind": "count", "count": text.parse::<u32>().expect("a count")}),
    }
}

fn a_border_belongs_to_the_side_that_the_rule_names(app: &TestApp) {
    app.add_agencies(&["moha", "a", "b", "c", "d", "e"]);
    let set = borders_set();
    Play::import_set(app, &set);
    let taking_part = agencies(&["a", "b", "c", "d", "e"]);
    let play = Play::open(
        app,
        "borders",
        &set,
        &taking_part,
        &BORDERS.map(|code| (code, "moha")),
    );
    // A rule that is silent about a zero denominator refuses it.
    let refused = play.submitter("a").put(
        422,
        &play.path("submissions/a/items"),
        &json!({"items": [{"indicator": "pct", "value": ratio("0", "0")}]}),
    );
    assert_eq!(refused.faults(), ["/items/0/value/denominator zero_denominator"]);
    for (agency, values, ..) in AT_BORDERS {
        let items: Vec<Value> = BORDERS
            .iter()
            .zip(values)
            .map(|(code, value)| json!({"indicator": code, "value": declared(value)}))
            .collect();
        play.declare(agency, &items);
        play.submit(agency);
    }
    play.go("appraisal");
    for (agency, _, points, sum) in AT_BORDERS {
        play.appraise("moha", agency, &BORDERS.map(recognise));
        let score = play.score(agency);
        for (code, points) in BORDERS.iter().zip(points) {
            let node = node(&score, code);
            assert_eq!(node["final_points"], *points, "{agency} {code}: {node:#}");
            assert_eq!(node["self_points"], *points, "{agency} {code}");
        }
        assert_eq!(score["scorecard"]["total"], *sum, "{agency}");
    }
}

/// The indicators of the set about what does not apply.
const MIXED: [&str; 4] = ["s1", "s2", "m1", "m2"];

/// What the body makes of `s1`.
#[derive(Clone, Copy)]
enum OfS1 {
    Recognised,
    NotApplicable,
    Points(&'static str),
}

/// One agency of that set.
struct Mixed {
    agency: &'static str,
    /// Declared points of each indicator; `-` is «not applicable».
    declared: [&'static str; 4],
    of_s1: OfS1,
    total: &'static str,
    maximum: &'static str,
    index: &'static str,
    /// By index: x and v 75, y 65, w 58.33, z 45.
    place: u32,
}

const MIXED_CASES: [Mixed; 5] = [
    // 15 + 30 of 20 + 40: 45 / 60 = 75 %
    Mixed {
        agency: "x",
        declared: ["-", "15", "30", "-"],
        of_s1: OfS1::Recognised,
        total: "45",
        maximum: "60",
        index: "75.00",
        place: 1,
    },
    // 30 + 15 + (30 + 10) / 2 = 65 of 100
    Mixed {
        agency: "y",
        declared: ["30", "15", "30", "10"],
        of_s1: OfS1::Recognised,
        total: "65",
        maximum: "100",
        index: "65.00",
        place: 3,
    },
    // Declared not applicable, and not accepted: 10 + 15 + (30 + 10) / 2 = 45 of 100
    Mixed {
        agency: "z",
        declared: ["-", "15", "30", "10"],
        of_s1: OfS1::Points("10"),
        total: "45",
        maximum: "100",
        index: "45.00",
        place: 5,
    },
    // Declared 30, corrected to not applicable: 15 + 20 of 60 = 58.333… %
    Mixed {
        agency: "w",
        declared: ["30", "15", "30", "10"],
        of_s1: OfS1::NotApplicable,
        total: "35",
        maximum: "60",
        index: "58.33",
        place: 4,
    },
    // Nothing of the mean applies, so the mean does not: 30 + 15 of 60 = 75 %, tied with x
    Mixed {
        agency: "v",
        declared: ["30", "15", "-", "-"],
        of_s1: OfS1::Recognised,
        total: "45",
        maximum: "60",
        index: "75.00",
        place: 1,
    },
];

impl Mixed {
    fn items(&self) -> Vec<Value> {
        let value = |points: &str| match points {
            "-" => json!({"kind": "not_applicable"}),
            points => json!({"kind": "points", "points": points}),
        };
        let pairs = MIXED.iter().zip(self.declared);
        pairs
            .map(|(code, points)| json!({"indicator": code, "value": value(points)}))
            .collect()
    }

    fn decisions(&self) -> [Value; 4] {
        let mut decisions = MIXED.map(recognise);
        let decision = match self.of_s1 {
            OfS1::Recognised => return decisions,
            OfS1::NotApplicable => json!({"verdict": "corrected", "value": {"kind": "not_applicable"}}),
            OfS1::Points(points) => json!({"verdict": "points_set", "points": points}),
        };
        decisions[0] =
            json!({"indicator": "s1", "revision": 1, "decision": decision, "reason": "Kiểm tra tại chỗ"});
        decisions
    }
}

/// A sum of 60 (40 that may not apply, and 20) and a mean of 40 (two, both of which may not apply).
fn mixed_set() -> Value {
    let points = |code: &str, maximum: &str, may_not_apply: bool| {
        let mut leaf = leaf(code, maximum, &json!({"kind": "appraiser_points", "step": "1"}));
        leaf["not_applicable_allowed"] = json!(may_not_apply);
        leaf
    };
    let sum = [points("s1", "40", true), points("s2", "20", false)];
    let mean = [points("m1", "40", true), points("m2", "40", true)];
    let children = json!([
        {"code": "s", "name_vi": "Tổng", "maximum": "60", "children": sum},
        {"code": "m", "name_vi": "Trung bình", "maximum": "40", "combine": "mean", "children": mean},
    ]);
    set("mixed", "100", &json!({"children": children}))
}

fn what_does_not_apply_leaves_the_denominator_of_a_sum_and_the_weights_of_a_mean(app: &TestApp) {
    app.add_agencies(&["moha", "x", "y", "z", "w", "v"]);
    let set = mixed_set();
    Play::import_set(app, &set);
    let taking_part = agencies(&["x", "y", "z", "w", "v"]);
    let play = Play::open(app, "mixed", &set, &taking_part, &[("s", "moha"), ("m", "moha")]);
    for case in &MIXED_CASES {
        play.declare(case.agency, &case.items());
        play.submit(case.agency);
    }
    play.go("appraisal");
    for case in &MIXED_CASES {
        play.appraise("moha", case.agency, &case.decisions());
    }
    // Until it is accepted, "not applicable" is 0 of an unchanged maximum: 0 + 15 + (30 + 10) / 2.
    assert_eq!(play.score("z")["scorecard"]["self_total"], "35");
    let v = play.score("v");
    let mean = node(&v, "m");
    assert_eq!(
        (&mean["applicable_maximum"], &mean["index"]),
        (&json!("0"), &Value::Null)
    );
    let shown = ranking(app, &play.publish(&json!({})));
    for case in &MIXED_CASES {
        let entry = line(&shown, case.agency);
        assert_eq!(exact(text(entry, "total")), exact(case.total), "{entry}");
        assert_eq!(exact(text(entry, "maximum")), exact(case.maximum), "{entry}");
        assert_eq!(
            (&entry["index"], &entry["place"]),
            (&json!(case.index), &json!(case.place)),
            "{entry}"
        );
    }
    // (75 + 75 + 65 + 58.333333 + 45) / 5 = 63.666667
    assert_eq!(shown["mean"], "63.67");
}
