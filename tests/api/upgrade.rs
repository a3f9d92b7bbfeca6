//! What an earlier version wrote is brought to the newest form, and served as it was served then.
//!
//! `tests/upgrade` holds a database of each engine, with the answers that were given from it. It is written by a version before a
//! later one adds a migration: `tests/upgrade/write`.

use std::{
    io::{Cursor, Read, Write},
    path::PathBuf,
};

use chrono::TimeDelta;
use diesel::prelude::*;
use parindex::{db::schema::users, features::rounds::Phase};
use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    on_both_engines,
    support::{Engine, Person, Scratch, TestApp, offline::Folder, password_of},
};

on_both_engines![what_an_earlier_version_wrote_is_served_as_it_was];

/// The round that is still open.
const OPEN: &str = "open-2026";
/// The round whose result is published.
const DONE: &str = "done-2025";
/// The parts of a publication whose bytes never change.
const PARTS: [&str; 6] = [
    "",
    "/ranking.json",
    "/ranking.csv",
    "/domains.json",
    "/document",
    "/agencies/moj.json",
];

fn kept(engine: Engine) -> PathBuf {
    let name = match engine {
        Engine::Sqlite => "sqlite.zip",
        Engine::Postgres => "postgres.zip",
    };
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/upgrade")
        .join(name)
}

/// Somebody who was made by the version that wrote the database.
fn known(app: &TestApp, username: &str) -> Person {
    app.log_in(username, &password_of(username))
}

/// What an app answers of all that was written into it.
fn answers(app: &TestApp) -> Value {
    let list = app.anon().get(200, "/api/v1/publications").json();
    let id = list["data"][0]["id"].as_str().expect("a publication");
    let published = PARTS.map(|part| {
        let address = format!("/api/v1/publications/{id}{part}");
        json!({"address": address, "body": app.anon().get(200, &address).text()})
    });
    let form = known(app, "moj.submitter");
    let form = form
        .get(200, &format!("/api/v1/rounds/{OPEN}/submissions/moj"))
        .json();
    let items = form["items"].as_array().expect("items").iter().map(|line| {
        let item = &line["item"];
        json!([
            line["indicator"],
            item["revision"],
            item["value"],
            item["explanation"]
        ])
    });
    let score = format!("/api/v1/rounds/{DONE}/scores/moj");
    let score = known(app, "moj.leader").get(200, &score).json();
    let head = app.audit_log();
    json!({
        "published": published,
        "items": items.collect::<Vec<_>>(),
        "points": score["scorecard"]["total"],
        "leaves": head["tree_size"],
        "checkpoint": app.anon().get(200, "/api/v1/audit/log/checkpoint").text(),
    })
}

fn what_an_earlier_version_wrote_is_served_as_it_was(engine: Engine) {
    let file = std::fs::read(kept(engine)).expect("the database of an earlier version");
    let mut file = ZipArchive::new(Cursor::new(file)).expect("a ZIP file");
    let mut part = |name: &str| {
        let mut bytes = Vec::new();
        let mut part = file.by_name(name).expect("a part");
        part.read_to_end(&mut bytes).expect("its bytes");
        bytes
    };
    let before: Value = serde_json::from_slice(&part("answers.json")).expect("the answers");
    let app = TestApp::on(Scratch::restored(engine, &part("database")), &[]);
    app.advance(TimeDelta::days(1));
    let undated = app.wait(app.db().read(|conn| {
        let undated = users::table.filter(users::password_set_at.is_null());
        Ok(undated.count().get_result::<i64>(conn)?)
    }));
    assert_eq!(undated.expect("the users"), 0, "passwords of no age");
    let now = answers(&app);
    for fact in ["published", "items", "points"] {
        assert_eq!(before[fact], now[fact], "{fact}");
        assert!(!now[fact].is_null(), "{fact}");
    }
    // Logging in just now left entries, which are sealed after those that were there.
    let leaves = |answers: &Value| answers["leaves"].as_u64().expect("leaves");
    assert!(leaves(&before) > 0 && leaves(&now) >= leaves(&before));
    // It goes on: something is saved, and the whole log holds together.
    let save = json!({"items": [{"indicator": "1.1", "explanation": "Sau khi nâng cấp"}]});
    let path = format!("/api/v1/rounds/{OPEN}/submissions/moj/items");
    known(&app, "moj.submitter").put(200, &path, &save);
    app.seal();
    let dir = app.data_dir().display().to_string();
    let key_dir = format!("{dir}/audit-keys");
    let settings = [
        ("PARINDEX_DATA_DIR", dir.as_str()),
        ("PARINDEX_AUDIT_KEY_DIR", key_dir.as_str()),
        ("PARINDEX_DATABASE_URL", app.database_url()),
    ];
    // It is the log that was there, grown longer: the checkpoint of then still fits.
    let folder = Folder::new();
    let checkpoint = before["checkpoint"].as_str().expect("a checkpoint");
    folder.put("then.txt", checkpoint.as_bytes());
    let keys = app.anon().get(200, "/.well-known/audit-keys.json");
    folder.put("keys.json", &keys.bytes);
    let kept = [
        "audit",
        "verify",
        "--checkpoint",
        "then.txt",
        "--keys",
        "keys.json",
    ];
    let said = folder.parindex(&kept, &settings);
    assert_eq!(said.code, 0, "{}", said.text);
}

#[test]
#[ignore = "writes the databases anew: tests/upgrade/write runs it"]
fn write_what_a_later_version_is_to_serve() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::start(engine);
        app.round_named(DONE, Phase::Published);
        let open = app.round_named(OPEN, Phase::SelfAssessment);
        open.declare("moj");
        app.seal();
        let answers = serde_json::to_vec(&answers(&app)).expect("JSON");
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("answers.json", answers), ("database", app.dump())] {
            file.start_file(name, SimpleFileOptions::default())
                .expect("a part");
            file.write_all(&bytes).expect("its bytes");
        }
        let bytes = file.finish().expect("a ZIP file").into_inner();
        std::fs::write(kept(engine), bytes).expect("the file");
    }
}
