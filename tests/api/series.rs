//! Results through the years.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{Play, data, import_results, rows, text},
    },
};

stories![
    the_printed_years_make_a_series,
    another_family_fills_in_and_is_a_break,
    a_new_version_is_a_break_but_not_for_what_it_left_alone,
];

fn year<'a>(series: &'a Value, agency: &str, year: i32) -> Option<&'a Value> {
    let line = rows(series, "agencies")
        .iter()
        .find(|line| line["agency"]["code"] == agency)?;
    rows(line, "values").iter().find(|value| value["year"] == year)
}

fn the_printed_years_make_a_series(app: &TestApp) {
    Play::import_agencies(app);
    let tables: Vec<Value> = (2012..=2023)
        .map(|year| data(&format!("results/external/par-index-{year}-ministries.json")))
        .collect();
    for table in &tables {
        import_results(app, table);
    }
    let series = app.anon().get(200, "/api/v1/series/par-index-ministries").json();
    for table in &tables {
        let of = i32::try_from(table["year"].as_i64().expect("a year")).expect("a year");
        for entry in rows(table, "entries") {
            let value = year(&series, text(entry, "agency"), of).expect("a value");
            assert_eq!(
                (&value["place"], &value["index"]),
                (&entry["place"], &entry["index"]),
                "{of}: {entry}"
            );
            let is_estimate = entry["basis"] != "published";
            if !entry["index"].is_null() {
                assert_eq!(
                    value["status"],
                    if is_estimate { "E" } else { "A" },
                    "{of}: {entry}"
                );
            }
        }
    }
    // Tables without entries are no years; of the others it is not known by which version they were measured.
    let told: Vec<&str> = rows(&series, "publications")
        .iter()
        .map(|one| text(one, "comparability"))
        .collect();
    assert_eq!(told[0], "first");
    assert!(told[1..].iter().all(|told| *told == "not_known"), "{told:?}");
    for suffix in [
        "csv",
        "xlsx",
        "jsonstat.json",
        "sdmx.csv",
        "csv-metadata.json",
        "json",
    ] {
        let path = format!("/api/v1/series/par-index-ministries.{suffix}");
        let sent = app.anon().get(200, &path);
        app.anon().header("if-none-match", sent.etag()).get(304, &path);
        assert_eq!(sent.header("cache-control"), "public, max-age=60");
    }
    app.anon().get(404, "/api/v1/series/nobody");
    app.anon()
        .get(404, "/api/v1/series/par-index-ministries?node=1.1");
    app.anon()
        .get(400, "/api/v1/series/par-index-ministries?with=a,b,c,d,e,f");
}

fn another_family_fills_in_and_is_a_break(app: &TestApp) {
    Play::import_agencies(app);
    let table = |code: &str, set: &str, year: i32, index: &str| {
        json!({"code": code, "set": set, "level": "ministry", "year": year, "title_vi": code,
            "sources": [{"code": "S1", "address": "https://example.vn"}], "complete": false,
            "entries": [{"agency": "moj", "index": index, "place": 1, "basis": "published"}]})
    };
    import_results(app, &table("a-2021", "family-a", 2021, "80.10"));
    import_results(app, &table("b-2021", "family-b", 2021, "70.10"));
    import_results(app, &table("b-2022", "family-b", 2022, "71.50"));
    let read = |query: &str| {
        app.anon()
            .get(200, &format!("/api/v1/series/family-a{query}"))
            .json()
    };
    assert_eq!(rows(&read(""), "publications").len(), 1);
    let both = read("?with=family-b");
    let told: Vec<&str> = rows(&both, "publications")
        .iter()
        .map(|one| text(one, "comparability"))
        .collect();
    assert_eq!(told, ["first", "other_family"]);
    // The family that the address names comes first where both have a year.
    assert_eq!(year(&both, "moj", 2021).expect("a value")["index"], "80.10");
    let last = year(&both, "moj", 2022).expect("a value");
    assert_eq!((&last["index"], &last["status"]), (&json!("71.50"), &json!("B")));
    let sdmx = app
        .anon()
        .get(200, "/api/v1/series/family-a.sdmx.csv?with=family-b");
    assert!(
        sdmx.text().contains(",moj,_T,index,2022,71.50,B,PT\r\n"),
        "{}",
        sdmx.text()
    );
    let links = sdmx.header("link");
    assert!(
        links.contains("<family-a/structure.xml?with=family-b>; rel=\"describedby\""),
        "{links}"
    );
    let structure = app
        .anon()
        .get(200, "/api/v1/series/family-a/structure.xml?with=family-b")
        .text();
    let id = sdmx
        .text()
        .split(',')
        .find(|cell| cell.starts_with("PARINDEX:"))
        .expect("an id")
        .to_owned();
    let id = id.trim_start_matches("PARINDEX:").trim_end_matches("(1.0.0)");
    assert!(structure.contains(&format!("<str:Dataflow id=\"{id}\"")), "{id}");
}

fn a_new_version_is_a_break_but_not_for_what_it_left_alone(app: &TestApp) {
    use crate::support::small::{agencies, external, set};
    app.add_agencies(&["moj", "moha"]);
    let version = |number: u32, second: &str, third: &str| {
        let mut document = set(
            "family",
            "100",
            &json!({"children": [external("1", "40"), external("2", second), external("3", third)]}),
        );
        document["version"] = json!(number);
        document
    };
    for (number, year, second, third) in [(1, 2021, "30", "30"), (2, 2022, "25", "35")] {
        let document = version(number, second, third);
        Play::import_set(app, &document);
        let play = Play::open_in(
            app,
            (&format!("round-{year}"), year),
            &document,
            &agencies(&["moj"]),
            &[],
        );
        let points: Vec<Value> = ["1", "2", "3"]
            .iter()
            .map(|code| json!({"agency": "moj", "indicator": code, "points": "20", "source": "S"}))
            .collect();
        play.submit("moj");
        play.go("appraisal");
        play.enter(&points);
        play.publish(&json!({}));
    }
    let told = |query: &str| -> (String, String) {
        let series = app
            .anon()
            .get(200, &format!("/api/v1/series/family{query}"))
            .json();
        let last = year(&series, "moj", 2022).expect("a value");
        (
            text(&series["publications"][1], "comparability").to_owned(),
            text(last, "status").to_owned(),
        )
    };
    assert_eq!(told(""), ("other_version".to_owned(), "B".to_owned()));
    assert_eq!(told("?node=1"), ("same_node".to_owned(), "A".to_owned()));
    assert_eq!(told("?node=2"), ("other_version".to_owned(), "B".to_owned()));
    let node = app.anon().get(200, "/api/v1/series/family?node=2").json();
    assert_eq!(node["node"]["maximum"], "25.00", "as it was defined last");
    assert_eq!(year(&node, "moj", 2021).expect("a value")["maximum"], "30.00");
}
