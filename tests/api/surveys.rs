//! Stories about points that are entered: the survey's, bonus and penalty.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        round::{AGENCIES, Round},
    },
};

stories![
    survey_points_are_entered_changed_and_cleared,
    every_bad_survey_point_is_named,
    what_can_not_be_read_hides_no_other_fault,
    bonus_and_penalty_are_entered_and_capped,
    every_bad_adjustment_is_named,
    points_are_entered_until_the_council_and_by_the_owner_only,
    points_sent_twice_are_entered_once,
];

fn enter(round: &Round<'_>, status: u16, points: Value) -> Response {
    let path = round.path("/survey-points");
    round.evaluator().put(status, &path, &json!({"points": points}))
}

fn adjust(round: &Round<'_>, status: u16, adjustments: Value) -> Response {
    let path = round.path("/adjustments");
    let body = json!({"adjustments": adjustments});
    round.evaluator().put(status, &path, &body)
}

fn point(agency: &str, points: &str) -> Value {
    json!({"agency": agency, "indicator": "2.3", "points": points, "sample_size": 400, "source": "SIPAS 2025"})
}

fn bonus(agency: &str, points: &str) -> Value {
    json!({"agency": agency, "adjustment": "bonus-initiative", "points": points, "reason": "QĐ 12/QĐ-BNV"})
}

fn scorecard(round: &Round<'_>, agency: &str) -> Value {
    let path = round.path(&format!("/scores/{agency}"));
    round.evaluator().get(200, &path).json()["scorecard"].clone()
}

fn survey_points_are_entered_changed_and_cleared(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let list = || {
        let page = round.evaluator().get(200, &round.path("/survey-points")).json();
        page["data"].clone()
    };
    assert_eq!(list(), json!([]));
    let all: Vec<Value> = AGENCIES.iter().map(|agency| point(agency, "24.123456")).collect();
    assert_eq!(
        enter(&round, 200, json!(all)).json(),
        json!({"round": round.code, "saved": 3, "unchanged": 0})
    );
    assert_eq!(list().as_array().unwrap().len(), 3);
    assert_eq!(list()[2], point("moj", "24.123456"));
    let again = enter(
        &round,
        200,
        json!([point("moj", "30"), point("mof", "24.123456")]),
    )
    .json();
    assert_eq!((&again["saved"], &again["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(scorecard(&round, "moj")["total"], "30");
    enter(
        &round,
        200,
        json!([{"agency": "moj", "indicator": "2.3", "points": null}]),
    );
    assert_eq!(list().as_array().unwrap().len(), 2);
    let card = scorecard(&round, "moj");
    let missing = card["missing"].as_array().unwrap();
    assert!(
        missing.contains(&json!({"code": "2.3", "flags": ["missing_survey"]})),
        "{missing:?}"
    );
    // What was cleared once may be entered again, and clearing nothing is no change.
    enter(&round, 200, json!([point("moj", "0")]));
    let cleared = json!([{"agency": "moet", "indicator": "2.3", "points": null}]);
    assert_eq!(enter(&round, 200, cleared.clone()).json()["saved"], 1);
    assert_eq!(enter(&round, 200, cleared).json()["saved"], 0);
}

fn every_bad_survey_point_is_named(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut bare = point("moj", "24");
    bare["sample_size"] = Value::Null;
    bare["source"] = Value::Null;
    let mut nobody = point("mof", "24");
    nobody["sample_size"] = json!(0);
    let mut talk = point("moet", "24");
    talk["source"] = json!("x".repeat(1001));
    let mut declared = point("moj", "1");
    declared["indicator"] = json!("1.2");
    let refused = enter(
        &round,
        422,
        json!([
            bare,
            nobody,
            talk,
            declared,
            point("mot", "24"),
            point("moj", "24"),
            point("mof", "30.01")
        ]),
    );
    assert_eq!(
        refused.faults(),
        [
            "/points/0/sample_size sample_size_missing",
            "/points/1/sample_size bad_sample_size",
            "/points/2/source bad_source",
            "/points/3/indicator not_entered",
            "/points/4/agency not_in_round",
            "/points/5/indicator duplicate_item",
            "/points/6/indicator duplicate_item",
            "/points/6/points points_out_of_range"
        ]
    );
    assert_eq!(
        refused.json()["errors"][4]["message"],
        "mot, 2.3: the agency takes no part in this round."
    );
    for (points, fault) in [
        ("-0.01", "/points/0/points points_out_of_range"),
        ("1.1234567", "/points/0/points wrong_shape"),
    ] {
        assert_eq!(
            enter(&round, 422, json!([point("moj", points)])).faults(),
            [fault]
        );
    }
    assert_eq!(enter(&round, 422, json!([])).faults(), ["/points bad_count"]);
    let list = round.evaluator().get(200, &round.path("/survey-points")).json();
    assert_eq!(list["data"], json!([]), "all or nothing");
    // A published figure may come without its sample, if it says where it is from.
    let mut published = point("moj", "24");
    published["sample_size"] = Value::Null;
    enter(&round, 200, json!([published]));
}

fn what_can_not_be_read_hides_no_other_fault(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut nameless = point("moj", "24");
    nameless["agency"] = json!("Bộ Tư pháp");
    let points = json!([
        point("moj", "24"),
        point("mof", "2,5"),
        nameless,
        7,
        point("moet", "31")
    ]);
    assert_eq!(
        enter(&round, 422, points).faults(),
        [
            "/points/1/points wrong_shape",
            "/points/2/agency wrong_shape",
            "/points/3 wrong_shape",
            "/points/4/points points_out_of_range"
        ]
    );
    let adjustments =
        json!([bonus("moj", "x"), bonus("mof", "1"), {"agency": "moet", "colour": "red"}, bonus("mot", "1")]);
    assert_eq!(
        adjust(&round, 422, adjustments).faults(),
        [
            "/adjustments/0/points wrong_shape",
            "/adjustments/2/colour wrong_shape",
            "/adjustments/3/agency not_in_round"
        ]
    );
    let listed = round.evaluator().get(200, &round.path("/survey-points")).json();
    assert_eq!(listed["data"], json!([]));
}

fn bonus_and_penalty_are_entered_and_capped(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    round.appraise("moj");
    round.enter_survey();
    let penalty = |points: Value| json!({"agency": "moj", "adjustment": "penalty-discipline", "points": points, "reason": "Kết luận thanh tra"});
    let saved = adjust(&round, 200, json!([bonus("moj", "2"), penalty(json!("0.75"))])).json();
    assert_eq!(saved["saved"], 2);
    let card = scorecard(&round, "moj");
    assert_eq!(
        (
            &card["total"],
            &card["adjustment"],
            &card["score_exact"],
            &card["band"]
        ),
        (&json!("84.5"), &json!("1.25"), &json!("85.75"), &json!("A"))
    );
    let counted: Vec<&Value> = card["adjustments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["counted"])
        .collect();
    assert_eq!(counted, ["2", "0.75"]);
    adjust(&round, 200, json!([penalty(Value::Null)]));
    assert_eq!(scorecard(&round, "moj")["score_printed"], "86.5");
    let list = round.evaluator().get(200, &round.path("/adjustments")).json();
    assert_eq!(list["data"], json!([bonus("moj", "2")]));
    assert_eq!(
        adjust(&round, 200, json!([bonus("moj", "2")])).json()["unchanged"],
        1
    );
}

fn every_bad_adjustment_is_named(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut silent = bonus("mof", "1");
    silent["reason"] = json!(" ");
    let mut unknown = bonus("moj", "1");
    unknown["adjustment"] = json!("bonus-weather");
    let refused = adjust(
        &round,
        422,
        json!([
            bonus("moj", "2.5"),
            silent,
            unknown,
            bonus("mot", "1"),
            bonus("moet", "0.25"),
            bonus("moj", "-1")
        ]),
    );
    assert_eq!(
        refused.faults(),
        [
            "/adjustments/0/points points_out_of_range",
            "/adjustments/1/reason reason_missing",
            "/adjustments/2/adjustment unknown_adjustment",
            "/adjustments/3/agency not_in_round",
            "/adjustments/4/points not_a_step",
            "/adjustments/5/adjustment duplicate_item",
            "/adjustments/5/points points_out_of_range"
        ]
    );
    assert_eq!(
        adjust(&round, 422, json!([])).faults(),
        ["/adjustments bad_count"]
    );
    let list = round.evaluator().get(200, &round.path("/adjustments")).json();
    assert_eq!(list["data"], json!([]));
}

fn points_are_entered_until_the_council_and_by_the_owner_only(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let refused = enter(&round, 409, json!([point("moj", "25")]));
    assert_eq!(refused.code(), "illegal_transition");
    assert_eq!(
        refused.json()["detail"],
        "No points can be entered: the round is in council."
    );
    adjust(&round, 409, json!([bonus("moj", "1")]));
    let early = app.round_named("early-2025", Phase::Preparation);
    enter(&early, 409, json!([point("moj", "25")]));
    let open = app.round_named("open-2025", Phase::SelfAssessment);
    let bodies = [
        ("/survey-points", json!({"points": [point("moj", "25")]})),
        ("/adjustments", json!({"adjustments": [bonus("moj", "1")]})),
    ];
    for (path, body) in bodies {
        let path = open.path(path);
        for person in [
            app.evaluator("mot"),
            app.admin(),
            app.submitter("moj"),
            app.leader("moj"),
            app.appraiser("mic"),
            app.reader("moj"),
        ] {
            person.put(403, &path, &body);
        }
        app.anon().put(401, &path, &body);
        app.submitter("moj").get(403, &path);
        app.admin().get(200, &path);
        open.evaluator().put(200, &path, &body);
    }
}

fn points_sent_twice_are_entered_once(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = round.path("/survey-points");
    let evaluator = round.evaluator().idempotency_key("survey");
    let body = json!({"points": [point("moj", "24")]});
    let first = evaluator.put(200, &path, &body);
    let second = evaluator.put(200, &path, &body);
    assert_eq!(first.text(), second.text());
    let other = evaluator.put(422, &path, &json!({"points": [point("moj", "25")]}));
    assert_eq!(other.code(), "idempotency_key_reused");
}
