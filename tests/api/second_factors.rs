//! Stories about the second factor.

use chrono::TimeDelta;
use diesel::prelude::*;
use parindex::db::schema::{recovery_codes, stored_answers};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        factor::{Authenticator, begin, enrol},
        password_of,
    },
};

const LOGIN: &str = "/api/v1/auth/login";
const ME: &str = "/api/v1/auth/me";
const FACTOR: &str = "/api/v1/auth/second-factor";
const ADMIN_PASSWORD: &str = "correct horse battery staple";

stories![
    a_role_that_asks_for_it_can_do_nothing_before with [
        ("PARINDEX_SECOND_FACTOR_ROLES", "administrator,evaluator")
    ],
    a_login_asks_for_a_code_and_takes_each_once,
    an_unconfirmed_secret_is_not_asked_for,
    a_recovery_code_is_good_once,
    who_takes_it_away_proves_who_it_is,
    an_administrator_takes_a_lost_one_away,
    a_new_password_takes_a_code_too,
    wrong_codes_count_like_wrong_passwords with [("PARINDEX_LOGIN_FAILURES_MAX", "3")],
    wrong_proofs_lock_the_session_alone with [("PARINDEX_LOGIN_FAILURES_MAX", "3")],
    no_secret_is_kept_where_it_is_read_again,
];

fn submitter(app: &TestApp) -> (Person, String) {
    app.add_agencies(&["moj"]);
    (app.submitter("moj"), password_of("moj.submitter"))
}

fn log_in(app: &TestApp, expected: u16, code: Option<&str>) -> Response {
    let password = password_of("moj.submitter");
    let mut body = json!({"username": "moj.submitter", "password": password});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    app.anon().post(expected, LOGIN, &body)
}

fn part(name: &str) -> String {
    format!("{FACTOR}/{name}")
}

fn a_role_that_asks_for_it_can_do_nothing_before(app: &TestApp) {
    let credentials = json!({"username": "admin", "password": ADMIN_PASSWORD});
    let tokens = app.anon().post(200, LOGIN, &credentials).json();
    assert_eq!(tokens["must_enrol_second_factor"], true);
    let admin = app.admin();
    for path in ["/api/v1/users", "/api/v1/audit", "/api/v1/rounds"] {
        assert_eq!(admin.get(403, path).code(), "second_factor_enrolment_required");
    }
    assert_eq!(admin.get(200, ME).json()["must_enrol_second_factor"], true);
    assert_eq!(admin.get(200, FACTOR).json()["required"], true);
    let again = json!({"refresh_token": tokens["refresh_token"]});
    let refreshed = app.anon().post(200, "/api/v1/auth/refresh", &again).json();
    assert_eq!(refreshed["must_enrol_second_factor"], true);
    // The password may be changed, and somebody may log out.
    let change = json!({"current_password": ADMIN_PASSWORD, "new_password": "một mật khẩu khác hẳn"});
    admin.put(204, "/api/v1/auth/password", &change);
    let elsewhere = app.log_in("admin", "một mật khẩu khác hẳn");
    elsewhere.call(204, "POST", "/api/v1/auth/logout");

    enrol(app, &admin, "một mật khẩu khác hẳn");
    admin.get(200, "/api/v1/users");
    assert_eq!(admin.get(200, ME).json()["must_enrol_second_factor"], false);
    assert_eq!(admin.get(200, FACTOR).json()["required"], false);
    // Other roles need none, and one that gets such a role needs it at once.
    let (person, _) = submitter(app);
    person.get(200, "/api/v1/rounds");
    let me = person.get(200, ME).json();
    let path = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    let grants = json!({"grants": [{"role": "evaluator", "agency": "moj"}]});
    admin.if_match("*").patch(200, &path, &grants);
    assert_eq!(
        person.get(403, "/api/v1/rounds").code(),
        "second_factor_enrolment_required"
    );
}

fn a_login_asks_for_a_code_and_takes_each_once(app: &TestApp) {
    let (person, password) = submitter(app);
    let elsewhere = app.log_in("moj.submitter", &password);
    let authenticator = enrol(app, &person, &password);
    elsewhere.get(401, ME);
    person.get(200, ME);
    let refused = log_in(app, 401, None);
    assert_eq!(refused.code(), "second_factor_required");
    // The wrong password tells nothing of a second factor.
    let wrong = json!({"username": "moj.submitter", "password": "một mật khẩu sai", "code": "123456"});
    assert_eq!(app.anon().post(401, LOGIN, &wrong).code(), "invalid_credentials");
    // The code that confirmed it was used, and so was everything before it.
    log_in(app, 401, Some(&authenticator.code(app, 0)));
    log_in(app, 401, Some(&authenticator.code(app, -1)));
    let next = authenticator.code(app, 1);
    log_in(app, 200, Some(&format!(" {} {}", &next[..3], &next[3..])));
    assert_eq!(log_in(app, 401, Some(&next)).code(), "second_factor_required");
    app.advance(TimeDelta::seconds(60));
    log_in(app, 401, Some(&authenticator.code(app, 2)));
    log_in(app, 200, Some(&authenticator.code(app, 0)));
    // Who has none may send one all the same.
    app.anon().post(
        200,
        LOGIN,
        &json!({"username": "admin", "password": ADMIN_PASSWORD, "code": "123456"}),
    );
}

fn an_unconfirmed_secret_is_not_asked_for(app: &TestApp) {
    let (person, password) = submitter(app);
    assert_eq!(
        person
            .post(422, FACTOR, &json!({"password": "một mật khẩu sai"}))
            .faults(),
        ["/password wrong_password"]
    );
    person.post(409, &part("confirmation"), &json!({"code": "123456"}));
    let first = begin(&person, &password);
    log_in(app, 200, None);
    assert_eq!(
        person.get(200, FACTOR).json(),
        json!({"confirmed_at": null, "recovery_codes_left": 0, "required": false})
    );
    // Begun again, only the newer secret counts.
    let second = begin(&person, &password);
    let confirm =
        |expected: u16, code: String| person.post(expected, &part("confirmation"), &json!({"code": code}));
    assert_eq!(confirm(422, first.code(app, 0)).faults(), ["/code wrong_code"]);
    confirm(200, second.code(app, 0));
    assert_eq!(confirm(409, second.code(app, 1)).code(), "conflict");
    person.post(409, FACTOR, &json!({"password": password}));
    assert_eq!(
        person.get(200, FACTOR).json(),
        json!({"confirmed_at": app.now(), "recovery_codes_left": 10, "required": false})
    );
}

fn a_recovery_code_is_good_once(app: &TestApp) {
    let (person, password) = submitter(app);
    let Authenticator { recovery_codes, .. } = enrol(app, &person, &password);
    assert_eq!(recovery_codes.len(), 10);
    log_in(app, 200, Some(&recovery_codes[0].to_uppercase()));
    log_in(app, 401, Some(&recovery_codes[0]));
    log_in(app, 200, Some(&recovery_codes[1].replace('-', " ")));
    assert_eq!(person.get(200, FACTOR).json()["recovery_codes_left"], 8);
    // Another's codes are good for nobody else.
    let second = app.person("second.person", &[]);
    let others = enrol(app, &second, &password_of("second.person"));
    log_in(app, 401, Some(&others.recovery_codes[0]));

    let replace = |expected: u16, password: &str, code: &str| {
        let both = json!({"password": password, "code": code});
        person.post(expected, &part("recovery-codes"), &both)
    };
    assert_eq!(replace(422, &password, "nonsense").faults(), ["/code wrong_code"]);
    assert_eq!(
        replace(422, "một mật khẩu sai", &recovery_codes[2]).faults(),
        ["/password wrong_password"]
    );
    let fresh = replace(200, &password, &recovery_codes[2]).json();
    log_in(app, 401, Some(&recovery_codes[3]));
    log_in(app, 200, Some(fresh["recovery_codes"][0].as_str().unwrap()));
    // Neither codes nor anything they could be told from are in the table.
    let kept: Vec<String> = app
        .wait(app.db().read(|conn| {
            Ok(recovery_codes::table
                .select(recovery_codes::code_digest)
                .load(conn)?)
        }))
        .unwrap();
    assert_eq!(kept.len(), 20);
    let shown = fresh["recovery_codes"][1].as_str().unwrap();
    assert!(
        kept.iter()
            .all(|digest| digest.len() == 64 && !digest.contains(shown))
    );
}

fn who_takes_it_away_proves_who_it_is(app: &TestApp) {
    let (person, password) = submitter(app);
    let remove = |expected: u16, password: &str, code: &str| {
        let body = json!({"password": password, "code": code});
        person.post(expected, &part("removal"), &body)
    };
    assert_eq!(remove(409, &password, "123456").code(), "conflict");
    let authenticator = enrol(app, &person, &password);
    let next = authenticator.code(app, 1);
    let elsewhere = log_in(app, 200, Some(&authenticator.recovery_codes[0])).json();
    assert_eq!(
        remove(422, "một mật khẩu sai", &next).faults(),
        ["/password wrong_password"]
    );
    assert_eq!(remove(422, &password, "12345").faults(), ["/code wrong_code"]);
    log_in(app, 401, None);
    remove(204, &password, &next);
    person.get(200, ME);
    person.holding(&elsewhere).get(401, ME);
    log_in(app, 200, None);
    // Set up anew, with another secret.
    let anew = enrol(app, &person, &password);
    assert_ne!(anew.secret, authenticator.secret);
    log_in(app, 401, Some(&authenticator.recovery_codes[1]));
}

fn an_administrator_takes_a_lost_one_away(app: &TestApp) {
    let (person, password) = submitter(app);
    enrol(app, &person, &password);
    let me = person.get(200, ME).json();
    let path = format!("/api/v1/users/{}/second-factor", me["id"].as_str().unwrap());
    person.call(403, "DELETE", &path);
    let admin = app.admin();
    admin.call(204, "DELETE", &path);
    person.get(401, ME);
    log_in(app, 200, None);
    let entries = admin.get(200, "/api/v1/audit?limit=10").json();
    let told = |entries: &Value| {
        let of = |entry: &&Value| entry["action"] == "reset_second_factor";
        entries["data"].as_array().unwrap().iter().filter(of).count()
    };
    assert_eq!(told(&entries), 1);
    // There is none any more, and nothing is written down of that.
    admin.call(204, "DELETE", &path);
    assert_eq!(told(&admin.get(200, "/api/v1/audit?limit=10").json()), 1);
    admin.call(
        404,
        "DELETE",
        "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10/second-factor",
    );
}

fn a_new_password_takes_a_code_too(app: &TestApp) {
    let (person, password) = submitter(app);
    let authenticator = enrol(app, &person, &password);
    let own = "một mật khẩu khác hẳn";
    let change = |expected: u16, current: &str, code: Value| {
        let body = json!({"current_password": current, "new_password": own, "code": code});
        person.put(expected, "/api/v1/auth/password", &body)
    };
    let next = authenticator.code(app, 1);
    assert_eq!(
        change(422, &password, Value::Null).faults(),
        ["/code missing_code"]
    );
    assert_eq!(
        change(422, &password, json!("12345")).faults(),
        ["/code wrong_code"]
    );
    assert_eq!(
        change(422, "một mật khẩu sai", json!(next)).faults(),
        ["/current_password wrong_password"]
    );
    log_in(app, 200, Some(&authenticator.recovery_codes[0]));
    // Nothing of it used the code up.
    change(204, &password, json!(next));
    log_in(app, 401, Some(&authenticator.recovery_codes[1]));
    let login =
        json!({"username": "moj.submitter", "password": own, "code": authenticator.recovery_codes[1]});
    app.anon().post(200, LOGIN, &login);
}

fn wrong_codes_count_like_wrong_passwords(app: &TestApp) {
    let (person, password) = submitter(app);
    let authenticator = enrol(app, &person, &password);
    for _ in 0..3 {
        log_in(app, 401, Some("12345"));
    }
    let next = authenticator.code(app, 1);
    let locked = log_in(app, 429, Some(&next));
    assert_eq!(locked.code(), "too_many_attempts");
    assert_eq!(locked.header("retry-after"), "900");
    app.advance(TimeDelta::minutes(15));
    log_in(app, 200, Some(&authenticator.code(app, 0)));
}

fn wrong_proofs_lock_the_session_alone(app: &TestApp) {
    let (person, password) = submitter(app);
    for _ in 0..3 {
        person.post(422, FACTOR, &json!({"password": "một mật khẩu sai"}));
    }
    let right = json!({"password": password});
    assert_eq!(person.post(429, FACTOR, &right).code(), "too_many_attempts");
    let change = json!({"current_password": password, "new_password": "một mật khẩu khác hẳn"});
    person.put(429, "/api/v1/auth/password", &change);
    // Who guessed there locked nobody out.
    let elsewhere = app.log_in("moj.submitter", &password);
    elsewhere.post(201, FACTOR, &right);
}

fn no_secret_is_kept_where_it_is_read_again(app: &TestApp) {
    let (person, password) = submitter(app);
    let person = person.idempotency_key("the-same-key");
    let authenticator = enrol(app, &person, &password);
    let stored: Vec<String> = app
        .wait(
            app.db()
                .read(|conn| Ok(stored_answers::table.select(stored_answers::body).load(conn)?)),
        )
        .unwrap();
    let audit = app.admin().get(200, "/api/v1/audit?limit=100").text();
    assert!(audit.contains("confirm_second_factor"));
    let secrets = authenticator.recovery_codes.iter().chain([&authenticator.secret]);
    for secret in secrets {
        assert!(!audit.contains(secret.as_str()));
        assert!(stored.iter().all(|body| !body.contains(secret.as_str())));
        assert!(!person.get(200, FACTOR).text().contains(secret.as_str()));
    }
}
