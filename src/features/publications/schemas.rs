//! Bodies of other people's formats, as the API's description shows them: their own specifications say the rest.

use utoipa::openapi::{
    RefOr,
    schema::{AdditionalProperties, ObjectBuilder, Schema, Type},
};

fn object(description: &str, example: serde_json::Value) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .examples([example])
        .into()
}

macro_rules! foreign {
    ($(#[$doc:meta])* $name:ident $description:literal $example:tt) => {
        $(#[$doc])*
        pub struct $name;
        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                object($description, serde_json::json!($example))
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}

foreign!(/// A JSON-stat dataset.
    JsonStat "A JSON-stat 2.0 dataset (json-stat.org) with the dimensions year, agency, node and measure."
    {"version": "2.0", "class": "dataset", "id": ["year", "agency", "node", "measure"], "size": [1, 1, 1, 1], "value": [89.95]});
foreign!(/// A description of a CSV.
    CsvDescription "What the columns of the CSV mean (W3C CSV on the Web)."
    {"@context": "http://www.w3.org/ns/csvw", "url": "ranking.csv", "tableSchema": {"columns": [{"name": "place", "titles": "place", "datatype": "integer"}]}});
foreign!(/// An SDMX structure as JSON.
    StructureMessage "An SDMX-JSON 2.0 structure message: the dataflow, the data structure, its codelists and concepts."
    {"data": {"dataflows": [{"agencyID": "PARINDEX", "id": "P9F86D081884C7D65", "version": "1.0.0"}]}});
foreign!(/// The catalogue of open data.
    CatalogueDocument "A DCAT 3 catalogue as JSON-LD."
    {"@id": "/api/v1/catalogue", "@type": "dcat:Catalog", "dcat:dataset": [{"@id": "/api/v1/series/par-2023-ministries", "@type": "dcat:DatasetSeries"}]});

/// A .docx file, as the API's description shows it.
pub struct WordFile;

impl utoipa::PartialSchema for WordFile {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a .docx file."))
            .into()
    }
}

impl utoipa::ToSchema for WordFile {}
