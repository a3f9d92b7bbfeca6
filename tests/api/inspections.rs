//! Stories about inspections: plans, findings, remedies, and what the agency that is inspected may know when.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, Response, TestApp},
};

stories![
    an_inspection_goes_its_way,
    an_unannounced_one_is_not_there_until_it_begins,
    every_refused_move_says_why,
    every_refused_finding_says_why,
    every_refused_move_of_a_remedy_says_why,
    what_an_inspection_may_be_is_said,
    rates_are_exact,
    findings_are_seen_by_those_who_appraise_the_indicator,
];

const INSPECTIONS: &str = "/api/v1/inspections";
const PLANS: &str = "/api/v1/inspection-plans";
const NOTHING: &str = "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";

fn new(form: &str) -> Value {
    json!({"owner": "moha", "target": "moj", "form": form, "from": "2026-03-09", "to": "2026-03-13",
           "topic": "Thủ tục hành chính", "bodies": ["mic"],
           "indicators": [{"set": "story", "code": "1.2"}],
           "team": [{"name": "Nguyễn Văn A", "agency": "moha", "role": "Trưởng đoàn"}]})
}

fn plan(app: &TestApp, form: &str) -> String {
    let made = app.evaluator("moha").post(201, INSPECTIONS, &new(form));
    made.header("location").to_owned()
}

/// Sends something about an inspection as somebody who read it first.
fn send(status: u16, who: &Person, path: &str, part: &str, body: &Value) -> Response {
    let etag = who.get(200, path).etag().to_owned();
    who.if_match(&etag).post(status, &format!("{path}{part}"), body)
}

fn go(status: u16, who: &Person, path: &str, body: &Value) -> Response {
    send(status, who, path, "/transitions", body)
}

fn action(name: &str) -> Value {
    json!({"action": name})
}

fn conclude() -> Value {
    json!({"action": "conclude", "conclusion": "Còn hạn chế."})
}

fn finding() -> Value {
    json!({"text": "Chưa niêm yết.", "severity": "major", "indicators": [{"code": "1.2"}],
           "evidence": [{"title": "Biên bản", "url": "https://example.vn/bb.pdf"}]})
}

/// Writes a finding down and asks for a remedy; the part of the path that leads to the remedy.
fn find(app: &TestApp, path: &str, due_on: &str) -> String {
    let moha = app.evaluator("moha");
    let found = send(201, &moha, path, "/findings", &finding()).json();
    let id = found["findings"].as_array().unwrap().last().unwrap()["id"].clone();
    let part = format!("/findings/{}/remedies", id.as_str().unwrap());
    let asked = json!({"text": "Niêm yết đầy đủ.", "due_on": due_on});
    let asked = send(201, &moha, path, &part, &asked).json();
    let last = asked["findings"].as_array().unwrap().last().unwrap().clone();
    format!(
        "/remedies/{}/transitions",
        last["remedies"][0]["id"].as_str().unwrap()
    )
}

fn notices(who: &Person) -> Vec<String> {
    let feed = who.get(200, "/api/v1/notifications?limit=500").json();
    let rows = feed["data"].as_array().unwrap().iter();
    rows.filter(|row| row["kind"] == "inspection_moved")
        .map(|row| row["params"]["to"]["code"].as_str().unwrap().to_owned())
        .collect()
}

fn an_inspection_goes_its_way(app: &TestApp) {
    app.import_reference();
    let (moha, mic, target) = (app.evaluator("moha"), app.appraiser("mic"), app.submitter("moj"));
    let made = moha.post(
        201,
        PLANS,
        &json!({"owner": "moha", "year": 2026, "title": "Kế hoạch 2026"}),
    );
    let plan_path = made.header("location").to_owned();
    target.get(404, &plan_path);
    assert_eq!(target.get(200, PLANS).json()["data"], json!([]));
    let mut body = new("on_site");
    body["plan"] = made.json()["id"].clone();
    let path = moha.post(201, INSPECTIONS, &body).header("location").to_owned();
    // What stands in a draft is not announced.
    assert_eq!(
        go(409, &moha, &path, &action("announce")).code(),
        "illegal_transition"
    );
    let approval = format!("{plan_path}/approval");
    moha.call(428, "POST", &approval);
    moha.if_match("\"r7\"").call(412, "POST", &approval);
    target.if_match("*").call(404, "POST", &approval);
    moha.if_match("*").call(200, "POST", &approval);
    moha.if_match("*").call(409, "POST", &approval);
    assert_eq!(target.get(200, &plan_path).json()["state"], "approved");
    assert_eq!(moha.post(409, INSPECTIONS, &body).code(), "frozen");
    // Planned is not yet known to the agency.
    target.get(404, &path);
    go(200, &moha, &path, &action("announce"));
    assert_eq!(target.get(200, &path).json()["state"], "announced");
    assert_eq!(
        (notices(&target), notices(&mic)),
        (vec!["announce".to_owned()], vec!["announce".to_owned()])
    );
    go(200, &moha, &path, &action("begin"));
    let remedy = find(app, &path, "2026-03-31");
    // Not before it is concluded.
    let seen = target.get(200, &path).json();
    assert_eq!(seen["findings"], json!([]));
    assert!(!seen.to_string().contains("niêm yết"), "{seen:#}");
    let report = json!({"action": "report", "text": "Đã niêm yết.", "evidence": []});
    assert_eq!(
        send(409, &target, &path, &remedy, &report).code(),
        "illegal_transition"
    );
    go(200, &moha, &path, &conclude());
    let seen = target.get(200, &path).json();
    assert_eq!(seen["conclusion"], "Còn hạn chế.");
    let first = &seen["findings"][0]["remedies"][0];
    assert_eq!(
        (&first["state"], &first["timeliness"]),
        (&json!("open"), &json!("in_time"))
    );
    assert_eq!(notices(&target), ["conclude", "begin", "announce"]);
    a_remedy_is_mended_at_the_second_go(app, &path, &remedy);
}

/// Reported, rejected, reported late, verified.
fn a_remedy_is_mended_at_the_second_go(app: &TestApp, path: &str, remedy: &str) {
    let (moha, target) = (app.evaluator("moha"), app.submitter("moj"));
    let report = json!({"action": "report", "text": "Đã niêm yết.", "evidence": []});
    send(409, &moha, path, remedy, &action("verify"));
    send(200, &target, path, remedy, &report);
    send(409, &target, path, remedy, &report);
    let no = json!({"action": "reject", "reason": "Thiếu hai thủ tục"});
    let open = send(200, &moha, path, remedy, &no).json();
    assert_eq!(open["findings"][0]["remedies"][0]["state"], "open");
    app.advance(TimeDelta::days(30));
    let (moha, leader) = (app.evaluator("moha"), app.leader("moj"));
    let late = leader.get(200, path).json();
    assert_eq!(late["findings"][0]["remedies"][0]["timeliness"], "overdue");
    send(200, &leader, path, remedy, &report);
    let done = send(200, &moha, path, remedy, &action("verify")).json();
    assert_eq!(done["findings"][0]["remedies"][0]["timeliness"], "remedied_late");
    send(409, &moha, path, remedy, &no);
    let steps: Vec<&str> = done["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|made| made["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        [
            "plan", "announce", "begin", "find", "require", "conclude", "report", "reject", "report",
            "verify"
        ]
    );
}

fn an_unannounced_one_is_not_there_until_it_begins(app: &TestApp) {
    app.import_reference();
    let people = || [app.submitter("moj"), app.leader("moj"), app.reader("moj")];
    // They are there to be told, before anything happens.
    people();
    let path = plan(app, "unannounced");
    let given_up = plan(app, "unannounced");
    let moha = app.evaluator("moha");
    go(409, &moha, &path, &action("announce"));
    let cancel = json!({"action": "cancel", "reason": "Trùng lịch"});
    go(200, &moha, &given_up, &cancel);
    let same = people()[0].get(404, &format!("{INSPECTIONS}/{NOTHING}")).json();
    for who in people() {
        let hidden = who.get(404, &path).json();
        assert_eq!(
            (&hidden["title"], &hidden["detail"]),
            (&same["title"], &same["detail"])
        );
        for query in [
            "",
            "?target=moj",
            "?owner=moha",
            "?state=planned",
            "?state=cancelled",
        ] {
            let list = who.get(200, &format!("{INSPECTIONS}{query}")).json();
            assert_eq!(list["data"], json!([]), "{query}");
        }
        who.get(403, "/api/v1/inspections/rates?owner=moha");
        let any = who.if_match("*");
        any.post(404, &format!("{path}/transitions"), &action("begin"));
        any.post(404, &format!("{path}/findings"), &finding());
        let remedy = format!("{path}/remedies/{NOTHING}/transitions");
        any.post(404, &remedy, &json!({"action": "report", "text": "x"}));
        assert!(notices(&who).is_empty());
    }
    // The agency's own rates don't count it either.
    let own = app
        .evaluator("moj")
        .get(200, "/api/v1/inspections/rates?owner=moj")
        .json();
    assert_eq!(own["agencies"], 0);
    app.evaluator("moj").get(404, &path);
    app.evaluator("mot").get(404, &path);
    // Those who inspect know of it.
    assert_eq!(app.appraiser("mic").get(200, &path).json()["state"], "planned");
    let list = app
        .appraiser("mic")
        .get(200, &format!("{INSPECTIONS}?state=planned"))
        .json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    go(200, &moha, &path, &action("begin"));
    for who in people() {
        let seen = who.get(200, &path).json();
        assert_eq!(
            (&seen["state"], &seen["form"]),
            (&json!("under_way"), &json!("unannounced"))
        );
        // Nor does the history tell how long it was planned.
        assert_eq!(seen["history"].as_array().unwrap().len(), 1);
        let list = who.get(200, INSPECTIONS).json();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        who.get(404, &given_up);
    }
    assert_eq!(notices(&people()[0]), ["begin"]);
    assert!(notices(&people()[2]).is_empty());
}

fn every_refused_move_says_why(app: &TestApp) {
    app.import_reference();
    let path = plan(app, "by_report");
    let (moha, clerk) = (app.evaluator("moha"), app.appraiser("moha"));
    let early = |body: &Value| assert_eq!(go(409, &moha, &path, body).code(), "illegal_transition");
    early(&action("begin"));
    early(&conclude());
    send(409, &moha, &path, "/findings", &finding());
    // Those who take part write findings, and decide nothing.
    for who in [&clerk, &app.evaluator("mic"), &app.admin()] {
        go(403, who, &path, &action("announce"));
    }
    go(200, &moha, &path, &action("announce"));
    let target = app.submitter("moj");
    for body in [action("begin"), conclude()] {
        go(403, &target, &path, &body);
    }
    send(403, &target, &path, "/findings", &finding());
    send(403, &app.admin(), &path, "/findings", &finding());
    go(200, &moha, &path, &action("begin"));
    let steps = format!("{path}/transitions");
    assert_eq!(
        moha.post(428, &steps, &conclude()).code(),
        "precondition_required"
    );
    moha.if_match("\"r1\"").post(412, &steps, &conclude());
    moha.if_match("\"r1\"")
        .post(412, &format!("{path}/findings"), &finding());
    assert_eq!(
        go(
            422,
            &moha,
            &path,
            &json!({"action": "conclude", "conclusion": " "})
        )
        .faults(),
        ["/conclusion bad_text"]
    );
    go(422, &moha, &path, &json!({"action": "announce", "reason": "x"}));
}

/// An inspection that is under way.
fn under_way(app: &TestApp) -> String {
    app.import_reference();
    let (path, moha) = (plan(app, "by_report"), app.evaluator("moha"));
    go(200, &moha, &path, &action("announce"));
    go(200, &moha, &path, &action("begin"));
    path
}

fn every_refused_finding_says_why(app: &TestApp) {
    let path = under_way(app);
    let (moha, clerk) = (app.evaluator("moha"), app.appraiser("moha"));
    let bad = json!({"text": "", "severity": "minor", "indicators": [{"round": "nothing", "code": "1"}],
                     "evidence": [{"title": "", "url": "x"}]});
    assert_eq!(
        send(422, &clerk, &path, "/findings", &bad).faults(),
        [
            "/text bad_text",
            "/evidence/0/title bad_text",
            "/evidence/0/url bad_url",
            "/indicators/0/round no_such_round"
        ]
    );
    let found = send(201, &clerk, &path, "/findings", &finding()).json();
    let of = format!(
        "/findings/{}/remedies",
        found["findings"][0]["id"].as_str().unwrap()
    );
    let late = json!({"text": "", "due_on": "2026-03-01"});
    assert_eq!(
        send(422, &moha, &path, &of, &late).faults(),
        ["/text bad_text", "/due_on bad_day"]
    );
    let ask = json!({"text": "Niêm yết.", "due_on": "2026-03-02"});
    send(403, &clerk, &path, &of, &ask);
    send(404, &moha, &path, &format!("/findings/{NOTHING}/remedies"), &ask);
    let seen = moha.if_match(moha.get(200, &path).etag()).idempotency_key("k");
    let once = seen.post(201, &format!("{path}{of}"), &ask).json();
    let again = seen.post(201, &format!("{path}{of}"), &ask);
    assert_eq!(again.json(), once);
}

fn every_refused_move_of_a_remedy_says_why(app: &TestApp) {
    let path = under_way(app);
    let (moha, target) = (app.evaluator("moha"), app.submitter("moj"));
    let remedy = find(app, &path, "2026-03-31");
    go(200, &moha, &path, &conclude());
    send(
        404,
        &target,
        &path,
        &format!("/remedies/{NOTHING}/transitions"),
        &json!({"action": "report", "text": "x"}),
    );
    send(
        403,
        &app.reader("moj"),
        &path,
        &remedy,
        &json!({"action": "report", "text": "x"}),
    );
    send(
        403,
        &moha,
        &path,
        &remedy,
        &json!({"action": "report", "text": "x"}),
    );
    send(403, &target, &path, &remedy, &action("verify"));
    assert_eq!(
        send(
            422,
            &target,
            &path,
            &remedy,
            &json!({"action": "report", "text": ""})
        )
        .faults(),
        ["/text bad_text"]
    );
    go(409, &moha, &path, &json!({"action": "cancel", "reason": "x"}));
    send(409, &moha, &path, "/findings", &finding());
    for stranger in [app.submitter("mof"), app.evaluator("mot"), app.appraiser("sbv")] {
        stranger.get(404, &path);
        assert_eq!(stranger.get(200, INSPECTIONS).json()["data"], json!([]));
    }
    app.anon().get(401, &path);
}

fn what_an_inspection_may_be_is_said(app: &TestApp) {
    app.import_reference();
    let moha = app.evaluator("moha");
    let mut bad = new("on_site");
    bad["topic"] = json!("");
    bad["to"] = json!("2026-03-01");
    bad["target"] = json!("moha");
    bad["bodies"] = json!(["moha", "mic", "mic"]);
    bad["team"][0]["name"] = json!(" ");
    assert_eq!(
        moha.post(422, INSPECTIONS, &bad).faults(),
        [
            "/topic bad_text",
            "/to bad_days",
            "/target own_agency",
            "/bodies/0 inspected_agency",
            "/bodies/2 body_twice",
            "/team/0/name bad_text"
        ]
    );
    let mut bad = new("on_site");
    bad["target"] = json!("nobody");
    bad["bodies"] = json!(["noone"]);
    bad["team"][0]["agency"] = json!("nowhere");
    assert_eq!(
        moha.post(422, INSPECTIONS, &bad).faults(),
        [
            "/target no_such_agency",
            "/bodies/0 no_such_agency",
            "/team/0/agency no_such_agency"
        ]
    );
    let mut bad = new("on_site");
    bad["bodies"] = json!(["moj"]);
    assert_eq!(
        moha.post(422, INSPECTIONS, &bad).faults(),
        ["/bodies/0 inspected_agency"]
    );
    bad = new("on_site");
    bad["plan"] = json!(NOTHING);
    assert_eq!(moha.post(422, INSPECTIONS, &bad).faults(), ["/plan no_such_plan"]);
    let made = moha.post(201, PLANS, &json!({"owner": "moha", "year": 2025, "title": "x"}));
    bad["plan"] = made.json()["id"].clone();
    assert_eq!(moha.post(422, INSPECTIONS, &bad).faults(), ["/from another_year"]);
    assert_eq!(
        moha.post(422, PLANS, &json!({"owner": "moha", "year": 1, "title": ""}))
            .faults(),
        ["/title bad_text", "/year bad_year"]
    );
    for who in [app.evaluator("mot"), app.appraiser("moha"), app.admin()] {
        who.post(403, INSPECTIONS, &new("on_site"));
        who.post(403, PLANS, &json!({"owner": "moha", "year": 2026, "title": "x"}));
    }
    moha.get(404, &format!("{PLANS}/{NOTHING}"));
    let years = |query: &str| {
        let list = moha.get(200, &format!("{PLANS}{query}")).json();
        list["data"].as_array().unwrap().len()
    };
    assert_eq!(
        [
            years(""),
            years("?year=2025"),
            years("?year=2026"),
            years("?owner=mic")
        ],
        [1, 1, 0, 0]
    );
}

fn rates_are_exact(app: &TestApp) {
    app.import_reference();
    let moha = app.evaluator("moha");
    let first = plan(app, "unannounced");
    go(200, &moha, &first, &action("begin"));
    let remedies = ["2026-03-20", "2026-03-20", "2026-03-03"].map(|due| find(app, &first, due));
    go(200, &moha, &first, &conclude());
    for target in ["mof", "moet"] {
        let mut more = new("on_site");
        more["target"] = json!(target);
        moha.post(201, INSPECTIONS, &more);
    }
    let report = json!({"action": "report", "text": "Xong."});
    let target = app.submitter("moj");
    for remedy in &remedies[..2] {
        send(200, &target, &first, remedy, &report);
    }
    send(200, &moha, &first, &remedies[0], &action("verify"));
    app.advance(TimeDelta::days(2));
    let moha = app.evaluator("moha");
    let rates = |query: &str| {
        let path = format!("/api/v1/inspections/rates?owner=moha{query}");
        moha.get(200, &path).json()
    };
    let all = json!({
        "agencies": 3, "agencies_inspected": 1, "inspected_share": "33.3", "findings": 3, "remedies": 3,
        "remedies_verified": 1, "verified_share": "33.3", "verified_in_time": 1, "in_time_share": "100.0",
        "remedies_overdue": 1,
    });
    assert_eq!(rates(""), all);
    assert_eq!(rates("&year=2026"), all);
    let none = rates("&year=2025");
    assert_eq!(
        (&none["agencies"], &none["inspected_share"]),
        (&json!(0), &Value::Null)
    );
    // Of a level, all of its agencies count, also those that nobody plans to see: 8 ministries of the story.
    let level = rates("&level=ministry&year=2026");
    assert_eq!(
        (&level["agencies"], &level["inspected_share"]),
        (&json!(8), &json!("12.5"))
    );
    assert_eq!(rates("&level=department")["agencies_inspected"], 0);
    assert_eq!(rates(&format!("&plan={NOTHING}"))["agencies"], 0);
    app.admin().get(200, "/api/v1/inspections/rates?owner=moha");
    app.appraiser("mic")
        .get(403, "/api/v1/inspections/rates?owner=moha");
    moha.get(400, "/api/v1/inspections/rates");
}

fn findings_are_seen_by_those_who_appraise_the_indicator(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let path = plan(app, "unannounced");
    let moha = app.evaluator("moha");
    let findings = format!("{}/findings", round.submission("moj"));
    let seen = |who: &Person| {
        let list = who.get(200, &findings).json();
        list["data"].as_array().unwrap().len()
    };
    go(200, &moha, &path, &action("begin"));
    find(app, &path, "2026-03-31");
    let mut elsewhere = finding();
    elsewhere["indicators"] = json!([{"round": round.code, "code": "2.1"}]);
    send(201, &moha, &path, "/findings", &elsewhere);
    elsewhere["indicators"] = json!([]);
    send(201, &moha, &path, "/findings", &elsewhere);
    // `mic` appraises domain 1, `mpi` domain 2; what is about no indicator is nobody's here.
    assert_eq!(seen(&app.appraiser("mic")), 1);
    assert_eq!(seen(&app.appraiser("mpi")), 1);
    assert_eq!(seen(&moha), 2);
    assert_eq!((seen(&app.submitter("moj")), seen(&app.reader("moj"))), (0, 0));
    let both = app.person(
        "both",
        &[
            crate::support::grant("appraiser", "mic"),
            crate::support::grant("submitter", "moj"),
        ],
    );
    assert_eq!(seen(&both), 0, "whoever belongs to the agency waits as it does");
    app.submitter("mof").get(404, &findings);
    app.appraiser("sbv").get(404, &findings);
    go(200, &moha, &path, &conclude());
    assert_eq!((seen(&app.submitter("moj")), seen(&both)), (2, 2));
    // Of another round.
    let other = app.round_named("other-2025", Phase::Appraisal);
    let findings = format!("{}/findings", other.submission("moj"));
    assert_eq!(app.appraiser("mpi").get(200, &findings).json()["data"], json!([]));
    assert_eq!(
        app.appraiser("mic").get(200, &findings).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
