//! Stories about points that come from a survey's final result, and what the scorecard tells of them.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        round::{Round, story_set},
        survey::ROUND as SURVEY,
    },
};

stories![
    points_come_from_the_final_result,
    what_is_not_shown_gives_no_points,
    points_of_a_survey_are_not_written_by_hand,
    another_year_or_instrument_is_refused,
];

/// The story's criteria set, of which `2.3` takes its 30 points from the survey at the counter.
pub fn measured_set(of: &str, conversion: &Value) -> Value {
    let mut set = story_set();
    set["code"] = json!("story-measured");
    set["children"][1]["children"][2]["rule"] = json!({"kind": "survey",
        "measure": {"instrument": "counter", "version": 1, "of": of, "conversion": conversion}});
    set
}

fn proportional() -> Value {
    json!({"kind": "proportional"})
}

/// Eight responses: of moj four people, three of them satisfied with the official; of mof all four.
pub fn surveyed(app: &TestApp) {
    app.planned_survey();
    app.move_survey(200, &json!({"kind": "start"}));
    let answers = |code: &str| json!({"a0.1": "no", "a1.1": code});
    let people = [
        ("moj-a", "4"),
        ("moj-a", "5"),
        ("moj-b", "2"),
        ("moj-b", "4"),
        ("mof-a", "4"),
        ("mof-a", "5"),
        ("mof-a", "5"),
        ("mof-a", "4"),
    ];
    let responses = people.iter().enumerate().map(|(number, (stratum, code))| {
        json!({"id": format!("r{number}"), "stratum": stratum, "channel": "post", "answers": answers(code)})
    });
    let responses: Vec<Value> = responses.collect();
    let batch = json!({"responses": responses});
    app.collector("sbv")
        .put(201, &format!("{SURVEY}/batches/b1"), &batch);
}

/// Closes the survey round and makes its result final.
pub fn finalised(app: &TestApp) {
    app.move_survey(200, &json!({"kind": "close"}));
    app.move_survey(200, &json!({"kind": "finalise"}));
}

fn round_of<'a>(app: &'a TestApp, set: &Value) -> Round<'a> {
    app.round_of("story-2025", set, &json!({}))
}

fn pull(round: &Round<'_>, status: u16, more: &Value) -> Value {
    let mut body = json!({"survey_round": "counter-2025"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let path = round.path("/survey-points/pull");
    round.evaluator().post(status, &path, &body).json()
}

fn score(round: &Round<'_>, agency: &str) -> Value {
    round
        .evaluator()
        .get(200, &round.path(&format!("/scores/{agency}")))
        .json()
}

fn points_come_from_the_final_result(app: &TestApp) {
    let round = round_of(app, &measured_set("whole", &proportional()));
    surveyed(app);
    let early = pull(&round, 422, &json!({}));
    assert_eq!(early["errors"][0]["code"], "not_final");
    finalised(app);
    let tried = pull(&round, 200, &json!({"dry_run": true}));
    assert_eq!((&tried["saved"], &tried["dry_run"]), (&json!(2), &json!(true)));
    let list = || round.evaluator().get(200, &round.path("/survey-points")).json();
    assert_eq!(list()["data"], json!([]), "a dry run leaves no trace");
    let pulled = pull(&round, 200, &json!({}));
    assert_eq!((&pulled["saved"], &pulled["unchanged"]), (&json!(2), &json!(0)));
    assert_eq!(pulled["left_out"][0]["agency"], "moet");
    assert_eq!(pulled["left_out"][0]["reason"], "not_surveyed");
    let again = pull(&round, 200, &json!({}));
    assert_eq!((&again["saved"], &again["unchanged"]), (&json!(0), &json!(2)));
    // moj-a stands for 300 people, all satisfied; moj-b for 100, half of them: (300 + 50) / 400 = 87.5 %, of 30 points 26.25.
    let score = score(&round, "moj");
    let of_survey = &score["scorecard"]["root"]["children"][1]["children"][2];
    assert_eq!(of_survey["final_points"], "26.25");
    assert_eq!(of_survey["rule"]["measure"]["instrument"], "counter");
    let behind = score["provenance"].as_array().unwrap();
    let behind = behind.iter().find(|one| one["indicator"] == "2.3").unwrap();
    let from = &behind["entered"]["pulled_from"];
    let result = app.reader("moj").get(200, &format!("{SURVEY}/results"));
    assert_eq!(format!("{:?}", from["digest"].as_str().unwrap()), result.etag());
    assert_eq!(
        (&from["index"], &from["n"], &from["table"], &from["of"]),
        (&json!("87.5"), &json!(4), &json!("agencies"), &json!("whole"))
    );
    assert_eq!(behind["entered"]["sample_size"], 4);
    let source = behind["entered"]["source"].as_str().unwrap();
    assert!(
        source.starts_with("counter-2025 (counter/1), whole = 87.5%"),
        "{source}"
    );
}

fn what_is_not_shown_gives_no_points(app: &TestApp) {
    let bands = json!({"kind": "percentage_bands", "bands": [
        {"below": "90", "points": "10"}, {"from": "90", "points": "30"}]});
    let round = round_of(app, &measured_set("a1.1", &bands));
    surveyed(app);
    // One of mof's two fewer than the minimum of three.
    let excluded = json!({"responses": ["r4", "r5"], "excluded": true, "reason": "Cùng một người điền"});
    app.evaluator("moha")
        .post(200, &format!("{SURVEY}/exclusions"), &excluded);
    finalised(app);
    let pulled = pull(&round, 200, &json!({}));
    let reasons: Vec<(&str, &str)> = pulled["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["agency"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    // What moj's figure would give away together with the sum of both is hidden, too.
    assert!(reasons.contains(&("mof", "suppressed")), "{reasons:?}");
    assert!(reasons.contains(&("moet", "not_surveyed")), "{reasons:?}");
    let missing = score(&round, "mof");
    let flags = &missing["scorecard"]["root"]["children"][1]["children"][2]["flags"];
    assert_eq!(flags, &json!(["missing_survey"]));
}

fn points_of_a_survey_are_not_written_by_hand(app: &TestApp) {
    let round = round_of(app, &measured_set("whole", &proportional()));
    surveyed(app);
    finalised(app);
    pull(&round, 200, &json!({}));
    let path = round.path("/survey-points");
    let write = |status: u16, points: Value| {
        let point = json!({"agency": "moj", "indicator": "2.3", "points": points, "sample_size": 4});
        round.evaluator().put(status, &path, &json!({"points": [point]}))
    };
    assert_eq!(
        write(422, json!("30")).faults(),
        ["/points/0/points pulled_from_survey"]
    );
    // What was pulled may be taken back, and pulled anew.
    write(200, Value::Null);
    assert_eq!(pull(&round, 200, &json!({}))["saved"], 1);
}

fn another_year_or_instrument_is_refused(app: &TestApp) {
    let plain = app.round_in(Phase::SelfAssessment);
    surveyed(app);
    finalised(app);
    assert_eq!(pull(&plain, 422, &json!({}))["errors"][0]["code"], "no_indicator");
    let set = measured_set("whole", &proportional());
    let later = app.round_of("story-2026", &set, &json!({"year": 2026}));
    assert_eq!(pull(&later, 422, &json!({}))["errors"][0]["code"], "other_year");
    let accepted = pull(&later, 200, &json!({"other_year_accepted": true}));
    assert_eq!(accepted["saved"], 2);
}
