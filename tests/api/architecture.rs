//! The architecture as a test: which room may use which, how long things may be, and what stands only in one place.
//!
//! Rooms are the folders and files of `src/`; each feature is a room of its own. A new edge is added here by hand, in
//! the commit that needs it, and is what a reviewer looks at hardest (ARCHITECTURE.md).

mod edges;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use edges::FEATURE_EDGES;
use source::{Source, sources};

/// Which rooms a room may use. `features` stands for every feature.
const EDGES: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "access",
            "app",
            "audit_log",
            "clock",
            "config",
            "db",
            "error",
            "features",
            "formats",
            "ids",
            "scoring",
            "signing",
            "survey",
            "web",
        ],
    ),
    (
        "app",
        &["access", "config", "db", "error", "features", "ids", "web"],
    ),
    (
        "features",
        &[
            "access",
            "analysis",
            "audit_log",
            "clock",
            "config",
            "db",
            "error",
            "formats",
            "ids",
            "scoring",
            "signing",
            "survey",
            "web",
        ],
    ),
    (
        "web",
        &[
            "access", "clock", "config", "db", "error", "formats", "ids", "pace", "scoring",
        ],
    ),
    ("access", &["clock", "db", "error", "ids"]),
    ("config", &["db"]),
    ("db", &["audit_log", "clock", "error", "ids", "pace", "signing"]),
    ("formats", &["scoring"]),
    ("analysis", &["scoring"]),
    ("scoring", &[]),
    ("survey", &["scoring"]),
    ("audit_log", &["clock", "signing"]),
    ("signing", &[]),
    ("error", &[]),
    ("ids", &[]),
    ("clock", &[]),
    ("pace", &[]),
];

/// Macros stand at the root of the crate, wherever they are written.
const MACROS: &[(&str, &str)] = &[
    ("each", "db"),
    ("on_each", "db"),
    ("text_enum", "db"),
    ("words", "db"),
];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Fails with all faults at once.
fn assert_none(rule: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

/// The room a path of the crate leads to: `crate::features::accounts::NewUser` leads to `features/accounts`.
fn room_of(path: &[String]) -> Option<String> {
    let first = path.first()?.as_str();
    if let Some((_, room)) = MACROS.iter().find(|(name, _)| *name == first) {
        return Some((*room).to_owned());
    }
    match (first, path.get(1)) {
        ("features", Some(feature)) => Some(format!("features/{feature}")),
        _ => Some(first.to_owned()),
    }
}

fn kind(room: &str) -> &str {
    room.split('/').next().unwrap_or(room)
}

fn is_allowed(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    if let (Some(from), Some(to)) = (from.strip_prefix("features/"), to.strip_prefix("features/")) {
        return FEATURE_EDGES.contains(&(from, to));
    }
    EDGES
        .iter()
        .any(|(room, uses)| *room == kind(from) && uses.contains(&kind(to)))
}

fn edges_of(source: &Source) -> impl Iterator<Item = (String, usize)> {
    source
        .crate_paths()
        .into_iter()
        .filter_map(|(path, line)| Some((room_of(&path)?, line)))
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let mut faults = Vec::new();
    for source in sources() {
        let from = source.room();
        // The list of modules uses nothing.
        if from == "lib" {
            continue;
        }
        for (to, line) in edges_of(&source) {
            if !is_allowed(&from, &to) {
                faults.push(format!("{}:{line}: {from} may not use {to}", source.path));
            }
        }
        for line in source.lines_out_by_super() {
            faults.push(format!("{}:{line}: write crate::, not super::", source.path));
        }
    }
    assert_none("an edge that tests/api/architecture.rs does not list", faults);
}

#[test]
fn no_room_uses_itself_by_a_detour() {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources().into_iter().filter(|source| source.room() != "lib") {
        let from = source.room();
        let uses = edges.entry(from.clone()).or_default();
        uses.extend(edges_of(&source).map(|(to, _)| to).filter(|to| *to != from));
    }
    if let Some(cycle) = find_cycle(&edges) {
        panic!("rooms use each other in a circle: {}", cycle.join(" → "));
    }
}

/// A circle of edges, if there is one: what is left after everything without edges is taken away, again and again.
fn find_cycle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut left = edges.clone();
    loop {
        let open: BTreeSet<String> = left.keys().cloned().collect();
        for uses in left.values_mut() {
            uses.retain(|to| open.contains(to));
        }
        let before = left.len();
        left.retain(|_, uses| !uses.is_empty());
        if left.len() == before {
            break;
        }
    }
    let mut path = vec![left.keys().next()?.clone()];
    loop {
        let next = left[path.last()?].first()?.clone();
        if let Some(start) = path.iter().position(|room| *room == next) {
            path.push(next);
            return Some(path.split_off(start));
        }
        path.push(next);
    }
}

#[test]
fn files_and_functions_fit_in_a_head() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > FILE_LINES_MAX {
            faults.push(format!(
                "{}: {lines} lines, at most {FILE_LINES_MAX}",
                source.path
            ));
        }
        for (name, line, lines) in source.functions() {
            if lines > FUNCTION_LINES_MAX {
                faults.push(format!(
                    "{}:{line}: {name} has {lines} lines, at most {FUNCTION_LINES_MAX}",
                    source.path
                ));
            }
        }
    }
    assert_none("too long", faults);
}

#[test]
fn sql_stands_in_stores() {
    const QUERIES: &[&str] = &[
        "Both",
        "QueryDsl",
        "RunQueryDsl",
        "SimpleConnection",
        "batch_execute",
        "insert_into",
        "into_boxed",
        "sql_query",
    ];
    let mut faults = Vec::new();
    for source in sources() {
        if source.room() == "db" || source.is_store() {
            continue;
        }
        let mut lines: Vec<usize> = QUERIES
            .iter()
            .flat_map(|word| source.lines_with(&[word]))
            .collect();
        lines.extend(source.lines_with(&["each", "!"]));
        // Models and our own column types are rows of tables; errors come from the database. Nobody else knows it.
        let is_row = source.is_named("model") || matches!(source.room().as_str(), "ids" | "clock" | "error");
        if !is_row {
            lines.extend(source.lines_with(&["diesel"]));
            let tables = source.crate_paths().into_iter();
            lines.extend(
                tables
                    .filter(|(path, _)| path.starts_with(&["db".into(), "schema".into()]))
                    .map(|(_, line)| line),
            );
        }
        faults.extend(lines.iter().map(|line| format!("{}:{line}", source.path)));
    }
    assert_none("diesel outside of store*.rs and db/", faults);
}

#[test]
fn http_stands_in_handlers() {
    let mut faults = Vec::new();
    for source in sources() {
        let may = matches!(source.room().as_str(), "web" | "app" | "cli") || source.is_named("handlers");
        if !may {
            let lines = source.lines_with(&["actix_web"]);
            faults.extend(lines.iter().map(|line| format!("{}:{line}", source.path)));
        }
    }
    assert_none("actix_web outside of handlers*.rs, web/, app.rs and cli/", faults);
}

#[test]
fn nothing_panics_on_purpose_or_reads_the_clock_by_itself() {
    let mut faults = Vec::new();
    for source in sources() {
        let mut forbid = |words: &[&str], instead: &str| {
            for line in source.lines_with(words) {
                faults.push(format!("{}:{line}: {}: {instead}", source.path, words.concat()));
            }
        };
        for panicking in ["unwrap", "expect"] {
            forbid(&[".", panicking], "answer with an error");
        }
        for unfinished in ["todo", "unimplemented", "dbg"] {
            forbid(&[unfinished, "!"], "finish it");
        }
        if source.room() != "clock" {
            for clock in [
                &["SystemTime"][..],
                &["Utc", "::", "now"],
                &["Local", "::", "now"],
            ] {
                forbid(clock, "use crate::clock::Clock");
            }
        }
    }
    assert_none("not outside of tests", faults);
}

#[test]
fn scoring_surveys_and_signing_are_pure() {
    const FOREIGN: &[&str] = &[
        "actix_web",
        "chrono",
        "diesel",
        "getrandom",
        "tokio",
        "tracing",
        "uuid",
    ];
    const EFFECTS: &[&str] = &["env", "fs", "io", "net", "process", "thread", "time"];
    let mut faults = Vec::new();
    let is_pure = |source: &Source| matches!(source.room().as_str(), "scoring" | "survey" | "signing");
    for source in sources().into_iter().filter(is_pure) {
        for word in FOREIGN {
            let lines = source.lines_with(&[word, "::"]);
            faults.extend(lines.iter().map(|line| format!("{}:{line}: {word}", source.path)));
        }
        for word in EFFECTS {
            let lines = source.lines_with(&["std", "::", word]);
            faults.extend(
                lines
                    .iter()
                    .map(|line| format!("{}:{line}: std::{word}", source.path)),
            );
        }
        for (to, line) in edges_of(&source).filter(|(to, _)| to != "scoring" && to != "survey") {
            faults.push(format!("{}:{line}: {to}", source.path));
        }
    }
    assert_none(
        "scoring, survey and signing use std, serde and the derives that describe them, and nothing else of ours",
        faults,
    );
}

#[test]
fn a_circle_is_found() {
    let edges = |pairs: &[(&str, &str)]| {
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            edges
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        edges
    };
    assert_eq!(find_cycle(&edges(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let cycle = find_cycle(&edges(&[("a", "b"), ("b", "c"), ("c", "b")])).unwrap();
    assert_eq!(cycle, ["b", "c", "b"]);
}

#[test]
fn the_table_lists_no_room_twice_and_every_feature_there_is() {
    let rooms: BTreeSet<&str> = EDGES.iter().map(|(room, _)| *room).collect();
    assert_eq!(rooms.len(), EDGES.len());
    let there: BTreeSet<String> = sources().iter().map(Source::room).collect();
    for (from, to) in FEATURE_EDGES {
        for feature in [from, to] {
            assert!(
                there.contains(&format!("features/{feature}")),
                "there is no feature {feature}"
            );
        }
    }
}

/// A file that `main.rs` does not name is not compiled: its stories would be lost without a word, as in a merge.
#[test]
fn no_story_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api");
    let named = std::fs::read_to_string(format!("{folder}/main.rs")).unwrap();
    let mut lost = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".rs").filter(|name| *name != "main");
        if name.is_some_and(|name| !named.contains(&format!("mod {name};"))) {
            lost.push(file);
        }
    }
    assert_none("tests/api/main.rs does not name", lost);
}
