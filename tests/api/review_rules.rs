//! Stories about what is refused of reviews.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    reviews::{begin, freeze, interim, play_2026},
    stories,
    support::{
        TestApp,
        play::{rows, text},
        programme::task,
        round::OWNER,
    },
};

stories![
    every_refused_beginning_says_why,
    every_refused_freezing_says_why,
    reviews_are_frozen_in_their_order,
    units_write_their_own_parts,
    what_is_frozen_is_not_written,
];

fn every_refused_beginning_says_why(app: &TestApp) {
    let programme = app.draft_programme("p");
    programme.add(201, &[task("1")]);
    let (path, evaluator) = (programme.path("/reviews"), programme.evaluator());
    // Nothing has begun that could be reviewed.
    assert_eq!(
        evaluator.post(409, &path, &interim(2026)).code(),
        "illegal_transition"
    );
    programme.set_status(200, "in_force");
    for (body, fault) in [
        (interim(2025), "/year bad_year"),
        (interim(2028), "/year bad_year"),
        (json!({"kind": "interim"}), "/year bad_year"),
        (json!({"kind": "final", "year": 2026}), "/year year_of_final"),
    ] {
        assert_eq!(evaluator.post(422, &path, &body).faults(), [fault]);
    }
    for body in [
        json!({"kind": "monthly"}),
        json!({}),
        json!({"kind": "final", "secret": 1}),
    ] {
        evaluator.post(422, &path, &body);
    }
    for stranger in [app.evaluator("mic"), app.submitter("moj"), app.admin()] {
        stranger.post(403, &path, &interim(2026));
    }
    app.anon().post(401, &path, &interim(2026));
    evaluator.post(404, "/api/v1/programmes/nothing/reviews", &interim(2026));
    evaluator.post(201, &path, &interim(2026));
    assert_eq!(
        evaluator.post(409, &path, &interim(2026)).code(),
        "already_exists"
    );
    evaluator.post(201, &path, &json!({"kind": "final"}));
    assert_eq!(
        evaluator.post(409, &path, &json!({"kind": "final"})).code(),
        "already_exists"
    );
    for nothing in ["/2027", "/2027.json", "/2027/parts", "/2027.docx"] {
        evaluator.get(404, &format!("{path}{nothing}"));
    }
    evaluator.get(404, "/api/v1/programmes/nothing/reviews");
    for misnamed in ["/first", "/20", "/2026.pdf"] {
        let status = evaluator
            .attempt("GET", &format!("{path}{misnamed}"), None)
            .status;
        assert!([400, 404].contains(&status), "{misnamed}: {status}");
    }
    programme.set_status(200, "closed");
    assert_eq!(
        evaluator.post(409, &path, &interim(2027)).code(),
        "illegal_transition"
    );
}

fn every_refused_freezing_says_why(app: &TestApp) {
    let programme = play_2026(app);
    let path = begin(&programme, &interim(2026));
    let freezing = format!("{path}/freeze");
    let (evaluator, accepted) = (programme.evaluator(), json!({"missing_parts_accepted": true}));
    evaluator.post(428, &freezing, &accepted);
    evaluator.if_match("\"r7\"").post(412, &freezing, &accepted);
    for stranger in [app.evaluator("mic"), app.leader("moj"), app.admin()] {
        stranger.if_match("*").post(403, &freezing, &accepted);
    }
    let missing = evaluator.if_match("*").post(422, &freezing, &json!({}));
    assert_eq!(missing.faults(), ["/missing_parts_accepted parts_missing"]);
    evaluator
        .if_match("*")
        .post(422, &freezing, &json!({"accepted": true}));
    evaluator
        .if_match("*")
        .post(404, &programme.path("/reviews/final/freeze"), &accepted);
    // A draft may be looked at again after all of this: nothing was frozen.
    assert_eq!(evaluator.get(200, &path).json()["review"]["state"], "drafting");
    let once = evaluator.if_match("\"r1\"").idempotency_key("f");
    let frozen = once.post(200, &freezing, &accepted);
    let again = once.post(200, &freezing, &accepted);
    assert_eq!(
        (again.header("idempotency-replayed"), &again.bytes),
        ("true", &frozen.bytes)
    );
    // A second time carries nothing.
    let second = evaluator.if_match("*").post(409, &freezing, &accepted);
    assert_eq!(second.code(), "frozen");
    let lines = evaluator.get(200, &programme.path("/lines?year=2027")).json();
    assert_eq!(rows(&lines, "data").len(), 3);
}

fn reviews_are_frozen_in_their_order(app: &TestApp) {
    let programme = app.programme(&[task("1")]);
    let accepted = json!({"missing_parts_accepted": true});
    let refused = |path: &str| {
        let evaluator = programme.evaluator().if_match("*");
        evaluator.post(409, &format!("{path}/freeze"), &accepted).code()
    };
    let next = begin(&programme, &interim(2027));
    // Its year has not begun.
    assert_eq!(refused(&next), "illegal_transition");
    app.advance(TimeDelta::days(400));
    let first = begin(&programme, &interim(2026));
    let last = begin(&programme, &json!({"kind": "final"}));
    assert_eq!(refused(&next), "illegal_transition");
    assert_eq!(refused(&last), "illegal_transition");
    freeze(&programme, &first);
    freeze(&programme, &next);
    freeze(&programme, &last);
    let list = programme.evaluator().get(200, &programme.path("/reviews")).json();
    let numbers: Vec<&str> = rows(&list, "data")
        .iter()
        .map(|one| text(one, "number"))
        .collect();
    assert_eq!(numbers, ["1/2027", "2/2027", "3/2027"]);
    // What an earlier review would carry over is no longer asked for.
    let other = app.draft_programme("other");
    other.add(201, &[task("1")]);
    other.set_status(200, "in_force");
    freeze(&other, &begin(&other, &interim(2027)));
    let late = other
        .evaluator()
        .post(409, &other.path("/reviews"), &interim(2026));
    assert_eq!(late.code(), "illegal_transition");
}

fn units_write_their_own_parts(app: &TestApp) {
    let programme = app.programme(&[task("1")]);
    let path = begin(&programme, &interim(2026));
    let at = |agency: &str, part: &str| format!("{path}/parts/{agency}/{part}");
    let words = json!({"text": "Đã ban hành."});
    let (lead, unit) = (app.submitter("moj"), app.leader("mof"));
    lead.put(428, &at("moj", "results"), &words);
    lead.if_match("\"r1\"").put(412, &at("moj", "results"), &words);
    let new = lead.if_match("\"r0\"");
    for bad in [json!({"text": " "}), json!({"text": "x".repeat(20_001)})] {
        assert_eq!(
            new.put(422, &at("moj", "results"), &bad).faults(),
            ["/text bad_text"]
        );
    }
    new.put(422, &at("moj", "results"), &json!({}));
    let once = new.idempotency_key("p");
    let kept = once.put(200, &at("moj", "results"), &words);
    let again = once.put(200, &at("moj", "results"), &words);
    assert_eq!(
        (again.header("idempotency-replayed"), &again.bytes),
        ("true", &kept.bytes)
    );
    new.put(412, &at("moj", "results"), &words);
    let changed =
        lead.if_match(kept.etag())
            .put(200, &at("moj", "results"), &json!({"text": "Đã ban hành 02."}));
    assert_eq!(changed.etag(), "\"r2\"");
    // A unit writes for itself alone; one that has no part in the programme is not there.
    for stranger in [
        app.evaluator(OWNER),
        app.reader("moj"),
        app.submitter("mof"),
        app.submitter("moet"),
    ] {
        stranger.if_match("*").put(403, &at("moj", "results"), &words);
    }
    app.submitter("moet")
        .if_match("*")
        .put(404, &at("moet", "results"), &words);
    let status = lead
        .if_match("*")
        .attempt("PUT", &at("moj", "praise"), Some(&words))
        .status;
    assert!([400, 404].contains(&status), "{status}");
    unit.if_match("\"r0\"").put(200, &at("mof", "causes"), &words);
    let parts = lead.get(200, &format!("{path}/parts")).json();
    let told: Vec<(&str, &str, i64, usize)> = rows(&parts, "data")
        .iter()
        .map(|one| {
            let revision = one["revision"].as_i64().unwrap();
            (
                text(one, "agency"),
                text(one, "part"),
                revision,
                rows(one, "actions").len(),
            )
        })
        .collect();
    assert_eq!(told.len(), 16);
    // The signatories in their order, then the others; only the own ones can be written.
    assert_eq!(told[0], ("moha", "results", 0, 0));
    assert_eq!(told[4], ("mic", "results", 0, 0));
    assert_eq!(told[10], ("mof", "causes", 1, 0));
    assert_eq!(told[12], ("moj", "results", 2, 1));
    let review = lead.get(200, &path).json();
    assert_eq!(rows(&review, "missing_parts").len(), 14);
    assert_eq!(rows(&review["document"], "parts").len(), 2);
    assert_eq!(review["actions"], json!([]));
}

fn what_is_frozen_is_not_written(app: &TestApp) {
    let programme = app.programme(&[task("1")]);
    let path = begin(&programme, &interim(2026));
    let evaluator = programme.evaluator();
    let assessment = |text: Value| json!({"assessment": text});
    evaluator.patch(428, &path, &assessment(json!("x")));
    evaluator
        .if_match("\"r9\"")
        .patch(412, &path, &assessment(json!("x")));
    app.leader("moj")
        .if_match("*")
        .patch(403, &path, &assessment(json!("x")));
    let any = evaluator.if_match("*");
    assert_eq!(
        any.patch(422, &path, &assessment(json!(" "))).faults(),
        ["/assessment bad_text"]
    );
    any.patch(422, &path, &json!({}));
    let changed = any.patch(200, &path, &assessment(json!("Tốt"))).json();
    assert_eq!(changed["document"]["assessment"], "Tốt");
    assert_eq!(changed["actions"], json!(["update", "freeze"]));
    let changed = any.patch(200, &path, &assessment(Value::Null)).json();
    assert_eq!(changed["document"]["assessment"], Value::Null);
    freeze(&programme, &path);
    assert_eq!(any.patch(409, &path, &assessment(json!("x"))).code(), "frozen");
    let part = format!("{path}/parts/moj/results");
    let words = json!({"text": "Muộn"});
    let late = app.leader("moj").if_match("*").put(409, &part, &words);
    assert_eq!(late.code(), "frozen");
    let parts = app.leader("moj").get(200, &format!("{path}/parts")).json();
    assert!(rows(&parts, "data").iter().all(|one| one["actions"] == json!([])));
}
