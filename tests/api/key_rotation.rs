//! A key that signs access tokens is replaced: nobody is logged out by it.

use chrono::TimeDelta;
use parindex::access::{KeyUse, create_key_file};
use serde_json::{Value, json};

use crate::{
    on_both_engines,
    support::{Engine, Person, TestApp},
};

on_both_engines![a_new_key_logs_nobody_out];

const ME: &str = "/api/v1/auth/me";
const LOGIN: &str = "/api/v1/auth/login";
const PASSWORD: &str = "correct horse battery staple";

fn key_of(person: &Person) -> String {
    let header = jsonwebtoken::decode_header(person.access_token()).unwrap();
    header.kid.unwrap()
}

fn published(app: &TestApp) -> Vec<String> {
    let keys = app.anon().get(200, "/.well-known/jwks.json").json();
    let ids = keys["keys"].as_array().unwrap().iter();
    ids.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn log_in(app: &TestApp, expected: u16, password: &str, device: &Value) -> Value {
    let mut body = json!({"username": "admin", "password": password});
    if device.is_string() {
        body["device"] = device.clone();
    }
    app.anon().post(expected, LOGIN, &body).json()
}

fn refreshed(app: &TestApp, person: &Person) -> Person {
    let token = json!({"refresh_token": person.refresh_token()});
    let tokens = app.anon().post(200, "/api/v1/auth/refresh", &token).json();
    person.at(app.address()).holding(&tokens)
}

fn a_new_key_logs_nobody_out(engine: Engine) {
    let mut app = TestApp::start(engine);
    let before = app.log_in("admin", PASSWORD);
    let device = log_in(&app, 200, PASSWORD, &Value::Null)["device"].clone();
    let keys = app.data_dir().join("keys");
    let earlier = key_of(&before);
    assert_eq!(published(&app), std::slice::from_ref(&earlier));

    let name = create_key_file(&keys, KeyUse::Tokens, app.now().plus(TimeDelta::days(1))).unwrap();
    app.restart();
    // Signed by the earlier key, and still good.
    before.at(app.address()).get(200, ME);
    let after = app.log_in("admin", PASSWORD);
    let newer = key_of(&after);
    assert_ne!(newer, earlier);
    let mut both = vec![earlier.clone(), newer.clone()];
    both.sort();
    assert_eq!(published(&app), both);
    // The session goes on under the new key.
    let fresh = refreshed(&app, &before);
    assert_eq!(key_of(&fresh), newer);
    fresh.get(200, ME);
    // A device that the earlier key vouched for is known, too: its own failures lock it, and not its place.
    for _ in 0..10 {
        log_in(&app, 401, "một mật khẩu sai", &device);
    }
    log_in(&app, 200, PASSWORD, &Value::Null);

    // Once its tokens are over, the earlier key may go.
    let old = std::fs::read_dir(&keys).unwrap().map(|file| file.unwrap().path());
    for file in old.filter(|file| !file.ends_with(&name)) {
        std::fs::remove_file(file).unwrap();
    }
    app.restart();
    assert_eq!(published(&app), [newer]);
    before.at(app.address()).get(401, ME);
    fresh.at(app.address()).get(200, ME);
    refreshed(&app, &fresh).get(200, ME);
}
