//! Stories about administrators who manage users and their roles.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp, password_of},
};

const USERS: &str = "/api/v1/users";
const ME: &str = "/api/v1/auth/me";

stories![
    only_administrators_manage_users,
    a_name_is_taken_once,
    the_faults_of_a_new_user_are_all_named,
    grants_are_checked,
    users_come_in_pages,
    a_change_needs_the_version_that_was_seen,
    a_deactivated_user_is_out_at_once,
    an_administrator_is_always_left,
    an_administrators_own_account_takes_the_own_routes,
    a_grant_that_is_taken_away_is_gone_at_once,
    a_reset_password_ends_the_sessions,
    a_first_password_that_nobody_changes_is_no_longer_good,
    what_is_about_a_person_is_kept_by_no_cache,
    how_long_a_first_password_is_good_can_be_set with [("PARINDEX_FIRST_PASSWORD_DAYS_MAX", "1")],
];

fn add(admin: &Person, username: &str, grants: Value) -> (String, String) {
    let new = json!({"username": username, "display_name": username, "grants": grants});
    let made = admin.post(201, USERS, &new);
    let user = made.json();
    let path = made.header("location").to_owned();
    assert_eq!(path, format!("{USERS}/{}", user["user"]["id"].as_str().unwrap()));
    (path, user["initial_password"].as_str().unwrap().to_owned())
}

fn path_of(app: &TestApp, person: &Person) -> (String, String) {
    let id = person.get(200, ME).json()["id"].as_str().unwrap().to_owned();
    let path = format!("{USERS}/{id}");
    let etag = app.admin().get(200, &path).etag().to_owned();
    (path, etag)
}

fn only_administrators_manage_users(app: &TestApp) {
    app.add_agencies(&["moj"]);
    let (path, _) = add(&app.admin(), "somebody", json!([]));
    for person in [
        app.submitter("moj"),
        app.leader("moj"),
        app.appraiser("moj"),
        app.evaluator("moj"),
        app.reader("moj"),
    ] {
        assert_eq!(person.get(403, USERS).code(), "forbidden");
        person.get(403, &path);
        person.post(
            403,
            USERS,
            &json!({"username": "me.too", "display_name": "x", "grants": []}),
        );
        person.if_match("*").patch(403, &path, &json!({"active": false}));
        person.call(403, "POST", &format!("{path}/password"));
        person.get(403, "/api/v1/audit");
    }
    app.anon().get(401, USERS);
    app.anon().get(401, &path);
    app.anon()
        .if_match("*")
        .patch(401, &path, &json!({"active": false}));
}

fn a_name_is_taken_once(app: &TestApp) {
    let admin = app.admin();
    add(&admin, "Moj.Clerk", json!([]));
    let again = json!({"username": "moj.CLERK ", "display_name": "x", "grants": []});
    assert_eq!(admin.post(409, USERS, &again).code(), "already_exists");
}

fn the_faults_of_a_new_user_are_all_named(app: &TestApp) {
    let new = json!({"username": "ngô bảo châu", "display_name": " ", "grants": [{"role": "reader"}]});
    let refused = app.admin().post(422, USERS, &new);
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/display_name bad_display_name",
            "/grants/0/agency bad_grant",
            "/username bad_username"
        ]
    );
}

fn grants_are_checked(app: &TestApp) {
    app.add_agencies(&["moj"]);
    let admin = app.admin();
    let faults = |grants: Value| {
        let new = json!({"username": "somebody", "display_name": "x", "grants": grants});
        admin.post(422, USERS, &new).faults()
    };
    assert_eq!(
        faults(json!([{"role": "administrator", "agency": "moj"}, {"role": "leader"}])),
        ["/grants/0/agency bad_grant", "/grants/1/agency bad_grant"]
    );
    assert_eq!(
        faults(json!([{"role": "reader", "agency": "moj"}, {"role": "reader", "agency": "mof"}])),
        ["/grants/1/agency unknown_agency"]
    );
    assert_eq!(
        faults(json!([{"role": "reader", "agency": "moj"}, {"role": "reader", "agency": "moj"}])),
        ["/grants/1 duplicate_grant"]
    );
    assert_eq!(
        faults(json!([{"role": "minister", "agency": "moj"}])),
        ["/grants/0/role wrong_shape"]
    );
    assert_eq!(
        faults(json!([{"role": "reader", "agency": "Bộ Tư pháp"}])),
        ["/grants/0/agency wrong_shape"]
    );
    let many: Vec<Value> = (0..51).map(|_| json!({"role": "administrator"})).collect();
    assert!(faults(json!(many)).contains(&"/grants too_many_grants".to_owned()));
}

fn users_come_in_pages(app: &TestApp) {
    let admin = app.admin();
    for username in ["an", "bình", "chi"].map(|name| name.replace('ì', "i")) {
        add(&admin, &format!("user.{username}"), json!([]));
    }
    let mut names = Vec::new();
    let mut next = format!("{USERS}?limit=2");
    loop {
        let page = admin.get(200, &next).json();
        let rows = page["data"].as_array().unwrap().clone();
        names.extend(
            rows.iter()
                .map(|user| user["username"].as_str().unwrap().to_owned()),
        );
        match page["page"]["next"].as_str() {
            Some(cursor) => next = format!("{USERS}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(names, ["admin", "user.an", "user.binh", "user.chi"]);
    for bad in [
        "limit=0",
        "limit=501",
        "limit=x",
        "cursor=!",
        "cursor=AA",
        "offset=1",
    ] {
        let refused = admin.get(400, &format!("{USERS}?{bad}"));
        assert_eq!(refused.code(), "invalid_request", "{bad}");
        assert_eq!(refused.faults().len(), 1, "{bad}");
    }
}

fn a_change_needs_the_version_that_was_seen(app: &TestApp) {
    let admin = app.admin();
    let (path, _) = add(&admin, "somebody", json!([]));
    let seen = admin.get(200, &path);
    admin.header("if-none-match", seen.etag()).get(304, &path);
    let change = json!({"display_name": "Trần Thị Bình"});
    assert_eq!(admin.patch(428, &path, &change).code(), "precondition_required");
    let changed = admin.if_match(seen.etag()).patch(200, &path, &change);
    assert_eq!(changed.json()["display_name"], "Trần Thị Bình");
    assert_eq!(changed.json()["grants"], json!([]));
    let stale = admin.if_match(seen.etag()).patch(412, &path, &change);
    assert_eq!(stale.code(), "precondition_failed");
    let now = admin.header("if-none-match", seen.etag()).get(200, &path);
    assert_eq!(now.etag(), changed.etag());
    assert_eq!(now.json(), changed.json());
    admin.if_match("*").patch(200, &path, &change);
    let nobody = format!("{USERS}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10");
    admin.get(404, &nobody);
    admin.if_match("*").patch(404, &nobody, &change);
    admin.get(404, &format!("{USERS}/somebody"));
}

fn an_administrator_is_always_left(app: &TestApp) {
    let admin = app.admin();
    let (path, etag) = path_of(app, &admin);
    for (body, fault) in [
        (json!({"active": false}), "/active own_account"),
        (json!({"grants": []}), "/grants own_account"),
    ] {
        assert_eq!(admin.if_match(&etag).patch(422, &path, &body).faults(), [fault]);
    }
    admin.get(200, "/api/v1/auth/me");
}

/// By the routes for others no proof is asked for: whoever finds an open screen would have a lasting way in.
fn an_administrators_own_account_takes_the_own_routes(app: &TestApp) {
    let admin = app.admin();
    let (path, etag) = path_of(app, &admin);
    for (method, part, own) in [
        ("POST", "password", "PUT /api/v1/auth/password"),
        ("DELETE", "password", "ask another administrator"),
        (
            "DELETE",
            "second-factor",
            "POST /api/v1/auth/second-factor/removal",
        ),
    ] {
        let refused = admin.call(403, method, &format!("{path}/{part}"));
        assert_eq!(refused.code(), "forbidden");
        assert!(refused.text().contains(own), "{}", refused.text());
    }
    let link = |subject: Value| json!({"oidc_subject": subject});
    let own = admin.if_match(&etag);
    assert_eq!(
        own.patch(422, &path, &link(json!("an.nguyen"))).faults(),
        ["/oidc_subject own_account"]
    );
    admin.get(200, ME);
    // Another one does it; to take it away, or to send it along with another change, takes nothing.
    let second = app.person("second.admin", &[json!({"role": "administrator"})]);
    second.if_match("*").patch(200, &path, &link(json!("an.nguyen")));
    let whole = json!({"display_name": "Quản trị viên", "oidc_subject": "an.nguyen"});
    admin.if_match("*").patch(200, &path, &whole);
    admin.if_match("*").patch(200, &path, &link(Value::Null));
    second.call(200, "POST", &format!("{path}/password"));
    admin.get(401, ME);
}

fn a_deactivated_user_is_out_at_once(app: &TestApp) {
    app.add_agencies(&["moj"]);
    let person = app.submitter("moj");
    let (path, etag) = path_of(app, &person);
    app.admin()
        .if_match(&etag)
        .patch(200, &path, &json!({"active": false}));
    assert_eq!(person.get(401, ME).code(), "invalid_token");
    let refresh = json!({"refresh_token": person.refresh_token()});
    app.anon().post(401, "/api/v1/auth/refresh", &refresh);
    let login = json!({"username": "moj.submitter", "password": password_of("moj.submitter")});
    let refused = app.anon().post(401, "/api/v1/auth/login", &login);
    assert_eq!(refused.code(), "invalid_credentials");
    app.admin()
        .if_match("*")
        .patch(200, &path, &json!({"active": true}));
    app.anon().post(200, "/api/v1/auth/login", &login);
    // The sessions from before stay ended.
    person.get(401, ME);
}

fn a_grant_that_is_taken_away_is_gone_at_once(app: &TestApp) {
    let second = app.person("second.admin", &[json!({"role": "administrator"})]);
    second.get(200, USERS);
    let (path, etag) = path_of(app, &second);
    app.admin()
        .if_match(&etag)
        .patch(200, &path, &json!({"grants": []}));
    assert_eq!(second.get(403, USERS).code(), "forbidden");
    assert_eq!(second.get(200, ME).json()["grants"], json!([]));
}

fn a_reset_password_ends_the_sessions(app: &TestApp) {
    app.add_agencies(&["moj"]);
    let person = app.submitter("moj");
    let (path, _) = path_of(app, &person);
    let reset = app.admin().call(200, "POST", &format!("{path}/password")).json();
    person.get(401, ME);
    let old = json!({"username": "moj.submitter", "password": password_of("moj.submitter")});
    app.anon().post(401, "/api/v1/auth/login", &old);
    let fresh = app.log_in("moj.submitter", reset["initial_password"].as_str().unwrap());
    assert_eq!(fresh.get(200, ME).json()["must_change_password"], true);
}

fn log_in(app: &TestApp, expected: u16, password: &str) -> Value {
    let login = json!({"username": "somebody", "password": password});
    let mut answer = app.anon().post(expected, "/api/v1/auth/login", &login).json();
    answer["request_id"] = Value::Null;
    answer
}

fn a_first_password_that_nobody_changes_is_no_longer_good(app: &TestApp) {
    let (path, first) = add(&app.admin(), "somebody", json!([]));
    app.advance(TimeDelta::seconds(7 * 86_400 - 1));
    let person = app.anon().holding(&log_in(app, 200, &first));
    let change = json!({"current_password": first, "new_password": "một mật khẩu của riêng tôi"});
    app.advance(TimeDelta::seconds(1));
    let trail = app.admin();
    // Who guesses learns nothing; administrators do.
    assert_eq!(log_in(app, 401, &first), log_in(app, 401, "a wrong one"));
    let told = trail.get(200, "/api/v1/audit?limit=2").json();
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(
        told["data"][1]["detail"],
        json!({"user": id, "password": "expired"})
    );
    assert_eq!(told["data"][1]["outcome"], "refused");
    assert_eq!(told["data"][0]["detail"], json!({"user": id}));
    // Who is still in with it is told so.
    assert_eq!(
        person.put(422, "/api/v1/auth/password", &change).faults(),
        ["/current_password password_expired"]
    );
    let reset = trail.call(200, "POST", &format!("{path}/password")).json();
    let second = reset["initial_password"].as_str().unwrap();
    log_in(app, 401, &first);
    app.advance(TimeDelta::days(6));
    let person = app.anon().holding(&log_in(app, 200, second));
    let change = json!({"current_password": second, "new_password": "một mật khẩu của riêng tôi"});
    person.put(204, "/api/v1/auth/password", &change);
    // The own one is good for as long as its owner likes.
    app.advance(TimeDelta::days(700));
    log_in(app, 200, "một mật khẩu của riêng tôi");
}

fn how_long_a_first_password_is_good_can_be_set(app: &TestApp) {
    let (_, first) = add(&app.admin(), "somebody", json!([]));
    log_in(app, 200, &first);
    app.advance(TimeDelta::days(1));
    log_in(app, 401, &first);
}

fn what_is_about_a_person_is_kept_by_no_cache(app: &TestApp) {
    let admin = app.admin();
    let (path, _) = path_of(app, &admin);
    for path in [
        USERS,
        &path,
        ME,
        "/api/v1/auth/contact",
        "/api/v1/auth/sessions",
        "/api/v1/auth/second-factor",
        "/api/v1/notifications",
        "/api/v1/audit",
    ] {
        let answer = admin.get(200, path);
        assert_eq!(answer.header("cache-control"), "private, no-store", "{path}");
        if !answer.header("etag").is_empty() {
            let known = admin.header("if-none-match", answer.etag()).get(304, path);
            assert_eq!(known.header("cache-control"), "private, no-store", "{path}");
        }
    }
}
