//! Stories about the public post: counts sent by agencies and by the post, what they come to, and what they feed.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        round::{AGENCIES, OWNER, Round, assignments, new_round, story_set},
    },
};

stories![
    an_agency_sends_its_counts_and_mends_them,
    every_bad_line_is_named_and_nothing_is_kept,
    the_post_sends_for_those_that_it_was_entrusted_with,
    counts_are_listed_by_agency_and_month,
    a_years_totals_tell_what_is_missing,
    an_indicator_is_fed_from_the_kept_counts,
    a_feed_asks_for_whole_years_and_for_a_set_that_wants_it,
];

const COUNTS: &str = "/api/v1/public-post";

fn line(agency: &str, period: &str, counts: [i64; 4]) -> Value {
    let [received_post, received_all, returned_post, returned_all] = counts;
    json!({"agency": agency, "period": period, "received_post": received_post, "received_all": received_all,
           "returned_post": returned_post, "returned_all": returned_all})
}

fn send(who: &Person, status: u16, lines: &[Value]) -> Response {
    who.put(status, COUNTS, &json!({"counts": lines}))
}

fn entrust(app: &TestApp, status: u16, agencies: &[&str]) -> Response {
    let path = format!("{COUNTS}/collectors/sbv");
    app.admin().put(status, &path, &json!({"agencies": agencies}))
}

/// A year of `moj`, but for some months.
fn year(agency: &str, but: &[usize]) -> Vec<Value> {
    (1..=12)
        .filter(|month| !but.contains(month))
        .map(|month| line(agency, &format!("2025-{month:02}"), [75, 100, 1, 8]))
        .collect()
}

fn an_agency_sends_its_counts_and_mends_them(app: &TestApp) {
    app.add_agencies(&["moj", "mof"]);
    let moj = app.submitter("moj");
    let first = line("moj", "2025-03", [119, 1480, 310, 1402]);
    assert_eq!(
        send(&moj, 200, std::slice::from_ref(&first)).json(),
        json!({"dry_run": false, "saved": 1, "unchanged": 0})
    );
    assert_eq!(send(&moj, 200, &[first]).json()["unchanged"], 1);
    let mut second = line("moj", "2025-03", [120, 1480, 310, 1402]);
    second["source"] = json!("Báo cáo tháng 3");
    let tried = moj.put(
        200,
        &format!("{COUNTS}?dry_run=true"),
        &json!({"counts": [second]}),
    );
    assert_eq!(tried.json(), json!({"dry_run": true, "saved": 1, "unchanged": 0}));
    send(&app.leader("moj"), 200, &[second]);
    let listed = app.reader("mof").get(200, COUNTS).json();
    assert_eq!(
        listed["data"],
        json!([{"agency": "moj", "period": "2025-03", "revision": 2, "received_post": 120, "received_all": 1480,
                "received_share": "8.11", "returned_post": 310, "returned_all": 1402, "returned_share": "22.11",
                "source": "Báo cáo tháng 3", "collector": null, "recorded_at": "2026-03-02T02:00:00Z"}])
    );
    let path = format!("{COUNTS}/moj/2025-03/revisions");
    let history = app.reader("moj").get(200, &path).json();
    let told: Vec<_> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["revision"].clone(),
                row["recorded_by"].clone(),
                row["superseded_at"].clone(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (json!(2), json!("moj.leader"), Value::Null),
            (json!(1), json!("moj.submitter"), json!("2026-03-02T02:00:00Z"))
        ]
    );
    // Who changed them is no business of others; that they are, is.
    app.submitter("mof").get(403, &path);
    app.admin().get(404, &format!("{COUNTS}/moj/2025-04/revisions"));
    app.admin().get(404, &format!("{COUNTS}/moj/2025-13/revisions"));
}

fn every_bad_line_is_named_and_nothing_is_kept(app: &TestApp) {
    app.add_agencies(&["moj", "mof"]);
    let moj = app.submitter("moj");
    let mut bad_source = line("moj", "2026-02", [0; 4]);
    bad_source["source"] = json!(" ");
    let mut short = line("moj", "2026-01", [0; 4]);
    short["returned_all"] = json!("0");
    let refused = send(
        &moj,
        422,
        &[
            line("moj", "2025-01", [1, 2, 3, 4]),
            line("moj", "2025-01", [3, 2, 5, 4]),
            line("nobody", "2026-04", [0, 0, 0, -1]),
            line("mof", "2025-01", [0; 4]),
            bad_source,
            short,
        ],
    );
    assert_eq!(
        refused.faults(),
        [
            "/counts/5/returned_all wrong_shape",
            "/counts/1/period duplicate_item",
            "/counts/1/received_post post_above_all",
            "/counts/1/returned_post post_above_all",
            "/counts/2/agency unknown_agency",
            "/counts/2/period future_month",
            "/counts/2/returned_all count_out_of_range",
            "/counts/2/returned_post post_above_all",
            "/counts/3/agency not_entrusted",
            "/counts/4/source bad_source",
        ]
    );
    assert_eq!(send(&moj, 422, &[]).faults(), ["/counts bad_count"]);
    assert_eq!(moj.get(200, COUNTS).json()["data"], json!([]));
    // Who may send none of it learns no more than that.
    send(&moj, 403, &[line("mof", "2025-01", [3, 2, 0, 0])]);
    send(&app.reader("moj"), 403, &[line("moj", "2025-01", [0; 4])]);
    send(&app.evaluator("moj"), 403, &[line("moj", "2025-01", [0; 4])]);
    send(&app.admin(), 403, &[line("moj", "2025-01", [0; 4])]);
    send(&app.anon(), 401, &[line("moj", "2025-01", [0; 4])]);
}

fn the_post_sends_for_those_that_it_was_entrusted_with(app: &TestApp) {
    app.add_agencies(&["moj", "mof", "moet", "sbv"]);
    let post = app.collector("sbv");
    let of = |agency: &str| line(agency, "2025-03", [1, 2, 3, 4]);
    send(&post, 403, &[of("moj")]);
    assert_eq!(
        entrust(app, 422, &["moj", "nobody"]).faults(),
        ["/agencies/1 unknown_agency"]
    );
    let path = format!("{COUNTS}/collectors/sbv");
    post.put(403, &path, &json!({"agencies": ["moj"]}));
    app.admin().put(
        404,
        &format!("{COUNTS}/collectors/nobody"),
        &json!({"agencies": []}),
    );
    entrust(app, 200, &["mof", "moj"]);
    send(&post, 200, &[of("moj"), of("mof")]);
    let mixed = send(&post, 422, &[of("moj"), of("moet")]);
    assert_eq!(mixed.faults(), ["/counts/1/agency not_entrusted"]);
    // The agency has the last word as well as the first: it may mend what the post sent.
    send(
        &app.submitter("mof"),
        200,
        &[line("mof", "2025-03", [2, 2, 3, 4])],
    );
    let listed = post.get(200, COUNTS).json();
    let senders: Vec<_> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["agency"].clone(), row["collector"].clone()))
        .collect();
    assert_eq!(
        senders,
        [(json!("mof"), Value::Null), (json!("moj"), json!("sbv"))]
    );
    post.get(200, &format!("{COUNTS}/moj/2025-03/revisions"));
    assert_eq!(
        entrust(app, 200, &["mof"]).json(),
        json!({"collector": "sbv", "agencies": ["mof"]})
    );
    let bodies = app.reader("moj").get(200, &format!("{COUNTS}/collectors")).json();
    assert_eq!(bodies["data"], json!([{"collector": "sbv", "agencies": ["mof"]}]));
    send(&post, 403, &[line("moj", "2025-04", [1, 2, 3, 4])]);
    // Another body's collector, and a collector of the agency itself, are nobody here.
    send(&app.collector("mof"), 403, &[of("mof")]);
}

fn counts_are_listed_by_agency_and_month(app: &TestApp) {
    app.add_agencies(&["moj", "mof"]);
    send(&app.submitter("moj"), 200, &year("moj", &[]));
    send(&app.submitter("mof"), 200, &year("mof", &[]));
    let reader = app.reader("moj");
    let keys = |query: &str| -> Vec<String> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = reader
                .get(200, &format!("{COUNTS}?limit=5{query}{cursor}"))
                .json();
            for row in page["data"].as_array().unwrap() {
                let (period, agency) = (&row["period"], &row["agency"]);
                found.push(format!(
                    "{} {}",
                    period.as_str().unwrap(),
                    agency.as_str().unwrap()
                ));
            }
            match page["page"]["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    };
    let all = keys("");
    assert_eq!(all.len(), 24);
    assert_eq!(all[..3], ["2025-01 mof", "2025-01 moj", "2025-02 mof"]);
    assert_eq!(keys("&agency=moj").len(), 12);
    assert_eq!(
        keys("&from=2025-11&to=2025-12&agency=mof"),
        ["2025-11 mof", "2025-12 mof"]
    );
    reader.get(400, &format!("{COUNTS}?from=2025"));
}

fn a_years_totals_tell_what_is_missing(app: &TestApp) {
    app.add_agencies(&["moj", "mof"]);
    send(&app.submitter("moj"), 200, &year("moj", &[4, 12]));
    send(&app.submitter("mof"), 200, &year("mof", &[]));
    let reader = app.reader("moj");
    let path = format!("{COUNTS}/totals?year=2025&limit=1");
    let first = reader.get(200, &path).json();
    assert_eq!(first["data"][0]["agency"], "mof");
    assert_eq!(first["data"][0]["missing"], json!([]));
    let next = first["page"]["next"].as_str().unwrap();
    let second = reader.get(200, &format!("{path}&cursor={next}")).json();
    let total = &second["data"][0];
    assert_eq!(total["agency"], "moj");
    assert_eq!(
        total["received"],
        json!({"numerator": "750", "denominator": "1000", "share": "75.00"})
    );
    assert_eq!(
        total["returned"],
        json!({"numerator": "10", "denominator": "80", "share": "12.50"})
    );
    assert_eq!(total["missing"], json!(["2025-04", "2025-12"]));
    // What was counted has a name, which changes with it.
    let digest = |agency: &str| {
        let path = format!("{COUNTS}/totals?year=2025&agency={agency}");
        reader.get(200, &path).json()["data"][0]["digest"].clone()
    };
    let before = digest("moj");
    assert_eq!(&before, &total["digest"]);
    send(
        &app.submitter("moj"),
        200,
        &[line("moj", "2025-01", [76, 100, 1, 8])],
    );
    assert_ne!(digest("moj"), before);
    let none = reader.get(200, &format!("{COUNTS}/totals?year=2024")).json();
    assert_eq!(none["data"], json!([]));
}

/// A round of a set whose indicators 1.3 and 2.1 are fed.
pub fn fed_round(app: &TestApp) -> String {
    app.import_reference();
    let mut set = story_set();
    set["version"] = json!(2);
    set["children"][1]["children"][0]["feed"] = json!("public_post.received");
    set["children"][0]["children"][2]["feed"] = json!("public_post.returned");
    app.admin().post(201, "/api/v1/criteria-sets", &set);
    let mut new = new_round("fed-2025");
    new["criteria_set"]["version"] = json!(2);
    let evaluator = app.evaluator(OWNER);
    let path = "/api/v1/rounds/fed-2025";
    evaluator.post(201, "/api/v1/rounds", &new);
    let agencies: Vec<Value> = AGENCIES.iter().map(|agency| json!({"agency": agency})).collect();
    let seen = || evaluator.if_match(evaluator.get(200, path).etag());
    seen().put(200, &format!("{path}/agencies"), &json!({"agencies": agencies}));
    seen().put(200, &format!("{path}/assignments"), &assignments());
    seen().post(
        200,
        &format!("{path}/transitions"),
        &json!({"to": "self_assessment"}),
    );
    format!("{path}/submissions/moj")
}

fn an_indicator_is_fed_from_the_kept_counts(app: &TestApp) {
    let submission = fed_round(app);
    let moj = app.submitter("moj");
    let own = json!({"items": [{"indicator": "2.1", "evidence": [{"title": "Công văn 12/BTP-VP"}]}]});
    moj.put(200, &format!("{submission}/items"), &own);
    send(&moj, 200, &year("moj", &[]));
    let feeds = format!("{submission}/feeds");
    let tried = moj.post(200, &format!("{feeds}?dry_run=true"), &json!({})).json();
    assert_eq!((&tried["dry_run"], &tried["saved"]), (&json!(true), &json!(2)));
    let fed = moj.post(200, &feeds, &json!({})).json();
    let told: Vec<_> = fed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["indicator"].clone(), item["self_points"].clone()))
        .collect();
    // 12.5 % of results are below 70 %, and 75 % of dossiers are three quarters of 10 points.
    assert_eq!(told, [(json!("1.3"), json!("0")), (json!("2.1"), json!("7.5"))]);
    let item = |code: &str| {
        let form = moj.get(200, &submission).json();
        let lines = form["items"].as_array().unwrap().clone();
        let line = lines.into_iter().find(|line| line["indicator"] == code).unwrap();
        line["item"].clone()
    };
    let total = moj
        .get(200, &format!("{COUNTS}/totals?year=2025&agency=moj"))
        .json()["data"][0]
        .clone();
    assert_eq!(
        item("2.1")["value"],
        json!({"kind": "ratio", "numerator": "900", "denominator": "1200"})
    );
    let titles: Vec<Value> = item("2.1")["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["title"].clone())
        .collect();
    let ours = format!(
        "Số liệu dịch vụ bưu chính công ích năm 2025: 12 tháng; SHA-256 {}",
        total["digest"].as_str().unwrap()
    );
    assert_eq!(titles, [json!("Công văn 12/BTP-VP"), json!(ours)]);
    // The same again is no change; other counts take the place of what they were fed with.
    assert_eq!(moj.post(200, &feeds, &json!({})).json()["unchanged"], 2);
    send(&moj, 200, &[line("moj", "2025-01", [76, 100, 1, 8])]);
    assert_eq!(moj.post(200, &feeds, &json!({})).json()["saved"], 2);
    assert_eq!(item("2.1")["evidence"].as_array().unwrap().len(), 2);
    app.submitter("mof").post(404, &feeds, &json!({}));
    app.reader("moj").post(403, &feeds, &json!({}));
}

fn a_feed_asks_for_whole_years_and_for_a_set_that_wants_it(app: &TestApp) {
    let submission = fed_round(app);
    let moj = app.submitter("moj");
    let feeds = format!("{submission}/feeds");
    assert_eq!(moj.post(409, &feeds, &json!({})).code(), "illegal_transition");
    send(&moj, 200, &year("moj", &[2]));
    let refused = moj.post(409, &feeds, &json!({}));
    assert_eq!(refused.faults(), ["/accept_missing month_missing"]);
    moj.post(200, &feeds, &json!({"accept_missing": true}));
    let form = moj.get(200, &submission).json();
    let title = form["items"].to_string();
    assert!(title.contains("11 tháng; thiếu 2025-02; SHA-256"), "{title}");
    // The story's own set feeds nothing.
    let plain: Round<'_> = app.round_in(parindex::features::rounds::Phase::SelfAssessment);
    let feeds = format!("{}/feeds", plain.submission("moj"));
    let refused = moj.post(409, &feeds, &json!({"accept_missing": true}));
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("no indicator")
    );
}
