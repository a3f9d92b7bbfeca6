//! The one door for writes, through HTTP: each change is done once, with exactly one entry in the audit trail.

use chrono::TimeDelta;
use diesel::prelude::*;
use parindex::db::schema::{audit_entries, stored_answers};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, factor::enrol, password_of},
};

const LOGIN: &str = "/api/v1/auth/login";
const USERS: &str = "/api/v1/users";
const REFRESH: &str = "/api/v1/auth/refresh";

stories![
    a_lost_connection_is_replaced,
    the_same_key_answers_the_same_bytes,
    a_key_is_bound_to_what_was_asked,
    a_refused_change_leaves_its_key_usable,
    each_login_and_logout_leaves_one_entry,
    a_refused_login_is_on_record_with_the_account with [("PARINDEX_LOGIN_FAILURES_MAX", "3")],
    each_change_of_a_user_leaves_one_entry,
];

fn count(app: &TestApp) -> i64 {
    app.wait(
        app.db()
            .read(|conn| Ok(audit_entries::table.count().get_result(conn)?)),
    )
    .unwrap()
}

fn keys_kept(app: &TestApp) -> i64 {
    app.wait(
        app.db()
            .read(|conn| Ok(stored_answers::table.count().get_result(conn)?)),
    )
    .unwrap()
}

fn somebody(app: &TestApp) -> (String, String) {
    let new = json!({"username": "somebody", "display_name": "x", "grants": []});
    let path = app
        .admin()
        .post(201, "/api/v1/users", &new)
        .header("location")
        .to_owned();
    let etag = app.admin().get(200, &path).etag().to_owned();
    (path, etag)
}

fn the_same_key_answers_the_same_bytes(app: &TestApp) {
    let (path, etag) = somebody(app);
    let change = json!({"display_name": "Lê Văn Cường"});
    let sender = app.admin().idempotency_key("3f0d").if_match(&etag);
    let first = sender.patch(200, &path, &change);
    assert_eq!(first.header("idempotency-replayed"), "");
    let entries = count(app);
    // The version in If-Match is stale by now: the key comes first.
    let again = sender.patch(200, &path, &change);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.etag(), first.etag());
    assert_eq!(count(app), entries);
    // The key of another person is another key.
    let other = app.person("second.admin", &[json!({"role": "administrator"})]);
    other
        .idempotency_key("3f0d")
        .if_match(&etag)
        .patch(412, &path, &change);
}

fn a_key_is_bound_to_what_was_asked(app: &TestApp) {
    let (path, _) = somebody(app);
    let sender = app.admin().idempotency_key("3f0d").if_match("*");
    sender.patch(200, &path, &json!({"display_name": "một"}));
    let refused = sender.patch(422, &path, &json!({"display_name": "hai"}));
    assert_eq!(refused.code(), "idempotency_key_reused");
    let elsewhere = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";
    let refused = sender.patch(422, elsewhere, &json!({"display_name": "một"}));
    assert_eq!(refused.code(), "idempotency_key_reused");
    assert_eq!(app.admin().get(200, &path).json()["display_name"], "một");
}

fn a_refused_change_leaves_its_key_usable(app: &TestApp) {
    let (path, etag) = somebody(app);
    let sender = app.admin().idempotency_key("3f0d").if_match(&etag);
    let entries = count(app);
    sender.patch(422, &path, &json!({"display_name": ""}));
    // Refused by the rules, then inside the transaction.
    let unknown = json!({"display_name": "hai", "grants": [{"role": "reader", "agency": "moj"}]});
    sender.patch(422, &path, &unknown);
    sender
        .if_match("\"r9\"")
        .patch(412, &path, &json!({"display_name": "hai"}));
    assert_eq!((count(app), keys_kept(app)), (entries, 0));
    assert_eq!(app.admin().get(200, &path).etag(), etag);
    sender.patch(200, &path, &json!({"display_name": "ba"}));
    assert_eq!((count(app), keys_kept(app)), (entries + 1, 1));
}

/// Does a change, which must leave exactly one entry, and returns it.
fn one_entry(app: &TestApp, action: &str, outcome: &str, done: impl FnOnce()) -> Value {
    let before = count(app);
    done();
    assert_eq!(count(app), before + 1, "{action}");
    let page = app.admin().get(200, "/api/v1/audit?limit=1").json();
    let entry = page["data"][0].clone();
    assert_eq!(entry["action"], action);
    assert_eq!(entry["outcome"], outcome);
    assert_eq!(entry["recorded_at"], app.now().to_string());
    entry
}

fn each_login_and_logout_leaves_one_entry(app: &TestApp) {
    let (path, _) = somebody(app);
    let first = app.admin().call(200, "POST", &format!("{path}/password")).json();
    let first = first["initial_password"].as_str().unwrap();
    let (own, anybody) = ("mật khẩu của riêng tôi", app.anon());
    let login = |password: &str| json!({"username": "somebody", "password": password});
    let person = app.log_in("somebody", first);

    let entry = one_entry(app, "login", "refused", || {
        anybody.post(401, LOGIN, &login("a wrong one"));
    });
    assert_eq!(entry["actor_kind"], "anonymous");
    // What was typed as a name may be a password.
    assert!(!entry.to_string().contains("somebody"), "{entry}");
    one_entry(app, "login", "done", || {
        anybody.post(200, LOGIN, &login(first));
    });
    let entry = one_entry(app, "change_password", "done", || {
        let change = json!({"current_password": first, "new_password": own});
        person.put(204, "/api/v1/auth/password", &change);
    });
    assert!(
        !entry.to_string().contains(first) && !entry.to_string().contains(own),
        "{entry}"
    );
    let token = json!({"refresh_token": person.refresh_token()});
    one_entry(app, "refresh_session", "done", || {
        anybody.post(200, REFRESH, &token);
    });
    one_entry(app, "refresh_session", "refused", || {
        anybody.post(401, REFRESH, &token);
    });
    let other = app.log_in("somebody", own);
    one_entry(app, "logout", "done", || {
        other.call(204, "POST", "/api/v1/auth/logout");
    });
}

fn a_refused_login_is_on_record_with_the_account(app: &TestApp) {
    let person = app.person("somebody", &[]);
    let id = person.get(200, "/api/v1/auth/me").json()["id"].clone();
    let own = password_of("somebody");
    let login = |password: &str| json!({"username": "somebody", "password": password});
    let refused = |status: u16, sent: &Value, detail: Value| {
        app.admin();
        let entry = one_entry(app, "login", "refused", || {
            app.anon().post(status, LOGIN, sent);
        });
        assert_eq!(entry["detail"], detail);
    };
    refused(
        401,
        &json!({"username": "nobody.here", "password": "x"}),
        json!({}),
    );
    enrol(app, &person, &own);
    let half = json!({"user": id, "by": "password", "code": "missing"});
    for _ in 0..5 {
        refused(401, &login(&own), half.clone());
    }
    let mut wrong_code = login(&own);
    wrong_code["code"] = json!("12345");
    refused(
        401,
        &wrong_code,
        json!({"user": id, "by": "password", "code": "wrong"}),
    );
    // Of a lock the first login that it refuses, however many come; and it goes on counting as before.
    let failures = |more: usize| {
        for _ in 0..more {
            refused(401, &login("a wrong one"), json!({"user": id}));
        }
        refused(429, &login(&own), json!({"user": id, "locked": true}));
        let before = count(app);
        for password in ["a wrong one", &own, "a wrong one"] {
            app.anon().post(429, LOGIN, &login(password));
        }
        assert_eq!(count(app), before);
    };
    failures(2);
    app.advance(TimeDelta::minutes(15));
    failures(3);
}

fn each_change_of_a_user_leaves_one_entry(app: &TestApp) {
    let admin = app.admin();
    let new = json!({"username": "somebody", "display_name": "x", "grants": [{"role": "administrator"}]});
    let entry = one_entry(app, "create_user", "done", || {
        admin.post(201, USERS, &new);
    });
    assert_eq!(entry["actor_kind"], "user");
    assert_eq!(entry["actor_id"], admin.get(200, "/api/v1/auth/me").json()["id"]);
    assert_eq!(entry["before_digest"], Value::Null);
    let created = entry["after_digest"].clone();
    let path = format!("{USERS}/{}", entry["object_id"].as_str().unwrap());

    let renamed = json!({"display_name": "y"});
    let entry = one_entry(app, "update_user", "done", || {
        let changed = admin.if_match("*").patch(200, &path, &renamed);
        assert_eq!(changed.json()["revision"], 2);
    });
    assert_eq!(entry["before_digest"], created);
    assert_ne!(entry["after_digest"], created);
    let entry = one_entry(app, "reset_user_password", "done", || {
        admin.call(200, "POST", &format!("{path}/password"));
    });
    assert_ne!(entry["before_digest"], entry["after_digest"]);

    // What changes nothing leaves nothing.
    let before = count(app);
    admin.get(200, &path);
    admin.patch(428, &path, &renamed);
    admin.post(409, USERS, &new);
    app.anon().post(401, USERS, &new);
    assert_eq!(count(app), before);
}

/// The driver does not see that its connection is gone: one that was kept would be refused for ever.
fn a_lost_connection_is_replaced(app: &TestApp) {
    let admin = app.admin();
    app.add_agencies(&["moj"]);
    let body = |name: &str| json!({"username": name, "display_name": name, "grants": [{"role": "reader", "agency": "moj"}]});
    admin.post(201, "/api/v1/users", &body("before"));
    app.break_connections();
    // Each connection of a pool may be found broken once; nothing of that is a fault of the service.
    let settle = |method: &str, path: &str, body: Option<&Value>, good: u16| {
        let statuses: Vec<u16> = (0..20)
            .map(|_| admin.attempt(method, path, body).status)
            .take_while(|status| *status != good)
            .collect();
        assert!(
            statuses.len() < 20 && statuses.iter().all(|status| *status == 503),
            "{statuses:?}"
        );
    };
    settle("GET", "/api/v1/users", None, 200);
    settle("POST", "/api/v1/users", Some(&body("after")), 201);
    let names = admin.get(200, "/api/v1/users").text();
    assert!(
        names.contains("\"after\"") && names.contains("\"before\""),
        "{names}"
    );
}
