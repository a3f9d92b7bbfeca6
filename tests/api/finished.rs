//! Stories about finished answers, which are given again without going the whole way.

use parindex::features::rounds::Phase;

use crate::{
    corrections::correct,
    open_data::published,
    stories,
    support::{Response, TestApp, play::text},
};

stories![
    what_is_given_again_is_what_was_given with [("PARINDEX_PUBLIC_URL", "https://cchc.example.vn")],
    what_is_given_again_is_counted,
    what_is_given_again_counts_against_the_limit with [("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "40")],
    a_page_is_not_given_again_after_something_was_published,
    other_sites_pages_see_what_they_saw with [("PARINDEX_CORS_ORIGINS", "https://board.example")],
];

const HEADERS: [&str; 13] = [
    "accept-ranges",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "content-encoding",
    "content-security-policy",
    "content-type",
    "etag",
    "link",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
];

fn headers(response: &Response) -> Vec<(&'static str, String)> {
    HEADERS
        .map(|name| (name, response.header(name).to_owned()))
        .to_vec()
}

fn what_is_given_again_is_what_was_given(app: &TestApp) {
    let address = published(app);
    let page = address.replace("/api/v1", "");
    for path in [
        format!("{address}/ranking"),
        format!("{address}/ranking.csv?labels=name"),
        format!("{address}/domains.xlsx"),
        format!("{address}/document"),
        format!("{address}/agencies/moj"),
        format!("{address}/charts/ranking.svg"),
        page.clone(),
        format!("/en{page}/agencies/moj"),
    ] {
        let mut etags = Vec::new();
        for encoding in ["identity", "gzip", "br"] {
            let anybody = app.anon().header("accept-encoding", encoding);
            // What is packed can't be held against the contract.
            let read = || anybody.attempt_undescribed("GET", &path);
            let first = read();
            assert_eq!(first.status, 200, "{path}");
            // Asked in words that nobody used yet, so it goes the whole way.
            let unheard = anybody
                .header("accept", "*/*")
                .header("if-none-match", first.etag());
            let whole_way = unheard.get(304, &path);
            for _ in 0..3 {
                let again = read();
                assert!(again.bytes == first.bytes, "{path}");
                assert_eq!(headers(&again), headers(&first), "{path}");
                let held = anybody.header("if-none-match", first.etag()).get(304, &path);
                assert!(held.bytes.is_empty(), "{path}");
                assert_eq!(held.header("content-type"), "", "{path}");
                assert_eq!(headers(&held), headers(&whole_way), "{path}");
                let weak = anybody.header("if-none-match", &format!("\"x\", W/{}", first.etag()));
                weak.get(304, &path);
                let other = anybody.header("if-none-match", "\"x\"");
                assert_eq!(other.attempt_undescribed("GET", &path).status, 200, "{path}");
            }
            etags.push(first.etag().to_owned());
        }
        etags.dedup();
        // A workbook is packed already.
        let forms = if path.ends_with("xlsx") { 1 } else { 3 };
        assert_eq!(etags.len(), forms, "{path}");
        // Another form, a part and a HEAD are told from it.
        let part = app.anon().header("range", "bytes=0-9").get(206, &path);
        assert_eq!(part.bytes.len(), 10, "{path}");
        assert!(app.anon().attempt_head(&path).bytes.is_empty(), "{path}");
    }
    let ranking = format!("{address}/ranking");
    let csv = app.anon().header("accept", "text/csv").get(200, &ranking);
    assert!(csv.header("content-type").starts_with("text/csv"));
    let json = app.anon().header("accept", "application/json").get(200, &ranking);
    assert_eq!(json.header("content-type"), "application/json");
    app.anon().post(405, &ranking, &serde_json::json!({}));
    // A key that is no good is refused although nobody needs one.
    let wrong = format!("parindex_{}", "0".repeat(72));
    app.anon()
        .header("authorization", &format!("Bearer {wrong}"))
        .get(401, &ranking);
}

fn counted(app: &TestApp, status: &str) -> f64 {
    let metrics = app.anon().get(200, "/metrics").text();
    let name = format!(
        "parindex_http_requests_total{{feature=\"publications\",method=\"GET\",status=\"{status}\"}} "
    );
    let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0.0, |count| count.parse().unwrap())
}

fn what_is_given_again_is_counted(app: &TestApp) {
    let ranking = format!("{}/ranking", published(app));
    let first = app.anon().get(200, &ranking);
    let (whole, unchanged) = (counted(app, "200"), counted(app, "304"));
    for _ in 0..10 {
        app.anon().get(200, &ranking);
        app.anon()
            .header("if-none-match", first.etag())
            .get(304, &ranking);
    }
    assert_eq!(counted(app, "200") - whole, 10.0);
    assert_eq!(counted(app, "304") - unchanged, 10.0);
}

fn what_is_given_again_counts_against_the_limit(app: &TestApp) {
    let ranking = format!("{}/ranking", published(app));
    let left = |answer: &Response| {
        let told = answer.header("ratelimit");
        let left = told
            .strip_prefix("\"anonymous\";r=")
            .and_then(|rest| rest.split(';').next());
        left.unwrap_or_else(|| panic!("{told}")).parse::<u32>().unwrap()
    };
    app.advance(chrono::TimeDelta::minutes(1));
    let first = left(&app.anon().get(200, &ranking));
    for expected in (0..first).rev() {
        let again = app.anon().get(200, &ranking);
        assert_eq!(left(&again), expected);
        assert!(again.header("ratelimit-policy").contains("q=40"));
    }
    let refused = app.anon().get(429, &ranking);
    assert_eq!(refused.json()["code"], "rate_limited");
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    app.advance(chrono::TimeDelta::seconds(2));
    assert_eq!(left(&app.anon().get(200, &ranking)), 0);
}

fn a_page_is_not_given_again_after_something_was_published(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let before = app.anon().get(200, "/");
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    let page = text(&latest["links"], "self").replace("/api/v1", "");
    let superseded = app.anon().get(200, &page).text();
    correct(app, &round, "29.5");
    let after = app.anon().get(200, "/");
    assert_ne!(after.etag(), before.etag());
    assert_ne!(app.anon().get(200, &page).text(), superseded);
    app.anon().header("if-none-match", before.etag()).get(200, "/");
    app.anon().header("if-none-match", after.etag()).get(304, "/");
}

fn other_sites_pages_see_what_they_saw(app: &TestApp) {
    let address = published(app);
    let page = address.replace("/api/v1", "");
    let ranking = format!("{address}/ranking");
    for _ in 0..3 {
        for (origin, of_page) in [
            ("https://board.example", "https://board.example"),
            ("https://other.example", ""),
        ] {
            let asks = app.anon().header("origin", origin);
            assert_eq!(asks.get(200, &ranking).header("access-control-allow-origin"), "*");
            let answer = asks.get(200, &page);
            assert_eq!(answer.header("access-control-allow-origin"), of_page);
            assert!(
                answer.header("vary").contains("accept"),
                "{}",
                answer.header("vary")
            );
        }
        let plain = app.anon().get(200, &page);
        assert_eq!(plain.header("access-control-allow-origin"), "");
    }
}
