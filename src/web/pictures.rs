//! Pictures, as the API's description shows them.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

/// A PNG, as the API's description shows it.
pub struct PngFile;

impl PartialSchema for PngFile {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some(
                "The bytes of a PNG: the very picture of the SVG, on white, with its size on an A4 page.",
            ))
            .into()
    }
}

impl ToSchema for PngFile {}
