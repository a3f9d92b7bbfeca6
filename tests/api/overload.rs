//! Stories about a service of which more is asked than it can do.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use parindex::web::Coming;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp},
};

stories![
    who_would_wait_in_vain_is_told_before_anything_is_judged with [
        ("PARINDEX_DATABASE_QUEUE_MILLISECONDS_MAX", "0"),
    ],
    who_is_refused_while_sending_sees_the_answer_and_comes_again with [
        ("PARINDEX_DATABASE_QUEUE_MILLISECONDS_MAX", "0"),
    ],
];

const USERS: &str = "/api/v1/users";

/// So many that nobody else would be served in time.
fn crowd(app: &TestApp, writes: bool) -> Vec<Coming> {
    let crowd = app.state().gate.crowd(writes);
    std::iter::from_fn(|| crowd.enter().ok()).collect()
}

fn refused(who: &Person, body: &Value) {
    let answer = who.post(503, USERS, body);
    assert_eq!(answer.code(), "overloaded");
    assert_eq!(answer.header("retry-after"), "1");
}

fn who_would_wait_in_vain_is_told_before_anything_is_judged(app: &TestApp) {
    let admin = app.admin();
    let user = json!({"username": "lan", "display_name": "Lan", "grants": []});
    let writing = crowd(app, true);
    refused(&admin, &user);
    // Whose request is no good is told so when there is time to look at it.
    refused(&app.anon(), &json!([]));
    admin.get(200, USERS);
    let reading = crowd(app, false);
    assert_eq!(admin.get(503, USERS).code(), "overloaded");
    // What is at hand is given out, probes are answered, and who logs in waits elsewhere.
    for path in ["/health/ready", "/api/v1/publications", "/openapi.json"] {
        app.anon().get(200, path);
    }
    let wrong = json!({"username": "admin", "password": "wrong horse battery staple"});
    app.anon().post(401, "/api/v1/auth/login", &wrong);
    drop((writing, reading));
    app.anon().post(401, USERS, &user);
    admin.post(201, USERS, &user);
}

/// The next answer on a line: its head.
fn answer(line: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(line.read_line(&mut head).expect("an answer"), 0, "{head}");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length"))];
    line.read_exact(&mut body).expect("the body");
    head
}

fn who_is_refused_while_sending_sees_the_answer_and_comes_again(app: &TestApp) {
    let crowd = crowd(app, true);
    let line = TcpStream::connect(app.address()).expect("a line");
    let mut line = BufReader::new(line);
    let body = "x".repeat(100_000);
    let head = format!(
        "POST {USERS} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    for _ in 0..2 {
        let sent = format!("{head}{body}");
        line.get_mut().write_all(sent.as_bytes()).expect("the line stays");
        let answer = answer(&mut line);
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    drop(crowd);
    line.get_mut()
        .write_all(b"GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n")
        .expect("the line stays");
    let answer = answer(&mut line);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
