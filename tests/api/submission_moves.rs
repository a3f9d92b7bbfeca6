//! Stories about approving and sending a self-assessment, and until when.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        round::{AGENCIES, Round, good_items},
    },
};

stories![
    the_leadership_approves_before_it_is_sent,
    a_save_voids_the_approval,
    an_approved_form_can_be_handed_back,
    a_form_is_withdrawn_and_sent_again,
    what_is_missing_is_told_and_can_be_accepted,
    a_move_needs_the_version_that_was_seen,
    the_deadline_closes_at_its_second,
    another_rounds_deadline_does_not_matter,
    a_form_is_locked_once_the_appraisal_begins,
    the_explanation_is_open_until_its_deadline,
    what_was_never_sent_can_not_be_explained,
];

fn form(who: &Person, round: &Round<'_>) -> Value {
    who.get(200, &round.submission("moj")).json()
}

fn ratio(numerator: &str) -> Value {
    json!({"indicator": "1.3", "value": {"kind": "ratio", "numerator": numerator, "denominator": "100"}})
}

fn the_leadership_approves_before_it_is_sent(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    let (submitter, leader) = (app.submitter("moj"), app.leader("moj"));
    round.move_submission(403, &submitter, "moj", "approved");
    let early = round.move_submission(409, &submitter, "moj", "submitted");
    assert_eq!(early.code(), "illegal_transition");
    assert_eq!(
        early.json()["detail"],
        "The submission is draft and can't become submitted; it can only become: approved."
    );
    assert_eq!(
        form(&submitter, &round)["actions"],
        json!(["save_items", "assign_contributors", "sign"])
    );
    assert_eq!(
        form(&leader, &round)["actions"],
        json!(["save_items", "assign_contributors", "approve", "sign"])
    );
    let approved = round.move_submission(200, &leader, "moj", "approved").json();
    assert_eq!(
        (&approved["state"], &approved["approved_at"]),
        (&json!("approved"), &json!("2026-03-02T02:00:00Z"))
    );
    let sent = round.move_submission(200, &submitter, "moj", "submitted").json();
    assert_eq!(
        (&sent["state"], &sent["submitted_at"]),
        (&json!("submitted"), &json!("2026-03-02T02:00:00Z"))
    );
    assert_eq!(
        (&sent["locked"], &sent["locked_reason"]),
        (
            &json!(true),
            &json!("The submission was sent: withdraw it before changing it.")
        )
    );
    assert_eq!(
        sent["actions"],
        json!(["assign_contributors", "withdraw", "sign"])
    );
    let refused = round.save(409, "moj", &[ratio("1")]);
    assert_eq!(
        refused.json()["detail"],
        "The submission was sent: withdraw it before changing it."
    );
}

fn a_save_voids_the_approval(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round.move_submission(200, &app.leader("moj"), "moj", "approved");
    // Nothing new is no change.
    assert_eq!(round.save(200, "moj", &good_items(3)).json()["state"], "approved");
    let saved = round.save(200, "moj", &[ratio("60")]).json();
    assert_eq!(saved["state"], "draft");
    let seen = form(&app.submitter("moj"), &round);
    assert_eq!(
        (&seen["state"], &seen["approved_at"]),
        (&json!("draft"), &Value::Null)
    );
    round.move_submission(409, &app.submitter("moj"), "moj", "submitted");
    round.submit("moj");
}

fn an_approved_form_can_be_handed_back(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    let leader = app.leader("moj");
    round.move_submission(200, &leader, "moj", "approved");
    let back = round.move_submission(200, &leader, "moj", "draft").json();
    assert_eq!(
        (&back["state"], &back["approved_at"], &back["locked"]),
        (&json!("draft"), &Value::Null, &json!(false))
    );
    round.move_submission(409, &leader, "moj", "draft");
}

fn a_form_is_withdrawn_and_sent_again(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round.submit("moj");
    let submitter = app.submitter("moj");
    let back = round.move_submission(200, &submitter, "moj", "withdrawn").json();
    assert_eq!(
        (&back["approved_at"], &back["submitted_at"], &back["locked"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!(
        round.save(200, "moj", &[ratio("80")]).json()["state"],
        "withdrawn"
    );
    round.move_submission(409, &submitter, "moj", "submitted");
    round.submit("moj");
    assert_eq!(form(&submitter, &round)["state"], "submitted");
}

fn what_is_missing_is_told_and_can_be_accepted(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = round.submission("moj");
    let report = |who: &Person| who.get(200, &format!("{path}/completeness")).json();
    let (submitter, leader) = (app.submitter("moj"), app.leader("moj"));
    let blank = report(&submitter);
    assert_eq!(
        (&blank["complete"], &blank["indicators"], &blank["declared"]),
        (&json!(false), &json!(7), &json!(0))
    );
    round.save(200, "moj", &good_items(3)[1..]);
    let gaps = report(&submitter);
    assert_eq!(gaps["declared"], 6);
    assert_eq!(
        gaps["gaps"],
        json!([{"indicator": "1.1", "name_vi": "Ban hành kế hoạch", "contributor": null, "missing": "value",
                "message": "1.1: no value is declared; it will score 0."}])
    );
    let vi = report(&submitter.header("accept-language", "vi"));
    assert_eq!(vi["gaps"][0]["message"], "1.1: chưa kê khai; sẽ được 0 điểm.");
    let refused = round.move_submission(409, &leader, "moj", "approved");
    assert_eq!(refused.faults(), ["/to value_missing"]);
    assert_eq!(
        refused.json()["detail"],
        "1 thing is missing; add it, or send it with accept_missing = true."
    );
    let accept = |who: &Person, to: &str| {
        let body = json!({"to": to, "accept_missing": true});
        who.if_match("*").post(200, &format!("{path}/transitions"), &body)
    };
    accept(&leader, "approved");
    round.move_submission(409, &submitter, "moj", "submitted");
    accept(&submitter, "submitted");
    round.declare("mof");
    let full = app
        .submitter("mof")
        .get(200, &format!("{}/completeness", round.submission("mof")))
        .json();
    assert_eq!((&full["complete"], &full["gaps"]), (&json!(true), &json!([])));
}

fn a_move_needs_the_version_that_was_seen(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let leader = app.leader("moj");
    let path = round.submission("moj");
    let seen = leader.get(200, &path).etag().to_owned();
    round.declare("moj");
    let moves = format!("{path}/transitions");
    let body = json!({"to": "approved"});
    assert_eq!(leader.post(428, &moves, &body).code(), "precondition_required");
    // Whoever approves has seen what stands there.
    let stale = leader.if_match(&seen).post(412, &moves, &body);
    assert_eq!(stale.code(), "precondition_failed");
    let moved = round.move_submission(200, &leader, "moj", "approved");
    assert_eq!(moved.etag(), leader.get(200, &path).etag());
    leader.if_match("*").post(422, &moves, &json!({"to": "sent"}));
}

fn the_deadline_closes_at_its_second(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round.declare("mof");
    round.submit("mof");
    let deadline = TimeDelta::days(8) + TimeDelta::hours(8);
    app.advance(deadline - TimeDelta::seconds(1));
    assert_eq!(app.now().to_string(), "2026-03-10T09:59:59Z");
    round.save(200, "moj", &[ratio("80")]);
    round.move_submission(200, &app.leader("moj"), "moj", "approved");
    app.advance(TimeDelta::seconds(1));
    let late = round.save(409, "moj", &[ratio("81")]);
    assert_eq!(
        late.json()["detail"],
        "The deadline of the self-assessment has passed (2026-03-10T10:00:00Z)."
    );
    round.move_submission(409, &app.submitter("moj"), "moj", "submitted");
    round.move_submission(409, &app.submitter("mof"), "mof", "withdrawn");
    app.submitter("moj").if_match("*").put(
        409,
        &format!("{}/contributors", round.submission("moj")),
        &json!({"contributors": []}),
    );
    let seen = form(&app.submitter("moj"), &round);
    assert_eq!((&seen["locked"], &seen["actions"]), (&json!(true), &json!([])));
    assert_eq!(
        form(&app.submitter("moj").header("accept-language", "vi"), &round)["locked_reason"],
        "Đã hết hạn tự đánh giá (2026-03-10T10:00:00Z)."
    );
    // A deadline that is moved opens the form again.
    let change =
        json!({"title_vi": "Chỉ số CCHC năm 2025", "deadlines": {"self_assessment": "2026-03-10T10:00:01Z"}});
    round
        .evaluator()
        .if_match(&round.etag())
        .put(200, &round.path(""), &change);
    round.move_submission(200, &app.submitter("moj"), "moj", "submitted");
}

fn another_rounds_deadline_does_not_matter(app: &TestApp) {
    let first = app.round_in(Phase::SelfAssessment);
    let second = app.round_named("other-2025", Phase::SelfAssessment);
    let change = json!({"title_vi": "Kỳ khác", "deadlines": {"self_assessment": "2026-03-02T02:00:00Z"}});
    second
        .evaluator()
        .if_match(&second.etag())
        .put(200, &second.path(""), &change);
    second.save(409, "moj", &[ratio("80")]);
    first.save(200, "moj", &[ratio("80")]);
    assert_eq!(form(&app.submitter("moj"), &first)["locked"], false);
    assert!(form(&app.submitter("moj"), &second)["items"][2]["item"].is_null());
}

fn a_form_is_locked_once_the_appraisal_begins(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let refused = round.save(409, "moj", &[ratio("80")]);
    assert_eq!(
        refused.json()["detail"],
        "The submission is locked: the round is in appraisal."
    );
    round.move_submission(409, &app.submitter("moj"), "moj", "withdrawn");
    let seen = form(&app.submitter("moj"), &round);
    assert_eq!((&seen["locked"], &seen["actions"]), (&json!(true), &json!([])));
}

fn the_explanation_is_open_until_its_deadline(app: &TestApp) {
    let round = app.round_in(Phase::Explanation);
    let saved = round.save(200, "moj", &[ratio("96")]).json();
    assert_eq!(saved["state"], "submitted");
    let explained = json!({"indicator": "1.1", "explanation": "Xem công văn 15"});
    round.save(200, "moj", &[explained]);
    round.move_submission(409, &app.submitter("moj"), "moj", "withdrawn");
    app.advance(TimeDelta::days(18) + TimeDelta::hours(8));
    let late = round.save(409, "moj", &[ratio("97")]);
    assert_eq!(
        late.json()["detail"],
        "The deadline of the explanation has passed (2026-03-20T10:00:00Z)."
    );
}

fn what_was_never_sent_can_not_be_explained(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    for agency in &AGENCIES[1..] {
        round.declare(agency);
        round.submit(agency);
    }
    round.declare("moj");
    app.advance(TimeDelta::days(9));
    round.go(Phase::Appraisal);
    for agency in AGENCIES {
        round.appraise(agency);
    }
    round.enter_survey();
    round.go(Phase::Explanation);
    let refused = round.save(409, "moj", &[ratio("96")]);
    let why = "The submission was not sent in time, so there is nothing to explain.";
    assert_eq!(refused.json()["detail"], why);
    let seen = form(&app.submitter("moj"), &round);
    assert_eq!(
        (&seen["locked"], &seen["locked_reason"], &seen["actions"]),
        (&json!(true), &json!(why), &json!([]))
    );
}
