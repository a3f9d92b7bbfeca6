//! Stories about what is refused of recommendations, and about their clock.

use chrono::TimeDelta;
use parindex::{
    clock::Moment,
    features::recommendations::{TypeImport, import_types, type_lock},
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        play::data,
        recommend::{RECOMMENDATIONS, answer, asked, assign, classify, part, step},
    },
};

stories![
    every_fault_is_named_at_once,
    strangers_find_nothing,
    each_step_has_its_people_and_its_time,
    the_version_that_was_seen_is_named,
    the_clock_stops_while_information_is_asked,
    bodies_are_reminded_once,
    types_are_kept,
];

const NOTHING: &str = "/api/v1/recommendations/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";

fn every_fault_is_named_at_once(app: &TestApp) {
    app.import_recommendation_types();
    let asker = app.submitter("moj");
    let bad = json!({"asker": "moj", "subject": " ", "text": "", "addressed_to": ["moj"],
                     "evidence": [{"title": "", "url": "javascript:x"}]});
    assert_eq!(
        asker.post(422, RECOMMENDATIONS, &bad).faults(),
        [
            "/subject bad_text",
            "/text bad_text",
            "/evidence/0/title bad_text",
            "/evidence/0/url bad_url",
            "/addressed_to/0 own_agency"
        ]
    );
    let mut bad = asked(&["nobody", "moha"]);
    bad["type"] = json!("nothing");
    bad["about"] = json!({"round": "nothing"});
    assert_eq!(
        asker.post(422, RECOMMENDATIONS, &bad).faults(),
        [
            "/addressed_to/0 no_such_agency",
            "/type no_such_type",
            "/about/round no_such_round"
        ]
    );
    for to in [&["moha", "moha"][..], &["moha", "mic", "mpi"], &[]] {
        assert_eq!(
            asker.post(422, RECOMMENDATIONS, &asked(to)).faults(),
            ["/addressed_to bad_addressees"]
        );
    }
    let mut more = asked(&["moha"]);
    more["state"] = json!("answered");
    asker.post(422, RECOMMENDATIONS, &more);
    let path = app.recommend(&["moha"]);
    let moha = app.evaluator("moha");
    step(422, &moha, &path, &json!({"action": "publish", "reason": "x"}));
    step(422, &moha, &path, &json!({"action": "burn"}));
    assert_eq!(
        step(
            422,
            &moha,
            &path,
            &json!({"action": "classify", "type": "nothing"})
        )
        .faults(),
        ["/type no_such_type"]
    );
    classify(&moha, &path, "guidance");
    let bodies = json!({"action": "assign", "lead": "moj", "joint": ["mic", "mic", "nobody"]});
    assert_eq!(
        step(422, &moha, &path, &bodies).faults(),
        [
            "/lead own_agency",
            "/joint/1 body_twice",
            "/joint/2 no_such_agency"
        ]
    );
    let many: Vec<String> = (0..11).map(|at| format!("a{at}")).collect();
    let bodies = json!({"action": "assign", "lead": "mic", "joint": many});
    step(422, &moha, &path, &bodies);
    for action in ["return", "request_information"] {
        let words = json!({"action": action, "reason": "", "question": ""});
        step(422, &moha, &path, &words);
    }
}

fn strangers_find_nothing(app: &TestApp) {
    app.import_recommendation_types();
    let path = app.recommend(&["moha"]);
    let strangers = [
        app.submitter("mof"),
        app.evaluator("mot"),
        app.appraiser("sbv"),
        app.submitter("moj-it"),
    ];
    for stranger in &strangers {
        let same = stranger.get(404, NOTHING);
        let foreign = stranger.get(404, &path);
        assert_eq!(foreign.json()["title"], same.json()["title"]);
        let any = stranger.if_match("*");
        let steps = format!("{path}/transitions");
        any.post(404, &steps, &json!({"action": "accept"}));
        any.put(404, &format!("{path}/parts/moha"), &json!({"agrees": false}));
        any.put(404, &format!("{path}/satisfaction"), &json!({"score": 1}));
        let list = stranger.get(200, RECOMMENDATIONS).json();
        assert_eq!(list["data"], json!([]));
        let asked_for = stranger
            .get(200, &format!("{RECOMMENDATIONS}?body=moha&asker=moj"))
            .json();
        assert_eq!(asked_for["data"], json!([]));
        assert_eq!(
            stranger.get(200, "/api/v1/recommendations/summary").json()["total"],
            0
        );
        // In another's name nobody asks.
        stranger.post(403, RECOMMENDATIONS, &asked(&["moha"]));
    }
    app.reader("moj").post(403, RECOMMENDATIONS, &asked(&["moha"]));
    app.anon().post(401, RECOMMENDATIONS, &asked(&["moha"]));
    app.anon().get(401, &path);
    // Nothing of it is open before the answer is published.
    answer(app, &path);
    let open = app.anon().get(200, "/api/v1/recommendations/published").json();
    assert_eq!(open["data"], json!([]));
}

fn each_step_has_its_people_and_its_time(app: &TestApp) {
    app.import_recommendation_types();
    let (asker, reader, clerk) = (app.submitter("moj"), app.reader("moj"), app.appraiser("moha"));
    let (moha, mic) = (app.evaluator("moha"), app.evaluator("mic"));
    let path = app.recommend(&["moha", "mic"]);
    let by_receiver = [
        json!({"action": "classify", "type": "guidance"}),
        json!({"action": "assign", "lead": "mic"}),
        json!({"action": "return", "reason": "x"}),
        json!({"action": "transfer", "to": "mpi", "reason": "x"}),
        json!({"action": "accept"}),
        json!({"action": "request_information", "question": "x"}),
        json!({"action": "publish"}),
    ];
    for body in &by_receiver {
        for who in [&asker, &reader, &clerk, &mic, &app.admin()] {
            step(403, who, &path, body);
        }
    }
    let by_asker = [
        json!({"action": "withdraw"}),
        json!({"action": "supply_information", "text": "x"}),
    ];
    for body in &by_asker {
        for who in [&moha, &reader, &clerk, &mic, &app.admin()] {
            step(403, who, &path, body);
        }
    }
    // Too early.
    let early = |who: &Person, body: Value| {
        let refused = step(409, who, &path, &body);
        assert_eq!(refused.code(), "illegal_transition", "{body}");
    };
    early(&moha, json!({"action": "assign", "lead": "mic"}));
    early(&moha, json!({"action": "accept"}));
    early(&asker, json!({"action": "supply_information", "text": "x"}));
    part(409, &mic, &path, "mic", &json!({"text": "x", "agrees": true}));
    classify(&moha, &path, "guidance");
    assign(&moha, &path, "mic", &["moha"]);
    early(&mic, json!({"action": "publish"}));
    // In another body's name nobody answers, and who was not told to does not.
    part(403, &moha, &path, "mic", &json!({"text": "x", "agrees": true}));
    part(
        403,
        &app.admin(),
        &path,
        "mic",
        &json!({"text": "x", "agrees": true}),
    );
    part(403, &asker, &path, "moj", &json!({"text": "x", "agrees": true}));
    // The asker takes it back.
    let gone = step(200, &asker, &path, &json!({"action": "withdraw"})).json();
    assert_eq!(
        (&gone["state"], &gone["timing"]["due_on"]),
        (&json!("withdrawn"), &Value::Null)
    );
    early(&moha, json!({"action": "classify", "type": "guidance"}));
    part(409, &mic, &path, "mic", &json!({"text": "x", "agrees": true}));
    // What is sent back says why.
    let path = app.recommend(&["moha"]);
    let back = json!({"action": "return", "reason": "Chưa rõ nội dung"});
    let returned = step(200, &moha, &path, &back).json();
    let last = returned["history"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&returned["state"], &last["text"]),
        (&json!("returned"), &json!("Chưa rõ nội dung"))
    );
    // What was answered is neither taken back nor sent back.
    let path = app.recommend(&["moha"]);
    answer(app, &path);
    step(409, &asker, &path, &json!({"action": "withdraw"}));
    step(409, &moha, &path, &back);
    step(200, &moha, &path, &json!({"action": "publish"}));
    step(409, &moha, &path, &json!({"action": "publish"}));
}

fn the_version_that_was_seen_is_named(app: &TestApp) {
    app.import_recommendation_types();
    let moha = app.evaluator("moha");
    let path = app.recommend(&["moha"]);
    let steps = format!("{path}/transitions");
    let body = json!({"action": "classify", "type": "guidance"});
    assert_eq!(moha.post(428, &steps, &body).code(), "precondition_required");
    let seen = moha.if_match("\"r1\"").idempotency_key("k");
    let done = seen.post(200, &steps, &body);
    assert_eq!(done.etag(), "\"r2\"");
    let again = seen.post(200, &steps, &body);
    assert_eq!(again.header("idempotency-replayed"), "true");
    seen.post(422, &steps, &json!({"action": "accept"}));
    let stale = moha.if_match("\"r1\"");
    assert_eq!(stale.post(412, &steps, &body).code(), "precondition_failed");
    stale.put(412, &format!("{path}/parts/moha"), &json!({"agrees": false}));
    app.submitter("moj")
        .if_match("\"r1\"")
        .put(412, &format!("{path}/satisfaction"), &json!({"score": 1}));
    assert_eq!(
        moha.get(200, &path).json()["history"].as_array().unwrap().len(),
        2
    );
}

fn the_clock_stops_while_information_is_asked(app: &TestApp) {
    app.import_recommendation_types();
    let path = app.recommend(&["moha"]);
    let moha = || app.evaluator("moha");
    let due = |value: &Value| value["timing"]["due_on"].clone();
    let question = json!({"action": "request_information", "question": "Bao nhiêu hồ sơ?"});
    let reply = json!({"action": "supply_information", "text": "1.200 hồ sơ"});
    // Two working days pass before it is classified, three while the asker is asked.
    app.advance(TimeDelta::days(2));
    let stopped = step(200, &moha(), &path, &question).json();
    assert_eq!(stopped["timing"]["timeliness"], "stopped");
    step(409, &moha(), &path, &question);
    step(
        409,
        &moha(),
        &path,
        &json!({"action": "classify", "type": "guidance"}),
    );
    app.advance(TimeDelta::days(5));
    let received = step(200, &app.submitter("moj"), &path, &reply).json();
    assert_eq!(received["state"], "received");
    // 15 working days, 2 of them used: 13 after Monday the 9th.
    let classified = classify(&moha(), &path, "guidance");
    assert_eq!(due(&classified), "2026-03-26");
    assign(&moha(), &path, "mic", &[]);
    app.advance(TimeDelta::days(3));
    let stopped = step(200, &app.evaluator("mic"), &path, &question).json();
    assert_eq!(
        (&stopped["timing"]["working_days_left"], due(&stopped)),
        (&json!(10), Value::Null)
    );
    let list = moha()
        .get(200, &format!("{RECOMMENDATIONS}?timeliness=stopped"))
        .json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    app.advance(TimeDelta::days(60));
    let going = step(200, &app.leader("moj"), &path, &reply).json();
    assert_eq!(
        (&going["state"], &going["timing"]["timeliness"]),
        (&json!("assigned"), &json!("in_time"))
    );
    // Monday 11 May and ten working days, weekends alone left out.
    assert_eq!(due(&going), "2026-05-25");
}

fn wait_until(app: &TestApp, moment: &str) {
    let moment: Moment = serde_json::from_value(json!(moment)).unwrap();
    app.advance(TimeDelta::seconds(
        moment.unix_seconds() - app.now().unix_seconds(),
    ));
}

fn bodies_are_reminded_once(app: &TestApp) {
    app.import_recommendation_types();
    let path = app.recommend(&["moha"]);
    classify(&app.evaluator("moha"), &path, "urgent");
    app.appraiser("mic");
    let reminders = |who: &Person| -> Vec<bool> {
        let feed = who.get(200, "/api/v1/notifications?limit=500").json();
        let rows = feed["data"].as_array().unwrap().iter().rev();
        rows.filter(|row| row["kind"] == "recommendation_due")
            .map(|row| row["params"]["overdue"].as_bool().unwrap())
            .collect()
    };
    let work_at = |moment: &str| {
        wait_until(app, moment);
        app.wait(app.state().work()).unwrap();
        app.wait(app.state().work()).unwrap();
    };
    // Three working days from Monday: Thursday, whose end is midnight in Vietnam.
    work_at("2026-03-03T16:59:59Z");
    assert!(reminders(&app.evaluator("moha")).is_empty());
    work_at("2026-03-03T17:00:00Z");
    assert_eq!(reminders(&app.evaluator("moha")), [false]);
    work_at("2026-03-05T16:59:59Z");
    assert_eq!(reminders(&app.evaluator("moha")), [false]);
    work_at("2026-03-05T17:00:00Z");
    assert_eq!(reminders(&app.evaluator("moha")), [false, true]);
    // Whoever is told to answer later is not told of what was dealt with.
    assign(&app.evaluator("moha"), &path, "mic", &[]);
    work_at("2026-03-20T00:00:00Z");
    assert!(reminders(&app.appraiser("mic")).is_empty());
    assert_eq!(reminders(&app.evaluator("moha")), [false, true]);
    let late = app
        .evaluator("moha")
        .get(200, &format!("{RECOMMENDATIONS}?timeliness=overdue"))
        .json();
    assert_eq!(late["data"].as_array().unwrap().len(), 1);
    let entries = app.admin().get(200, "/api/v1/audit?limit=50").json();
    let written = entries["data"].as_array().unwrap().iter();
    let written = written.filter(|entry| entry["action"] == "write_recommendation_reminders");
    assert_eq!(written.count(), 2);
}

fn types_are_kept(app: &TestApp) {
    app.import_recommendation_types();
    let (admin, path) = (app.admin(), "/api/v1/recommendation-types/guidance");
    let read = app.reader("moj").get(200, path);
    app.reader("moj")
        .header("if-none-match", read.etag())
        .get(304, path);
    let body = |days: i64| json!({"name_vi": "Hướng dẫn", "working_days": days});
    let bad = json!({"name_vi": "", "name_en": "", "working_days": 251, "another_procedure": true});
    assert_eq!(
        admin.if_match("*").put(422, path, &bad).faults(),
        [
            "/name_vi bad_text",
            "/name_en bad_text",
            "/working_days bad_working_days",
            "/procedure_vi procedure_missing"
        ]
    );
    admin.put(428, path, &body(5));
    admin.if_match("\"r7\"").put(412, path, &body(5));
    app.evaluator("moha").if_match("*").put(403, path, &body(5));
    // What was classified keeps its days.
    let of = app.recommend(&["moha"]);
    let moha = app.evaluator("moha");
    let before = classify(&moha, &of, "guidance")["timing"]["due_on"].clone();
    admin.if_match(read.etag()).put(200, path, &body(5));
    assert_eq!(moha.get(200, &of).json()["timing"]["due_on"], before);
    let again = classify(&moha, &of, "guidance")["timing"]["due_on"].clone();
    assert_eq!(again, "2026-03-09");
    let list = moha.get(200, "/api/v1/recommendation-types").json();
    assert_eq!(list["data"].as_array().unwrap().len(), 3);
    moha.get(404, "/api/v1/recommendation-types/nothing");
    app.anon().get(401, "/api/v1/recommendation-types");
    // The shipped file brings what is not there, and says that it is an illustration.
    let import = || {
        let file: TypeImport = serde_json::from_value(data("recommendation_types.json")).unwrap();
        let change = app.change("import_recommendation_types", vec![type_lock()]);
        app.wait(import_types(app.db(), change, file)).unwrap().body
    };
    assert_eq!((import().as_str(), import().as_str()), ("4", "0"));
    let shipped = moha.get(200, "/api/v1/recommendation-types/denunciation").json();
    assert_eq!(shipped["another_procedure"], true);
    assert_eq!(moha.get(200, path).json()["working_days"], 5);
}
