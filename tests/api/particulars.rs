//! Stories about what a plan line's kind of task tells of it.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        programme::{Programme, task},
        round::FINAL_TOTAL,
    },
};

stories![
    a_legal_document_goes_its_steps_in_their_order,
    guidance_is_carried_out_by_those_who_received_it,
    campaigns_and_training_and_databases_are_counted,
    a_joint_appraisal_is_as_far_as_its_round,
    a_pilot_has_the_index_of_its_round,
    what_does_not_belong_to_a_line_is_refused,
    records_come_in_pages_and_a_repeated_request_is_one,
];

fn of_kind(app: &TestApp, kind: &str) -> Value {
    app.import_reference();
    let mut of = task("1");
    of["kind"] = json!(kind);
    of
}

fn path(programme: &Programme<'_>) -> String {
    format!("{}/particulars", programme.line("1"))
}

fn add(status: u16, who: &Person, programme: &Programme<'_>, record: Value) -> Value {
    let body = json!({"record": record});
    who.post(status, &path(programme), &body).json()
}

fn faults(who: &Person, programme: &Programme<'_>, body: &Value) -> Vec<String> {
    who.post(422, &path(programme), body).faults()
}

fn seen(who: &Person, programme: &Programme<'_>) -> Value {
    who.get(200, &path(programme)).json()
}

fn step(step: &str, on: &str) -> Value {
    json!({"kind": "legal_document", "step": step, "on": on})
}

fn a_legal_document_goes_its_steps_in_their_order(app: &TestApp) {
    let programme = app.programme(&[of_kind(app, "legal_document")]);
    let moj = app.submitter("moj");
    let nothing = json!({"kind": "legal_document", "step": null, "next_step": "plan", "number": null, "signed_on": null,
                         "in_force_on": null});
    assert_eq!(seen(&moj, &programme)["summary"], nothing);
    let early = json!({"record": step("draft", "2026-01-20")});
    assert_eq!(faults(&moj, &programme, &early), ["/record/step out_of_order"]);
    let plan = add(201, &moj, &programme, step("plan", "2026-01-20"));
    assert_eq!(
        (&plan["replaces"], &plan["replaced_by"]),
        (&Value::Null, &Value::Null)
    );
    let tomorrow = json!({"record": step("draft", "2026-03-03")});
    assert_eq!(faults(&moj, &programme, &tomorrow), ["/record/on in_the_future"]);
    for (name, on) in [
        ("draft", "2026-01-25"),
        ("comments", "2026-02-01"),
        ("appraisal", "2026-02-10"),
    ] {
        add(201, &moj, &programme, step(name, on));
    }
    let nameless = json!({"record": step("signed", "2026-02-20")});
    assert_eq!(faults(&moj, &programme, &nameless), ["/record/number bad_number"]);
    let mut signed = step("signed", "2026-02-20");
    signed["number"] = json!("01/2026/TT-BTP");
    add(201, &app.leader("moj"), &programme, signed);
    add(201, &moj, &programme, step("in_force", "2026-05-01"));
    let done = json!({"kind": "legal_document", "step": "in_force", "next_step": null, "number": "01/2026/TT-BTP",
                      "signed_on": "2026-02-20", "in_force_on": "2026-05-01"});
    // Those who co-ordinate, and who runs it, read it as well.
    for who in [app.reader("mof"), programme.evaluator(), app.admin()] {
        assert_eq!(seen(&who, &programme)["summary"], done);
    }
    // A correction is of the same step, and of a record that holds.
    let wrong = json!({"replaces": plan["id"], "record": step("draft", "2026-01-21")});
    assert_eq!(faults(&moj, &programme, &wrong), ["/record/step out_of_order"]);
    let late = json!({"replaces": plan["id"], "record": step("plan", "2026-01-26")});
    assert_eq!(faults(&moj, &programme, &late), ["/record/on out_of_order"]);
    let right = json!({"replaces": plan["id"], "record": step("plan", "2026-01-21")});
    let corrected = moj.post(201, &path(&programme), &right).json();
    let again = faults(&moj, &programme, &right);
    assert_eq!(again, ["/replaces replaced_already"]);
    let all = seen(&moj, &programme);
    assert_eq!(all["data"][0]["replaced_by"], corrected["id"]);
    assert_eq!(all["data"][0]["record"]["on"], "2026-01-20");
    assert_eq!(all["data"].as_array().unwrap().len(), 7);
}

fn guidance_is_carried_out_by_those_who_received_it(app: &TestApp) {
    let programme = app.programme(&[of_kind(app, "guidance")]);
    let moj = app.submitter("moj");
    let to =
        |recipient: &str| json!({"kind": "guidance", "recipient": recipient, "received_on": "2026-02-01"});
    let first = add(201, &moj, &programme, to("mot"));
    add(201, &moj, &programme, to("mof"));
    add(201, &moj, &programme, to("moet"));
    let twice = json!({"record": to("mot")});
    assert_eq!(faults(&moj, &programme, &twice), ["/record/recipient duplicate"]);
    let nobody = json!({"record": to("nobody")});
    assert_eq!(
        faults(&moj, &programme, &nobody),
        ["/record/recipient unknown_agency"]
    );
    let done = |day: &str| {
        let mut record = to("mot");
        record["carried_out_on"] = json!(day);
        json!({"replaces": first["id"], "record": record})
    };
    assert_eq!(
        faults(&moj, &programme, &done("2026-01-31")),
        ["/record/carried_out_on too_early"]
    );
    moj.post(201, &path(&programme), &done("2026-02-28"));
    let expected =
        json!({"kind": "guidance", "recipients": 3, "carried_out": 1, "carried_out_share": "33.3"});
    assert_eq!(seen(&moj, &programme)["summary"], expected);
}

fn campaigns_and_training_and_databases_are_counted(app: &TestApp) {
    app.import_reference();
    let mut tasks: Vec<Value> = Vec::new();
    for (code, kind) in [
        ("1", "campaign"),
        ("2", "training"),
        ("3", "database"),
        ("4", "general"),
    ] {
        let mut of = task(code);
        of["kind"] = json!(kind);
        tasks.push(of);
    }
    let programme = app.programme(&tasks);
    let moj = app.submitter("moj");
    let at = |task: &str| format!("{}/particulars", programme.line(task));
    let add = |task: &str, record: Value| moj.post(201, &at(task), &json!({"record": record}));
    let summary = |task: &str| moj.get(200, &at(task)).json()["summary"].clone();
    add(
        "1",
        json!({"kind": "campaign", "channel": "Báo", "items": 12, "reach": 40000}),
    );
    add("1", json!({"kind": "campaign", "channel": "Báo", "items": 3}));
    add(
        "1",
        json!({"kind": "campaign", "channel": "Truyền hình", "items": 1, "reach": 900000}),
    );
    assert_eq!(
        summary("1"),
        json!({"kind": "campaign", "channels": 2, "items": 16, "reach": 940000})
    );
    let session = |people: i64| json!({"kind": "training", "on": "2026-03-02", "place": "Huế", "people": people, "units": 5});
    add("2", session(40));
    add("2", session(25));
    assert_eq!(
        summary("2"),
        json!({"kind": "training", "sessions": 2, "people": 65, "units": 10})
    );
    let count = |agency: &str, complete: i64, total: i64| json!({"kind": "database", "agency": agency, "complete": complete, "total": total});
    assert_eq!(
        summary("3"),
        json!({"kind": "database", "complete": 0, "total": 0, "completeness": null, "agencies": []})
    );
    add("3", count("moj", 100, 1000));
    add("3", count("mof", 1, 3));
    add("3", count("moj", 950, 1000));
    assert_eq!(
        summary("3"),
        json!({"kind": "database", "complete": 951, "total": 1003, "completeness": "94.8", "agencies": [
            {"agency": "mof", "complete": 1, "total": 3, "completeness": "33.3"},
            {"agency": "moj", "complete": 950, "total": 1000, "completeness": "95.0"}]})
    );
    let refused = |task: &str, record: Value| moj.post(422, &at(task), &json!({"record": record})).faults();
    assert_eq!(
        refused("3", count("moj", 11, 10)),
        ["/record/complete more_than_all"]
    );
    assert_eq!(
        refused("3", count("nobody", 1, 10)),
        ["/record/agency unknown_agency"]
    );
    assert_eq!(refused("2", count("moj", 1, 10)), ["/record/kind another_kind"]);
    assert_eq!(refused("4", session(1)), ["/record/kind another_kind"]);
    assert_eq!(summary("4"), json!({"kind": "general"}));
}

fn a_joint_appraisal_is_as_far_as_its_round(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let programme = app.programme(&[of_kind(app, "joint_appraisal")]);
    let moj = app.submitter("moj");
    let of = |code: &str| json!({"kind": "joint_appraisal", "round": code});
    let unknown = json!({"record": of("nothing")});
    assert_eq!(
        faults(&moj, &programme, &unknown),
        ["/record/round unknown_round"]
    );
    let summary = || seen(&moj, &programme)["summary"].clone();
    assert_eq!(summary()["round"], Value::Null);
    add(201, &moj, &programme, of(&round.code));
    // Three agencies with seven indicators each.
    let before = summary();
    assert_eq!((&before["items"], &before["decided"]), (&json!(21), &json!(0)));
    assert_eq!(before["decided_share"], "0.0");
    let again = json!({"record": of(&round.code)});
    assert_eq!(faults(&moj, &programme, &again), ["/record/round duplicate"]);
    round.prepare(Phase::Explanation);
    let after = summary();
    assert_eq!(
        (&after["decided"], &after["decided_share"]),
        (&json!(21), &json!("100.0"))
    );
}

fn a_pilot_has_the_index_of_its_round(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let programme = app.programme(&[of_kind(app, "pilot")]);
    let moj = app.submitter("moj");
    let record = json!({"kind": "pilot", "round": round.code});
    add(201, &moj, &programme, record);
    let summary = |who: &Person| seen(who, &programme)["summary"].clone();
    // Until it is published it is known to those who may read the ranking alone.
    assert_eq!(summary(&moj)["index"], Value::Null);
    let working = summary(&programme.evaluator());
    assert_eq!(
        (&working["agency"], &working["round"]),
        (&json!("moj"), &json!(round.code))
    );
    assert_eq!(working["index"], FINAL_TOTAL);
    round.prepare(Phase::Published);
    round.go(Phase::Published);
    assert_eq!(summary(&moj)["index"], working["index"]);
}

fn what_does_not_belong_to_a_line_is_refused(app: &TestApp) {
    let programme = app.draft_programme(crate::support::programme::CODE);
    let training = of_kind(app, "training");
    programme.add(201, &[training]);
    let moj = app.submitter("moj");
    let session = json!({"kind": "training", "on": "2026-03-01", "place": "Huế", "people": 1, "units": 1});
    let body = json!({"record": session});
    let draft = moj.post(409, &path(&programme), &body);
    assert_eq!(draft.code(), "illegal_transition");
    programme.set_status(200, "in_force");
    let made = moj.post(201, &path(&programme), &body).json();
    for who in [
        app.submitter("mof"),
        app.reader("moj"),
        programme.evaluator(),
        app.admin(),
    ] {
        who.post(403, &path(&programme), &body);
    }
    app.submitter("mot").get(403, &path(&programme));
    app.anon().get(401, &path(&programme));
    moj.get(404, &programme.path("/tasks/1/lines/2/particulars"));
    for (member, value) in [
        ("people", json!("1")),
        ("more", json!(1)),
        ("kind", json!("else")),
    ] {
        let mut bad = session.clone();
        bad[member] = value;
        moj.post(422, &path(&programme), &json!({"record": bad}));
    }
    moj.post(422, &path(&programme), &json!({}));
    let nothing = json!({"replaces": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "record": session});
    assert_eq!(faults(&moj, &programme, &nothing), ["/replaces unknown_record"]);
    let mut bad = session;
    bad["on"] = json!("2026-03-03");
    bad["place"] = json!("");
    bad["people"] = json!(-1);
    let bad = json!({"replaces": made["id"], "record": bad});
    assert_eq!(
        faults(&moj, &programme, &bad),
        [
            "/record/on in_the_future",
            "/record/place bad_text",
            "/record/people out_of_range"
        ]
    );
    programme.set_status(200, "closed");
    assert_eq!(
        moj.post(409, &path(&programme), &body).code(),
        "illegal_transition"
    );
}

fn records_come_in_pages_and_a_repeated_request_is_one(app: &TestApp) {
    let programme = app.programme(&[of_kind(app, "training")]);
    let moj = app.submitter("moj").idempotency_key("the-first");
    let session = |people: i64| json!({"record": {"kind": "training", "on": "2026-03-01", "place": "Huế", "people": people, "units": 1}});
    let once = moj.post(201, &path(&programme), &session(1));
    let again = moj.post(201, &path(&programme), &session(1));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(), once.json());
    moj.post(422, &path(&programme), &session(2));
    let moj = app.submitter("moj");
    moj.post(201, &path(&programme), &session(2));
    let page = moj.get(200, &format!("{}?limit=1", path(&programme))).json();
    assert_eq!(
        (&page["data"][0]["id"], &page["summary"]["sessions"]),
        (&once.json()["id"], &json!(2))
    );
    let next = page["page"]["next"].as_str().unwrap();
    let rest = moj
        .get(200, &format!("{}?limit=1&cursor={next}", path(&programme)))
        .json();
    assert_eq!(rest["data"][0]["record"]["people"], 2);
    assert_eq!(rest["page"]["next"], Value::Null);
    assert_eq!(rest["summary"], page["summary"]);
}
