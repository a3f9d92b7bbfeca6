//! Stories about clients that send what nobody asked for.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use crate::{
    stories,
    support::{Person, TestApp},
};

const USERS: &str = "/api/v1/users";
const LOGIN: &str = "/api/v1/auth/login";

stories![
    what_is_no_json_is_a_bad_request,
    json_of_another_shape_is_named_by_its_place,
    another_content_type_is_refused,
    a_huge_body_is_refused with [("PARINDEX_BODY_BYTES_MAX", "2048")],
    a_body_that_does_not_come_is_not_waited_for with [("PARINDEX_REQUEST_SECONDS_MAX", "1")],
    a_nul_character_is_refused_everywhere,
    an_unknown_route_is_not_found,
    another_method_is_told_which_ones_there_are,
    only_the_headers_can_be_asked_for_wherever_something_can_be_read,
    everybody_is_answered_in_the_own_language,
    a_bad_idempotency_key_is_refused,
    too_many_requests_are_told_to_wait with [("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "3")],
    too_many_logins_are_told_to_wait with [("PARINDEX_RATE_LOGIN_PER_MINUTE", "2")],
    every_problem_has_its_explanation,
];

fn post_bytes(person: &Person, expected: u16, bytes: &[u8]) -> Vec<String> {
    person
        .send_bytes(expected, "POST", USERS, "application/json", bytes)
        .faults()
}

fn what_is_no_json_is_a_bad_request(app: &TestApp) {
    let admin = app.admin();
    for bytes in [
        b"".as_slice(),
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b"{\"username\": \"\xc3\x28\"}",
        b"{\"username\": \"\\ud800\"}",
        b"{\"username\": \"\0\"}",
        b"{\"username\": 1e999999}",
    ] {
        let shown = String::from_utf8_lossy(bytes.get(..20).unwrap_or(bytes)).into_owned();
        let answer = admin.send_bytes(400, "POST", USERS, "application/json", bytes);
        assert_eq!(answer.code(), "invalid_request", "{shown}");
    }
    let deep = format!("{{\"grants\": {}", "[".repeat(100_000));
    admin.send_bytes(400, "POST", USERS, "application/json", deep);
    // Nobody reads a body before knowing who sends it.
    let anybody = app.anon();
    anybody.send_bytes(400, "POST", LOGIN, "application/json", "{");
    anybody.send_bytes(401, "POST", USERS, "application/json", "{");
}

fn json_of_another_shape_is_named_by_its_place(app: &TestApp) {
    let packed = app.admin().header("content-encoding", "gzip");
    let refused = packed.send_bytes(415, "POST", USERS, "application/json", b"{}");
    assert!(refused.json()["detail"].as_str().unwrap().contains("gzip"));
    let admin = app.admin();
    assert_eq!(post_bytes(&admin, 422, b"[]"), [" wrong_shape"]);
    assert_eq!(post_bytes(&admin, 422, b"null"), [" wrong_shape"]);
    // All that is missing is named, beside what is wrong.
    assert_eq!(post_bytes(&admin, 422, b"{}"), [" wrong_shape"; 3]);
    assert_eq!(
        post_bytes(&admin, 422, br#"{"username": 1}"#),
        ["/username wrong_shape", " wrong_shape", " wrong_shape"]
    );
    let twice = br#"{"username": "moj.clerk", "username": "mof.clerk", "display_name": "x", "grants": []}"#;
    assert_eq!(post_bytes(&admin, 422, twice).len(), 1);
    let more = json!({"username": "moj.clerk", "display_name": "x", "grants": [], "active": true});
    assert_eq!(admin.post(422, USERS, &more).faults(), ["/active wrong_shape"]);
    assert_eq!(
        admin.get(200, USERS).json()["data"].as_array().unwrap().len(),
        1,
        "nobody was added"
    );
}

fn another_content_type_is_refused(app: &TestApp) {
    let login = br#"{"username": "admin", "password": "correct horse battery staple"}"#;
    let anybody = app.anon();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "x",
    ] {
        let refused = anybody.send_bytes(415, "POST", LOGIN, kind, login);
        assert_eq!(refused.code(), "unsupported_media_type");
    }
    assert_eq!(anybody.call(415, "POST", LOGIN).code(), "unsupported_media_type");
    anybody.send_bytes(200, "POST", LOGIN, "application/json; charset=utf-8", login);
    anybody.send_bytes(200, "POST", LOGIN, "Application/JSON", login);
}

fn a_huge_body_is_refused(app: &TestApp) {
    let admin = app.admin();
    let body = |length: usize| json!({"username": "x", "display_name": "x".repeat(length), "grants": []});
    assert_eq!(admin.post(413, USERS, &body(3000)).code(), "payload_too_large");
    admin.post(422, USERS, &body(1500));
}

fn a_body_that_does_not_come_is_not_waited_for(app: &TestApp) {
    let mut connection = TcpStream::connect(app.address()).unwrap();
    let head = format!(
        "POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    // The sender was late, not the server.
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/request_timeout\""), "{answer}");
}

fn a_nul_character_is_refused_everywhere(app: &TestApp) {
    let admin = app.admin();
    let nul = "a\0b";
    let anybody = app.anon();
    let login = json!({"username": nul, "password": "correct horse battery staple"});
    assert_eq!(
        anybody.post(422, LOGIN, &login).faults(),
        ["/username nul_character"]
    );
    let login = json!({"username": "admin", "password": nul});
    assert_eq!(
        anybody.post(422, LOGIN, &login).faults(),
        ["/password nul_character"]
    );
    anybody.post(422, "/api/v1/auth/refresh", &json!({"refresh_token": nul}));
    let new = json!({"username": nul, "display_name": nul, "grants": [{"role": "reader", "agency": nul}]});
    assert_eq!(
        admin.post(422, USERS, &new).faults(),
        [
            "/display_name nul_character",
            "/grants/0/agency nul_character",
            "/username nul_character"
        ]
    );
    assert_eq!(
        post_bytes(&admin, 422, br#"{"a\u0000": 1}"#),
        ["/a\0 nul_character"]
    );
    // Six letters that only look like one.
    let new = json!({"username": "somebody", "display_name": "\\u0000 is six letters", "grants": []});
    let made = admin.post(201, USERS, &new).json();
    assert_eq!(made["user"]["display_name"], "\\u0000 is six letters");
    for path in [
        "/api/v1/audit?actor_id=%00",
        "/api/v1/audit?object_kind=a%00b",
        "/api/v1/users?cursor=%00",
        "/api/v1/users?%00=1",
    ] {
        assert_eq!(admin.get(400, path).code(), "invalid_request", "{path}");
    }
    for path in [
        "/api/v1/users/%00",
        "/api/v1/users/a%00b",
        "/problems/%00",
        "/%00",
    ] {
        admin.get(404, path);
    }
    // Text that both databases take is left as it is.
    admin.get(200, "/api/v1/audit?actor_id=%2500&object_kind=%C4%91%F0%9F%98%80");
    admin.get(400, "/api/v1/audit?actor_id=%FF%FE");
}

fn an_unknown_route_is_not_found(app: &TestApp) {
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/users/",
        "/api/v2/users",
        "/nowhere",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        assert_eq!(app.admin().get(404, path).code(), "not_found", "{path}");
        app.anon().get(404, path);
    }
}

fn another_method_is_told_which_ones_there_are(app: &TestApp) {
    let admin = app.admin();
    for (method, path, allowed) in [
        ("DELETE", USERS, "GET, HEAD, POST"),
        ("PUT", USERS, "GET, HEAD, POST"),
        ("GET", LOGIN, "POST"),
        (
            "POST",
            "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10",
            "GET, HEAD, PATCH",
        ),
        ("DELETE", "/health/live", "GET, HEAD"),
    ] {
        let refused = admin.call(405, method, path);
        assert_eq!(refused.code(), "method_not_allowed");
        assert_eq!(refused.header("allow"), allowed, "{method} {path}");
    }
}

fn only_the_headers_can_be_asked_for_wherever_something_can_be_read(app: &TestApp) {
    let admin = app.admin();
    for path in [
        USERS,
        "/health/live",
        "/api/v1/rounds",
        "/openapi.json",
        "/api/v1/publications",
    ] {
        let (got, head) = (admin.call(200, "GET", path), admin.attempt_head(path));
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{path}");
        for name in ["content-type", "content-length", "cache-control", "etag"] {
            assert_eq!(head.header(name), got.header(name), "{path} {name}");
        }
    }
    assert_eq!(admin.attempt_head("/api/v1/nowhere").status, 404);
    assert_eq!(app.anon().attempt_head(USERS).status, 401);
    let refused = admin.attempt_head(LOGIN);
    assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
    // Two routes fit this address; the one of files says more of it.
    let refused = admin.call(405, "DELETE", "/api/v1/programmes/p/reviews/2018.json");
    assert_eq!(refused.header("allow"), "GET, HEAD");
}

fn everybody_is_answered_in_the_own_language(app: &TestApp) {
    let anybody = app.anon();
    let title = |person: &Person| {
        let refused = person.get(401, USERS);
        assert_eq!(refused.header("vary").to_lowercase(), "accept-language");
        (
            refused.header("content-language").to_owned(),
            refused.json()["title"].as_str().unwrap().to_owned(),
        )
    };
    let vietnamese = ("vi".to_owned(), "Cần đăng nhập".to_owned());
    let english = ("en".to_owned(), "A login is needed".to_owned());
    assert_eq!(title(&anybody.without("accept-language")), vietnamese);
    assert_eq!(
        title(&anybody.header("accept-language", "vi-VN,vi;q=0.9,en;q=0.5")),
        vietnamese
    );
    assert_eq!(title(&anybody.header("accept-language", "fr, en;q=0.5")), english);
    assert_eq!(title(&anybody.header("accept-language", ";;;q=,")), vietnamese);
}

fn a_bad_idempotency_key_is_refused(app: &TestApp) {
    let admin = app.admin();
    let path = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";
    for key in ["", "two words", &"k".repeat(201)] {
        let refused = admin
            .idempotency_key(key)
            .if_match("*")
            .patch(400, path, &json!({"active": true}));
        assert_eq!(refused.faults(), ["header:Idempotency-Key bad_idempotency_key"]);
    }
}

fn too_many_requests_are_told_to_wait(app: &TestApp) {
    let admin = app.admin(); // one of the three: a login comes without a token
    let anybody = app.anon();
    anybody.get(200, "/problems");
    anybody.get(200, "/problems");
    let refused = anybody.get(429, "/problems");
    assert_eq!(refused.code(), "rate_limited");
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    // A session has an allowance of its own, and the operator's probes have none.
    admin.get(200, "/problems");
    anybody.get(200, "/health/live");
    anybody
        .header("authorization", "Bearer made.up.token")
        .get(429, "/problems");
}

fn too_many_logins_are_told_to_wait(app: &TestApp) {
    app.admin();
    let login = json!({"username": "nobody", "password": "a wrong password"});
    app.anon().post(401, LOGIN, &login);
    assert_eq!(app.anon().post(429, LOGIN, &login).code(), "rate_limited");
    app.anon().get(200, "/problems");
}

fn every_problem_has_its_explanation(app: &TestApp) {
    let all = app.anon().get(200, "/problems").json();
    for problem in all.as_array().unwrap() {
        let code = problem["code"].as_str().unwrap();
        assert_eq!(&app.anon().get(200, &format!("/problems/{code}")).json(), problem);
    }
    let kind = app.anon().get(404, "/nowhere").json();
    app.anon().get(200, kind["type"].as_str().unwrap());
}
