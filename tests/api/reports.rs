//! The report of a publication: a Word document with the published numbers.

use std::io::{Cursor, Read};

use parindex::{features::rounds::Phase, scoring::Points};
use serde_json::{Value, json};

use crate::{
    open_data::published,
    stories,
    support::{
        TestApp,
        play::{import_results, rows, text},
    },
};

stories![
    a_report_says_what_is_published,
    a_report_is_served_like_the_other_forms,
    lost_points_are_those_of_the_numbers,
    an_earlier_table_has_a_report_with_its_sources,
    a_correction_tells_what_it_is_compared_with,
];

const KIND: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A part of a document.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a ZIP");
    let mut text = String::new();
    archive
        .by_name(name)
        .expect(name)
        .read_to_string(&mut text)
        .expect("UTF-8");
    text
}

/// The texts of a part, one a paragraph.
pub fn paragraphs(xml: &str) -> Vec<String> {
    let texts = |paragraph: &str| {
        let runs = paragraph.split("<w:t ").skip(1);
        let runs = runs.filter_map(|run| run.split_once('>')?.1.split_once("</w:t>"));
        runs.map(|(text, _)| text).collect::<String>()
    };
    let whole = xml.split("<w:p ").skip(1).map(texts);
    whole
        .map(|text| {
            text.replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
        })
        .collect()
}

/// Whether these texts follow each other: a row of a table.
pub fn has_row(paragraphs: &[String], row: &[&str]) -> bool {
    paragraphs.windows(row.len()).any(|texts| texts == row)
}

fn a_report_says_what_is_published(app: &TestApp) {
    let address = published(app);
    let sent = app.anon().get(200, &format!("{address}/report.docx"));
    assert_eq!(sent.header("content-type"), KIND);
    let xml = part(&sent.bytes, "word/document.xml");
    let said = paragraphs(&xml);
    let ranking = app.anon().get(200, &format!("{address}/ranking")).json();
    for entry in rows(&ranking, "entries") {
        let row = ["total", "maximum", "index"].map(|field| text(entry, field));
        let row = [
            text(entry, "place_label"),
            text(&entry["agency"], "name_vi"),
            row[0],
            row[1],
            row[2],
        ];
        assert!(has_row(&said, &row), "{row:?}");
    }
    for group in rows(&ranking["groups"], "levels") {
        let n = group["n"].to_string();
        assert!(has_row(
            &said,
            &[
                text(group, "code"),
                &n,
                text(group, "mean"),
                text(group, "max"),
                text(group, "min")
            ]
        ));
    }
    assert!(said.contains(&text(&ranking, "title_vi").to_owned()));
    // Word's own headings, captions that it counts, heads that come again, and the language.
    assert!(xml.matches("<w:pStyle w:val=\"Heading1\"").count() >= 5);
    let tables = xml.matches("<w:tbl>").count();
    assert!(tables >= 5, "{tables}");
    for counted in ["SEQ Table", "<w:tblHeader />"] {
        assert_eq!(xml.matches(counted).count(), tables, "{counted}");
    }
    for number in 1..=tables {
        assert!(
            said.iter()
                .any(|text| text.starts_with(&format!("Bảng {number}. "))),
            "{number}"
        );
    }
    charts_are_in(&sent.bytes, &xml, &said);
    let styles = part(&sent.bytes, "word/styles.xml");
    assert!(
        styles.contains("<w:lang w:val=\"vi-VN\"") && styles.contains("w:val=\"heading 1\""),
        "{styles}"
    );
    assert!(part(&sent.bytes, "docProps/core.xml").contains("<dc:language>vi-VN</dc:language>"));
    let footer = part(&sent.bytes, "word/footer1.xml");
    assert!(footer.contains("PAGE") && footer.contains("NUMPAGES"), "{footer}");
    // The same in English.
    let english = app.anon().get(200, &format!("{address}/report.docx?lang=en"));
    let said = paragraphs(&part(&english.bytes, "word/document.xml"));
    for entry in rows(&ranking, "entries") {
        let name = entry["agency"]["name_en"]
            .as_str()
            .unwrap_or(text(&entry["agency"], "name_vi"));
        assert!(said.iter().any(|text| text == name), "{name}");
    }
    assert!(said.iter().any(|text| text.starts_with("Table 1. ")));
    assert!(part(&english.bytes, "word/styles.xml").contains("<w:lang w:val=\"en-GB\""));
}

/// Two charts, each with its caption, also for who can't see them.
fn charts_are_in(bytes: &[u8], xml: &str, said: &[String]) {
    assert_eq!(xml.matches("SEQ Figure").count(), 2);
    for (number, caption) in [(1, "Xếp hạng các cơ quan"), (2, "Phân bố kết quả")] {
        assert!(said.contains(&format!("Hình {number}. {caption}")), "{said:#?}");
        assert!(xml.contains(&format!(
            "<wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{caption}\" />"
        )));
    }
    let pictures = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a ZIP");
    assert_eq!(
        pictures
            .file_names()
            .filter(|name| name.as_ref().is_ok_and(|name| name.starts_with("word/media/")))
            .count(),
        2
    );
}

fn a_report_is_served_like_the_other_forms(app: &TestApp) {
    let address = published(app);
    let path = format!("{address}/report.docx");
    let first = app.anon().get(200, &path);
    assert!(first.header("cache-control").contains("immutable"));
    app.anon().header("if-none-match", first.etag()).get(304, &path);
    // Packed already, whatever is accepted.
    let packed = app.anon().header("accept-encoding", "br, gzip").get(200, &path);
    assert_eq!((packed.etag(), packed.bytes == first.bytes), (first.etag(), true));
    let some = app.anon().header("range", "bytes=0-3").get(206, &path);
    assert_eq!(some.bytes, b"PK\x03\x04");
    let head = app.anon().attempt_head(&path);
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-length"), first.bytes.len().to_string());
    assert_eq!((head.etag(), head.bytes.len()), (first.etag(), 0));
    let english = app.anon().get(200, &format!("{path}?lang=en"));
    assert_ne!(english.etag(), first.etag());
    app.anon().get(
        404,
        &format!("/api/v1/publications/{}/report.docx", "0".repeat(64)),
    );
    app.anon().get(400, &format!("{path}?lang=fr"));
    app.anon().get(400, &format!("{path}?labels=code"));
    let about = app.anon().get(200, &address).json();
    assert_eq!(about["links"]["report"], path);
}

fn lost_points_are_those_of_the_numbers(app: &TestApp) {
    let address = published(app);
    let report = app.anon().get(200, &format!("{address}/report.docx")).bytes;
    let said = paragraphs(&part(&report, "word/document.xml"));
    let document = app.anon().get(200, &format!("{address}/document")).json();
    let micro = |value: &Value| Points::parse(value.as_str().unwrap()).unwrap().micro();
    let set = &document["criteria_set"]["document"];
    let mut seen = 0;
    for domain in rows(set, "children") {
        let code = text(domain, "code");
        let mut sums = (0_i64, 0_i64, 0_i64);
        for agency in rows(&document, "agencies")
            .iter()
            .filter(|agency| agency["ranked"] == true)
        {
            let all = rows(agency, "nodes").iter().chain(rows(agency, "indicators"));
            for node in all.filter(|node| node["code"] == code && micro(&node["maximum"]) > 0) {
                sums = (
                    sums.0 + 1,
                    sums.1 + micro(&node["maximum"]),
                    sums.2 + micro(&node["points"]),
                );
            }
        }
        let (n, maximum, points) = sums;
        // Half of the last printed decimal at most, since each is rounded once.
        let row = said
            .windows(5)
            .find(|row| row[0] == code && row[1] == text(domain, "name_vi"))
            .expect(code);
        for (printed, sum) in [(&row[2], maximum), (&row[3], points), (&row[4], maximum - points)] {
            let printed = Points::parse(printed).expect("a number").micro();
            assert!((printed * n - sum).abs() * 2 <= n * 10_000, "{row:?}: {sum}/{n}");
        }
        seen += 1;
    }
    assert!(seen > 0);
}

fn table(index: &str, supersedes: Option<&str>) -> Value {
    json!({"code": "earlier-2022", "set": "earlier", "level": "ministry", "year": 2022,
        "title_vi": "Bảng <trước> & \"sau\"", "complete": false, "note": "một dòng\u{1}\nhai dòng",
        "sources": [{"code": "S1", "address": "https://example.vn/?a=1&b=2"}], "supersedes": supersedes,
        "entries": [{"agency": "moj", "index": index, "place": 1, "basis": "published"}]})
}

fn an_earlier_table_has_a_report_with_its_sources(app: &TestApp) {
    app.import_reference();
    let id = import_results(app, &table("71.5", None));
    let report = app
        .anon()
        .get(200, &format!("/api/v1/publications/{id}/report.docx"))
        .bytes;
    let xml = part(&report, "word/document.xml");
    let said = paragraphs(&xml);
    assert!(has_row(&said, &["1", "moj", "71.50"]), "{said:#?}");
    assert!(
        has_row(&said, &["S1", "https://example.vn/?a=1&b=2"]),
        "{said:#?}"
    );
    assert!(said.contains(&"Bảng <trước> & \"sau\"".to_owned()), "{said:#?}");
    assert!(
        said.contains(&"hai dòng".to_owned()),
        "a line is a paragraph: {said:#?}"
    );
    assert!(!xml.contains('\u{1}'), "what XML can't hold is left out");
    assert!(part(&report, "docProps/core.xml").contains("Bảng &lt;trước&gt; &amp; &quot;sau&quot;"));
}

fn a_correction_tells_what_it_is_compared_with(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let latest = || {
        text(
            &app.anon()
                .get(200, "/api/v1/publications/latest?set=story")
                .json(),
            "id",
        )
        .to_owned()
    };
    let first = latest();
    app.advance(chrono::TimeDelta::hours(1));
    round.go(Phase::Correction);
    let point = json!({"agency": "mof", "indicator": "2.3", "points": "29.5", "sample_size": 400, "source": "SIPAS 2025"});
    round
        .evaluator()
        .put(200, &round.path("/survey-points"), &json!({"points": [point]}));
    round.go(Phase::Council);
    round.prepare(Phase::Published);
    round.try_to_go(200, &json!({"to": "published", "baseline": first}));
    let second = latest();
    assert_ne!(first, second);
    let address = format!("/api/v1/publications/{second}");
    let report = app.anon().get(200, &format!("{address}/report.docx")).bytes;
    let said = paragraphs(&part(&report, "word/document.xml"));
    assert!(has_row(&said, &["Đính chính cho công bố", &first]), "{said:#?}");
    let ranking = app.anon().get(200, &format!("{address}/ranking")).json();
    let moved = rows(&ranking, "entries")
        .iter()
        .find(|entry| entry["agency"]["code"] == "mof")
        .expect("mof");
    let change = text(&moved["change"], "index");
    let told = if change.starts_with('-') {
        change.to_owned()
    } else {
        format!("+{change}")
    };
    assert!(
        has_row(
            &said,
            &[text(&moved["agency"], "name_vi"), text(moved, "index"), &told]
        ),
        "{told}: {said:#?}"
    );
}
