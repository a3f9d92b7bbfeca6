//! Stories about API keys and about limits: what a program has with a key, and everybody without one.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use parindex::{
    access::{Access, SecondFactorRoles, SecretKeys, TokenKeys},
    db::{Answer, Entry, Outcome},
    ids::sha256_hex,
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp},
};

stories![
    a_secret_is_shown_once_and_found_nowhere_else,
    a_key_that_makes_no_sense_is_refused_with_every_fault,
    a_key_opens_what_is_published_and_no_account,
    a_key_has_an_allowance_of_its_own with [("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "3")],
    a_key_without_a_limit_has_more_than_everybody with [
        ("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "20"),
        ("PARINDEX_RATE_API_KEY_PER_MINUTE", "50")
    ],
    a_key_ends_and_its_owner_is_told,
    a_wrong_key_is_refused_where_nobody_needs_one,
    guesses_are_counted_where_they_come_from with [("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "3")],
    another_instance_learns_of_a_revocation_within_a_second,
    a_known_key_goes_on_while_the_database_is_away,
    the_last_day_of_use_is_written_down_once_a_day,
    every_limited_answer_tells_what_is_left with [
        ("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "6"),
        ("PARINDEX_RATE_AUTHENTICATED_PER_MINUTE", "60"),
        ("PARINDEX_RATE_LOGIN_PER_MINUTE", "5")
    ],
];

const KEYS: &str = "/api/v1/api-keys";
const LIST: &str = "/api/v1/publications";

fn new_key(app: &TestApp, more: &Value) -> Value {
    let mut new = json!({
        "name": "Bảng theo dõi", "scopes": ["publications:read"],
        "expires_at": app.now().plus(TimeDelta::days(30)),
    });
    for (field, value) in more.as_object().into_iter().flatten() {
        new[field] = value.clone();
    }
    new
}

/// A key with its address and the program that holds it.
fn made(app: &TestApp, more: &Value) -> (String, Person) {
    let answer = app.admin().post(201, KEYS, &new_key(app, more));
    let secret = answer.json()["secret"].as_str().unwrap().to_owned();
    (answer.header("location").to_owned(), program(app, &secret))
}

fn program(app: &TestApp, secret: &str) -> Person {
    app.anon().header("authorization", &format!("Bearer {secret}"))
}

fn detail(answer: &crate::support::Response) -> String {
    answer.json()["detail"].as_str().unwrap().to_owned()
}

fn a_secret_is_shown_once_and_found_nowhere_else(app: &TestApp) {
    let admin = app.admin().idempotency_key("one-key");
    let new = new_key(app, &json!({"requests_per_minute": 90}));
    let answer = admin.post(201, KEYS, &new);
    assert_eq!(answer.header("cache-control"), "no-store");
    let (made, location) = (answer.json(), answer.header("location").to_owned());
    let secret = made["secret"].as_str().unwrap();
    let (before, check) = secret.split_at(73);
    assert!(
        sha256_hex(before.as_bytes()).starts_with(check),
        "scanners can check it"
    );
    assert_eq!(made["key"]["hint"], &secret[..13]);
    assert_eq!(
        (&made["key"]["state"], &made["key"]["requests_per_minute"]),
        (&json!("active"), &json!(90))
    );
    assert_eq!(made["key"]["created_by"], "admin");
    // The same request again makes another key: an answer that holds a secret is never stored.
    let again = admin.post(201, KEYS, &new);
    assert_eq!(again.header("idempotency-replayed"), "");
    assert_ne!(again.json()["secret"], made["secret"]);
    assert_eq!(app.admin().get(200, &location).json(), made["key"]);
    let list = app.admin().get(200, &format!("{KEYS}?limit=1")).json();
    assert_eq!(
        list["data"][0]["id"],
        again.json()["key"]["id"],
        "the newest first"
    );
    let next = list["page"]["next"].as_str().unwrap();
    let rest = app.admin().get(200, &format!("{KEYS}?cursor={next}")).json();
    assert_eq!(rest["data"], json!([made["key"]]));
    let audit = app.admin().get(200, "/api/v1/audit").text();
    assert!(audit.contains("create_api_key") && !audit.contains(before));
}

fn a_key_that_makes_no_sense_is_refused_with_every_fault(app: &TestApp) {
    let admin = app.admin();
    let late = app.now().plus(TimeDelta::days(732));
    let bad = json!({"name": " ", "scopes": [], "expires_at": late, "requests_per_minute": 60_001});
    assert_eq!(
        admin.post(422, KEYS, &new_key(app, &bad)).faults(),
        [
            "/name bad_name",
            "/scopes no_scopes",
            "/expires_at bad_expiry",
            "/requests_per_minute bad_limit"
        ]
    );
    for bad in [
        json!({"scopes": ["everything"]}),
        json!({"scopes": ["publications:read", "publications:read"]}),
        json!({"expires_at": app.now()}),
        json!({"expires_at": "soon"}),
        json!({"requests_per_minute": 0}),
        json!({"requests_per_minute": -1}),
        json!({"secret": "parindex_"}),
    ] {
        admin.post(422, KEYS, &new_key(app, &bad));
    }
    let endless = json!({"name": "x", "scopes": ["publications:read"]});
    admin.post(422, KEYS, &endless);
    admin.get(404, &format!("{KEYS}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"));
    admin.get(404, &format!("{KEYS}/nonsense"));
    assert_eq!(admin.get(200, KEYS).json()["data"], json!([]));
}

fn a_key_opens_what_is_published_and_no_account(app: &TestApp) {
    let (own, program) = made(app, &Value::Null);
    for path in [
        LIST,
        "/api/v1/catalogue",
        "/problems",
        "/openapi.json",
        "/health/live",
    ] {
        program.get(200, path);
    }
    for path in [
        "/api/v1/auth/me",
        "/api/v1/rounds",
        "/api/v1/criteria-sets",
        KEYS,
        &own,
    ] {
        let refused = program.get(403, path);
        assert_eq!(refused.code(), "forbidden");
        assert!(detail(&refused).contains("scopes"), "{path}");
    }
    program.post(403, LIST, &json!({}));
    program.call(403, "DELETE", &own);
    program.post(403, KEYS, &new_key(app, &Value::Null));
}

fn a_key_has_an_allowance_of_its_own(app: &TestApp) {
    // The login of the administrator is one of the three.
    let (_, program) = made(app, &json!({"requests_per_minute": 4}));
    let (_, other) = made(app, &json!({"requests_per_minute": 4}));
    for left in (0..4).rev() {
        let answer = program.get(200, LIST);
        assert_eq!(answer.header("ratelimit-policy"), "\"api-key\";q=4;w=60");
        let whole_in = (4 - left) * 15;
        assert_eq!(
            answer.header("ratelimit"),
            format!("\"api-key\";r={left};t={whole_in}")
        );
    }
    let refused = program.get(429, LIST);
    assert_eq!(refused.code(), "rate_limited");
    let wait = refused.header("retry-after").to_owned();
    assert_eq!(refused.header("ratelimit"), format!("\"api-key\";r=0;t={wait}"));
    assert_eq!(refused.header("ratelimit-policy"), "\"api-key\";q=4;w=60");
    // The others have theirs: another key, and everybody without one.
    other.get(200, LIST);
    app.anon().get(200, LIST);
    app.anon().get(200, LIST);
    let refused = app.anon().get(429, LIST);
    assert_eq!(refused.header("ratelimit-policy"), "\"anonymous\";q=3;w=60");
    assert!(detail(&refused).contains("an API key has more"));
    // A quarter of a minute brings one request back, a minute all of them.
    app.advance(TimeDelta::seconds(16));
    program.get(200, LIST);
    program.get(429, LIST);
    app.advance(TimeDelta::seconds(60));
    assert_eq!(program.get(200, LIST).header("ratelimit"), "\"api-key\";r=3;t=15");
}

fn a_key_without_a_limit_has_more_than_everybody(app: &TestApp) {
    let (own, program) = made(app, &Value::Null);
    assert_eq!(app.admin().get(200, &own).json()["requests_per_minute"], 50);
    assert_eq!(
        program.get(200, LIST).header("ratelimit-policy"),
        "\"api-key\";q=50;w=60"
    );
    assert_eq!(
        app.anon().get(200, LIST).header("ratelimit-policy"),
        "\"anonymous\";q=20;w=60"
    );
}

fn a_key_ends_and_its_owner_is_told(app: &TestApp) {
    let (short, expiring) = made(app, &json!({"expires_at": app.now().plus(TimeDelta::hours(1))}));
    let (own, revoked) = made(app, &Value::Null);
    expiring.get(200, LIST);
    revoked.get(200, LIST);
    let now = app.now().to_string();
    let answer = app.admin().call(200, "DELETE", &own).json();
    assert_eq!(
        (&answer["state"], &answer["revoked_at"]),
        (&json!("revoked"), &json!(now))
    );
    assert_eq!(answer["revoked_by"], "admin");
    let refused = revoked.get(401, LIST);
    assert_eq!(refused.code(), "invalid_api_key");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(detail(&refused), format!("The API key was revoked at {now}."));
    assert_eq!(revoked.get(401, "/api/v1/auth/me").code(), "invalid_api_key");
    // Once is enough.
    assert_eq!(app.admin().call(200, "DELETE", &own).json(), answer);
    app.advance(TimeDelta::seconds(3599));
    expiring.get(200, LIST);
    app.advance(TimeDelta::seconds(1));
    let refused = expiring.get(401, LIST);
    assert_eq!(detail(&refused), format!("The API key expired at {}.", app.now()));
    assert_eq!(app.admin().get(200, &short).json()["state"], "expired");
    let vietnamese = expiring.header("accept-language", "vi").get(401, LIST);
    assert!(detail(&vietnamese).starts_with("Khóa API đã hết hạn lúc"));
    app.advance(TimeDelta::days(40));
    assert!(detail(&expiring.get(401, LIST)).contains("no such API key"));
}

fn a_wrong_key_is_refused_where_nobody_needs_one(app: &TestApp) {
    let secret = app.admin().post(201, KEYS, &new_key(app, &Value::Null)).json()["secret"].clone();
    let secret = secret.as_str().unwrap();
    let (_, random) = secret.split_at(9);
    for wrong in [
        "parindex_",
        "parindex_nonsense",
        &secret[..80],
        &format!("{secret}0"),
        &format!("parindex_0{}", &random[1..]),
        &secret.to_uppercase().replace("PARINDEX", "parindex"),
        &format!("{secret}, {secret}"),
    ] {
        if wrong == secret {
            continue;
        }
        let refused = program(app, wrong).get(401, LIST);
        assert_eq!(refused.code(), "invalid_api_key", "{wrong}");
        assert!(detail(&refused).contains("mistyped"), "{wrong}");
    }
    let random = "ab".repeat(32);
    let check = &sha256_hex(format!("parindex_{random}").as_bytes())[..8];
    let unknown = program(app, &format!("parindex_{random}{check}"));
    for path in [
        LIST,
        "/api/v1/catalogue",
        "/problems",
        "/openapi.json",
        "/api/v1/auth/me",
    ] {
        let refused = unknown.get(401, path);
        assert!(detail(&refused).contains("no such API key"), "{path}");
    }
    app.anon()
        .header("authorization", &format!("bearer  {secret} "))
        .get(200, LIST);
    for form in [
        secret.to_owned(),
        format!("ApiKey {secret}"),
        format!("Bearer Bearer {secret}"),
        format!("Basic {secret}"),
        format!("Bearer {}", secret.to_uppercase()),
    ] {
        let refused = app.anon().header("authorization", &form).get(401, LIST);
        assert!(detail(&refused).contains("Authorization: Bearer"), "{form}");
    }
}

fn guesses_are_counted_where_they_come_from(app: &TestApp) {
    let (_, program) = made(app, &Value::Null);
    let guess = app.anon().header("authorization", "Bearer parindex_guess");
    guess.get(401, LIST);
    assert_eq!(guess.get(401, LIST).header("ratelimit"), "\"anonymous\";r=0;t=60");
    assert_eq!(guess.get(429, LIST).code(), "rate_limited");
    app.anon().get(429, LIST);
    program.get(200, LIST);
}

fn another_instance_learns_of_a_revocation_within_a_second(app: &TestApp) {
    let secret = app.admin().post(201, KEYS, &new_key(app, &Value::Null)).json();
    let key_dir = app.data_dir().join("keys");
    let other = Access::new(
        app.db().clone(),
        TokenKeys::load(&key_dir, false, app.now()).unwrap(),
        SecretKeys::load(&app.data_dir().join("secret-keys"), false, app.now()).unwrap(),
        SecondFactorRoles::default(),
    );
    let text = secret["secret"].as_str().unwrap();
    let ask = || app.wait(other.key_of_secret(text, [127, 0, 0, 1].into()));
    assert!(ask().is_ok());
    let own = format!("{KEYS}/{}", secret["key"]["id"].as_str().unwrap());
    app.admin().call(200, "DELETE", &own);
    assert!(ask().is_ok(), "in this second it has not asked again");
    app.advance(TimeDelta::seconds(1));
    assert_eq!(ask().unwrap_err().code.as_str(), "invalid_api_key");
    program(app, text).get(401, LIST);
}

fn a_known_key_goes_on_while_the_database_is_away(app: &TestApp) {
    let (_, program) = made(app, &Value::Null);
    let (_, unused) = made(app, &Value::Null);
    program.get(200, LIST);
    let secret = app.admin().post(201, KEYS, &new_key(app, &Value::Null)).json();
    let late = self::program(app, secret["secret"].as_str().unwrap());
    rename(app, "api_keys", "lost");
    // Made after the keys were read: whether it is good nobody can tell.
    assert_eq!(late.get(503, LIST).code(), "unavailable");
    for _ in 0..2 {
        app.advance(TimeDelta::seconds(1));
        program.get(200, LIST);
        unused.get(200, LIST);
        late.get(503, LIST);
    }
    rename(app, "lost", "api_keys");
    app.advance(TimeDelta::seconds(1));
    late.get(200, LIST);
}

fn rename(app: &TestApp, table: &str, to: &str) {
    let statement = format!("ALTER TABLE {table} RENAME TO {to}");
    let done = app.db().write(app.change("test", Vec::new()), move |tx| {
        diesel::sql_query(statement).execute(tx.conn())?;
        let entry = Entry {
            object_kind: "test",
            object_id: String::new(),
            before_digest: None,
            after_digest: None,
            detail: Value::Null,
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(done).unwrap();
}

fn the_last_day_of_use_is_written_down_once_a_day(app: &TestApp) {
    let (own, program) = made(app, &Value::Null);
    let (idle, _) = made(app, &Value::Null);
    let last_used = |own: &str| app.admin().get(200, own).json()["last_used_on"].clone();
    let noted = || {
        let audit = app.admin().get(200, "/api/v1/audit?object_id=used").json();
        audit["data"].as_array().unwrap().len()
    };
    program.get(200, LIST);
    program.get(200, LIST);
    assert_eq!((last_used(&own), noted()), (Value::Null, 0));
    for _ in 0..2 {
        app.wait(app.state().work()).unwrap();
        program.get(200, LIST);
        assert_eq!((last_used(&own), noted()), (json!("2026-03-02"), 1));
    }
    assert_eq!(last_used(&idle), Value::Null);
    app.advance(TimeDelta::days(1));
    program.get(200, LIST);
    app.wait(app.state().work()).unwrap();
    assert_eq!((last_used(&own), noted()), (json!("2026-03-03"), 2));
}

fn every_limited_answer_tells_what_is_left(app: &TestApp) {
    let admin = app.admin();
    let login = json!({"username": "admin", "password": "a wrong password"});
    let refused = app.anon().post(401, "/api/v1/auth/login", &login);
    assert_eq!(refused.header("ratelimit-policy"), "\"login\";q=5;w=60");
    assert_eq!(refused.header("ratelimit"), "\"login\";r=3;t=24");
    assert_eq!(
        admin.get(200, "/api/v1/auth/me").header("ratelimit"),
        "\"session\";r=59;t=1"
    );
    assert_eq!(
        admin.get(404, "/nowhere").header("ratelimit"),
        "\"session\";r=58;t=2"
    );
    let read = app.anon().get(200, LIST);
    assert_eq!(read.header("ratelimit"), "\"anonymous\";r=3;t=30");
    let held = app.anon().header("if-none-match", read.etag()).get(304, LIST);
    assert_eq!(held.header("ratelimit"), "\"anonymous\";r=2;t=40");
    let head = app.anon().attempt_head(LIST);
    assert_eq!(head.header("ratelimit"), "\"anonymous\";r=1;t=50");
    app.anon().get(401, "/api/v1/auth/me");
    app.anon().get(429, LIST);
    assert_eq!(app.anon().get(200, "/health/live").header("ratelimit"), "");
}
