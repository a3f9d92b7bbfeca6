//! Stories about the self-assessment as a workbook: downloaded, filled in, sent, and the same as JSON.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        round::{Round, SELF_TOTAL, good_items},
        workbook::{File, cells, send},
    },
};

stories![
    a_filled_in_sheet_is_the_same_as_json,
    what_is_emptied_is_cleared_and_what_is_gone_stays,
    numbers_are_read_as_they_are_written,
    evidence_that_was_not_touched_stays_whole,
    a_stale_row_is_refused_and_the_others_are_not,
    modes_and_keys_are_those_of_the_bulk_save,
    a_department_gets_its_own_lines,
    a_template_of_another_round_or_agency_is_refused,
];

fn template(app: &TestApp, round: &Round<'_>) -> File {
    let path = format!("{}/template.xlsx", round.submission("moj"));
    let answer = app.submitter("moj").get(200, &path);
    assert_eq!(
        answer.etag(),
        app.submitter("moj").get(200, &round.submission("moj")).etag()
    );
    assert!(answer.header("content-disposition").ends_with("-moj.xlsx\""));
    File::of(&answer.bytes)
}

/// The seven good items, typed in by hand.
fn fill(file: &mut File) {
    for (cell, text) in [
        ("E6", "Đúng hạn [10 điểm]"),
        ("J6", "1250/QĐ-BTP | 05/01/2025 | Bộ Tư pháp"),
        ("E7", "Có"),
        ("F8", "95"),
        ("G8", "100"),
        ("F9", "2"),
        ("F10", "3"),
        ("F12", "75"),
        ("G12", "100"),
        ("F13", "9,5"),
    ] {
        file.text(cell, text);
    }
}

fn items(app: &TestApp, round: &Round<'_>) -> Vec<Value> {
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    let lines = form["items"].as_array().unwrap().iter();
    lines.map(|line| line["item"].clone()).collect()
}

fn upload(app: &TestApp, round: &Round<'_>, expected: u16, file: &File) -> Value {
    let path = format!("{}/workbook", round.submission("moj"));
    send(&app.submitter("moj"), expected, &path, file.bytes()).json()
}

fn a_filled_in_sheet_is_the_same_as_json(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut file = template(app, &round);
    fill(&mut file);
    let saved = upload(app, &round, 200, &file);
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(7), &json!(0)));
    let by_sheet = items(app, &round);
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    assert_eq!(form["self_points"], SELF_TOTAL);
    // The same as JSON: nothing differs.
    let again = round.save(200, "moj", &good_items(3)).json();
    assert_eq!(
        (&again["saved"], &again["unchanged"]),
        (&json!(0), &json!(7)),
        "{by_sheet:#?}"
    );
    // Downloaded again and sent untouched: nothing differs either.
    let file = template(app, &round);
    assert_eq!(file.read("E6"), "Đúng hạn [10 điểm]");
    assert_eq!(file.read("F13"), "9,5");
    assert_eq!(file.read("H13"), "9,5");
    assert_eq!(file.read("J6"), "1250/QĐ-BTP | 05/01/2025 | Bộ Tư pháp");
    let untouched = upload(app, &round, 200, &file);
    assert_eq!(untouched["unchanged"], 7);
    assert_eq!(items(app, &round), by_sheet);
}

fn what_is_emptied_is_cleared_and_what_is_gone_stays(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut all = good_items(3);
    all[1]["explanation"] = json!("Sáng kiến\r\nđược công nhận ");
    round.save(200, "moj", &all);
    let mut file = template(app, &round);
    for cell in ["E7", "F8", "G8"] {
        file.clear(cell);
    }
    file.remove_row(9);
    let saved = upload(app, &round, 200, &file);
    assert_eq!((&saved["saved"], &saved["unchanged"]), (&json!(2), &json!(4)));
    let items = items(app, &round);
    assert_eq!(items[1]["value"], Value::Null);
    // The explanation's cell was not touched, so not even its line ends change.
    assert_eq!(items[1]["explanation"], "Sáng kiến\r\nđược công nhận ");
    assert_eq!(items[2]["value"], Value::Null);
    assert_eq!(items[3]["value"], json!({"kind": "count", "count": 2}));
    assert_eq!(items[3]["revision"], 1);
    let mut file = template(app, &round);
    file.clear("I7");
    assert_eq!(upload(app, &round, 200, &file)["saved"], 1);
    assert_eq!(self::items(app, &round)[1]["explanation"], Value::Null);
}

fn numbers_are_read_as_they_are_written(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/workbook?dry_run=true&mode=partial", round.submission("moj"));
    let points = |first: (&str, bool), second: (&str, bool)| {
        let mut file = template(app, &round);
        for (cell, (content, is_number)) in [("F12", first), ("G12", second)] {
            if is_number {
                file.number(cell, content);
            } else {
                file.text(cell, content);
            }
        }
        let result = send(&app.submitter("moj"), 200, &path, file.bytes()).json();
        let item = result["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["indicator"] == "2.1")
            .unwrap()
            .clone();
        match item["self_points"].as_str() {
            Some(points) => points.to_owned(),
            None => cells(&item["errors"]).join(", "),
        }
    };
    let (text, number) = (false, true);
    for (first, expected) in [
        (("61,86", text), "6.186"),
        (("61.86", text), "6.186"),
        (("61.860000000000001", number), "6.186"),
        (("6.1859999999999999E1", number), "6.186"),
        (("1 234,5", text), "F12 numerator_above_denominator"),
        (("1.234", text), "F12 ambiguous_number"),
        (("1,234", text), "F12 ambiguous_number"),
        (("85%", text), "F12 percent_sign"),
        (("tám lăm", text), "F12 not_a_number"),
        (("66.666666666666671", number), "F12 too_many_decimals"),
        (("66,6666667", text), "F12 too_many_decimals"),
        (("-5", text), "F12 negative"),
        (("", text), "F12 number_missing"),
    ] {
        assert_eq!(points(first, ("100", text)), expected, "{first:?}");
    }
    assert_eq!(points(("1.234,5", text), ("2 469", text)), "5");
    assert_eq!(points(("1.234.567", text), ("1,234,567.0", text)), "10");
    assert_eq!(points(("0.30000000000000004", number), ("0,3", text)), "10");
    assert_eq!(points(("5", text), ("", text)), "G12 number_missing");
    assert_eq!(points(("0", text), ("0", text)), "G12 zero_denominator");
}

fn evidence_that_was_not_touched_stays_whole(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let odd = json!({"number": "1|2", "title": "Hai\ndòng", "link": "https://example.vn/1"});
    let item = json!({"indicator": "1.1", "value": {"kind": "option", "option": "late"}, "evidence": [odd]});
    round.save(200, "moj", &[item]);
    let mut file = template(app, &round);
    assert_eq!(file.read("J6"), "1¦2 | | | Hai dòng | https://example.vn/1");
    file.text(
        "J6",
        "Báo cáo số 7\n1¦2 | | | Hai dòng | https://example.vn/1\nhttps://example.vn/2",
    );
    upload(app, &round, 200, &file);
    let evidence = items(app, &round)[0]["evidence"].clone();
    assert_eq!(evidence[0]["title"], "Báo cáo số 7");
    assert_eq!(evidence[1]["number"], "1|2");
    assert_eq!(evidence[1]["title"], "Hai\ndòng");
    assert_eq!(evidence[2]["link"], "https://example.vn/2");
    let mut file = template(app, &round);
    file.text("J6", "12 | ngày 5 tháng 1");
    let refused = upload(app, &round, 422, &file);
    assert_eq!(cells(&refused["errors"]), ["J6 bad_date"]);
    file.text("J6", "12 | 5/1/2025 | x | y | ftp://example.vn");
    let refused = upload(app, &round, 422, &file);
    assert_eq!(cells(&refused["errors"]), ["J6 bad_link"]);
    assert_eq!(refused["errors"][0]["pointer"], "/items/0/evidence/0/link");
}

fn a_stale_row_is_refused_and_the_others_are_not(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut file = template(app, &round);
    fill(&mut file);
    round.save(
        200,
        "moj",
        &[json!({"indicator": "1.2", "value": {"kind": "yes_no", "yes": false}})],
    );
    let refused = upload(app, &round, 422, &file);
    assert_eq!(cells(&refused["errors"]), ["A7 stale_revision"]);
    let error = &refused["errors"][0];
    assert_eq!(error["pointer"], "/items/1/revision");
    assert_eq!(error["place"], "'Phiếu tự chấm'!A7");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("Sheet “Phiếu tự chấm”, row 7, column A: 1.2: "),
        "{message}"
    );
    let path = format!("{}/workbook?mode=partial", round.submission("moj"));
    let saved = send(&app.submitter("moj"), 200, &path, file.bytes()).json();
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(6), &json!(1)));
    assert_eq!(cells(&saved["items"][1]["errors"]), ["A7 stale_revision"]);
    assert_eq!(items(app, &round)[1]["value"]["yes"], false);
}

fn modes_and_keys_are_those_of_the_bulk_save(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut file = template(app, &round);
    fill(&mut file);
    let path = format!("{}/workbook", round.submission("moj"));
    let sender = app.submitter("moj").idempotency_key("sheet-1");
    let tried = send(&sender, 200, &format!("{path}?dry_run=true"), file.bytes()).json();
    assert_eq!((&tried["dry_run"], &tried["saved"]), (&json!(true), &json!(7)));
    assert!(items(app, &round).iter().all(Value::is_null));
    let sender = app.submitter("moj").idempotency_key("sheet-2");
    let first = send(&sender, 200, &path, file.bytes());
    let second = send(&sender, 200, &path, file.bytes());
    assert_eq!(first.text(), second.text());
    assert_eq!(second.header("idempotency-replayed"), "true");
    file.text("F13", "10");
    assert_eq!(
        send(&sender, 422, &path, file.bytes()).code(),
        "idempotency_key_reused"
    );
    // A round that is closed refuses the sheet as it refuses JSON.
    app.advance(chrono::TimeDelta::days(30));
    let late = send(&app.submitter("moj"), 409, &path, file.bytes());
    assert_eq!(late.code(), "illegal_transition");
}

fn a_department_gets_its_own_lines(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let whole = template(app, &round);
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    let path = round.submission("moj");
    app.submitter("moj")
        .if_match("*")
        .put(200, &format!("{path}/contributors"), &rows);
    let department = app.submitter("moj-it");
    let mut own = File::of(&department.get(200, &format!("{path}/template.xlsx")).bytes);
    assert_eq!(
        (own.read("A5"), own.read("A6")),
        ("1".to_owned(), "1.3".to_owned())
    );
    assert_eq!(own.read("B6"), "Tỷ lệ hoàn thành kế hoạch");
    own.text("F6", "90");
    own.text("G6", "100");
    let saved = send(&department, 200, &format!("{path}/workbook"), own.bytes()).json();
    assert_eq!(saved["items"][0]["self_points"], "15");
    let mut more = whole;
    more.text("E7", "Có");
    more.remove_row(8);
    let refused = send(&department, 422, &format!("{path}/workbook"), more.bytes()).json();
    assert!(cells(&refused["errors"]).contains(&"A7 not_assigned".to_owned()));
}

fn a_template_of_another_round_or_agency_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let other = app.round_named("other-2025", Phase::SelfAssessment);
    let mut file = template(app, &round);
    fill(&mut file);
    let foreign = upload(app, &other, 422, &file);
    assert_eq!(foreign["errors"][0]["code"], "foreign_template");
    let message = foreign["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("for the round story-2025, not for the round other-2025"),
        "{message}"
    );
    assert!(
        message.contains("/api/v1/rounds/other-2025/submissions/moj/template.xlsx"),
        "{message}"
    );
    let path = format!("{}/workbook", round.submission("mof"));
    let foreign = send(&app.submitter("mof"), 422, &path, file.bytes()).json();
    assert!(
        foreign["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("the agency moj")
    );
}
