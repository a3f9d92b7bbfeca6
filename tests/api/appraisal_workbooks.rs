//! Stories about the list to appraise as a workbook.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        round::Round,
        workbook::{File, cells, send},
    },
};

stories![
    an_appraiser_decides_in_a_sheet,
    a_bad_decision_is_named_by_its_cell,
    a_changed_item_and_a_foreign_line_are_refused,
];

fn template(app: &TestApp, round: &Round<'_>) -> File {
    let path = round.path("/appraisals/moj/template.xlsx");
    File::of(&app.appraiser("mic").get(200, &path).bytes)
}

fn put(app: &TestApp, round: &Round<'_>, expected: u16, file: &File) -> Value {
    let path = round.path("/appraisals/moj/workbook");
    send(&app.appraiser("mic"), expected, &path, file.bytes()).json()
}

fn decisions(app: &TestApp, round: &Round<'_>) -> Vec<Value> {
    let list = app
        .appraiser("mic")
        .get(200, &round.path("/appraisals/moj"))
        .json();
    let lines = list["items"].as_array().unwrap().iter();
    lines.map(|line| line["decision"]["decision"].clone()).collect()
}

fn an_appraiser_decides_in_a_sheet(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let mut file = template(app, &round);
    assert_eq!(file.read("A6"), "1.1");
    assert_eq!(file.read("E6"), "Đúng hạn [10 điểm]");
    assert_eq!(file.read("E8"), "95 / 100");
    assert_eq!(file.read("F8"), "15");
    assert_eq!(file.read("G6"), "1250/QĐ-BTP | 05/01/2025 | Bộ Tư pháp");
    for (cell, text) in [
        ("H6", "Công nhận"),
        ("H7", "Chấm điểm"),
        ("I7", "2,5"),
        ("M7", "Sáng kiến chưa áp dụng"),
        ("H8", "Điều chỉnh số liệu"),
        ("K8", "80"),
        ("L8", "100"),
        ("M8", "Theo kết quả kiểm tra"),
        ("H9", "Điều chỉnh số liệu"),
        ("J9", "Không áp dụng"),
        ("M9", "Không ban hành văn bản"),
    ] {
        file.text(cell, text);
    }
    let saved = put(app, &round, 200, &file);
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(4), &json!(0)));
    assert_eq!(
        decisions(app, &round),
        [
            json!({"verdict": "recognised"}),
            json!({"verdict": "points_set", "points": "2.5"}),
            json!({"verdict": "corrected", "value": {"kind": "ratio", "numerator": "80", "denominator": "100"}}),
            json!({"verdict": "corrected", "value": {"kind": "not_applicable"}}),
            Value::Null,
        ]
    );
    // Downloaded again, it shows what holds; sent untouched, it changes nothing; an emptied row takes nothing back.
    let mut again = template(app, &round);
    assert_eq!(
        (again.read("H7"), again.read("I7")),
        ("Chấm điểm".to_owned(), "2,5".to_owned())
    );
    assert_eq!(put(app, &round, 200, &again)["unchanged"], 4);
    again.clear("H6");
    assert_eq!(put(app, &round, 200, &again)["unchanged"], 3);
    assert_eq!(decisions(app, &round)[0]["verdict"], "recognised");
}

fn a_bad_decision_is_named_by_its_cell(app: &TestApp) {
    type Cells = &'static [(&'static str, &'static str)];
    let round = app.round_in(Phase::Appraisal);
    let cases: [(Cells, &str); 10] = [
        (&[("H6", "Chấm điểm"), ("M6", "x")], "I6 cell_missing"),
        (&[("H6", "Chấm điểm"), ("I6", "5")], "M6 reason_missing"),
        (
            &[("H6", "Chấm điểm"), ("I6", "11"), ("M6", "x")],
            "I6 points_out_of_range",
        ),
        (
            &[("H6", "Chấm điểm"), ("I6", "1.234"), ("M6", "x")],
            "I6 ambiguous_number",
        ),
        (&[("H8", "Điều chỉnh số liệu"), ("M8", "x")], "K8 cell_missing"),
        (
            &[
                ("H8", "Điều chỉnh số liệu"),
                ("K8", "5"),
                ("L8", "4"),
                ("M8", "x"),
            ],
            "K8 numerator_above_denominator",
        ),
        (&[("H6", "Công nhận"), ("I6", "5")], "I6 surplus_cell"),
        (&[("H6", "Đồng ý")], "H6 verdict_missing"),
        (&[("I6", "5")], "H6 verdict_missing"),
        (&[("F6", "5")], "? no_verdicts"),
    ];
    for (filled, expected) in cases {
        let mut file = template(app, &round);
        for (cell, text) in filled {
            file.text(cell, text);
        }
        let refused = put(app, &round, 422, &file);
        assert_eq!(cells(&refused["errors"]).join(", "), expected, "{refused:#}");
    }
    assert!(decisions(app, &round).iter().all(Value::is_null));
}

fn a_changed_item_and_a_foreign_line_are_refused(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    let mut file = template(app, &round);
    file.text("H6", "Công nhận");
    file.text("H7", "Công nhận");
    file.number("N7", "0");
    file.text("A8", "2.1");
    file.text("H8", "Công nhận");
    let refused = put(app, &round, 422, &file);
    assert_eq!(
        cells(&refused["errors"]),
        ["A7 stale_revision", "A8 not_assigned"]
    );
    let path = round.path("/appraisals/moj/workbook?mode=partial");
    let saved = send(&app.appraiser("mic"), 200, &path, file.bytes()).json();
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(1), &json!(2)));
    assert_eq!(cells(&saved["items"][1]["errors"]), ["A7 stale_revision"]);
    // The form of the submission is another one.
    let path = format!("{}/template.xlsx", round.submission("moj"));
    let form = File::of(&app.appraiser("mic").get(200, &path).bytes);
    let refused = put(app, &round, 422, &form);
    assert_eq!(refused["errors"][0]["code"], "foreign_template");
}
