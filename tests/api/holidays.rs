//! Stories about the holiday calendar.

use parindex::features::holidays::{self, HolidayImport};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, play::data},
};

stories![
    a_year_is_saved_as_a_whole,
    what_a_year_may_not_hold_is_said,
    the_shipped_calendar_is_imported_once,
];

const YEAR: &str = "/api/v1/holidays/2026";

fn off(day: &str) -> Value {
    json!({"day": day, "kind": "off", "name_vi": "Ngày nghỉ"})
}

fn a_year_is_saved_as_a_whole(app: &TestApp) {
    app.import_reference();
    let (admin, reader) = (app.admin(), app.reader("moj"));
    reader.get(404, YEAR);
    admin.if_match("\"r1\"").put(412, YEAR, &json!({"days": []}));
    let days = json!({"days": [off("2026-09-02"), off("2026-01-01")], "note": "Thông báo số 1"});
    let made = admin.idempotency_key("a").put(201, YEAR, &days);
    assert_eq!(made.header("location"), YEAR);
    assert_eq!(made.json()["days"][0]["day"], "2026-01-01", "by date");
    let again = admin.idempotency_key("a").put(201, YEAR, &days);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let read = reader.get(200, YEAR);
    assert_eq!(read.json(), made.json());
    reader.header("if-none-match", read.etag()).get(304, YEAR);
    // As a whole, and by who saw what was there.
    let fewer = json!({"days": [off("2026-09-02")]});
    admin.put(428, YEAR, &fewer);
    admin.if_match("\"r9\"").put(412, YEAR, &fewer);
    reader.if_match("*").put(403, YEAR, &fewer);
    app.anon().put(401, YEAR, &fewer);
    let saved = admin.if_match(read.etag()).put(200, YEAR, &fewer).json();
    assert_eq!(saved["days"].as_array().unwrap().len(), 1);
    assert_eq!((&saved["revision"], &saved["note"]), (&json!(2), &Value::Null));
    admin.put(201, "/api/v1/holidays/2025", &fewer_of_2025());
    let years = |query: &str| {
        let list = reader.get(200, &format!("/api/v1/holidays{query}")).json();
        let rows = list["data"].as_array().unwrap().iter();
        rows.map(|row| row["year"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(years(""), [2025, 2026]);
    assert_eq!(years("?year=2026"), [2026]);
    assert!(years("?year=2024").is_empty());
    app.anon().get(401, "/api/v1/holidays");
}

fn fewer_of_2025() -> Value {
    json!({"days": [{"day": "2025-01-01", "kind": "off", "name_vi": "Tết Dương lịch", "name_en": "New Year"}]})
}

fn what_a_year_may_not_hold_is_said(app: &TestApp) {
    let working = json!({"day": "2026-01-05", "kind": "working", "name_vi": ""});
    let days =
        json!({"days": [off("2025-12-31"), off("2026-01-01"), off("2026-01-01"), working], "note": ""});
    let refused = app.admin().put(422, YEAR, &days);
    let faults = refused.json()["errors"].clone();
    let pointers: Vec<&str> = faults
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "/days/0/day",
            "/days/2/day",
            "/days/3/kind",
            "/days/3/name_vi",
            "/note"
        ]
    );
    app.admin()
        .put(422, "/api/v1/holidays/1900", &json!({"days": []}));
    app.admin().put(422, YEAR, &json!({"days": [], "more": 1}));
    app.admin().get(404, YEAR);
}

fn the_shipped_calendar_is_imported_once(app: &TestApp) {
    let import = || {
        let file: HolidayImport = serde_json::from_value(data("holidays/vn.json")).unwrap();
        let change = app.change("import_holidays", vec![holidays::calendar_lock()]);
        let answer = app.wait(holidays::import(app.db(), change, file)).unwrap();
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let own = json!({"days": [off("2026-02-17")]});
    app.admin().put(201, YEAR, &own);
    assert_eq!(import(), json!({"created": 9, "kept": 1}));
    assert_eq!(import(), json!({"created": 0, "kept": 10}));
    // What people announced stays.
    assert_eq!(app.admin().get(200, YEAR).json()["days"][0]["day"], "2026-02-17");
    let year = app.admin().get(200, "/api/v1/holidays/2017").json();
    assert_eq!(year["days"].as_array().unwrap().len(), 4);
    // A file with faults brings nothing.
    let mut broken = data("holidays/vn.json");
    broken["years"][0]["days"][0]["day"] = json!("2030-01-01");
    let file: HolidayImport = serde_json::from_value(broken).unwrap();
    let change = app.change("import_holidays", Vec::new());
    let error = app.wait(holidays::import(app.db(), change, file)).unwrap_err();
    assert_eq!(error.errors[0].pointer, "/years/0/days/0/day");
}
