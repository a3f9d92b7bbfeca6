//! Scenarios for the operations of the public post.

use serde_json::{Value, json};

use crate::audit_scenarios::{Call, World, call};

const COUNTS: &str = "/api/v1/public-post";

pub fn save_public_post_collector(world: &World<'_>) -> [Call; 2] {
    let path = format!("{COUNTS}/collectors/mof");
    let admin = world.app.admin();
    let agencies = |agency: &str| json!({"agencies": [agency]});
    [
        call(422, &admin, "PUT", path.clone(), agencies("nobody")),
        call(200, &admin, "PUT", path, agencies("moj")),
    ]
}

pub fn save_public_post(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let counts = |post: i64| {
        json!({"counts": [{"agency": "moj", "period": "2025-03", "received_post": post, "received_all": 2,
                           "returned_post": 0, "returned_all": 0}]})
    };
    [
        call(422, &submitter, "PUT", COUNTS, counts(3)),
        call(200, &submitter, "PUT", COUNTS, counts(1)),
    ]
}

/// In a round of its own, whose set is fed.
pub fn feed_submission(world: &World<'_>) -> [Call; 2] {
    let submission = crate::public_post::fed_round(world.app);
    let submitter = world.app.submitter("moj");
    let feeds = format!("{submission}/feeds");
    let accept = |missing: bool| json!({"accept_missing": missing});
    let none: Value = accept(false);
    [
        call(409, &submitter, "POST", feeds.clone(), none),
        call(200, &submitter, "POST", feeds, accept(true)),
    ]
}
