//! Stories about bad items: what each is told, and where.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, round::Round},
};

stories![
    every_bad_item_is_named,
    every_bad_document_is_named,
    what_cannot_be_read_does_not_hide_the_rest,
    an_empty_or_a_huge_save_is_refused,
    faults_are_told_in_both_languages,
];

fn yes(indicator: &str, yes: bool) -> Value {
    json!({"indicator": indicator, "value": {"kind": "yes_no", "yes": yes}})
}

fn ratio(indicator: &str, numerator: &str, denominator: &str) -> Value {
    json!({"indicator": indicator,
           "value": {"kind": "ratio", "numerator": numerator, "denominator": denominator}})
}

/// The lines of `moj`'s form, by indicator.
fn line(app: &TestApp, round: &Round<'_>, indicator: &str) -> Value {
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    let lines = form["items"].as_array().unwrap().clone();
    let found = lines.into_iter().find(|line| line["indicator"] == indicator);
    found.unwrap_or_else(|| panic!("no line {indicator}"))
}

/// Items that are wrong, with what is said of each.
fn bad_items() -> Vec<(Value, &'static str)> {
    let value = |indicator: &str, value: Value| json!({"indicator": indicator, "value": value});
    let points = |points: &str| value("2.2", json!({"kind": "points", "points": points}));
    vec![
        (yes("9.9", true), "/indicator unknown_indicator"),
        (yes("1", true), "/indicator unknown_indicator"),
        (
            value("2.3", json!({"kind": "points", "points": "24"})),
            "/indicator not_declared",
        ),
        (
            json!({"indicator": "1.1", "value": {"kind": "option", "option": "soon"}, "explanation": "x"}),
            "/value/option unknown_option",
        ),
        (
            value("1.2", json!({"kind": "count", "count": 1})),
            "/value/kind wrong_kind",
        ),
        (
            ratio("1.3", "101", "100"),
            "/value/numerator numerator_above_denominator",
        ),
        (ratio("2.1", "0", "0"), "/value/denominator zero_denominator"),
        (
            value("1.5", json!({"kind": "not_applicable"})),
            "/value not_applicable_not_allowed",
        ),
        (points("10.5"), "/value/points points_out_of_range"),
        (points("-0.5"), "/value/points points_out_of_range"),
        (points("9.25"), "/value/points not_a_step"),
        (
            value("1.1", json!({"kind": "option", "option": "late"})),
            "/evidence evidence_missing",
        ),
        (
            json!({"indicator": "1.4", "value": {"kind": "count", "count": 0}, "revision": 7}),
            "/revision stale_revision",
        ),
    ]
}

fn every_bad_item_is_named(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut items = Vec::new();
    let mut expected = Vec::new();
    for (item, fault) in bad_items() {
        let alone = round.save(422, "moj", std::slice::from_ref(&item));
        assert_eq!(alone.code(), "validation_failed");
        assert_eq!(alone.faults(), [format!("/items/0{fault}")], "{item}");
        // Together, an indicator that stands twice is told to stand twice.
        let seen = items
            .iter()
            .any(|known: &Value| known["indicator"] == item["indicator"]);
        let index = items.len();
        expected.push(match seen {
            true => format!("/items/{index}/indicator duplicate_item"),
            false => format!("/items/{index}{fault}"),
        });
        items.push(item);
    }
    assert_eq!(round.save(422, "moj", &items).faults(), expected);
    // What can't be read at all is named by its place too.
    let shapes = [
        (ratio("1.3", "0.1234567", "1"), "/items/0/value"),
        (ratio("1.3", "-1", "1"), "/items/0/value"),
        (
            json!({"indicator": "1.5", "value": {"kind": "count", "count": 1.5}}),
            "/items/0/value",
        ),
        (
            json!({"indicator": "2.2", "value": {"kind": "points", "points": 9.5}}),
            "/items/0/value",
        ),
        (json!({"indicator": "1.2", "velue": null}), "/items/0"),
    ];
    for (item, place) in shapes {
        let faults = round.save(422, "moj", std::slice::from_ref(&item)).faults();
        assert_eq!(faults.len(), 1, "{item}");
        assert!(
            faults[0].starts_with(place) && faults[0].ends_with(" wrong_shape"),
            "{item}: {faults:?}"
        );
    }
    assert!(line(app, &round, "1.4")["item"].is_null());
    // The same denominator of zero is good where the rule says what it means.
    let zero = round.save(200, "moj", &[ratio("1.3", "0", "0")]).json();
    assert_eq!(zero["items"][0]["self_points"], "15");
    let exempt = json!({"indicator": "1.4", "value": {"kind": "not_applicable"}});
    round.save(200, "moj", &[exempt]);
}

fn what_cannot_be_read_does_not_hide_the_rest(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let items = [
        ratio("1.3", "0.1234567", "1"),
        yes("1.2", true),
        json!({"indicator": "1.5", "value": {"kind": "count", "count": 1.5}}),
        yes("9.9", true),
    ];
    let refused = round.save(422, "moj", &items).faults();
    assert_eq!(
        refused,
        [
            "/items/0/value wrong_shape",
            "/items/2/value wrong_shape",
            "/items/3/indicator unknown_indicator",
        ]
    );
    let path = format!("{}/items?mode=partial", round.submission("moj"));
    let saved = app
        .submitter("moj")
        .put(200, &path, &json!({"items": items}))
        .json();
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(1), &json!(3)));
    assert_eq!(saved["items"][1]["status"], "saved");
    assert_eq!(saved["items"][2]["errors"][0]["code"], "wrong_shape");
    assert_eq!(line(app, &round, "1.2")["item"]["revision"], 1);
    // An item that does not tell its indicator can't be named in the answer: nothing is saved.
    app.submitter("moj")
        .put(422, &path, &json!({"items": [yes("1.2", false), 7]}));
    assert_eq!(line(app, &round, "1.2")["item"]["revision"], 1);
}

fn every_bad_document_is_named(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let with = |evidence: Value| {
        let item =
            json!({"indicator": "1.1", "value": {"kind": "option", "option": "late"}, "evidence": evidence});
        round.save(422, "moj", &[item]).faults()
    };
    let place = |rest: &str| vec![format!("/items/0/evidence{rest}")];
    assert_eq!(
        with(json!([{"number": "1/QĐ", "link": "ftp://example.vn/1"}])),
        place("/0/link bad_link")
    );
    assert_eq!(
        with(json!([{"link": "https://example.vn/a b"}])),
        place("/0/link bad_link")
    );
    assert_eq!(
        with(json!([{"issuer": "Bộ Tư pháp"}])),
        place("/0 empty_document")
    );
    assert_eq!(with(json!([{"number": ""}])), place("/0/number bad_length"));
    assert_eq!(
        with(json!([{"number": "1/QĐ"}, {"title": "x".repeat(1001)}])),
        place("/1/title bad_length")
    );
    assert_eq!(with(json!([])), place(" evidence_missing"));
    let many: Vec<Value> = (0..51)
        .map(|number| json!({"number": number.to_string()}))
        .collect();
    assert_eq!(with(json!(many)), place(" too_much_evidence"));
    let explained = json!({"indicator": "1.1", "value": {"kind": "option", "option": "late"},
                           "explanation": "Văn bản mật, không gửi kèm"});
    round.save(200, "moj", &[explained]);
}

fn an_empty_or_a_huge_save_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    assert_eq!(round.save(422, "moj", &[]).faults(), ["/items bad_count"]);
    let many: Vec<Value> = (0..1001).map(|_| yes("1.2", true)).collect();
    assert_eq!(round.save(422, "moj", &many).faults(), ["/items bad_count"]);
}

fn faults_are_told_in_both_languages(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/items", round.submission("moj"));
    let body = json!({"items": [ratio("1.3", "7", "5"), yes("9.9", true)]});
    let told = |language: &str| {
        let submitter = app.submitter("moj").header("accept-language", language);
        submitter.put(422, &path, &body).json()
    };
    let (vi, en) = (told("vi-VN,vi;q=0.9,en;q=0.5"), told("en"));
    assert_eq!(vi["title"], "Dữ liệu chưa hợp lệ");
    assert_eq!(vi["errors"][0]["message"], "1.3: Tử số 7 lớn hơn mẫu số 5.");
    assert_eq!(
        vi["errors"][1]["message"],
        "9.9: không có tiêu chí thành phần này trong bộ tiêu chí."
    );
    assert_eq!(
        en["errors"][0]["message"],
        "1.3: The numerator 7 is above the denominator 5."
    );
    assert_eq!(
        en["errors"][1]["message"],
        "9.9: the criteria set has no such indicator."
    );
    let plain = app.submitter("moj").without("accept-language");
    assert_eq!(plain.put(422, &path, &body).json()["title"], vi["title"]);
}
