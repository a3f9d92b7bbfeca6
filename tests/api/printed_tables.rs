//! Earlier results from the printed tables, by the command line.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::{
    stories,
    support::{
        TestApp,
        exact::exact,
        play::{Play, data, line, ranking, rows, text},
    },
};

stories![
    printed_tables_come_to_what_was_put_down_by_hand,
    a_fault_in_a_printed_table_is_named_and_nothing_is_imported,
];

const PROVINCES: &str = "data/sources/par_index_provinces.csv";
const SUMMARY: &str = "data/sources/par_index_yearly_summary.csv";

/// `parindex import results FILES` on the app's database, in a process of its own.
fn import(app: &TestApp, files: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parindex"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["import", "results"])
        .args(files);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARINDEX_")) {
        command.env_remove(name);
    }
    command
        .env("PARINDEX_DATA_DIR", app.data_dir())
        .env(
            "PARINDEX_PUBLICATION_KEY_DIR",
            app.data_dir().join("publication-keys"),
        )
        .env("PARINDEX_DATABASE_URL", app.database_url())
        .output()
        .expect("the command runs")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Every publication.
fn publications(app: &TestApp) -> Vec<Value> {
    // A running server looks once a second for what other processes have published; a test doesn't wait for it.
    app.wait(app.state().publications.refresh()).expect("the newest");
    let list = app.anon().get(200, "/api/v1/publications?limit=100").json();
    rows(&list, "data").to_vec()
}

fn printed_tables_come_to_what_was_put_down_by_hand(app: &TestApp) {
    Play::import_agencies(app);
    let files = [Path::new(PROVINCES), Path::new(SUMMARY)];
    let first = import(app, &files);
    assert!(first.status.success(), "{}", said(&first));
    assert!(
        said(&first).contains("imported: 25 created, 0 unchanged"),
        "{}",
        said(&first)
    );
    let made = publications(app);
    assert_eq!(made.len(), 25);
    for publication in &made {
        let code = text(publication, "round");
        let by_hand = data(&format!("results/external/{code}.json"));
        let shown = ranking(app, text(publication, "id"));
        assert_eq!(shown["criteria_set"]["code"], by_hand["set"], "{code}");
        for field in ["title_vi", "title_en"] {
            assert_eq!(publication[field], by_hand[field], "{code}");
        }
        // The ministries of 2023 are printed in a third table.
        if code == "par-index-2023-ministries" {
            continue;
        }
        assert_eq!(shown["external"]["complete"], by_hand["complete"], "{code}");
        let (summary, expected) = (&shown["external"]["summary"], &by_hand["summary"]);
        assert_eq!(summary["ranked_units"], expected["ranked_units"], "{code}");
        for field in ["mean", "maximum", "minimum"] {
            let value = |of: &Value| of[field].as_str().map(exact);
            assert_eq!(value(summary), value(expected), "{code}: {field}");
        }
        assert_eq!(
            rows(&shown, "entries").len(),
            rows(&by_hand, "entries").len(),
            "{code}"
        );
        for entry in rows(&by_hand, "entries") {
            let line = line(&shown, text(entry, "agency"));
            for field in ["index", "place", "basis"] {
                assert_eq!(line[field], entry[field], "{code}: {line}");
            }
        }
    }
    let again = import(app, &files);
    assert!(
        said(&again).contains("imported: 0 created, 25 unchanged"),
        "{}",
        said(&again)
    );
}

fn a_fault_in_a_printed_table_is_named_and_nothing_is_imported(app: &TestApp) {
    Play::import_agencies(app);
    let whole =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PROVINCES)).expect("a table");
    for (good, bad, told) in [
        (
            "2012,Đà Nẵng,",
            "2012,Đà Lẵng,",
            "line 2: no agency of the level province",
        ),
        (
            "Đà Nẵng,87.14,1",
            "Đà Nẵng,\"87,14\",1",
            "line 2: par_index_pct \"87,14\" is no number",
        ),
        (
            "87.14,1,published",
            "87.14,1,printed",
            "line 2: basis \"printed\"",
        ),
        (
            "87.14,1,published",
            "87.14,one,published",
            "line 2: rank_of_63 \"one\" is no number",
        ),
        (",sipas_pct,", ",sipas,", "line 2: "),
        (
            "year,province,",
            "year,ministry,",
            "names neither the column province nor ranked_units",
        ),
    ] {
        let file: PathBuf = app.data_dir().join("wrong.csv");
        assert!(whole.contains(good), "{good}");
        std::fs::write(&file, whole.replacen(good, bad, 1)).expect("a file");
        let output = import(app, &[&file, Path::new(SUMMARY)]);
        assert!(!output.status.success(), "{}", said(&output));
        assert!(said(&output).contains(told), "{told}: {}", said(&output));
        assert_eq!(publications(app).len(), 0, "{told}");
    }
}
