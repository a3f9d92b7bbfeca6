//! The permission matrix: every operation of the API's description, by everybody, against a table written by hand.

use std::collections::BTreeSet;

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp, contract, files,
        round::{OWNER, Round, new_round, story_set},
    },
};

stories![everybody_may_do_what_the_table_says];

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
}

/// A request that whoever may send it can send again and again: nothing comes of it, or nothing that matters.
struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
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
            let answer = person.attempt(request.method, &request.path, request.body.as_ref());
            let operation = contract().find(request.method, request.path.split('?').next().unwrap());
            assert_eq!(
                operation.unwrap().value["operationId"],
                line.operation(),
                "{}",
                line.name
            );
            let allowed = (200..300).contains(&answer.status) || REFUSED_FOR_CONTENT.contains(&answer.status);
            let answered = if allowed {
                "ok".to_owned()
            } else {
                answer.status.to_string()
            };
            if answered != **cell {
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
        _ => panic!("nobody is called {role}"),
    }
}

fn build(app: &TestApp) -> World<'_> {
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
        round
    });
    for phase in [Phase::Appraisal, Phase::Explanation] {
        explained.prepare(phase);
        explained.go(phase);
    }
    let published = app
        .evaluator(OWNER)
        .post(201, "/api/v1/publications", &external("moj"));
    let victim = json!({"username": "victim", "display_name": "x", "grants": []});
    let user = app.admin().post(201, "/api/v1/users", &victim);
    World {
        open,
        explained,
        publication: published.header("location").to_owned(),
        user: user.header("location").to_owned(),
    }
}

fn external(agency: &str) -> Value {
    json!({"code": "old-2020", "set": "story", "level": "ministry", "year": 2020, "title_vi": "Kết quả cũ",
           "sources": [{"code": "S1", "address": "https://example.vn/2020"}], "complete": false,
           "entries": [{"agency": agency, "index": "80.5", "place": 1, "basis": "published"}]})
}

fn request(world: &World<'_>, line: &Line) -> Request {
    let round = if line.name.contains("@open") {
        &world.open
    } else {
        &world.explained
    };
    let (method, path, body) = of_system(world, line)
        .or_else(|| of_round(round, line))
        .or_else(|| of_submission(round, line))
        .unwrap_or_else(|| panic!("no request for {}", line.name));
    let under_api = !path.starts_with("/api") && !is_beside_the_api(line.operation());
    Request {
        method,
        path: if under_api { format!("/api/v1{path}") } else { path },
        body: (!body.is_null()).then_some(body),
    }
}

fn is_beside_the_api(operation: &str) -> bool {
    [
        "get_jwks",
        "get_live",
        "get_ready",
        "get_metrics",
        "list_problems",
        "get_problem",
    ]
    .contains(&operation)
}

type Parts = (&'static str, String, Value);

fn get(path: impl Into<String>) -> Option<Parts> {
    Some(("GET", path.into(), Value::Null))
}

fn send(method: &'static str, path: impl Into<String>, body: Value) -> Option<Parts> {
    Some((method, path.into(), body))
}

fn of_system(world: &World<'_>, line: &Line) -> Option<Parts> {
    let (publication, user) = (&world.publication, &world.user);
    let part = |part: &str| get(format!("{publication}{part}"));
    match line.operation() {
        "get_jwks" => get("/.well-known/jwks.json"),
        "get_live" => get("/health/live"),
        "get_ready" => get("/health/ready"),
        "get_metrics" => get("/metrics"),
        "list_problems" => get("/problems"),
        "get_problem" => get("/problems/forbidden"),
        "login" => send("POST", "/auth/login", json!({})),
        "refresh_session" => send("POST", "/auth/refresh", json!({})),
        "logout" => send("POST", "/auth/logout", Value::Null),
        "get_me" => get("/auth/me"),
        "change_password" => {
            let short = json!({"current_password": "x", "new_password": "y"});
            send("PUT", "/auth/password", short)
        }
        "list_publications" => get("/publications"),
        "get_latest_publication" => get("/publications/latest?set=story"),
        "get_publication" => part(""),
        "get_publication_document" => part("/document"),
        "get_publication_ranking" => part("/ranking"),
        "get_publication_ranking_csv" => part("/ranking.csv"),
        "get_publication_domains" => part("/domains"),
        "get_publication_domains_csv" => part("/domains.csv"),
        "get_publication_agency" => part("/agencies/moj"),
        "get_publication_agency_csv" => part("/agencies/moj.csv"),
        "import_publication" => send("POST", "/publications", external("nobody")),
        "list_users" => get("/users"),
        "create_user" => {
            let nameless = json!({"username": "", "display_name": "", "grants": []});
            send("POST", "/users", nameless)
        }
        "get_user" => get(user),
        "update_user" => send("PATCH", user, json!({"active": true})),
        "reset_user_password" => send("POST", format!("{user}/password"), Value::Null),
        "list_audit_entries" => get("/audit"),
        _ => of_reference(world, line),
    }
}

fn of_reference(world: &World<'_>, line: &Line) -> Option<Parts> {
    let agency = json!({"code": "moj", "level": "nowhere", "names": [{"name_vi": "x"}]});
    match line.operation() {
        "list_agencies" => get("/agencies"),
        "get_agency" => get("/agencies/moj"),
        "list_agency_levels" => get("/agency-levels"),
        "list_regions" => get("/regions"),
        "save_agency" => send("PUT", "/agencies/moj", agency),
        "import_agencies" => send("POST", "/agency-imports", json!({"agencies": [agency]})),
        "list_criteria_sets" => get("/criteria-sets"),
        "get_criteria_set" => get("/criteria-sets/story"),
        "list_criteria_set_versions" => get("/criteria-sets/story/versions"),
        "get_criteria_set_version" => get("/criteria-sets/story/versions/1"),
        "get_criteria_set_document" => get("/criteria-sets/story/versions/1/document"),
        "create_criteria_set" => send("POST", "/criteria-sets", story_set()),
        "replace_criteria_set" => send("PUT", "/criteria-sets/story/versions/1", story_set()),
        "list_rounds" => get("/rounds"),
        "create_round" => send("POST", "/rounds", new_round(&world.open.code)),
        _ => None,
    }
}

fn of_round(round: &Round<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| round.path(part);
    match line.operation() {
        "get_round" => get(at("")),
        "update_round" => send("PUT", at(""), json!({"title_vi": "x", "deadlines": {}})),
        "list_round_agencies" => get(at("/agencies")),
        "replace_round_agencies" => send("PUT", at("/agencies"), json!({"agencies": []})),
        "list_round_assignments" => get(at("/assignments")),
        "replace_round_assignments" => send("PUT", at("/assignments"), json!({"assignments": []})),
        "move_round" => {
            let to = if line.variant() == "publish" {
                "published"
            } else {
                "council"
            };
            send("POST", at("/transitions"), json!({"to": to}))
        }
        "list_round_approvals" => get(at("/approvals")),
        "get_working_ranking" => get(at("/ranking")),
        "approve_round_result" => send("POST", at("/approvals"), json!({})),
        "get_appraisal_progress" => get(at("/appraisals")),
        "list_survey_points" => get(at("/survey-points")),
        "save_survey_points" => send("PUT", at("/survey-points"), json!({"points": []})),
        "list_adjustments" => get(at("/adjustments")),
        "save_adjustments" => send("PUT", at("/adjustments"), json!({"adjustments": []})),
        "list_submissions" => get(at("/submissions")),
        _ => None,
    }
}

/// The address of the file that `build` put there.
fn only_file(round: &Round<'_>) -> String {
    let path = format!("{}/items/1.3/evidence", round.submission("moj"));
    let files = round.evaluator().get(200, &path).json();
    files["data"][0]["href"].as_str().unwrap().to_owned()
}

fn of_submission(round: &Round<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| format!("{}{part}", round.submission("moj"));
    match line.operation() {
        "get_submission" => get(at("")),
        "get_submission_completeness" => get(at("/completeness")),
        "list_item_revisions" => get(at("/items/1.3/revisions")),
        "list_evidence" => get(at("/items/1.3/evidence")),
        "get_evidence" => get(only_file(round)),
        "get_evidence_signature" => get(format!("{}/signature", only_file(round))),
        "put_evidence_signature" => send("PUT", format!("{}/signature", only_file(round)), json!("none")),
        "upload_evidence" => send(
            "POST",
            at("/items/1.3/evidence?file_name=a.pdf"),
            json!("no file"),
        ),
        "save_submission_items" => send("PUT", at("/items"), json!({"items": []})),
        "list_submission_contributors" => get(at("/contributors")),
        "replace_submission_contributors" => send("PUT", at("/contributors"), json!({"contributors": []})),
        "move_submission" => {
            let to = if line.variant() == "approve" {
                "approved"
            } else {
                "submitted"
            };
            send("POST", at("/transitions"), json!({"to": to}))
        }
        "get_appraisal" => get(round.path("/appraisals/moj")),
        "save_appraisal_items" => send("PUT", round.path("/appraisals/moj/items"), json!({"items": []})),
        "get_score" => get(round.path("/scores/moj")),
        _ => None,
    }
}
