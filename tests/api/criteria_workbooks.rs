//! Stories about criteria sets as workbooks: out, in again as the very same, and what a bad cell is told.

use serde_json::json;

use crate::{
    stories,
    support::{
        TestApp,
        play::data,
        round::{OWNER, story_set},
        workbook::{File, KIND, cells, foreign},
    },
};

stories![
    a_set_goes_out_and_comes_in_as_the_very_same,
    what_a_set_takes_from_a_survey_comes_in_too,
    a_fault_names_the_cell,
    closed_words_are_chosen_from_lists,
    what_a_set_names_must_be_there,
];

const NODES: &str = "xl/worksheets/sheet2.xml";

fn download(app: &TestApp, code: &str) -> File {
    let path = format!("/api/v1/criteria-sets/{code}/versions/1/document.xlsx");
    File::of(&app.evaluator(OWNER).get(200, &path).bytes)
}

fn a_set_goes_out_and_comes_in_as_the_very_same(app: &TestApp) {
    app.import_reference();
    let levels = data("agencies.json");
    app.admin().post(200, "/api/v1/agency-imports", &levels);
    let evaluator = app.evaluator(OWNER);
    for file in ["par-illustrative-provinces", "dti-provinces-2020", "ca-mau-2013"] {
        let set = data(&format!("criteria/{file}.json"));
        let made = evaluator.post(201, "/api/v1/criteria-sets", &set).json();
        let book = download(app, set["code"].as_str().unwrap()).bytes();
        let path = "/api/v1/criteria-sets?dry_run=true";
        let checked = evaluator.send_bytes(200, "POST", path, KIND, book.clone()).json();
        assert_eq!(checked["digest"], made["digest"], "{file}");
        let again = evaluator.send_bytes(409, "POST", "/api/v1/criteria-sets", KIND, book);
        assert_eq!(again.code(), "already_exists");
    }
    // The next version, made in the sheet.
    let mut book = download(app, "story");
    book.text("C3", "2");
    let made = evaluator.send_bytes(201, "POST", "/api/v1/criteria-sets", KIND, book.bytes());
    assert_eq!(made.header("location"), "/api/v1/criteria-sets/story/versions/2");
    let document = evaluator
        .get(200, "/api/v1/criteria-sets/story/versions/2/document")
        .json();
    let mut expected = story_set();
    expected["version"] = json!(2);
    assert_eq!(document["children"], expected["children"]);
    assert_eq!(document["adjustments"], expected["adjustments"]);
}

fn what_a_set_takes_from_a_survey_comes_in_too(app: &TestApp) {
    app.import_reference();
    let evaluator = app.evaluator(OWNER);
    let conversions = [
        json!({"kind": "proportional", "floor": {"above": "60"}}),
        json!({"kind": "percentage_bands", "bands": [{"below": "80", "points": "0"}, {"from": "80", "points": "30"}]}),
    ];
    for (number, conversion) in conversions.iter().enumerate() {
        let mut set = crate::survey_pulls::measured_set("a1", conversion);
        set["code"] = json!(format!("measured-{number}"));
        set["version"] = json!(1);
        let made = evaluator.post(201, "/api/v1/criteria-sets", &set).json();
        let book = download(app, set["code"].as_str().unwrap()).bytes();
        let path = "/api/v1/criteria-sets?dry_run=true";
        let checked = evaluator.send_bytes(200, "POST", path, KIND, book).json();
        assert_eq!(checked["digest"], made["digest"], "{conversion}");
    }
}

fn a_fault_names_the_cell(app: &TestApp) {
    app.import_reference();
    let evaluator = app.evaluator(OWNER);
    let refuse = |book: &File| {
        let refused = evaluator.send_bytes(422, "POST", "/api/v1/criteria-sets", KIND, book.bytes());
        let refused = refused.json();
        let places = refused["errors"].as_array().unwrap().iter();
        let places: Vec<String> = places
            .map(|error| error["place"].as_str().unwrap_or("?").to_owned())
            .collect();
        (places, cells(&refused["errors"]), refused)
    };
    // A domain's maximum that its children don't add up to.
    let mut book = download(app, "story");
    book.in_sheet(NODES).text("E2", "51");
    let (places, found, refused) = refuse(&book);
    assert!(
        found.contains(&"E2 maxima_do_not_add_up".to_owned()),
        "{refused:#}"
    );
    assert!(places.contains(&"'Tiêu chí'!E2".to_owned()), "{places:?}");
    for (sheet, cell, text, expected) in [
        (NODES, "E3", "1.234", "E3 ambiguous_number"),
        (NODES, "H3", "khảo sát", "H3 unknown_word"),
        (NODES, "A3", "4", "A3 bad_depth"),
        (NODES, "R3", "có lẽ", "R3 unknown_word"),
        (NODES, "B4", "1.1", "B4 duplicate_code"),
        ("xl/worksheets/sheet3.xml", "A2", "9.9", "A2 unknown_indicator"),
        ("xl/worksheets/sheet3.xml", "I2", "11", "I2 points_above_maximum"),
        ("xl/worksheets/sheet4.xml", "D2", "x", "D2 not_a_number"),
        ("xl/worksheets/sheet1.xml", "C14", "x", "C14 not_a_number"),
        ("xl/worksheets/sheet1.xml", "A4", "title", "A4 unknown_field"),
        ("xl/worksheets/sheet2.xml", "C1", "Name", "? columns_changed"),
    ] {
        let mut book = download(app, "story");
        book.in_sheet(sheet).text(cell, text);
        let (_, found, refused) = refuse(&book);
        assert!(found.contains(&expected.to_owned()), "{expected}: {refused:#}");
    }
    let mut book = download(app, "story");
    book.in_sheet(NODES).number("B3", "1.1");
    assert!(refuse(&book).1.contains(&"B3 bad_code_cell".to_owned()));
    let refused = evaluator
        .send_bytes(422, "POST", "/api/v1/criteria-sets", KIND, foreign())
        .json();
    assert_eq!(refused["errors"][0]["code"], "foreign_template");
    evaluator.send_bytes(415, "POST", "/api/v1/criteria-sets", "text/csv", "a,b");
}

fn closed_words_are_chosen_from_lists(app: &TestApp) {
    app.import_reference();
    let book = download(app, "story");
    let offers = |part: &str, cells: &str, list: &str| {
        let sheet = book.part(part);
        let of_cells = sheet
            .split("<dataValidation ")
            .find(|validation| validation.contains(&format!("sqref=\"{cells}\"")));
        let of_cells = of_cells.unwrap_or_else(|| panic!("{part} offers nothing in {cells}"));
        assert!(
            of_cells.contains(&format!("<formula1>\"{list}\"</formula1>")),
            "{of_cells}"
        );
    };
    let set = "xl/worksheets/sheet1.xml";
    offers(set, "C8", "Có,Không");
    offers(set, "C15", "sum,mean,weighted_mean");
    offers(set, "C18", "half_up,half_even,down");
    offers(set, "C20", "exact,printed");
    offers(set, "C21", "competition,dense,shared");
    // 10 nodes, and as many rows more as anybody adds.
    offers(NODES, "G2:G1011", "sum,mean,weighted_mean");
    offers(NODES, "H2:H1011", "assessment,survey,external");
    offers(
        NODES,
        "I2:I1011",
        "choice,yes_no,percentage_bands,count_bands,proportional,deduction,appraiser_points,survey,external",
    );
    offers(NODES, "R2:R1011", "Có,Không");
    offers("xl/worksheets/sheet5.xml", "B2:B1003", "bonus,penalty");
}

fn what_a_set_names_must_be_there(app: &TestApp) {
    app.import_reference();
    let evaluator = app.evaluator(OWNER);
    let mut set = story_set();
    set["code"] = json!("other");
    set["level"] = json!("nowhere");
    set["not_ranked"] = json!(["moj", "nobody"]);
    for path in ["/api/v1/criteria-sets", "/api/v1/criteria-sets?dry_run=true"] {
        assert_eq!(
            evaluator.post(422, path, &set).faults(),
            ["/level unknown_level", "/not_ranked/1 unknown_agency"]
        );
    }
    set["level"] = json!("ministry");
    set["not_ranked"] = json!(["moj"]);
    evaluator.post(201, "/api/v1/criteria-sets", &set);
}
