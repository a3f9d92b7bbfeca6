//! Stories about reviews of programmes: a year played by the clock, its figures, and what goes over to the next one.

use chrono::TimeDelta;
use parindex::formats::xlsx::{CONTENT_TYPE, Sheet, read_workbook};
use serde_json::{Value, json};

use crate::{
    reports::{has_row, paragraphs, part},
    stories,
    support::{
        Person, Response, TestApp, files,
        play::{import_results, rows, text},
        programme::{Programme, task},
        recommend::{answer, classify, step},
        round::OWNER,
    },
};

stories![
    a_year_is_reviewed_and_carried_over,
    a_frozen_review_never_changes,
    a_review_is_handed_on_as_files,
    who_is_concerned_is_told_of_reviews,
    the_words_of_a_draft_are_for_those_concerned,
];

/// Begins a review; its address.
pub fn begin(programme: &Programme<'_>, body: &Value) -> String {
    let made = programme.evaluator().post(201, &programme.path("/reviews"), body);
    made.header("location").to_owned()
}

/// Freezes a review with the parts that there are.
pub fn freeze(programme: &Programme<'_>, path: &str) -> Response {
    let accepted = json!({"missing_parts_accepted": true});
    programme
        .evaluator()
        .if_match("*")
        .post(200, &format!("{path}/freeze"), &accepted)
}

pub fn interim(year: i32) -> Value {
    json!({"kind": "interim", "year": year})
}

fn of_year(code: &str, year: Value, to: &str) -> Value {
    let mut task = task(code);
    task["lines"][0]["year"] = year;
    task["lines"][0]["to"] = json!(to);
    task
}

/// Four lines of 2026 (one done, one put off and late, one with time left, one refused), one of 2027, one of no year.
pub fn play_2026(app: &TestApp) -> Programme<'_> {
    let mut late = of_year("2", json!(2026), "2026-03-31");
    late["lines"][0]["budgets"] = json!([
        {"year": 2026, "source": "state_budget", "amount_vnd": 250_000_000, "spent_vnd": 100_000_000},
        {"year": 2026, "source": "oda", "amount_vnd": 7},
        {"year": 2027, "source": "state_budget", "amount_vnd": 5}]);
    let mut open = of_year("3", json!(2026), "2026-12-31");
    open["content"] = json!("2");
    open["lines"][0]["budgets"] = json!([{"year": 2026, "source": "state_budget", "amount_vnd": 50_000_000}]);
    let programme = app.programme(&[
        of_year("1", json!(2026), "2026-03-31"),
        late,
        open,
        of_year("4", json!(2026), "2026-03-31"),
        of_year("5", json!(2027), "2027-06-30"),
        of_year("6", Value::Null, "2027-06-30"),
    ]);
    let (lead, unit) = (app.leader("moj"), app.submitter("mof"));
    let done = json!({"kind": "report", "completed": true, "text": "Đã ban hành"});
    programme.go(200, &lead, "1", &done);
    programme.go(200, &unit, "1", &json!({"kind": "confirm"}));
    let report = |text: &str| json!({"kind": "report", "percent": 60, "text": text});
    programme.go(200, &lead, "2", &report("Đã lấy ý kiến"));
    programme.go(200, &lead, "2", &report("Chờ ý kiến thẩm định"));
    programme.go(
        200,
        &lead,
        "4",
        &json!({"kind": "refuse", "text": "Không thuộc thẩm quyền"}),
    );
    let path = format!("{}/extensions", programme.line("2"));
    let asked = json!({"until": "2026-06-30", "reason": "Bão"});
    let asked = lead.post(201, &path, &asked).json();
    let path = format!("{path}/{}/decision", text(&asked, "id"));
    programme.evaluator().post(200, &path, &json!({"granted": true}));
    programme
}

/// A recommendation answered in time, one left alone, an inspection, a secret one, and a published result.
fn play_the_rest(app: &TestApp) {
    app.import_recommendation_types();
    answer(app, &app.recommend(&["moha"]));
    classify(&app.evaluator("mic"), &app.recommend(&["mic"]), "urgent");
    let withdrawn = app.recommend(&["mot"]);
    step(
        200,
        &app.submitter("moj"),
        &withdrawn,
        &json!({"action": "withdraw"}),
    );
    let moha = app.evaluator(OWNER).if_match("*");
    let inspect = |target: &str, form: &str| {
        let new = json!({"owner": OWNER, "target": target, "form": form, "from": "2026-03-09", "to": "2026-03-13",
                         "topic": "Thủ tục", "bodies": ["mic"]});
        moha.post(201, "/api/v1/inspections", &new)
            .header("location")
            .to_owned()
    };
    let path = inspect("moj", "on_site");
    inspect("mof", "unannounced");
    moha.post(
        200,
        &format!("{path}/transitions"),
        &json!({"action": "announce"}),
    );
    moha.post(200, &format!("{path}/transitions"), &json!({"action": "begin"}));
    let found = json!({"text": "Chưa niêm yết.", "severity": "major"});
    let found = moha.post(201, &format!("{path}/findings"), &found).json();
    let remedies = format!("{path}/findings/{}/remedies", text(&found["findings"][0], "id"));
    moha.post(
        201,
        &remedies,
        &json!({"text": "Niêm yết.", "due_on": "2026-06-30"}),
    );
    import_results(app, &results("p-2026", "80.5"));
}

fn results(code: &str, first: &str) -> Value {
    let entry = |agency: &str, index: &str, place: i32| json!({"agency": agency, "index": index, "place": place, "basis": "published"});
    json!({"code": code, "set": "story", "level": "ministry", "year": 2026, "title_vi": "Chỉ số CCHC 2026",
           "sources": [{"code": "S1", "address": "https://example.vn/2026"}], "complete": false,
           "summary": {"mean": "77.1"},
           "entries": [entry("moj", first, 1), entry("mof", "79", 2), entry("moet", "78", 3), entry("mic", "70", 4)]})
}

fn document(who: &Person, path: &str) -> Value {
    who.get(200, path).json()["document"].take()
}

fn codes(programme: &Programme<'_>, query: &str) -> Vec<String> {
    let list = programme
        .evaluator()
        .get(200, &programme.path(&format!("/lines?{query}")))
        .json();
    rows(&list, "data")
        .iter()
        .map(|line| text(line, "task").to_owned())
        .collect()
}

fn a_year_is_reviewed_and_carried_over(app: &TestApp) {
    let programme = play_2026(app);
    play_the_rest(app);
    app.advance(TimeDelta::days(293));
    let once = programme.evaluator().idempotency_key("k");
    let path = once
        .post(201, &programme.path("/reviews"), &interim(2026))
        .header("location")
        .to_owned();
    let again = once.post(201, &programme.path("/reviews"), &interim(2026));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let draft = document(&programme.evaluator(), &path);
    figures_of_2026(&draft);
    assert_eq!(
        (&draft["number"], &draft["carried"]),
        (&Value::Null, &Value::Null)
    );
    let written = json!({"text": "Đã ban hành 01 thông tư."});
    let part = format!("{path}/parts/moj/results");
    let kept = app.leader("moj").if_match("\"r0\"").put(200, &part, &written);
    assert_eq!((kept.etag(), &kept.json()["revision"]), ("\"r1\"", &json!(1)));
    let assessment = json!({"assessment": "Cơ bản hoàn thành."});
    programme
        .evaluator()
        .if_match("\"r1\"")
        .patch(200, &path, &assessment);

    let frozen = freeze(&programme, &path).json();
    assert_eq!(frozen["review"]["number"], "1/2026");
    assert_eq!(frozen["review"]["carried"], 2);
    let told = &frozen["document"];
    assert_eq!((&told["number"], &told["carried"]), (&json!("1/2026"), &json!(2)));
    assert_eq!(told["assessment"], "Cơ bản hoàn thành.");
    assert_eq!(
        told["parts"],
        json!([{"agency": "moj", "part": "results", "text": "Đã ban hành 01 thông tư."}])
    );
    let carried: Vec<(&str, &Value)> = rows(&told["plan"], "unfinished")
        .iter()
        .map(|line| (text(line, "task"), &line["carried_to"]))
        .collect();
    let next = json!(2027);
    assert_eq!(carried, [("2", &next), ("3", &next), ("4", &Value::Null)]);
    figures_of_2026(told);
    // What was unfinished is a matter of the next year, and what was late is late.
    assert_eq!(codes(&programme, "year=2027"), ["2", "3", "5"]);
    assert_eq!(codes(&programme, "year=2026"), ["1", "4"]);
    assert_eq!(codes(&programme, "year=2027&timeliness=overdue"), ["2"]);
    let line = programme.read("2");
    assert_eq!(
        (&line["to"], &line["original_to"]),
        (&json!("2026-06-30"), &json!("2026-03-31"))
    );
    let changes = programme
        .evaluator()
        .get(200, &format!("{}/changes", programme.line("2")))
        .json();
    let last = rows(&changes, "data").last().unwrap();
    assert_eq!(
        (&last["before"], &last["after"], &last["revision"]),
        (&json!({"year": 2026}), &json!({"year": 2027}), &line["revision"])
    );
    assert_eq!(last["reason"], "Chuyển sang năm 2027 theo sơ kết số 1/2026.");
    the_period_ends(app, &programme);
}

/// The same in the draft and in what is frozen.
fn figures_of_2026(told: &Value) {
    let plan = &told["plan"];
    let of = |counts: &Value| {
        ["total", "done", "unfinished", "overdue"].map(|field| counts[field].as_i64().unwrap())
    };
    assert_eq!(of(&plan["overall"]), [4, 1, 3, 2]);
    assert_eq!(plan["overall"]["overdue_rate"], "66.7");
    let contents: Vec<[i64; 4]> = rows(plan, "by_content")
        .iter()
        .map(|row| of(&row["counts"]))
        .collect();
    assert_eq!(contents, [[3, 1, 2, 2], [1, 0, 1, 0]]);
    assert_eq!(rows(plan, "by_lead").len(), 1);
    assert_eq!(of(&plan["by_lead"][0]["counts"]), [4, 1, 3, 2]);
    assert_eq!(plan["without_year"], 1);
    assert_eq!(
        plan["extensions"],
        json!({"asked": 1, "granted": 1, "refused": 0, "undecided": 0})
    );
    let reasons: Vec<(&str, &Value)> = rows(plan, "unfinished")
        .iter()
        .map(|line| (text(line, "timeliness"), &line["reason"]))
        .collect();
    assert_eq!(
        reasons,
        [
            ("overdue", &json!("Chờ ý kiến thẩm định")),
            ("in_time", &Value::Null),
            ("overdue", &json!("Không thuộc thẩm quyền"))
        ]
    );
    let settled = |received, answered, in_time, share, overdue| {
        json!({"received": received, "answered": answered, "answered_in_time": in_time, "in_time_share": share,
               "overdue": overdue})
    };
    let (moha, mic) = (
        settled(1, 1, 1, json!("100.0"), 0),
        settled(1, 0, 0, Value::Null, 1),
    );
    assert_eq!(
        told["recommendations"],
        json!({"overall": settled(2, 1, 1, json!("100.0"), 1),
               "by_body": [{"body": "moha", "settlement": moha}, {"body": "mic", "settlement": mic}]})
    );
    the_rest_of_2026(told);
}

fn the_rest_of_2026(told: &Value) {
    // The unannounced one that has not begun is not told of.
    assert_eq!(
        told["inspections"],
        json!({"planned": 1, "carried_out": 1, "cancelled": 0, "agencies": 1, "agencies_inspected": 1,
               "inspected_share": "100.0", "findings": 1, "minor": 0, "major": 1, "critical": 0, "remedies": 1,
               "remedies_verified": 0, "verified_share": "0.0", "verified_in_time": 0, "in_time_share": null,
               "remedies_overdue": 1})
    );
    let money = |source: &str, planned: &str, spent: &str, lines: i32, unknown: i32| {
        json!({"year": 2026, "source": source, "planned_vnd": planned, "spent_vnd": spent, "lines": lines,
               "lines_without_spending": unknown})
    };
    assert_eq!(
        told["budget"],
        json!([
            money("state_budget", "300000000", "100000000", 2, 1),
            money("oda", "7", "0", 1, 1)
        ])
    );
    let result = &told["results"][0];
    let ends = |field: &str| -> Vec<&str> {
        rows(result, field)
            .iter()
            .map(|one| text(one, "agency"))
            .collect()
    };
    assert_eq!(ends("first"), ["moj", "mof", "moet"]);
    assert_eq!(ends("last"), ["mic"]);
    assert_eq!(
        (&result["agencies"], &result["first"][0]["index"]),
        (&json!(4), &json!("80.50"))
    );
}

/// The last year carries nothing on; what is left is told in the final review, after the programme's end, too.
fn the_period_ends(app: &TestApp, programme: &Programme<'_>) {
    app.advance(TimeDelta::days(300));
    let path = begin(programme, &interim(2027));
    let draft = document(&programme.evaluator(), &path);
    assert_eq!(draft["plan"]["overall"]["total"], 3);
    assert_eq!(draft["recommendations"]["overall"]["received"], 0);
    let frozen = freeze(programme, &path).json();
    assert_eq!(
        (&frozen["review"]["number"], &frozen["review"]["carried"]),
        (&json!("2/2027"), &json!(0))
    );
    assert_eq!(codes(programme, "year=2027"), ["2", "3", "5"]);
    programme.set_status(200, "closed");
    let path = begin(programme, &json!({"kind": "final"}));
    assert!(path.ends_with("/reviews/final"));
    let told = freeze(programme, &path).json();
    assert_eq!(told["review"]["number"], "3/2027");
    let told = &told["document"];
    assert_eq!(
        (
            &told["plan"]["overall"]["total"],
            &told["plan"]["overall"]["done"]
        ),
        (&json!(6), &json!(1))
    );
    assert_eq!(rows(&told["plan"], "unfinished").len(), 5);
    assert_eq!(told["recommendations"]["overall"]["received"], 2);
    assert_eq!(rows(told, "budget").len(), 3);
    let list = app.submitter("moet").get(200, &programme.path("/reviews")).json();
    let names: Vec<&str> = rows(&list, "data").iter().map(|one| text(one, "name")).collect();
    assert_eq!(names, ["2026", "2027", "final"]);
}

fn a_frozen_review_never_changes(app: &TestApp) {
    let programme = play_2026(app);
    let path = begin(&programme, &interim(2026));
    let etag = freeze(&programme, &path).etag().to_owned();
    let reader = app.submitter("moet");
    let read = reader.get(200, &path);
    assert_eq!(read.etag(), etag);
    let file = reader.get(200, &format!("{path}.json"));
    let digest = files::sha256(&file.bytes);
    assert_eq!(etag, format!("\"{digest}\""));
    assert_eq!(read.json()["review"]["digest"], digest);
    assert_eq!(read.json()["document"], file.json());
    reader.header("if-none-match", &etag).get(304, &path);
    reader
        .header("if-none-match", file.etag())
        .get(304, &format!("{path}.json"));
    // The year goes on: lines are done, money is spent, deadlines pass, names change.
    let lead = app.leader("moj");
    let done = json!({"kind": "report", "completed": true, "text": "Đã ban hành"});
    programme.go(200, &lead, "2", &done);
    programme.go(200, &app.submitter("mof"), "2", &json!({"kind": "confirm"}));
    programme.change(200, &json!({"title": "Chương trình khác"}));
    app.advance(TimeDelta::days(400));
    let later = app.submitter("moet").get(200, &format!("{path}.json"));
    assert_eq!(later.bytes, file.bytes);
    assert_eq!(app.submitter("moet").get(200, &path).etag(), etag);
    let entries = app.admin().get(200, "/api/v1/audit?limit=500").json();
    let entry = rows(&entries, "data")
        .iter()
        .find(|entry| entry["action"] == "freeze_programme_review")
        .unwrap();
    assert_eq!(
        (&entry["after_digest"], &entry["detail"]["digest"]),
        (&json!(digest), &json!(digest))
    );
}

/// The texts of a sheet, row after row.
fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
    let row = |row: &u32| {
        (0..10)
            .map(|column| sheet.text(*row, column).unwrap_or("").to_owned())
            .collect()
    };
    sheet.rows().iter().map(row).collect()
}

fn a_review_is_handed_on_as_files(app: &TestApp) {
    let programme = play_2026(app);
    play_the_rest(app);
    app.advance(TimeDelta::days(293));
    let path = begin(&programme, &interim(2026));
    let text = json!({"text": "Còn thiếu kinh phí.\nCòn thiếu người."});
    app.submitter("mof")
        .if_match("\"r0\"")
        .put(200, &format!("{path}/parts/mof/causes"), &text);
    let draft = programme.evaluator().get(200, &format!("{path}.docx"));
    let said = paragraphs(&part(&draft.bytes, "word/document.xml"));
    assert!(
        said.contains(&"Dự thảo, số liệu đến ngày 20/12/2026".to_owned()),
        "{said:#?}"
    );
    freeze(&programme, &path);
    let reader = app.submitter("moet");
    let report = reader.get(200, &format!("{path}.docx"));
    assert!(
        report
            .header("content-disposition")
            .contains("story-2026-2026.docx")
    );
    reader
        .header("if-none-match", report.etag())
        .get(304, &format!("{path}.docx"));
    let xml = part(&report.bytes, "word/document.xml");
    let said = paragraphs(&xml);
    for line in [
        "Báo cáo sơ kết năm 2026",
        "Số 1/2026, ngày 20/12/2026",
        "9. Phần viết của các đơn vị",
        "Còn thiếu người.",
    ] {
        assert!(said.iter().any(|text| text == line), "{line}: {said:#?}");
    }
    assert!(has_row(
        &said,
        &["1", "Văn bản", "3", "1", "1", "0", "2", "2", "100.0"]
    ));
    assert!(has_row(&said, &["moha", "1", "1", "1", "100.0", "0"]));
    assert!(has_row(&said, &["2026", "Vốn ODA", "7", "0", "1", "1"]));
    assert!(
        said.iter()
            .any(|text| text.contains("chưa viết Kết quả; Tồn tại, hạn chế"))
    );
    assert_eq!(xml.matches("SEQ Table").count(), 8);

    the_workbook_is_whole(&reader, &path);
    // There is no other form.
    let status = reader.attempt("GET", &format!("{path}.pdf"), None).status;
    assert!([400, 404].contains(&status), "{status}");
}

fn the_workbook_is_whole(reader: &Person, path: &str) {
    let book = reader.get(200, &format!("{path}.xlsx"));
    assert_eq!(book.header("content-type"), CONTENT_TYPE);
    let read = read_workbook(&book.bytes).expect("a workbook");
    let names: Vec<&str> = read.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Tổng hợp",
            "Theo nội dung",
            "Theo đơn vị",
            "Chưa hoàn thành",
            "Kiến nghị",
            "Kiểm tra",
            "Kinh phí",
            "Chỉ số CCHC",
            "Phần viết"
        ]
    );
    let unfinished = texts(read.sheet("Chưa hoàn thành").unwrap());
    assert_eq!(unfinished.len(), 4);
    assert_eq!(unfinished[1][0], "2/1");
    assert_eq!(unfinished[1][8], "Chờ ý kiến thẩm định");
    let money = read.sheet("Kinh phí").unwrap();
    assert_eq!(money.decimal_at(1, 2).unwrap().as_deref(), Some("300000000"));
}

fn events(who: &Person) -> Vec<String> {
    let feed = who.get(200, "/api/v1/notifications?limit=500").json();
    rows(&feed, "data")
        .iter()
        .filter(|one| one["kind"] == "plan_moved" && text(one, "path").contains("/reviews/2026"))
        .map(|one| text(&one["params"], "event").to_owned())
        .collect()
}

fn who_is_concerned_is_told_of_reviews(app: &TestApp) {
    app.import_reference();
    let people = [
        app.submitter("moj"),
        app.leader("mof"),
        app.submitter("mic"),
        app.evaluator("mic"),
    ];
    let (outsider, owner) = (app.submitter("moet"), app.evaluator(OWNER));
    let programme = app.programme(&[task("1")]);
    let path = begin(&programme, &interim(2026));
    for person in &people {
        assert_eq!(events(person), ["review_begun"]);
    }
    freeze(&programme, &path);
    for person in &people {
        assert_eq!(events(person), ["review_frozen", "review_begun"]);
    }
    // Nobody is told of the own deed.
    assert_eq!((events(&outsider), events(&owner)), (vec![], vec![]));
}

fn the_words_of_a_draft_are_for_those_concerned(app: &TestApp) {
    let programme = play_2026(app);
    let path = begin(&programme, &interim(2026));
    let reason = |who: &Person| document(who, &path)["plan"]["unfinished"][0]["reason"].take();
    let said = json!("Chờ ý kiến thẩm định");
    for person in [
        app.reader("moj"),
        app.submitter("mof"),
        app.evaluator("mic"),
        app.evaluator(OWNER),
        app.admin(),
    ] {
        assert_eq!(reason(&person), said);
    }
    for stranger in [app.submitter("moet"), app.evaluator("mot")] {
        assert_eq!(reason(&stranger), Value::Null);
        let file = stranger.get(200, &format!("{path}.json")).json();
        assert_eq!(file["plan"]["unfinished"][0]["reason"], Value::Null);
    }
    freeze(&programme, &path);
    assert_eq!(reason(&app.submitter("moet")), said);
}
