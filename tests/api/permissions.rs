//! The permission matrix: every operation of the API's description, by everybody, against a table written by hand.

mod accounts;
mod collecting;
mod requests;
mod responses;

use std::collections::BTreeSet;

use requests::request;

use diesel::prelude::*;
use parindex::{
    audit_log::hex,
    db::{
        Actor, Answer, Change, Entry, Outcome, Tx,
        schema::{council_minutes, submission_signatures},
    },
    features::rounds::Phase,
    ids::RecordId,
};
use serde_json::{Value, json};

use crate::{
    reviews::{begin, interim},
    stories,
    support::{
        Person, Response, TestApp, contract, files,
        programme::{Programme, task},
        round::{OWNER, Round},
        smtp::outbox_entry,
        workbook,
    },
};

stories![
    everybody_may_do_what_the_table_says,
    an_api_key_may_do_what_anybody_may_and_nothing_else
];

const TABLE: &str = include_str!("permissions.txt");
/// Refused for what was sent, not for who sent it.
const REFUSED_FOR_CONTENT: [u16; 4] = [409, 412, 422, 428];

/// A line of the table: a name such as `get_score@open` or `move_submission@open#approve`, and a cell for each role.
struct Line {
    name: &'static str,
    cells: Vec<&'static str>,
}

impl Line {
    fn operation(&self) -> &'static str {
        self.name.split(['@', '#']).next().unwrap()
    }

    fn variant(&self) -> &'static str {
        self.name.split_once('#').map_or("", |(_, variant)| variant)
    }
}

/// What the requests are about.
struct World<'a> {
    open: Round<'a>,
    explained: Round<'a>,
    publication: String,
    user: String,
    api_key: String,
    /// A request for more time of the open round's submission.
    extension: String,
    /// A notice of who runs the rounds.
    notice: String,
    /// An entry of the outbox that was sent.
    letter: String,
    /// A webhook, one to be deleted, and a delivery to the first.
    webhook: String,
    old_webhook: String,
    delivery: String,
    /// A plan of inspections that is approved.
    plan: String,
    /// A concluded inspection of moj, and the ends of its path that lead to its finding and remedy.
    inspection: String,
    finding: String,
    remedy: String,
    /// A recommendation of moj's to moha and mic.
    recommendation: String,
    /// A programme in force, whose line moj leads and mof co-ordinates, and a request for more time for it.
    programme: Programme<'a>,
    line_extension: String,
    /// The address of moj's calendar, and one that may be revoked.
    calendar: String,
    calendar_feed: String,
    /// The hash of a sealed entry.
    leaf_hash: String,
}

/// A request that whoever may send it can send again and again: nothing comes of it, or nothing that matters.
struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// A workbook is sent, and no JSON.
    is_file: bool,
}

fn table() -> (Vec<&'static str>, Vec<Line>) {
    let mut lines = TABLE
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut cells = line.split_whitespace();
            Line {
                name: cells.next().unwrap(),
                cells: cells.collect(),
            }
        });
    let header = lines.next().unwrap();
    assert_eq!(header.name, "operation");
    (header.cells, lines.collect())
}

#[test]
fn the_table_and_the_description_name_the_same_operations() {
    let (roles, lines) = table();
    for line in &lines {
        assert_eq!(line.cells.len(), roles.len(), "{}", line.name);
        for cell in &line.cells {
            assert!(
                ["ok", "401", "403", "404"].contains(cell),
                "{}: {cell}",
                line.name
            );
        }
    }
    let names: BTreeSet<&str> = lines.iter().map(|line| line.name).collect();
    assert_eq!(names.len(), lines.len(), "a line stands twice");
    let listed: BTreeSet<&str> = lines.iter().map(Line::operation).collect();
    let described: BTreeSet<String> = contract()
        .operations()
        .iter()
        .map(|operation| operation.value["operationId"].as_str().unwrap().to_owned())
        .collect();
    let described: BTreeSet<&str> = described.iter().map(String::as_str).collect();
    let lacking: Vec<_> = described.difference(&listed).collect();
    let surplus: Vec<_> = listed.difference(&described).collect();
    assert!(
        lacking.is_empty() && surplus.is_empty(),
        "permissions.txt lacks {lacking:?}, and the API has no {surplus:?}"
    );
}

fn everybody_may_do_what_the_table_says(app: &TestApp) {
    let world = build(app);
    let (roles, lines) = table();
    let people: Vec<Person> = roles.iter().map(|role| person(app, role)).collect();
    let mut wrong = Vec::new();
    for line in &lines {
        for ((role, person), cell) in roles.iter().zip(&people).zip(&line.cells) {
            let request = request(&world, line);
            let answer = send(person, &request);
            let operation = contract().find(request.method, request.path.split('?').next().unwrap());
            assert_eq!(
                operation.unwrap().value["operationId"],
                line.operation(),
                "{}",
                line.name
            );
            if answered(answer.status) != **cell {
                wrong.push(format!(
                    "{} by {role}: {} instead of {cell}",
                    line.name, answer.status
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not as the table says:\n  {}",
        wrong.join("\n  ")
    );
}

fn send(person: &Person, request: &Request) -> Response {
    match &request.body {
        None if request.is_file => {
            let file = workbook::foreign();
            person.attempt_file(request.method, &request.path, workbook::KIND, &file)
        }
        body => person.attempt(request.method, &request.path, body.as_ref()),
    }
}

fn answered(status: u16) -> String {
    if (200..300).contains(&status) || REFUSED_FOR_CONTENT.contains(&status) {
        "ok".to_owned()
    } else {
        status.to_string()
    }
}

/// Where anybody needs a login, a key is no login: 403, for it is known who holds it.
fn an_api_key_may_do_what_anybody_may_and_nothing_else(app: &TestApp) {
    let world = build(app);
    let key = json!({"name": "x", "scopes": ["publications:read"], "expires_at": "2026-12-31T00:00:00Z"});
    let made = app.admin().post(201, "/api/v1/api-keys", &key).json();
    let program = app.anon().header(
        "authorization",
        &format!("Bearer {}", made["secret"].as_str().unwrap()),
    );
    let (roles, lines) = table();
    assert_eq!(roles[0], "anon");
    let mut wrong = Vec::new();
    for line in &lines {
        let expected = if line.cells[0] == "401" {
            "403"
        } else {
            line.cells[0]
        };
        let status = send(&program, &request(&world, line)).status;
        if answered(status) != expected {
            wrong.push(format!("{}: {status} instead of {expected}", line.name));
        }
    }
    assert!(wrong.is_empty(), "by an API key:\n  {}", wrong.join("\n  "));
}

fn person(app: &TestApp, role: &str) -> Person {
    match role {
        "anon" => app.anon(),
        "reader" => app.reader("moj"),
        "submitter" => app.submitter("moj"),
        "leader" => app.leader("moj"),
        "contributor" => app.submitter("moj-it"),
        "other_submitter" => app.submitter("mof"),
        "appraiser" => app.appraiser("mic"),
        "other_appraiser" => app.appraiser("sbv"),
        "evaluator" => app.evaluator(OWNER),
        "other_evaluator" => app.evaluator("mot"),
        "admin" => app.admin(),
        "collector" => app.collector("sbv"),
        _ => panic!("nobody is called {role}"),
    }
}

/// A round in the self-assessment, and one in the explanation.
fn rounds(app: &TestApp) -> [Round<'_>; 2] {
    let [open, explained] = ["open-2025", "explained-2025"].map(|code| {
        let round = app.round_named(code, Phase::SelfAssessment);
        let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
        let path = format!("{}/contributors", round.submission("moj"));
        app.submitter("moj").if_match("*").put(200, &path, &rows);
        let signed = files::upload(
            201,
            &app.submitter("moj"),
            &round,
            "moj",
            "1.3",
            files::SIGNED_FILE,
        );
        let path = format!("{}/signature", signed.header("location"));
        app.submitter("moj")
            .send_bytes(200, "PUT", &path, "x/y", files::SIGNATURE);
        keep_signature(app, &round);
        round
    });
    for phase in [Phase::Appraisal, Phase::Explanation] {
        explained.prepare(phase);
        explained.go(phase);
    }
    [open, explained]
}

fn build(app: &TestApp) -> World<'_> {
    let [open, explained] = rounds(app);
    keep_minutes(app, &explained);
    let published = app
        .evaluator(OWNER)
        .post(201, "/api/v1/publications", &external("moj"));
    let victim = json!({"username": "victim", "display_name": "x", "grants": []});
    let user = app.admin().post(201, "/api/v1/users", &victim);
    let key = json!({"name": "x", "scopes": ["publications:read"], "expires_at": "2026-12-31T00:00:00Z"});
    let api_key = app.admin().post(201, "/api/v1/api-keys", &key);
    let asked = json!({"deadline": "self_assessment", "until": "2026-03-12T10:00:00Z", "reason": "Bão"});
    let extensions = format!("{}/extensions", open.submission("moj"));
    let extension = app.submitter("moj").post(201, &extensions, &asked).json();
    let feed = app.evaluator(OWNER).get(200, "/api/v1/notifications").json();
    let (webhook, old_webhook) = (new_webhook(app), new_webhook(app));
    app.admin().call(202, "POST", &format!("/api/v1{webhook}/test"));
    let log = app
        .admin()
        .get(200, &format!("/api/v1{webhook}/deliveries"))
        .json();
    let (plan, inspection, finding, remedy) = inspect(app);
    let programme = app.programme(&[task("1")]);
    begin(&programme, &interim(2026));
    collecting::build(app);
    app.seal();
    World {
        leaf_hash: hex(app.leaves()[0]),
        calendar: new_feed(app).json()["path"].as_str().unwrap().to_owned(),
        calendar_feed: new_feed(app).header("location").to_owned(),
        plan,
        inspection,
        finding,
        remedy,
        recommendation: app.recommend(&["moha", "mic"]),
        line_extension: ask_for_more_time(app, &programme),
        programme,
        delivery: log["data"][0]["id"].as_str().unwrap().to_owned(),
        webhook,
        old_webhook,
        letter: outbox_entry(app, "sent"),
        notice: format!("/notifications/{}", feed["data"][0]["id"].as_str().unwrap()),
        extension: format!("{extensions}/{}", extension["id"].as_str().unwrap()),
        open,
        explained,
        publication: published.header("location").to_owned(),
        user: user.header("location").to_owned(),
        api_key: api_key.header("location").to_owned(),
    }
}

fn new_webhook(app: &TestApp) -> String {
    let new = json!({"url": "https://example.vn/x", "description": "x", "events": ["publication.published"]});
    let made = app.admin().post(201, "/api/v1/webhooks", &new);
    made.header("location").trim_start_matches("/api/v1").to_owned()
}

fn new_feed(app: &TestApp) -> Response {
    let path = "/api/v1/agencies/moj/calendar-feeds";
    app.submitter("moj").post(201, path, &json!({"name": "x"}))
}

/// A request of moj for more time of its line.
fn ask_for_more_time(app: &TestApp, programme: &Programme<'_>) -> String {
    let extensions = format!("{}/extensions", programme.line("1"));
    let more = json!({"until": "2026-04-30", "reason": "Bão"});
    let asked = app.submitter("moj").post(201, &extensions, &more).json();
    format!("{extensions}/{}", asked["id"].as_str().unwrap())
}

/// An approved plan, and a concluded inspection with a finding and a remedy.
fn inspect(app: &TestApp) -> (String, String, String, String) {
    app.admin()
        .put(201, "/api/v1/holidays/2026", &json!({"days": []}));
    app.import_recommendation_types();
    let moha = app.evaluator(OWNER).if_match("*");
    let made = |path: &str, body: &Value| moha.post(201, path, body);
    let plan = json!({"owner": OWNER, "year": 2026, "title": "x"});
    let plan = made("/api/v1/inspection-plans", &plan)
        .header("location")
        .to_owned();
    moha.call(200, "POST", &format!("{plan}/approval"));
    let new = json!({"owner": OWNER, "target": "moj", "form": "unannounced", "from": "2026-03-09",
                     "to": "2026-03-13", "topic": "x", "bodies": ["mic"]});
    let path = made("/api/v1/inspections", &new).header("location").to_owned();
    let steps = format!("{path}/transitions");
    moha.post(200, &steps, &json!({"action": "begin"}));
    let finding = json!({"text": "x", "severity": "minor"});
    let found = made(&format!("{path}/findings"), &finding).json();
    let finding = format!("/findings/{}", found["findings"][0]["id"].as_str().unwrap());
    let remedy = json!({"text": "x", "due_on": "2026-12-31"});
    let asked = made(&format!("{path}{finding}/remedies"), &remedy).json();
    moha.post(200, &steps, &json!({"action": "conclude", "conclusion": "x"}));
    let id = asked["findings"][0]["remedies"][0]["id"].as_str().unwrap();
    (plan, path, finding, format!("/remedies/{id}/transitions"))
}

/// Puts rows there that no request of the round's phase would.
fn put_there(app: &TestApp, put: impl FnOnce(&mut Tx<'_>) -> QueryResult<usize> + Send + 'static) {
    let change = Change {
        actor: Actor::System,
        action: "test",
        request_id: String::new(),
        idempotency: None,
        locks: Vec::new(),
    };
    let kept = app.db().write(change, move |tx| {
        put(tx)?;
        let entry = Entry {
            object_kind: "test",
            object_id: String::new(),
            before_digest: None,
            after_digest: None,
            detail: Value::Null,
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(kept).unwrap();
}

/// A signature of moj's submission, which no fixture has: what it signs differs from round to round.
fn keep_signature(app: &TestApp, round: &Round<'_>) {
    let code = round.code.clone();
    put_there(app, move |tx| {
        let now = tx.now();
        diesel::insert_into(submission_signatures::table)
            .values((
                submission_signatures::id.eq(RecordId::new()),
                submission_signatures::round_code.eq(&code),
                submission_signatures::agency_code.eq("moj"),
                submission_signatures::submission_revision.eq(1_i64),
                submission_signatures::digest.eq("0".repeat(64)),
                submission_signatures::content.eq("AA=="),
                submission_signatures::verdict.eq("unverified"),
                submission_signatures::signers.eq("[]"),
                submission_signatures::added_at.eq(now),
                submission_signatures::added_by.eq("system"),
            ))
            .execute(tx.conn())
    });
}

/// Minutes with a signed file, in a round that has not come before the council.
fn keep_minutes(app: &TestApp, round: &Round<'_>) {
    let (code, id) = (round.code.clone(), RecordId::new());
    let path = round.path(&format!("/minutes/{id}/files"));
    put_there(app, move |tx| {
        let now = tx.now();
        diesel::insert_into(council_minutes::table)
            .values((
                council_minutes::id.eq(id),
                council_minutes::round_code.eq(&code),
                council_minutes::held_on.eq(chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()),
                council_minutes::number.eq("12"),
                council_minutes::members.eq("[]"),
                council_minutes::conclusion.eq("x"),
                council_minutes::recorded_at.eq(now),
                council_minutes::recorded_by.eq("system"),
            ))
            .execute(tx.conn())
    });
    let evaluator = round.evaluator();
    let name = [("file_name", "a.pdf")];
    let file = files::upload_as(201, &evaluator, &path, &name, files::SIGNED_FILE);
    let path = format!("{}/signature", file.header("location"));
    evaluator.send_bytes(200, "PUT", &path, "x/y", files::SIGNATURE);
}

fn external(agency: &str) -> Value {
    json!({"code": "old-2020", "set": "story", "level": "ministry", "year": 2020, "title_vi": "Kết quả cũ",
           "sources": [{"code": "S1", "address": "https://example.vn/2020"}], "complete": false,
           "entries": [{"agency": agency, "index": "80.5", "place": 1, "basis": "published"}]})
}
