//! What was published, played again: PAR INDEX 2023 of the 17 ministries, through HTTP, from the printed parts. And the
//! tables of other years, taken in as they were printed.
//!
//! The parts were rounded before they were printed, so what they add up to is within 0.01 of the printed totals
//! (domain.md §3): the exact sums of the printed parts are asserted as well.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Engine, TestApp,
        dice::Dice,
        exact::{Exact, Mode, distance, exact, printed, rounded},
        play::{self, Play, data, import_results, item, line, ranking, rows, text},
    },
};

stories![
    the_published_table_of_2023_comes_out_again,
    a_correction_moves_a_place_and_leaves_the_old_result_alone,
    a_held_copy_is_not_sent_again,
    the_csv_says_what_the_json_says,
    every_earlier_table_is_taken_in_as_it_was_printed,
    changes_are_counted_against_an_earlier_publication,
];

const RESULTS: &str = "results/par-index-2023-ministries.json";

/// Plays the round of 2023 with the ministries in this order; the id of what is published.
pub fn play_2023<'a>(app: &'a TestApp, order: &[Value]) -> (Play<'a>, String) {
    Play::import_agencies(app);
    let set = data("criteria/par-2023-ministries.json");
    Play::import_set(app, &set);
    let agencies: Vec<Value> = order.iter().map(|row| row["agency"].clone()).collect();
    let play = Play::open(
        app,
        "par-2023-ministries",
        &set,
        &agencies,
        &[("appraised", "moha")],
    );
    for row in order {
        let ministry = text(row, "agency");
        let value = json!({"kind": "points", "points": row["appraised"]});
        play.declare(ministry, &[item("appraised", &value)]);
        play.submit(ministry);
    }
    play.go("appraisal");
    for row in order.iter().rev() {
        let recognised =
            json!({"indicator": "appraised", "revision": 1, "decision": {"verdict": "recognised"}});
        play.appraise("moha", text(row, "agency"), &[recognised]);
    }
    let points: Vec<Value> = order.iter().map(survey_point).collect();
    play.enter(&points);
    let id = play.publish(&json!({}));
    (play, id)
}

fn survey_point(row: &Value) -> Value {
    json!({"agency": row["agency"], "indicator": "survey", "points": row["survey"], "source": "PAR INDEX 2023"})
}

/// The printed rows, in an order that no one would choose.
pub fn shuffled(seed: u64) -> Vec<Value> {
    let results = data(RESULTS);
    let order = Dice::new(seed).shuffled(rows(&results, "rows"));
    assert_ne!(order, rows(&results, "rows"), "the order of the print");
    order
}

fn number(value: &Value, field: &str) -> Exact {
    exact(text(value, field))
}

/// appraised + survey of a row, exactly.
fn sum_of_parts(row: &Value) -> Exact {
    number(row, "appraised") + number(row, "survey")
}

fn within(a: &Exact, b: &Exact, tolerance: &str) -> bool {
    distance(a, b) <= exact(tolerance)
}

/// Every fact of the published table.
fn check_facts(ranking: &Value) {
    let results = data(RESULTS);
    let published = rows(&results, "rows");
    let entries = rows(ranking, "entries");
    assert_eq!((published.len(), entries.len()), (17, 17));
    let (mut off, mut places) = (0, 0);
    for row in published {
        let entry = line(ranking, text(row, "agency"));
        let (total, print) = (number(entry, "total"), number(row, "published_total"));
        assert_eq!(total, sum_of_parts(row), "{entry}");
        assert!(within(&total, &print, "0.01"), "{entry}");
        off += usize::from(total != print);
        places += usize::from(entry["place"] == row["published_place"]);
        assert_eq!(entry["index"], entry["total"], "of 100 points");
        assert_eq!(
            entry["band"],
            if print >= exact("80") { "B" } else { "C" },
            "{entry}"
        );
    }
    // Nine printed totals do not add up, because each part was rounded on its own.
    assert_eq!((places, off), (17, 9));

    let totals: Vec<Exact> = entries.iter().map(|entry| number(entry, "total")).collect();
    let mean = totals.iter().sum::<Exact>() / exact("17");
    assert_eq!(printed(&rounded(&mean, 4, Mode::HalfUp), 4), "84.3765");
    assert_eq!(ranking["mean"], "84.38");
    assert!(within(&mean, &exact("84.38"), "0.02"));
    let above = |border: &Exact| totals.iter().filter(|total| *total > border).count();
    assert_eq!((above(&mean), above(&exact("80"))), (10, 14));
    let spread = &totals[0] - &totals[16];
    assert!(within(&spread, &exact("11.92"), "0.02"), "{spread}");
    assert!(within(&(&totals[0] - &totals[1]), &exact("0.06"), "0.02"));
}

fn the_published_table_of_2023_comes_out_again(app: &TestApp) {
    let (_, id) = play_2023(app, &shuffled(17));
    check_facts(&ranking(app, &id));
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=par-2023-ministries");
    assert_eq!(latest.json()["id"], id);
    assert_eq!(latest.json()["ranked"], 17);
    // One ministry, explained from the published document alone: 61.86 + 28.10 = 89.96.
    let path = format!("/api/v1/publications/{id}/agencies/moj");
    let moj = app.anon().get(200, &path).json();
    let points: Vec<&str> = rows(&moj, "nodes")
        .iter()
        .map(|node| text(node, "points"))
        .collect();
    assert_eq!(points, ["61.86", "28.1"]);
    assert_eq!(moj["result"]["total"], "89.96");
}

/// The same people, the same second, two orders, two databases: one and the same publication.
#[test]
fn neither_the_order_nor_the_database_changes_a_byte() {
    let mut documents = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for seed in [17, 2023] {
            if engine.is_left_out() {
                continue;
            }
            let app = TestApp::start(engine);
            let (_, id) = play_2023(&app, &shuffled(seed));
            check_facts(&ranking(&app, &id));
            documents.push((id.clone(), play::document(&app, &id).bytes));
        }
    }
    assert_ne!(shuffled(17), shuffled(2023));
    for other in &documents[1..] {
        assert_eq!(other.0, documents[0].0, "the ids differ");
        assert!(other.1 == documents[0].1, "the bytes differ");
    }
}

fn a_correction_moves_a_place_and_leaves_the_old_result_alone(app: &TestApp) {
    let (play, first) = play_2023(app, &shuffled(17));
    let (old_document, old_ranking) = (play::document(app, &first).bytes, ranking(app, &first));
    assert_eq!(line(&old_ranking, "sbv")["place"], 2);

    play.go_with(&json!({"to": "correction", "reason": "Thẩm định lại một nội dung"}));
    let decision = json!({"indicator": "appraised", "revision": 1, "reason": "Bổ sung tài liệu",
        "decision": {"verdict": "points_set", "points": "62.90"}});
    play.appraise("moha", "sbv", &[decision]);
    let second = play.publish(&json!({"baseline": first}));
    assert_ne!(second, first);

    let new_ranking = ranking(app, &second);
    assert_eq!(new_ranking["supersedes"], first);
    assert_eq!(new_ranking["baseline"], first);
    // 62.90 + 27.21 = 90.11: above moj's 89.96, and over the border of group A.
    let sbv = line(&new_ranking, "sbv");
    assert_eq!(
        (&sbv["place"], &sbv["total"], &sbv["band"]),
        (&json!(1), &json!("90.11"), &json!("A"))
    );
    assert_eq!(line(&new_ranking, "moj")["place"], 2);
    check_changes(&new_ranking, &old_ranking);
    // (84.3765 × 17 + 0.23) / 17 = 84.3900
    assert_eq!(new_ranking["mean"], "84.39");

    assert!(
        play::document(app, &first).bytes == old_document,
        "the old document changed"
    );
    assert_eq!(ranking(app, &first), old_ranking);
    let about = app
        .anon()
        .get(200, &format!("/api/v1/publications/{first}"))
        .json();
    assert_eq!(about["superseded_by"], second);
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=par-2023-ministries");
    assert_eq!(latest.json()["id"], second);
}

/// Every change is the difference of what the two rankings print.
fn check_changes(new: &Value, old: &Value) {
    for entry in rows(new, "entries") {
        let before = line(old, text(&entry["agency"], "code"));
        let change = &entry["change"];
        for (field, of) in [("points", "total"), ("index", "index")] {
            let difference = number(entry, of) - number(before, of);
            assert_eq!(change[field], printed(&difference, 2), "{entry}");
        }
        let place = |entry: &Value| entry["place"].as_i64().expect("a place");
        assert_eq!(change["place"], place(before) - place(entry), "{entry}");
    }
}

fn a_held_copy_is_not_sent_again(app: &TestApp) {
    let (_, id) = play_2023(app, &shuffled(17));
    for part in [
        "ranking",
        "ranking.csv",
        "domains",
        "document",
        "agencies/moj",
        "agencies/moj.csv",
    ] {
        let path = format!("/api/v1/publications/{id}/{part}");
        let sent = app.anon().get(200, &path);
        assert!(
            sent.etag().starts_with('"'),
            "{part}: a strong ETag, not {}",
            sent.etag()
        );
        assert!(sent.header("cache-control").contains("immutable"), "{part}");
        let held = app.anon().header("if-none-match", sent.etag()).get(304, &path);
        assert!(held.bytes.is_empty(), "{part}");
        assert_eq!(held.etag(), sent.etag(), "{part}");
        let other = app
            .anon()
            .header("if-none-match", "\"something-else\"")
            .get(200, &path);
        assert!(other.bytes == sent.bytes, "{part}");
    }
    // The CSV is another representation, and its ETag says so.
    let path = format!("/api/v1/publications/{id}/ranking");
    let (as_json, as_csv) = (
        app.anon().get(200, &path),
        app.anon().header("accept", "text/csv").get(200, &path),
    );
    assert_ne!(as_json.etag(), as_csv.etag());
    assert!(as_csv.header("content-type").starts_with("text/csv"));
}

fn the_csv_says_what_the_json_says(app: &TestApp) {
    let (_, id) = play_2023(app, &shuffled(2023));
    let csv = app
        .anon()
        .get(200, &format!("/api/v1/publications/{id}/ranking.csv"));
    let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
    let header = reader.headers().expect("a header").clone();
    let table: Vec<BTreeMap<String, String>> = reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let cells = header.iter().zip(record.iter());
            cells
                .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                .collect()
        })
        .collect();
    let json = ranking(app, &id);
    assert_eq!(table.len(), rows(&json, "entries").len());
    for (row, entry) in table.iter().zip(rows(&json, "entries")) {
        for (column, value) in [
            ("place", &entry["place"]),
            ("place_label", &entry["place_label"]),
            ("place_in_level", &entry["place_in_level"]),
            ("place_in_region", &entry["place_in_region"]),
            ("agency", &entry["agency"]["code"]),
            ("name_vi", &entry["agency"]["name_vi"]),
            ("name_en", &entry["agency"]["name_en"]),
            ("level", &entry["agency"]["level"]),
            ("total", &entry["total"]),
            ("maximum", &entry["maximum"]),
            ("index", &entry["index"]),
            ("adjustment", &entry["adjustment"]),
            ("score", &entry["score"]),
            ("band", &entry["band"]),
        ] {
            assert_eq!(row[column], cell(value), "{column} of {entry}");
        }
    }
}

/// A JSON value as a table prints it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The tables of the folder, by name.
fn external_tables() -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/results/external");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of tables")
        .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 25);
    names
        .iter()
        .map(|name| data(&format!("results/external/{name}")))
        .collect()
}

fn every_earlier_table_is_taken_in_as_it_was_printed(app: &TestApp) {
    Play::import_agencies(app);
    let tables = external_tables();
    let ids: Vec<String> = tables.iter().map(|table| import_results(app, table)).collect();
    for (table, id) in tables.iter().zip(&ids) {
        let shown = ranking(app, id);
        assert_eq!(shown["kind"], "external");
        assert_eq!(shown["round"], table["code"]);
        assert_eq!(shown["external"]["complete"], table["complete"]);
        assert_eq!(shown["external"]["sources"], table["sources"]);
        assert_eq!(rows(&shown, "entries").len(), rows(table, "entries").len());
        for entry in rows(table, "entries") {
            let line = line(&shown, text(entry, "agency"));
            for field in ["index", "place", "basis"] {
                assert_eq!(line[field], entry[field], "{}: {line}", table["code"]);
            }
        }
        if let Some(mean) = table["summary"]["mean"].as_str() {
            assert_eq!(exact(text(&shown, "mean")), exact(mean), "{}", table["code"]);
        }
    }
    // Sent once more it is refused, not doubled.
    let again = app.admin().post(409, "/api/v1/publications", &tables[0]);
    assert_eq!(again.code(), "already_exists");
    let listed = app
        .anon()
        .get(200, "/api/v1/publications?kind=external&limit=500")
        .json();
    assert_eq!(rows(&listed, "data").len(), tables.len());
}

fn changes_are_counted_against_an_earlier_publication(app: &TestApp) {
    Play::import_agencies(app);
    let print = data("results/external/par-index-2023-ministries.json");
    let mut twisted = print.clone();
    // An agency that the earlier table lacks, and one whose place it lacks.
    twisted["complete"] = json!(false);
    let entries = twisted["entries"].as_array_mut().expect("entries");
    entries.retain(|entry| entry["agency"] != "mofa");
    entries
        .iter_mut()
        .filter(|entry| entry["agency"] == "moet")
        .for_each(|entry| entry["place"] = Value::Null);
    let baseline = import_results(app, &twisted);
    let (play, _) = play_2023(app, &shuffled(2023));
    play.go_with(&json!({"to": "correction", "reason": "So với bảng đã in"}));
    let id = play.publish(&json!({"baseline": baseline}));
    let shown = ranking(app, &id);
    for entry in rows(&print, "entries") {
        let agency = text(entry, "agency");
        let change = &line(&shown, agency)["change"];
        if agency == "mofa" {
            assert_eq!(*change, Value::Null);
            continue;
        }
        // What was printed is 0.01 above or below what the parts add up to, or just it.
        let difference = number(line(&shown, agency), "index") - number(entry, "index");
        assert_eq!(change["index"], printed(&difference, 2), "{agency}");
        assert_eq!(change["points"], Value::Null, "{agency}: the print has no points");
        let place = if agency == "moet" { Value::Null } else { json!(0) };
        assert_eq!(change["place"], place, "{agency}");
    }
}
