//! Real files: the template as other programs wrote it after it was filled in. `fixtures/workbooks/README.md` tells how
//! they were made.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Engine, Response, TestApp,
        round::Round,
        workbook::{cells, send},
    },
};

stories![
    what_openpyxl_wrote_is_read_right,
    what_libreoffice_wrote_is_read_right,
    what_is_wrong_in_them_is_told,
];

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/workbooks/", $name, ".xlsx")).to_vec()
    };
}

fn put(app: &TestApp, round: &Round<'_>, expected: u16, bytes: Vec<u8>) -> Response {
    let path = format!("{}/workbook", round.submission("moj"));
    send(&app.submitter("moj"), expected, &path, bytes)
}

fn check_saved(app: &TestApp, bytes: Vec<u8>) {
    let round = app.round_in(Phase::SelfAssessment);
    let saved = put(app, &round, 200, bytes).json();
    assert_eq!(
        (&saved["saved"], &saved["refused"]),
        (&json!(7), &json!(0)),
        "{saved:#}"
    );
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    let values: Vec<Value> = form["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["item"]["value"].clone())
        .collect();
    let ratio = json!({"kind": "ratio", "numerator": "61.86", "denominator": "100"});
    assert_eq!(
        values,
        [
            json!({"kind": "option", "option": "on_time"}),
            json!({"kind": "yes_no", "yes": true}),
            ratio.clone(),
            json!({"kind": "count", "count": 2}),
            json!({"kind": "count", "count": 3}),
            ratio,
            json!({"kind": "points", "points": "9.5"}),
        ]
    );
    let first = &form["items"][0]["item"];
    let document = &first["evidence"][0];
    for (field, expected) in [
        ("number", "1250/QĐ-BTP"),
        ("date", "2025-01-05"),
        ("issuer", "Bộ Tư pháp"),
    ] {
        assert_eq!(document[field], expected);
    }
    assert_eq!(document["title"], Value::Null);
    assert_eq!(first["evidence"][1]["title"], "Báo cáo tổng kết năm");
    assert_eq!(
        form["items"][1]["item"]["explanation"],
        "Sáng kiến được công nhận"
    );
}

fn what_openpyxl_wrote_is_read_right(app: &TestApp) {
    check_saved(app, file!("openpyxl"));
}

fn what_libreoffice_wrote_is_read_right(app: &TestApp) {
    check_saved(app, file!("libreoffice"));
    // The same with a formula, which LibreOffice has computed.
    let round = app.round_named("other-2025", Phase::SelfAssessment);
    assert_eq!(
        put(app, &round, 422, file!("libreoffice-formulas")).json()["errors"][0]["code"],
        "foreign_template"
    );
}

fn what_is_wrong_in_them_is_told(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let refused = put(app, &round, 422, file!("openpyxl-formulas")).json();
    assert_eq!(cells(&refused["errors"]), ["F12 formula_without_value"]);
    let refused = put(app, &round, 422, file!("libreoffice-faults")).json();
    assert_eq!(
        cells(&refused["errors"]),
        [
            "F9 date_for_a_number",
            "F12 merged_cell",
            "G12 merged_cell",
            "F13 error_cell"
        ]
    );
    let refused = put(app, &round, 422, file!("openpyxl-faults")).json();
    assert_eq!(
        cells(&refused["errors"]),
        [
            "F9 date_for_a_number",
            "F12 merged_cell",
            "G12 merged_cell",
            "F13 formula_without_value"
        ]
    );
    let saved = put(app, &round, 200, file!("libreoffice-formulas")).json();
    assert_eq!(saved["saved"], 7, "{saved:#}");
    assert_eq!(saved["items"][5]["self_points"], "6.186");
}

/// For `make.py`: the template that the fixtures are made from.
#[test]
#[ignore = "writes a file; see fixtures/workbooks/README.md"]
fn the_template_is_put_down() {
    let app = TestApp::start(Engine::Sqlite);
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/template.xlsx", round.submission("moj"));
    let template = app.submitter("moj").get(200, &path);
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/target/template.xlsx");
    std::fs::write(target, &template.bytes).unwrap();
}
