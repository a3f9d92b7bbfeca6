//! What a parameter means wherever it stands: said once, for the whole of the API's description.

use utoipa::openapi::{
    OpenApi, RefOr, Required,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
    schema::{ObjectBuilder, Type},
};

/// Parameters by the start of their path and their name; the first that fits is taken.
const MEANINGS: &[(&str, &str, &str)] = &[
    ("/api/v1/agencies", "code", "The agency's code."),
    ("/api/v1/criteria-sets", "code", "The code of the set's family."),
    ("/api/v1/criteria-sets", "version", "The version in the family."),
    ("/api/v1/publications", "code", "The agency's code."),
    (
        "/api/v1/publications",
        "id",
        "The publication's id: the SHA-256 of its document.",
    ),
    ("", "agency", "The agency's code."),
    ("", "file", "The file's id."),
    ("", "minutes", "The id of the minutes."),
    ("", "signature", "The signature's id."),
    ("", "indicator", "The indicator's code in the criteria set."),
    (
        "",
        "publication",
        "The publication's id: the SHA-256 of its document.",
    ),
    ("", "programme", "The programme's code."),
    (
        "",
        "review",
        "The year that is reviewed; `final`: the whole period.",
    ),
    ("", "part", "Which part."),
    ("", "task", "The task's code in the programme."),
    ("", "line", "The line's number in the task, from 1."),
    ("", "round", "The round's code."),
    (
        "",
        "If-Match",
        "The ETag of the version that was read, or `*`: 412 if it is stale, 428 if it is missing where it is needed.",
    ),
];

const IDEMPOTENCY_KEY: &str = "A key of the caller's own choice for doing this once: sent again with the same body it \
    brings the first answer again, with another body 422. Not kept where the answer shows a secret.";

/// Explains parameters that do not explain themselves, and adds the `Idempotency-Key` to every change.
pub fn describe_parameters(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        for operation in changes_of(item) {
            let is_authentication = path.contains("/auth/");
            if operation.security.is_some() && !is_authentication {
                operation
                    .parameters
                    .get_or_insert_default()
                    .push(RefOr::T(idempotency_key()));
            }
        }
        for parameter in parameters_of(item) {
            explain(path, parameter);
        }
    }
}

fn explain(path: &str, parameter: &mut Parameter) {
    let is_explained = parameter
        .description
        .as_deref()
        .is_some_and(|text| !text.is_empty());
    if !is_explained {
        parameter.description = MEANINGS
            .iter()
            .find(|(start, name, _)| path.starts_with(start) && parameter.name == *name)
            .map(|(_, _, meaning)| (*meaning).to_owned());
    }
}

pub(super) fn changes_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .flatten()
}

pub(super) fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

fn parameters_of(item: &mut PathItem) -> impl Iterator<Item = &mut Parameter> {
    let operations = operations_of(item);
    operations
        .flat_map(|operation| operation.parameters.iter_mut().flatten())
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(super::caller::IDEMPOTENCY_KEY_LENGTH_MAX))
        .examples(["0b7e3a0e-5f0a-4a63-9a3a-3c9b6f1f2a10"]);
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(IDEMPOTENCY_KEY))
        .schema(Some(text))
        .build()
}
