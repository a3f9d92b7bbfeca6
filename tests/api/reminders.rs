//! Stories about reminders of deadlines.

use chrono::TimeDelta;
use parindex::{clock::Moment, features::rounds::Phase};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        round::{Round, good_items},
    },
};

stories![
    an_agency_is_reminded_while_it_has_not_sent,
    each_round_reminds_by_its_own_clock,
    departments_are_reminded_of_their_part,
    questions_and_open_items_are_reminded_of,
    two_workers_remind_once,
];

fn reminders(who: &Person) -> Vec<Value> {
    let feed = who.get(200, "/api/v1/notifications?limit=500").json();
    let rows = feed["data"].as_array().unwrap().iter().rev();
    rows.filter(|row| row["kind"] == "deadline_near")
        .cloned()
        .collect()
}

fn wait_until(app: &TestApp, moment: &str) {
    let moment: Moment = serde_json::from_value(json!(moment)).unwrap();
    app.advance(TimeDelta::seconds(
        moment.unix_seconds() - app.now().unix_seconds(),
    ));
}

/// The worker looks at a moment.
fn work_at(app: &TestApp, moment: &str) {
    wait_until(app, moment);
    app.wait(app.state().work()).unwrap();
}

fn set_deadlines(round: &Round<'_>, zone: &str, deadlines: Value) {
    let body = json!({"title_vi": "Kỳ", "title_en": "Round", "time_zone": zone, "deadlines": deadlines});
    round
        .evaluator()
        .if_match(&round.etag())
        .put(200, &round.path(""), &body);
}

fn an_agency_is_reminded_while_it_has_not_sent(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    // The deadline is the 10th, 17:00 in Hà Nội.
    let who = || [app.submitter("moj"), app.leader("moj"), app.submitter("mof")];
    who();
    let counts = || who().map(|person| reminders(&person).len());
    work_at(app, "2026-03-07T07:59:59+07:00");
    assert_eq!(counts(), [0, 0, 0]);
    round.declare("mof");
    work_at(app, "2026-03-07T08:00:00+07:00");
    assert_eq!(counts(), [1, 1, 1]);
    let texts = who().map(|person| reminders(&person)[0]["text"].as_str().unwrap().to_owned());
    assert_eq!(
        texts[0],
        "Round “PAR INDEX 2025”: the deadline of the self-assessment is 17:00 on 10 March 2026. Open for moj: 7."
    );
    assert!(texts[2].ends_with("Open for mof: 1."), "{}", texts[2]);
    let path = reminders(&app.submitter("moj"))[0]["path"].clone();
    app.submitter("moj").get(200, path.as_str().unwrap());
    // Not again and again.
    work_at(app, "2026-03-08T12:00:00+07:00");
    assert_eq!(counts(), [1, 1, 1]);
    round.submit("mof");
    work_at(app, "2026-03-09T08:00:00+07:00");
    assert_eq!(counts(), [2, 2, 1]);
    // More time is another deadline, for that agency.
    let path = format!("{}/extensions", round.submission("moj"));
    let ask = json!({"deadline": "self_assessment", "until": "2026-03-12", "reason": "Bão"});
    let asked = app.submitter("moj").post(201, &path, &ask).json();
    let decision = format!("{path}/{}/decision", asked["id"].as_str().unwrap());
    round.evaluator().post(200, &decision, &json!({"granted": true}));
    work_at(app, "2026-03-11T08:00:00+07:00");
    assert_eq!(counts(), [3, 3, 1]);
    work_at(app, "2026-03-13T00:00:00+07:00");
    assert_eq!(counts(), [3, 3, 1]);
    // One entry in the trail for each time that something was written.
    let trail = app.admin().get(200, "/api/v1/audit?limit=500").json();
    let rows = trail["data"].as_array().unwrap().iter();
    let written: Vec<&Value> = rows.filter(|row| row["action"] == "write_reminders").collect();
    assert!(
        written
            .iter()
            .all(|row| row["actor_kind"] == "system" || row["actor"]["kind"] == "system")
    );
    assert_eq!(written.len(), 3, "{written:#?}");
}

fn each_round_reminds_by_its_own_clock(app: &TestApp) {
    let ours = app.round_in(Phase::SelfAssessment);
    let theirs = app.round_named("story-hawaii", Phase::SelfAssessment);
    set_deadlines(
        &ours,
        "Asia/Ho_Chi_Minh",
        json!({"self_assessment": "2026-03-09"}),
    );
    set_deadlines(
        &theirs,
        "Pacific/Honolulu",
        json!({"self_assessment": "2026-03-09"}),
    );
    app.submitter("moj");
    let rounds = || -> Vec<String> {
        let rows = reminders(&app.submitter("moj"));
        let round = |row: &Value| row["params"]["round"]["code"].as_str().unwrap().to_owned();
        rows.iter().map(round).collect()
    };
    work_at(app, "2026-03-06T08:00:00+07:00");
    assert_eq!(rounds(), ["story-2025"]);
    work_at(app, "2026-03-06T07:59:59-10:00");
    assert_eq!(rounds(), ["story-2025"]);
    work_at(app, "2026-03-06T08:00:00-10:00");
    assert_eq!(rounds(), ["story-2025", "story-hawaii"]);
}

fn departments_are_reminded_of_their_part(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = round.submission("moj");
    let lead = app.submitter("moj");
    let etag = lead.get(200, &path).etag().to_owned();
    let rows = json!({"contributors": [
        {"indicator": "1.2", "contributor": "moj-hr"},
        {"indicator": "1.3", "contributor": "moj-it"},
        {"indicator": "2.1", "contributor": "moj-it"}]});
    lead.if_match(&etag)
        .put(200, &format!("{path}/contributors"), &rows);
    let departments = || [app.submitter("moj-hr"), app.submitter("moj-it")];
    departments();
    let ratio = json!({"kind": "ratio", "numerator": "80", "denominator": "100"});
    let items = json!({"items": [{"indicator": "1.3", "value": ratio}]});
    app.submitter("moj-it").put(200, &format!("{path}/items"), &items);
    work_at(app, "2026-03-07T08:00:00+07:00");
    let [hr, it] = departments().map(|person| reminders(&person));
    assert_eq!((hr.len(), it.len()), (1, 1));
    for (told, name) in [(&hr[0], "moj-hr"), (&it[0], "moj-it")] {
        let text = told["text"].as_str().unwrap();
        assert!(text.ends_with(&format!("Open for {name}: 1.")), "{text}");
        // It leads to the form, not to a form of the department's own, which there is not.
        assert!(told["path"].as_str().unwrap().ends_with(&path), "{told}");
    }
    // Who has nothing left to fill in is not reminded, though the agency still is.
    let choice = &good_items(0)[1];
    assert_eq!(choice["indicator"], "1.2");
    app.submitter("moj-hr")
        .put(200, &format!("{path}/items"), &json!({"items": [choice]}));
    work_at(app, "2026-03-09T08:00:00+07:00");
    let counts = departments().map(|person| reminders(&person).len());
    assert_eq!(counts, [1, 2]);
    assert_eq!(reminders(&app.submitter("moj")).len(), 2);
}

fn questions_and_open_items_are_reminded_of(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let deadlines =
        json!({"self_assessment": "2026-03-03", "explanation": "2026-03-20", "appraisal": "2026-03-21"});
    set_deadlines(&round, "Asia/Ho_Chi_Minh", deadlines);
    let ask = format!("{}/items/1.1/questions", round.submission("moj"));
    app.appraiser("mic").post(201, &ask, &json!({"text": "Vì sao?"}));
    let body = app.appraiser("mpi");
    round.appraise("mof");
    work_at(app, "2026-03-18T08:00:00+07:00");
    let told = |who: &Person| -> Vec<String> {
        let rows = reminders(who);
        rows.iter()
            .map(|row| row["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        told(&app.submitter("moj")),
        ["Round “Round”: the deadline of the explanation is the end of 20 March 2026. Open for moj: 1."]
    );
    assert_eq!(told(&app.submitter("mof")), [""; 0]);
    // Two items of each of the two agencies that are left.
    drop(body);
    assert_eq!(
        told(&app.appraiser("mpi")),
        ["Round “Round”: the deadline of the appraisal is the end of 21 March 2026. Open for mpi: 4."]
    );
    for agency in ["moj", "moet"] {
        round.appraise(agency);
    }
    work_at(app, "2026-03-20T08:00:00+07:00");
    assert_eq!(told(&app.appraiser("mpi")).len(), 1);
    assert_eq!(told(&app.submitter("moj")).len(), 2);
}

fn two_workers_remind_once(app: &TestApp) {
    app.round_in(Phase::SelfAssessment);
    app.submitter("moj");
    wait_until(app, "2026-03-09T09:00:00+07:00");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| app.wait(app.state().work()).unwrap());
        }
    });
    assert_eq!(reminders(&app.submitter("moj")).len(), 1);
}
