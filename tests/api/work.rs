//! Stories about what waits for whom.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp},
};

stories![
    an_agencys_work_goes_from_hand_to_hand,
    a_department_has_its_own_lines_to_do,
    bodies_and_owner_know_what_waits,
];

/// The caller's work: what, for whom, how many, by when.
fn work(who: &Person) -> Vec<String> {
    let list = who.get(200, "/api/v1/work").json();
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| {
            let text = |field: &str| item[field].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {}",
                text("kind"),
                text("agency"),
                item["count"],
                text("due")
            )
        })
        .collect()
}

fn an_agencys_work_goes_from_hand_to_hand(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let (submitter, leader) = (app.submitter("moj"), app.leader("moj"));
    assert_eq!(work(&submitter), ["declare moj 7 2026-03-10T10:00:00Z"]);
    round.declare("moj");
    assert_eq!(work(&submitter), [""; 0]);
    assert_eq!(work(&leader), ["approve moj 1 2026-03-10T10:00:00Z"]);
    round.move_submission(200, &leader, "moj", "approved");
    assert_eq!(work(&leader), [""; 0]);
    assert_eq!(work(&submitter), ["submit moj 1 2026-03-10T10:00:00Z"]);
    app.advance(TimeDelta::days(10));
    let submitter = app.submitter("moj");
    let late = submitter.get(200, "/api/v1/work").json();
    assert_eq!(
        (&late["overdue"], &late["items"][0]["overdue"]),
        (&json!(1), &json!(true))
    );
    // Each address leads to where the work is done.
    submitter.get(200, late["items"][0]["path"].as_str().unwrap());
    round.try_to_go(200, &json!({"to": "appraisal"}));
    assert_eq!(work(&submitter), [""; 0]);
    let question = format!("{}/items/1.1/questions", round.submission("moj"));
    app.appraiser("mic")
        .post(201, &question, &json!({"text": "Vì sao?"}));
    assert_eq!(work(&submitter), ["answer moj 1 2026-03-20T10:00:00Z"]);
    let answer = format!("{}/items/1.1/answers", round.submission("moj"));
    submitter.post(201, &answer, &json!({"text": "Xem minh chứng."}));
    assert_eq!(work(&submitter), [""; 0]);
}

fn a_department_has_its_own_lines_to_do(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}, {"indicator": "1.2", "contributor": "moj-it"}]});
    let path = format!("{}/contributors", round.submission("moj"));
    app.submitter("moj").if_match("*").put(200, &path, &rows);
    let department = app.submitter("moj-it");
    assert_eq!(work(&department), ["declare moj 2 2026-03-10T10:00:00Z"]);
    let value = json!({"items": [{"indicator": "1.2", "value": {"kind": "yes_no", "yes": true}}]});
    department.put(200, &format!("{}/items", round.submission("moj")), &value);
    assert_eq!(work(&department), ["declare moj 1 2026-03-10T10:00:00Z"]);
    assert_eq!(work(&app.submitter("moj-hr")), [""; 0]);
    // Nobody else's work is shown to those who do none of it.
    assert_eq!(work(&app.reader("moj")), [""; 0]);
}

fn bodies_and_owner_know_what_waits(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let asked = json!({"deadline": "self_assessment", "until": "2026-03-12T10:00:00Z", "reason": "Bão"});
    app.submitter("moj")
        .post(201, &format!("{}/extensions", round.submission("moj")), &asked);
    assert_eq!(work(&round.evaluator()), ["decide_extension - 1 -"]);
    assert_eq!(work(&app.evaluator("mot")), [""; 0]);
    let joint = json!({"assignments": [{"node": "1", "body": "mic", "co_bodies": ["mpi"]}, {"node": "2", "body": "mpi"}]});
    round
        .evaluator()
        .if_match(&round.etag())
        .put(200, &round.path("/assignments"), &joint);
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    let view = |points: &str| {
        json!({"indicator": "1.1", "revision": 1, "reason": "x",
                                     "decision": {"verdict": "points_set", "points": points}})
    };
    let waits = |body: &str| -> Vec<Value> {
        let items = app.appraiser(body).get(200, "/api/v1/work").json()["items"].clone();
        let of_moj = items
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["agency"] == "moj");
        of_moj.map(|item| json!([item["kind"], item["count"]])).collect()
    };
    round.decide(200, "mic", "moj", &[view("5")]);
    assert_eq!(waits("mic"), [json!(["appraise", 4])]);
    round.decide(200, "mpi", "moj", &[view("6")]);
    assert_eq!(waits("mic"), [json!(["appraise", 4]), json!(["settle", 1])]);
    assert_eq!(waits("mpi"), [json!(["appraise", 6])]);
}
