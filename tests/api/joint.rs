//! Stories about bodies that appraise an indicator together (thẩm định liên ngành).

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Response, TestApp, round::Round},
};

stories![
    equal_points_decide_an_item,
    a_difference_is_settled_by_the_lead_with_a_reason,
    only_the_lead_settles_and_only_a_difference,
    a_changed_view_opens_an_agreed_item_again,
    a_settlement_outlives_a_changed_view,
    who_serves_two_bodies_says_for_which,
    each_body_knows_how_far_it_is,
    what_bodies_said_stays_between_them,
    bodies_named_twice_or_unknown_are_refused,
    the_same_assignments_change_nothing,
];

/// What the score says of an item that waits for a decision.
const UNDECIDED: &str = "0";

/// A round under appraisal, domain 1 led by `mic` together with `mpi`, domain 2 by `mpi` alone.
fn joint_round(app: &TestApp) -> Round<'_> {
    let round = app.round_in(Phase::SelfAssessment);
    assign(
        &round,
        200,
        &json!({"node": "1", "body": "mic", "co_bodies": ["mpi"]}),
    );
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    round
}

fn assign(round: &Round<'_>, status: u16, first: &Value) -> Response {
    let body = json!({"assignments": [first, {"node": "2", "body": "mpi"}]});
    let path = round.path("/assignments");
    round
        .evaluator()
        .if_match(&round.etag())
        .put(status, &path, &body)
}

fn recognised(indicator: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "recognised"}})
}

fn points(indicator: &str, points: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "points_set", "points": points},
           "reason": format!("Chỉ đạt {points} điểm")})
}

fn settled(indicator: &str, points_given: &str) -> Value {
    let mut item = points(indicator, points_given);
    item["settle"] = json!(true);
    item
}

/// What became of the one item that a body sent: its status and where it stands.
fn said(round: &Round<'_>, body: &str, item: &Value) -> (String, String) {
    let saved = round.decide(200, body, "moj", std::slice::from_ref(item)).json();
    let text = |field: &str| saved["items"][0][field].as_str().unwrap().to_owned();
    (text("status"), text("state"))
}

fn pair(status: &str, state: &str) -> (String, String) {
    (status.to_owned(), state.to_owned())
}

fn line(app: &TestApp, round: &Round<'_>, body: &str, indicator: &str) -> Value {
    let seen = app
        .appraiser(body)
        .get(200, &round.path("/appraisals/moj"))
        .json();
    let lines = seen["items"].as_array().unwrap();
    lines
        .iter()
        .find(|line| line["indicator"] == indicator)
        .unwrap()
        .clone()
}

/// The appraised points that the score stands on.
fn scored(round: &Round<'_>, indicator: &str) -> Value {
    let score = round.evaluator().get(200, &round.path("/scores/moj")).json();
    crate::support::small::node(&score, indicator)["appraised_points"].clone()
}

fn equal_points_decide_an_item(app: &TestApp) {
    let round = joint_round(app);
    assert_eq!(said(&round, "mpi", &recognised("1.1")), pair("saved", "waiting"));
    assert_eq!(scored(&round, "1.1"), UNDECIDED);
    // The same points by another way are agreement: the decision is in the words of the body that leads.
    assert_eq!(
        said(&round, "mic", &points("1.1", "10")),
        pair("saved", "decided")
    );
    assert_eq!(scored(&round, "1.1"), "10");
    let seen = line(app, &round, "mpi", "1.1");
    assert_eq!(seen["decision"]["origin"], "agreed");
    assert_eq!(seen["decision"]["body"], "mic");
    assert_eq!(seen["decision"]["reason"], "Chỉ đạt 10 điểm");
    assert_eq!(
        (&seen["body"], &seen["co_bodies"]),
        (&json!("mic"), &json!(["mpi"]))
    );
    assert_eq!(
        said(&round, "mic", &points("1.1", "10")),
        pair("unchanged", "decided")
    );
}

fn a_difference_is_settled_by_the_lead_with_a_reason(app: &TestApp) {
    let round = joint_round(app);
    assert_eq!(said(&round, "mic", &recognised("1.1")), pair("saved", "waiting"));
    assert_eq!(
        said(&round, "mpi", &points("1.1", "5")),
        pair("saved", "differing")
    );
    assert_eq!(scored(&round, "1.1"), UNDECIDED);
    let mut bare = settled("1.1", "7");
    bare["decision"] = json!({"verdict": "recognised"});
    bare["reason"] = Value::Null;
    let refused = round.decide(422, "mic", "moj", &[bare]);
    assert_eq!(refused.json()["errors"][0]["code"], "reason_missing");
    assert_eq!(
        said(&round, "mic", &settled("1.1", "7")),
        pair("saved", "decided")
    );
    assert_eq!(
        said(&round, "mic", &settled("1.1", "7")),
        pair("unchanged", "decided")
    );
    assert_eq!(scored(&round, "1.1"), "7");
    let seen = line(app, &round, "mpi", "1.1");
    assert_eq!(seen["decision"]["origin"], "settled");
    // Both views are kept beside what was decided.
    let views = seen["views"].as_array().unwrap();
    assert_eq!(views.len(), 2);
    assert!(views.iter().all(|view| view["counts"] == true));
}

fn only_the_lead_settles_and_only_a_difference(app: &TestApp) {
    let round = joint_round(app);
    let code = |body: &str, item: &Value| {
        let refused = round.decide(422, body, "moj", std::slice::from_ref(item));
        refused.json()["errors"][0]["code"].clone()
    };
    assert_eq!(code("mic", &settled("1.1", "7")), "nothing_to_settle");
    said(&round, "mic", &recognised("1.1"));
    assert_eq!(code("mic", &settled("1.1", "7")), "nothing_to_settle");
    said(&round, "mpi", &points("1.1", "5"));
    assert_eq!(code("mpi", &settled("1.1", "7")), "not_the_lead");
    // A body that appraises alone has nothing to settle.
    assert_eq!(code("mpi", &settled("2.1", "7")), "nothing_to_settle");
    // The council waits for the difference to be settled.
    round.enter_survey();
    let refused = round.try_to_go(409, &json!({"to": "council"})).json();
    let named = refused["errors"].as_array().unwrap();
    let names = |error: &Value| error["message"].as_str().unwrap().contains("moj, 1.1");
    assert!(named.iter().any(names), "{refused}");
}

fn a_changed_view_opens_an_agreed_item_again(app: &TestApp) {
    let round = joint_round(app);
    said(&round, "mic", &recognised("1.1"));
    assert_eq!(said(&round, "mpi", &recognised("1.1")), pair("saved", "decided"));
    assert_eq!(
        said(&round, "mpi", &points("1.1", "5")),
        pair("saved", "differing")
    );
    assert_eq!(scored(&round, "1.1"), UNDECIDED);
    assert_eq!(said(&round, "mic", &points("1.1", "5")), pair("saved", "decided"));
    assert_eq!(scored(&round, "1.1"), "5");
    let history = line(app, &round, "mic", "1.1")["history"].clone();
    let origins: Vec<&Value> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["origin"])
        .collect();
    assert_eq!(origins, ["agreed", "reopened", "agreed"]);
    assert_eq!(history[1]["decision"], Value::Null);
}

fn a_settlement_outlives_a_changed_view(app: &TestApp) {
    let round = joint_round(app);
    said(&round, "mic", &recognised("1.1"));
    said(&round, "mpi", &points("1.1", "5"));
    said(&round, "mic", &settled("1.1", "7"));
    assert_eq!(said(&round, "mpi", &points("1.1", "6")), pair("saved", "decided"));
    assert_eq!(scored(&round, "1.1"), "7");
    // Agreement takes the place of the settlement.
    assert_eq!(said(&round, "mic", &points("1.1", "6")), pair("saved", "decided"));
    assert_eq!(scored(&round, "1.1"), "6");
}

fn who_serves_two_bodies_says_for_which(app: &TestApp) {
    let round = joint_round(app);
    let both = app.person(
        "both.bodies",
        &[
            json!({"role": "appraiser", "agency": "mic"}),
            json!({"role": "appraiser", "agency": "mpi"}),
        ],
    );
    let path = round.path("/appraisals/moj/items");
    let refused = both
        .put(422, &path, &json!({"items": [recognised("1.1")]}))
        .json();
    assert_eq!(refused["errors"][0]["code"], "body_missing");
    let mut for_mpi = recognised("1.1");
    for_mpi["body"] = json!("mpi");
    let saved = both.put(200, &path, &json!({"items": [for_mpi]})).json();
    assert_eq!(saved["items"][0]["state"], "waiting");
    let mut for_other = recognised("2.1");
    for_other["body"] = json!("mic");
    let refused = both.put(422, &path, &json!({"items": [for_other]})).json();
    assert_eq!(refused["errors"][0]["code"], "not_assigned");
}

fn each_body_knows_how_far_it_is(app: &TestApp) {
    let round = joint_round(app);
    said(&round, "mic", &recognised("1.1"));
    said(&round, "mic", &recognised("1.2"));
    said(&round, "mpi", &points("1.2", "2"));
    said(&round, "mic", &recognised("1.3"));
    said(&round, "mpi", &recognised("1.3"));
    let progress = round.evaluator().get(200, &round.path("/appraisals")).json();
    // Three agencies; domain 1 has five indicators, domain 2 two.
    assert_eq!(
        progress["data"],
        json!([
            {"body": "mic", "assigned": 15, "decided": 1, "open": 12, "waiting": 1, "differing": 1},
            {"body": "mpi", "assigned": 21, "decided": 1, "open": 19, "waiting": 0, "differing": 1},
        ])
    );
    assert_eq!(line(app, &round, "mic", "1.1")["state"], "waiting");
    assert_eq!(line(app, &round, "mpi", "1.1")["state"], "open");
}

fn what_bodies_said_stays_between_them(app: &TestApp) {
    let round = joint_round(app);
    for agency in crate::support::round::AGENCIES {
        round.appraise(agency);
    }
    for body in ["mic", "mpi"] {
        said(&round, body, &points("1.1", "5"));
    }
    round.enter_survey();
    round.go(Phase::Explanation);
    // The agency learns what was decided, and why, from its score; who said what is not its business.
    let submitter = app.submitter("moj");
    submitter.get(403, &round.path("/appraisals/moj"));
    let score = submitter.get(200, &round.path("/scores/moj")).text();
    assert!(score.contains("Chỉ đạt 5 điểm") && !score.contains("views"));
}

fn bodies_named_twice_or_unknown_are_refused(app: &TestApp) {
    let round = app.round_in(Phase::Preparation);
    let refused = assign(
        &round,
        422,
        &json!({"node": "1", "body": "mic", "co_bodies": ["mpi", "mic", "nobody"]}),
    );
    let errors = refused.json()["errors"].clone();
    let mut pointers: Vec<&str> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/assignments/0/co_bodies/1", "/assignments/0/co_bodies/2"]
    );
}

fn the_same_assignments_change_nothing(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let together = json!({"node": "1", "body": "mpi", "co_bodies": ["mic"]});
    let first = assign(&round, 200, &together);
    assert_eq!(first.etag(), round.etag());
    let again = assign(&round, 200, &together);
    assert_eq!((again.etag(), again.json()), (first.etag(), first.json()));
    assert_eq!(round.etag(), first.etag());
    // Who leads is part of it.
    let turned = json!({"node": "1", "body": "mic", "co_bodies": ["mpi"]});
    assert_ne!(assign(&round, 200, &turned).etag(), first.etag());
}
