//! The JSON document: import and export are the same text, and nothing unknown slips in.

use utoipa::{OpenApi, PartialSchema};

use super::*;

#[test]
fn export_is_import() {
    let set = document(full_set());
    let written = serde_json::to_value(&set).unwrap();
    assert_eq!(document(written.clone()), set);
    assert_eq!(serde_json::to_value(document(written.clone())).unwrap(), written);
    assert_eq!(set.compile().unwrap().document(), &document(full_set()));
}

#[test]
fn unknown_fields_are_refused_everywhere() {
    for pointer in [
        "",
        "/source",
        "/rounding",
        "/ranking",
        "/bands/0",
        "/adjustments",
        "/adjustments/items/0",
        "/children/0",
        "/children/0/children/0",
        "/children/0/children/0/rule",
        "/children/0/children/0/rule/options/0",
        "/children/0/children/2/rule/bands/0",
        "/children/0/children/4/rule/floor",
        "/children/1/children/0/rule",
    ] {
        let mut value = full_set();
        value.pointer_mut(pointer).unwrap()["wieght"] = json!("1");
        let error = serde_json::from_value::<CriteriaSet>(value)
            .expect_err(pointer)
            .to_string();
        assert!(error.contains("wieght"), "{pointer}: {error}");
    }
    assert!(serde_json::from_value::<Declared>(json!({"kind": "not_applicable", "why": ""})).is_err());
    assert!(serde_json::from_value::<Decision>(json!({"verdict": "recognised", "points": "1"})).is_err());
}

#[test]
fn defaults_are_as_documented() {
    let set = document(set_of("1", "sum", json!([free_leaf("1", "1")])));
    assert!(
        !set.illustrative
            && set.bands.is_empty()
            && set.not_ranked.is_empty()
            && set.rounding.tiers.is_empty()
    );
    assert_eq!(set.rounding.index_decimals(), 2);
    let mut without_combine = full_set();
    without_combine.as_object_mut().unwrap().remove("combine");
    assert_eq!(document(without_combine).combine, Combine::Sum);
}

#[test]
fn values_and_decisions_have_the_documented_form() {
    for value in [
        json!({"kind": "option", "option": "on_time"}),
        json!({"kind": "yes_no", "yes": true}),
        json!({"kind": "ratio", "numerator": "80", "denominator": "100"}),
        json!({"kind": "count", "count": 3}),
        json!({"kind": "points", "points": "1.5"}),
        json!({"kind": "not_applicable"}),
    ] {
        let read = declared(value.clone());
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
        assert_eq!(value["kind"], read.as_str());
    }
    for value in [
        json!({"verdict": "recognised"}),
        json!({"verdict": "corrected", "value": {"kind": "count", "count": 1}}),
        json!({"verdict": "points_set", "points": "0.25"}),
    ] {
        let read: Decision = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
        assert_eq!(value["verdict"], read.as_str());
    }
    assert!(serde_json::from_value::<Declared>(json!({"kind": "count", "count": -1})).is_err());
    assert!(serde_json::from_value::<Declared>(json!({"kind": "count", "count": "1"})).is_err());
}

#[test]
fn schemas_describe_what_travels() {
    let points = serde_json::to_value(Points::schema()).unwrap();
    assert_eq!(points["type"], "string");
    assert!(points["pattern"].as_str().unwrap().starts_with("^-?[0-9]"));
    let combine = serde_json::to_value(Combine::schema()).unwrap();
    assert_eq!(combine["enum"], json!(["sum", "mean", "weighted_mean"]));
    let flags = serde_json::to_value(Flags::schema()).unwrap();
    assert_eq!(flags["type"], "array");
    for schema in [
        serde_json::to_value(Rule::schema()).unwrap(),
        serde_json::to_value(Declared::schema()).unwrap(),
    ] {
        assert!(schema["oneOf"].as_array().unwrap().len() >= 6);
    }
}

#[test]
fn the_fragment_of_ca_mau_can_be_written_down() {
    // Domain 1.1 and 1.2 of 1880/QĐ-UBND (2013), as in shared/data/criteria_ca_mau_2013_fragment.json.
    let choice = |code: &str, maximum: &str, options: Value| json!({"code": code, "name_vi": "…", "maximum": maximum, "source": "assessment", "rule": {"kind": "choice", "options": options}});
    let option = |code: &str, points: &str| json!({"code": code, "label_vi": code, "points": points});
    let met = || json!([option("meets", "1"), option("does_not_meet", "0")]);
    let set = compiled(set_of(
        "7",
        "sum",
        json!([
            container(
                "1.1",
                "5",
                "sum",
                json!([
                    choice(
                        "1.1.1",
                        "1",
                        json!([
                            option("on_time", "1"),
                            option("late", "0.5"),
                            option("not_issued", "0")
                        ])
                    ),
                    choice("1.1.2", "1", met()),
                    choice("1.1.3", "1", met()),
                    json!({"code": "1.1.4", "name_vi": "Mức độ thực hiện", "maximum": "2", "source": "assessment",
                   "rule": {"kind": "percentage_bands", "bands": [{"above": "90", "points": "2"},
                            {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}]}})
                ])
            ),
            container(
                "1.2",
                "2",
                "sum",
                json!([choice("1.2.1", "1", met()), choice("1.2.2", "1", met())])
            )
        ]),
    ));
    assert_eq!(set.leaves().len(), 6);
    let leaf = &set.leaves()[3];
    assert_eq!(rule_points(leaf, &ratio("9", "10")), Ok(Applied::Points(pt("1"))));
    assert_eq!(
        rule_points(leaf, &ratio("901", "1000")),
        Ok(Applied::Points(pt("2")))
    );
}

/// Collects everything that the API shows; a recursive schema without its mark would never end here.
#[derive(OpenApi)]
#[openapi(components(schemas(CriteriaSet, Fault, Declared, Decision, ValueFault, Explanation, Ranking)))]
struct Spec;

#[test]
fn the_specification_holds_every_type_that_travels() {
    let spec = serde_json::to_value(Spec::openapi()).unwrap();
    let schemas = spec["components"]["schemas"].as_object().unwrap();
    for name in [
        "Node",
        "Rule",
        "RuleBand",
        "Points",
        "Quantity",
        "ExplainedNode",
        "Flag",
        "Figures",
        "GroupStats",
        "FaultCode",
        "ValueFaultCode",
        "RoundingMode",
        "Ties",
    ] {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
    assert_eq!(schemas["ValueFault"]["properties"]["pointer"]["type"], "string");
    assert_eq!(schemas["RuleBand"]["required"], json!(["points"]));
}

#[test]
fn a_rule_is_named_as_it_is_written() {
    let set = compiled(full_set());
    let mut kinds = Vec::new();
    for leaf in (0..).map_while(|leaf| set.leaf(leaf)) {
        let written = serde_json::to_value(&leaf.rule).unwrap();
        assert_eq!(written["kind"], leaf.rule.as_str());
        kinds.push(leaf.rule.as_str());
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
}

#[test]
fn what_a_container_can_not_have_is_not_written() {
    let written = serde_json::to_value(document(full_set())).unwrap();
    let domain = &written["children"][0];
    assert_eq!(domain.get("not_applicable_allowed"), None);
    assert_eq!(domain["children"][1]["not_applicable_allowed"], true);
}
