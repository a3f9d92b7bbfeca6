//! A round of full size: the illustrative provincial set with its 88 indicators, the 63 provinces of 2023, six
//! appraising bodies. Every number of it is held against a second computation in exact fractions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        exact::{Exact, exact, printed, rounded},
        forms::{Forms, Habit},
        play::{self, Play, data, item, rows, text},
        reference::{Node, Reckoned, Reference, Sheet},
    },
};

stories![every_number_of_a_full_round_is_what_the_rules_say];

/// The body of each domain; one domain is split, so that a later row overrides an earlier one.
const BODIES: &[(&str, &str)] = &[
    ("1", "moha"),
    ("2", "moj"),
    ("3", "molisa"),
    ("4", "moha"),
    ("5", "moha"),
    ("6", "mof"),
    ("7", "mic"),
    ("8", "mpi"),
    ("3.4", "moj"),
];

/// What was printed for 2022, of eight provinces: what changes are counted against.
const EARLIER: &str = "results/external/par-index-2022-provinces.json";

/// The provinces that stood in 2023, with their regions.
fn provinces() -> BTreeMap<String, String> {
    let agencies = data("agencies.json");
    let standing = rows(&agencies, "agencies")
        .iter()
        .filter(|agency| agency["level"] == "province" && agency["valid_from"].is_null());
    standing
        .map(|agency| {
            let region = text(&agency["regions"][0], "region");
            (text(agency, "code").to_owned(), region.to_owned())
        })
        .collect()
}

/// The body that appraises an indicator: the longest assigned node above it.
fn body_of(indicator: &str) -> &'static str {
    let above = |node: &str| indicator == node || indicator.starts_with(&format!("{node}."));
    let rows = BODIES.iter().filter(|(node, _)| above(node));
    rows.max_by_key(|(node, _)| node.len()).expect("a body").1
}

fn sheets(set: &Value, provinces: &BTreeMap<String, String>) -> BTreeMap<String, Sheet> {
    let mut forms = Forms::new(set, 876);
    let mut sheets: BTreeMap<String, Sheet> = BTreeMap::new();
    for (position, province) in provinces.keys().enumerate() {
        let habit = match position {
            0 => Habit::Best,
            1 => Habit::Empty,
            other => Habit::Mixed(u64::try_from(other).expect("a position") * 29 % 96),
        };
        sheets.insert(province.clone(), forms.fill(habit));
    }
    // Twins: a tie that runs through every number.
    let codes: Vec<&String> = provinces.keys().collect();
    sheets.insert(codes[40].clone(), sheets[codes[20]].clone());
    assert_met(&forms);
    sheets
}

/// The dice must have shown what the round claims to try.
fn assert_met(forms: &Forms<'_>) {
    let mut wanted: Vec<String> = [
        "entered",
        "bonus",
        "penalty",
        "zero denominator",
        "on a border",
        "a hair above a border",
        "a hair below a border",
        "anywhere",
        "count at a border",
        "corrected to not applicable",
        "not_applicable declared, recognised",
        "not_applicable declared, points_set",
        "not_applicable declared, corrected",
        "nothing declared, corrected",
        "nothing declared, points_set",
    ]
    .map(str::to_owned)
    .into();
    for rule in [
        "choice",
        "yes_no",
        "percentage_bands",
        "count_bands",
        "proportional",
        "deduction",
        "appraiser_points",
    ] {
        wanted.extend(["recognised", "corrected", "points_set"].map(|verdict| format!("{rule} {verdict}")));
    }
    for what in wanted {
        assert!(
            forms.tally.contains_key(&what),
            "never met: {what}; {:#?}",
            forms.tally
        );
    }
}

fn every_number_of_a_full_round_is_what_the_rules_say(app: &TestApp) {
    let (set, provinces) = (data("criteria/par-illustrative-provinces.json"), provinces());
    assert_eq!(provinces.len(), 63);
    let sheets = sheets(&set, &provinces);
    let id = play_round(app, &set, &sheets);

    let reference = Reference::new(&set);
    let reckoned: BTreeMap<String, Reckoned> = sheets
        .iter()
        .map(|(province, sheet)| (province.clone(), reference.reckon(sheet)))
        .collect();
    let document = play::document(app, &id).json();
    assert_eq!(rows(&document, "agencies").len(), 63);
    for published in rows(&document, "agencies") {
        let province = text(published, "code");
        check_record(published, &reckoned[province], &sheets[province]);
    }
    check_ranking(&reference, &play::ranking(app, &id), &reckoned, &provinces);
}

fn play_round(app: &TestApp, set: &Value, sheets: &BTreeMap<String, Sheet>) -> String {
    Play::import_agencies(app);
    Play::import_set(app, set);
    let agencies: Vec<Value> = sheets.keys().map(|code| json!(code)).collect();
    let play = Play::open(app, "full-size", set, &agencies, BODIES);
    for (province, sheet) in sheets {
        let items: Vec<Value> = sheet
            .indicators
            .iter()
            .filter_map(|(code, sent)| Some(item(code, sent.declared.as_ref()?)))
            .collect();
        if !items.is_empty() {
            play.declare(province, &items);
        }
        play.submit(province);
    }
    play.go("appraisal");
    appraise_all(&play, sheets);
    enter_all(&play, sheets);
    let reference = Reference::new(set);
    for (province, sheet) in sheets.iter().step_by(7) {
        check_score(&play.score(province), &reference.reckon(sheet));
    }
    let baseline = play::import_results(app, &data(EARLIER));
    play.publish(&json!({"baseline": baseline}))
}

fn appraise_all(play: &Play<'_>, sheets: &BTreeMap<String, Sheet>) {
    for (province, sheet) in sheets {
        let mut by_body: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (code, sent) in &sheet.indicators {
            let Some(decision) = &sent.decision else { continue };
            by_body.entry(body_of(code)).or_default().push(json!({
                "indicator": code, "revision": i32::from(sent.declared.is_some()), "decision": decision,
                "reason": "Theo kết quả kiểm tra"}));
        }
        for (body, decisions) in by_body {
            play.appraise(body, province, &decisions);
        }
    }
}

fn enter_all(play: &Play<'_>, sheets: &BTreeMap<String, Sheet>) {
    let (mut points, mut adjustments) = (Vec::new(), Vec::new());
    for (province, sheet) in sheets {
        for (code, sent) in &sheet.indicators {
            if let Some(entered) = &sent.entered {
                points.push(
                    json!({"agency": province, "indicator": code, "points": entered, "sample_size": 400}),
                );
            }
        }
        for (code, amount) in &sheet.adjustments {
            adjustments.push(json!({"agency": province, "adjustment": code, "points": amount,
                "reason": "Theo biên bản"}));
        }
    }
    play.enter(&points);
    play.adjust(&adjustments);
}

/// A number of an answer, exactly.
fn number(value: &Value, field: &str) -> Exact {
    exact(text(value, field))
}

fn assert_node(place: &str, node: &Value, points: &str, maximum: &str, expected: &Node) {
    assert_eq!(number(node, points), expected.points, "{place}: points in {node}");
    assert_eq!(
        number(node, maximum),
        expected.maximum,
        "{place}: maximum in {node}"
    );
}

/// An agency's record in the publication: every leaf, container and figure.
fn check_record(record: &Value, expected: &Reckoned, sheet: &Sheet) {
    let agency = text(record, "code");
    let (leaves, containers) = (rows(record, "indicators"), rows(record, "nodes"));
    assert_eq!(leaves.len(), 88);
    assert_eq!(leaves.len() + containers.len() + 1, expected.nodes.len());
    for leaf in leaves {
        let code = text(leaf, "code");
        let place = format!("{agency} {code}");
        assert_node(&place, leaf, "points", "maximum", &expected.nodes[code]);
        let body = sheet.indicators[code].decision.as_ref().map(|_| body_of(code));
        assert_eq!(leaf["deciding_body"].as_str(), body, "{place}");
    }
    for container in containers {
        let code = text(container, "code");
        let node = &expected.nodes[code];
        assert_node(&format!("{agency} {code}"), container, "points", "maximum", node);
        assert_eq!(
            container["index"].as_str().map(exact),
            node.index(),
            "{agency} {code}"
        );
    }
    for (field, expected) in [
        ("total", &expected.total),
        ("maximum", &expected.maximum),
        ("index", &expected.index),
        ("adjustment", &expected.adjustment),
        ("score", &expected.score),
    ] {
        assert_eq!(number(record, field), *expected, "{agency}: {field}");
    }
}

/// The working score shows the same, with the self points beside it.
fn check_score(score: &Value, expected: &Reckoned) {
    let card = &score["scorecard"];
    let mut met = 0;
    let mut open = vec![&card["root"]];
    while let Some(node) = open.pop() {
        // The root carries the set's code; the reference keeps it under the empty one.
        let code = if node["tier"] == "total" {
            ""
        } else {
            text(node, "code")
        };
        let place = format!("{} {code}", score["agency"]["code"]);
        assert_node(
            &place,
            node,
            "final_points",
            "applicable_maximum",
            &expected.nodes[code],
        );
        assert_eq!(
            number(node, "self_points"),
            expected.nodes[code].self_points,
            "{place}: self points"
        );
        open.extend(rows(node, "children"));
        met += 1;
    }
    assert_eq!(met, expected.nodes.len());
    assert_eq!(number(card, "score_exact"), expected.score);
    assert_eq!(number(card, "index"), expected.index);
    assert!(rows(card, "missing").is_empty(), "{:#}", card["missing"]);
}

fn check_ranking(
    reference: &Reference<'_>,
    ranking: &Value,
    reckoned: &BTreeMap<String, Reckoned>,
    regions: &BTreeMap<String, String>,
) {
    let scores: BTreeMap<String, Exact> = reckoned
        .iter()
        .map(|(province, result)| (province.clone(), result.score.clone()))
        .collect();
    let places = reference.places(&scores);
    assert_eq!(rows(ranking, "entries").len(), 63);
    let in_region = |region: &str| -> BTreeMap<String, Exact> {
        let own = scores.iter().filter(|(province, _)| regions[*province] == region);
        own.map(|(province, score)| (province.clone(), score.clone()))
            .collect()
    };
    for entry in rows(ranking, "entries") {
        let province = text(&entry["agency"], "code");
        let (place, label) = &places[province];
        let result = &reckoned[province];
        assert_eq!(entry["place"], *place, "{province}");
        assert_eq!(entry["place_label"], *label, "{province}");
        assert_eq!(entry["place_in_level"], *place, "{province}");
        let region = &regions[province];
        assert_eq!(entry["agency"]["region"], **region, "{province}");
        let beside = reference.places(&in_region(region));
        assert_eq!(entry["place_in_region"], beside[province].0, "{province}");
        for (field, expected) in [
            ("total", reference.print_points(&result.total)),
            ("maximum", reference.print_points(&result.maximum)),
            ("index", reference.print_index(&result.index)),
            ("score", reference.print_index(&result.score)),
        ] {
            assert_eq!(entry[field], expected, "{province}: {field}");
        }
        assert_eq!(
            entry["band"].as_str(),
            reference.band(&result.score).as_deref(),
            "{province}"
        );
        check_domains(reference, entry, result);
        check_change(reference, entry, result, *place);
    }
    assert_eq!(
        ranking["mean"],
        reference.print_index(&reference.mean(scores.values()))
    );
    for group in rows(&ranking["groups"], "regions") {
        let own = in_region(text(group, "code"));
        assert_eq!(group["n"], own.len());
        assert_eq!(
            group["mean"],
            reference.print_index(&reference.mean(own.values())),
            "{group}"
        );
    }
}

fn check_domains(reference: &Reference<'_>, entry: &Value, result: &Reckoned) {
    let domains = rows(entry, "domains");
    assert_eq!(domains.len(), 8);
    for domain in domains {
        let node = &result.nodes[text(domain, "code")];
        assert_eq!(domain["points"], reference.print_points(&node.points), "{domain}");
        let index = node.index().map(|index| reference.print_index(&index));
        assert_eq!(domain["index"].as_str(), index.as_deref(), "{domain}");
    }
}

/// Against a table that knows eight of the provinces, by index and place but not by points.
fn check_change(reference: &Reference<'_>, entry: &Value, result: &Reckoned, place: u64) {
    let earlier = data(EARLIER);
    let known = rows(&earlier, "entries")
        .iter()
        .find(|known| known["agency"] == entry["agency"]["code"]);
    let Some(known) = known else {
        assert_eq!(entry["change"], Value::Null, "{entry}");
        return;
    };
    let index = exact(&reference.print_index(&result.index));
    let gained = known["index"]
        .as_str()
        .map(|before| printed(&(index - exact(before)), 2));
    let place = i64::try_from(place).expect("a place");
    let places = known["place"].as_i64().map(|before| before - place);
    let expected = json!({"place": places, "points": null, "index": gained});
    assert_eq!(entry["change"], expected, "{entry}");
}

#[test]
fn the_second_reading_knows_the_borders_by_itself() {
    // A set of one leaf on each side of 70 and 90; the numbers are worked out by hand.
    let set = json!({"maximum": "2", "rounding": {"decimals": 2, "mode": "half_up"},
        "children": [{"code": "1", "maximum": "2", "source": "assessment", "rule": {"kind": "percentage_bands", "bands":
            [{"above": "90", "points": "2"}, {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}]}}]});
    let reference = Reference::new(&set);
    for (a, b, points) in [
        ("90", "100", "1.00"),
        ("90.000001", "100", "2.00"),
        ("7", "10", "1.00"),
        ("69.999999", "100", "0.00"),
        ("1", "3", "0.00"),
    ] {
        let value = json!({"kind": "ratio", "numerator": a, "denominator": b});
        let mut sheet = Sheet::default();
        let sent = sheet.indicators.entry("1".to_owned()).or_default();
        sent.declared = Some(value);
        sent.decision = Some(json!({"verdict": "recognised"}));
        let reckoned = reference.reckon(&sheet);
        let total = rounded(&reckoned.total, 2, crate::support::exact::Mode::HalfUp);
        assert_eq!(printed(&total, 2), points, "{a}/{b}");
    }
}
