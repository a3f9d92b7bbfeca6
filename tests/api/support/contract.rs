//! The API's description as a judge: every answer that a story receives must be one that it promises.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock},
};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::Response;

/// What lies beside the API and is not described.
const UNDESCRIBED: [&str; 6] = [
    "/docs",
    "/openapi.json",
    "/assets/",
    "/en/",
    "/publications",
    "/forms",
];
/// What an address of published numbers may end with, the longer ones first.
const FORMS: [&str; 10] = [
    "csv-metadata.json",
    "jsonstat.json",
    "sdmx.csv",
    "json",
    "csv",
    "xlsx",
    "docx",
    "xml",
    "svg",
    "png",
];
const PROBLEM: &str = "application/problem+json";

/// The API's description and the schemas compiled from it.
pub struct Contract {
    document: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The description of the app under test.
pub fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let text = parindex::app::openapi_text().expect("the API's description");
        Contract::new(serde_json::from_str(&text).expect("JSON"))
    })
}

/// One operation of the description.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub template: &'a str,
    pub method: &'a str,
    pub value: &'a Value,
}

impl Operation<'_> {
    /// `GET /api/v1/users/{user}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.template)
    }
}

impl Contract {
    /// A judge from a description.
    pub fn new(document: Value) -> Self {
        Self {
            document,
            compiled: Mutex::default(),
        }
    }

    /// The whole description.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every operation.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
        let paths = self.document["paths"].as_object().expect("paths");
        paths
            .iter()
            .flat_map(|(template, item)| {
                METHODS.into_iter().filter_map(move |method| {
                    Some(Operation {
                        template,
                        method,
                        value: item.get(method)?,
                    })
                })
            })
            .collect()
    }

    /// Panics, naming the fault, unless the answer is one that the description promises.
    pub fn check(&self, method: &str, path: &str, response: &Response) {
        let path = path.split('?').next().unwrap_or(path);
        let what = format!("{method} {path} answered {}", response.status);
        let is_page = response.header("content-type").starts_with("text/html");
        if response.status >= 400 && !is_page {
            check_problem(&what, path, response);
        }
        let is_site = !path.starts_with("/api/") && (is_page || path == "/");
        if is_site || UNDESCRIBED.iter().any(|start| path.starts_with(start)) {
            return;
        }
        let Some(operation) = self.find(method, path) else {
            let refused = matches!(response.status, 404 | 405);
            assert!(refused, "{what}, but the API's description has no such operation");
            return;
        };
        let name = operation.name();
        let promised = operation.value["responses"].get(response.status.to_string());
        let promised =
            promised.unwrap_or_else(|| panic!("{what}, which {name} does not promise: document it"));
        self.check_body(&what, &name, promised, response);
    }

    fn check_body(&self, what: &str, name: &str, promised: &Value, response: &Response) {
        let kind = response.header("content-type");
        let kind = kind.split(';').next().unwrap_or("").trim();
        let Some(content) = promised.get("content").and_then(Value::as_object) else {
            assert!(
                response.bytes.is_empty(),
                "{what} with a body, and none is described: {}",
                response.text()
            );
            return;
        };
        let Some(described) = content.get(kind) else {
            panic!("{what} as {kind:?}, and only {:?} is described", content.keys());
        };
        // A part of a document is no document.
        if !kind.ends_with("json") || response.status == 206 {
            return;
        }
        let key = format!("{name} {} {kind}", response.status);
        let validator = self.validator(&key, &described["schema"]);
        let body = response.json();
        let faults: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("  {}: {error}", error.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{what}, and the body breaks its schema ({name}):\n{}\n{body:#}",
            faults.join("\n")
        );
    }

    fn validator(&self, key: &str, schema: &Value) -> Arc<Validator> {
        let mut compiled = self
            .compiled
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(validator) = compiled.get(key) {
            return validator.clone();
        }
        let validator = Arc::new(self.compile(schema));
        compiled.insert(key.to_owned(), validator.clone());
        validator
    }

    /// Compiles a schema of the description; its references point into the components.
    pub fn compile(&self, schema: &Value) -> Validator {
        let root = json!({"allOf": [schema], "components": self.document["components"]});
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .unwrap_or_else(|error| panic!("no JSON schema ({error}): {schema:#}"))
    }

    /// The operation that a path belongs to: of several, the one with the fewest parameters.
    pub fn find(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let fitting: BTreeMap<usize, Operation<'_>> = self
            .operations()
            .into_iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .filter_map(|operation| Some((parameters_if_fits(operation.template, path)?, operation)))
            .collect();
        fitting.into_values().next()
    }
}

fn parameters_if_fits(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    // A part such as `{code}.csv` or `{code}.{format}` says more than `{code}` does.
    let mut parameters = 0;
    for (part, asked) in template.iter().zip(&path) {
        if let Some(before) = part.strip_suffix("{format}") {
            let form = FORMS.iter().find(|form| asked.ends_with(&format!(".{form}")))?;
            let name = asked.strip_suffix(form)?;
            let is_any = before.starts_with('{') && before.ends_with("}.") && name.len() > 1;
            if before != name && !is_any {
                return None;
            }
            parameters += 1;
            continue;
        }
        match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            Some((_, suffix)) if asked.len() > suffix.len() && asked.ends_with(suffix) => {
                parameters += if suffix.is_empty() { 2 } else { 1 };
            }
            None if part == asked => {}
            _ => return None,
        }
    }
    Some(parameters)
}

/// Every error is problem details, told apart by a request id, whether or not a route was found.
fn check_problem(what: &str, path: &str, response: &Response) {
    assert_eq!(
        response.header("content-type"),
        PROBLEM,
        "{what}: {}",
        response.text()
    );
    let problem = response.json();
    assert_eq!(problem["status"], response.status, "{what}: {problem:#}");
    assert_eq!(problem["instance"], path, "{what}: {problem:#}");
    for field in ["type", "title", "code", "detail", "remedy", "request_id"] {
        let text = problem[field].as_str().unwrap_or("");
        assert!(!text.is_empty(), "{what}: {field} is missing: {problem:#}");
    }
}
