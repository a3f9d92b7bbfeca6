//! `SECURITY.md` names for each attack the test that shows what stops it: each must be there.

use std::path::Path;

/// The names in the last cell of each row of each table that has a column for tests.
fn named() -> Vec<String> {
    let text = include_str!("../../SECURITY.md");
    let mut named = Vec::new();
    let mut of_tests = false;
    for line in text.lines() {
        if !line.starts_with('|') {
            of_tests = false;
            continue;
        }
        let cell = line.trim_end_matches('|').rsplit('|').next().unwrap_or("").trim();
        if cell == "shown by" {
            of_tests = true;
        } else if of_tests && !cell.starts_with("---") {
            let before = named.len();
            named.extend(cell.split('`').skip(1).step_by(2).map(str::to_owned));
            assert!(named.len() > before, "no test is named: {line}");
        }
    }
    named
}

#[test]
fn every_test_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    let names = named();
    assert!(names.len() > 30);
    for name in names {
        let found = if let Some(path) = name.strip_prefix("tests/") {
            let mut words = path.split(' ');
            let script = root.join("tests").join(words.next().unwrap_or(""));
            let text = std::fs::read_to_string(script).unwrap_or_default();
            words.all(|word| text.contains(word)) && !text.is_empty()
        } else {
            let (module, story) = name.split_once("::").unwrap_or((&name, ""));
            let text =
                std::fs::read_to_string(root.join(format!("tests/api/{module}.rs"))).unwrap_or_default();
            !text.is_empty() && (story.is_empty() || text.contains(&format!("fn {story}(")))
        };
        if !found {
            missing.push(name);
        }
    }
    assert!(
        missing.is_empty(),
        "SECURITY.md names what is not there: {missing:?}"
    );
}
