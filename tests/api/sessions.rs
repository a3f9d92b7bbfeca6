//! Stories about sessions: how long they last, who sees them, and who ends them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp, password_of},
};

const SESSIONS: &str = "/api/v1/auth/sessions";
const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/auth/me";

stories![
    a_session_ends_when_it_lies_idle,
    a_session_in_use_ends_after_a_day,
    the_limits_are_the_operators with [
        ("PARINDEX_SESSION_HOURS_MAX", "2"),
        ("PARINDEX_SESSION_IDLE_HOURS", "3"),
    ],
    who_is_logged_in_where_is_listed,
    a_session_is_ended_by_its_owner_alone,
    all_others_end_at_once,
    an_administrator_ends_a_users_sessions,
    sessions_come_in_pages,
];

fn submitter(app: &TestApp) -> Person {
    app.add_agencies(&["moj"]);
    app.submitter("moj")
}

fn elsewhere(app: &TestApp) -> Person {
    app.log_in("moj.submitter", &password_of("moj.submitter"))
}

fn refreshed(app: &TestApp, person: &Person) -> Person {
    let token = json!({"refresh_token": person.refresh_token()});
    person.holding(&app.anon().post(200, REFRESH, &token).json())
}

fn no_longer(app: &TestApp, person: &Person) {
    let token = json!({"refresh_token": person.refresh_token()});
    assert_eq!(app.anon().post(401, REFRESH, &token).code(), "invalid_token");
}

fn listed(person: &Person) -> Vec<Value> {
    let page = person.get(200, SESSIONS).json();
    page["data"].as_array().unwrap().clone()
}

fn path(session: &Value) -> String {
    format!("{SESSIONS}/{}", session["id"].as_str().unwrap())
}

fn a_session_ends_when_it_lies_idle(app: &TestApp) {
    let admin = app.admin();
    app.advance(TimeDelta::hours(8) - TimeDelta::seconds(1));
    let admin = refreshed(app, &admin);
    app.advance(TimeDelta::hours(8));
    no_longer(app, &admin);
    // It is not listed any more either.
    assert_eq!(listed(&app.admin()).len(), 1);
}

fn a_session_in_use_ends_after_a_day(app: &TestApp) {
    let mut admin = app.admin();
    for _ in 0..3 {
        app.advance(TimeDelta::hours(7));
        admin = refreshed(app, &admin);
    }
    app.advance(TimeDelta::hours(3) - TimeDelta::seconds(1));
    let last = refreshed(app, &admin);
    app.advance(TimeDelta::seconds(1));
    no_longer(app, &last);
    // The access token of the last second goes with its session.
    assert_eq!(last.get(401, ME).code(), "invalid_token");
}

fn the_limits_are_the_operators(app: &TestApp) {
    let admin = app.admin();
    app.advance(TimeDelta::hours(2) - TimeDelta::seconds(1));
    let admin = refreshed(app, &admin);
    app.advance(TimeDelta::seconds(1));
    no_longer(app, &admin);
}

fn who_is_logged_in_where_is_listed(app: &TestApp) {
    let person = submitter(app);
    let begun = app.now();
    app.advance(TimeDelta::minutes(5));
    let phone = elsewhere(app);
    app.advance(TimeDelta::minutes(5));
    let phone = refreshed(app, &phone);
    let seen = listed(&person);
    let later = begun.plus(TimeDelta::minutes(5));
    let times = |created: parindex::clock::Moment, used: parindex::clock::Moment| {
        [
            json!(created),
            json!(used),
            json!(used.plus(TimeDelta::hours(8))),
            json!(created.plus(TimeDelta::hours(24))),
        ]
    };
    let told = |session: &Value| {
        ["created_at", "last_used_at", "idle_until", "expires_at"].map(|field| session[field].clone())
    };
    assert_eq!(seen.len(), 2);
    assert_eq!(told(&seen[0]), times(later, app.now()));
    assert_eq!(told(&seen[1]), times(begun, begun));
    let current =
        |seen: &[Value]| -> Vec<bool> { seen.iter().map(|session| session["current"] == true).collect() };
    assert_eq!(current(&seen), [false, true]);
    assert_eq!(current(&listed(&phone)), [true, false]);
    // Another's are not there, and who logged out is not either.
    phone.call(204, "POST", "/api/v1/auth/logout");
    assert_eq!(listed(&person).len(), 1);
    let other = listed(&app.admin());
    assert!(seen.iter().all(|session| !other.contains(session)));
    app.anon().get(401, SESSIONS);
}

fn a_session_is_ended_by_its_owner_alone(app: &TestApp) {
    let person = submitter(app);
    let phone = elsewhere(app);
    let of_phone = listed(&person)
        .into_iter()
        .find(|session| session["current"] == false);
    let of_phone = path(&of_phone.unwrap());
    app.admin().call(404, "DELETE", &of_phone);
    phone.get(200, ME);
    person.call(204, "DELETE", &of_phone);
    assert_eq!(phone.get(401, ME).code(), "invalid_token");
    no_longer(app, &phone);
    person.get(200, ME);
    person.call(404, "DELETE", &of_phone);
    // The own one: that is to log out.
    let own = path(&listed(&person)[0]);
    person.call(204, "DELETE", &own);
    person.get(401, ME);
}

fn all_others_end_at_once(app: &TestApp) {
    let person = submitter(app);
    let others = [elsewhere(app), elsewhere(app)];
    let admin = app.admin();
    person.call(204, "DELETE", SESSIONS);
    for other in &others {
        other.get(401, ME);
        no_longer(app, other);
    }
    person.get(200, ME);
    admin.get(200, ME);
    assert_eq!(listed(&person).len(), 1);
    person.call(204, "DELETE", SESSIONS);
}

fn an_administrator_ends_a_users_sessions(app: &TestApp) {
    let person = submitter(app);
    let other = elsewhere(app);
    let me = person.get(200, ME).json();
    let of_user = format!("/api/v1/users/{}/sessions", me["id"].as_str().unwrap());
    person.call(403, "DELETE", &of_user);
    app.admin().call(204, "DELETE", &of_user);
    for out in [&person, &other] {
        out.get(401, ME);
        no_longer(app, out);
    }
    // Nobody is kept from logging in again.
    elsewhere(app).get(200, ME);
    let nobody = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10/sessions";
    app.admin().call(404, "DELETE", nobody);
}

fn sessions_come_in_pages(app: &TestApp) {
    let person = submitter(app);
    for _ in 0..4 {
        elsewhere(app);
    }
    let mut seen = 0;
    let mut next = format!("{SESSIONS}?limit=2");
    loop {
        let page = person.get(200, &next).json();
        seen += page["data"].as_array().unwrap().len();
        match page["page"]["next"].as_str() {
            Some(cursor) => next = format!("{SESSIONS}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, 5);
}
