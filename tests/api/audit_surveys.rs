//! Scenarios for the operations on instruments and survey rounds.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::{
        Person,
        survey::{ROUND, instrument, new_survey_round, stratum},
    },
};

fn moha(world: &World<'_>) -> Person {
    world.app.evaluator("moha").if_match("*")
}

pub fn create_instrument(world: &World<'_>) -> [Call; 2] {
    let mut bad = instrument();
    bad["parts"] = json!([]);
    let path = "/api/v1/instruments";
    [
        call(422, &moha(world), "POST", path, bad),
        call(201, &moha(world), "POST", path, instrument()),
    ]
}

pub fn replace_instrument(world: &World<'_>) -> [Call; 2] {
    let path = "/api/v1/instruments/counter/versions/1";
    let (mut bad, mut other) = (instrument(), instrument());
    bad["version"] = json!(2);
    other["audience"] = json!("visitors");
    [
        call(422, &moha(world), "PUT", path, bad),
        call(200, &moha(world), "PUT", path, other),
    ]
}

pub fn create_survey_round(world: &World<'_>) -> [Call; 2] {
    let mut bad = new_survey_round();
    bad["year"] = json!(1);
    let path = "/api/v1/survey-rounds";
    [
        call(422, &moha(world), "POST", path, bad),
        call(201, &moha(world), "POST", path, new_survey_round()),
    ]
}

pub fn update_survey_round(world: &World<'_>) -> [Call; 2] {
    let title = |title: &str| json!({"title_vi": title});
    [
        call(422, &moha(world), "PATCH", ROUND, title("")),
        call(200, &moha(world), "PATCH", ROUND, title("Hỏi tại quầy")),
    ]
}

pub fn save_sample_plan(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/sample-plan");
    let plan = |population: i64| json!({"strata": [stratum("moj-a", "moj", population)]});
    [
        call(422, &moha(world), "PUT", path.clone(), plan(0)),
        call(200, &moha(world), "PUT", path, plan(400)),
    ]
}

pub fn draw_survey_sample(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/draw");
    let seed = |seed: &str| json!({"seed": seed});
    [
        call(422, &moha(world), "POST", path.clone(), seed("")),
        call(200, &moha(world), "POST", path, seed("61834")),
    ]
}

pub fn move_survey_round(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/moves");
    let kind = |kind: &str| -> Value { json!({"kind": kind}) };
    [
        call(409, &moha(world), "POST", path.clone(), kind("close")),
        call(200, &moha(world), "POST", path, kind("start")),
    ]
}

pub fn save_field_work(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/field-work");
    let report = |returned: i64| json!({"lines": [{"stratum": "moj-a", "channel": "post", "planned": 9, "sent": 9, "returned": returned}]});
    [
        call(422, &moha(world), "PUT", path.clone(), report(10)),
        call(200, &moha(world), "PUT", path, report(8)),
    ]
}

pub fn create_form_codes(world: &World<'_>) -> [Call; 2] {
    let path = format!("{ROUND}/form-codes");
    let codes = |count: u32| json!({"lines": [{"stratum": "moj-a", "channel": "online", "count": count}]});
    [
        call(422, &moha(world), "POST", path.clone(), codes(0)),
        call(201, &moha(world), "POST", path, codes(2)),
    ]
}
