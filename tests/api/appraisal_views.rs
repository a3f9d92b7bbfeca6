//! Stories about what appraising bodies see, and how far they are.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, round::Round},
};

stories![
    an_appraiser_sees_the_assigned_lines_once_the_appraisal_begins,
    nothing_is_decided_outside_the_appraisal,
    assignments_can_move_to_another_body,
    the_progress_of_each_body_is_counted,
];

fn recognised(indicator: &str, revision: i32) -> Value {
    json!({"indicator": indicator, "revision": revision, "decision": {"verdict": "recognised"}})
}

fn points_set(indicator: &str, points: &str) -> Value {
    json!({"indicator": indicator, "revision": 1, "decision": {"verdict": "points_set", "points": points},
           "reason": "Minh chứng chưa đủ"})
}

/// `moj`'s appraisal as an appraiser of a body sees it.
fn appraisal(app: &TestApp, round: &Round<'_>, body: &str) -> Value {
    let path = round.path("/appraisals/moj");
    app.appraiser(body).get(200, &path).json()
}

fn line(appraisal: &Value, indicator: &str) -> Value {
    let lines = appraisal["items"].as_array().unwrap();
    let found = lines.iter().find(|line| line["indicator"] == indicator);
    found.unwrap_or_else(|| panic!("no line {indicator}")).clone()
}

fn an_appraiser_sees_the_assigned_lines_once_the_appraisal_begins(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let appraiser = app.appraiser("mpi");
    let paths = [
        round.submission("moj"),
        format!("{}/completeness", round.submission("moj")),
        format!("{}/contributors", round.submission("moj")),
        format!("{}/items/2.1/revisions", round.submission("moj")),
        round.path("/appraisals/moj"),
    ];
    for path in &paths {
        appraiser.get(404, path);
    }
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    for path in &paths {
        appraiser.get(200, path);
        app.appraiser("sbv").get(404, path);
    }
    let indicators = |form: Value| -> Vec<String> {
        let lines = form["items"].as_array().unwrap().clone();
        lines
            .iter()
            .map(|line| line["indicator"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(indicators(appraisal(app, &round, "mpi")), ["2.1", "2.2"]);
    assert_eq!(indicators(appraiser.get(200, &paths[0]).json()), ["2.1", "2.2"]);
    assert_eq!(
        appraiser.get(200, &paths[0]).json()["actions"],
        json!(["appraise"])
    );
    appraiser.get(404, &format!("{}/items/1.1/revisions", round.submission("moj")));
    let all = round.evaluator().get(200, &paths[4]).json();
    assert_eq!(indicators(all).len(), 7);
    let list = appraiser.get(200, &round.path("/submissions")).json();
    assert_eq!(list["data"].as_array().unwrap().len(), 3);
    appraiser.get(403, &round.path("/scores/moj"));
}

fn nothing_is_decided_outside_the_appraisal(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let refused = round.decide(409, "mic", "moj", &[points_set("1.2", "4")]);
    assert_eq!(refused.code(), "illegal_transition");
    assert_eq!(
        refused.json()["detail"],
        "Nothing can be appraised: the round is in council."
    );
    assert_eq!(appraisal(app, &round, "mic")["decided"], 5);
    let other = app.round_named("other-2025", Phase::SelfAssessment);
    other.decide(404, "mic", "moj", &[points_set("1.2", "4")]);
}

fn assignments_can_move_to_another_body(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    round.decide(200, "mic", "moj", &[points_set("1.5", "7")]);
    let rows = json!({"assignments": [{"node": "1", "body": "mic"}, {"node": "2", "body": "mpi"},
                                      {"node": "1.5", "body": "mpi"}]});
    let path = round.path("/assignments");
    round.evaluator().if_match(&round.etag()).put(200, &path, &rows);
    let gone = round.decide(422, "mic", "moj", &[points_set("1.5", "8")]);
    assert_eq!(gone.faults(), ["/items/0/indicator not_assigned"]);
    // What was decided holds until the new body decides otherwise.
    assert_eq!(
        line(&appraisal(app, &round, "mpi"), "1.5")["appraised_points"],
        "7"
    );
    round.decide(200, "mpi", "moj", &[points_set("1.5", "8")]);
    let seen = line(&appraisal(app, &round, "mpi"), "1.5");
    assert_eq!(seen["decision"]["body"], "mpi");
    assert_eq!(seen["history"][1]["body"], "mic");
}

fn the_progress_of_each_body_is_counted(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let path = round.path("/appraisals");
    let progress = || round.evaluator().get(200, &path).json()["data"].clone();
    assert_eq!(
        progress(),
        json!([{"body": "mic", "assigned": 15, "decided": 0, "open": 15, "waiting": 0, "differing": 0},
               {"body": "mpi", "assigned": 6, "decided": 0, "open": 6, "waiting": 0, "differing": 0}])
    );
    round.appraise("moj");
    round.decide(200, "mpi", "mof", &[recognised("2.1", 1)]);
    assert_eq!(
        progress(),
        json!([{"body": "mic", "assigned": 15, "decided": 5, "open": 10, "waiting": 0, "differing": 0},
               {"body": "mpi", "assigned": 6, "decided": 3, "open": 3, "waiting": 0, "differing": 0}])
    );
    app.admin().get(200, &path);
    for person in [app.appraiser("mic"), app.submitter("moj"), app.evaluator("mot")] {
        person.get(403, &path);
    }
}
