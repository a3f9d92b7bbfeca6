//! Stories about the council's sittings: its agenda, its minutes, and the items that it sends back.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, play::minutes, round::Round},
};

stories![
    the_agenda_shows_what_moved_most,
    minutes_are_of_one_sitting,
    what_is_wrong_with_minutes_is_named,
    a_returned_item_is_appraised_anew,
    only_decided_items_are_returned,
];

fn set_points(round: &Round<'_>, agency: &str, indicator: &str, points: &str) {
    let body = if indicator.starts_with('1') { "mic" } else { "mpi" };
    let decision = json!({"indicator": indicator, "revision": 1, "reason": "Minh chứng chưa đủ",
                          "decision": {"verdict": "points_set", "points": points}});
    round.decide(200, body, agency, &[decision]);
}

/// A round before the council, in which three items moved.
fn moved_round(app: &TestApp) -> Round<'_> {
    let round = app.round_in(Phase::Appraisal);
    set_points(&round, "moj", "1.1", "4");
    set_points(&round, "mof", "1.2", "4.5");
    set_points(&round, "moet", "2.1", "2");
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    round
}

fn the_agenda_shows_what_moved_most(app: &TestApp) {
    let round = moved_round(app);
    let agenda = round.evaluator().get(200, &round.path("/agenda")).json();
    assert_eq!((&agenda["moved"], &agenda["settled"]), (&json!(3), &json!(0)));
    let items = agenda["items"].as_array().unwrap();
    let told: Vec<[&Value; 3]> = items
        .iter()
        .map(|item| [&item["agency"]["code"], &item["indicator"], &item["difference"]])
        .collect();
    // Self points: 10 of 10 for 1.1, 5 of 5 for 1.2, 7.5 of 10 for 2.1.
    assert_eq!(told[0], [&json!("moj"), &json!("1.1"), &json!("-6")]);
    assert_eq!(told[1][..2], [&json!("moet"), &json!("2.1")]);
    assert_eq!(told[2], [&json!("mof"), &json!("1.2"), &json!("-0.5")]);
    assert_eq!(items[0]["reason"], "Minh chứng chưa đủ");
    let short = round.evaluator().get(200, &round.path("/agenda?limit=1")).json();
    assert_eq!(
        (short["items"].as_array().unwrap().len(), &short["moved"]),
        (1, &json!(3))
    );
    round.evaluator().get(400, &round.path("/agenda?limit=0"));
}

fn minutes_are_of_one_sitting(app: &TestApp) {
    let early = app.round_named("early-2025", Phase::Appraisal);
    assert_eq!(early.record_minutes(409).code(), "illegal_transition");
    let round = moved_round(app);
    let kept = round.record_minutes(201).json();
    assert_eq!(
        (&kept["number"], &kept["members"][1]["name"]),
        (&json!("12/BB-HĐTĐ"), &json!("Trần Thị B"))
    );
    app.advance(TimeDelta::seconds(1));
    round.go(Phase::Appraisal);
    round.go(Phase::Council);
    round.approve(201);
    // Those of the first sitting do not do for the second; both stay on record.
    let refused = round.try_to_go(409, &json!({"to": "published"}));
    assert_eq!(refused.faults(), ["/to minutes_missing"]);
    round.record_minutes(201);
    let listed = round.evaluator().get(200, &round.path("/minutes")).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    round.try_to_go(200, &json!({"to": "published"}));
}

fn what_is_wrong_with_minutes_is_named(app: &TestApp) {
    let round = moved_round(app);
    let mut bad = minutes();
    bad["held_on"] = json!("2026-03-30");
    bad["number"] = json!(" ");
    bad["members"] = json!([{"name": "", "position": "Chủ tịch"}]);
    let refused = round.evaluator().post(422, &round.path("/minutes"), &bad);
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/held_on in_the_future",
            "/members bad_count",
            "/members/0/name bad_text",
            "/number bad_text"
        ]
    );
}

fn a_returned_item_is_appraised_anew(app: &TestApp) {
    let round = moved_round(app);
    let back = json!({"to": "appraisal", "reason": "Đề nghị làm rõ căn cứ trừ điểm",
                      "items": [{"agency": "moj", "indicator": "1.1"}]});
    round.try_to_go(200, &back);
    let seen = app
        .appraiser("mic")
        .get(200, &round.path("/appraisals/moj"))
        .json();
    let lines = seen["items"].as_array().unwrap();
    let open: Vec<&Value> = lines.iter().filter(|line| line["open"] == true).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["indicator"], "1.1");
    assert_eq!(open[0]["history"][0]["origin"], "returned");
    assert_eq!(open[0]["history"][0]["reason"], "Đề nghị làm rõ căn cứ trừ điểm");
    assert_eq!(open[0]["views"][0]["counts"], false);
    // It can't go before the council again undecided, and the same words said again are a new decision.
    let refused = round.try_to_go(409, &json!({"to": "council"}));
    assert_eq!(refused.faults(), ["/to undecided"]);
    set_points(&round, "moj", "1.1", "4");
    round.try_to_go(200, &json!({"to": "council"}));
}

fn only_decided_items_are_returned(app: &TestApp) {
    let round = moved_round(app);
    let back = |items: Value| json!({"to": "appraisal", "reason": "Xem lại", "items": items});
    let item = |agency: &str, indicator: &str| json!({"agency": agency, "indicator": indicator});
    let refused = round.try_to_go(
        422,
        &back(json!([
            item("moj", "1.1"),
            item("moj", "2.3"),
            item("sbv", "1.1"),
            item("moj", "1.1")
        ])),
    );
    assert_eq!(
        refused.faults(),
        [
            "/items/1 not_decided",
            "/items/3 not_decided",
            "/items/2 not_decided"
        ]
    );
    assert_eq!(
        round.try_to_go(422, &back(json!([]))).faults(),
        ["/items bad_count"]
    );
    // Nothing of a refused move stays.
    assert_eq!(round.phase(), "council");
    let line = app
        .appraiser("mic")
        .get(200, &round.path("/appraisals/moj"))
        .json();
    assert_eq!(line["open"], 0);
}
