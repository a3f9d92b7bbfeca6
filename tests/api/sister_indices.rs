//! Two other published indices on the same engine: the Vietnam ICT Index (a plain mean) and the DTI (a weighted one),
//! from the rows of `data/sources/ict_dti_verification.csv`.

use std::collections::BTreeMap;

use num_traits::One;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        exact::{Exact, exact, printed, rounded},
        play::{Play, data, line, ranking, rows, text},
        reference::{Reference, Sent, Sheet},
    },
};

stories![
    the_ict_index_of_da_nang_is_the_published_one,
    the_dti_of_bac_ninh_is_the_published_one,
    a_pillar_that_does_not_apply_leaves_its_weight_to_the_others,
];

/// The printed values of one index, year and unit: components by code, and the total.
fn published(index: &str, year: &str, unit: &str) -> (BTreeMap<String, String>, String) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/sources/ict_dti_verification.csv"
    );
    let mut reader = csv::Reader::from_path(path).expect("the table");
    let (mut components, mut total) = (BTreeMap::new(), None);
    for row in reader.records() {
        let row = row.expect("a row");
        if (&row[0], &row[1], &row[2]) != (index, year, unit) {
            continue;
        }
        match &row[3] {
            "total" => total = Some(row[4].to_owned()),
            // A component of a component; the total stands on the first tier.
            part if part.contains('/') => {}
            component => {
                components.insert(component.replace('_', "-"), row[4].to_owned());
            }
        }
    }
    assert_eq!(components.len(), 3, "{index} {year} {unit}");
    (components, total.expect("a total"))
}

fn enter(play: &Play<'_>, agency: &str, components: &BTreeMap<String, String>) {
    let points: Vec<Value> = components
        .iter()
        .map(|(component, value)| json!({"agency": agency, "indicator": component, "points": value}))
        .collect();
    play.enter(&points);
}

fn sheet(components: &BTreeMap<String, String>) -> Sheet {
    let mut sheet = Sheet::default();
    for (component, value) in components {
        let sent = Sent {
            entered: Some(value.clone()),
            ..Sent::default()
        };
        sheet.indicators.insert(component.clone(), sent);
    }
    sheet
}

/// The total of a working score.
fn total(play: &Play<'_>, agency: &str) -> Exact {
    let score = play.score(agency);
    exact(text(&score["scorecard"], "total"))
}

/// Plays one unit's row: as printed, then with each component 0.0003 higher, then as printed again and published.
fn reproduce(app: &TestApp, set: &Value, agency: &str, components: &BTreeMap<String, String>, print: &str) {
    Play::import_agencies(app);
    Play::import_set(app, set);
    let play = Play::open(app, "sister", set, &[json!(agency)], &[]);
    play.submit(agency);
    play.go("appraisal");
    let reference = Reference::new(set);
    enter(&play, agency, components);
    let standing = total(&play, agency);
    assert_eq!(standing, reference.reckon(&sheet(components)).total);
    for component in components.keys() {
        let mut moved = components.clone();
        let higher = exact(&moved[component]) + exact("0.0003");
        moved.insert(component.clone(), printed(&higher, 4));
        enter(&play, agency, &moved);
        let total = total(&play, agency);
        assert_eq!(
            total,
            reference.reckon(&sheet(&moved)).total,
            "{component} + 0.0003"
        );
        assert!(total > standing, "{component} + 0.0003");
    }
    enter(&play, agency, components);
    let id = play.publish(&json!({}));
    let shown = ranking(app, &id);
    let entry = line(&shown, agency);
    assert_eq!(entry["total"], print, "as published");
    assert_eq!(entry["maximum"], printed(&Exact::one(), 4));
    let index = rounded(
        &(exact(text(entry, "total")) * exact("100")),
        2,
        crate::support::exact::Mode::HalfUp,
    );
    assert!(crate::support::exact::distance(&index, &exact(text(entry, "index"))) <= exact("0.01"));
}

fn the_ict_index_of_da_nang_is_the_published_one(app: &TestApp) {
    let (components, print) = published("Vietnam ICT Index", "2023", "Đà Nẵng");
    assert_eq!(print, "0.8485");
    let set = data("criteria/ict-index-provinces.json");
    // (0.7908 + 0.7892 + 0.9655) / 3 = 2.5455 / 3 = 0.8485
    reproduce(app, &set, "da-nang", &components, "0.8485");
}

fn the_dti_of_bac_ninh_is_the_published_one(app: &TestApp) {
    let (components, print) = published("DTI", "2020", "Bắc Ninh");
    assert_eq!(print, "0.4096");
    let set = data("criteria/dti-provinces-2020.json");
    // 0.4 × 0.4449 + 0.3 × 0.3668 + 0.3 × 0.4052 = 0.17796 + 0.11004 + 0.12156 = 0.40956, printed 0.4096
    reproduce(app, &set, "bac-ninh", &components, "0.4096");
}

/// The same weights over pillars that are declared and may not apply, to see the weights renormalised.
fn a_pillar_that_does_not_apply_leaves_its_weight_to_the_others(app: &TestApp) {
    Play::import_agencies(app);
    let mut set = data("criteria/dti-provinces-2020.json");
    set["code"] = json!("dti-declared");
    for pillar in set["children"].as_array_mut().expect("pillars") {
        pillar["source"] = json!("assessment");
        pillar["rule"] = json!({"kind": "appraiser_points", "step": "0.0001"});
        pillar["not_applicable_allowed"] = json!(true);
    }
    Play::import_set(app, &set);
    let bodies = ["digital-government", "digital-economy", "digital-society"].map(|pillar| (pillar, "mic"));
    let play = Play::open(
        app,
        "sister",
        &set,
        &[json!("bac-ninh"), json!("da-nang")],
        &bodies,
    );
    let (components, _) = published("DTI", "2020", "Bắc Ninh");
    for (agency, left_out) in [("bac-ninh", Some("digital-society")), ("da-nang", None)] {
        let items: Vec<Value> = components
            .iter()
            .map(|(pillar, value)| {
                let value = if Some(pillar.as_str()) == left_out {
                    json!({"kind": "not_applicable"})
                } else {
                    json!({"kind": "points", "points": value})
                };
                json!({"indicator": pillar, "value": value})
            })
            .collect();
        play.declare(agency, &items);
        play.submit(agency);
    }
    play.go("appraisal");
    for agency in ["bac-ninh", "da-nang"] {
        let decisions: Vec<Value> = components
            .keys()
            .map(|pillar| json!({"indicator": pillar, "revision": 1, "decision": {"verdict": "recognised"}}))
            .collect();
        play.appraise("mic", agency, &decisions);
    }
    let id = play.publish(&json!({}));
    let shown = ranking(app, &id);
    // (0.4 × 0.4449 + 0.3 × 0.3668) / 0.7 = 0.28800 / 0.7 = 0.411428…; it gains the first place by it.
    let bac_ninh = line(&shown, "bac-ninh");
    assert_eq!(
        (&bac_ninh["total"], &bac_ninh["place"]),
        (&json!("0.4114"), &json!(1))
    );
    assert_eq!(bac_ninh["maximum"], "1.0000");
    assert_eq!(rows(bac_ninh, "domains").len(), 3);
    let da_nang = line(&shown, "da-nang");
    assert_eq!(
        (&da_nang["total"], &da_nang["place"]),
        (&json!("0.4096"), &json!(2))
    );
}
