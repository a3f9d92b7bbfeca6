//! Small rounds whose places were worked out by hand; the arithmetic stands beside them: ties, bonus and penalty, and
//! rounding at every tier.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{Play, line, ranking, rows, text},
        small::{agencies, external, node, set},
    },
};

stories![
    a_tie_is_numbered_as_the_set_says,
    a_tie_of_printed_scores_is_none_of_exact_ones,
    bonus_and_penalty_end_at_their_caps_and_at_floor_and_ceiling,
    rounding_at_every_tier_turns_a_rank_around,
];

/// Plays a round of one entered number each, out of 100; the ranking of it.
fn ranked(app: &TestApp, code: &str, more: &Value, scores: &[(&str, &str)]) -> Value {
    let mut set = set(code, "100", &json!({"children": [external("all", "100")]}));
    for (name, value) in more.as_object().expect("an object") {
        set[name] = value.clone();
    }
    Play::import_set(app, &set);
    let codes: Vec<&str> = scores.iter().map(|(agency, _)| *agency).collect();
    let play = Play::open(app, code, &set, &agencies(&codes), &[]);
    for agency in codes {
        play.submit(agency);
    }
    play.go("appraisal");
    let points: Vec<Value> = scores
        .iter()
        .map(|(agency, points)| json!({"agency": agency, "indicator": "all", "points": points}))
        .collect();
    play.enter(&points);
    ranking(app, &play.publish(&json!({})))
}

fn places(ranking: &Value) -> Vec<(i64, &str)> {
    let entries = rows(ranking, "entries").iter();
    entries
        .map(|entry| {
            (
                entry["place"].as_i64().expect("a place"),
                text(entry, "place_label"),
            )
        })
        .collect()
}

fn a_tie_is_numbered_as_the_set_says(app: &TestApp) {
    app.add_agencies(&["moha", "a", "b", "c", "d"]);
    // Sent in no order; 90, 80, 80, 70.
    let scores = [("c", "80"), ("d", "70"), ("a", "90"), ("b", "80")];
    for (ties, expected) in [
        ("competition", [(1, "1"), (2, "2"), (2, "2"), (4, "4")]),
        ("dense", [(1, "1"), (2, "2"), (2, "2"), (3, "3")]),
        ("shared", [(1, "1"), (2, "=2"), (2, "=2"), (4, "4")]),
    ] {
        let more = json!({"ranking": {"basis": "exact", "ties": ties}});
        let shown = ranked(app, ties, &more, &scores);
        assert_eq!(places(&shown), expected, "{ties}");
        let order: Vec<&str> = rows(&shown, "entries")
            .iter()
            .map(|entry| text(&entry["agency"], "code"))
            .collect();
        assert_eq!(order, ["a", "b", "c", "d"], "equals stand by code");
    }
}

fn a_tie_of_printed_scores_is_none_of_exact_ones(app: &TestApp) {
    app.add_agencies(&["moha", "a", "b", "c"]);
    // 80.004 and 80.001 both print 80.00. The bands begin at 80 and at 0: 79.996 prints 80.00 too.
    let scores = [("a", "80.001"), ("b", "80.004"), ("c", "79.996")];
    let bands = json!([{"code": "B", "name_vi": "Nhóm B", "from": "80"}, {"code": "C", "name_vi": "Nhóm C", "from": "0"}]);
    let exact_basis = json!({"ranking": {"basis": "exact", "ties": "shared"}, "bands": bands});
    let shown = ranked(app, "by-exact", &exact_basis, &scores);
    assert_eq!(places(&shown), [(1, "1"), (2, "2"), (3, "3")]);
    assert_eq!(line(&shown, "b")["place"], 1);
    assert_eq!(
        (&line(&shown, "c")["score"], &line(&shown, "c")["band"]),
        (&json!("80.00"), &json!("C"))
    );
    let printed_basis = json!({"ranking": {"basis": "printed", "ties": "shared"}, "bands": bands});
    let shown = ranked(app, "by-printed", &printed_basis, &scores);
    assert_eq!(places(&shown), [(1, "=1"), (1, "=1"), (1, "=1")]);
    assert_eq!(line(&shown, "c")["band"], "B");
}

fn bonus_and_penalty_end_at_their_caps_and_at_floor_and_ceiling(app: &TestApp) {
    app.add_agencies(&["moha", "high", "low", "mid", "plain"]);
    let item = |code: &str, kind: &str, cap: &str, step: &str| json!({"code": code, "kind": kind, "name_vi": "Điểm", "cap": cap, "step": step});
    let set = set(
        "adjusted",
        "100",
        &json!({"children": [external("all", "100")],
        "adjustments": {"floor": "0", "ceiling": "100", "items": [item("b1", "bonus", "2", "0.5"),
            item("b2", "bonus", "1", "0.25"), item("p1", "penalty", "3", "1")]}}),
    );
    Play::import_set(app, &set);
    let all = ["high", "low", "mid", "plain"];
    let play = Play::open(app, "adjusted", &set, &agencies(&all), &[]);
    for agency in all {
        play.submit(agency);
    }
    play.go("appraisal");
    let entered = [("high", "99.5"), ("low", "1"), ("mid", "80"), ("plain", "99.9")];
    let points =
        entered.map(|(agency, points)| json!({"agency": agency, "indicator": "all", "points": points}));
    play.enter(&points);
    let row = |agency: &str, item: &str, points: &str| json!({"agency": agency, "adjustment": item, "points": points, "reason": "Biên bản"});
    // Above the cap, and between two steps.
    let refused = play.evaluator().put(
        422,
        &play.path("adjustments"),
        &json!({"adjustments": [row("high", "b1", "2.5"), row("mid", "b2", "0.3")]}),
    );
    assert_eq!(
        refused.faults(),
        [
            "/adjustments/0/points points_out_of_range",
            "/adjustments/1/points not_a_step"
        ]
    );
    play.adjust(&[
        row("high", "b1", "2"),
        row("high", "b2", "1"),
        row("low", "p1", "3"),
        row("mid", "b1", "1.5"),
        row("mid", "p1", "1"),
    ]);
    let shown = ranking(app, &play.publish(&json!({})));
    for (agency, index, adjustment, score, place) in [
        ("high", "99.50", "3.00", "100.00", 1), // 99.5 + 2 + 1 = 102.5, and the ceiling is 100
        ("plain", "99.90", "0.00", "99.90", 2), // a higher index, and yet behind
        ("mid", "80.00", "0.50", "80.50", 3),   // 80 + 1.5 − 1
        ("low", "1.00", "-3.00", "0.00", 4),    // 1 − 3 = −2, and the floor is 0
    ] {
        let entry = line(&shown, agency);
        assert_eq!(
            (
                &entry["index"],
                &entry["adjustment"],
                &entry["score"],
                &entry["place"]
            ),
            (&json!(index), &json!(adjustment), &json!(score), &json!(place)),
            "{entry}"
        );
    }
    // (100 + 99.9 + 80.5 + 0) / 4 = 70.1
    assert_eq!(shown["mean"], "70.10");
}

/// Four tiers: a mean of two domains and one indicator, each domain of two criteria, each criterion of three.
fn tiered_set(code: &str, tiers: &Value) -> Value {
    let mean = |code: &str, children: Vec<Value>| json!({"code": code, "name_vi": "Trung bình", "maximum": "10", "combine": "mean", "children": children});
    let criterion = |code: &str| {
        mean(
            code,
            (1..=3).map(|n| external(&format!("{code}.{n}"), "10")).collect(),
        )
    };
    let domain = |code: &str| mean(code, (1..=2).map(|n| criterion(&format!("{code}.{n}"))).collect());
    set(
        code,
        "10",
        &json!({"combine": "mean", "rounding": {"decimals": 2, "mode": "half_up", "tiers": tiers},
        "children": [domain("1"), domain("2"), external("3", "10")]}),
    )
}

fn rounding_at_every_tier_turns_a_rank_around(app: &TestApp) {
    app.add_agencies(&["moha", "a", "b"]);
    // Each criterion of a: 7.00, 7.00, 7.01 → 21.01 / 3 = 7.003333; of b: 7.00, 7.01, 7.01 → 21.02 / 3 = 7.006667.
    // The third part is 7.01 for a, 7.00 for b.
    // Exact: a (2 × 7.003333 + 7.01) / 3 = 7.005555, b (2 × 7.006667 + 7.00) / 3 = 7.004445: a is first.
    // Rounded at each tier: a 7.00 everywhere, (7.00 + 7.00 + 7.01) / 3 = 7.003333 → 7.00;
    // b 7.01 everywhere, (7.01 + 7.01 + 7.00) / 3 = 7.006667 → 7.01: b is first.
    let every = json!(["indicator", "criterion", "domain", "total"]);
    for (code, tiers, expected) in [
        (
            "exact-tiers",
            json!([]),
            [("a", 1, "7.01", "70.06"), ("b", 2, "7.00", "70.04")],
        ),
        (
            "rounded-tiers",
            every,
            [("b", 1, "7.01", "70.10"), ("a", 2, "7.00", "70.00")],
        ),
    ] {
        let set = tiered_set(code, &tiers);
        Play::import_set(app, &set);
        let play = Play::open(app, code, &set, &agencies(&["a", "b"]), &[]);
        let mut points = Vec::new();
        for (agency, second, last) in [("a", "7.00", "7.01"), ("b", "7.01", "7.00")] {
            play.submit(agency);
            for criterion in ["1.1", "1.2", "2.1", "2.2"] {
                for (n, value) in [(1, "7.00"), (2, second), (3, "7.01")] {
                    points.push(
                        json!({"agency": agency, "indicator": format!("{criterion}.{n}"), "points": value}),
                    );
                }
            }
            points.push(json!({"agency": agency, "indicator": "3", "points": last}));
        }
        play.go("appraisal");
        play.enter(&points);
        let criterion = node(&play.score("a"), "1.1")["final_points"].clone();
        assert_eq!(criterion, if tiers == json!([]) { "7.003333" } else { "7" });
        let shown = ranking(app, &play.publish(&json!({})));
        for (agency, place, total, index) in expected {
            let entry = line(&shown, agency);
            assert_eq!(
                (&entry["place"], &entry["total"], &entry["index"]),
                (&json!(place), &json!(total), &json!(index)),
                "{code}: {entry}"
            );
        }
    }
}
