//! Stories about who is told of what, and of the feed itself.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp, grant,
        play::minutes,
        round::{AGENCIES, Round, good_items},
    },
};

stories![
    a_round_tells_everybody_who_has_a_part_in_it,
    deadlines_that_change_are_told_once_the_round_runs,
    questions_and_answers_reach_who_they_are_for,
    more_time_is_asked_for_and_decided_before_the_right_people,
    a_submission_tells_who_goes_on,
    who_is_told_follows_the_grants,
    the_feed_is_paged_counted_and_read,
    a_refused_change_tells_nobody,
];

fn feed(who: &Person) -> Value {
    who.get(200, "/api/v1/notifications?limit=500").json()
}

/// What a person was told, oldest first: kind and title.
fn told(who: &Person) -> Vec<String> {
    let feed = feed(who);
    let rows = feed["data"].as_array().unwrap().iter().rev();
    rows.map(|row| {
        format!(
            "{}: {}",
            row["kind"].as_str().unwrap(),
            row["title"].as_str().unwrap()
        )
    })
    .collect()
}

/// What a person is told by what happens meanwhile.
fn news(who: &Person, happens: impl FnOnce()) -> Vec<String> {
    let before = told(who).len();
    happens();
    told(who).split_off(before)
}

fn a_round_tells_everybody_who_has_a_part_in_it(app: &TestApp) {
    app.import_reference();
    let everybody = [
        app.submitter("moj"),
        app.leader("moj"),
        app.appraiser("mic"),
        app.appraiser("mpi"),
        app.person("moha.second", &[grant("evaluator", "moha")]),
    ];
    let nobody = [
        app.submitter("mot"),
        app.reader("moj"),
        app.admin(),
        app.evaluator("mot"),
    ];
    let round = app.round_in(Phase::SelfAssessment);
    let opened = "round_moved: The round is now in self-assessment";
    for person in &everybody {
        assert_eq!(told(person), [opened]);
    }
    // Nobody is told of the own deed.
    assert_eq!(told(&round.evaluator()), [""; 0]);
    let first = feed(&everybody[0])["data"][0].clone();
    assert_eq!(
        first["text"],
        "The round “PAR INDEX 2025” is now in self-assessment. The deadline is 17:00 on 10 March 2026."
    );
    everybody[0].get(200, first["path"].as_str().unwrap());
    let in_vietnamese = everybody[0].header("accept-language", "vi");
    assert_eq!(
        feed(&in_vietnamese)["data"][0]["text"],
        "Kỳ «Chỉ số CCHC năm 2025» nay ở giai đoạn tự đánh giá. Hạn: 17:00 ngày 10/03/2026."
    );
    for phase in [Phase::Appraisal, Phase::Council] {
        round.prepare(phase);
        round.go(phase);
    }
    let sent_back = json!({"to": "appraisal", "reason": "Chưa thống nhất",
                           "items": [{"agency": "moj", "indicator": "1.1"}, {"agency": "mof", "indicator": "1.2"}]});
    round.try_to_go(200, &sent_back);
    assert_eq!(
        told(&everybody[2])[1..],
        [
            "round_moved: The round is now in appraisal",
            "round_moved: The round is now in council",
            "round_moved: The round is now in appraisal",
            "items_returned: Sent back by the council: 2",
        ]
    );
    assert_eq!(
        told(&everybody[3]).last().unwrap(),
        "round_moved: The round is now in appraisal"
    );
    publish_and_correct(&round, &everybody[0], app);
    for person in &nobody {
        assert_eq!(told(person), [""; 0]);
    }
}

fn publish_and_correct(round: &Round<'_>, who: &Person, app: &TestApp) {
    for agency in AGENCIES {
        round.appraise(agency);
    }
    round.go(Phase::Council);
    round.evaluator().post(201, &round.path("/minutes"), &minutes());
    round.approve(201);
    round.go(Phase::Published);
    let published = feed(who)["data"][0].clone();
    assert_eq!(published["title"], "The result is published");
    app.anon().get(200, published["path"].as_str().unwrap());
    round.go(Phase::Correction);
    round.go(Phase::Council);
    round.record_minutes(201);
    round.approve(201);
    round.go(Phase::Published);
    assert_eq!(feed(who)["data"][0]["title"], "A corrected result is published");
}

fn deadlines_that_change_are_told_once_the_round_runs(app: &TestApp) {
    app.import_reference();
    let body = app.appraiser("mic");
    let round = app.round_in(Phase::Preparation);
    let change = |day: &str| {
        let put_off = json!({"title_vi": "Kỳ", "title_en": "Round", "deadlines": {"self_assessment": day, "explanation": "2026-03-20T10:00:00Z"}});
        round
            .evaluator()
            .if_match(&round.etag())
            .put(200, &round.path(""), &put_off);
    };
    assert_eq!(news(&body, || change("2026-03-10")), [""; 0]);
    round.go(Phase::SelfAssessment);
    assert_eq!(
        news(&body, || change("2026-03-11")),
        ["deadlines_changed: Deadlines have changed"]
    );
    assert_eq!(
        feed(&body)["data"][0]["text"],
        "Round “Round”, the new deadlines: self-assessment: the end of 11 March 2026."
    );
    // The same deadlines once more are no news.
    assert_eq!(news(&body, || change("2026-03-11")), [""; 0]);
}

fn questions_and_answers_reach_who_they_are_for(app: &TestApp) {
    app.import_reference();
    let (submitter, department) = (app.submitter("moj"), app.submitter("moj-it"));
    let (asking, colleague) = (
        app.appraiser("mic"),
        app.person("mic.second", &[grant("appraiser", "mic")]),
    );
    let round = app.round_in(Phase::SelfAssessment);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    let path = format!("{}/contributors", round.submission("moj"));
    submitter.if_match("*").put(200, &path, &rows);
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    let say = |who: &Person, indicator: &str, part: &str| {
        let path = format!("{}/items/{indicator}/{part}", round.submission("moj"));
        who.post(201, &path, &json!({"text": "Đề nghị làm rõ"}));
    };
    let asked = |indicator: &str| [format!("question_asked: A question about indicator {indicator}")];
    assert_eq!(
        news(&department, || say(&asking, "1.3", "questions")),
        asked("1.3")
    );
    assert_eq!(told(&submitter).last(), asked("1.3").last());
    assert_eq!(news(&department, || say(&asking, "1.1", "questions")), [""; 0]);
    let row = feed(&submitter)["data"][0].clone();
    assert_eq!(
        row["text"],
        "Round “PAR INDEX 2025”: mic asks moj to explain indicator 1.1. The deadline is 17:00 on 20 March 2026."
    );
    submitter.get(200, row["path"].as_str().unwrap());
    let answered = ["question_answered: An answer about indicator 1.1"];
    assert_eq!(news(&colleague, || say(&submitter, "1.1", "answers")), answered);
    assert_eq!(told(&asking).last().unwrap(), answered[0]);
    // A question of who runs the round is answered to them.
    say(&round.evaluator(), "1.2", "questions");
    let news_of_body = news(&asking, || {
        let told = news(&round.evaluator(), || say(&submitter, "1.2", "answers"));
        assert_eq!(told, ["question_answered: An answer about indicator 1.2"]);
    });
    assert_eq!(news_of_body, [""; 0]);
}

fn more_time_is_asked_for_and_decided_before_the_right_people(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let (submitter, leader, other) = (app.submitter("moj"), app.leader("moj"), app.submitter("mof"));
    let path = format!("{}/extensions", round.submission("moj"));
    let ask = json!({"deadline": "self_assessment", "until": "2026-03-12", "reason": "Bão"});
    let told_evaluator = news(&round.evaluator(), || {
        submitter.post(201, &path, &ask);
    });
    assert_eq!(told_evaluator, ["extension_asked: moj asks for more time"]);
    let id = submitter.get(200, &path).json()["data"][0]["id"].clone();
    let decision = format!("{path}/{}/decision", id.as_str().unwrap());
    let told_leader = news(&leader, || {
        round.evaluator().post(200, &decision, &json!({"granted": true}));
    });
    assert_eq!(told_leader, ["extension_decided: More time is granted"]);
    assert_eq!(
        feed(&submitter)["data"][0]["text"],
        "Round “PAR INDEX 2025”: moj has more time for the self-assessment, until the end of 12 March 2026."
    );
    assert_eq!(told(&other), [""; 0]);
}

fn a_submission_tells_who_goes_on(app: &TestApp) {
    app.import_reference();
    let (submitter, leader) = (app.submitter("moj"), app.leader("moj"));
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    let by = |who: &Person, to: &str| {
        round.move_submission(200, who, "moj", to);
    };
    let line = |state: &str| [format!("submission_moved: Submission of moj: {state}")];
    assert_eq!(news(&submitter, || by(&leader, "approved")), line("approved"));
    assert_eq!(
        news(&submitter, || by(&leader, "draft")),
        line("handed back to be completed")
    );
    by(&leader, "approved");
    assert_eq!(
        news(&round.evaluator(), || by(&submitter, "submitted")),
        line("submitted")
    );
    assert_eq!(news(&leader, || by(&submitter, "withdrawn")), line("withdrawn"));
    // Saving is work, not news.
    assert_eq!(news(&leader, || round.declare("moj")), [""; 0]);
}

fn who_is_told_follows_the_grants(app: &TestApp) {
    app.import_reference();
    let above = json!({"role": "submitter", "agency": "moj", "include_below": true});
    let over_all = app.person("moj.over", &[above]);
    let gone = app.person("moj.gone", &[grant("submitter", "moj")]);
    let id = gone.get(200, "/api/v1/auth/me").json()["id"].clone();
    let round = app.round_in(Phase::SelfAssessment);
    assert_eq!(told(&gone).len(), 1);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    let path = format!("{}/contributors", round.submission("moj"));
    app.submitter("moj").if_match("*").put(200, &path, &rows);
    // Two grants that both fit tell a person once.
    let twice = app.person(
        "moj.twice",
        &[grant("submitter", "moj"), grant("submitter", "moj-it")],
    );
    let user = format!("/api/v1/users/{}", id.as_str().unwrap());
    app.admin()
        .if_match("*")
        .patch(200, &user, &json!({"active": false}));
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    let ask = format!("{}/items/1.3/questions", round.submission("moj"));
    let told_above = news(&over_all, || {
        let told_twice = news(&twice, || {
            app.appraiser("mic").post(201, &ask, &json!({"text": "Vì sao?"}));
        });
        assert_eq!(told_twice.len(), 1);
    });
    assert_eq!(told_above.len(), 1);
    // Who has no account any more is told nothing more.
    app.admin()
        .if_match("*")
        .patch(200, &user, &json!({"active": true}));
    let again = app.log_in("moj.gone", &crate::support::password_of("moj.gone"));
    assert_eq!(told(&again).len(), 1);
}

fn the_feed_is_paged_counted_and_read(app: &TestApp) {
    app.import_reference();
    let submitter = app.submitter("moj");
    let round = app.round_in(Phase::SelfAssessment);
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    for indicator in ["1.1", "1.2", "1.3"] {
        let path = format!("{}/items/{indicator}/questions", round.submission("moj"));
        app.appraiser("mic").post(201, &path, &json!({"text": "Vì sao?"}));
    }
    let all = feed(&submitter);
    let ids: Vec<&str> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!((ids.len(), &all["unread"]), (6, &json!(6)));
    // Page after page, newest first.
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = submitter
            .get(200, &format!("/api/v1/notifications?limit=4{next}"))
            .json();
        seen.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["page"]["next"].as_str() else {
            break;
        };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(json!(seen), all["data"]);
    // One is read; a second time changes nothing.
    let one = format!("/api/v1/notifications/{}/read", ids[1]);
    let read = submitter.post(200, &one, &json!(null)).json();
    assert_eq!(read["read_at"], json!(app.now()));
    assert_eq!(submitter.post(200, &one, &json!(null)).json(), read);
    assert_eq!(feed(&submitter)["unread"], 5);
    let unread = submitter.get(200, "/api/v1/notifications?unread=true").json();
    assert_eq!(unread["data"].as_array().unwrap().len(), 5);
    let done = submitter.get(200, "/api/v1/notifications?unread=false").json();
    assert_eq!(done["data"][0]["id"], ids[1]);
    // What did not change is not sent again.
    let held = submitter.get(200, "/api/v1/notifications");
    let again = submitter.header("if-none-match", held.etag());
    again.get(304, "/api/v1/notifications");
    // All up to one: what is newer stays new.
    let up_to = |id: &str| json!({"up_to": id});
    let read = submitter
        .post(200, "/api/v1/notifications/read", &up_to(ids[2]))
        .json();
    assert_eq!(read, json!({"read": 4, "unread": 1}));
    again.get(200, "/api/v1/notifications");
    // Another's notices are not there.
    let other = app.appraiser("mpi");
    other.post(404, &one, &json!(null));
    let refused = other.post(422, "/api/v1/notifications/read", &up_to(ids[0]));
    assert_eq!(refused.faults(), ["/up_to unknown_notification"]);
    submitter.get(400, "/api/v1/notifications?unread=perhaps");
    submitter.get(400, "/api/v1/notifications?limit=0");
}

fn a_refused_change_tells_nobody(app: &TestApp) {
    app.import_reference();
    let leader = app.leader("moj");
    let round = app.round_in(Phase::SelfAssessment);
    let nothing = news(&leader, || {
        round.try_to_go(409, &json!({"to": "appraisal"}));
        let mut items = good_items(3);
        items.push(json!({"indicator": "9.9"}));
        round.save(422, "moj", &items);
        let path = format!("{}/extensions", round.submission("moj"));
        let late = json!({"deadline": "self_assessment", "until": "2026-03-01", "reason": "Bão"});
        app.submitter("moj").post(422, &path, &late);
    });
    assert_eq!(nothing, [""; 0]);
    // A change that is sent again is not told again.
    let path = format!("{}/extensions", round.submission("moj"));
    let ask = json!({"deadline": "self_assessment", "until": "2026-03-12", "reason": "Bão"});
    let once = news(&round.evaluator(), || {
        let who = app.submitter("moj").idempotency_key("ask-once");
        who.post(201, &path, &ask);
        who.post(201, &path, &ask);
    });
    assert_eq!(once.len(), 1);
}
