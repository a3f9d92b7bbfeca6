//! What the API's description tells of bounds and of the headers that every answer may bear: said once, for everything.
//!
//! A rule that bounds a field more narrowly stands at the field. What has no rule of its own is bounded by what bounds everything:
//! a text came in a body, and a number is stored.

use utoipa::{
    Number,
    openapi::{
        Header, KnownFormat, OpenApi, Ref, RefOr, Response, Schema, SchemaFormat,
        header::HeaderBuilder,
        path::Operation,
        schema::{AdditionalProperties, Array, ArrayItems, Object, ObjectBuilder, SchemaType, Type},
    },
};

use super::parameters::operations_of;
use crate::config::BODY_BYTES_MOST;

/// Elements of a list that has no rule of its own: the observations of the largest table that is served.
const ITEMS_MAX: usize = 1_000_000;
/// A text has no U+0000, wherever it stands: neither database keeps it, and it is refused.
const TEXT_PATTERN: &str = "^[^\\u0000]*$";

/// The headers of every answer, as far as they apply.
const HEADERS: [(&str, &str, &str); 3] = [
    (
        "RateLimit",
        "What is left of the limit, and in how many seconds it is whole again (draft-ietf-httpapi-ratelimit-headers); absent \
         where nothing is limited.",
        "\"anonymous\";r=118;t=1",
    ),
    (
        "RateLimit-Policy",
        "The limit: how many requests in how many seconds; absent where nothing is limited.",
        "\"anonymous\";q=120;w=60",
    ),
    (
        "Access-Control-Allow-Origin",
        "Tells a browser that a page of another origin may read the answer: `*` on published results, elsewhere an origin that the \
         operator allows (`PARINDEX_CORS_ORIGINS`); absent for all others.",
        "*",
    ),
];

/// Gives every schema its bounds, and every answer its headers.
pub fn describe_bounds(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    components.schemas.values_mut().for_each(bound);
    for (name, meaning, example) in HEADERS {
        let text = ObjectBuilder::new().schema_type(Type::String).examples([example]);
        let header = HeaderBuilder::new().schema(Some(text)).description(Some(meaning));
        components
            .headers
            .insert(name.to_owned(), RefOr::T(header.build()));
    }
    for header in components.headers.values_mut() {
        bound_header(header);
    }
    for (path, item) in &mut api.paths.paths {
        // The operator's probes pass every limit.
        let has_headers = !path.starts_with("/health/");
        for operation in operations_of(item) {
            bound_operation(operation, has_headers);
        }
    }
}

fn bound_operation(operation: &mut Operation, has_headers: bool) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            parameter.schema.iter_mut().for_each(bound);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content {
                content.schema.iter_mut().for_each(bound);
            }
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if status == "429" {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
            let header = HeaderBuilder::new()
                .schema(Some(seconds))
                .description(Some("In how many seconds it may be tried again."));
            response
                .headers
                .insert("Retry-After".to_owned(), RefOr::T(header.build()));
        }
        if has_headers && !status.starts_with('5') {
            for (name, ..) in HEADERS {
                let header = Ref::new(format!("#/components/headers/{name}"));
                response.headers.insert(name.to_owned(), RefOr::Ref(header));
            }
        }
        bound_response(response);
    }
}

fn bound_response(response: &mut Response) {
    for content in response.content.values_mut() {
        if let RefOr::T(content) = content {
            content.schema.iter_mut().for_each(bound);
        }
    }
    response.headers.values_mut().for_each(bound_header);
}

fn bound_header(header: &mut RefOr<Header>) {
    if let RefOr::T(header) = header {
        header.schema.iter_mut().for_each(bound);
    }
}

fn bound(schema: &mut RefOr<Schema>) {
    if let RefOr::T(schema) = schema {
        bound_schema(schema);
    }
}

fn bound_schema(schema: &mut Schema) {
    match schema {
        Schema::Array(list) => bound_list(list),
        Schema::Object(object) => bound_object(object),
        Schema::OneOf(one) => one.items.iter_mut().for_each(bound),
        Schema::AllOf(all) => all.items.iter_mut().for_each(bound),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn bound_list(list: &mut Array) {
    list.max_items.get_or_insert(ITEMS_MAX);
    list.prefix_items.iter_mut().for_each(bound_schema);
    if let ArrayItems::RefOrSchema(items) = &mut list.items {
        bound(items);
    }
}

fn bound_object(object: &mut Object) {
    object.properties.values_mut().for_each(bound);
    if let Some(names) = object.property_names.as_deref_mut() {
        bound_schema(names);
    }
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        bound(values);
    }
    if object.enum_values.is_some() {
        return;
    }
    if has(object, &Type::String) {
        bound_text(object);
    }
    if has(object, &Type::Integer) {
        bound_number(object);
    }
}

fn has(object: &Object, wanted: &Type) -> bool {
    match &object.schema_type {
        SchemaType::Type(only) => only == wanted,
        SchemaType::Array(several) => several.contains(wanted),
        SchemaType::AnyValue => false,
    }
}

fn bound_text(object: &mut Object) {
    let length = match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => "2026-03-31".len(),
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => "2026-03-31T17:00:00.000000000+07:00".len(),
        // It came in a body.
        _ => BODY_BYTES_MOST,
    };
    object.max_length.get_or_insert(length);
    if object.format.is_none() {
        object.pattern.get_or_insert_with(|| TEXT_PATTERN.to_owned());
    }
}

fn bound_number(object: &mut Object) {
    let format = object
        .format
        .get_or_insert(SchemaFormat::KnownFormat(KnownFormat::Int64));
    let (least, most) = match format {
        SchemaFormat::KnownFormat(KnownFormat::Int32) => (i32::MIN as isize, i32::MAX as isize),
        _ => (i64::MIN as isize, i64::MAX as isize),
    };
    object.minimum.get_or_insert(Number::Int(least));
    object.maximum.get_or_insert(Number::Int(most));
}
