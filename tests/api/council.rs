//! Stories about the council: who approves a result, what it becomes, and how it is corrected.

use chrono::TimeDelta;
use parindex::{features::rounds::Phase, ids::sha256_hex};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        round::{FINAL_TOTAL, OWNER, Round},
    },
};

stories![
    nothing_is_published_without_an_approval,
    an_approval_is_of_exactly_one_result,
    whoever_appraised_does_not_approve,
    who_appraises_later_takes_the_own_approval_back,
    an_approval_holds_for_one_sitting,
    only_the_owners_evaluators_approve,
    a_published_result_is_open_data,
    a_correction_is_a_new_publication_that_names_the_old,
    a_baseline_gives_the_changes,
];

fn to(phase: &str) -> Value {
    json!({"to": phase})
}

fn approvals(round: &Round<'_>) -> Value {
    let path = round.path("/approvals");
    round.evaluator().get(200, &path).json()
}

/// Publishes what is approved; the publication's id.
fn publish(round: &Round<'_>, body: &Value) -> String {
    round.record_minutes(201);
    let moved = round.try_to_go(200, body).json();
    assert_eq!(moved["phase"], "published");
    moved["publication"].as_str().expect("a publication").to_owned()
}

fn lower(round: &Round<'_>, points: &str) {
    let decision = json!({"indicator": "1.2", "revision": 1, "reason": "Rà soát lại",
                          "decision": {"verdict": "points_set", "points": points}});
    round.decide(200, "mic", "moj", &[decision]);
}

fn nothing_is_published_without_an_approval(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let refused = round.try_to_go(409, &to("published"));
    assert_eq!(refused.code(), "illegal_transition");
    assert_eq!(refused.faults(), ["/to minutes_missing", "/to approval_missing"]);
    let standing = approvals(&round);
    assert_eq!(
        (&standing["approved"], &standing["approvals"]),
        (&json!(false), &json!([]))
    );
    let digest = standing["current_digest"].as_str().unwrap();
    let told = refused.json()["errors"][1]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        told.contains(digest) && told.ends_with("nobody approved it."),
        "{told}"
    );
    assert_eq!(
        app.anon().get(200, "/api/v1/publications").json()["data"],
        json!([])
    );
    let approved = round.approve(201).json();
    assert_eq!(approved["approved"], true);
    assert_eq!(approved["approvals"][0]["approved_by"], "moha.evaluator");
    assert_eq!(approvals(&round), approved);
    publish(&round, &to("published"));
}

fn an_approval_is_of_exactly_one_result(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let path = round.path("/approvals");
    let seen = approvals(&round)["current_digest"].clone();
    let other = json!({"result_digest": "0".repeat(64)});
    assert_eq!(round.evaluator().post(409, &path, &other).code(), "conflict");
    let exact = json!({"result_digest": seen, "note": "Biên bản số 12"});
    round.evaluator().post(201, &path, &exact);
    app.advance(TimeDelta::seconds(1));
    round.go(Phase::Appraisal);
    lower(&round, "4");
    app.advance(TimeDelta::seconds(1));
    round.go(Phase::Council);
    let standing = approvals(&round);
    assert_ne!(standing["current_digest"], seen);
    assert_eq!(
        (&standing["approved"], &standing["approvals"][0]["valid"]),
        (&json!(false), &json!(false))
    );
    let refused = round.try_to_go(409, &to("published"));
    assert_eq!(refused.faults(), ["/to minutes_missing", "/to approval_missing"]);
    assert_eq!(round.evaluator().post(409, &path, &exact).code(), "conflict");
    round.approve(201);
    publish(&round, &to("published"));
    assert_eq!(approvals(&round)["approvals"].as_array().unwrap().len(), 2);
}

/// Somebody who is both an evaluator of the owner and an appraiser of a body.
fn both(app: &TestApp) -> Person {
    let grants = [
        json!({"role": "evaluator", "agency": OWNER}),
        json!({"role": "appraiser", "agency": "mic"}),
    ];
    app.person("two.hats", &grants)
}

fn whoever_appraised_does_not_approve(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let item = json!({"items": [{"indicator": "1.2", "revision": 1, "decision": {"verdict": "recognised"}}]});
    both(app).put(200, &round.path("/appraisals/moj/items"), &item);
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    let path = round.path("/approvals");
    let refused = both(app).post(403, &path, &json!({}));
    assert_eq!(
        refused.json()["detail"],
        "You appraised in this round and can't approve its result; ask somebody else."
    );
    // The other hat is in nobody's way where it was not worn.
    let other = app.round_named("other-2025", Phase::Council);
    both(app).post(201, &other.path("/approvals"), &json!({}));
    round.approve(201);
    round.record_minutes(201);
    // Publishing is no judgement: whoever runs the round may do it.
    both(app)
        .if_match("*")
        .post(200, &round.path("/transitions"), &to("published"));
}

fn who_appraises_later_takes_the_own_approval_back(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    both(app).post(201, &round.path("/approvals"), &json!({}));
    assert_eq!(approvals(&round)["approved"], true);
    round.go(Phase::Appraisal);
    let item = json!({"items": [{"indicator": "1.2", "revision": 1, "decision": {"verdict": "recognised"},
                                 "reason": "Đã xem lại"}]});
    both(app).put(200, &round.path("/appraisals/moj/items"), &item);
    round.go(Phase::Council);
    let standing = approvals(&round);
    assert_eq!(standing["approvals"][0]["valid"], false);
    round.try_to_go(409, &to("published"));
}

fn an_approval_holds_for_one_sitting(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let digest = round.approve(201).json()["current_digest"].clone();
    app.advance(TimeDelta::seconds(1));
    round.go(Phase::Appraisal);
    round.go(Phase::Council);
    // The same result, but somebody had doubts meanwhile: it is looked at again.
    let standing = approvals(&round);
    assert_eq!(standing["current_digest"], digest);
    assert_eq!(standing["approved"], false);
    round.try_to_go(409, &to("published"));
    round.approve(201);
    publish(&round, &to("published"));
}

fn only_the_owners_evaluators_approve(app: &TestApp) {
    let early = app.round_named("early-2025", Phase::Appraisal);
    assert_eq!(early.approve(409).code(), "illegal_transition");
    let round = app.round_in(Phase::Council);
    let path = round.path("/approvals");
    for person in [
        app.evaluator("mot"),
        app.admin(),
        app.leader("moj"),
        app.appraiser("mic"),
        app.reader("moj"),
    ] {
        person.post(403, &path, &json!({}));
        person
            .if_match("*")
            .post(403, &round.path("/transitions"), &to("published"));
    }
    app.anon().post(401, &path, &json!({}));
    let faults = round.evaluator().post(422, &path, &json!({"note": " "})).faults();
    assert_eq!(faults, ["/note bad_text"]);
    app.admin().get(200, &path);
    app.submitter("moj").get(403, &path);
}

fn a_published_result_is_open_data(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    round.approve(201);
    let notice = json!({"to": "published", "notice_vi": "Số liệu minh họa", "title_vi": "Kết quả năm 2025"});
    let id = publish(&round, &notice);
    let anyone = app.anon();
    let path = format!("/api/v1/publications/{id}");
    let document = anyone.get(200, &format!("{path}/document"));
    assert_eq!(sha256_hex(&document.bytes), id);
    let about = anyone.get(200, &path).json();
    assert_eq!(
        (
            &about["kind"],
            &about["round"],
            &about["agencies"],
            &about["notice_vi"]
        ),
        (
            &json!("computed"),
            &json!(round.code),
            &json!(3),
            &json!("Số liệu minh họa")
        )
    );
    let latest = anyone.get(200, "/api/v1/publications/latest?set=story").json();
    assert_eq!(latest["id"], id.as_str());
    let ranking = anyone.get(200, &format!("{path}/ranking")).json();
    let told: Vec<String> = ranking["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            format!(
                "{} {} {} {}",
                entry["place_label"].as_str().unwrap(),
                entry["agency"]["code"].as_str().unwrap(),
                entry["index"].as_str().unwrap(),
                entry["band"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(told, ["1 moj 84.50 A", "2 mof 84.00 A", "3 moet 83.50 A"]);
    assert_eq!(ranking["mean"], "84.00");
    let own = anyone.get(200, &format!("{path}/agencies/moj"));
    // Neither people nor papers go out.
    for private in ["1250/QĐ-BTP", "moj.submitter", "mic.appraiser"] {
        assert!(!document.text().contains(private), "{private}");
        assert!(!own.text().contains(private), "{private}");
    }
    anyone.get(404, &format!("{path}/agencies/mot"));
    anyone
        .header("if-none-match", document.etag())
        .get(304, &format!("{path}/document"));
}

fn a_correction_is_a_new_publication_that_names_the_old(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    round.approve(201);
    let first = publish(&round, &to("published"));
    let parts = [
        "/document",
        "/ranking",
        "/ranking.csv",
        "/domains",
        "/agencies/moj",
    ];
    let read = |id: &str| -> Vec<Vec<u8>> {
        let path = format!("/api/v1/publications/{id}");
        parts
            .iter()
            .map(|part| app.anon().get(200, &format!("{path}{part}")).bytes)
            .collect()
    };
    let before = read(&first);
    round.decide(409, "mic", "moj", &[]);
    let refused = round.try_to_go(422, &to("correction"));
    assert_eq!(refused.faults(), ["/reason reason_missing"]);
    app.advance(TimeDelta::days(30));
    round.go(Phase::Correction);
    round.save(409, "moj", &[json!({"indicator": "1.5", "explanation": "x"})]);
    lower(&round, "0");
    app.advance(TimeDelta::minutes(1));
    round.go(Phase::Council);
    round.try_to_go(409, &to("published"));
    round.approve(201);
    let second = publish(&round, &to("published"));
    assert_ne!(second, first);
    assert_eq!(read(&first), before, "a publication never changes");
    let about = |id: &str| app.anon().get(200, &format!("/api/v1/publications/{id}")).json();
    assert_eq!(about(&second)["supersedes"], first.as_str());
    assert_eq!(about(&first)["superseded_by"], second.as_str());
    assert_eq!(
        (&about(&first)["supersedes"], &about(&second)["superseded_by"]),
        (&Value::Null, &Value::Null)
    );
    let ranking = app
        .anon()
        .get(200, &format!("/api/v1/publications/{second}/ranking"))
        .json();
    assert_eq!(ranking["entries"][2]["agency"]["code"], "moj");
    assert_eq!(ranking["entries"][2]["index"], "79.50");
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    assert_eq!(latest["id"], second.as_str());
    let listed = app
        .anon()
        .get(200, &format!("/api/v1/publications?round={}", round.code))
        .json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}

fn a_baseline_gives_the_changes(app: &TestApp) {
    let earlier = app.round_named("story-2024", Phase::Council);
    earlier.approve(201);
    let baseline = publish(&earlier, &to("published"));
    let round = app.round_in(Phase::Appraisal);
    lower(&round, "4");
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    round.approve(201);
    let id = publish(&round, &json!({"to": "published", "baseline": baseline}));
    let path = format!("/api/v1/publications/{id}/ranking");
    let ranking = app.anon().get(200, &path).json();
    assert_eq!(ranking["baseline"], baseline.as_str());
    let change = |code: &str| {
        let entries = ranking["entries"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["agency"]["code"] == code);
        entry.unwrap()["change"].clone()
    };
    // 84.5 and the first place then, 83.5 now.
    assert_eq!(FINAL_TOTAL, "84.5");
    assert_eq!(
        change("moj"),
        json!({"place": -1, "points": "-1.00", "index": "-1.00"})
    );
    assert_eq!(
        change("mof"),
        json!({"place": 1, "points": "0.00", "index": "0.00"})
    );
}
