//! Scenarios for the operations on responses to a survey round that has begun.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::survey::ROUND,
};

fn batch(stratum: &str) -> Value {
    let answers = json!({"a0.1": "no", "a1.1": "4"});
    json!({"responses": [{"id": "r1", "stratum": stratum, "channel": "post", "answers": answers}]})
}

pub fn send_survey_batch(world: &World<'_>) -> [Call; 2] {
    let post = world.app.collector("sbv");
    let path = format!("{ROUND}/batches/b1");
    [
        call(422, &post, "PUT", path.clone(), batch("nowhere")),
        call(201, &post, "PUT", path, batch("moj-a")),
    ]
}

pub fn exclude_survey_responses(world: &World<'_>) -> [Call; 2] {
    let moha = world.app.evaluator("moha");
    let path = format!("{ROUND}/exclusions");
    let exclude = |id: &str| json!({"responses": [id], "excluded": true, "reason": "Phiếu thử"});
    [
        call(422, &moha, "POST", path.clone(), exclude("r2")),
        call(200, &moha, "POST", path, exclude("r1")),
    ]
}

pub fn rebuild_survey_counts(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/counts/rebuild");
    let post = world.app.collector("sbv");
    [
        call(403, &post, "POST", path.clone(), Value::Null),
        call(200, &world.app.evaluator("moha"), "POST", path, Value::Null),
    ]
}
