//! Scenarios for the operations on reviews of programmes, in the order of a review's life.

use serde_json::json;

use crate::{
    audit_scenarios::{Call, World, call},
    support::{programme::CODE, round::OWNER},
};

fn at(rest: &str) -> String {
    format!("/api/v1/programmes/{CODE}/reviews{rest}")
}

pub fn create_programme_review(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let of = |year: i32| json!({"kind": "interim", "year": year});
    [
        call(422, &evaluator, "POST", at(""), of(2030)),
        call(201, &evaluator, "POST", at(""), of(2026)),
    ]
}

pub fn update_programme_review(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let body = json!({"assessment": "Cơ bản hoàn thành."});
    [
        call(428, &evaluator, "PATCH", at("/2026"), body.clone()),
        call(200, &evaluator.if_match("*"), "PATCH", at("/2026"), body),
    ]
}

pub fn save_review_part(world: &World<'_>) -> [Call; 2] {
    let leader = world.app.leader("moj").if_match("\"r0\"");
    let path = at("/2026/parts/moj/results");
    [
        call(422, &leader, "PUT", path.clone(), json!({"text": " "})),
        call(200, &leader, "PUT", path, json!({"text": "Đã ban hành."})),
    ]
}

pub fn freeze_programme_review(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER).if_match("*");
    let accepted = |yes: bool| json!({"missing_parts_accepted": yes});
    [
        call(422, &evaluator, "POST", at("/2026/freeze"), accepted(false)),
        call(200, &evaluator, "POST", at("/2026/freeze"), accepted(true)),
    ]
}
