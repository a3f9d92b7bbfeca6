//! Scenarios for the operations on inspections.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::Person,
};

const PLANS: &str = "/api/v1/inspection-plans";
const INSPECTIONS: &str = "/api/v1/inspections";

pub fn create_inspection_plan(world: &World<'_>) -> [Call; 2] {
    let moha = world.app.evaluator("moha");
    let plan = |year: i64| json!({"owner": "moha", "year": year, "title": "Kế hoạch"});
    [
        call(422, &moha, "POST", PLANS, plan(1)),
        call(201, &moha, "POST", PLANS, plan(2026)),
    ]
}

pub fn approve_inspection_plan(world: &World<'_>) -> [Call; 2] {
    let moha = world.app.evaluator("moha");
    let list = moha.get(200, PLANS).json();
    let path = format!("{PLANS}/{}/approval", list["data"][0]["id"].as_str().unwrap());
    [
        call(428, &moha, "POST", path.clone(), Value::Null),
        call(200, &moha.if_match("*"), "POST", path, Value::Null),
    ]
}

pub fn create_inspection(world: &World<'_>) -> [Call; 2] {
    let moha = world.app.evaluator("moha");
    let of = |target: &str| {
        json!({"owner": "moha", "target": target, "form": "unannounced", "from": "2026-03-09", "to": "2026-03-13",
               "topic": "Thủ tục hành chính"})
    };
    [
        call(422, &moha, "POST", INSPECTIONS, of("moha")),
        call(201, &moha, "POST", INSPECTIONS, of("moj")),
    ]
}

/// The only inspection, and somebody who has just read it.
fn only(world: &World<'_>, who: &Person) -> (String, Value, Person) {
    let list = world.app.admin().get(200, INSPECTIONS).json();
    let path = format!("{INSPECTIONS}/{}", list["data"][0]["id"].as_str().unwrap());
    let read = who.get(200, &path);
    let seen = who.if_match(read.etag());
    (path, read.json(), seen)
}

pub fn move_inspection(world: &World<'_>) -> [Call; 2] {
    let (path, _, moha) = only(world, &world.app.evaluator("moha"));
    let path = format!("{path}/transitions");
    [
        call(409, &moha, "POST", path.clone(), json!({"action": "announce"})),
        call(200, &moha, "POST", path, json!({"action": "begin"})),
    ]
}

pub fn add_inspection_finding(world: &World<'_>) -> [Call; 2] {
    let (path, _, moha) = only(world, &world.app.evaluator("moha"));
    let path = format!("{path}/findings");
    let finding = |text: &str| json!({"text": text, "severity": "minor"});
    [
        call(422, &moha, "POST", path.clone(), finding("")),
        call(201, &moha, "POST", path, finding("Chưa niêm yết")),
    ]
}

pub fn add_inspection_remedy(world: &World<'_>) -> [Call; 2] {
    let (path, seen, moha) = only(world, &world.app.evaluator("moha"));
    let id = seen["findings"][0]["id"].as_str().unwrap();
    let path = format!("{path}/findings/{id}/remedies");
    let remedy = |due_on: &str| json!({"text": "Niêm yết", "due_on": due_on});
    [
        call(422, &moha, "POST", path.clone(), remedy("2020-01-01")),
        call(201, &moha, "POST", path, remedy("2030-01-01")),
    ]
}

pub fn move_inspection_remedy(world: &World<'_>) -> [Call; 2] {
    let (path, _, moha) = only(world, &world.app.evaluator("moha"));
    let end = json!({"action": "conclude", "conclusion": "Đạt"});
    moha.post(200, &format!("{path}/transitions"), &end);
    let (path, seen, submitter) = only(world, &world.app.submitter("moj"));
    let id = seen["findings"][0]["remedies"][0]["id"].as_str().unwrap();
    let path = format!("{path}/remedies/{id}/transitions");
    let report = |text: &str| json!({"action": "report", "text": text});
    [
        call(422, &submitter, "POST", path.clone(), report("")),
        call(200, &submitter, "POST", path, report("Xong")),
    ]
}
