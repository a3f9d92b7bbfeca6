//! What is collected for others: the public post, and surveys.

use serde_json::json;

use super::{
    Line,
    requests::{Parts, get, send},
};
use crate::support::{
    TestApp,
    round::Round,
    survey::{ROUND, instrument, new_survey_round},
};

const COUNTS: &str = "/public-post";
const CHANNEL: &str = "/rating-channels/moj-counter";

/// Counts of moj's, whose people send them and sbv's; and a survey round of moha's that was drawn.
pub fn build(app: &TestApp) {
    let line = json!({"agency": "moj", "period": "2025-03", "received_post": 1, "received_all": 2,
                      "returned_post": 0, "returned_all": 0});
    let path = format!("/api/v1{COUNTS}");
    app.submitter("moj").put(200, &path, &json!({"counts": [line]}));
    let channel = json!({"owner": "moj", "name_vi": "Một cửa", "minimum_n": 5});
    app.evaluator("moj")
        .put(201, &format!("/api/v1{CHANNEL}"), &channel);
    app.admin().put(
        200,
        &format!("{path}/collectors/sbv"),
        &json!({"agencies": ["moj"]}),
    );
    let moha = app.planned_survey();
    moha.post(200, &format!("{ROUND}/draw"), &json!({"seed": "1"}));
}

/// The request of an operation.
pub fn requests(round: &Round<'_>, line: &Line) -> Option<Parts> {
    match line.operation() {
        "list_public_post" => get(COUNTS),
        "list_public_post_totals" => get(format!("{COUNTS}/totals?year=2025")),
        "list_public_post_collectors" => get(format!("{COUNTS}/collectors")),
        "list_public_post_revisions" => get(format!("{COUNTS}/moj/2025-03/revisions")),
        "save_public_post" => {
            let above = json!({"agency": "moj", "period": "2025-03", "received_post": 3, "received_all": 2,
                               "returned_post": 0, "returned_all": 0});
            send("PUT", COUNTS, json!({"counts": [above]}))
        }
        "save_public_post_collector" => send(
            "PUT",
            format!("{COUNTS}/collectors/sbv"),
            json!({"agencies": ["nobody"]}),
        ),
        "feed_submission" => send(
            "POST",
            format!("{}/feeds", round.submission("moj")),
            json!({"accept_missing": true}),
        ),
        _ => of_surveys(line),
    }
}

fn of_surveys(line: &Line) -> Option<Parts> {
    let instruments = "/instruments";
    let version = "/instruments/counter/versions/1";
    match line.operation() {
        "list_instruments" => get(instruments),
        "get_instrument" => get("/instruments/counter"),
        "list_instrument_versions" => get("/instruments/counter/versions"),
        "get_instrument_version" => get(version),
        "create_instrument" => send("POST", instruments, instrument()),
        "replace_instrument" => send("PUT", version, instrument()),
        "list_survey_rounds" => get("/survey-rounds"),
        "create_survey_round" => send("POST", "/survey-rounds", new_survey_round()),
        "get_survey_round" => get(ROUND),
        "update_survey_round" => send("PATCH", ROUND, json!({"title_vi": "x"})),
        "save_sample_plan" => send("PUT", format!("{ROUND}/sample-plan"), json!({"strata": []})),
        "list_survey_strata" => get(format!("{ROUND}/strata")),
        "draw_survey_sample" => send("POST", format!("{ROUND}/draw"), json!({"seed": ""})),
        "get_survey_sample" => get(format!("{ROUND}/draw")),
        "move_survey_round" => send("POST", format!("{ROUND}/moves"), json!({"kind": "close"})),
        "list_field_work" => get(format!("{ROUND}/field-work")),
        "get_field_work_totals" => get(format!("{ROUND}/field-work/totals")),
        "create_form_codes" => send("POST", format!("{ROUND}/form-codes"), json!({"lines": []})),
        "list_form_codes" => get(format!("{ROUND}/form-codes")),
        "save_field_work" => send("PUT", format!("{ROUND}/field-work"), json!({"lines": []})),
        "list_rating_channels" => get("/rating-channels"),
        "get_rating_channel" => get(CHANNEL),
        "list_rating_months" => get(format!("{CHANNEL}/months")),
        "save_rating_channel" => send(
            "PUT",
            "/rating-channels/moha-counter",
            json!({"owner": "moha", "name_vi": "", "minimum_n": 0}),
        ),
        "send_ratings" => send("POST", format!("{CHANNEL}/ratings"), json!({"ratings": []})),
        _ => None,
    }
}
