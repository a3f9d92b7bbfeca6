use super::*;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Node {
    code: String,
    maximum: u8,
    note: Option<String>,
    #[serde(default)]
    children: Vec<Node>,
}

fn pointers(document: &Value) -> Vec<String> {
    let found = faults::<Node>(document.to_string().as_bytes());
    found.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn every_misshapen_place_is_named_as_it_was_sent() {
    let document = serde_json::json!({"code": "1", "maximum": 9, "note": 5, "children": [
        {"code": "1.1", "maximum": "x", "more": 1},
        {"code": "1.2", "maximum": 2},
        null,
        {"code": 7, "maximum": 2, "children": [{"code": "a", "maximum": 1}, {"code": "b"}, {"code": "c", "maximum": -1}]},
        {"code": "1.5", "maximum": []},
    ]});
    assert_eq!(
        pointers(&document),
        [
            "/children/0/maximum",
            "/children/0/more",
            "/children/2",
            "/children/3/children/1",
            "/children/3/children/2/maximum",
            "/children/3/code",
            "/children/4/maximum",
            "/note",
        ]
    );
}

#[test]
fn what_was_taken_out_is_not_said_to_be_missing() {
    assert_eq!(
        pointers(&serde_json::json!({"code": 1, "maximum": "x"})),
        ["/code", "/maximum"]
    );
    assert_eq!(pointers(&serde_json::json!({"code": "1"})), [""]);
    assert_eq!(pointers(&serde_json::json!("1")), [""]);
}

#[test]
fn all_that_is_missing_is_named_beside_what_is_wrong() {
    let told = |document: Value| -> Vec<String> {
        let found = faults::<Node>(document.to_string().as_bytes()).into_iter();
        found
            .map(|fault| format!("{} {}", fault.pointer, fault.message.en))
            .collect()
    };
    assert_eq!(
        told(serde_json::json!({"note": 5, "children": [{"maximum": "x"}]})),
        [
            "/children/0/maximum Wrong shape: got the text \"x\", expected a whole number, not negative",
            "/children/0 Wrong shape: missing field `code`",
            "/note Wrong shape: got the number `5`, expected a text in quotes",
            " Wrong shape: missing field `code`",
            " Wrong shape: missing field `maximum`",
        ]
    );
    assert_eq!(told(serde_json::json!({})).len(), 2);
}

#[derive(serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[allow(dead_code)]
enum Rule {
    Ratio { numerator: u8, denominator: u8 },
    Bands { bands: Vec<Band> },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Band {
    from: u8,
    points: Word,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Few,
    Many,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Rules {
    rules: Vec<Rule>,
    mode: Word,
}

#[test]
fn inside_what_its_kind_decides_the_place_is_found() {
    let document = serde_json::json!({"rules": [
        {"kind": "ratio", "numerator": 1, "denominator": "x"},
        {"kind": "ratio", "numerator": "x", "denominator": "x"},
        {"kind": "bands", "bands": [{"from": 1, "points": "few"}, {"min": [{"a": 1}], "from": 2, "points": "many"}, {"from": 3, "points": "none"}]},
        {"kind": "bands"},
        {"kind": "share", "of": 1},
        7,
    ]});
    let found = faults::<Rules>(document.to_string().as_bytes()).into_iter();
    let found: Vec<String> = found.map(|fault| fault.pointer).collect();
    assert_eq!(
        found,
        [
            "/rules/0/denominator",
            "/rules/1/denominator",
            "/rules/1/numerator",
            "/rules/2/bands/1/min",
            "/rules/2/bands/2/points",
            "/rules/3",
            "/rules/4/kind",
            "/rules/5",
            "",
        ]
    );
}

/// Each look at a part of what its kind decides takes a copy of it all: they are as few as fit the bytes that are read at most.
#[test]
fn a_long_list_inside_what_its_kind_decides_is_not_looked_through_for_ever() {
    let mut bands = vec![serde_json::json!({"from": 1, "points": "few"}); 20_000];
    bands.push(serde_json::json!({"from": "x", "points": "few"}));
    let document =
        serde_json::json!({"rules": [{"kind": "bands", "bands": bands}], "mode": "few"}).to_string();
    let mut reader = Reader::default();
    let value: Value = serde_json::from_str(&document).unwrap();
    let fault = reader.read::<Rules>(&value).unwrap().unwrap_err();
    assert_eq!(
        reader.narrow::<Rules>(&value, &fault)[..3],
        ["rules", "0", "bands"]
    );
    let looks = ROUNDS_MAX - reader.rounds_left;
    assert!(looks <= BYTES_MAX / document.len() + 1, "{looks}");
}

#[test]
fn there_is_an_end_to_it() {
    let children: Vec<Value> = (0..500).map(Value::from).collect();
    let document = serde_json::json!({"code": "1", "maximum": 1, "children": children});
    assert_eq!(pointers(&document).len(), FAULTS_MAX);
}
