//! Documents: what compiles to what, and which faults are named.

use super::*;

fn faults_of(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str)> {
    let mut document = small();
    change(&mut document);
    let instrument: Instrument = serde_json::from_value(document).unwrap();
    let faults = instrument.validate();
    for fault in &faults {
        assert!(!fault.message_vi.is_empty() && !fault.message_en.is_empty());
    }
    faults
        .into_iter()
        .map(|fault| (fault.pointer, fault.code.as_str()))
        .collect()
}

#[test]
fn a_good_document_compiles_and_comes_back_as_it_was() {
    let instrument = compiled(small());
    let codes: Vec<&str> = instrument.items().iter().map(|item| item.code.as_str()).collect();
    assert_eq!(codes, ["a1.0", "a1.1", "a1.2", "b1.1", "b1.2", "b2.1", "p1.1"]);
    assert_eq!(instrument.packed_chars(), 9);
    assert_eq!(instrument.place("p1.2"), Some(ItemPlace::Text(0)));
    let back = serde_json::to_value(instrument.document()).unwrap();
    let again: Instrument = serde_json::from_value(back).unwrap();
    assert_eq!(&again, instrument.document());
}

#[test]
fn nodes_hold_what_counts_with_their_weights() {
    let instrument = compiled(small());
    let terms = |code: &str| {
        let node = instrument.nodes().iter().find(|node| node.code == code).unwrap();
        node.terms.clone()
    };
    // Items 2, 3, 4, 5 count: a is 0.4 of the whole; b is 0.6, of which b1 is a half for two items.
    assert_eq!(terms("whole"), [(2, 4_000), (3, 1_500), (4, 1_500), (5, 3_000)]);
    assert_eq!(terms("b1"), [(3, 1), (4, 1)]);
    assert_eq!(terms("b"), [(3, 2_500), (4, 2_500), (5, 5_000)]);
    assert!(instrument.nodes().iter().all(|node| node.code != "p"));
    assert_eq!(instrument.value_scale(), 1);
}

#[test]
fn a_mean_takes_its_values_from_the_scale() {
    let mut document = small();
    document["rule"]["measure"] = json!("scaled_mean");
    let instrument = compiled(document);
    assert_eq!(instrument.value_scale(), 4);
    let item = &instrument.items()[2];
    let worth: Vec<_> = item.options.iter().map(|option| option.worth).collect();
    assert_eq!(worth, [Some(0), Some(1), Some(2), Some(3), Some(4), None]);
    assert_eq!(item.range, 4);
}

type Change = fn(&mut Value);

/// Single faults of the head, the scales and the weights: what is changed, where and which fault it makes.
const OF_THE_FRAME: &[(Change, &str, &str)] = &[
    (|set| set["code"] = json!("Small"), "/code", "bad_code"),
    (
        |set| set["parts"][1]["code"] = json!("a"),
        "/parts/1/code",
        "duplicate_code",
    ),
    (
        |set| set["parts"][1]["code"] = json!("whole"),
        "/parts/1/code",
        "duplicate_code",
    ),
    (|set| set["languages"] = json!([]), "/languages", "bad_languages"),
    (
        |set| set["scales"][0]["options"][5]["satisfied"] = json!(true),
        "/scales/0/options/5/satisfied",
        "satisfied_without_value",
    ),
    (
        |set| set["scales"][0]["options"][0]["value"] = json!(1001),
        "/scales/0/options/0/value",
        "bad_value",
    ),
    (
        |set| set["parts"][0]["weight"] = json!("0"),
        "/parts/0/weight",
        "weight_out_of_range",
    ),
    (
        |set| {
            set["parts"][0].as_object_mut().unwrap().remove("weight");
        },
        "/parts/0/weight",
        "missing_weight",
    ),
    (
        |set| set["parts"][2]["weight"] = json!("1"),
        "/parts/2/weight",
        "surplus_weight",
    ),
];

/// The same of items and rules.
const OF_ITEMS_AND_RULES: &[(Change, &str, &str)] = &[
    (
        |set| set["parts"][0]["factors"][0]["items"][2]["multiple"] = json!(true),
        "/parts/0/factors/0/items/2/multiple",
        "counted_multiple",
    ),
    (
        |set| set["parts"][0]["factors"][0]["items"][2]["scale"] = json!("yes-no"),
        "/parts/0/factors/0/items/2/scale",
        "scale_not_measurable",
    ),
    (
        |set| set["parts"][0]["factors"][0]["items"][1]["show_if"]["item"] = json!("b1.1"),
        "/parts/0/factors/0/items/1/show_if/item",
        "bad_skip_rule",
    ),
    (
        |set| set["parts"][0]["factors"][0]["items"][1]["show_if"]["answered"] = json!(["maybe"]),
        "/parts/0/factors/0/items/1/show_if/answered/0",
        "bad_skip_rule",
    ),
    (
        |set| set["parts"][2]["factors"][0]["items"][1]["scale"] = json!("yes-no"),
        "/parts/2/factors/0/items/1/scale",
        "bad_scale",
    ),
    (
        |set| set["rule"]["minimum_n"] = json!(0),
        "/rule/minimum_n",
        "bad_value",
    ),
    (
        |set| set["rule"]["decimals"] = json!(7),
        "/rule/decimals",
        "decimals_out_of_range",
    ),
    (
        |set| set["rule"]["counted_kinds"] = json!(["satisfaction", "profile"]),
        "/rule/counted_kinds/1",
        "bad_counted_kind",
    ),
    (
        |set| set["quality"]["straight_line_items_min"] = json!(1),
        "/quality/straight_line_items_min",
        "bad_value",
    ),
    (
        |set| set["parts"][2]["factors"] = json!([]),
        "/parts/2/factors",
        "bad_length",
    ),
];

#[test]
fn every_fault_is_named_at_once_with_its_place() {
    assert_eq!(faults_of(|_| {}), []);
    let many = faults_of(|set| {
        set["version"] = json!(0);
        set["languages"] = json!(["vi", "en"]);
        set["scales"] = json!([]);
    });
    assert!(many.contains(&("/version".into(), "bad_version")));
    assert!(many.contains(&("/title/en".into(), "empty_text")));
    assert!(many.contains(&("/parts/1/factors/0/items/0/scale".into(), "bad_scale")));
    for (change, pointer, code) in OF_THE_FRAME.iter().chain(OF_ITEMS_AND_RULES) {
        assert_eq!(
            faults_of(*change),
            [((*pointer).to_owned(), *code)],
            "{pointer} {code}"
        );
    }
}

#[test]
fn unknown_fields_are_refused() {
    let mut document = small();
    document["parts"][0]["factors"][0]["items"][0]["colour"] = json!("red");
    assert!(serde_json::from_value::<Instrument>(document).is_err());
}
