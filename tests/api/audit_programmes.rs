//! Scenarios for the operations on coordination programmes, in the order of a programme's life.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::{
        programme::{CODE, new_programme, task},
        round::OWNER,
    },
};

const PATH: &str = "/api/v1/programmes";

fn at(rest: &str) -> String {
    format!("{PATH}/{CODE}{rest}")
}

fn line(rest: &str) -> String {
    at(&format!("/tasks/1/lines/1{rest}"))
}

pub fn create_programme(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let mut bad = new_programme(CODE);
    bad["title"] = json!("");
    [
        call(422, &evaluator, "POST", PATH, bad),
        call(201, &evaluator, "POST", PATH, new_programme(CODE)),
    ]
}

pub fn update_programme(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let body = json!({"status": "in_force"});
    [
        call(428, &evaluator, "PATCH", at(""), body.clone()),
        call(200, &evaluator.if_match("*"), "PATCH", at(""), body),
    ]
}

pub fn replace_programme_contents(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let body = json!({"contents": [{"code": "1", "title": "Văn bản mới"}]});
    [
        call(428, &evaluator, "PUT", at("/contents"), body.clone()),
        call(200, &evaluator.if_match("*"), "PUT", at("/contents"), body),
    ]
}

pub fn create_programme_tasks(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let body = |codes: &[&str]| {
        let tasks: Vec<Value> = codes.iter().map(|code| task(code)).collect();
        json!({"tasks": tasks})
    };
    [
        call(422, &evaluator, "POST", at("/tasks"), body(&[])),
        call(201, &evaluator, "POST", at("/tasks"), body(&["1", "2"])),
    ]
}

pub fn update_plan_line(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let body = |reason: Value| json!({"output": "Báo cáo", "reason": reason});
    let seen = evaluator.if_match("*");
    [
        call(422, &seen, "PATCH", line(""), body(Value::Null)),
        call(200, &seen, "PATCH", line(""), body(json!("Bổ sung"))),
    ]
}

pub fn report_progress(world: &World<'_>) -> [Call; 2] {
    let body = |percent: i32| json!({"reports": [{"task": "1", "line": 1, "percent": percent}]});
    let submitter = world.app.submitter("moj");
    [
        call(422, &submitter, "POST", at("/reports"), body(101)),
        call(200, &submitter, "POST", at("/reports"), body(50)),
    ]
}

pub fn move_plan_line(world: &World<'_>) -> [Call; 2] {
    let leader = world.app.leader("moj");
    let body = json!({"kind": "report", "completed": true, "text": "Đã ban hành"});
    [
        call(428, &leader, "POST", line("/moves"), body.clone()),
        call(200, &leader.if_match("*"), "POST", line("/moves"), body),
    ]
}

pub fn confirm_progress(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("mof");
    let body = |task: &str| json!({"confirmations": [{"task": task, "line": 1}]});
    [
        call(422, &submitter, "POST", at("/confirmations"), body("9")),
        call(200, &submitter, "POST", at("/confirmations"), body("1")),
    ]
}

pub fn ask_line_extension(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let path = at("/tasks/2/lines/1/extensions");
    let body = |until: &str| json!({"until": until, "reason": "Bão"});
    [
        call(422, &submitter, "POST", path.clone(), body("2026-03-31")),
        call(201, &submitter, "POST", path, body("2026-04-30")),
    ]
}

pub fn decide_line_extension(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.app.evaluator(OWNER);
    let path = at("/tasks/2/lines/1/extensions");
    let list = evaluator.get(200, &path).json();
    let path = format!("{path}/{}/decision", list["data"][0]["id"].as_str().unwrap());
    [
        call(422, &evaluator, "POST", path.clone(), json!({"granted": false})),
        call(200, &evaluator, "POST", path, json!({"granted": true})),
    ]
}

pub fn add_line_particulars(world: &World<'_>) -> [Call; 2] {
    let mut training = task("3");
    training["kind"] = json!("training");
    let tasks = json!({"tasks": [training]});
    world.app.evaluator(OWNER).post(201, &at("/tasks"), &tasks);
    let submitter = world.app.submitter("moj");
    let path = at("/tasks/3/lines/1/particulars");
    let body = |people: i64| json!({"record": {"kind": "training", "on": "2026-03-01", "place": "Hà Nội", "people": people, "units": 3}});
    [
        call(422, &submitter, "POST", path.clone(), body(-1)),
        call(201, &submitter, "POST", path, body(40)),
    ]
}
