//! Stories about who guesses passwords: slowed down, and unable to keep the owner out.

use chrono::TimeDelta;
use futures_util::{FutureExt, future::join_all};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, Response, TestApp, password_of},
};

const LOGIN: &str = "/api/v1/auth/login";
const ME: &str = "/api/v1/auth/me";

stories![
    who_guesses_from_a_few_places_keeps_nobody_out with [("PARINDEX_TRUSTED_PROXIES", "127.0.0.1")],
    who_guesses_from_everywhere_keeps_no_known_device_out with [
        ("PARINDEX_TRUSTED_PROXIES", "127.0.0.1"),
        ("PARINDEX_LOGIN_FAILURES_MAX", "2"),
    ],
    a_site_of_ipv6_is_one_place with [
        ("PARINDEX_TRUSTED_PROXIES", "127.0.0.1"),
        ("PARINDEX_LOGIN_FAILURES_MAX", "2"),
    ],
    a_stolen_device_is_no_way_around_the_lock with [("PARINDEX_LOGIN_FAILURES_MAX", "2")],
    a_new_password_opens_the_lock with [("PARINDEX_LOGIN_FAILURES_MAX", "2")],
    a_storm_of_logins_is_answered_at_once,
];

fn from(app: &TestApp, address: &str) -> Person {
    app.anon().header("x-forwarded-for", address)
}

fn submitter(app: &TestApp) -> Person {
    app.add_agencies(&["moj"]);
    app.submitter("moj")
}

fn log_in(who: &Person, expected: u16, password: &str, device: Option<&str>) -> Response {
    let mut body = json!({"username": "moj.submitter", "password": password});
    if let Some(device) = device {
        body["device"] = json!(device);
    }
    who.post(expected, LOGIN, &body)
}

fn right() -> String {
    password_of("moj.submitter")
}

const WRONG: &str = "một mật khẩu sai";

fn who_guesses_from_a_few_places_keeps_nobody_out(app: &TestApp) {
    let person = submitter(app);
    let attacker = from(app, "203.0.113.1");
    let answers: Vec<u16> = (0..1000)
        .map(|_| {
            let body = json!({"username": "moj.submitter", "password": WRONG});
            attacker.attempt("POST", LOGIN, Some(&body)).status
        })
        .collect();
    let of = |status: u16| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!((of(401), of(429)), (10, 990));
    for other in 1..=20 {
        log_in(&from(app, &format!("198.51.100.{other}")), 401, WRONG, None);
    }
    // Neither who is in nor who comes, from a place of the own, notices anything.
    person.get(200, ME);
    log_in(&from(app, "192.0.2.7"), 200, &right(), None);
    log_in(&attacker, 429, &right(), None);
}

fn who_guesses_from_everywhere_keeps_no_known_device_out(app: &TestApp) {
    submitter(app);
    let home = from(app, "192.0.2.7");
    let device = log_in(&home, 200, &right(), None).json();
    let device = device["device"].as_str().unwrap();
    // Five times as many as lock one place lock the name for a minute: ten here.
    for place in 1..=10 {
        log_in(&from(app, &format!("203.0.113.{place}")), 401, WRONG, None);
    }
    let stranger = from(app, "198.51.100.1");
    let locked = log_in(&stranger, 429, &right(), None);
    assert_eq!(locked.code(), "too_many_attempts");
    assert_eq!(locked.header("retry-after"), "60");
    log_in(&home, 429, &right(), None);
    let known = log_in(&home, 200, &right(), Some(device)).json();
    // Each login gives a newer one, and the earlier stays good, wherever it is sent from.
    assert!(known["device"].is_string());
    log_in(&from(app, "198.51.100.2"), 200, &right(), Some(device));
    app.advance(TimeDelta::seconds(60));
    log_in(&stranger, 200, &right(), None);
}

fn a_site_of_ipv6_is_one_place(app: &TestApp) {
    submitter(app);
    for host in ["1", "2"] {
        log_in(&from(app, &format!("2001:db8:1:2::{host}")), 401, WRONG, None);
    }
    log_in(&from(app, "2001:db8:1:2:ffff::3"), 429, &right(), None);
    log_in(&from(app, "2001:db8:1:3::1"), 200, &right(), None);
}

fn a_stolen_device_is_no_way_around_the_lock(app: &TestApp) {
    submitter(app);
    let own = log_in(&app.anon(), 200, &right(), None).json();
    let own = own["device"].as_str().unwrap();
    // Two guesses by the device, then two by the place; then both are locked.
    for _ in 0..4 {
        log_in(&app.anon(), 401, WRONG, Some(own));
    }
    log_in(&app.anon(), 429, &right(), Some(own));
    // Somebody else's is good for its owner only, and nonsense for nobody.
    let admin = json!({"username": "admin", "password": "correct horse battery staple"});
    let admin = app.anon().post(200, LOGIN, &admin).json();
    for useless in [
        admin["device"].as_str().unwrap(),
        "nonsense",
        app.admin().access_token(),
    ] {
        log_in(&app.anon(), 429, &right(), Some(useless));
    }
    app.advance(TimeDelta::minutes(15));
    log_in(&app.anon(), 200, &right(), Some(own));
}

fn a_new_password_opens_the_lock(app: &TestApp) {
    let person = submitter(app);
    let me = person.get(200, ME).json();
    for _ in 0..2 {
        log_in(&app.anon(), 401, WRONG, None);
    }
    log_in(&app.anon(), 429, &right(), None);
    let path = format!("/api/v1/users/{}/password", me["id"].as_str().unwrap());
    let reset: Value = app.admin().call(200, "POST", &path).json();
    log_in(
        &app.anon(),
        200,
        reset["initial_password"].as_str().unwrap(),
        None,
    );
}

/// 64 logins may wait for their turn, which is a second's work; what comes then is told at once to come again.
fn a_storm_of_logins_is_answered_at_once(app: &TestApp) {
    let person = submitter(app);
    let passwords = app.state().access.passwords().clone();
    app.wait(async {
        let waiting: Vec<_> = (0..64)
            .map(|_| Box::pin(passwords.verify(WRONG.to_owned(), None)))
            .collect();
        let mut waiting = join_all(waiting);
        // Begun once, they hold all places for as long as nobody asks how they go on.
        assert!((&mut waiting).now_or_never().is_none());
        let refused = log_in(&app.anon(), 503, &right(), None);
        assert_eq!(refused.code(), "overloaded");
        assert_eq!(refused.header("retry-after"), "1");
        // Who is in does not notice.
        person.get(200, ME);
        assert!(waiting.await.iter().all(Result::is_ok));
    });
    log_in(&app.anon(), 200, &right(), None);
}
