//! Stories about agencies' calendars: what they hold, who may make their addresses, and what a key opens.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use icalendar::{Calendar, CalendarComponent, Component, Event};
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        programme::task,
        recommend::{assign, classify, step},
    },
};

stories![
    a_calendar_holds_what_an_agency_has_to_do,
    a_change_shows_and_the_same_data_are_the_same_bytes,
    an_unannounced_inspection_is_in_no_calendar_until_it_begins,
    a_key_opens_one_calendar_until_it_is_revoked,
    who_does_not_work_for_an_agency_makes_no_address,
    a_calendar_has_so_many_addresses_and_no_more,
];

const INSPECTIONS: &str = "/api/v1/inspections";

fn feeds(agency: &str) -> String {
    format!("/api/v1/agencies/{agency}/calendar-feeds")
}

fn new(name: &str) -> Value {
    json!({"name": name, "language": "en"})
}

/// Makes an address; where it leads.
fn address(who: &Person, agency: &str) -> String {
    let made = who.post(201, &feeds(agency), &new("A phone")).json();
    made["path"].as_str().unwrap().to_owned()
}

fn read(app: &TestApp, path: &str) -> Response {
    let answer = app.anon().get(200, path);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    answer
}

/// The events of a calendar, by what their names begin with.
fn events(answer: &Response) -> BTreeMap<String, Vec<Event>> {
    let text = answer.text();
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n'), "{line}");
    }
    let calendar: Calendar = text.parse().unwrap();
    let mut found: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for component in calendar.components {
        let CalendarComponent::Event(event) = component else {
            panic!("no event: {component:?}");
        };
        assert!(event.get_timestamp().is_some() && event.get_last_modified().is_some());
        let kind = event.get_uid().unwrap().split_once('-').unwrap().0.to_owned();
        found.entry(kind).or_default().push(event);
    }
    found
}

fn only<'a>(events: &'a BTreeMap<String, Vec<Event>>, kind: &str) -> &'a Event {
    let found = events
        .get(kind)
        .unwrap_or_else(|| panic!("no {kind}: {events:#?}"));
    assert_eq!(found.len(), 1, "{found:#?}");
    &found[0]
}

fn starts(event: &Event) -> &str {
    event.property_value("DTSTART").unwrap()
}

fn send(status: u16, who: &Person, path: &str, part: &str, body: &Value) -> Response {
    let etag = who.get(200, path).etag().to_owned();
    who.if_match(&etag).post(status, &format!("{path}{part}"), body)
}

fn plan(app: &TestApp, form: &str) -> String {
    let new = json!({"owner": "moha", "target": "moj", "form": form, "from": "2026-03-09", "to": "2026-03-13",
                     "topic": "Thủ tục"});
    let made = app.evaluator("moha").post(201, INSPECTIONS, &new);
    made.header("location").to_owned()
}

fn a_calendar_holds_what_an_agency_has_to_do(app: &TestApp) {
    app.round_in(Phase::SelfAssessment);
    app.import_recommendation_types();
    let mut hard = task("1");
    hard["title"] = json!("Thông tư; chữ ký số, \\ giai đoạn 1 – rất dài để phải ngắt dòng theo RFC 5545");
    hard["lines"][0]["milestones"] = json!([
        {"title": "Trình dự thảo", "due": "2026-03-15"},
        {"title": "Đã xong", "due": "2026-03-01", "reached_on": "2026-03-01"},
    ]);
    let mut endless = task("2");
    endless["lines"][0].as_object_mut().unwrap().remove("to");
    app.programme(&[hard.clone(), endless]);
    let moha = app.evaluator("moha");
    let path = plan(app, "on_site");
    let inspection = |part: &str, body: &Value| send(200, &moha, &path, part, body).json();
    inspection("/transitions", &json!({"action": "announce"}));
    inspection("/transitions", &json!({"action": "begin"}));
    let finding = json!({"text": "x", "severity": "minor"});
    let found = send(201, &moha, &path, "/findings", &finding).json();
    let id = found["findings"][0]["id"].as_str().unwrap();
    let remedy = json!({"text": "Niêm yết.", "due_on": "2026-04-10"});
    send(201, &moha, &path, &format!("/findings/{id}/remedies"), &remedy);

    let moj = address(&app.submitter("moj"), "moj");
    // What is asked for before the conclusion is not there yet.
    assert!(!events(&read(app, &moj)).contains_key("remedy"));
    inspection("/transitions", &json!({"action": "conclude", "conclusion": "x"}));
    let seen = events(&read(app, &moj));
    let kinds: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["inspection", "line", "milestone", "remedy", "round"]);
    let line = only(&seen, "line");
    assert_eq!(starts(line), "20260331");
    assert_eq!(line.property_value("DTEND"), Some("20260401"));
    let summary = format!("Task due (leads): {}", hard["title"].as_str().unwrap());
    assert_eq!(line.get_summary(), Some(summary.as_str()));
    assert_eq!(starts(only(&seen, "milestone")), "20260315");
    assert_eq!(starts(only(&seen, "remedy")), "20260410");
    let inspected = only(&seen, "inspection");
    assert_eq!(
        (starts(inspected), inspected.property_value("DTEND")),
        ("20260309", Some("20260314"))
    );
    // A deadline at an hour is that moment; who has not sent yet has both deadlines before it.
    let rounds: Vec<&str> = seen["round"].iter().map(starts).collect();
    assert_eq!(rounds, ["20260310T100000Z", "20260320T100000Z"]);

    let mof = events(&read(app, &address(&app.leader("mof"), "mof")));
    let summary = only(&mof, "line").get_summary().unwrap();
    assert!(summary.starts_with("Task due (co-ordinates)"), "{summary}");
    assert!(!mof.contains_key("remedy") && !mof.contains_key("inspection"));
    recommendations_are_in_the_calendars_of_those_who_answer(app);
}

fn recommendations_are_in_the_calendars_of_those_who_answer(app: &TestApp) {
    app.admin()
        .put(201, "/api/v1/holidays/2026", &json!({"days": []}));
    let (moha, mic) = (app.evaluator("moha"), app.appraiser("mic"));
    let [of_moha, of_mic] = [address(&moha, "moha"), address(&mic, "mic")];
    let asked = app.recommend(&["moha", "mic"]);
    let has = |path: &str| events(&read(app, path)).contains_key("recommendation");
    assert!(!has(&of_moha), "what has no type has no deadline");
    classify(&moha, &asked, "urgent");
    // Three working days from Monday 2 March.
    let seen = events(&read(app, &of_moha));
    let event = only(&seen, "recommendation");
    assert_eq!(
        (starts(event), event.property_value("STATUS")),
        ("20260305", Some("CONFIRMED"))
    );
    assert!(!has(&of_mic));
    assign(&moha, &asked, "mic", &["moha"]);
    assert!(has(&of_moha) && has(&of_mic));
    let more = json!({"action": "request_information", "question": "Bổ sung"});
    step(200, &app.evaluator("mic"), &asked, &more);
    assert!(!has(&of_moha) && !has(&of_mic), "the clock stands still");
}

fn a_change_shows_and_the_same_data_are_the_same_bytes(app: &TestApp) {
    let programme = app.programme(&[task("1")]);
    let path = address(&app.submitter("moj"), "moj");
    let first = read(app, &path);
    app.advance(TimeDelta::days(3));
    let again = read(app, &path);
    assert_eq!((again.etag(), &again.bytes), (first.etag(), &first.bytes));
    let known = app.anon().header("if-none-match", first.etag());
    let unchanged = known.get(304, &path);
    assert!(unchanged.bytes.is_empty());
    let before = only(&events(&first), "line").clone();
    programme.change_line(200, "1", &json!({"to": "2026-04-15", "reason": "Bão"}));
    let changed = known.get(200, &path);
    assert_ne!(changed.etag(), first.etag());
    let seen = events(&changed);
    let after = only(&seen, "line");
    assert_eq!(after.get_uid(), before.get_uid());
    assert_eq!(starts(after), "20260415");
    assert!(after.get_sequence() > before.get_sequence());
    assert!(after.get_last_modified() > before.get_last_modified());
    // What rests may not come; what is done is over.
    let moha = programme.evaluator();
    programme.go(200, &moha, "1", &json!({"kind": "hold", "text": "Chờ"}));
    let seen = events(&read(app, &path));
    assert_eq!(only(&seen, "line").property_value("STATUS"), Some("TENTATIVE"));
    programme.go(200, &moha, "1", &json!({"kind": "resume", "text": "Tiếp"}));
    let done = json!({"kind": "report", "completed": true, "text": "Xong"});
    programme.go(200, &app.submitter("moj"), "1", &done);
    programme.go(200, &app.submitter("mof"), "1", &json!({"kind": "confirm"}));
    assert!(events(&read(app, &path)).is_empty());
}

fn an_unannounced_inspection_is_in_no_calendar_until_it_begins(app: &TestApp) {
    app.import_reference();
    let moj = address(&app.submitter("moj"), "moj");
    let empty = read(app, &moj);
    let (path, given_up) = (plan(app, "unannounced"), plan(app, "on_site"));
    let planned = read(app, &moj);
    assert_eq!(planned.bytes, empty.bytes);
    assert!(events(&planned).is_empty());
    let moha = app.evaluator("moha");
    send(200, &moha, &path, "/transitions", &json!({"action": "begin"}));
    only(&events(&read(app, &moj)), "inspection");
    // What was announced and given up is called off.
    send(
        200,
        &moha,
        &given_up,
        "/transitions",
        &json!({"action": "announce"}),
    );
    let cancel = json!({"action": "cancel", "reason": "Trùng lịch"});
    send(200, &moha, &given_up, "/transitions", &cancel);
    let seen = events(&read(app, &moj));
    let mut states: Vec<&str> = seen["inspection"]
        .iter()
        .map(|event| event.property_value("STATUS").unwrap())
        .collect();
    states.sort_unstable();
    assert_eq!(states, ["CANCELLED", "CONFIRMED"]);
}

fn a_key_opens_one_calendar_until_it_is_revoked(app: &TestApp) {
    app.import_reference();
    let moj = app.submitter("moj");
    let made = moj.post(201, &feeds("moj"), &json!({"name": " Điện thoại "}));
    assert_eq!(made.header("cache-control"), "no-store");
    let feed = made.json();
    assert_eq!(
        (&feed["feed"]["name"], &feed["feed"]["language"]),
        (&json!("Điện thoại"), &json!("vi"))
    );
    let path = feed["path"].as_str().unwrap();
    let key = path.split_once("?key=").unwrap().1;
    assert_eq!(key.len(), 64);
    // Nobody is shown it again: not the list, not the audit trail.
    let list = moj.get(200, &feeds("moj"));
    assert_eq!(list.json()["data"], json!([feed["feed"]]));
    let trail = app.admin().get(200, "/api/v1/audit?limit=50").text();
    assert!(!list.text().contains(key) && !trail.contains(key));
    assert!(trail.contains("create_calendar_feed"));
    read(app, path);
    // A wrong key, the digest in its place, another agency's calendar: nothing is there.
    let wrong = path.replace(&key[..8], "00000000");
    app.anon().get(404, &wrong);
    app.anon()
        .get(404, &format!("/api/v1/calendars/mof.ics?key={key}"));
    app.anon().get(404, "/api/v1/calendars/moj.ics?key=");
    app.anon().get(400, "/api/v1/calendars/moj.ics");
    app.anon().get(400, &format!("{path}&more=1"));
    let one = made.header("location").to_owned();
    moj.call(
        404,
        "DELETE",
        &format!("{}/{}", feeds("moj"), "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"),
    );
    app.submitter("mof").call(403, "DELETE", &one);
    app.submitter("mof")
        .call(404, "DELETE", &one.replace("/moj/", "/mof/"));
    let revoked = app.leader("moj").call(200, "DELETE", &one).json();
    assert!(revoked["revoked_at"].is_string() && revoked["revoked_by"].is_string());
    assert_eq!(moj.call(200, "DELETE", &one).json(), revoked);
    app.anon().get(404, path);
}

fn who_does_not_work_for_an_agency_makes_no_address(app: &TestApp) {
    app.import_reference();
    for who in [
        app.reader("moj"),
        app.submitter("mof"),
        app.evaluator("moha"),
        app.admin(),
    ] {
        who.post(403, &feeds("moj"), &new("x"));
        who.get(403, &feeds("moj"));
    }
    app.anon().post(401, &feeds("moj"), &new("x"));
    let moj = app.leader("moj");
    for bad in [new(""), new(" "), new(&"x".repeat(101))] {
        assert_eq!(moj.post(422, &feeds("moj"), &bad).faults(), ["/name bad_name"]);
    }
    moj.post(422, &feeds("moj"), &json!({"name": "x", "language": "fr"}));
    moj.post(422, &feeds("moj"), &json!({"name": "x", "key": "x"}));
}

fn a_calendar_has_so_many_addresses_and_no_more(app: &TestApp) {
    app.import_reference();
    let moj = app.submitter("moj");
    let mut last = String::new();
    for _ in 0..50 {
        let made = moj.post(201, &feeds("moj"), &new("x"));
        last = made.header("location").to_owned();
    }
    assert_eq!(moj.post(409, &feeds("moj"), &new("x")).code(), "conflict");
    app.submitter("mof").post(201, &feeds("mof"), &new("x"));
    moj.call(200, "DELETE", &last);
    moj.post(201, &feeds("moj"), &new("x"));
    let page = moj.get(200, &format!("{}?limit=50", feeds("moj"))).json();
    let next = page["page"]["next"].as_str().unwrap();
    let rest = moj
        .get(200, &format!("{}?limit=50&cursor={next}", feeds("moj")))
        .json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
}
