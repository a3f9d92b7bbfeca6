//! Scenarios for the operations on ratings.

use serde_json::json;

use crate::audit_scenarios::{Call, World, call};

const CHANNEL: &str = "/api/v1/rating-channels/moj-counter";

pub fn save_rating_channel(world: &World<'_>) -> [Call; 2] {
    let moj = world.app.evaluator("moj");
    let channel = |minimum_n: i32| json!({"owner": "moj", "name_vi": "Một cửa", "minimum_n": minimum_n});
    [
        call(422, &moj, "PUT", CHANNEL, channel(0)),
        call(201, &moj, "PUT", CHANNEL, channel(5)),
    ]
}

pub fn send_ratings(world: &World<'_>) -> [Call; 2] {
    let moj = world.app.submitter("moj");
    let path = format!("{CHANNEL}/ratings");
    let of = |score: i32| json!({"ratings": [{"id": "a", "agency": "moj", "score": score, "rated_on": "2026-02-01"}]});
    [
        call(422, &moj, "POST", path.clone(), of(6)),
        call(200, &moj, "POST", path, of(5)),
    ]
}
