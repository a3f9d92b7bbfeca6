//! Stories about what happened to an item.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp, round::Round},
};

stories![an_items_life_is_told_in_order, each_sees_what_is_theirs_of_it];

fn told(who: &Person, round: &Round<'_>) -> Vec<Value> {
    let path = format!("{}/items/1.2/timeline", round.submission("moj"));
    who.get(200, &path).json()["events"].as_array().unwrap().clone()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect()
}

/// An item's life: saved, lowered, asked about, explained with a document, answered, recognised, sent back.
fn lived(app: &TestApp) -> Round<'_> {
    let tick = || app.advance(TimeDelta::seconds(1));
    let round = app.round_in(Phase::Appraisal);
    tick();
    let lower = json!({"indicator": "1.2", "revision": 1, "reason": "Chưa thấy minh chứng",
                       "decision": {"verdict": "points_set", "points": "0"}});
    round.decide(200, "mic", "moj", &[lower]);
    tick();
    let item = format!("{}/items/1.2", round.submission("moj"));
    app.appraiser("mic").post(
        201,
        &format!("{item}/questions"),
        &json!({"text": "Minh chứng đâu?"}),
    );
    tick();
    round.prepare(Phase::Explanation);
    round.go(Phase::Explanation);
    let proof = json!({"indicator": "1.2", "evidence": [{"number": "7/BC"}]});
    round.save(200, "moj", &[proof]);
    tick();
    app.submitter("moj")
        .post(201, &format!("{item}/answers"), &json!({"text": "Đã bổ sung."}));
    tick();
    let good = json!({"indicator": "1.2", "revision": 2, "decision": {"verdict": "recognised"}});
    round.decide(200, "mic", "moj", &[good]);
    tick();
    round.go(Phase::Council);
    let back = json!({"to": "appraisal", "reason": "Kiểm tra lại số văn bản",
                      "items": [{"agency": "moj", "indicator": "1.2"}]});
    round.try_to_go(200, &back);
    round
}

fn an_items_life_is_told_in_order(app: &TestApp) {
    let round = lived(app);
    let events = told(&round.evaluator(), &round);
    assert_eq!(
        kinds(&events),
        [
            "saved", "viewed", "agreed", "question", "saved", "answer", "viewed", "agreed", "returned"
        ]
    );
    // The second save changed the documents, and nothing else.
    assert_eq!(events[4]["from"], json!({"evidence": []}));
    assert_eq!(events[4]["to"]["evidence"][0]["number"], "7/BC");
    assert_eq!(events[4]["to"].as_object().unwrap().len(), 1);
    let decision = |event: &Value, side: &str| event[side]["decision"]["verdict"].clone();
    assert_eq!(
        (decision(&events[7], "from"), decision(&events[7], "to")),
        (json!("points_set"), json!("recognised"))
    );
    assert_eq!(
        (&events[8]["by"], &events[8]["to"]),
        (&json!("moha.evaluator"), &Value::Null)
    );
    assert_eq!(events[8]["text"], "Kiểm tra lại số văn bản");
}

fn each_sees_what_is_theirs_of_it(app: &TestApp) {
    let round = lived(app);
    // Back in the appraisal the agency sees what it said and was asked; what is being decided it does not.
    let submitter = app.submitter("moj");
    assert_eq!(
        kinds(&told(&submitter, &round)),
        ["saved", "question", "saved", "answer"]
    );
    let again = json!({"indicator": "1.2", "revision": 2, "decision": {"verdict": "recognised"}});
    round.decide(200, "mic", "moj", &[again]);
    round.go(Phase::Explanation);
    let events = told(&submitter, &round);
    assert_eq!(
        kinds(&events),
        [
            "saved", "agreed", "question", "saved", "answer", "agreed", "returned", "agreed"
        ]
    );
    // A body that appraises other lines does not even learn that the item is there.
    let path = format!("{}/items/1.2/timeline", round.submission("moj"));
    app.appraiser("mpi").get(404, &path);
}
