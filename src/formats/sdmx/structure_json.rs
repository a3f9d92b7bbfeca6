//! A structure as SDMX-JSON 2.0.

use serde_json::{Value, json};

use super::{
    MAINTAINER,
    structure::{Codelist, Structure},
};
use crate::formats::cube::Names;

/// The schema that the message keeps.
const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";

/// Writes a structure.
pub fn write_structure_json(structure: &Structure) -> String {
    let (scheme, scheme_version) = Structure::concept_scheme();
    let concepts: Vec<Value> = structure
        .concepts
        .iter()
        .map(|(id, names)| named(json!({"id": id}), names))
        .collect();
    let scheme_names = Names::new("Khái niệm của Chỉ số CCHC", "Concepts of the PAR Index");
    let flow = json!({"structure": structure.urn()});
    let meta = json!({
        "schema": SCHEMA,
        "id": structure.id,
        "test": false,
        "prepared": structure.prepared,
        "contentLanguages": ["vi", "en"],
        "sender": {"id": MAINTAINER},
    });
    let data = json!({
        "dataflows": [maintained(flow, &structure.id, &structure.version, &structure.names)],
        "codelists": structure.codelists.iter().map(codelist).collect::<Vec<_>>(),
        "conceptSchemes": [maintained(json!({"concepts": concepts}), scheme, scheme_version, &scheme_names)],
        "dataStructures": [data_structure(structure)],
    });
    // Readers look for the schema in the first few hundred characters.
    format!("{{\"meta\":{meta},\"data\":{data}}}")
}

/// Adds names: the Vietnamese one, which is always there, as `name`, and all by language.
fn named(mut object: Value, names: &Names) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("name".to_owned(), json!(names.vi));
        let mut all = json!({"vi": names.vi});
        if let (Some(en), Some(all)) = (&names.en, all.as_object_mut()) {
            all.insert("en".to_owned(), json!(en));
        }
        fields.insert("names".to_owned(), all);
    }
    object
}

fn maintained(mut object: Value, id: &str, version: &str, names: &Names) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
        fields.insert("agencyID".to_owned(), json!(MAINTAINER));
        fields.insert("version".to_owned(), json!(version));
        fields.insert("isExternalReference".to_owned(), json!(false));
    }
    named(object, names)
}

fn codelist(list: &Codelist) -> Value {
    let codes: Vec<Value> = list
        .codes
        .iter()
        .map(|code| {
            let object = match &code.parent {
                Some(parent) => json!({"id": code.id, "parent": parent}),
                None => json!({"id": code.id}),
            };
            named(object, &code.names)
        })
        .collect();
    maintained(json!({"codes": codes}), &list.id, &list.version, &list.names)
}

fn data_structure(structure: &Structure) -> Value {
    let coded = |id: &str, list: &str| json!({"id": id, "conceptIdentity": Structure::concept(id), "localRepresentation": {"enumeration": list}});
    let formatted = |id: &str, format: &str| {
        json!({"id": id, "conceptIdentity": Structure::concept(id),
            "localRepresentation": {"format": {"dataType": format}}})
    };
    let attribute = |id: &str, list: &str, usage: &str, relationship: Value| {
        let mut attribute = coded(id, &Structure::common_codelist(list));
        if let Some(fields) = attribute.as_object_mut() {
            fields.insert("usage".to_owned(), json!(usage));
            fields.insert("attributeRelationship".to_owned(), relationship);
        }
        attribute
    };
    let dimensions: Vec<Value> = structure
        .dimensions
        .iter()
        .enumerate()
        .map(|(position, (id, list))| {
            let mut dimension = coded(id, list);
            if let Some(fields) = dimension.as_object_mut() {
                fields.insert("position".to_owned(), json!(position));
            }
            dimension
        })
        .collect();
    let components = json!({
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": formatted("TIME_PERIOD", "ObservationalTimePeriod"),
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                attribute("OBS_STATUS", "CL_OBS_STATUS", "mandatory", json!({"observation": {}})),
                attribute("UNIT_MEASURE", "CL_UNIT_MEASURE", "optional", json!({"dimensions": ["MEASURE"]})),
            ],
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [formatted("OBS_VALUE", "Double")],
        },
    });
    maintained(
        json!({"dataStructureComponents": components}),
        &structure.id,
        &structure.version,
        &structure.names,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cube::tests::small;

    #[test]
    fn codes_have_names_in_both_languages_where_there_are_two() {
        let text = write_structure_json(&Structure::of(&small()));
        let read: Value = serde_json::from_str(&text).unwrap();
        let lists = read["data"]["codelists"].as_array().unwrap();
        assert_eq!(lists.len(), 5);
        let measures = lists.iter().find(|list| list["id"] == "CL_MEASURE").unwrap();
        assert_eq!(
            measures["codes"][0]["names"],
            json!({"vi": "Điểm", "en": "Points"})
        );
        let components = &read["data"]["dataStructures"][0]["dataStructureComponents"];
        let ids: Vec<&str> = components["dimensionList"]["dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dimension| dimension["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["AGENCY", "NODE", "MEASURE"]);
    }
}
