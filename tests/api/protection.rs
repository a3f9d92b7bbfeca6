//! Stories about what every answer forbids browsers.

use crate::{
    open_data::published,
    stories,
    support::{Response, TestApp},
};

stories![
    every_answer_forbids_to_guess_and_to_frame with [
        ("PARINDEX_PUBLIC_URL", "https://cchc.example.vn"),
        ("PARINDEX_LOGIN_FAILURES_MAX", "1"),
    ],
    plain_http_is_told_of_no_https with [
        ("PARINDEX_PUBLIC_URL", "http://cchc.example.vn"),
        ("PARINDEX_LOGIN_FAILURES_MAX", "1"),
    ],
];

/// Answers of every kind: data, pages, files, pictures, the description, probes, moved places, failures of all who may fail.
fn answers(app: &TestApp) -> Vec<(String, Response)> {
    let address = published(app);
    let page = address.replace("/api/v1", "");
    let mut answers = Vec::new();
    for path in [
        format!("{address}/ranking"),
        format!("{address}/ranking.csv"),
        format!("{address}/ranking.xlsx"),
        format!("{address}/charts/ranking.svg"),
        format!("{address}/report.docx"),
        page,
        "/".into(),
        "/docs".into(),
        "/docs/".into(),
        "/docs/swagger-ui.css".into(),
        "/openapi.json".into(),
        "/health/ready".into(),
        "/nowhere".into(),
        "/api/v1/nowhere".into(),
        "/api/v1/auth/me".into(),
        "/api/v1/publications?limit=x".into(),
    ] {
        answers.push((
            format!("GET {path}"),
            app.anon().attempt_undescribed("GET", &path),
        ));
    }
    let etag = app
        .anon()
        .get(200, &format!("{address}/ranking"))
        .etag()
        .to_owned();
    let held = app.anon().header("if-none-match", &etag);
    answers.push(("304".into(), held.get(304, &format!("{address}/ranking"))));
    answers.push((
        "405".into(),
        app.anon().attempt_undescribed("TRACE", "/api/v1/rounds"),
    ));
    answers.push(("200".into(), app.admin().get(200, "/api/v1/auth/me")));
    let login = serde_json::json!({"username": "nobody", "password": "none of theirs"});
    for status in [401, 429] {
        answers.push((
            status.to_string(),
            app.anon().post(status, "/api/v1/auth/login", &login),
        ));
    }
    answers
}

fn every_answer_forbids_to_guess_and_to_frame(app: &TestApp) {
    for (what, answer) in answers(app) {
        let told = |name: &str| answer.header(name).to_owned();
        assert_eq!(told("x-content-type-options"), "nosniff", "{what}");
        let policy = told("content-security-policy");
        for rule in ["default-src 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe-eval"), "{what}: {policy}");
        assert_eq!(
            told("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{what}"
        );
    }
}

fn plain_http_is_told_of_no_https(app: &TestApp) {
    for (what, answer) in answers(app) {
        assert_eq!(answer.header("strict-transport-security"), "", "{what}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    }
}
