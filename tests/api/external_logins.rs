//! Stories about logins by an external provider.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
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
    what_comes_back_is_worth_nothing_in_another_browser,
    an_id_token_that_says_something_else_is_refused,
    the_second_factor_is_asked_for_all_the_same,
    who_has_no_password_logs_in_by_the_provider_alone,
    a_provider_that_changes_its_key_is_believed_again,
    a_provider_that_is_away_is_told_of,
    a_provider_that_says_it_is_another_is_not_believed,
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

/// A login that a browser began.
struct Begun {
    url: String,
    state: String,
    browser_secret: String,
}

impl Begun {
    /// What this browser sends with a code.
    fn with(&self, code: &str) -> Value {
        json!({"state": self.state, "code": code, "browser_secret": self.browser_secret})
    }
}

fn begin(app: &TestApp) -> Begun {
    let begun = app.anon().call(200, "POST", START).json();
    let text = |field: &str| begun[field].as_str().unwrap().to_owned();
    assert_eq!(begun["expires_in"], 600);
    let begun = Begun {
        url: text("authorization_url"),
        state: text("state"),
        browser_secret: text("browser_secret"),
    };
    assert!(begun.browser_secret.len() >= 32 && !begun.url.contains(&begun.browser_secret));
    begun
}

fn finish(app: &TestApp, expected: u16, begun: &Begun, code: &str) -> Response {
    app.anon().post(expected, FINISH, &begun.with(code))
}

fn log_in(app: &TestApp, provider: &Provider, expected: u16, subject: &str, more: &Value) -> Response {
    let begun = begin(app);
    let code = provider.agree(app, &begun.url, subject, more);
    finish(app, expected, &begun, &code)
}

fn who_is_linked_logs_in(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let begun = begin(&app);
    let (url, state) = (&begun.url, &begun.state);
    assert!(url.starts_with(&provider.issuer()) && url.contains(&format!("state={state}")));
    let code = provider.agree(&app, url, "an.nguyen", &Value::Null);
    let tokens = finish(&app, 200, &begun, &code).json();
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
    let nobody = |user: &Value| json!({"by": "oidc", "wrong": "account", "user": user});
    let unknown = nobody(&Value::Null);
    assert_eq!(
        refusals(&app),
        [&unknown, &nobody(&me["id"]), &unknown, &unknown].map(Value::clone)
    );
}

/// What the trail tells of refused logins, the newest first.
fn refusals(app: &TestApp) -> Vec<Value> {
    let trail = app.admin().get(200, "/api/v1/audit?limit=50").json();
    let entries = trail["data"].as_array().unwrap().iter();
    let refused =
        entries.filter(|entry| entry["action"] == "finish_oidc_login" && entry["outcome"] == "refused");
    refused.map(|entry| entry["detail"].clone()).collect()
}

fn a_code_and_a_state_are_good_once_and_in_time(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let agree = |url: &str| provider.agree(&app, url, "an.nguyen", &Value::Null);
    let begun = begin(&app);
    let code = agree(&begun.url);
    finish(&app, 200, &begun, &code);
    finish(&app, 401, &begun, &code);
    // A code of another login is bound to that one's verifier.
    let (first, second) = (begin(&app), begin(&app));
    assert_ne!(first.state, second.state);
    let code = agree(&first.url);
    assert_eq!(finish(&app, 401, &second, &code).code(), "external_login_failed");
    let code = agree(&second.url);
    let state = &second.state;
    for bad in ["", "nonsense", &format!("x{state}"), &state[..state.len() - 1]] {
        let mut sent = second.with(&code);
        sent["state"] = json!(bad);
        app.anon().post(401, FINISH, &sent);
    }
    app.advance(TimeDelta::seconds(599));
    let code = agree(&second.url);
    finish(&app, 200, &second, &code);
    let begun = begin(&app);
    app.advance(TimeDelta::seconds(600));
    let code = agree(&begun.url);
    assert_eq!(finish(&app, 401, &begun, &code).code(), "external_login_failed");
}

/// `state` and `code` stand in the address of a page: in histories, in logs of proxies, in a link that somebody is sent.
fn what_comes_back_is_worth_nothing_in_another_browser(engine: Engine) {
    let (app, provider) = start(engine);
    link(&app, &json!("an.nguyen"));
    let (own, other) = (begin(&app), begin(&app));
    let code = provider.agree(&app, &own.url, "an.nguyen", &Value::Null);
    let without = json!({"state": own.state, "code": code});
    let refused = app.anon().post(422, FINISH, &without);
    assert!(refused.text().contains("missing field `browser_secret`"));
    for wrong in ["", "nonsense", other.browser_secret.as_str(), own.state.as_str()] {
        let mut sent = own.with(&code);
        sent["browser_secret"] = json!(wrong);
        let refused = app.anon().post(401, FINISH, &sent);
        assert_eq!(refused.code(), "external_login_failed");
    }
    assert_eq!(refusals(&app), vec![json!({"by": "oidc", "wrong": "state"}); 4]);
    // Nor does the secret stand in what everybody can read of the state.
    let said = own.state.split('.').filter_map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    });
    assert!(
        said.chain([own.state.clone()])
            .all(|text| !text.contains(&own.browser_secret))
    );
    // Whose login it is goes on: nobody used up the code.
    finish(&app, 200, &own, &code);
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
        json!({"nbf": now + 61}),
        json!({"forged": true}),
    ] {
        let refused = log_in(&app, &provider, 401, "an.nguyen", &lie);
        assert_eq!(refused.code(), "external_login_failed", "{lie}");
    }
    let told = refusals(&app);
    assert_eq!(told.len(), 10);
    assert!(
        told.iter()
            .all(|detail| *detail == json!({"by": "oidc", "wrong": "identity"}))
    );
    for truth in [
        json!({"aud": [CLIENT]}),
        json!({"aud": [CLIENT, "another"], "azp": CLIENT}),
        json!({"exp": now - 59}),
        json!({"nbf": now + 60}),
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
    let id = &person.get(200, ME).json()["id"];
    let missing = json!({"by": "oidc", "user": id, "code": "missing"});
    assert_eq!(refusals(&app), [missing]);
    let begun = begin(&app);
    let code = provider.agree(&app, &begun.url, "an.nguyen", &Value::Null);
    let mut body = begun.with(&code);
    body["second_factor"] = json!(authenticator.recovery_codes[0]);
    app.anon().post(200, FINISH, &body);
}

fn who_has_no_password_logs_in_by_the_provider_alone(engine: Engine) {
    let (app, provider) = start(engine);
    let id = app.submitter("moj").get(200, ME).json()["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().unwrap());
    let (password, admin) = (format!("{path}/password"), app.admin());
    // Nothing would be left to log in by.
    assert_eq!(admin.call(409, "DELETE", &password).code(), "conflict");
    link(&app, &json!("an.nguyen"));
    // Not even a password that was reset, and would have to be changed, is in the way.
    admin.call(200, "POST", &password);
    let open = log_in(&app, &provider, 200, "an.nguyen", &Value::Null).json();
    assert_eq!(open["must_change_password"], true);
    admin.call(204, "DELETE", &password);
    admin.call(204, "DELETE", &password);
    app.anon().holding(&open).get(401, ME);
    let user = admin.get(200, &path).json();
    assert_eq!(
        (&user["has_password"], &user["must_change_password"]),
        (&json!(false), &json!(false))
    );
    for guess in ["", password_of("moj.submitter").as_str()] {
        let login = json!({"username": "moj.submitter", "password": guess});
        app.anon().post(401, "/api/v1/auth/login", &login);
    }
    let unlink = json!({"oidc_subject": null});
    assert_eq!(
        admin.if_match("*").patch(422, &path, &unlink).faults(),
        ["/oidc_subject no_password"]
    );
    // A second factor is set up by who logged in just now.
    let come_in = || {
        let tokens = log_in(&app, &provider, 200, "an.nguyen", &Value::Null).json();
        assert_eq!(tokens["must_change_password"], false);
        app.anon().holding(&tokens)
    };
    let person = come_in();
    let factor = "/api/v1/auth/second-factor";
    person.post(201, factor, &json!({}));
    app.advance(TimeDelta::minutes(10));
    assert_eq!(
        person.post(422, factor, &json!({})).faults(),
        ["/password login_too_old"]
    );
    come_in().post(201, factor, &json!({}));
    let own = json!({"current_password": "", "new_password": "một mật khẩu của riêng tôi"});
    come_in().put(403, "/api/v1/auth/password", &own);
    // Who has one does not get around it.
    let other = app.reader("moj");
    assert_eq!(
        other.post(422, factor, &json!({})).faults(),
        ["/password missing_password"]
    );
    // And back again.
    let reset = app.admin().call(200, "POST", &password).json();
    app.log_in("moj.submitter", reset["initial_password"].as_str().unwrap());
    app.admin().if_match("*").patch(200, &path, &unlink);
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

/// Where several issuers share a host, one could answer for another (RFC 9207 §1; OpenID Connect Discovery 1.0 §4.3).
fn a_provider_that_says_it_is_another_is_not_believed(engine: Engine) {
    let (app, provider) = start(engine);
    provider.call_itself("https://elsewhere.example.vn");
    assert_eq!(app.anon().call(503, "POST", START).code(), "unavailable");
    provider.call_itself(&format!("{}/", provider.issuer()));
    app.anon().call(503, "POST", START);
    provider.call_itself(&provider.issuer());
    app.anon().call(200, "POST", START);
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
        let begun = begin(&app);
        let sent_back = agent.post(&begun.url).send_form([("sub", subject)]).unwrap();
        let address = sent_back.headers()["location"].to_str().unwrap();
        let address = url::Url::parse(address).unwrap();
        let with: std::collections::BTreeMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(with["state"], begun.state);
        (begun, with["code"].clone())
    };
    let (begun, code) = come_back("an.nguyen");
    let tokens = finish(&app, 200, &begun, &code).json();
    let person = app.anon().holding(&tokens);
    assert_eq!(person.get(200, ME).json()["username"], "moj.submitter");
    finish(&app, 401, &begun, &code);
    let (begun, code) = come_back("somebody.else");
    finish(&app, 401, &begun, &code);
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
