//! Stories about logins by an external provider.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    on_both_engines,
    support::{
        Engine, Response, TestApp,
        factor::enrol,
        password_of,
        provider::{CLIENT, CLIENT_SECRET, Provider, REDIRECT},
    },
};

const START: &str = "/api/v1/auth/oidc/start";
const FINISH: &str = "/api/v1/auth/oidc/finish";
const ME: &str = "/api/v1/auth/me";

on_both_engines![
    who_is_linked_logs_in,
    nobody_is_let_in_who_is_not_linked,
    a_code_and_a_state_are_good_once_and_in_time,
    an_id_token_that_says_something_else_is_refused,
    the_second_factor_is_asked_for_all_the_same,
    a_provider_that_changes_its_key_is_believed_again,
    a_provider_that_is_away_is_told_of,
    a_subject_is_linked_once,
];

fn start(engine: Engine) -> (TestApp, Provider) {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let settings = [
        ("PARINDEX_OIDC_ISSUER", issuer.as_str()),
        ("PARINDEX_OIDC_CLIENT_ID", CLIENT),
        ("PARINDEX_OIDC_CLIENT_SECRET", CLIENT_SECRET),
        ("PARINDEX_OIDC_REDIRECT_URL", REDIRECT),
    ];
    let app = TestApp::start_with(engine, &settings);
    app.add_agencies(&["moj"]);
    (app, provider)
}

fn link(app: &TestApp, subject: &Value) {
    let me = app.submitter("moj").get(200, ME).json();
    let path = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    let change = json!({"oidc_subject": subject});
    let linked = app.admin().if_match("*").patch(200, &path, &change);
    assert_eq!(linked.json()["oidc_subject"], *subject);
}

/// The address to go to, and the state.
fn begin(app: &TestApp) -> (String, String) {
    let begun = app.anon().call(200, "POST", START).json();
    let text = |field: &str| begun[field].as_str().unwrap().to_owned();
    assert_eq!(begun["expires_in"], 600);
    (text("authorization_url"), text("state"))
}

fn finish(app: &TestApp, expected: u16, state: &str, code: &str) -> Response {
    let body = json!({"state": state, "code": code});
    app.anon().post(expected, FINISH, &body)
}

fn log_in(app: &TestApp, provider: &Provider, expected: u16, subject: &str, more: &Value) -> Response {
    let (url, state) = begin(app);
    let code = provider.agree(app, &url, subject, more);
    finish(app, expected, &state, &code)
}

fn who_is_linked_logs_in(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let (url, state) = begin(&app);
    assert!(url.starts_with(&provider.issuer()) && url.contains(&format!("state={state}")));
    let code = provider.agree(&app, &url, "an.nguyen", &Value::Null);
    let tokens = finish(&app, 200, &state, &code).json();
    let person = app.anon().holding(&tokens);
    assert_eq!(person.get(200, ME).json()["username"], "moj.submitter");
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.anon().post(200, "/api/v1/auth/refresh", &refresh);
    let trail = app.admin().get(200, "/api/v1/audit?limit=20").json();
    let told = |action: &str| {
        let entries = trail["data"].as_array().unwrap().iter();
        entries.filter(|entry| entry["action"] == action).count()
    };
    assert_eq!((told("finish_oidc_login"), told("start_oidc_login")), (1, 0));
    assert!(!trail.to_string().contains(&code));
    // The password goes on as before.
    app.log_in("moj.submitter", &password_of("moj.submitter"))
        .get(200, ME);
}

fn nobody_is_let_in_who_is_not_linked(engine: Engine) {
    let (app, provider) = start(engine);
    let nothing = Value::Null;
    let refused = log_in(&app, &provider, 401, "an.nguyen", &nothing);
    assert_eq!(refused.code(), "external_login_failed");
    link(&app, &json!("an.nguyen"));
    log_in(&app, &provider, 401, "An.Nguyen", &nothing);
    log_in(&app, &provider, 200, "an.nguyen", &nothing);
    // Somebody who may not log in may not do so by the provider either.
    let me = app.submitter("moj").get(200, ME).json();
    let path = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    app.admin()
        .if_match("*")
        .patch(200, &path, &json!({"active": false}));
    log_in(&app, &provider, 401, "an.nguyen", &nothing);
    app.admin()
        .if_match("*")
        .patch(200, &path, &json!({"active": true, "oidc_subject": null}));
    log_in(&app, &provider, 401, "an.nguyen", &nothing);
}

fn a_code_and_a_state_are_good_once_and_in_time(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let agree = |url: &str| provider.agree(&app, url, "an.nguyen", &Value::Null);
    let (url, state) = begin(&app);
    let code = agree(&url);
    finish(&app, 200, &state, &code);
    finish(&app, 401, &state, &code);
    // A code of another login is bound to that one's verifier.
    let ((first, own), (second, other)) = (begin(&app), begin(&app));
    assert_ne!(own, other);
    let code = agree(&first);
    assert_eq!(finish(&app, 401, &other, &code).code(), "external_login_failed");
    let code = agree(&second);
    for bad in ["", "nonsense", &format!("x{other}"), &other[..other.len() - 1]] {
        finish(&app, 401, bad, &code);
    }
    app.advance(TimeDelta::seconds(599));
    let code = agree(&second);
    finish(&app, 200, &other, &code);
    let (url, state) = begin(&app);
    app.advance(TimeDelta::seconds(600));
    let code = agree(&url);
    assert_eq!(finish(&app, 401, &state, &code).code(), "external_login_failed");
}

fn an_id_token_that_says_something_else_is_refused(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let now = app.now().unix_seconds();
    for lie in [
        json!({"iss": "https://elsewhere.example.vn"}),
        json!({"aud": "another"}),
        json!({"aud": [CLIENT, "another"]}),
        json!({"aud": [CLIENT, "another"], "azp": "another"}),
        json!({"azp": "another"}),
        json!({"nonce": "of another login"}),
        json!({"nonce": null}),
        json!({"exp": now - 60}),
        json!({"forged": true}),
    ] {
        let refused = log_in(&app, &provider, 401, "an.nguyen", &lie);
        assert_eq!(refused.code(), "external_login_failed", "{lie}");
    }
    for truth in [
        json!({"aud": [CLIENT]}),
        json!({"aud": [CLIENT, "another"], "azp": CLIENT}),
        json!({"exp": now - 59}),
    ] {
        log_in(&app, &provider, 200, "an.nguyen", &truth);
    }
}

fn the_second_factor_is_asked_for_all_the_same(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let person = app.submitter("moj");
    let authenticator = enrol(&app, &person, &password_of("moj.submitter"));
    let refused = log_in(&app, &provider, 401, "an.nguyen", &Value::Null);
    assert_eq!(refused.code(), "second_factor_required");
    let (url, state) = begin(&app);
    let code = provider.agree(&app, &url, "an.nguyen", &Value::Null);
    let body = json!({"state": state, "code": code, "second_factor": authenticator.recovery_codes[0]});
    app.anon().post(200, FINISH, &body);
}

fn a_provider_that_changes_its_key_is_believed_again(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    log_in(&app, &provider, 200, "an.nguyen", &Value::Null);
    provider.rotate();
    // What was known is too old, which shows at the first login.
    log_in(&app, &provider, 200, "an.nguyen", &Value::Null);
}

fn a_provider_that_is_away_is_told_of(engine: Engine) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let settings = [
        ("PARINDEX_OIDC_ISSUER", issuer.as_str()),
        ("PARINDEX_OIDC_CLIENT_ID", CLIENT),
        ("PARINDEX_OIDC_REDIRECT_URL", REDIRECT),
    ];
    let app = TestApp::start_with(engine, &settings);
    let away = app.anon().call(503, "POST", START);
    assert_eq!(away.code(), "unavailable");
    assert!(!away.text().contains(&issuer), "{}", away.text());
}

/// A provider that others wrote, started for this: its own forms, codes, keys and clock.
#[test]
#[ignore = "needs the Python packages of tests/clients/requirements.txt; tests/run brings and runs it"]
fn real_clients_log_people_in() {
    let python =
        std::env::var("PARINDEX_TEST_CLIENTS_PYTHON").expect("tests/run makes such a Python and sets it");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut provider = std::process::Command::new(python)
        .args([
            "-B",
            "-m",
            "oidc_provider_mock",
            "--port",
            &address.port().to_string(),
        ])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the provider");
    let since = std::time::Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        assert!(
            since.elapsed() < std::time::Duration::from_secs(60),
            "no provider"
        );
        std::thread::yield_now();
    }
    let told = std::panic::catch_unwind(|| log_in_for_real(&format!("http://{address}")));
    provider.kill().ok();
    provider.wait().ok();
    told.expect("the story");
}

fn log_in_for_real(issuer: &str) {
    let settings = [
        ("PARINDEX_OIDC_ISSUER", issuer),
        ("PARINDEX_OIDC_CLIENT_ID", CLIENT),
        ("PARINDEX_OIDC_CLIENT_SECRET", "geheim"),
        ("PARINDEX_OIDC_REDIRECT_URL", REDIRECT),
    ];
    let app = TestApp::start_with(Engine::Sqlite, &settings);
    app.add_agencies(&["moj"]);
    link(&app, &json!("an.nguyen"));
    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .new_agent();
    let come_back = |subject: &str| {
        let (url, state) = begin(&app);
        let sent_back = agent.post(&url).send_form([("sub", subject)]).unwrap();
        let address = sent_back.headers()["location"].to_str().unwrap();
        let address = url::Url::parse(address).unwrap();
        let with: std::collections::BTreeMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(with["state"], state);
        (state, with["code"].clone())
    };
    let (state, code) = come_back("an.nguyen");
    let tokens = finish(&app, 200, &state, &code).json();
    let person = app.anon().holding(&tokens);
    assert_eq!(person.get(200, ME).json()["username"], "moj.submitter");
    finish(&app, 401, &state, &code);
    let (state, code) = come_back("somebody.else");
    finish(&app, 401, &state, &code);
}

fn a_subject_is_linked_once(engine: Engine) {
    let (app, _provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let new = |subject: &str| json!({"username": "somebody", "display_name": "x", "grants": [], "oidc_subject": subject});
    let admin = app.admin();
    assert_eq!(
        admin.post(409, "/api/v1/users", &new("an.nguyen")).code(),
        "already_exists"
    );
    for bad in ["", "nguyễn"] {
        assert_eq!(
            admin.post(422, "/api/v1/users", &new(bad)).faults(),
            ["/oidc_subject bad_oidc_subject"]
        );
    }
    link(&app, &Value::Null);
    admin.post(201, "/api/v1/users", &new("an.nguyen"));
}
