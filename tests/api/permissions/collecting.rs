//! What is collected for others: the public post.

use serde_json::json;

use super::{
    Line,
    requests::{Parts, get, send},
};
use crate::support::{TestApp, round::Round};

const COUNTS: &str = "/public-post";

/// Counts of moj's, whose people send them and sbv's.
pub fn build(app: &TestApp) {
    let line = json!({"agency": "moj", "period": "2025-03", "received_post": 1, "received_all": 2,
                      "returned_post": 0, "returned_all": 0});
    let path = format!("/api/v1{COUNTS}");
    app.submitter("moj").put(200, &path, &json!({"counts": [line]}));
    app.admin().put(
        200,
        &format!("{path}/collectors/sbv"),
        &json!({"agencies": ["moj"]}),
    );
}

/// The request of an operation.
pub fn requests(round: &Round<'_>, line: &Line) -> Option<Parts> {
    match line.operation() {
        "list_public_post" => get(COUNTS),
        "list_public_post_totals" => get(format!("{COUNTS}/totals?year=2025")),
        "list_public_post_collectors" => get(format!("{COUNTS}/collectors")),
        "list_public_post_revisions" => get(format!("{COUNTS}/moj/2025-03/revisions")),
        "save_public_post" => {
            let above = json!({"agency": "moj", "period": "2025-03", "received_post": 3, "received_all": 2,
                               "returned_post": 0, "returned_all": 0});
            send("PUT", COUNTS, json!({"counts": [above]}))
        }
        "save_public_post_collector" => send(
            "PUT",
            format!("{COUNTS}/collectors/sbv"),
            json!({"agencies": ["nobody"]}),
        ),
        "feed_submission" => send(
            "POST",
            format!("{}/feeds", round.submission("moj")),
            json!({"accept_missing": true}),
        ),
        _ => None,
    }
}
