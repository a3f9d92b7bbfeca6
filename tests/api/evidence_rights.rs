//! Stories about who may add and see evidence files, until when, and how saved items name them.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        files::{self, id, item, upload},
        round::good_items,
    },
};

stories![
    only_those_who_may_see_the_item_see_its_files,
    departments_add_files_to_their_own_indicators,
    the_deadline_holds_for_files_too,
    a_new_file_reopens_what_was_decided,
    a_saved_list_names_the_items_own_files,
];

fn only_those_who_may_see_the_item_see_its_files(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = files::path(&round, "moj", "1.1");
    let added = upload(201, &app.submitter("moj"), &round, "moj", "1.1", &files::pdf("x"));
    let href = added.header("location").to_owned();
    for who in [
        app.reader("moj"),
        app.leader("moj"),
        round.evaluator(),
        app.admin(),
    ] {
        who.get(200, &href);
        assert_eq!(who.get(200, &path).json()["data"][0]["id"], id(&added));
    }
    for who in [
        app.submitter("mof"),
        app.reader("mof"),
        app.submitter("moj-it"),
        app.evaluator("mot"),
        app.appraiser("mic"),
        app.appraiser("mpi"),
        app.appraiser("sbv"),
    ] {
        who.get(404, &href);
        who.get(404, &path);
        upload(404, &who, &round, "moj", "1.1", &files::pdf("y"));
    }
    app.anon().get(401, &href);
    upload(401, &app.anon(), &round, "moj", "1.1", &files::pdf("y"));
    for who in [app.reader("moj"), round.evaluator(), app.admin()] {
        upload(403, &who, &round, "moj", "1.1", &files::pdf("y"));
    }
    round.prepare(Phase::Appraisal);
    round.go(Phase::Appraisal);
    // The body that appraises 1.1 now sees it; the one that appraises domain 2 does not.
    app.appraiser("mic").get(200, &href);
    for who in [app.appraiser("mpi"), app.appraiser("sbv")] {
        who.get(404, &href);
        who.get(404, &path);
    }
    let lines = app
        .appraiser("mic")
        .get(200, &round.path("/appraisals/moj"))
        .json();
    assert_eq!(
        lines["items"][0]["item"]["files"],
        Value::Array(Vec::new()),
        "saved without it"
    );
    // Another round, agency or item is another address.
    let reader = app.reader("moj");
    reader.get(404, &href.replace("/1.1/", "/1.2/"));
    reader.get(404, &href.replace("/moj/", "/mof/"));
    reader.get(404, &href.replace("story-2025", "story-2024"));
    reader.get(404, &format!("{path}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"));
    reader.get(404, &format!("{path}/plan.pdf"));
}

fn departments_add_files_to_their_own_indicators(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    let contributors = format!("{}/contributors", round.submission("moj"));
    app.submitter("moj").if_match("*").put(200, &contributors, &rows);
    let department = app.submitter("moj-it");
    let own = upload(201, &department, &round, "moj", "1.3", &files::pdf("own"));
    upload(404, &department, &round, "moj", "1.1", &files::pdf("not own"));
    let lead = upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("lead"),
    );
    department.get(200, own.header("location"));
    department.get(404, lead.header("location"));
    department.get(404, &files::path(&round, "moj", "1.1"));
    app.submitter("moj").get(200, own.header("location"));
}

fn the_deadline_holds_for_files_too(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let added = upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("in time"),
    );
    app.advance(chrono::TimeDelta::days(9));
    let late = upload(
        409,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("too late"),
    );
    assert_eq!(late.code(), "illegal_transition");
    assert!(late.json()["detail"].as_str().unwrap().contains("deadline"));
    assert_eq!(app.stored_files(), [files::sha256(&files::pdf("in time"))]);
    app.submitter("moj").get(200, added.header("location"));
}

fn a_new_file_reopens_what_was_decided(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("approved with it"),
    );
    round.declare("moj");
    round.move_submission(200, &app.leader("moj"), "moj", "approved");
    // What was approved has changed and must be approved again.
    let added = upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("and this"),
    );
    assert_eq!(added.json()["state"], "draft");
    round.submit("moj");
    upload(
        409,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("sent"),
    );
    for agency in ["mof", "moet"] {
        round.declare(agency);
        round.submit(agency);
    }
    round.go(Phase::Appraisal);
    round.prepare(Phase::Explanation);
    round.go(Phase::Explanation);
    let line = || {
        app.appraiser("mic")
            .get(200, &round.path("/appraisals/moj"))
            .json()["items"][0]
            .clone()
    };
    assert_eq!(
        (&line()["indicator"], &line()["open"]),
        (&json!("1.1"), &json!(false))
    );
    let added = upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::pdf("explained"),
    );
    assert_eq!(line()["open"], true);
    assert_eq!(line()["item"]["files"][1]["id"], id(&added));
    let score = round.evaluator().get(200, &round.path("/scores/moj")).json();
    assert_eq!(score["provenance"][0]["files"][1]["id"], id(&added));
    let got = app.appraiser("mic").get(200, added.header("location"));
    assert_eq!(got.bytes, files::pdf("explained"));
}

fn a_saved_list_names_the_items_own_files(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let own = id(&upload(201, &submitter, &round, "moj", "1.1", &files::pdf("own")));
    let more = id(&upload(
        201,
        &submitter,
        &round,
        "moj",
        "1.1",
        &files::pdf("more"),
    ));
    let other = id(&upload(
        201,
        &submitter,
        &round,
        "moj",
        "1.2",
        &files::pdf("other"),
    ));
    let foreign = id(&upload(
        201,
        &app.submitter("mof"),
        &round,
        "mof",
        "1.1",
        &files::pdf("foreign"),
    ));
    let naming = |files: &[&str]| {
        let documents: Vec<Value> = files.iter().map(|file| json!({"file": file})).collect();
        json!({"indicator": "1.1", "evidence": documents})
    };
    let refused = round.save(
        422,
        "moj",
        &[naming(&[&own, &other, &foreign, &own]), good_items(3)[1].clone()],
    );
    assert_eq!(
        refused.faults(),
        [
            "/items/0/evidence/1/file other_items_file",
            "/items/0/evidence/2/file unknown_file",
            "/items/0/evidence/3/file duplicate_file",
        ]
    );
    let message = refused.json()["errors"][1]["message"].clone();
    assert_eq!(message, format!("1.1: there is no file {foreign}."));
    // What was read is saved again as it is, in another order, with a fact mended, or without a file.
    let mut list = item(&submitter, &round, "moj", "1.1")["evidence"].clone();
    let saved = round
        .save(200, "moj", &[json!({"indicator": "1.1", "evidence": list})])
        .json();
    assert_eq!(saved["unchanged"], 1);
    list.as_array_mut().unwrap().reverse();
    list[0]["title"] = json!("Quyết định");
    round.save(200, "moj", &[json!({"indicator": "1.1", "evidence": list})]);
    let shown = item(&submitter, &round, "moj", "1.1");
    assert_eq!(shown["evidence"][0]["title"], "Quyết định");
    assert_eq!(shown["files"][0]["id"], more);
    round.save(200, "moj", &[naming(&[&own])]);
    let current = |file: &str| {
        let listed = submitter.get(200, &files::path(&round, "moj", "1.1")).json();
        let rows = listed["data"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["id"] == file).unwrap()["current"].clone()
    };
    assert_eq!((current(&own), current(&more)), (json!(true), json!(false)));
    // A file that was taken off may come back.
    round.save(200, "moj", &[naming(&[&more, &own])]);
    assert_eq!(current(&more), true);
}
