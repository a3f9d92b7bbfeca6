//! Stories about exports: a file with what is not published leaves an entry, with the file's digest, or it is not handed out.

use std::collections::BTreeSet;

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    reviews, stories,
    support::{Person, TestApp, contract, files},
};

stories![every_file_that_is_handed_out_is_on_record,];

/// Kinds of files that show what is open anyway, or prove it without showing it.
const NO_EXPORT: [&str; 7] = [
    "application/json",
    "application/ld+json",
    "application/pkcs7-signature",
    "image/png",
    "image/svg+xml",
    "text/calendar",
    "text/plain",
];
/// Operations whose files show nothing that is not open.
const OPEN: [&str; 1] = ["get_criteria_set_workbook"];

/// Operations for people alone that answer with a file.
fn exports() -> BTreeSet<String> {
    let operations = contract().operations().into_iter();
    let of_people = operations.filter(|operation| {
        operation.method == "get" && operation.value["security"] == json!([{"bearer": []}])
    });
    let with_files = of_people.filter(|operation| {
        let content = operation.value["responses"]["200"]["content"].as_object();
        content.is_some_and(|kinds| kinds.keys().any(|kind| !NO_EXPORT.contains(&kind.as_str())))
    });
    let names = with_files.map(|operation| operation.value["operationId"].as_str().unwrap().to_owned());
    names.filter(|name| !OPEN.contains(&name.as_str())).collect()
}

fn newest_entry(app: &TestApp) -> Value {
    app.admin().get(200, "/api/v1/audit?limit=1").json()["data"][0].clone()
}

/// Takes a file, and finds it on record; who may not have it leaves no entry. The operation's id.
fn take(app: &TestApp, who: &Person, refused: (u16, &Person), path: &str) -> String {
    let before = newest_entry(app);
    refused.1.get(refused.0, path);
    assert_eq!(newest_entry(app)["id"], before["id"], "{path}: refused");
    let taken = who.get(200, path);
    let entry = newest_entry(app);
    assert_eq!(entry["outcome"], "done", "{path}");
    assert_eq!(
        entry["detail"]["exported_sha256"],
        files::sha256(&taken.bytes),
        "{path}: {entry:#}"
    );
    assert_eq!(entry["actor_kind"], "user", "{path}: {entry:#}");
    entry["action"].as_str().unwrap().to_owned()
}

fn every_file_that_is_handed_out_is_on_record(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let (submitter, other, evaluator) = (app.submitter("moj"), app.submitter("mof"), round.evaluator());
    let uploaded = files::upload(201, &submitter, &round, "moj", "1.1", &files::pdf("Kế hoạch"));
    let evidence = uploaded.header("location").to_owned();
    let form = format!("{}/template.xlsx", round.submission("moj"));
    let mut taken = BTreeSet::new();
    taken.insert(take(app, &submitter, (404, &other), &form));
    taken.insert(take(app, &submitter, (404, &other), &evidence));
    for path in [
        "/comparison.csv",
        "/comparison.xlsx",
        "/comparison/moj.csv",
        "/comparison/moj.xlsx",
        "/progress.csv",
        "/progress.xlsx",
    ] {
        let path = round.path(path);
        let refused = if path.contains("moj") {
            (404, &other)
        } else {
            (403, &submitter)
        };
        taken.insert(take(app, &evaluator, refused, &path));
    }
    // Who holds the file, or asks for its headers alone, takes nothing away.
    let before = newest_entry(app);
    let head = evaluator.attempt_undescribed("HEAD", &round.path("/comparison.csv"));
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    let etag = format!("\"{}\"", files::sha256(&files::pdf("Kế hoạch")));
    submitter.header("if-none-match", &etag).get(304, &evidence);
    assert_eq!(newest_entry(app)["id"], before["id"]);

    let sitting = app.round_named("sitting", Phase::Council);
    let list = sitting.path("/appraisals/moj/template.xlsx");
    taken.insert(take(app, &app.appraiser("mic"), (403, &submitter), &list));
    let minutes = sitting.record_minutes(201).json();
    let minutes = sitting.path(&format!("/minutes/{}/files", minutes["id"].as_str().unwrap()));
    let file = files::upload_as(
        201,
        &evaluator,
        &minutes,
        &[("file_name", "12.pdf")],
        &files::pdf("1"),
    );
    taken.insert(take(app, &evaluator, (403, &submitter), file.header("location")));

    let programme = reviews::play_2026(app);
    let review = reviews::begin(&programme, &reviews::interim(2026));
    let anyone = app.anon();
    let review = format!("{review}.xlsx");
    taken.insert(take(app, &programme.evaluator(), (401, &anyone), &review));
    assert_eq!(
        taken,
        exports(),
        "left: what is shown here; right: what the API has"
    );
}
