//! Stories about moving a round on: every move of the machine, and what each needs.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        round::{AGENCIES, OWNER, Round, assignments, new_round, story_set},
    },
};

stories![
    every_pair_of_phases_is_decided,
    opening_needs_agencies_bodies_and_time,
    opening_freezes_the_set_and_the_agencies,
    the_appraisal_waits_for_the_agencies_or_the_deadline,
    the_explanation_needs_a_deadline_ahead,
    the_council_sees_nothing_incomplete,
    a_move_needs_the_version_that_was_seen,
    what_was_sent_with_a_move_is_checked,
    of_two_moves_at_once_one_wins,
    a_round_tells_its_history_and_its_actions,
];

/// The process, written down a second time: the code must agree.
const MOVES: [(Phase, Phase); 10] = [
    (Phase::Preparation, Phase::SelfAssessment),
    (Phase::SelfAssessment, Phase::Appraisal),
    (Phase::Appraisal, Phase::Explanation),
    (Phase::Appraisal, Phase::Council),
    (Phase::Explanation, Phase::Appraisal),
    (Phase::Explanation, Phase::Council),
    (Phase::Council, Phase::Appraisal),
    (Phase::Council, Phase::Published),
    (Phase::Published, Phase::Correction),
    (Phase::Correction, Phase::Council),
];

/// A walk that makes every move.
const WALK: [Phase; 13] = [
    Phase::Preparation,
    Phase::SelfAssessment,
    Phase::Appraisal,
    Phase::Explanation,
    Phase::Appraisal,
    Phase::Council,
    Phase::Appraisal,
    Phase::Explanation,
    Phase::Council,
    Phase::Published,
    Phase::Correction,
    Phase::Council,
    Phase::Published,
];

fn to(phase: Phase) -> Value {
    json!({"to": phase.as_str()})
}

fn every_pair_of_phases_is_decided(app: &TestApp) {
    let round = app.round_in(Phase::Preparation);
    let mut made = BTreeSet::new();
    refuse_all_others(&round, Phase::Preparation);
    for pair in WALK.windows(2) {
        let (from, next) = (pair[0], pair[1]);
        assert!(MOVES.contains(&(from, next)), "{from:?} → {next:?}");
        round.prepare(next);
        round.go(next);
        assert_eq!(round.phase(), next.as_str());
        if made.insert((from.as_str(), next.as_str())) {
            refuse_all_others(&round, next);
        }
        // A result that comes before the council again is another sitting.
        app.advance(TimeDelta::seconds(1));
    }
    let all: BTreeSet<_> = MOVES
        .iter()
        .map(|(from, next)| (from.as_str(), next.as_str()))
        .collect();
    assert_eq!(made, all, "the walk leaves a move out");
}

/// Every move that the process does not know is refused, and the answer says where the round may go.
fn refuse_all_others(round: &Round<'_>, from: Phase) {
    let next: Vec<&str> = MOVES
        .iter()
        .filter(|(here, _)| *here == from)
        .map(|(_, next)| next.name().1)
        .collect();
    let shown = round.evaluator().get(200, &round.path("")).json();
    assert_eq!(shown["next_phases"].as_array().unwrap().len(), next.len());
    for phase in Phase::ALL {
        if MOVES.contains(&(from, *phase)) {
            continue;
        }
        let refused = round.try_to_go(409, &to(*phase));
        assert_eq!(refused.code(), "illegal_transition");
        let expected = format!(
            "The round is in {} and can't go to {}; it can only go to: {}.",
            from.name().1,
            phase.name().1,
            next.join(", ")
        );
        assert_eq!(refused.json()["detail"], expected);
    }
    assert_eq!(round.phase(), from.as_str());
}

fn opening_needs_agencies_bodies_and_time(app: &TestApp) {
    app.import_reference();
    let evaluator = app.evaluator(OWNER);
    let mut bare = new_round("bare-2025");
    bare["deadlines"] = json!({});
    evaluator.post(201, "/api/v1/rounds", &bare);
    let path = "/api/v1/rounds/bare-2025";
    let open = |status: u16| {
        evaluator
            .if_match("*")
            .post(status, &format!("{path}/transitions"), &to(Phase::SelfAssessment))
    };
    let refused = open(409);
    assert_eq!(
        refused.json()["detail"],
        "It can't move yet: 9 requirements are not met."
    );
    let mut faults = vec!["/to no_agencies", "/to deadline_missing"];
    faults.extend(["/to indicator_unassigned"; 7]);
    assert_eq!(refused.faults(), faults);
    let errors = refused.json()["errors"].clone();
    assert_eq!(errors[2]["message"], "1.1: no body is assigned to appraise it.");
    let set = |part: &str, body: Value| evaluator.if_match("*").put(200, &format!("{path}{part}"), &body);
    set("/agencies", json!({"agencies": [{"agency": "moj"}]}));
    set(
        "/assignments",
        json!({"assignments": [{"node": "1", "body": "mic"}]}),
    );
    assert_eq!(
        open(409).faults(),
        [
            "/to deadline_missing",
            "/to indicator_unassigned",
            "/to indicator_unassigned"
        ]
    );
    set("/assignments", assignments());
    let with = |deadline: &str| json!({"title_vi": "Kỳ", "deadlines": {"self_assessment": deadline}});
    set("", with("2026-03-02T02:00:00Z"));
    assert_eq!(open(409).faults(), ["/to deadline_past"]);
    set("", with("2026-03-02T02:00:01Z"));
    open(200);
}

fn opening_freezes_the_set_and_the_agencies(app: &TestApp) {
    let round = app.round_in(Phase::Preparation);
    let path = "/api/v1/criteria-sets/story/versions/1";
    let mut changed = story_set();
    changed["title_vi"] = json!("Bộ tiêu chí đã sửa");
    let admin = app.admin();
    admin.if_match("*").put(200, path, &changed);
    app.submitter("moj").get(404, &round.submission("moj"));
    round.go(Phase::SelfAssessment);
    changed["title_vi"] = json!("Sửa lần nữa");
    assert_eq!(admin.if_match("*").put(409, path, &changed).code(), "frozen");
    assert_eq!(admin.get(200, path).json()["frozen_at"], "2026-03-02T02:00:00Z");
    app.submitter("moj").get(200, &round.submission("moj"));
    let fewer = json!({"agencies": [{"agency": "moj"}]});
    let late = round
        .evaluator()
        .if_match("*")
        .put(409, &round.path("/agencies"), &fewer);
    assert_eq!(late.code(), "illegal_transition");
    // The next version is another one.
    changed["version"] = json!(2);
    admin.post(201, "/api/v1/criteria-sets", &changed);
}

fn the_appraisal_waits_for_the_agencies_or_the_deadline(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round.submit("moj");
    round.declare("mof");
    round.move_submission(200, &app.leader("mof"), "mof", "approved");
    let refused = round.try_to_go(409, &to(Phase::Appraisal));
    assert_eq!(refused.faults(), ["/to not_submitted", "/to not_submitted"]);
    let told = |index: usize| refused.json()["errors"][index]["message"].clone();
    assert_eq!(
        told(0),
        "moet: not submitted (draft); wait for it, or for the deadline 2026-03-10T17:00:00+07:00."
    );
    assert_eq!(
        told(1),
        "mof: not submitted (approved); wait for it, or for the deadline 2026-03-10T17:00:00+07:00."
    );
    let vi = round
        .evaluator()
        .header("accept-language", "vi")
        .if_match("*")
        .post(409, &round.path("/transitions"), &to(Phase::Appraisal));
    assert_eq!(
        vi.json()["detail"],
        "Chưa chuyển được: còn 2 điều kiện chưa đáp ứng."
    );
    let deadline = TimeDelta::days(8) + TimeDelta::hours(8);
    app.advance(deadline - TimeDelta::seconds(1));
    round.try_to_go(409, &to(Phase::Appraisal));
    app.advance(TimeDelta::seconds(1));
    round.try_to_go(200, &to(Phase::Appraisal));
}

fn the_explanation_needs_a_deadline_ahead(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let deadline = |deadline: Value| {
        let change = json!({"title_vi": "Kỳ", "deadlines": {
            "self_assessment": "2026-03-01T10:00:00Z", "explanation": deadline}});
        round.evaluator().if_match("*").put(200, &round.path(""), &change);
    };
    deadline(Value::Null);
    let refused = round.try_to_go(409, &to(Phase::Explanation));
    assert_eq!(refused.faults(), ["/to deadline_missing"]);
    deadline(json!("2026-03-02T02:00:00Z"));
    let refused = round.try_to_go(409, &to(Phase::Explanation));
    assert_eq!(refused.faults(), ["/to deadline_past"]);
    deadline(json!("2026-03-02T02:00:01Z"));
    round.go(Phase::Explanation);
}

fn the_council_sees_nothing_incomplete(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let refused = round.try_to_go(409, &to(Phase::Council));
    assert_eq!(
        refused.json()["detail"],
        "It can't move yet: 24 requirements are not met."
    );
    AGENCIES.iter().for_each(|agency| round.appraise(agency));
    let refused = round.try_to_go(409, &to(Phase::Council));
    assert_eq!(refused.faults(), ["/to survey_points_missing"; 3]);
    assert_eq!(
        refused.json()["errors"][2]["message"],
        "moj, 2.3: survey points are missing."
    );
    round.enter_survey();
    round.go(Phase::Explanation);
    round.save(
        200,
        "moj",
        &[json!({"indicator": "1.5", "explanation": "Xem lại"})],
    );
    let refused = round.try_to_go(409, &to(Phase::Council));
    assert_eq!(refused.faults(), ["/to undecided"]);
    assert_eq!(refused.json()["errors"][0]["message"], "moj, 1.5: not decided.");
    round.appraise("moj");
    round.go(Phase::Council);
}

fn a_move_needs_the_version_that_was_seen(app: &TestApp) {
    let round = app.round_in(Phase::Preparation);
    let path = round.path("/transitions");
    let evaluator = round.evaluator();
    let body = to(Phase::SelfAssessment);
    assert_eq!(evaluator.post(428, &path, &body).code(), "precondition_required");
    let seen = round.etag();
    // The same assignments again would be no change.
    let mut others = assignments();
    others["assignments"][1]["body"] = json!("mic");
    evaluator
        .if_match(&seen)
        .put(200, &round.path("/assignments"), &others);
    let stale = evaluator.if_match(&seen).post(412, &path, &body);
    assert_eq!(stale.code(), "precondition_failed");
    assert_eq!(round.phase(), "preparation");
    let keyed = evaluator.if_match(&round.etag()).idempotency_key("open");
    let first = keyed.post(200, &path, &body);
    assert_eq!(first.etag(), round.etag());
    // Sent again, with an If-Match that is old by now, it is answered and not repeated.
    let second = keyed.post(200, &path, &body);
    assert_eq!((second.text(), second.etag()), (first.text(), first.etag()));
}

fn what_was_sent_with_a_move_is_checked(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    let faults = |body: Value| round.try_to_go(422, &body).faults();
    assert_eq!(faults(to(Phase::Appraisal)), ["/reason reason_missing"]);
    assert_eq!(
        faults(json!({"to": "appraisal", "reason": " ", "notice_vi": "x", "title_en": "x"})),
        [
            "/reason bad_text",
            "/title_en not_for_this_move",
            "/notice_vi not_for_this_move"
        ]
    );
    assert_eq!(
        faults(json!({"to": "appraisal", "reason": "x", "baseline": "0".repeat(64)})),
        ["/baseline not_for_this_move"]
    );
    round.record_minutes(201);
    round.approve(201);
    assert_eq!(
        faults(json!({"to": "published", "baseline": "0".repeat(64)})),
        ["/baseline unknown_publication"]
    );
    assert_eq!(faults(json!({"to": "history"})), ["/to wrong_shape"]);
    assert_eq!(round.phase(), "council");
}

fn of_two_moves_at_once_one_wins(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    round.record_minutes(201);
    round.approve(201);
    let path = round.path("/transitions");
    let evaluator = round.evaluator().if_match(&round.etag());
    let (publish, back) = (
        to(Phase::Published),
        json!({"to": "appraisal", "reason": "Rà soát lại"}),
    );
    let bodies = [&publish, &back, &publish, &back];
    let answers: Vec<Response> = std::thread::scope(|scope| {
        let sent: Vec<_> = bodies
            .iter()
            .map(|body| scope.spawn(|| evaluator.attempt("POST", &path, Some(body))))
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412]);
    let published = round.phase() == "published";
    let list = format!("/api/v1/publications?round={}", round.code);
    let list = app.anon().get(200, &list).json()["data"].clone();
    assert_eq!(list.as_array().unwrap().len(), usize::from(published));
}

fn a_round_tells_its_history_and_its_actions(app: &TestApp) {
    let round = app.round_in(Phase::Correction);
    let shown = round.evaluator().get(200, &round.path("")).json();
    let history = shown["history"].as_array().unwrap();
    assert_eq!(history.len(), 6);
    assert_eq!(
        history[5],
        json!({"from": "published", "to": "correction", "reason": "Sai số liệu điều tra",
               "moved_at": "2026-03-02T02:00:00Z"})
    );
    assert_eq!(shown["next_phases"], json!(["council"]));
    let reader = app.reader("moj").get(200, &round.path("")).json();
    assert_eq!(reader["actions"], json!([]));
    let actions = shown["actions"].as_array().unwrap();
    for action in ["update", "transition", "save_survey_points", "read_ranking"] {
        assert!(actions.contains(&json!(action)), "{action}: {actions:?}");
    }
}
