//! Published results as others build on them: every part in every form, by address and by `Accept`.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{line, ranking, rows, text},
        round::AGENCIES,
        workbook,
    },
};

stories![
    every_part_comes_in_every_form,
    the_address_wins_over_what_is_accepted,
    what_is_not_offered_is_named,
    a_csv_shows_codes_or_names,
    json_stat_has_the_digits_of_the_ranking,
    what_does_not_apply_is_told_from_what_is_zero,
    a_workbook_has_what_the_json_has,
    what_was_let_go_of_is_the_same_when_it_is_read_again with [("PARINDEX_PUBLICATIONS_BYTES_MAX", "0")],
];

const PARTS: [&str; 5] = ["ranking", "domains", "agencies/moj", "nodes/1.4", "data"];
const FORMS: [(&str, &str); 6] = [
    ("json", "application/json"),
    ("csv", "text/csv"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("jsonstat.json", "application/vnd.json-stat+json"),
    ("sdmx.csv", "application/vnd.sdmx.data+csv"),
    ("csv-metadata.json", "application/csvm+json"),
];

/// The story's round, published; the address of its publication.
pub fn published(app: &TestApp) -> String {
    let round = app.round_in(Phase::Published);
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    assert_eq!(latest["round"], round.code);
    text(&latest["links"], "self").to_owned()
}

fn every_part_comes_in_every_form(app: &TestApp) {
    let address = published(app);
    for part in PARTS {
        let mut etags = Vec::new();
        for (suffix, kind) in FORMS {
            let path = format!("{address}/{part}.{suffix}");
            let by_address = app.anon().get(200, &path);
            let got = by_address.header("content-type");
            assert!(got.starts_with(kind), "{path}: {got}");
            assert!(by_address.header("cache-control").contains("immutable"), "{path}");
            assert_eq!(by_address.header("vary"), "accept, accept-encoding", "{path}");
            let accepted = app
                .anon()
                .header("accept", kind)
                .get(200, &format!("{address}/{part}"));
            assert!(accepted.bytes == by_address.bytes, "{path}");
            assert_eq!(accepted.etag(), by_address.etag(), "{path}");
            let held = app
                .anon()
                .header("if-none-match", by_address.etag())
                .get(304, &path);
            assert!(held.bytes.is_empty(), "{path}");
            etags.push(by_address.etag().to_owned());
        }
        etags.sort();
        etags.dedup();
        assert_eq!(
            etags.len(),
            FORMS.len(),
            "{part}: each form has an ETag of its own"
        );
    }
    let links = app
        .anon()
        .get(200, &format!("{address}/agencies/moj"))
        .header("link")
        .to_owned();
    for other in ["<moj.csv>", "<moj.xlsx>", "<moj.jsonstat.json>", "<moj.sdmx.csv>"] {
        assert!(links.contains(&format!("{other}; rel=\"alternate\"")), "{links}");
    }
    for (suffix, kind) in [("xml", "xml"), ("json", "json")] {
        let structure = app.anon().get(200, &format!("{address}/structure.{suffix}"));
        let expected = format!("application/vnd.sdmx.structure+{kind}");
        assert!(structure.header("content-type").starts_with(&expected));
    }
}

fn the_address_wins_over_what_is_accepted(app: &TestApp) {
    let address = published(app);
    let csv = app
        .anon()
        .header("accept", "application/json")
        .get(200, &format!("{address}/ranking.csv"));
    assert!(csv.header("content-type").starts_with("text/csv"));
    // Of two that are liked, the one that is liked better.
    let better = app
        .anon()
        .header("accept", "text/csv;q=0.4, application/vnd.json-stat+json;q=0.9")
        .get(200, &format!("{address}/ranking"));
    assert_eq!(better.header("content-type"), "application/vnd.json-stat+json");
    let packed = app
        .anon()
        .header("accept-encoding", "br, gzip")
        .get(200, &format!("{address}/ranking.xlsx"));
    // A workbook is packed already.
    assert!(packed.etag().contains("-xlsx-identity-"), "{}", packed.etag());
}

fn what_is_not_offered_is_named(app: &TestApp) {
    let address = published(app);
    let refused = app
        .anon()
        .header("accept", "application/pdf")
        .get(406, &format!("{address}/ranking"))
        .json();
    let detail = text(&refused, "detail");
    for (_, kind) in FORMS {
        assert!(detail.contains(kind), "{detail}");
    }
    app.anon()
        .header("accept", "application/vnd.sdmx.data+csv;version=1.0.0")
        .get(406, &format!("{address}/ranking"));
    for missing in [
        "ranking.pdf",
        "nodes/9.9",
        "nodes/9.9.csv",
        "agencies/nobody",
        "agencies/nobody.xlsx",
        "structure.csv",
        "changes.sdmx.csv",
    ] {
        app.anon().get(404, &format!("{address}/{missing}"));
    }
    for (query, word) in [
        ("labels=all", "labels"),
        ("lang=fr", "lang"),
        ("colour=red", "colour"),
    ] {
        let refused = app
            .anon()
            .get(400, &format!("{address}/ranking.csv?{query}"))
            .json();
        assert!(refused.to_string().contains("bad_query"), "{word}: {refused}");
    }
}

fn a_csv_shows_codes_or_names(app: &TestApp) {
    let address = published(app);
    let first_lines = |query: &str| -> Vec<String> {
        let csv = app
            .anon()
            .get(200, &format!("{address}/nodes/2.1.csv{query}"))
            .text();
        csv.split("\r\n").take(2).map(str::to_owned).collect()
    };
    let all = first_lines("");
    assert!(
        all[0].starts_with("place,agency,name_vi,name_en,level,region,points,"),
        "{all:?}"
    );
    let codes = first_lines("?labels=code");
    assert!(
        codes[0].starts_with("place,agency,level,region,points,"),
        "{codes:?}"
    );
    let both = first_lines("?labels=both&lang=en");
    assert!(
        both[0].starts_with("place,agency,name_en,level,region,points,"),
        "{both:?}"
    );
    // The story's agencies have no English names: the Vietnamese ones, which are there, stand in.
    assert_eq!(both[1].split(',').nth(2), both[1].split(',').nth(1));
    let names = first_lines("?labels=name");
    assert!(names[0].starts_with("Hạng,Cơ quan,Cấp,Vùng,Điểm,"), "{names:?}");
    // The description describes the file that it is asked for.
    let link = app
        .anon()
        .get(200, &format!("{address}/nodes/2.1.csv?labels=name"))
        .header("link")
        .to_owned();
    assert!(
        link.contains("<2.1.csv-metadata.json?labels=name>; rel=\"describedby\""),
        "{link}"
    );
    let described = app
        .anon()
        .get(200, &format!("{address}/nodes/2.1.csv-metadata.json?labels=name"))
        .json();
    assert_eq!(described["url"], "2.1.csv?labels=name");
    let titles: Vec<&str> = rows(&described["tableSchema"], "columns")
        .iter()
        .map(|column| text(column, "titles"))
        .collect();
    assert_eq!(titles.join(","), names[0]);
}

fn json_stat_has_the_digits_of_the_ranking(app: &TestApp) {
    let address = published(app);
    let body = app.anon().get(200, &format!("{address}/ranking.jsonstat.json"));
    let (text_of_body, stat) = (body.text(), body.json());
    let ranking = ranking(app, address.rsplit('/').next().expect("an id"));
    assert_eq!(stat["id"], json!(["year", "agency", "node", "measure"]));
    let agencies = rows(&stat["dimension"]["agency"]["category"], "index");
    let measures = rows(&stat["dimension"]["measure"]["category"], "index");
    let size = agencies.len() * measures.len();
    assert_eq!(rows(&stat, "value").len(), size);
    let values = text_of_body
        .rsplit("\"value\":[")
        .next()
        .expect("values")
        .trim_end_matches("]}");
    let values: Vec<&str> = values.split(',').collect();
    assert_eq!(values.len(), size);
    for (row, agency) in values.chunks(measures.len()).zip(agencies) {
        let entry = line(&ranking, agency.as_str().expect("a code"));
        for (value, measure) in row.iter().zip(measures) {
            let expected = match measure.as_str().expect("a code") {
                "points" => &entry["total"],
                "change_place" | "change_points" | "change_index" => &Value::Null,
                other => &entry[other],
            };
            let expected = match expected {
                Value::String(digits) => digits.clone(),
                other => other.to_string(),
            };
            assert_eq!(**value, expected, "{measure} of {agency}");
        }
    }
    // Labels in English where they are asked for.
    let english = app
        .anon()
        .get(200, &format!("{address}/ranking.jsonstat.json?lang=en"))
        .json();
    assert_eq!(
        english["dimension"]["measure"]["category"]["label"]["place"],
        "Place"
    );
    assert_ne!(
        stat["dimension"]["measure"]["category"]["label"]["place"],
        english["dimension"]["measure"]["category"]["label"]["place"]
    );
}

fn what_does_not_apply_is_told_from_what_is_zero(app: &TestApp) {
    app.import_reference();
    let round = app.round_named("exempt-2025", Phase::SelfAssessment);
    let exempt = json!({"indicator": "1.4", "value": {"kind": "not_applicable"}, "explanation": "Không ban hành văn bản"});
    round.declare("mof");
    round.save(200, "mof", &[exempt]);
    round.submit("mof");
    for agency in AGENCIES.into_iter().filter(|agency| *agency != "mof") {
        round.declare(agency);
        round.submit(agency);
    }
    round.go(Phase::Appraisal);
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    round.prepare(Phase::Published);
    round.go(Phase::Published);
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    let address = text(&latest["links"], "self");
    let node = app.anon().get(200, &format!("{address}/nodes/1.4")).json();
    let of = |agency: &str| -> Value {
        let lines = rows(&node, "agencies");
        lines
            .iter()
            .find(|line| line["agency"]["code"] == agency)
            .expect("a line")
            .clone()
    };
    assert_eq!(
        (&of("mof")["maximum"], &of("mof")["index"]),
        (&json!("0.00"), &Value::Null)
    );
    assert_eq!(of("moj")["maximum"], "10.00");
    let sdmx = app
        .anon()
        .get(200, &format!("{address}/nodes/1.4.sdmx.csv"))
        .text();
    assert!(sdmx.contains(",mof,N1_4,points,2025,NaN,M,POINTS\r\n"), "{sdmx}");
    assert!(sdmx.contains(",moj,N1_4,points,2025,"), "{sdmx}");
    let csv = app
        .anon()
        .get(200, &format!("{address}/data.csv?labels=code"))
        .text();
    assert!(
        csv.contains("mof,ministry,,1.4,1,indicator,,0.00,,M\r\n"),
        "{csv}"
    );
    let stat = app
        .anon()
        .get(200, &format!("{address}/nodes/1.4.jsonstat.json"))
        .json();
    let missing = rows(&stat, "value")
        .iter()
        .filter(|value| value.is_null())
        .count();
    assert_eq!(missing, stat["status"].as_object().expect("statuses").len());
}

fn a_workbook_has_what_the_json_has(app: &TestApp) {
    let address = published(app);
    let file = app.anon().get(200, &format!("{address}/ranking.xlsx"));
    let read = parindex::formats::xlsx::read_workbook(&file.bytes).expect("a workbook");
    let sheet = &read.sheets[0];
    assert_eq!(sheet.name, "Xếp hạng");
    let head = sheet
        .rows()
        .into_iter()
        .find(|row| sheet.text(*row, 0) == Some("Hạng"))
        .expect("the heads");
    let ranking = ranking(app, address.rsplit('/').next().expect("an id"));
    let column = |name: &str| -> u16 {
        let found = (0..30).find(|column| sheet.text(head, *column) == Some(name));
        found.unwrap_or_else(|| panic!("no column {name}"))
    };
    for (row, entry) in (head + 1..).zip(rows(&ranking, "entries")) {
        assert_eq!(
            sheet.text(row, column("Mã cơ quan")),
            entry["agency"]["code"].as_str()
        );
        assert_eq!(
            sheet.text(row, column("Cơ quan")),
            entry["agency"]["name_vi"].as_str()
        );
    }
    assert_eq!(workbook::KIND, FORMS[2].1);
}

fn what_was_let_go_of_is_the_same_when_it_is_read_again(app: &TestApp) {
    let address = published(app);
    let other = TestApp::start(crate::support::Engine::Sqlite);
    let (mine, theirs) = (address, published(&other));
    assert_eq!(mine, theirs, "the same people at the same second");
    let parts = ["ranking", "domains", "document", "structure.json"].map(str::to_owned);
    let forms = FORMS.iter().map(|(suffix, _)| format!("ranking.{suffix}"));
    for part in parts.into_iter().chain(forms) {
        // The client of the tests does not unpack what it checks as JSON.
        let is_table = part.ends_with("csv") || part.ends_with("xlsx");
        for encoding in ["identity", "gzip", "br"]
            .into_iter()
            .take(if is_table { 3 } else { 1 })
        {
            let read = |app: &TestApp| {
                app.anon()
                    .header("accept-encoding", encoding)
                    .get(200, &format!("{mine}/{part}"))
            };
            let (slim, kept) = (read(app), read(&other));
            assert!(slim.bytes == kept.bytes, "{part} {encoding}");
            assert_eq!(slim.etag(), kept.etag(), "{part} {encoding}");
        }
    }
}
