//! Stories about scores: every point explained, and who may see which of them when.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        round::{FINAL_TOTAL, Round, SELF_TOTAL},
    },
};

stories![
    every_node_is_explained,
    who_decided_when_is_told,
    an_agency_sees_its_own_points_first_and_all_from_the_explanation_on,
    what_does_not_apply_leaves_the_denominator,
    what_is_missing_is_flagged,
    a_score_belongs_to_its_agency,
];

fn score(who: &Person, round: &Round<'_>) -> Value {
    who.get(200, &round.path("/scores/moj")).json()
}

fn node<'a>(root: &'a Value, code: &str) -> Option<&'a Value> {
    if root["code"] == code {
        return Some(root);
    }
    let children = root["children"].as_array()?;
    children.iter().find_map(|child| node(child, code))
}

fn of<'a>(score: &'a Value, code: &str) -> &'a Value {
    node(&score["scorecard"]["root"], code).unwrap_or_else(|| panic!("no node {code}"))
}

/// Self, appraised and final points of a node.
fn three(score: &Value, code: &str) -> [String; 3] {
    let node = of(score, code);
    ["self_points", "appraised_points", "final_points"].map(|field| node[field].as_str().unwrap().to_owned())
}

fn decision(verdict: Value, indicator: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": verdict, "reason": "Minh chứng chưa đủ"})
}

fn every_node_is_explained(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let lower =
        json!({"verdict": "corrected", "value": {"kind": "ratio", "numerator": "80", "denominator": "100"}});
    let half = json!({"verdict": "points_set", "points": "4"});
    round.decide(
        200,
        "mic",
        "moj",
        &[decision(lower, "1.3"), decision(half, "1.2")],
    );
    round.appraise("moj");
    round.enter_survey();
    let score = score(&round.evaluator(), &round);
    assert_eq!(score["appraised_points_hidden"], false);
    assert_eq!(three(&score, "1.1"), ["10", "10", "10"]);
    assert_eq!(three(&score, "1.2"), ["5", "4", "4"]);
    assert_eq!(three(&score, "1.3"), ["15", "8", "8"]);
    assert_eq!(three(&score, "1.4"), ["5", "5", "5"]);
    assert_eq!(three(&score, "1.5"), ["8.5", "8.5", "8.5"]);
    assert_eq!(three(&score, "1"), ["43.5", "35.5", "35.5"]);
    assert_eq!(three(&score, "2.1"), ["7.5", "7.5", "7.5"]);
    assert_eq!(three(&score, "2.3"), ["0", "0", "24"]);
    assert_eq!(three(&score, "2"), ["17", "17", "41"]);
    assert_eq!(three(&score, "story"), ["60.5", "52.5", "76.5"]);
    let card = &score["scorecard"];
    assert_eq!(
        (
            &card["index"],
            &card["index_printed"],
            &card["band"],
            &card["missing"]
        ),
        (&json!("76.5"), &json!("76.5"), &json!("B"), &json!([]))
    );
    assert_eq!(
        of(&score, "1.3")["calculation_en"],
        "Declared: a/b = 95/100; a·100 = 9500 ≥ 90·b = 9000 → 15 points. \
         Decided: corrected to a/b = 80/100; a·100 = 8000 ≥ 70·b = 7000 and < 90·b = 9000 → 8 points"
    );
    assert_eq!(
        of(&score, "1.5")["calculation_en"],
        "Declared: 10 − 3 × 0.5 = 8.5 → 8.5 points. Decided: recognised → 8.5 points"
    );
    assert_eq!(
        of(&score, "2.3")["calculation_vi"],
        "Điểm điều tra xã hội học → 24 điểm"
    );
    assert_eq!(of(&score, "1")["index"], "71");
    every_node_says_how(&card["root"]);
}

fn every_node_says_how(node: &Value) {
    let leaf = node["children"].as_array().unwrap().is_empty();
    assert_eq!(leaf, node["rule"].is_object(), "{}", node["code"]);
    for field in ["calculation_vi", "calculation_en", "name_vi"] {
        assert_ne!(node[field], "", "{}: {field}", node["code"]);
    }
    node["children"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(every_node_says_how);
}

fn who_decided_when_is_told(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    app.advance(chrono::TimeDelta::hours(1));
    let half = json!({"verdict": "points_set", "points": "4"});
    round.decide(200, "mic", "moj", &[decision(half.clone(), "1.2")]);
    round.enter_survey();
    let score = score(&round.evaluator(), &round);
    let rows = score["provenance"].as_array().unwrap();
    let row = |code: &str| rows.iter().find(|row| row["indicator"] == code).unwrap();
    assert_eq!(rows.len(), 8);
    assert_eq!(row("1.1")["evidence"][0]["number"], "1250/QĐ-BTP");
    assert_eq!(
        (&row("1.2")["saved_by"], &row("1.2")["saved_at"]),
        (&json!("moj.submitter"), &json!("2026-03-02T02:00:00Z"))
    );
    assert_eq!(
        row("1.2")["decision"],
        json!({"indicator": "1.2", "origin": "agreed", "body": "mic", "item_revision": 1, "decision": half, "reason": "Minh chứng chưa đủ",
               "decided_at": "2026-03-02T03:00:00Z", "decided_by": "mic.appraiser"})
    );
    assert_eq!(
        row("2.3")["entered"],
        json!({"sample_size": 400, "source": "SIPAS 2025", "pulled_from": null, "recorded_at": "2026-03-02T03:00:00Z",
               "recorded_by": "moha.evaluator"})
    );
}

fn an_agency_sees_its_own_points_first_and_all_from_the_explanation_on(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let half = json!({"verdict": "points_set", "points": "4"});
    round.decide(200, "mic", "moj", &[decision(half, "1.2")]);
    let bonus = json!({"adjustments": [{"agency": "moj", "adjustment": "bonus-initiative", "points": "1",
                                        "reason": "QĐ 12/QĐ-BNV"}]});
    round.evaluator().put(200, &round.path("/adjustments"), &bonus);
    round.prepare(Phase::Explanation);
    let own = || [app.submitter("moj"), app.leader("moj"), app.reader("moj")];
    for person in own() {
        let seen = score(&person, &round);
        assert_eq!(seen["appraised_points_hidden"], true);
        assert_eq!(three(&seen, "story"), [SELF_TOTAL, "0", "0"]);
        assert_eq!(three(&seen, "1.2"), ["5", "0", "0"]);
        let text = seen.to_string();
        for secret in ["points_set", "Minh chứng", "SIPAS", "mic.appraiser", "recognised"] {
            assert!(!text.contains(secret), "{secret} shows before the explanation");
        }
        assert_eq!(seen["scorecard"]["adjustment"], "0");
        person.get(403, &round.path("/appraisals/moj"));
        person.get(403, &round.path("/survey-points"));
        person.get(403, &round.path("/adjustments"));
    }
    assert_eq!(score(&round.evaluator(), &round)["scorecard"]["total"], "83.5");
    round.go(Phase::Explanation);
    for person in own() {
        let seen = score(&person, &round);
        assert_eq!(seen["appraised_points_hidden"], false);
        assert_eq!(three(&seen, "1.2"), ["5", "4", "4"]);
        assert_eq!(three(&seen, "story"), [SELF_TOTAL, "59.5", "83.5"]);
        assert_eq!(seen["scorecard"]["score_exact"], "84.5");
        let rows = seen["provenance"].as_array().unwrap();
        let row = rows.iter().find(|row| row["indicator"] == "1.2").unwrap();
        assert_eq!(row["decision"]["reason"], "Minh chứng chưa đủ");
    }
}

fn what_does_not_apply_leaves_the_denominator(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    let exempt = json!({"indicator": "1.4", "value": {"kind": "not_applicable"},
                        "explanation": "Không ban hành văn bản"});
    round.save(200, "moj", &[exempt]);
    round.submit("moj");
    for agency in ["mof", "moet"] {
        round.declare(agency);
        round.submit(agency);
    }
    round.go(Phase::Appraisal);
    round.enter_survey();
    // Before it is appraised it counts as any other: 0 of its maximum.
    let before = score(&round.evaluator(), &round);
    assert_eq!(before["scorecard"]["applicable_maximum"], "100");
    round.appraise("moj");
    let after = score(&round.evaluator(), &round);
    let card = &after["scorecard"];
    assert_eq!(
        (&card["total"], &card["applicable_maximum"], &card["index"]),
        (&json!("79.5"), &json!("90"), &json!("88.333333"))
    );
    assert_eq!(of(&after, "1.4")["flags"], json!(["not_applicable"]));
    assert_eq!(of(&after, "1")["applicable_maximum"], "40");
}

fn what_is_missing_is_flagged(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.save(
        200,
        "moj",
        &[json!({"indicator": "1.2", "value": {"kind": "yes_no", "yes": true}})],
    );
    let seen = score(&round.evaluator(), &round);
    assert_eq!(of(&seen, "1.1")["flags"], json!(["undeclared", "undecided"]));
    assert_eq!(of(&seen, "1.2")["flags"], json!(["undecided"]));
    assert_eq!(of(&seen, "2.3")["flags"], json!(["missing_survey"]));
    assert_eq!(three(&seen, "story"), ["5", "0", "0"]);
    assert_eq!(seen["scorecard"]["missing"].as_array().unwrap().len(), 8);
    round.declare("moj");
    assert_eq!(
        score(&round.evaluator(), &round)["scorecard"]["self_total"],
        SELF_TOTAL
    );
}

fn a_score_belongs_to_its_agency(app: &TestApp) {
    let round = app.round_in(Phase::Explanation);
    assert_eq!(score(&app.admin(), &round)["scorecard"]["total"], FINAL_TOTAL);
    let path = round.path("/scores/moj");
    for stranger in [
        app.submitter("mof"),
        app.leader("mof"),
        app.reader("mof"),
        app.evaluator("mot"),
        app.appraiser("sbv"),
        app.appraiser("moj"),
    ] {
        stranger.get(404, &path);
    }
    app.appraiser("mic").get(403, &path);
    app.anon().get(401, &path);
    round.evaluator().get(404, &round.path("/scores/mot"));
    round.evaluator().get(404, "/api/v1/rounds/nowhere/scores/moj");
}
