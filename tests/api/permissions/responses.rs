//! Requests about responses to the survey round of `collecting.rs`.

use serde_json::{Value, json};

use super::{
    Line,
    requests::{Parts, get, send},
};
use crate::support::survey::ROUND;

pub fn requests(line: &Line) -> Option<Parts> {
    let at = |part: &str| format!("{ROUND}/{part}");
    match line.operation() {
        "send_survey_batch" => send("PUT", at("batches/b1"), json!({"responses": []})),
        "get_survey_batch" => get(at("batches/b1")),
        "get_survey_results" => get(at("results/overall")),
        "get_final_survey_result" => get(at("results")),
        "get_survey_quality" => get(at("quality/overall")),
        "list_survey_interviewers" => get(at("interviewers")),
        "exclude_survey_responses" => {
            let nothing = json!({"responses": [], "excluded": true, "reason": ""});
            send("POST", at("exclusions"), nothing)
        }
        "list_survey_exclusions" => get(at("exclusions")),
        "rebuild_survey_counts" => send("POST", at("counts/rebuild"), Value::Null),
        _ => None,
    }
}
