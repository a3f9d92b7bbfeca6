//! Stories about the bodies that appraise what agencies declared.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        round::{AGENCIES, Round, good_items},
    },
};

stories![
    a_body_recognises_corrects_and_sets_points,
    every_bad_decision_is_named,
    all_faults_of_a_decision_are_named_in_the_callers_language,
    nobody_decides_what_is_not_assigned,
    a_bulk_is_all_or_nothing_unless_asked,
    what_was_not_declared_is_decided_too,
    a_decision_is_bound_to_the_revision,
    a_new_revision_reopens_the_item,
];

fn recognised(indicator: &str, revision: i32) -> Value {
    json!({"indicator": indicator, "revision": revision, "decision": {"verdict": "recognised"}})
}

fn corrected(indicator: &str, value: Value) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "corrected", "value": value},
           "reason": "Số liệu báo cáo quý IV"})
}

fn points_set(indicator: &str, points: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "points_set", "points": points},
           "reason": "Minh chứng chưa đủ"})
}

fn ratio(numerator: &str) -> Value {
    json!({"kind": "ratio", "numerator": numerator, "denominator": "100"})
}

/// `moj`'s appraisal as an appraiser of a body sees it.
fn appraisal(app: &TestApp, round: &Round<'_>, body: &str) -> Value {
    let path = round.path("/appraisals/moj");
    app.appraiser(body).get(200, &path).json()
}

fn line(appraisal: &Value, indicator: &str) -> Value {
    let lines = appraisal["items"].as_array().unwrap();
    let found = lines.iter().find(|line| line["indicator"] == indicator);
    found.unwrap_or_else(|| panic!("no line {indicator}")).clone()
}

fn results(saved: &Response) -> Vec<String> {
    let items = saved.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| {
            format!(
                "{} {} {}",
                item["indicator"].as_str().unwrap(),
                item["status"].as_str().unwrap(),
                item["points"]
            )
        })
        .collect()
}

fn a_body_recognises_corrects_and_sets_points(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let decisions = [
        recognised("1.1", 1),
        corrected("1.3", ratio("80")),
        corrected("1.4", json!({"kind": "not_applicable"})),
        points_set("1.5", "7.25"),
    ];
    let saved = round.decide(200, "mic", "moj", &decisions);
    assert_eq!(
        results(&saved),
        [
            r#"1.1 saved "10""#,
            r#"1.3 saved "8""#,
            "1.4 saved null",
            r#"1.5 saved "7.25""#
        ]
    );
    assert_eq!(
        results(&round.decide(200, "mic", "moj", &decisions))[1],
        r#"1.3 unchanged "8""#
    );
    let seen = appraisal(app, &round, "mic");
    assert_eq!((&seen["decided"], &seen["open"]), (&json!(4), &json!(1)));
    let third = line(&seen, "1.3");
    assert_eq!(third["appraised_points"], "8");
    assert_eq!(third["item"]["self_points"], "15");
    assert_eq!(third["item"]["value"], ratio("95"));
    assert_eq!(
        third["decision"],
        json!({"origin": "agreed", "indicator": "1.3", "body": "mic", "item_revision": 1,
               "decision": {"verdict": "corrected", "value": ratio("80")}, "reason": "Số liệu báo cáo quý IV",
               "decided_at": "2026-03-02T02:00:00Z", "decided_by": "mic.appraiser"})
    );
    assert_eq!(line(&seen, "1.4")["appraised_points"], Value::Null);
    assert_eq!(line(&seen, "1.2")["open"], true);
}

fn without_reason(mut decision: Value) -> Value {
    decision["reason"] = json!("  ");
    decision
}

fn long(mut decision: Value) -> Value {
    decision["reason"] = json!("x".repeat(5001));
    decision
}

fn stale(mut decision: Value) -> Value {
    decision["revision"] = json!(2);
    decision
}

/// Decisions that are wrong: by whom, and what is said of each.
fn bad_decisions() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        (
            "mic",
            without_reason(points_set("1.2", "4")),
            "/reason reason_missing",
        ),
        (
            "mic",
            without_reason(corrected("1.3", ratio("80"))),
            "/reason reason_missing",
        ),
        ("mic", long(points_set("1.2", "4")), "/reason reason_too_long"),
        ("mic", stale(points_set("1.2", "4")), "/revision stale_revision"),
        (
            "mic",
            points_set("1.2", "5.01"),
            "/decision/points points_out_of_range",
        ),
        (
            "mic",
            points_set("1.2", "-1"),
            "/decision/points points_out_of_range",
        ),
        ("mic", points_set("1.2", "4.001"), "/decision/points not_a_step"),
        ("mpi", points_set("2.2", "9.75"), "/decision/points not_a_step"),
        (
            "mpi",
            points_set("2.2", "11"),
            "/decision/points points_out_of_range",
        ),
        (
            "mic",
            corrected("1.3", ratio("101")),
            "/decision/value/numerator numerator_above_denominator",
        ),
        (
            "mic",
            corrected("1.3", json!({"kind": "count", "count": 1})),
            "/decision/value/kind wrong_kind",
        ),
        (
            "mic",
            corrected("1.1", json!({"kind": "option", "option": "soon"})),
            "/decision/value/option unknown_option",
        ),
        (
            "mic",
            corrected("1.5", json!({"kind": "not_applicable"})),
            "/decision/value not_applicable_not_allowed",
        ),
        ("mic", recognised("9.9", 1), "/indicator unknown_indicator"),
    ]
}

fn every_bad_decision_is_named(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    for (body, decision, fault) in bad_decisions() {
        let refused = round.decide(422, body, "moj", std::slice::from_ref(&decision));
        assert_eq!(refused.faults(), [format!("/items/0{fault}")], "{decision}");
    }
}

fn all_faults_of_a_decision_are_named_in_the_callers_language(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let mut without_reason = points_set("1.2", "4");
    without_reason["reason"] = json!("  ");
    let mut both = points_set("1.2", "6");
    both["reason"] = json!("  ");
    both["revision"] = json!(2);
    assert_eq!(round.decide(422, "mic", "moj", &[both]).faults().len(), 3);
    assert_eq!(
        round.decide(422, "mic", "moj", &[]).faults(),
        ["/items bad_count"]
    );
    assert_eq!(appraisal(app, &round, "mic")["decided"], 0);
    let told = |language: &str| {
        let path = round.path("/appraisals/moj/items");
        let appraiser = app.appraiser("mic").header("accept-language", language);
        let refused = appraiser.put(422, &path, &json!({"items": [without_reason]}));
        refused.json()["errors"][0]["message"].clone()
    };
    assert_eq!(told("vi"), "1.2: điều chỉnh phải có lý do.");
    assert_eq!(told("en"), "1.2: a decision that differs needs a reason.");
}

fn nobody_decides_what_is_not_assigned(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let refused = round.decide(422, "mpi", "moj", &[recognised("1.1", 1), recognised("2.1", 1)]);
    assert_eq!(refused.faults(), ["/items/0/indicator not_assigned"]);
    // The survey's indicator belongs to no body.
    let survey = round.decide(422, "mpi", "moj", &[recognised("2.3", 0)]);
    assert_eq!(survey.faults(), ["/items/0/indicator not_assigned"]);
    let path = round.path("/appraisals/moj/items");
    let body = json!({"items": [recognised("1.1", 1)]});
    app.appraiser("sbv").put(404, &path, &body);
    app.appraiser("moj").put(404, &path, &body);
    app.submitter("mof").put(404, &path, &body);
    for own in [app.submitter("moj"), app.leader("moj"), app.reader("moj")] {
        own.put(403, &path, &body);
    }
    round.evaluator().put(403, &path, &body);
    app.admin().put(403, &path, &body);
    app.anon().put(401, &path, &body);
    round.decide(404, "mic", "mot", &[recognised("1.1", 1)]);
    assert_eq!(appraisal(app, &round, "mic")["decided"], 0);
}

fn a_bulk_is_all_or_nothing_unless_asked(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let items = [
        points_set("1.2", "4"),
        points_set("1.3", "16"),
        recognised("1.2", 1),
        recognised("1.5", 1),
    ];
    let refused = round.decide(422, "mic", "moj", &items);
    assert_eq!(
        refused.faults(),
        [
            "/items/1/decision/points points_out_of_range",
            "/items/2/indicator duplicate_item"
        ]
    );
    let path = round.path("/appraisals/moj/items");
    let appraiser = app.appraiser("mic");
    let body = json!({"items": items});
    let tried = appraiser.put(200, &format!("{path}?mode=partial&dry_run=true"), &body);
    assert_eq!(tried.json()["dry_run"], true);
    assert_eq!(appraisal(app, &round, "mic")["decided"], 0);
    let saved = appraiser.put(200, &format!("{path}?mode=partial"), &body);
    assert_eq!(results(&saved), results(&tried));
    assert_eq!(
        results(&saved),
        [
            r#"1.2 saved "4""#,
            "1.3 refused null",
            "1.2 refused null",
            r#"1.5 saved "8.5""#
        ]
    );
    assert_eq!(appraisal(app, &round, "mic")["decided"], 2);
    // Sent twice under one key, it is decided once.
    let keyed = appraiser.idempotency_key("decisions");
    let again = json!({"items": [recognised("1.1", 1)]});
    let first = keyed.put(200, &path, &again);
    assert_eq!(keyed.put(200, &path, &again).text(), first.text());
    assert_eq!(results(&first), [r#"1.1 saved "10""#]);
}

fn what_was_not_declared_is_decided_too(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.save(200, "moj", &good_items(3)[2..]);
    for agency in &AGENCIES[1..] {
        round.declare(agency);
        round.submit(agency);
    }
    let path = format!("{}/transitions", round.submission("moj"));
    for (who, to) in [
        (app.leader("moj"), "approved"),
        (app.submitter("moj"), "submitted"),
    ] {
        who.if_match("*")
            .post(200, &path, &json!({"to": to, "accept_missing": true}));
    }
    round.go(Phase::Appraisal);
    let refused = round.decide(422, "mic", "moj", &[recognised("1.1", 0)]);
    assert_eq!(refused.faults(), ["/items/0/decision nothing_declared"]);
    let mut none = points_set("1.1", "0");
    none["revision"] = json!(0);
    let mut found = corrected("1.2", json!({"kind": "yes_no", "yes": true}));
    found["revision"] = json!(0);
    let saved = round.decide(200, "mic", "moj", &[none, found]);
    assert_eq!(results(&saved), [r#"1.1 saved "0""#, r#"1.2 saved "5""#]);
    let seen = line(&appraisal(app, &round, "mic"), "1.2");
    assert_eq!((&seen["item"], &seen["open"]), (&Value::Null, &json!(false)));
}

fn a_decision_is_bound_to_the_revision(app: &TestApp) {
    let round = app.round_in(Phase::Explanation);
    round.save(200, "moj", &[json!({"indicator": "1.3", "value": ratio("97")})]);
    let stale = round.decide(422, "mic", "moj", &[points_set("1.3", "8")]);
    assert_eq!(stale.faults(), ["/items/0/revision stale_revision"]);
    assert_eq!(
        stale.json()["errors"][0]["message"],
        "1.3: the agency saved revision 2, you appraised 1; read it again."
    );
    let fresh = recognised("1.3", 2);
    assert_eq!(
        results(&round.decide(200, "mic", "moj", &[fresh])),
        [r#"1.3 saved "15""#]
    );
}

fn a_new_revision_reopens_the_item(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    round.decide(200, "mic", "moj", &[points_set("1.3", "8")]);
    AGENCIES.iter().for_each(|agency| round.appraise(agency));
    round.enter_survey();
    round.go(Phase::Explanation);
    app.advance(chrono::TimeDelta::minutes(10));
    let explained = json!({"indicator": "1.3", "explanation": "Kèm công văn 15"});
    round.save(200, "moj", &[explained]);
    let open = line(&appraisal(app, &round, "mic"), "1.3");
    assert_eq!(
        (&open["open"], &open["decision"], &open["appraised_points"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert_eq!(open["history"].as_array().unwrap().len(), 1);
    // Until it is decided again it counts nothing.
    let score = round.evaluator().get(200, &round.path("/scores/moj")).json();
    assert_eq!(
        score["scorecard"]["missing"],
        json!([{"code": "1.3", "flags": ["undecided"]}])
    );
    round.decide(200, "mic", "moj", &[recognised("1.3", 2)]);
    let decided = line(&appraisal(app, &round, "mic"), "1.3");
    let history: Vec<String> = decided["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| {
            format!(
                "{} {} {}",
                record["item_revision"], record["decision"]["verdict"], record["decided_at"]
            )
        })
        .collect();
    assert_eq!(
        history,
        [
            r#"2 "recognised" "2026-03-02T02:10:00Z""#,
            r#"1 "points_set" "2026-03-02T02:00:00Z""#
        ]
    );
    assert_eq!(decided["appraised_points"], "15");
}
