//! Every fault of a criteria set is found, at its place, and all at once.

use std::collections::BTreeSet;

use super::*;

/// One case of `faults.json`: the full set with `put` at `at` (removed for `null`) has this fault at this place.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    at: String,
    put: Value,
    fault: FaultCode,
    place: String,
}

fn table() -> Vec<Case> {
    serde_json::from_str(include_str!("faults.json")).unwrap()
}

fn set_at(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
        Value::Object(fields) if value.is_null() => drop(fields.remove(key)),
        Value::Object(fields) => drop(fields.insert(key.to_owned(), value)),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("{other}"),
    }
}

fn faults_of(pointer: &str, value: &Value) -> Vec<Fault> {
    let mut set = full_set();
    set_at(&mut set, pointer, value.clone());
    document(set).validate()
}

/// Cases that are too long to write down.
fn oversized_cases() -> Vec<Case> {
    let case = |at: &str, put: Value, fault: FaultCode, place: &str| Case {
        at: at.into(),
        put,
        fault,
        place: place.into(),
    };
    let leaf = |code: String| free_leaf(&code, "1");
    let shell = |number: usize| {
        container(
            &format!("m.{number}"),
            "1",
            "sum",
            json!([leaf(format!("n.{number}"))]),
        )
    };
    let leaves: Vec<Value> = (0..1001).map(|number| leaf(format!("m.{number}"))).collect();
    let shells: Vec<Value> = (0..1001).map(shell).collect();
    let option = |number: usize| json!({"code": format!("o{number}"), "label_vi": "Lựa chọn", "points": "2"});
    let options: Vec<Value> = (0..51).map(option).collect();
    let mut deep = leaf("d.7".into());
    for depth in (1..=6).rev() {
        deep = container(&format!("d.{depth}"), "1", "sum", json!([deep]));
    }
    let list = "/children/0/children/0/rule/options";
    vec![
        case("/children", json!(leaves), FaultCode::TooManyLeaves, "/children"),
        case("/children", json!(shells), FaultCode::TooManyNodes, "/children"),
        case(
            "/children",
            json!([deep]),
            FaultCode::TooDeep,
            &"/children/0".repeat(6),
        ),
        case(list, json!(options), FaultCode::TooManyItems, list),
        case(
            "/title_vi",
            json!("ă".repeat(4001)),
            FaultCode::TextTooLong,
            "/title_vi",
        ),
    ]
}

/// Documents that no single replacement makes.
fn proof_cases() -> Vec<(Value, &'static str, FaultCode)> {
    let mut coarse = set_of("1", "sum", json!([free_leaf("1", "0.5"), free_leaf("2", "0.5")]));
    coarse["rounding"] = json!({"decimals": 0, "mode": "half_up", "tiers": ["total"]});
    // Twelve children that can each apply in 10⁸ different parts: the common denominator needs 300 bits.
    let fine = |number: usize| {
        let parts = json!([
            free_leaf(&format!("{number}.1"), "0.000001"),
            free_leaf(&format!("{number}.2"), "99.999999")
        ]);
        container(&number.to_string(), "100", "sum", parts)
    };
    let children: Vec<Value> = (1..=12).map(fine).collect();
    let too_fine = set_of("100", "mean", json!(children));
    vec![
        (coarse, "", FaultCode::RoundingTooCoarse),
        (too_fine, "", FaultCode::MeanTooFine),
    ]
}

#[test]
fn the_full_set_has_no_faults() {
    assert_eq!(document(full_set()).validate(), []);
}

#[test]
fn every_fault_is_found_at_its_place() {
    let mut produced = BTreeSet::new();
    let check = |faults: &[Fault], place: &str, code: FaultCode, what: &str| {
        assert!(
            faults
                .iter()
                .any(|fault| fault.code == code && fault.pointer == place),
            "{what}: expected {code} at {place:?}, found {:?}",
            faults.iter().take(5).collect::<Vec<_>>()
        );
        assert!(
            faults
                .iter()
                .all(|fault| !fault.message_vi.is_empty() && !fault.message_en.is_empty())
        );
    };
    for Case {
        at,
        put,
        fault,
        place,
    } in table().into_iter().chain(oversized_cases())
    {
        check(
            &faults_of(&at, &put),
            &place,
            fault,
            &format!("{at} = {put:.100}"),
        );
        produced.insert(fault);
    }
    for (value, place, code) in proof_cases() {
        check(&document(value).validate(), place, code, code.as_str());
        produced.insert(code);
    }
    let missing: Vec<_> = FaultCode::ALL
        .iter()
        .filter(|code| !produced.contains(code))
        .collect();
    assert!(missing.is_empty(), "no test produces {missing:?}");
}

#[test]
fn all_faults_are_reported_at_once_and_nothing_is_compiled() {
    let mut set = full_set();
    set_at(&mut set, "/version", json!(0));
    set_at(&mut set, "/children/0/code", json!("Lĩnh vực 1"));
    set_at(&mut set, "/children/0/children/2/rule/bands/1/from", json!("71"));
    set_at(&mut set, "/children/2/children/1/weight", json!(null));
    let faults = document(set).compile().unwrap_err();
    let found: Vec<(&str, &str)> = faults
        .iter()
        .map(|fault| (fault.code.as_str(), fault.pointer.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("bad_version", "/version"),
            ("bad_code", "/children/0/code"),
            ("band_gap", "/children/0/children/2/rule/bands/1"),
            ("missing_weight", "/children/2/children/1"),
        ]
    );
    assert_eq!(
        faults[2].message_en,
        "Values from 70 to below 71 belong to no band."
    );
    assert_eq!(
        faults[2].message_vi,
        "Giá trị từ 70 đến dưới 71 không thuộc khoảng nào."
    );
}

#[test]
fn borders_that_fit_are_accepted_in_any_order() {
    for bands in [
        json!([{"above": "70", "points": "2"}, {"to": "70", "points": "0"}]),
        json!([{"from": "0", "below": "70", "points": "0"}, {"from": "70", "to": "100", "points": "2"}]),
        json!([{"from": "100", "points": "2"}, {"below": "100", "points": "0"}]),
        json!([{"from": "50", "to": "50", "points": "2"}, {"below": "50", "points": "0"}, {"above": "50", "points": "1"}]),
    ] {
        assert_eq!(faults_of("/children/0/children/2/rule/bands", &bands), []);
    }
    for bands in [
        json!([{"to": "3", "points": "0"}, {"from": "4", "points": "3"}]),
        json!([{"to": "3", "points": "0"}, {"above": "3", "points": "3"}]),
        json!([{"to": "0", "points": "3"}, {"above": "0", "points": "0"}]),
    ] {
        assert_eq!(faults_of("/children/0/children/3/rule/bands", &bands), []);
    }
}

#[test]
fn tier_rounding_is_refused_only_where_it_could_lift_points_above_what_applies() {
    let tiers = |leaf: &str, decimals: u8| {
        let mut set = set_of(
            "2",
            "sum",
            json!([
                free_leaf("1", leaf),
                free_leaf("2", if leaf == "1" { "1" } else { "1.75" })
            ]),
        );
        set["rounding"] = json!({"decimals": decimals, "mode": "half_up", "tiers": ["indicator", "total"]});
        document(set).validate().len()
    };
    assert_eq!(tiers("1", 0), 0);
    assert_eq!(tiers("0.25", 2), 0);
    assert_eq!(
        tiers("0.25", 1),
        3,
        "both leaves, and the total when one of them does not apply"
    );
}

#[test]
fn what_lies_on_a_limit_has_no_fault() {
    let proportional = "/children/0/children/4/rule/floor";
    for puts in [
        vec![(proportional, json!({"from": "0"}))],
        vec![(proportional, json!({"from": "100"}))],
        vec![(proportional, json!({"above": "0"}))],
        vec![(
            "/children/0/children/5/rule",
            json!({"kind": "deduction", "per_item": "3", "floor": "0"}),
        )],
        vec![
            ("/rounding/decimals", json!(6)),
            ("/rounding/index_decimals", json!(6)),
        ],
        vec![("/bands/0/from", json!("100"))],
        vec![
            ("/adjustments/floor", json!("-1000000")),
            ("/adjustments/ceiling", json!("1000000")),
            ("/bands/2/from", json!("-1000000")),
        ],
        vec![("/adjustments/items/0/cap", json!("1000000"))],
        vec![("/title_vi", json!("ă".repeat(4000)))],
    ] {
        let mut set = full_set();
        for (at, put) in &puts {
            set_at(&mut set, at, put.clone());
        }
        assert_eq!(document(set).validate(), [], "{puts:?}");
    }
}

#[test]
fn as_many_as_are_allowed_have_no_fault() {
    let leaf = |number: usize| free_leaf(&format!("n.{number}"), "1");
    let leaves: Vec<Value> = (0..1000).map(leaf).collect();
    let shells: Vec<Value> = (0..1000)
        .map(|number| container(&format!("m.{number}"), "1", "sum", json!([leaf(number)])))
        .collect();
    for children in [leaves, shells] {
        assert_eq!(document(set_of("1000", "sum", json!(children))).validate(), []);
    }
    let option = |number: usize| json!({"code": format!("o{number}"), "label_vi": "Lựa chọn", "points": "2"});
    let options: Vec<Value> = (0..50).map(option).collect();
    assert_eq!(
        faults_of("/children/0/children/0/rule/options", &json!(options)),
        []
    );
}

#[test]
fn only_days_of_the_calendar_are_dates() {
    for day in [
        "2022-11-10",
        "2023-01-31",
        "2023-04-30",
        "2023-02-28",
        "2024-02-29",
        "2000-02-29",
    ] {
        assert_eq!(faults_of("/source/date", &json!(day)), [], "{day}");
    }
    for day in [
        "2023-01-32",
        "2023-04-31",
        "2023-02-29",
        "1900-02-29",
        "2023-13-01",
        "2023-00-10",
        "2023-01-00",
        "2023-1-01",
        "23-01-01",
        "2023-01-0x",
        "2023-01-01-01",
        "2023-01",
        "",
    ] {
        let faults = faults_of("/source/date", &json!(day));
        assert_eq!(
            faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
            [FaultCode::BadDate],
            "{day}"
        );
    }
}

#[test]
fn a_gap_is_named_with_both_its_ends() {
    let said = |at: &str, bands: Value| {
        let faults = faults_of(at, &bands);
        let gaps = faults
            .into_iter()
            .filter(|fault| fault.code == FaultCode::BandGap);
        gaps.map(|fault| fault.message_en).collect::<Vec<_>>()
    };
    let counts = "/children/0/children/3/rule/bands";
    assert_eq!(
        said(
            counts,
            json!([{"below": "1", "points": "0"}, {"from": "1", "to": "3", "points": "1"}])
        ),
        ["Values from 4 on belong to no band."]
    );
    assert_eq!(
        said(
            counts,
            json!([{"below": "1", "points": "0"}, {"from": "3", "points": "1"}])
        ),
        ["Values from 1 to below 3 belong to no band."]
    );
    let percents = "/children/0/children/2/rule/bands";
    assert_eq!(
        said(
            percents,
            json!([{"below": "70", "points": "0"}, {"above": "70", "points": "1"}])
        ),
        ["Values from 70 up to and including 70 belong to no band."]
    );
    assert_eq!(
        said(
            percents,
            json!([{"to": "70", "points": "0"}, {"from": "80", "to": "90", "points": "1"}])
        ),
        [
            "Values above 70 to below 80 belong to no band.",
            "Values above 90 up to and including 100 belong to no band."
        ]
    );
}

#[test]
fn what_is_taken_from_a_survey_is_checked() {
    let measured = |conversion: Value| {
        let measure = json!({"instrument": "sipas", "version": 1, "of": "", "conversion": conversion});
        let faults = faults_of(
            "/children/1/children/0/rule",
            &json!({"kind": "survey", "measure": measure}),
        );
        faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
    };
    let measure = "/children/1/children/0/rule/measure";
    assert_eq!(
        measured(json!({"kind": "proportional", "floor": {"from": "101"}})),
        [
            format!("{measure}/of"),
            format!("{measure}/conversion/floor/from")
        ]
    );
}
