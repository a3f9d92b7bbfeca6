//! The scenario for points that come from the survey round whose responses are in.

use serde_json::json;

use crate::{
    audit_scenarios::{Call, World, call},
    support::survey::ROUND,
    survey_pulls::{finalised, measured_set},
};

pub fn pull_survey_points(world: &World<'_>) -> [Call; 2] {
    let set = measured_set("whole", &json!({"kind": "proportional"}));
    let round = world.app.round_of("measured-2025", &set, &json!({}));
    let response = |number: usize| {
        json!({"id": format!("p{number}"), "stratum": "moj-a", "channel": "post",
               "answers": {"a0.1": "no", "a1.1": "4"}})
    };
    let responses: Vec<_> = (0..4).map(response).collect();
    let batch = json!({"responses": responses});
    let path = format!("{ROUND}/batches/pulled");
    world.app.collector("sbv").put(201, &path, &batch);
    finalised(world.app);
    let path = round.path("/survey-points/pull");
    let from = |survey: &str| json!({"survey_round": survey});
    let evaluator = round.evaluator();
    [
        call(422, &evaluator, "POST", path.clone(), from("nothing")),
        call(200, &evaluator, "POST", path, from("counter-2025")),
    ]
}
