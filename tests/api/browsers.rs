//! Stories about pages of other hosts: which may use the API from a browser, and what they may read of an answer.

use crate::{
    open_data::published,
    stories,
    support::{Person, Response, TestApp},
};

stories![
    what_is_open_is_open_to_every_page,
    the_rest_is_open_to_no_page_unless_it_is_configured,
    a_configured_page_may_do_everything with [("PARINDEX_CORS_ORIGINS", "https://cchc.example.vn, http://localhost:5173")],
    a_preflight_is_not_counted with [("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "1")],
];

const FOREIGN: &str = "https://dashboard.example.org";
const OWN: &str = "https://cchc.example.vn";
const LIST: &str = "/api/v1/publications";
const ME: &str = "/api/v1/auth/me";

/// A person whose browser is on a page of this origin.
fn on(person: &Person, origin: &str) -> Person {
    person.header("origin", origin)
}

fn preflight(person: &Person, path: &str, method: &str) -> Response {
    let asked = person
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,if-none-match");
    let answer = asked.attempt_undescribed("OPTIONS", path);
    assert_eq!(answer.status, 204, "{method} {path}");
    assert!(answer.bytes.is_empty());
    assert!(varies(&answer), "{method} {path}");
    answer
}

/// Whether a cache is told that the answer depends on the page.
fn varies(answer: &Response) -> bool {
    let lines = answer.headers.get_all("vary").iter();
    lines
        .into_iter()
        .any(|line| line.to_str().unwrap().contains("origin"))
}

fn allowed(answer: &Response) -> &str {
    answer.header("access-control-allow-origin")
}

fn what_is_open_is_open_to_every_page(app: &TestApp) {
    let address = published(app);
    let page = on(&app.anon(), FOREIGN);
    let ranking = format!("{address}/ranking.csv");
    for path in [
        LIST,
        &address,
        &ranking,
        "/api/v1/series/story",
        "/api/v1/catalogue",
        "/openapi.json",
        "/problems/forbidden",
        "/.well-known/jwks.json",
    ] {
        for method in ["GET", "HEAD"] {
            let told = preflight(&page, path, method);
            assert_eq!(allowed(&told), "*", "{path}");
            assert_eq!(told.header("access-control-allow-methods"), "GET, HEAD");
            assert_eq!(told.header("access-control-max-age"), "7200");
            for name in ["authorization", "if-none-match", "range", "idempotency-key"] {
                assert!(
                    told.header("access-control-allow-headers").contains(name),
                    "{name}"
                );
            }
        }
        // The same whether or not a page asks, so that a cache may keep one answer for all.
        for person in [&page, &app.anon()] {
            let answer = person.get(200, path);
            assert_eq!(allowed(&answer), "*", "{path}");
            assert!(!varies(&answer), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            // Without cookies the wildcard stands for every header: ETag, Link, RateLimit and what may come.
            assert_eq!(answer.header("access-control-expose-headers"), "*");
        }
        assert_eq!(allowed(&page.attempt_head(path)), "*", "{path}");
    }
    let etag = app.anon().get(200, &ranking).etag().to_owned();
    assert_eq!(
        allowed(&page.header("if-none-match", &etag).get(304, &ranking)),
        "*"
    );
    // A page must be able to read what went wrong.
    assert_eq!(allowed(&page.get(404, &format!("{LIST}/0a"))), "*");
    assert_eq!(allowed(&page.get(400, &format!("{LIST}?limit=x"))), "*");
    let wrong = page.header("authorization", "Bearer parindex_x");
    assert_eq!(allowed(&wrong.get(401, LIST)), "*");
}

fn the_rest_is_open_to_no_page_unless_it_is_configured(app: &TestApp) {
    let admin = on(&app.admin(), FOREIGN);
    for (method, path) in [
        ("GET", ME),
        ("GET", "/api/v1/rounds"),
        ("POST", LIST),
        ("POST", "/api/v1/auth/login"),
        ("DELETE", "/api/v1/api-keys/x"),
        ("GET", "/metrics"),
        ("GET", "/docs/"),
        ("GET", "/nowhere"),
    ] {
        let told = preflight(&admin, path, method);
        for name in ["origin", "methods", "headers"] {
            assert_eq!(
                told.header(&format!("access-control-allow-{name}")),
                "",
                "{method} {path}"
            );
        }
    }
    assert_eq!(allowed(&admin.get(200, ME)), "");
    assert_eq!(allowed(&admin.post(422, LIST, &serde_json::json!({}))), "");
    // What is no preflight is a method that nobody offers.
    let refused = admin.attempt_undescribed("OPTIONS", LIST);
    assert_eq!((refused.status, allowed(&refused)), (405, ""));
}

fn a_configured_page_may_do_everything(app: &TestApp) {
    for origin in [OWN, "http://localhost:5173"] {
        let admin = on(&app.admin(), origin);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let told = preflight(&admin, "/api/v1/users", method);
            assert_eq!(allowed(&told), origin);
            assert!(told.header("access-control-allow-methods").contains(method));
        }
        for answer in [admin.get(200, ME), admin.get(404, "/nowhere")] {
            assert_eq!(allowed(&answer), origin);
            assert!(varies(&answer));
        }
        assert_eq!(allowed(&admin.get(200, LIST)), "*", "what is open stays so");
    }
    for foreign in [
        FOREIGN,
        "https://cchc.example.vn.evil.org",
        "http://cchc.example.vn",
        "null",
        "*",
    ] {
        let admin = on(&app.admin(), foreign);
        assert_eq!(allowed(&preflight(&admin, "/api/v1/users", "POST")), "");
        let answer = admin.get(200, ME);
        assert_eq!(allowed(&answer), "", "{foreign}");
        assert!(varies(&answer), "a cache must not hand it to another page");
    }
}

fn a_preflight_is_not_counted(app: &TestApp) {
    let page = on(&app.anon(), FOREIGN);
    for _ in 0..3 {
        assert_eq!(preflight(&page, LIST, "GET").header("ratelimit"), "");
    }
    page.get(200, LIST);
    let refused = page.get(429, LIST);
    assert_eq!(allowed(&refused), "*");
    assert!(!refused.header("retry-after").is_empty());
    preflight(&page, LIST, "GET");
}
