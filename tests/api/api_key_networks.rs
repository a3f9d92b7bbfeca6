//! Stories about API keys that are good in some networks only.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp},
};

const KEYS: &str = "/api/v1/api-keys";
const LIST: &str = "/api/v1/publications";

stories![
    a_key_is_good_in_its_networks_alone with [("PARINDEX_TRUSTED_PROXIES", "127.0.0.1")],
    a_proxy_that_nobody_trusts_is_not_believed,
    bad_networks_are_all_named,
];

fn new_key(app: &TestApp, networks: &Value) -> Value {
    json!({
        "name": "Bảng theo dõi", "scopes": ["publications:read"],
        "expires_at": app.now().plus(TimeDelta::days(30)), "networks": networks,
    })
}

fn made(app: &TestApp, networks: &Value) -> (Value, Person) {
    let made = app.admin().post(201, KEYS, &new_key(app, networks)).json();
    let secret = made["secret"].as_str().unwrap();
    let program = app.anon().header("authorization", &format!("Bearer {secret}"));
    (made["key"].clone(), program)
}

fn a_key_is_good_in_its_networks_alone(app: &TestApp) {
    let (key, program) = made(app, &json!(["203.0.113.77/24", "2001:db8:7::1"]));
    let kept = json!(["2001:db8:7::1/128", "203.0.113.0/24"]);
    assert_eq!(key["networks"], kept);
    let path = format!("{KEYS}/{}", key["id"].as_str().unwrap());
    assert_eq!(app.admin().get(200, &path).json()["networks"], kept);
    let from = |address: &str| program.header("x-forwarded-for", address);
    for inside in ["203.0.113.1", "203.0.113.255", "2001:db8:7::1"] {
        from(inside).get(200, LIST);
    }
    // An address counts as a whole here, not as its site.
    for outside in ["203.0.114.1", "2001:db8:7::2", "198.51.100.1", "127.0.0.1"] {
        let refused = from(outside).get(401, LIST);
        assert_eq!(refused.code(), "invalid_api_key");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(outside), "{detail}");
    }
    // What anybody may read without a key is no way in with one that is not good here.
    app.anon()
        .header("x-forwarded-for", "198.51.100.1")
        .get(200, LIST);
    let trail = app.admin().get(200, "/api/v1/audit?limit=5").text();
    assert!(trail.contains("203.0.113.0/24"));
}

fn a_proxy_that_nobody_trusts_is_not_believed(app: &TestApp) {
    let (_, program) = made(app, &json!(["203.0.113.0/24"]));
    program.header("x-forwarded-for", "203.0.113.1").get(401, LIST);
    let (key, program) = made(app, &json!(["127.0.0.0/8"]));
    assert_eq!(key["networks"], json!(["127.0.0.0/8"]));
    program.get(200, LIST);
    let (key, program) = made(app, &json!([]));
    assert_eq!(key["networks"], json!([]));
    program.get(200, LIST);
}

fn bad_networks_are_all_named(app: &TestApp) {
    let faults = |networks: Value| app.admin().post(422, KEYS, &new_key(app, &networks)).faults();
    assert_eq!(
        faults(json!(["203.0.113.0/33", "10.0.0.1", "example.vn"])),
        ["/networks/0 bad_network", "/networks/2 bad_network"]
    );
    let many: Vec<String> = (0..51).map(|last| format!("10.0.0.{last}")).collect();
    assert_eq!(faults(json!(many)), ["/networks too_many_networks"]);
    assert_eq!(faults(json!("10.0.0.1")), ["/networks wrong_shape"]);
}
