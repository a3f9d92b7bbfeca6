//! The API's description itself: committed as generated, and good enough to build a client from.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    stories,
    support::{TestApp, contract},
};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
const MEND: &str = "cargo run -- openapi > openapi/openapi.json";

/// Operations that anybody may call. A new one is added here by hand, after a second thought.
const PUBLIC: &[&str] = &[
    "get_audit_checkpoint",
    "get_audit_consistency_proof",
    "get_audit_inclusion_proof",
    "get_audit_keys",
    "get_audit_log",
    "get_calendar",
    "get_catalogue",
    "get_jwks",
    "get_latest_publication",
    "get_live",
    "get_metrics",
    "get_problem",
    "get_publication",
    "get_publication_agency",
    "get_publication_agency_chart",
    "get_publication_agency_form",
    "get_publication_changes",
    "get_publication_changes_form",
    "get_publication_chart",
    "get_publication_corrections",
    "get_publication_data",
    "get_publication_data_form",
    "get_publication_document",
    "get_publication_signature",
    "get_publication_keys",
    "get_publication_domains",
    "get_publication_domains_form",
    "get_publication_node",
    "get_publication_node_form",
    "get_publication_ranking",
    "get_publication_ranking_form",
    "get_publication_report",
    "get_publication_structure",
    "get_publication_structure_form",
    "get_ready",
    "get_series",
    "get_series_form",
    "get_series_structure",
    "finish_oidc_login",
    "list_problems",
    "list_publications",
    "list_published_recommendations",
    "login",
    "refresh_session",
    "list_audit_leaves",
    "start_oidc_login",
];

/// Fails with all faults at once.
fn assert_none(what: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("").trim()
}

#[test]
fn the_committed_description_is_the_generated_one() {
    let generated = parindex::app::openapi_text().unwrap();
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    let mut lines = committed.lines().zip(generated.lines()).enumerate();
    let differing = lines.find(|(_, (committed, generated))| committed != generated);
    let place = match differing {
        Some((line, (committed, generated))) => {
            format!(
                "line {}:\n  committed: {committed}\n  generated: {generated}",
                line + 1
            )
        }
        None => "one goes on where the other ends".to_owned(),
    };
    assert!(
        committed == generated,
        "openapi/openapi.json is not what the code describes. {place}\nMend it, and read the diff: {MEND}"
    );
}

/// Every `$ref` of a part of the document.
fn references<'a>(part: &'a Value, found: &mut BTreeSet<&'a str>) {
    match part {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = contract().document();
    let mut found = BTreeSet::new();
    references(document, &mut found);
    let missing = found.into_iter().filter(|reference| {
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        document.pointer(pointer).is_none()
    });
    assert_none("references", missing.map(ToOwned::to_owned).collect());
}

#[test]
fn every_operation_is_explained() {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for operation in contract().operations() {
        let name = operation.name();
        for field in ["operationId", "summary", "description"] {
            if text(operation.value, field).is_empty() {
                faults.push(format!("{name}: no {field}"));
            }
        }
        if !ids.insert(text(operation.value, "operationId")) {
            faults.push(format!("{name}: its operationId stands twice"));
        }
        let tags = operation.value["tags"].as_array();
        if tags.is_none_or(|tags| tags.len() != 1) {
            faults.push(format!("{name}: exactly one tag"));
        }
        for tag in tags.into_iter().flatten() {
            let known = contract().document()["tags"].as_array().into_iter().flatten();
            if !known.into_iter().any(|described| described["name"] == *tag) {
                faults.push(format!("{name}: the tag {tag} is not described in app.rs"));
            }
        }
    }
    assert_none("operations", faults);
}

#[test]
fn every_parameter_is_described() {
    let mut faults = Vec::new();
    for operation in contract().operations() {
        let parameters = operation.value["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for parameter in &parameters {
            if text(parameter, "description").is_empty() {
                faults.push(format!(
                    "{}: {} has no description",
                    operation.name(),
                    parameter["name"]
                ));
            }
        }
        let in_path = |name: &str| {
            parameters
                .iter()
                .any(|parameter| parameter["in"] == "path" && parameter["name"] == name)
        };
        for part in operation.template.split('/') {
            // `{code}.{format}` names two.
            let names = part.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            for name in names.filter(|name| !in_path(name)) {
                faults.push(format!("{}: {{{name}}} is not described", operation.name()));
            }
        }
    }
    assert_none("parameters", faults);
}

#[test]
fn every_operation_tells_its_answers() {
    let mut faults = Vec::new();
    for operation in contract().operations() {
        let name = operation.name();
        let responses = operation.value["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            faults.push(format!("{name}: no success"));
        }
        let mut expected = vec!["405", "429", "500", "503"];
        if operation.value.get("requestBody").is_some() {
            expected.extend(["400", "413", "415", "422"]);
        }
        if operation.value.get("security").is_some() {
            expected.extend(["401", "403"]);
        }
        for status in expected {
            if !responses.contains_key(status) {
                faults.push(format!("{name}: {status} can happen and is not told"));
            }
        }
        for (status, response) in responses {
            if text(response, "description").is_empty() {
                faults.push(format!("{name} {status}: no description"));
            }
            let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
            if status.as_str() >= "400" && problem != "#/components/schemas/Problem" {
                faults.push(format!("{name} {status}: no problem details"));
            }
        }
    }
    assert_none("answers", faults);
}

/// Whether an operation needs no login: it names none, or names one that may be left out.
fn is_public(operation: &Value) -> bool {
    let ways = operation["security"].as_array();
    ways.is_none_or(|ways| ways.contains(&serde_json::json!({})))
}

#[test]
fn published_results_are_read_with_a_key_or_without_one() {
    for operation in contract().operations() {
        let (public, tag) = (is_public(operation.value), &operation.value["tags"][0]);
        // Keys of signatures are no results: whoever checks one needs no key to the API for it.
        let is_result = tag == "publications" && !operation.template.starts_with("/.well-known/");
        if !public || !is_result {
            let ways = operation.value["security"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            assert!(
                ways.iter().all(|way| way.get("api_key").is_none()),
                "{}",
                operation.name()
            );
            continue;
        }
        let ways = serde_json::json!([{}, {"api_key": []}]);
        assert_eq!(operation.value["security"], ways, "{}", operation.name());
        for status in ["206", "401", "403", "416"] {
            let told = &operation.value["responses"][status];
            assert!(told.is_object(), "{} {status}", operation.name());
        }
    }
}

#[test]
fn only_what_is_meant_to_be_is_public() {
    let public: Vec<&str> = contract()
        .operations()
        .iter()
        .filter(|operation| is_public(operation.value))
        .map(|operation| text(operation.value, "operationId"))
        .collect();
    let listed: BTreeSet<&str> = PUBLIC.iter().copied().collect();
    let open: BTreeSet<&str> = public.into_iter().collect();
    assert_eq!(
        open, listed,
        "left: operations without `security`; right: those that may lack it"
    );
}

#[test]
fn every_body_shows_an_example() {
    let mut faults = Vec::new();
    for operation in contract().operations() {
        let request = operation.value["requestBody"]["content"].as_object();
        let responses = operation.value["responses"].as_object().unwrap();
        let successes = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .filter_map(|(_, response)| response["content"].as_object());
        for (kind, media) in request.into_iter().chain(successes).flatten() {
            if kind.ends_with("json") && !shows_example(media) && !shows_example(&media["schema"]) {
                faults.push(format!("{}: {kind} without an example", operation.name()));
            }
        }
    }
    assert_none("examples", faults);
}

/// Whether a schema has an example, or its parts have.
fn shows_example(schema: &Value) -> bool {
    if schema.get("example").is_some() || schema.get("examples").is_some() {
        return true;
    }
    if let Some(name) = component(schema) {
        return shows_example(&contract().document()["components"]["schemas"][name]);
    }
    let parts = |key: &str| schema[key].as_array().cloned().unwrap_or_default();
    let mut parts: Vec<Value> = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(parts).collect();
    parts.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values().cloned()),
    );
    parts.extend(schema.get("items").cloned());
    parts.iter().any(shows_example)
}

fn component(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

#[test]
fn every_example_keeps_its_own_schema() {
    let mut faults = Vec::new();
    for (name, schema) in contract().document()["components"]["schemas"]
        .as_object()
        .unwrap()
    {
        let mut examples: Vec<&Value> = schema.get("example").into_iter().collect();
        examples.extend(schema["examples"].as_array().into_iter().flatten());
        let validator = contract().compile(schema);
        for example in examples {
            for error in validator.iter_errors(example) {
                faults.push(format!("{name}{}: {error}", error.instance_path()));
            }
        }
    }
    assert_none("examples", faults);
}

/// A part that refuses what it does not know refuses what the other parts add: nothing would ever fit.
#[test]
fn no_schema_is_put_together_from_one_that_is_closed() {
    let schemas = contract().document()["components"]["schemas"]
        .as_object()
        .unwrap();
    let is_closed = |part: &Value| {
        let part = component(part).map_or(part, |name| &schemas[name]);
        part["additionalProperties"] == false
    };
    let closed: Vec<&String> = schemas
        .iter()
        .filter(|(_, schema)| {
            let parts = schema["allOf"].as_array().map_or(&[][..], Vec::as_slice);
            parts.len() > 1 && parts.iter().any(is_closed)
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        closed,
        Vec::<&String>::new(),
        "serde(flatten) of a struct with deny_unknown_fields"
    );
}

#[test]
fn a_description_breaks_where_it_should() {
    let judge = contract();
    let role = &judge.document()["components"]["schemas"]["Role"];
    assert!(judge.compile(role).is_valid(&"reader".into()));
    assert!(!judge.compile(role).is_valid(&"minister".into()));
    let path = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";
    assert_eq!(
        judge.find("PATCH", path).unwrap().template,
        "/api/v1/users/{user}"
    );
    assert!(judge.find("DELETE", path).is_none());
    let csv = "/api/v1/publications/0a/agencies/moj.csv";
    assert!(
        judge
            .find("GET", csv)
            .unwrap()
            .template
            .ends_with("{code}.{format}")
    );
    assert!(
        judge
            .find("GET", csv.trim_end_matches(".csv"))
            .unwrap()
            .template
            .ends_with("{code}")
    );
    assert!(judge.find("GET", "/api/v1/users/").is_none());
}

stories![the_description_is_served];

fn the_description_is_served(app: &TestApp) {
    let served = app.anon().get(200, "/openapi.json").json();
    assert_eq!(&served, contract().document());
    let page = app.anon().get(200, "/docs/");
    assert!(page.text().contains("swagger-ui"));
}
