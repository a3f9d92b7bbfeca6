//! Stories about questions, answers and more time.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, Response, TestApp, round::Round},
};

stories![
    a_body_asks_the_agency_answers_and_proves,
    threads_show_each_what_is_theirs,
    questions_and_answers_have_their_time,
    more_time_holds_for_one_agency_to_its_second,
    more_time_is_asked_once_and_decided_once,
    what_is_wrong_with_a_request_for_time_is_named,
    the_appraisal_waits_for_who_was_granted_time,
];

fn ask(status: u16, who: &Person, round: &Round<'_>, indicator: &str, text: &str) -> Response {
    let path = format!("{}/items/{indicator}/questions", round.submission("moj"));
    who.post(status, &path, &json!({"text": text}))
}

fn answer(status: u16, who: &Person, round: &Round<'_>, indicator: &str, text: &str) -> Response {
    let path = format!("{}/items/{indicator}/answers", round.submission("moj"));
    who.post(status, &path, &json!({"text": text}))
}

fn threads(who: &Person, round: &Round<'_>) -> Vec<String> {
    let listed = who
        .get(200, &format!("{}/threads", round.submission("moj")))
        .json();
    let threads = listed["data"].as_array().unwrap();
    threads
        .iter()
        .map(|thread| thread["indicator"].as_str().unwrap().to_owned())
        .collect()
}

fn a_body_asks_the_agency_answers_and_proves(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let appraiser = app.appraiser("mic");
    let thread = ask(201, &appraiser, &round, "1.1", " Kế hoạch ban hành ngày nào? ").json();
    assert_eq!(thread["open"], true);
    assert_eq!(thread["messages"][0]["text"], "Kế hoạch ban hành ngày nào?");
    assert_eq!(thread["messages"][0]["body"], "mic");
    for agency in crate::support::round::AGENCIES {
        round.appraise(agency);
    }
    round.enter_survey();
    round.go(Phase::Explanation);
    // More evidence is a new revision: the item is open for a second appraisal.
    let evidence = json!({"number": "1250/QĐ-BTP", "date": "2025-01-05", "issuer": "Bộ Tư pháp", "title": "Bản công chứng"});
    round.save(200, "moj", &[json!({"indicator": "1.1", "evidence": [evidence]})]);
    let thread = answer(
        201,
        &app.submitter("moj"),
        &round,
        "1.1",
        "Ngày 05/01, xem bản công chứng.",
    )
    .json();
    assert_eq!(thread["open"], false);
    let [question, reply] = [&thread["messages"][0], &thread["messages"][1]];
    assert_eq!(
        (&question["kind"], &question["item_revision"]),
        (&json!("question"), &json!(1))
    );
    assert_eq!(
        (&reply["kind"], &reply["item_revision"]),
        (&json!("answer"), &json!(2))
    );
    assert_eq!(
        (&reply["body"], &reply["recorded_by"]),
        (&Value::Null, &json!("moj.submitter"))
    );
    let seen = appraiser.get(200, &round.path("/appraisals/moj")).json();
    assert_eq!(seen["open"], 1);
    round.decide(
        200,
        "mic",
        "moj",
        &[json!({"indicator": "1.1", "revision": 2, "decision": {"verdict": "recognised"}})],
    );
    // The thread stays when the round has gone on.
    round.go(Phase::Council);
    let path = format!("{}/items/1.1/thread", round.submission("moj"));
    assert_eq!(app.reader("moj").get(200, &path).json(), thread);
    ask(409, &appraiser, &round, "1.1", "Còn nữa");
    answer(409, &app.submitter("moj"), &round, "1.1", "Còn nữa");
}

fn threads_show_each_what_is_theirs(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    let path = format!("{}/contributors", round.submission("moj"));
    app.submitter("moj").if_match("*").put(200, &path, &rows);
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    for (who, indicator) in [("mic", "1.1"), ("mic", "1.3"), ("mpi", "2.1")] {
        ask(201, &app.appraiser(who), &round, indicator, "Đề nghị giải trình");
    }
    let by_owner = ask(201, &round.evaluator(), &round, "2.2", "Đề nghị giải trình").json();
    assert_eq!(by_owner["messages"][0]["body"], "moha");
    assert_eq!(
        threads(&app.submitter("moj"), &round),
        ["1.1", "1.3", "2.1", "2.2"]
    );
    assert_eq!(threads(&app.submitter("moj-it"), &round), ["1.3"]);
    assert_eq!(threads(&app.appraiser("mpi"), &round), ["2.1", "2.2"]);
    // A department answers on its own lines, a body asks on those it appraises; the rest is not there for them.
    answer(201, &app.submitter("moj-it"), &round, "1.3", "Đã rà soát");
    answer(404, &app.submitter("moj-it"), &round, "1.1", "Đã rà soát");
    ask(404, &app.appraiser("mic"), &round, "2.1", "Đề nghị giải trình");
    ask(404, &app.appraiser("mic"), &round, "9.9", "Đề nghị giải trình");
    // Surveyed points are nobody's to explain.
    ask(404, &round.evaluator(), &round, "2.3", "Đề nghị giải trình");
}

fn questions_and_answers_have_their_time(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    ask(409, &round.evaluator(), &round, "1.1", "Sớm quá");
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    let submitter = app.submitter("moj");
    let unasked = answer(409, &submitter, &round, "1.1", "Không ai hỏi");
    assert_eq!(unasked.faults(), ["/text nothing_asked"]);
    ask(201, &app.appraiser("mic"), &round, "1.1", "Vì sao?");
    let long = "a".repeat(5001);
    for text in ["", "  ", long.as_str()] {
        assert_eq!(
            answer(422, &submitter, &round, "1.1", text).faults(),
            ["/text bad_text"]
        );
    }
    advance_to(app, "2026-03-20T09:59:59Z");
    answer(201, &app.submitter("moj"), &round, "1.1", "Một giây trước hạn");
    advance_to(app, "2026-03-20T10:00:00Z");
    answer(409, &app.submitter("moj"), &round, "1.1", "Đúng hạn là hết hạn");
}

fn advance_to(app: &TestApp, moment: &str) {
    let wanted = chrono::DateTime::parse_from_rfc3339(moment).unwrap().timestamp();
    app.advance(TimeDelta::seconds(wanted - app.now().unix_seconds()));
}

fn extension(status: u16, who: &Person, round: &Round<'_>, agency: &str, until: &str) -> Response {
    let asked =
        json!({"deadline": "self_assessment", "until": until, "reason": "Bão số 3 làm gián đoạn hệ thống"});
    who.post(
        status,
        &format!("{}/extensions", round.submission(agency)),
        &asked,
    )
}

fn decide(status: u16, round: &Round<'_>, asked: &Response, body: &Value) -> Response {
    let asked = asked.json();
    let (agency, id) = (asked["agency"].as_str().unwrap(), asked["id"].as_str().unwrap());
    let path = format!("{}/extensions/{id}/decision", round.submission(agency));
    round.evaluator().post(status, &path, body)
}

fn more_time_holds_for_one_agency_to_its_second(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let asked = extension(201, &app.submitter("moj"), &round, "moj", "2026-03-14T10:00:00Z");
    let granted = decide(
        200,
        &round,
        &asked,
        &json!({"granted": true, "until": "2026-03-12T10:00:00Z"}),
    )
    .json();
    assert_eq!(granted["until"], "2026-03-14T10:00:00Z");
    assert_eq!(granted["granted_until"], "2026-03-12T10:00:00Z");
    assert_eq!(granted["decided_by"], "moha.evaluator");
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    assert_eq!(form["deadlines"]["self_assessment"], "2026-03-12T10:00:00Z");
    let other = app.submitter("mof").get(200, &round.submission("mof")).json();
    assert_eq!(other["deadlines"]["self_assessment"], "2026-03-10T10:00:00Z");
    let late = |count: usize| vec![json!({"indicator": "1.5", "value": {"kind": "count", "count": count}})];
    advance_to(app, "2026-03-10T10:00:00Z");
    round.save(409, "mof", &late(1));
    round.save(200, "moj", &late(1));
    advance_to(app, "2026-03-12T09:59:59Z");
    round.save(200, "moj", &late(2));
    advance_to(app, "2026-03-12T10:00:00Z");
    round.save(409, "moj", &late(3));
}

fn more_time_is_asked_once_and_decided_once(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let leader = app.leader("moj");
    let first = extension(201, &leader, &round, "moj", "2026-03-12T10:00:00Z");
    extension(409, &leader, &round, "moj", "2026-03-13T10:00:00Z");
    decide(
        200,
        &round,
        &first,
        &json!({"granted": false, "reason": "Không đủ căn cứ"}),
    );
    decide(409, &round, &first, &json!({"granted": true}));
    extension(201, &leader, &round, "moj", "2026-03-13T10:00:00Z");
    // Both stay on record, for the agency and for those who run the round.
    let of_agency = leader
        .get(200, &format!("{}/extensions", round.submission("moj")))
        .json();
    let of_round = round.evaluator().get(200, &round.path("/extensions")).json();
    assert_eq!(of_agency["data"], of_round["data"]);
    let rows = of_round["data"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["granted"], &rows[1]["granted"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(rows[0]["decision_reason"], "Không đủ căn cứ");
}

fn what_is_wrong_with_a_request_for_time_is_named(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let path = format!("{}/extensions", round.submission("moj"));
    let bad = json!({"deadline": "self_assessment", "until": "2026-03-10T10:00:00Z", "reason": " "});
    let refused = submitter.post(422, &path, &bad);
    assert_eq!(refused.faults(), ["/until not_later", "/reason bad_text"]);
    let closed = json!({"deadline": "explanation", "until": "2026-03-25T10:00:00Z", "reason": "Bão"});
    submitter.post(409, &path, &closed);
    let asked = extension(201, &submitter, &round, "moj", "2026-03-12T10:00:00Z");
    let refusal = |body: Value| decide(422, &round, &asked, &body).faults();
    assert_eq!(refusal(json!({"granted": false})), ["/reason reason_missing"]);
    assert_eq!(
        refusal(json!({"granted": false, "until": "2026-03-12T10:00:00Z", "reason": "x"})),
        ["/until not_for_a_refusal"]
    );
    assert_eq!(
        refusal(json!({"granted": true, "until": "2026-03-01T10:00:00Z"})),
        ["/until not_later"]
    );
}

fn the_appraisal_waits_for_who_was_granted_time(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let asked = extension(201, &app.submitter("moj"), &round, "moj", "2026-03-12T10:00:00Z");
    decide(200, &round, &asked, &json!({"granted": true}));
    advance_to(app, "2026-03-11T10:00:00Z");
    let refused = round.try_to_go(409, &json!({"to": "appraisal"})).json();
    let named = refused["errors"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{refused}");
    assert!(
        named[0]["message"]
            .as_str()
            .unwrap()
            .starts_with("moj: not submitted")
    );
    advance_to(app, "2026-03-12T10:00:00Z");
    round.try_to_go(200, &json!({"to": "appraisal"}));
}
