//! What is published, read by the programs that others read it with. `tests/run` installs them.

use parindex::features::rounds::Phase;
use serde_json::json;

use crate::support::{Engine, TestApp, play::import_results};

/// The Python that has the packages of `tests/clients/requirements.txt`.
const PYTHON: &str = "PARINDEX_TEST_CLIENTS_PYTHON";

#[test]
#[ignore = "needs LibreOffice and the Python packages of tests/clients/requirements.txt; tests/run brings and runs it"]
fn real_clients_read_what_is_published() {
    let app = TestApp::start(Engine::Sqlite);
    publish(&app);
    let said = run(&app, "check.py", &["story", "later"]);
    assert!(said.contains("read right by every client"), "{said}");
}

/// Every kind of page in headless Chromium: accessible by WCAG 2.2 AA, on a phone and a screen, without a script.
#[test]
#[ignore = "needs Chromium and the Python packages of tests/clients/requirements.txt; tests/run brings and runs it"]
fn real_clients_show_the_site() {
    let app = TestApp::start(Engine::Sqlite);
    publish(&app);
    let said = run(&app, "site.py", &[]);
    assert!(said.contains("no fault"), "{said}");
}

/// Requests made from the API's description, as an administrator, an evaluator, a submitter and anybody: PARINDEX_TEST_FUZZ_SECONDS
/// (15) for each.
#[test]
#[ignore = "needs the Python packages of tests/clients/requirements.txt; tests/run brings and runs it"]
fn real_clients_find_no_answer_that_breaks_the_description() {
    let app = TestApp::start(Engine::Sqlite);
    publish(&app);
    let round = app.round_named("open-2025", Phase::SelfAssessment);
    let seconds = std::env::var("PARINDEX_TEST_FUZZ_SECONDS").unwrap_or_else(|_| "15".to_owned());
    let people = [
        ("administrator", app.admin()),
        ("evaluator", round.evaluator()),
        ("submitter", app.submitter("moj")),
    ];
    let people = people.map(|(name, person)| format!("{name}={}", person.access_token()));
    let description = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let mut arguments = vec![description, &seconds, "anybody"];
    arguments.extend(people.iter().map(String::as_str));
    let said = run(&app, "fuzz.py", &arguments);
    println!("{said}");
    assert!(said.contains("every answer keeps to the description"), "{said}");
}

/// What a program of `tests/clients` says of the app.
fn run(app: &TestApp, program: &str, arguments: &[&str]) -> String {
    let python = std::env::var(PYTHON)
        .unwrap_or_else(|_| panic!("{PYTHON} is not set: tests/run makes such a Python and sets it"));
    let read = std::process::Command::new(python)
        // No compiled files among the sources.
        .args([
            "-B",
            &format!("{}/tests/clients/{program}", env!("CARGO_MANIFEST_DIR")),
        ])
        .arg(format!("http://{}", app.address()))
        .args(arguments)
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&read.stdout) + String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
    said.into_owned()
}

/// The story's round with an indicator that does not apply to an agency, and a year of another family after it.
fn publish(app: &TestApp) {
    let round = app.round_named("story-2025", Phase::SelfAssessment);
    round.declare("mof");
    let exempt = json!({"indicator": "1.4", "value": {"kind": "not_applicable"}, "explanation": "Không có"});
    round.save(200, "mof", &[exempt]);
    round.submit("mof");
    for agency in ["moj", "moet"] {
        round.declare(agency);
        round.submit(agency);
    }
    round.go(Phase::Appraisal);
    for to in [
        Phase::Council,
        Phase::Published,
        Phase::Correction,
        Phase::Council,
        Phase::Published,
    ] {
        round.prepare(to);
        round.go(to);
    }
    let table = json!({"code": "later-2026", "set": "later", "level": "ministry", "year": 2026,
        "title_vi": "Bảng năm sau, có \"ngoặc\" & dấu <", "complete": false,
        "sources": [{"code": "S1", "address": "https://example.vn"}],
        "entries": [{"agency": "moj", "index": "71.5", "place": 1, "basis": "published"},
            {"agency": "sbv", "place": 2, "basis": "inferred"}]});
    import_results(app, &table);
}
