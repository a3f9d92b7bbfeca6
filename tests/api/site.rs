//! Stories about the results site.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        play::{Play, import_results, ranking, rows, text},
        programme::{CODE, task},
        recommend::{answer, step},
    },
};

stories![
    what_is_published_stands_on_its_pages,
    agencies_are_compared_and_found,
    a_correction_shows_on_pages_that_were_read_before,
    what_came_from_outside_is_text,
    people_and_programs_are_told_in_their_way_what_is_not_there,
    a_long_ranking_comes_in_pages,
    a_programme_has_a_public_page_from_when_it_is_in_force,
];

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

fn page(app: &TestApp, path: &str) -> String {
    let answer = app.anon().get(200, path);
    assert_eq!(
        answer.header("content-type"),
        "text/html; charset=utf-8",
        "{path}"
    );
    answer.text()
}

/// Where some texts stand one after another.
fn in_order(html: &str, texts: &[String]) {
    let mut rest = html;
    for text in texts {
        let at = rest
            .find(text.as_str())
            .unwrap_or_else(|| panic!("{text} is not where it should be"));
        rest = &rest[at + text.len()..];
    }
}

/// A published round of the story's set; the publication's id.
fn published(app: &TestApp) -> String {
    let round = app.round_in(Phase::Council);
    round.prepare(Phase::Published);
    round.go(Phase::Published);
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    text(&latest, "id").to_owned()
}

fn what_is_published_stands_on_its_pages(app: &TestApp) {
    let id = published(app);
    let shown = ranking(app, &id);
    let first = page(app, "/");
    assert!(first.contains(&format!("href=\"/publications/{id}\"")));
    let html = page(app, &format!("/publications/{id}"));
    let mut order = Vec::new();
    for entry in rows(&shown, "entries") {
        let label = text(entry, "place_label");
        order.push(format!("<td class=\"n\">{label}</td>"));
        order.push(format!(
            "/publications/{id}/agencies/{}\"",
            text(&entry["agency"], "code")
        ));
        order.push(format!("<td class=\"n\">{}</td>", text(entry, "index")));
    }
    in_order(&html, &order);
    assert!(html.contains(&id), "the document is named");
    for suffix in ["csv", "xlsx", "json", "jsonstat.json", "sdmx.csv"] {
        for part in ["ranking", "domains", "data"] {
            let address = format!("/api/v1/publications/{id}/{part}.{suffix}");
            assert!(html.contains(&format!("href=\"{address}\"")), "{address}");
            app.anon().get(200, &address);
        }
    }
    let report = format!("/api/v1/publications/{id}/report.docx?lang=vi");
    assert!(html.contains(&format!("href=\"{report}\"")));
    app.anon().get(200, &report);
    // The pictures that a page shows are there.
    let agency = page(app, &format!("/publications/{id}/agencies/moj"));
    let pictures: Vec<&str> = [&html, &agency]
        .iter()
        .flat_map(|html| html.split("<img src=\"").skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(pictures.len(), 3, "{pictures:?}");
    for picture in pictures {
        let answer = app.anon().get(200, picture);
        assert!(
            answer.header("content-type").starts_with("image/svg+xml"),
            "{picture}"
        );
    }
    // All that a stranger needs to check a copy.
    for address in ["document", "signature"] {
        let address = format!("/api/v1/publications/{id}/{address}");
        assert!(html.contains(&format!("href=\"{address}\"")), "{address}");
        app.anon().get(200, &address);
    }
    assert!(html.contains("href=\"/.well-known/publication-keys.json\""));
    // Every point with the very sentence of the API, in either language.
    for (prefix, field) in [("", "calculation_vi"), ("/en", "calculation_en")] {
        let path = format!("/publications/{id}/agencies/moj");
        let result = app.anon().get(200, &format!("/api/v1{path}")).json();
        let html = page(app, &format!("{prefix}{path}"));
        let nodes = rows(&result, "nodes");
        assert!(nodes.len() > 7);
        let sentences: Vec<String> = nodes.iter().map(|node| escaped(text(node, field))).collect();
        in_order(&html, &sentences);
        for node in nodes.iter().filter(|node| !node["deciding_body"].is_null()) {
            assert!(html.contains(text(node, "deciding_body")), "{node}");
        }
    }
    let method = page(app, &format!("/en/publications/{id}/method"));
    assert!(
        method.contains("yes: ") && method.contains("≥ "),
        "rules in words"
    );
    assert!(page(app, "/method").contains(&format!("/publications/{id}/method")));
    assert!(page(app, "/publications").contains(&id));
}

fn headers_of(answer: &Response) {
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
}

fn agencies_are_compared_and_found(app: &TestApp) {
    let id = published(app);
    let compared = page(app, &format!("/publications/{id}/compare?agency=moj&agency=mof"));
    in_order(
        &compared,
        &["agencies/moj\"".to_owned(), "agencies/mof\"".to_owned()],
    );
    for few in [
        "",
        "?agency=moj",
        "?agency=moj&agency=moj",
        "?agency=moj&agency=nobody",
        "?agency=%ff&x=1",
    ] {
        let html = page(app, &format!("/publications/{id}/compare{few}"));
        assert!(
            html.contains("role=\"alert\"") && !html.contains("<table"),
            "{few}"
        );
    }
    assert!(page(app, "/search?q=MOJ").contains("href=\"/agencies/moj\""));
    assert!(page(app, "/en/search?q=moj").contains("href=\"/en/agencies/moj\""));
    let nothing = page(app, "/search?q=%3Cscript%3E");
    assert!(nothing.contains("&#60;script&#62;") && !nothing.contains("<script"));
    let years = page(app, "/agencies/moj");
    assert!(years.contains(&format!("/publications/{id}/agencies/moj")));

    let answer = app.anon().get(200, &format!("/publications/{id}"));
    headers_of(&answer);
    // What is held is not sent again; a program may ask for the headers alone.
    let held = app.anon().header("if-none-match", answer.etag());
    let unchanged = held.get(304, &format!("/publications/{id}"));
    headers_of(&unchanged);
    assert_eq!(
        app.anon().attempt_head(&format!("/publications/{id}")).status,
        200
    );
    let packed = app.anon().header("accept-encoding", "br").get(200, "/");
    assert_eq!(packed.header("content-encoding"), "br");
    // The style sheet's address names its content.
    let at = answer.text();
    let at = at.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let style = app.anon().get(200, at.split('"').next().unwrap());
    assert_eq!(
        style.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert!(style.header("content-type").starts_with("text/css"));
}

fn table(code: &str, title: &str, entries: Value, supersedes: Option<&str>) -> Value {
    json!({
        "code": code, "set": "family-a", "level": "ministry", "year": 2021, "title_vi": title,
        "sources": [{"code": "S1", "address": "https://example.vn/?a=1&b=\"2\""}], "complete": false,
        "supersedes": supersedes, "entries": entries,
    })
}

fn a_correction_shows_on_pages_that_were_read_before(app: &TestApp) {
    Play::import_agencies(app);
    let entries = |index: &str| json!([{"agency": "moj", "index": index, "place": 1, "basis": "published"}]);
    let first = import_results(app, &table("a", "Bảng", entries("80.10"), None));
    let path = format!("/publications/{first}");
    assert!(!page(app, &path).contains("đính chính."));
    let second = import_results(app, &table("a", "Bảng", entries("80.20"), Some(&first)));
    let html = page(app, &path);
    assert!(html.contains("Công bố này đã được đính chính."));
    assert!(html.contains(&format!("href=\"/publications/{second}\"")));
    assert!(
        page(app, &format!("/publications/{second}")).contains(&format!("href=\"/publications/{first}\""))
    );
    let home = page(app, "/");
    assert!(home.contains(&second) && !home.contains(&first));
    assert!(page(app, "/agencies/moj").contains("80.20"));
    assert!(!page(app, "/agencies/moj").contains("80.10"));
}

fn what_came_from_outside_is_text(app: &TestApp) {
    let names = "<img src=x onerror=alert(1)> & \"Bộ\" 'A'";
    let agency = json!({"code": "x-agency", "level": "ministry", "names": [{"name_vi": names}]});
    Play::import_agencies(app);
    app.admin()
        .post(200, "/api/v1/agency-imports", &json!({"agencies": [agency]}));
    let title = "<b>Bảng</b> </title><script>alert(1)</script>";
    let entries = json!([{"agency": "x-agency", "index": "80", "place": 1, "basis": "inferred"}]);
    let id = import_results(app, &table("x", title, entries, None));
    for path in [
        "/".to_owned(),
        "/publications".to_owned(),
        format!("/publications/{id}"),
        format!("/publications/{id}/agencies/x-agency"),
        "/agencies/x-agency".to_owned(),
        "/search?q=img".to_owned(),
    ] {
        let html = page(app, &path);
        assert!(
            !html.contains("<img src=x") && !html.contains("<script") && !html.contains("<b>"),
            "{path}"
        );
        assert!(html.contains("&#60;") && html.contains("&#62;"), "{path}");
    }
}

fn people_and_programs_are_told_in_their_way_what_is_not_there(app: &TestApp) {
    Play::import_agencies(app);
    let entries = json!([{"agency": "moj", "index": "80", "place": 1, "basis": "published"}]);
    let id = import_results(app, &table("a", "Bảng", entries, None));
    let person = app
        .anon()
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let zeros = "0".repeat(64);
    for path in [
        "/nowhere".to_owned(),
        "/en/nowhere".to_owned(),
        format!("/publications/{zeros}"),
        "/publications/nonsense".to_owned(),
        format!("/publications/{id}?page=2"),
        format!("/publications/{id}?page=x"),
        format!("/publications/{id}/agencies/mof"),
        format!("/publications/{id}/method"),
        "/agencies/nobody".to_owned(),
    ] {
        let missing = person.get(404, &path);
        headers_of(&missing);
        assert_eq!(
            missing.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        let lang = if path.starts_with("/en/") { "en" } else { "vi" };
        assert!(
            missing.text().contains(&format!("<html lang=\"{lang}\">")),
            "{path}"
        );
    }
    for (who, path) in [(&app.anon(), "/nowhere"), (&person, "/api/v1/nowhere")] {
        assert_eq!(who.get(404, path).code(), "not_found");
    }
    assert!(page(app, "/en/").contains("lang=\"en\""));
}

fn a_long_ranking_comes_in_pages(app: &TestApp) {
    Play::import_agencies(app);
    let code = |number: usize| format!("unit-{number:04}");
    let agencies: Vec<Value> = (1..=501)
        .map(
            |number| json!({"code": code(number), "level": "ministry", "names": [{"name_vi": code(number)}]}),
        )
        .collect();
    app.admin()
        .post(200, "/api/v1/agency-imports", &json!({"agencies": agencies}));
    let entries: Vec<Value> = (1..=501)
        .map(|number| json!({"agency": code(number), "place": number, "basis": "published"}))
        .collect();
    let id = import_results(app, &table("long", "Dài", json!(entries), None));
    let first = page(app, &format!("/publications/{id}"));
    assert!(
        first.contains("unit-0500") && !first.contains("unit-0501") && first.contains("href=\"?page=2\"")
    );
    let second = page(app, &format!("/publications/{id}?page=2"));
    assert!(
        second.contains("unit-0501") && !second.contains("unit-0500") && second.contains("href=\"?page=1\"")
    );
}

fn a_programme_has_a_public_page_from_when_it_is_in_force(app: &TestApp) {
    let programme = app.draft_programme(CODE);
    programme.add(201, &[task("1"), task("2")]);
    let paths = [format!("/programmes/{CODE}"), format!("/en/programmes/{CODE}")];
    let person = app.anon().header("accept", "text/html");
    for path in &paths {
        headers_of(&person.get(404, path));
    }
    assert!(page(app, "/programmes").contains("Chưa có chương trình nào."));
    programme.set_status(200, "in_force");
    assert!(page(app, "/programmes").contains(&format!("href=\"/programmes/{CODE}\"")));
    assert!(page(app, "/en/programmes").contains(&format!("href=\"/en/programmes/{CODE}\"")));
    assert!(page(app, "/").contains("href=\"/programmes\""));
    let cells = |numbers: [u8; 5]| -> String {
        let cells = numbers
            .iter()
            .map(|number| format!("<td class=\"n\">{number}</td>"));
        cells.collect()
    };
    let first = page(app, &paths[0]);
    in_order(
        &first,
        &[
            "Văn bản".to_owned(),
            cells([2, 0, 2, 0, 0]),
            "Kiểm tra".to_owned(),
            cells([0; 5]),
        ],
    );
    // What happened a moment ago stands on it.
    let done = json!({"kind": "report", "completed": true, "text": "Lời riêng của báo cáo"});
    programme.go(200, &app.submitter("moj"), "1", &done);
    programme.go(200, &app.submitter("mof"), "1", &json!({"kind": "confirm"}));
    an_answer_and_an_inspection(app);
    let html = page(app, &paths[0]);
    in_order(
        &html,
        &[
            cells([2, 1, 1, 0, 0]),
            "Ký số văn bản".to_owned(),
            "Theo Thông tư 41.".to_owned(),
        ],
    );
    assert!(
        html.contains("<dt>Cuộc kiểm tra đã kết luận</dt><dd>1</dd>"),
        "{html}"
    );
    for hidden in ["Lời riêng", "Nguyễn Văn A", "Bí mật", "submitter"] {
        assert!(!html.contains(hidden), "{hidden}");
    }
    assert!(page(app, &paths[1]).contains("Inspections concluded"));
    // The deadline passes, and the same page says so; who holds it is told that it is the same.
    app.advance(chrono::TimeDelta::days(30));
    let late = app.anon().get(200, &paths[0]);
    assert!(late.text().contains(&cells([2, 1, 0, 1, 0])));
    let known = app.anon().header("if-none-match", late.etag());
    assert_eq!(known.attempt_undescribed("GET", &paths[0]).status, 304);
    headers_of(&late);
    programme.set_status(200, "closed");
    assert!(page(app, &paths[0]).contains("Đã kết thúc"));
}

/// A published answer of moha's, a concluded inspection, and an unannounced one that nobody knows of.
fn an_answer_and_an_inspection(app: &TestApp) {
    app.import_recommendation_types();
    let path = app.recommend(&["moha"]);
    answer(app, &path);
    let moha = app.evaluator("moha");
    step(200, &moha, &path, &json!({"action": "publish"}));
    for topic in ["Công khai", "Bí mật"] {
        let new = json!({"owner": "moha", "target": "moj", "form": "unannounced", "from": "2026-03-09",
                         "to": "2026-03-13", "topic": topic,
                         "team": [{"name": "Nguyễn Văn A", "agency": "moha", "role": "x"}]});
        let made = moha.if_match("*").post(201, "/api/v1/inspections", &new);
        if topic == "Công khai" {
            let steps = format!("{}/transitions", made.header("location"));
            let go = |body: &Value| moha.if_match("*").post(200, &steps, body);
            go(&json!({"action": "begin"}));
            go(&json!({"action": "conclude", "conclusion": "x"}));
        }
    }
}
