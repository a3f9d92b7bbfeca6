//! What is published, read by the programs that others read it with. `tests/run` installs them.

use parindex::features::rounds::Phase;
use serde_json::json;

use crate::support::{Engine, TestApp, play::import_results};

/// The Python that has the packages of `tests/clients/requirements.txt`.
const PYTHON: &str = "PARINDEX_TEST_CLIENTS_PYTHON";

/// The story's round with an indicator that does not apply to an agency, and a year of another family after it.
#[test]
#[ignore = "needs LibreOffice and the Python packages of tests/clients/requirements.txt; tests/run brings and runs it"]
fn real_clients_read_what_is_published() {
    let python = std::env::var(PYTHON)
        .unwrap_or_else(|_| panic!("{PYTHON} is not set: tests/run makes such a Python and sets it"));
    let app = TestApp::start(Engine::Sqlite);
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
    import_results(&app, &table);
    let read = std::process::Command::new(python)
        // No compiled files among the sources.
        .args([
            "-B",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/check.py"),
        ])
        .args([&format!("http://{}", app.address()), "story", "later"])
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&read.stdout) + String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
    assert!(said.contains("read right by every client"), "{said}");
}
