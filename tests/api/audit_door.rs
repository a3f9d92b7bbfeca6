//! One door for writes, seen from outside: each writing operation of the API's description leaves exactly one entry
//! in the audit trail, under its own name, and none where it is refused.

use std::collections::BTreeSet;

use parindex::features::rounds::Phase;
use serde_json::Value;

use crate::{
    audit_scenarios::{Call, SCENARIOS, World},
    stories,
    support::{TestApp, contract},
};

stories![every_change_leaves_exactly_one_entry with [
    ("PARINDEX_OIDC_ISSUER", "https://id.example.vn"),
    ("PARINDEX_OIDC_CLIENT_ID", "parindex"),
    ("PARINDEX_OIDC_REDIRECT_URL", "https://cchc.example.vn/login"),
]];

/// Operations that change nothing though they are no GET, or that need another server, each with its reason.
const WITHOUT_ENTRY: [(&str, &str); 2] = [
    ("start_oidc_login", "keeps nothing: what comes back is signed"),
    (
        "finish_oidc_login",
        "needs a provider of logins: external_logins.rs looks at its entries",
    ),
];
/// Refusals that are facts to keep: a wrong password or code counts towards the lockout.
const REFUSAL_IS_KEPT: [&str; 6] = [
    "login",
    "change_password",
    "begin_second_factor",
    "confirm_second_factor",
    "replace_recovery_codes",
    "remove_second_factor",
];

fn every_change_leaves_exactly_one_entry(app: &TestApp) {
    let covered: BTreeSet<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
    let excepted = WITHOUT_ENTRY.iter().map(|(name, _)| *name);
    let listed: BTreeSet<&str> = covered.iter().copied().chain(excepted).collect();
    let operations = contract().operations();
    let writing: BTreeSet<&str> = operations
        .iter()
        .filter(|operation| operation.method != "get")
        .map(|operation| operation.value["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(
        writing, listed,
        "left: the writing operations of the API; right: those with a scenario here"
    );
    let world = World {
        app,
        round: app.round_in(Phase::Preparation),
    };
    for (name, scenario) in SCENARIOS {
        // Whoever speaks has logged in and whatever is due has happened before anything is counted.
        let [refused, done] = scenario(&world);
        let before = newest(app);
        send(name, &refused);
        let kept = since(app, &before);
        let expected = usize::from(REFUSAL_IS_KEPT.contains(&name));
        assert_eq!(kept.len(), expected, "{name}, refused: {kept:#?}");
        let before = newest(app);
        send(name, &done);
        let kept = since(app, &before);
        assert_eq!(kept.len(), 1, "{name}: {kept:#?}");
        check_entry(name, &kept[0]);
    }
}

fn send(name: &str, call: &Call) {
    let answer = match &call.file {
        Some((kind, file)) => call.who.attempt_file(call.method, &call.path, kind, file),
        None => call.who.attempt(call.method, &call.path, call.body.as_ref()),
    };
    assert_eq!(answer.status, call.status, "{name}: {}", answer.text());
    let address = format!("{} {}", call.method, call.path);
    let path = call.path.split('?').next().unwrap();
    let operation = contract().find(call.method, path).expect("an operation");
    assert_eq!(
        operation.value["operationId"], name,
        "{address} is another operation"
    );
}

fn check_entry(name: &str, entry: &Value) {
    assert_eq!(entry["action"], name);
    assert_eq!(entry["outcome"], "done", "{entry:#}");
    for field in ["object_kind", "object_id", "request_id"] {
        assert_ne!(entry[field], "", "{name}: {field}");
    }
    for field in ["before_digest", "after_digest"] {
        let digest = entry[field].as_str().map_or(64, str::len);
        assert_eq!(digest, 64, "{name}: {field}");
    }
    assert_ne!(
        entry["before_digest"].as_str().unwrap_or("-"),
        entry["after_digest"],
        "{name}"
    );
    let text = entry.to_string();
    assert!(
        !text.contains("mật khẩu"),
        "{name}: a secret in the trail: {text}"
    );
}

fn entries(app: &TestApp) -> Vec<Value> {
    let page = app.admin().get(200, "/api/v1/audit?limit=20").json();
    page["data"].as_array().unwrap().clone()
}

fn newest(app: &TestApp) -> Value {
    entries(app)[0]["id"].clone()
}

fn since(app: &TestApp, id: &Value) -> Vec<Value> {
    entries(app)
        .into_iter()
        .take_while(|entry| entry["id"] != *id)
        .collect()
}
