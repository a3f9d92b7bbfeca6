//! Scenarios for the operations on recommendations and on the holiday calendar.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::{
        Person,
        recommend::{RECOMMENDATIONS, asked},
    },
};

pub fn save_holiday_year(world: &World<'_>) -> [Call; 2] {
    let (path, admin) = ("/api/v1/holidays/2026", world.app.admin());
    let day = |day: &str| json!({"days": [{"day": day, "kind": "off", "name_vi": "Nghỉ"}]});
    [
        call(422, &admin, "PUT", path, day("2025-01-01")),
        call(201, &admin, "PUT", path, day("2026-01-01")),
    ]
}

pub fn save_recommendation_type(world: &World<'_>) -> [Call; 2] {
    let (path, admin) = ("/api/v1/recommendation-types/guidance", world.app.admin());
    let of = |days: i64| json!({"name_vi": "Hướng dẫn", "working_days": days});
    [
        call(422, &admin, "PUT", path, of(0)),
        call(201, &admin, "PUT", path, of(15)),
    ]
}

pub fn create_recommendation(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    [
        call(422, &submitter, "POST", RECOMMENDATIONS, asked(&["nobody"])),
        call(201, &submitter, "POST", RECOMMENDATIONS, asked(&["moha"])),
    ]
}

/// The newest recommendation, and somebody who has just read it.
fn newest(world: &World<'_>, who: &Person) -> (String, Person) {
    let list = world.app.admin().get(200, RECOMMENDATIONS).json();
    let path = format!("{RECOMMENDATIONS}/{}", list["data"][0]["id"].as_str().unwrap());
    let etag = who.get(200, &path).etag().to_owned();
    (path, who.if_match(&etag))
}

pub fn move_recommendation(world: &World<'_>) -> [Call; 2] {
    let (path, moha) = newest(world, &world.app.evaluator("moha"));
    let path = format!("{path}/transitions");
    let classify = |kind: &str| json!({"action": "classify", "type": kind});
    [
        call(422, &moha, "POST", path.clone(), classify("nothing")),
        call(200, &moha, "POST", path, classify("guidance")),
    ]
}

pub fn save_recommendation_part(world: &World<'_>) -> [Call; 2] {
    let (path, moha) = newest(world, &world.app.evaluator("moha"));
    let assign = json!({"action": "assign", "lead": "moha"});
    moha.post(200, &format!("{path}/transitions"), &assign);
    let (path, moha) = newest(world, &moha);
    let path = format!("{path}/parts/moha");
    let part = |text: Value| json!({"text": text, "agrees": true});
    [
        call(422, &moha, "PUT", path.clone(), part(Value::Null)),
        call(200, &moha, "PUT", path, part(json!("Trả lời"))),
    ]
}

pub fn rate_recommendation(world: &World<'_>) -> [Call; 2] {
    let (path, submitter) = newest(world, &world.app.submitter("moj"));
    let path = format!("{path}/satisfaction");
    [
        call(422, &submitter, "PUT", path.clone(), json!({"score": 0})),
        call(200, &submitter, "PUT", path, json!({"score": 5})),
    ]
}

pub fn add_submission_recommendation(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/recommendations", world.round.submission("moj"));
    let submitter = world.app.submitter("moj");
    let new = |subject: &str| json!({"subject": subject, "text": "Đề nghị bố trí kinh phí."});
    [
        call(422, &submitter, "POST", path.clone(), new("")),
        call(201, &submitter, "POST", path, new("Kinh phí")),
    ]
}
