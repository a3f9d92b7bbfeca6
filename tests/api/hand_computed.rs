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

fn a_border_belongs_to_the_side_that_the_rule_names(app: &TestApp) {
    let set = set(
        "borders",
        "6",
        &json!({"children": [
            leaf("pct", "2", &json!({"kind": "percentage_bands", "bands": [{"above": "90", "points": "2"},
                {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}]})),
            leaf("count", "1", &json!({"kind": "count_bands", "bands": [{"from": "4", "points": "1"},
                {"from": "2", "to": "3", "points": "0.5"}, {"to": "1", "points": "0"}]})),
            leaf("from-80", "1", &json!({"kind": "proportional", "floor": {"from": "80"}, "zero_denominator": "1"})),
            leaf("above-70", "1", &json!({"kind": "proportional", "floor": {"above": "70"}})),
            leaf("less", "1", &json!({"kind": "deduction", "per_item": "0.3", "floor": "0.1"})),
        ]}),
    );
    // The values, then the points that each must give, and their sum.
    // The last ratios: 6/7 = 85.7 %, 0.857142857… → 0.857143; 5/7 = 71.4 %, 0.714285714… → 0.714286.
    // The deduction: 1 − 3 × 0.3 = 0.1 is the floor itself, 1 − 4 × 0.3 < 0.1 stays there, 1 − 2 × 0.3 = 0.4.
    let cases = [
        (
            "a",
            ratio("90", "100"),
            4,
            ratio("80", "100"),
            ratio("70", "100"),
            3,
            ["1", "1", "0.8", "0", "0.1"],
            "2.9",
        ),
        (
            "b",
            ratio("90.000001", "100"),
            3,
            ratio("79.999999", "100"),
            ratio("70.000001", "100"),
            4,
            ["2", "0.5", "0", "0.7", "0.1"],
            "3.3",
        ),
        (
            "c",
            ratio("70", "100"),
            2,
            ratio("0", "0"),
            ratio("2", "3"),
            2,
            ["1", "0.5", "1", "0", "0.4"],
            "2.9",
        ),
        (
            "d",
            ratio("69.999999", "100"),
            1,
            ratio("4", "5"),
            ratio("3", "4"),
            0,
            ["0", "0", "0.8", "0.75", "1"],
            "2.55",
        ),
        (
            "e",
            ratio("6", "7"),
            0,
            ratio("6", "7"),
            ratio("5", "7"),
            1,
            ["1", "0", "0.857143", "0.714286", "0.7"],
            "3.271429",
        ),
    ];
    let codes = ["pct", "count", "from-80", "above-70", "less"];
    app.add_agencies(&["moha", "a", "b", "c", "d", "e"]);
    Play::import_set(app, &set);
    let bodies = codes.map(|code| (code, "moha"));
    let play = Play::open(
        app,
        "borders",
        &set,
        &agencies(&["a", "b", "c", "d", "e"]),
        &bodies,
    );
    // A rule that is silent about a zero denominator refuses it.
    let refused = play.submitter("a").put(
        422,
        &play.path("submissions/a/items"),
        &json!({"items": [{"indicator": "pct", "value": ratio("0", "0")}]}),
    );
    assert_eq!(refused.faults(), ["/items/0/value/denominator zero_denominator"]);
    for (agency, pct, count, from, above, less, ..) in &cases {
        let count = json!({"kind": "count", "count": count});
        let less = json!({"kind": "count", "count": less});
        let values = [pct, &count, from, above, &less];
        let items: Vec<Value> = codes
            .iter()
            .zip(values)
            .map(|(code, value)| json!({"indicator": code, "value": value}))
            .collect();
        play.declare(agency, &items);
        play.submit(agency);
    }
    play.go("appraisal");
    for (agency, .., points, sum) in &cases {
        play.appraise("moha", agency, &codes.map(recognise));
        let score = play.score(agency);
        for (code, points) in codes.iter().zip(points) {
            let node = node(&score, code);
            assert_eq!(node["final_points"], *points, "{agency} {code}: {node:#}");
            assert_eq!(node["self_points"], *points, "{agency} {code}");
        }
        assert_eq!(score["scorecard"]["total"], *sum, "{agency}");
    }
}

/// A sum of 60 (40 that may not apply, and 20) and a mean of 40 (two, both of which may not apply).
fn mixed_set() -> Value {
    let points = |code: &str, maximum: &str, may_not_apply: bool| {
        let mut leaf = leaf(code, maximum, &json!({"kind": "appraiser_points", "step": "1"}));
        leaf["not_applicable_allowed"] = json!(may_not_apply);
        leaf
    };
    set(
        "mixed",
        "100",
        &json!({"children": [
            {"code": "s", "name_vi": "Tổng", "maximum": "60", "children": [points("s1", "40", true), points("s2", "20", false)]},
            {"code": "m", "name_vi": "Trung bình", "maximum": "40", "combine": "mean",
                "children": [points("m1", "40", true), points("m2", "40", true)]},
        ]}),
    )
}

fn what_does_not_apply_leaves_the_denominator_of_a_sum_and_the_weights_of_a_mean(app: &TestApp) {
    // Declared s1, s2, m1, m2 (none: not applicable); what the body makes of s1 (none: recognised); the total, the
    // maximum that applies, the index, the place by index.
    let na = || json!({"verdict": "corrected", "value": {"kind": "not_applicable"}});
    let cases = [
        // 15 + 30 of 20 + 40: 45 / 60 = 75 %
        (
            "x",
            [None, Some("15"), Some("30"), None],
            None,
            "45",
            "60",
            "75.00",
            1,
        ),
        // 30 + 15 + (30 + 10) / 2 = 65 of 100
        (
            "y",
            [Some("30"), Some("15"), Some("30"), Some("10")],
            None,
            "65",
            "100",
            "65.00",
            3,
        ),
        // Declared not applicable, and not accepted: 10 + 15 + (30 + 10) / 2 = 45 of 100
        (
            "z",
            [None, Some("15"), Some("30"), Some("10")],
            Some(json!({"verdict": "points_set", "points": "10"})),
            "45",
            "100",
            "45.00",
            5,
        ),
        // Declared 30, corrected to not applicable: 15 + 20 of 60 = 58.333… %, which is less than y's 65 %
        (
            "w",
            [Some("30"), Some("15"), Some("30"), Some("10")],
            Some(na()),
            "35",
            "60",
            "58.33",
            4,
        ),
        // Nothing of the mean applies, so the mean does not: 30 + 15 of 60 = 75 %, tied with x
        (
            "v",
            [Some("30"), Some("15"), None, None],
            None,
            "45",
            "60",
            "75.00",
            1,
        ),
    ];
    app.add_agencies(&["moha", "x", "y", "z", "w", "v"]);
    let set = mixed_set();
    Play::import_set(app, &set);
    let play = Play::open(
        app,
        "mixed",
        &set,
        &agencies(&["x", "y", "z", "w", "v"]),
        &[("s", "moha"), ("m", "moha")],
    );
    let codes = ["s1", "s2", "m1", "m2"];
    for (agency, declared, ..) in &cases {
        let items: Vec<Value> = codes
            .iter()
            .zip(declared)
            .map(|(code, points)| {
                let value = points.map_or(
                    json!({"kind": "not_applicable"}),
                    |points| json!({"kind": "points", "points": points}),
                );
                json!({"indicator": code, "value": value})
            })
            .collect();
        play.declare(agency, &items);
        play.submit(agency);
    }
    play.go("appraisal");
    for (agency, _, decision, ..) in &cases {
        let mut decisions = codes.map(recognise);
        if let Some(decision) = decision {
            decisions[0] =
                json!({"indicator": "s1", "revision": 1, "decision": decision, "reason": "Kiểm tra"});
        }
        play.appraise("moha", agency, &decisions);
    }
    let z = play.score("z");
    // Until it is accepted, "not applicable" is 0 of an unchanged maximum: 0 + 15 + 20.
    assert_eq!(z["scorecard"]["self_total"], "35");
    let v = play.score("v");
    assert_eq!(
        (&node(&v, "m")["applicable_maximum"], &node(&v, "m")["index"]),
        (&json!("0"), &Value::Null)
    );
    let id = play.publish(&json!({}));
    let shown = ranking(app, &id);
    for (agency, _, _, total, maximum, index, place) in cases {
        let entry = line(&shown, agency);
        assert_eq!(exact(text(entry, "total")), exact(total), "{entry}");
        assert_eq!(exact(text(entry, "maximum")), exact(maximum), "{entry}");
        assert_eq!(
            (&entry["index"], &entry["place"]),
            (&json!(index), &json!(place)),
            "{entry}"
        );
    }
    // (75 + 75 + 65 + 58.333333 + 45) / 5 = 63.666667
    assert_eq!(shown["mean"], "63.67");
}
