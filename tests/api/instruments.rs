//! Stories about instruments: versions of a questionnaire, checked whole and frozen once they are used.

use serde_json::json;

use crate::{
    stories,
    support::{TestApp, survey::instrument},
};

stories![
    an_instrument_is_added_read_and_replaced,
    every_fault_of_an_instrument_is_named_and_a_check_keeps_nothing,
    an_instrument_that_is_asked_with_is_frozen,
    the_instruments_that_are_shipped_are_good,
];

const INSTRUMENTS: &str = "/api/v1/instruments";

fn an_instrument_is_added_read_and_replaced(app: &TestApp) {
    app.add_agencies(&["moha", "moj"]);
    let moha = app.evaluator("moha");
    let added = moha.post(201, INSTRUMENTS, &instrument());
    assert_eq!(added.header("location"), "/api/v1/instruments/counter/versions/1");
    assert_eq!(added.json()["items"], 5);
    let reader = app.reader("moj");
    let read = reader.get(200, "/api/v1/instruments/counter");
    let document = read.json()["document"].clone();
    assert_eq!(
        document["parts"][0]["factors"][1]["items"][1]["show_if"]["item"],
        "a0.1"
    );
    // Added once, and only as the version after the latest.
    assert_eq!(
        moha.post(409, INSTRUMENTS, &instrument()).code(),
        "already_exists"
    );
    let mut other = document.clone();
    other["title"]["vi"] = json!("Phiếu hỏi tại bộ phận một cửa");
    let path = "/api/v1/instruments/counter/versions/1";
    moha.put(428, path, &other);
    let seen = moha.if_match(moha.get(200, path).etag());
    let replaced = seen.put(200, path, &other).json();
    assert_eq!(
        (&replaced["revision"], &replaced["frozen"]),
        (&json!(2), &json!(false))
    );
    seen.put(412, path, &instrument());
    other["version"] = json!(2);
    assert_eq!(
        moha.if_match("*").put(422, path, &other).faults(),
        ["/version version_differs"]
    );
    moha.post(201, INSTRUMENTS, &other);
    let versions = reader.get(200, "/api/v1/instruments/counter/versions").json();
    let numbers: Vec<_> = versions["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["version"].clone())
        .collect();
    assert_eq!(numbers, [2, 1]);
    let listed = reader
        .get(200, &format!("{INSTRUMENTS}?audience=citizens"))
        .json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"][0]["version"], 2);
    let none = reader.get(200, &format!("{INSTRUMENTS}?audience=leaders")).json();
    assert_eq!(none["data"], json!([]));
    for person in [app.submitter("moj"), app.reader("moj"), app.collector("moj")] {
        person.post(403, INSTRUMENTS, &instrument());
    }
    reader.get(404, "/api/v1/instruments/nothing");
    reader.get(404, "/api/v1/instruments/nothing/versions");
}

fn every_fault_of_an_instrument_is_named_and_a_check_keeps_nothing(app: &TestApp) {
    app.add_agencies(&["moha"]);
    let moha = app.evaluator("moha");
    let checked = moha
        .post(200, &format!("{INSTRUMENTS}?dry_run=true"), &instrument())
        .json();
    assert_eq!(
        (&checked["dry_run"], &checked["items"]),
        (&json!(true), &json!(5))
    );
    assert_eq!(moha.get(200, INSTRUMENTS).json()["data"], json!([]));
    let mut bad = instrument();
    let items = &mut bad["parts"][0]["factors"][1]["items"];
    items[0]["scale"] = json!("ten");
    items[1]["show_if"]["item"] = json!("a1.3");
    bad["rule"]["decimals"] = json!(7);
    let faults = moha.post(422, INSTRUMENTS, &bad).faults();
    for fault in [
        "/parts/0/factors/1/items/0/scale bad_scale",
        "/parts/0/factors/1/items/1/show_if/item bad_skip_rule",
        "/rule/decimals decimals_out_of_range",
    ] {
        assert!(faults.contains(&fault.to_owned()), "{fault} in {faults:?}");
    }
    bad["colour"] = json!("red");
    assert_eq!(
        moha.post(422, INSTRUMENTS, &bad).faults(),
        ["/colour wrong_shape"]
    );
}

fn an_instrument_that_is_asked_with_is_frozen(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    let path = "/api/v1/instruments/counter/versions/1";
    let mut other = instrument();
    other["audience"] = json!("visitors");
    moha.if_match("*").put(200, path, &other);
    app.move_survey(200, &json!({"kind": "start"}));
    assert_eq!(moha.get(200, path).json()["frozen"], true);
    assert_eq!(moha.if_match("*").put(409, path, &instrument()).code(), "frozen");
}

fn the_instruments_that_are_shipped_are_good(app: &TestApp) {
    app.add_agencies(&["moha"]);
    let moha = app.evaluator("moha");
    for (file, items) in [("sipas-2024-structure", 109), ("officials-short", 11)] {
        let path = format!("{}/data/instruments/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        for language in ["vi", "en"] {
            let title = document["title"][language].as_str().unwrap().to_lowercase();
            let said = document["description"][language].as_str().unwrap().to_lowercase();
            let word = if language == "vi" {
                "minh họa"
            } else {
                "illustrative"
            };
            assert!(title.contains(word) && said.contains(word), "{file}: {title}");
        }
        let added = moha.post(201, INSTRUMENTS, &document).json();
        assert_eq!((&added["code"], &added["items"]), (&json!(file), &json!(items)));
    }
    // The published size of 2024.
    let document = moha.get(200, "/api/v1/instruments/sipas-2024-structure").json()["document"].to_string();
    for (kind, count) in [("opinion", 42), ("satisfaction", 51), ("expectation", 10)] {
        assert_eq!(
            document.matches(&format!("\"kind\":\"{kind}\"")).count(),
            count,
            "{kind}"
        );
    }
}
