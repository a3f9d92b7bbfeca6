//! Stories about recommendations: the way from the register to the published answer.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        recommend::{RECOMMENDATIONS, answer, asked, assign, classify, part, step},
        round::DECLARED,
    },
};

stories![
    two_bodies_answer_together_and_everybody_reads,
    other_words_are_agreed_to_anew,
    one_is_handed_on_and_keeps_its_number,
    a_complaint_is_another_procedure,
    numbers_have_no_gaps,
    what_a_submission_recommends_arrives_with_it,
    how_good_an_answer_is_is_said_for_a_month,
    everything_is_counted,
    lists_are_filtered_and_paged,
];

fn notices(who: &Person) -> Vec<String> {
    let feed = who.get(200, "/api/v1/notifications?limit=500").json();
    let rows = feed["data"].as_array().unwrap().iter();
    rows.filter(|row| row["kind"] == "recommendation_moved")
        .map(|row| row["params"]["to"]["code"].as_str().unwrap().to_owned())
        .collect()
}

fn states(value: &Value) -> (&str, &str) {
    let timeliness = value["timing"]["timeliness"].as_str().unwrap_or("-");
    (value["state"].as_str().unwrap(), timeliness)
}

fn two_bodies_answer_together_and_everybody_reads(app: &TestApp) {
    app.import_recommendation_types();
    let (asker, moha, mic) = (app.submitter("moj"), app.evaluator("moha"), app.evaluator("mic"));
    let clerk = app.appraiser("mic");
    let made = asker.post(201, RECOMMENDATIONS, &asked(&["moha", "mic"]));
    let path = made.header("location").to_owned();
    assert_eq!(made.json()["number"], "2026/000001");
    assert_eq!(made.json()["received_on"], "2026-03-02");
    assert_eq!(states(&made.json()), ("received", "-"));
    assert_eq!(notices(&moha), ["received"]);
    assert!(notices(&mic).is_empty() && notices(&asker).is_empty());
    // 15 working days from Monday the 2nd, with a holiday among them.
    let classified = classify(&moha, &path, "guidance");
    assert_eq!(classified["timing"]["due_on"], "2026-03-23");
    assert_eq!(classified["timing"]["calendar_known"], false);
    let holiday = json!({"days": [{"day": "2026-03-10", "kind": "off", "name_vi": "Nghỉ"}]});
    app.admin().put(201, "/api/v1/holidays/2026", &holiday);
    let read = asker.get(200, &path).json();
    assert_eq!(read["timing"]["due_on"], "2026-03-24");
    assert_eq!(read["timing"]["calendar_known"], true);
    assert_eq!(read["timing"]["working_days_left"], 15);
    assign(&moha, &path, "mic", &["moha"]);
    assert_eq!(notices(&clerk), ["assigned"]);
    // The asker sees nothing of how the answer is made.
    let text = json!({"text": "Thực hiện theo Thông tư 41. Liên hệ ông A.", "agrees": true});
    let led = part(200, &clerk, &path, "mic", &text).json();
    assert_eq!((&led["answer_revision"], states(&led).0), (&json!(1), "assigned"));
    let seen = asker.get(200, &path).json();
    assert_eq!(
        (&seen["answer"], &seen["bodies"][1]["text"]),
        (&Value::Null, &Value::Null)
    );
    let steps = |seen: &Value| seen["history"].as_array().unwrap().len();
    assert_eq!((steps(&seen), steps(&moha.get(200, &path).json())), (3, 4));
    let joined = json!({"text": "Nhất trí.", "agrees": true, "answer_revision": 1});
    part(200, &moha, &path, "moha", &joined);
    let seen = asker.get(200, &path).json();
    assert_eq!(states(&seen), ("answered", "answered_in_time"));
    assert_eq!(seen["answer"], "Thực hiện theo Thông tư 41. Liên hệ ông A.");
    assert_eq!(notices(&asker), ["answered", "assigned", "classified"]);
    // The lead publishes, in words that are for everybody.
    let publish = json!({"action": "publish", "public_answer": "Thực hiện theo Thông tư 41."});
    step(403, &moha, &path, &publish);
    step(200, &mic, &path, &publish);
    let open = app.anon().get(200, "/api/v1/recommendations/published").json();
    let row = &open["data"][0];
    assert_eq!(row["answer"], "Thực hiện theo Thông tư 41.");
    assert_eq!(row["answered_by"], json!(["mic", "moha"]));
    assert_eq!(
        (&row["number"], &row["in_time"]),
        (&json!("2026/000001"), &json!(true))
    );
    assert!(!open.to_string().contains("ông A") && !open.to_string().contains("submitter"));
}

fn other_words_are_agreed_to_anew(app: &TestApp) {
    app.import_recommendation_types();
    let (moha, mic) = (app.evaluator("moha"), app.evaluator("mic"));
    let path = app.recommend(&["moha"]);
    classify(&moha, &path, "guidance");
    assign(&moha, &path, "mic", &["moha"]);
    let agree = |revision: i64| json!({"agrees": true, "answer_revision": revision});
    let early = part(409, &moha, &path, "moha", &agree(1));
    assert_eq!(early.code(), "conflict");
    assert_eq!(
        part(422, &mic, &path, "mic", &json!({"agrees": true})).faults(),
        ["/text answer_missing"]
    );
    part(200, &mic, &path, "mic", &json!({"text": "Một", "agrees": true}));
    part(200, &mic, &path, "mic", &json!({"text": "Hai", "agrees": true}));
    assert_eq!(part(409, &moha, &path, "moha", &agree(1)).code(), "conflict");
    let blind = json!({"agrees": true});
    assert_eq!(
        part(422, &moha, &path, "moha", &blind).faults(),
        ["/answer_revision revision_missing"]
    );
    // Who does not agree says why; the lead finds other words.
    let against = json!({"text": "Thiếu căn cứ.", "agrees": false});
    let seen = part(200, &moha, &path, "moha", &against).json();
    assert_eq!(states(&seen).0, "assigned");
    assert_eq!(seen["bodies"][0]["agreed"], false);
    part(200, &mic, &path, "mic", &json!({"text": "Ba", "agrees": true}));
    let done = part(200, &moha, &path, "moha", &agree(3)).json();
    assert_eq!((states(&done).0, &done["answer"]), ("answered", &json!("Ba")));
    // What was answered is no longer written.
    let late = part(409, &mic, &path, "mic", &json!({"text": "Bốn", "agrees": true}));
    assert_eq!(late.code(), "illegal_transition");
    // A new assignment begins with an empty sheet.
    let path = app.recommend(&["moha"]);
    classify(&moha, &path, "guidance");
    assign(&moha, &path, "mic", &[]);
    part(200, &mic, &path, "mic", &json!({"text": "Một", "agrees": false}));
    let again = assign(&moha, &path, "moha", &["mpi"]);
    assert_eq!((&again["answer"], &again["lead"]), (&Value::Null, &json!("moha")));
    part(409, &mic, &path, "mic", &json!({"text": "Hai", "agrees": true}));
}

fn one_is_handed_on_and_keeps_its_number(app: &TestApp) {
    app.import_recommendation_types();
    let (moha, mpi) = (app.evaluator("moha"), app.evaluator("mpi"));
    let path = app.recommend(&["moha"]);
    classify(&moha, &path, "guidance");
    mpi.get(404, &path);
    let to = |to: &str| json!({"action": "transfer", "to": to, "reason": "Thuộc thẩm quyền bộ khác"});
    assert_eq!(
        step(422, &moha, &path, &to("nobody")).faults(),
        ["/to no_such_agency"]
    );
    for own in ["moha", "moj"] {
        assert_eq!(step(422, &moha, &path, &to(own)).faults(), ["/to same_agency"]);
    }
    let nowhere = json!({"action": "transfer", "reason": ""});
    assert_eq!(
        step(422, &moha, &path, &nowhere).faults(),
        ["/reason bad_text", "/to one_of_two"]
    );
    let handed = step(200, &moha, &path, &to("mpi")).json();
    assert_eq!(states(&handed), ("transferred", "-"));
    assert_eq!(notices(&mpi), ["transferred"]);
    // Whoever had it reads on, and does nothing more with it.
    step(403, &moha, &path, &json!({"action": "accept"}));
    app.advance(TimeDelta::days(3));
    let mpi = app.evaluator("mpi");
    step(
        409,
        &mpi,
        &path,
        &json!({"action": "classify", "type": "guidance"}),
    );
    let taken = step(200, &mpi, &path, &json!({"action": "accept"})).json();
    assert_eq!(
        (&taken["number"], &taken["register"]),
        (&json!("2026/000001"), &json!("moha"))
    );
    assert_eq!(
        (&taken["received_on"], &taken["type"]),
        (&json!("2026-03-05"), &Value::Null)
    );
    assert_eq!(classify(&mpi, &path, "urgent")["timing"]["due_on"], "2026-03-10");
    // Some types stay where they are.
    let stays = step(409, &mpi, &path, &to("mic"));
    assert_eq!(stays.code(), "illegal_transition");
    classify(&mpi, &path, "guidance");
    let out = json!({"action": "transfer", "outside": "Viện Kiểm sát", "reason": "Thuộc thẩm quyền"});
    let gone = step(200, &mpi, &path, &out).json();
    assert_eq!(states(&gone), ("transferred_outside", "-"));
    assert_eq!(gone["actions"], json!([]));
    step(409, &mpi, &path, &json!({"action": "accept"}));
}

fn a_complaint_is_another_procedure(app: &TestApp) {
    app.import_recommendation_types();
    let moha = app.evaluator("moha");
    let path = app.recommend(&["moha"]);
    let refused = classify(&moha, &path, "complaint");
    assert_eq!(states(&refused), ("refused", "-"));
    let last = refused["history"].as_array().unwrap().last().unwrap();
    assert!(
        last["text"]
            .as_str()
            .unwrap()
            .contains("Gửi theo Luật Khiếu nại.")
    );
    let asker = app.submitter("moj");
    assert_eq!(notices(&asker), ["refused"]);
    for body in [
        json!({"action": "classify", "type": "guidance"}),
        json!({"action": "assign", "lead": "moha"}),
    ] {
        step(409, &moha, &path, &body);
    }
    step(409, &asker, &path, &json!({"action": "withdraw"}));
}

fn numbers_have_no_gaps(app: &TestApp) {
    app.import_recommendation_types();
    let asker = app.submitter("moj");
    let number = |to: &[&str]| asker.post(201, RECOMMENDATIONS, &asked(to)).json()["number"].clone();
    assert_eq!(number(&["moha", "mic"]), "2026/000001");
    // Each register counts for itself, and what is refused takes no number.
    assert_eq!(number(&["mic"]), "2026/000001");
    let mut bad = asked(&["moha"]);
    bad["type"] = json!("nothing");
    asker.post(422, RECOMMENDATIONS, &bad);
    let once = asker.idempotency_key("once");
    let first = once.post(201, RECOMMENDATIONS, &asked(&["moha"])).json();
    let again = once.post(201, RECOMMENDATIONS, &asked(&["moha"]));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        (&first["number"], &again.json()["id"]),
        (&json!("2026/000002"), &first["id"])
    );
    // Many at once.
    let mut numbers: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| number(&["moha"]).as_str().unwrap().to_owned()))
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    numbers.sort();
    let expected: Vec<String> = (3..=10).map(|number| format!("2026/{number:06}")).collect();
    assert_eq!(numbers, expected);
    // The year is that of Vietnam: it begins seven hours before ours.
    let new_year: parindex::clock::Moment = serde_json::from_value(json!("2026-12-31T17:00:00Z")).unwrap();
    app.advance(TimeDelta::seconds(
        new_year.unix_seconds() - app.now().unix_seconds(),
    ));
    let made = app.submitter("moj").post(201, RECOMMENDATIONS, &asked(&["moha"]));
    assert_eq!(made.json()["number"], "2027/000001");
}

fn what_a_submission_recommends_arrives_with_it(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let (asker, moha) = (app.submitter("moj"), app.evaluator("moha"));
    let path = format!("{}/recommendations", round.submission("moj"));
    let new = json!({"subject": "Kinh phí", "text": "Đề nghị bố trí kinh phí.", "indicator": "1.2"});
    let made = asker.post(201, &path, &new);
    let draft = made.header("location").to_owned();
    assert_eq!(
        (&made.json()["state"], &made.json()["number"]),
        (&json!("draft"), &Value::Null)
    );
    let second = asker.post(201, &path, &new).header("location").to_owned();
    assert_eq!(
        asker
            .post(
                422,
                &path,
                &json!({"subject": "", "text": "x", "indicator": "9.9"})
            )
            .faults(),
        ["/subject bad_text", "/indicator no_such_indicator"]
    );
    // Nobody else knows of drafts.
    for foreign in [moha.clone(), app.admin()] {
        foreign.get(404, &draft);
        let list = foreign.get(200, &path).json();
        assert_eq!(list["data"], json!([]));
        assert_eq!(foreign.get(200, RECOMMENDATIONS).json()["data"], json!([]));
        assert_eq!(
            foreign.get(200, "/api/v1/recommendations/summary").json()["total"],
            0
        );
    }
    app.submitter("mof").get(404, &path);
    app.submitter("mof").post(404, &path, &new);
    moha.post(403, &path, &new);
    // One is taken out again.
    step(200, &asker, &second, &json!({"action": "withdraw"}));
    step(
        409,
        &asker,
        &draft,
        &json!({"action": "supply_information", "text": "x"}),
    );
    assert!(notices(&moha).is_empty());
    round.declare("moj");
    assert_eq!(DECLARED.len(), 7);
    round.submit("moj");
    let arrived = moha.get(200, &draft).json();
    assert_eq!(
        (states(&arrived).0, &arrived["number"]),
        ("received", &json!("2026/000001"))
    );
    assert_eq!(arrived["about"], json!({"round": round.code, "indicator": "1.2"}));
    assert_eq!(notices(&moha), ["received"]);
    moha.get(404, &second);
    let list = moha.get(200, &path).json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let late = asker.post(409, &path, &new);
    assert_eq!(late.code(), "illegal_transition");
    // Sent again, what arrived stays as it is, and only what is new arrives.
    round.move_submission(200, &asker, "moj", "withdrawn");
    let third = asker.post(201, &path, &new).header("location").to_owned();
    round.submit("moj");
    assert_eq!(moha.get(200, &draft).json()["number"], "2026/000001");
    assert_eq!(moha.get(200, &third).json()["number"], "2026/000002");
}

fn how_good_an_answer_is_is_said_for_a_month(app: &TestApp) {
    app.import_recommendation_types();
    let path = app.recommend(&["moha"]);
    let rate = |status: u16, who: &Person, score: i64| {
        let etag = who.get(200, &path).etag().to_owned();
        let body = json!({"score": score, "comment": "Rõ"});
        who.if_match(&etag)
            .put(status, &format!("{path}/satisfaction"), &body)
    };
    let asker = app.submitter("moj");
    assert_eq!(rate(409, &asker, 4).code(), "illegal_transition");
    answer(app, &path);
    assert_eq!(rate(422, &asker, 6).faults(), ["/score bad_score"]);
    rate(403, &app.evaluator("moha"), 5);
    rate(200, &asker, 2);
    step(200, &app.evaluator("moha"), &path, &json!({"action": "publish"}));
    app.advance(TimeDelta::days(30));
    let leader = app.leader("moj");
    let changed = rate(200, &leader, 4).json();
    assert_eq!(changed["satisfaction"], json!({"score": 4, "comment": "Rõ"}));
    app.advance(TimeDelta::seconds(1));
    rate(409, &app.leader("moj"), 5);
    let open = app.anon().get(200, "/api/v1/recommendations/published").json();
    assert_eq!(open["data"][0]["answer"], "Theo Thông tư 41.");
}

fn everything_is_counted(app: &TestApp) {
    app.import_recommendation_types();
    let moha = app.evaluator("moha");
    let [first, late, running, _fresh] = [(); 4].map(|()| app.recommend(&["moha"]));
    answer(app, &first);
    classify(&moha, &late, "urgent");
    classify(&moha, &running, "guidance");
    app.advance(TimeDelta::days(4));
    let moha = app.evaluator("moha");
    assign(&moha, &late, "moha", &[]);
    let text = json!({"text": "Muộn.", "agrees": true});
    let answered = part(200, &moha, &late, "moha", &text).json();
    assert_eq!(states(&answered), ("answered", "answered_late"));
    let summary = moha
        .get(200, "/api/v1/recommendations/summary?year=2026&body=moha")
        .json();
    assert_eq!(
        summary,
        json!({
            "total": 4, "by_state": {"answered": 2, "classified": 1, "received": 1},
            "by_type": {"guidance": 2, "urgent": 1, "unclassified": 1}, "by_body": {"moha": 4},
            "by_timeliness": {"answered_in_time": 1, "answered_late": 1, "in_time": 1, "no_deadline": 1},
            "answered": 2, "answered_in_time": 1, "in_time_share": "50.0",
        })
    );
    let nobody = app.evaluator("mot");
    let empty = nobody.get(200, "/api/v1/recommendations/summary").json();
    assert_eq!(
        (&empty["total"], &empty["in_time_share"]),
        (&json!(0), &Value::Null)
    );
}

fn lists_are_filtered_and_paged(app: &TestApp) {
    app.import_recommendation_types();
    let moha = app.evaluator("moha");
    let paths: Vec<String> = (0..5).map(|_| app.recommend(&["moha"])).collect();
    app.recommend(&["mic"]);
    for path in &paths[..3] {
        classify(&moha, path, "urgent");
    }
    classify(&moha, &paths[3], "guidance");
    app.advance(TimeDelta::days(3));
    let moha = app.evaluator("moha");
    let ids = |who: &Person, query: &str| -> Vec<String> {
        let list = who.get(200, &format!("{RECOMMENDATIONS}?{query}")).json();
        let rows = list["data"].as_array().unwrap().iter();
        rows.map(|row| format!("{RECOMMENDATIONS}/{}", row["id"].as_str().unwrap()))
            .collect()
    };
    let newest_first = |paths: &[String]| paths.iter().rev().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&moha, ""), newest_first(&paths));
    // Thursday is the last day of three working days from Monday.
    assert_eq!(ids(&moha, "timeliness=nearly_due"), newest_first(&paths[..3]));
    assert_eq!(ids(&moha, "timeliness=in_time"), paths[3..4]);
    assert!(ids(&moha, "timeliness=in_time&state=assigned").is_empty());
    assert_eq!(ids(&moha, "state=received&year=2026"), paths[4..5]);
    assert_eq!(ids(&moha, "type=guidance"), paths[3..4]);
    assert_eq!(ids(&moha, "asker=mof"), Vec::<String>::new());
    assert_eq!(ids(&app.admin(), "body=moha").len(), 5);
    assert_eq!(ids(&app.admin(), "").len(), 6);
    assert_eq!(ids(&app.reader("moj"), "").len(), 6);
    // Pages, also where the clock filters.
    for query in ["", "timeliness=nearly_due"] {
        let whole = ids(&moha, query);
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{RECOMMENDATIONS}?limit=2&{query}{cursor}");
            let page = moha.get(200, &path).json();
            for row in page["data"].as_array().unwrap() {
                seen.push(format!("{RECOMMENDATIONS}/{}", row["id"].as_str().unwrap()));
            }
            let Some(next) = page["page"]["next"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, whole, "{query}");
    }
    moha.get(400, &format!("{RECOMMENDATIONS}?state=nothing"));
    moha.get(400, &format!("{RECOMMENDATIONS}?limit=0"));
    app.anon().get(401, RECOMMENDATIONS);
}
