//! Stories about online forms: a letter with a code, a page without a script, one answer and no trace.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, Response, TestApp, survey::ROUND},
};

stories![
    codes_are_made_in_bulk_and_shown_once,
    a_form_is_read_in_both_languages_and_by_who_hears_it,
    what_is_wrong_stands_beside_the_question_and_nothing_is_lost,
    robots_are_told_from_people,
    a_form_is_open_while_people_are_asked,
    a_form_is_taken_in_once_and_leaves_no_trace,
];

const CODES: &str = "/api/v1/survey-rounds/counter-2025/form-codes";

/// A survey round in the field, and codes of a stratum.
fn codes(app: &TestApp, count: u32) -> Vec<String> {
    app.import_reference();
    app.planned_survey();
    app.move_survey(200, &json!({"kind": "start"}));
    made(&app.evaluator("moha"), count)
}

fn made(who: &Person, count: u32) -> Vec<String> {
    let body = json!({"lines": [{"stratum": "moj-a", "channel": "online", "count": count}]});
    let made = who.post(201, CODES, &body).json();
    let codes = made["lines"][0]["codes"].as_array().unwrap().clone();
    codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// The stamp of a page.
fn stamp_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"_stamp\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn send(app: &TestApp, status: u16, path: &str, fields: &[(&str, &str)]) -> Response {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        body.append_pair(name, value);
    }
    let body = body.finish();
    let kind = "application/x-www-form-urlencoded";
    let answer = app.anon().send_bytes(status, "POST", path, kind, body.as_bytes());
    // A receipt that is left on a shared machine would lead from it to the response.
    assert!(!answer.headers.contains_key("parindex-receipt"));
    answer
}

fn codes_are_made_in_bulk_and_shown_once(app: &TestApp) {
    let first = codes(app, 20);
    let post = app.collector("sbv");
    let second = made(&post, 5);
    let all: std::collections::BTreeSet<&String> = first.iter().chain(&second).collect();
    assert_eq!(all.len(), 25, "no code comes twice");
    assert!(all.iter().all(|code| code.len() == 11));
    let counted = post.get(200, CODES).json();
    assert_eq!(
        counted["data"],
        json!([{"stratum": "moj-a", "channel": "online", "made": 25, "used": 0}])
    );
    // An Idempotency-Key would have to keep them: what is sent again makes new ones.
    let keyed = post.idempotency_key("codes");
    assert_ne!(made(&keyed, 1), made(&keyed, 1));
    let bad = |lines: Value| post.post(422, CODES, &json!({"lines": lines})).faults();
    assert_eq!(bad(json!([])), ["/lines bad_count"]);
    let line = |stratum: &str, count: u32| json!({"stratum": stratum, "channel": "post", "count": count});
    assert_eq!(
        bad(json!([line("moj-a", 10_000), line("moj-b", 1)])),
        ["/lines bad_count"]
    );
    assert_eq!(
        bad(json!([line("moj-a", 1), line("x", 1)])),
        ["/lines/1/stratum unknown_stratum"]
    );
    app.reader("moj").get(403, CODES);
    app.collector("mic")
        .post(403, CODES, &json!({"lines": [line("moj-a", 1)]}));
    app.move_survey(200, &json!({"kind": "close"}));
    post.post(409, CODES, &json!({"lines": [line("moj-a", 1)]}));
}

fn a_form_is_read_in_both_languages_and_by_who_hears_it(app: &TestApp) {
    let code = codes(app, 1).remove(0);
    let path = format!("/forms/{code}");
    let page = app.anon().get(200, &path);
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    assert!(
        text.contains("<html lang=\"vi\">") && text.contains("Phiếu hỏi tại quầy"),
        "{text}"
    );
    assert!(!text.contains("<script"), "no script is needed");
    assert_eq!(
        text.matches("<fieldset").count(),
        text.matches("<legend>").count()
    );
    assert!(text.contains("Chỉ trả lời nếu"), "skip rules are told in words");
    let english = app.anon().get(200, &format!("/en{path}")).text();
    assert!(
        english.contains("<html lang=\"en\">") && english.contains("Send the form"),
        "{english}"
    );
    // As people type it, and as they mistype it.
    let typed = code.to_lowercase().replace('-', "%20");
    let found = app.anon().get(303, &format!("/forms?code={typed}"));
    assert_eq!(found.header("location"), path);
    assert!(
        app.anon()
            .get(404, "/forms?code=nonsense")
            .text()
            .contains("<label for=\"code\">")
    );
    app.anon().get(404, "/forms/00000-00000");
    app.anon().get(200, "/forms");
    app.anon().get(200, "/forms/style.css");
}

fn what_is_wrong_stands_beside_the_question_and_nothing_is_lost(app: &TestApp) {
    let code = codes(app, 1).remove(0);
    let path = format!("/forms/{code}");
    let stamp = stamp_of(&app.anon().get(200, &path).text());
    app.advance(TimeDelta::seconds(60));
    // By the first answer the second question is not asked, and a third one is missing.
    let fields = [
        ("_stamp", stamp.as_str()),
        ("a0.1", "no"),
        ("a1.2", "4"),
        ("a1.3", "Chờ lâu <quá>"),
    ];
    let text = send(app, 422, &path, &fields).text();
    assert!(text.contains("role=\"alert\""), "{text}");
    assert!(
        text.contains("href=\"#item-a1.1\"") && text.contains("id=\"item-a1.1-fault\""),
        "{text}"
    );
    assert!(text.contains("id=\"item-a1.2-fault\""), "{text}");
    assert!(text.contains("name=\"a1.2\" value=\"4\" checked"), "{text}");
    assert!(text.contains("Chờ lâu") && !text.contains("<quá>"), "{text}");
    let counted = app.evaluator("moha").get(200, CODES).json();
    assert_eq!(
        counted["data"][0]["used"], 0,
        "a form with faults uses no code up"
    );
}

fn robots_are_told_from_people(app: &TestApp) {
    let code = codes(app, 1).remove(0);
    let path = format!("/forms/{code}");
    let stamp = stamp_of(&app.anon().get(200, &path).text());
    let good = [("a0.1", "no"), ("a1.1", "4")];
    let with = |more: &[(&'static str, String)]| -> String {
        let mut fields: Vec<(&str, &str)> = good.to_vec();
        fields.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
        send(app, 422, &path, &fields).text()
    };
    assert!(with(&[("_stamp", stamp.clone())]).contains("quá nhanh"));
    app.advance(TimeDelta::seconds(10));
    assert!(with(&[]).contains("quá lâu"));
    assert!(with(&[("_stamp", "nonsense".into())]).contains("quá lâu"));
    let trapped = with(&[
        ("_stamp", stamp.clone()),
        ("_website", "https://example.vn".into()),
    ]);
    assert!(trapped.contains("phải để trống"));
    app.advance(TimeDelta::days(2));
    let old = with(&[("_stamp", stamp.clone())]);
    assert!(
        old.contains("quá lâu") && old.contains("value=\"4\" checked"),
        "{old}"
    );
    assert_ne!(stamp_of(&old), stamp, "it goes on with a new stamp");
}

fn a_form_is_open_while_people_are_asked(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    let code = made(&moha, 1).remove(0);
    let path = format!("/forms/{code}");
    assert!(app.anon().get(409, &path).text().contains("không nhận phiếu"));
    app.move_survey(200, &json!({"kind": "start"}));
    app.anon().get(200, &path);
    moha.if_match("*")
        .patch(200, ROUND, &json!({"collects_to": "2026-03-01"}));
    app.anon().get(409, &path);
    moha.if_match("*")
        .patch(200, ROUND, &json!({"collects_to": "2026-03-02"}));
    app.anon().get(200, &path);
    app.move_survey(200, &json!({"kind": "close"}));
    app.anon().get(409, &path);
}

fn a_form_is_taken_in_once_and_leaves_no_trace(app: &TestApp) {
    let code = codes(app, 2).remove(0);
    let path = format!("/forms/{code}");
    let stamp = stamp_of(&app.anon().get(200, &path).text());
    app.advance(TimeDelta::seconds(90));
    let fields = [
        ("_stamp", stamp.as_str()),
        ("a0.1", "no"),
        ("a1.1", "4"),
        ("a1.3", "Chờ lâu"),
    ];
    let sent = send(app, 303, &path, &fields);
    assert_eq!(sent.header("location"), "/forms/thanks");
    assert!(app.anon().get(200, "/forms/thanks").text().contains("Xin cảm ơn"));
    // The code is used up: neither the page nor the same answers are taken again.
    assert!(app.anon().get(410, &path).text().contains("đã được dùng"));
    send(app, 410, &path, &fields);
    let moha = app.evaluator("moha");
    let counted = moha.get(200, CODES).json();
    assert_eq!(
        (&counted["data"][0]["made"], &counted["data"][0]["used"]),
        (&json!(2), &json!(1))
    );
    let work = moha.get(200, &format!("{ROUND}/field-work")).json();
    assert_eq!(
        (&work["data"][0]["channel"], &work["data"][0]["valid"]),
        (&json!("online"), &json!(1))
    );
    let trail = app.admin().get(200, "/api/v1/audit").json();
    let entries = trail["data"].as_array().unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry["action"] == "send_form")
        .unwrap();
    assert_eq!(entry["request_id"], "");
    let text = entry.to_string();
    assert!(!text.contains(&code) && !text.contains("form-"), "{text}");
}
