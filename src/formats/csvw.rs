//! CSV on the Web (W3C): what the columns of a CSV file mean.

use serde_json::{Map, Value, json};

use super::{
    cube::Lang,
    frame::{Column, Frame, Kind, Labels},
};

/// The media type.
pub const CSVW_TYPE: &str = "application/csvm+json";

/// Describes the CSV of a frame, which stands at `url` relative to the description.
pub fn write_csvw(frame: &Frame, url: &str, labels: Option<Labels>, lang: Lang) -> String {
    let heads = frame.heads(labels, lang);
    let columns: Vec<Value> = heads
        .iter()
        .map(|(column, head)| describe(column, head))
        .collect();
    let mut schema = json!({"columns": columns});
    let key: Vec<&str> = frame.key.clone();
    // A key needs all its columns, and names are not unique.
    let is_whole = key
        .iter()
        .all(|name| heads.iter().any(|(column, _)| column.name == *name));
    if let (true, Some(schema)) = (is_whole && !key.is_empty(), schema.as_object_mut()) {
        schema.insert("primaryKey".to_owned(), json!(key));
    }
    let mut titles = vec![json!({"@value": frame.title.vi, "@language": "vi"})];
    if let Some(en) = &frame.title.en {
        titles.push(json!({"@value": en, "@language": "en"}));
    }
    json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:title": titles,
        "dialect": {"lineTerminators": ["\r\n"], "encoding": "utf-8", "header": true},
        "tableSchema": schema,
    })
    .to_string()
}

fn describe(column: &Column, head: &str) -> Value {
    let mut described = Map::new();
    described.insert("name".to_owned(), json!(variable(&column.name)));
    described.insert("titles".to_owned(), json!(head));
    let mut titles = vec![json!({"@value": column.title.vi, "@language": "vi"})];
    if let Some(en) = &column.title.en {
        titles.push(json!({"@value": en, "@language": "en"}));
    }
    described.insert("dc:title".to_owned(), Value::Array(titles));
    let datatype = match column.kind {
        Kind::Code | Kind::Name(_) | Kind::Text => "string",
        Kind::Whole => "integer",
        Kind::Decimal(_) => "decimal",
    };
    described.insert("datatype".to_owned(), json!(datatype));
    if let Kind::Name(lang) = column.kind {
        described.insert("lang".to_owned(), json!(lang.as_str()));
    }
    Value::Object(described)
}

/// The name of a column as a URI template has it (RFC 6570): what is not allowed in it is percent-encoded.
fn variable(name: &str) -> String {
    let mut variable = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') {
            variable.push(char::from(byte));
        } else {
            variable.push_str(&format!("%{byte:02X}"));
        }
    }
    variable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::frame::tests::small;

    #[test]
    fn every_column_is_described_by_the_head_it_has() {
        let read: Value = serde_json::from_str(&write_csvw(&small(), "ranking.csv", None, Lang::Vi)).unwrap();
        assert_eq!(read["url"], "ranking.csv");
        assert_eq!(read["tableSchema"]["primaryKey"], json!(["agency"]));
        let columns = read["tableSchema"]["columns"].as_array().unwrap();
        let of =
            |field: &str| -> Vec<&str> { columns.iter().map(|one| one[field].as_str().unwrap()).collect() };
        assert_eq!(
            of("titles"),
            ["place", "agency", "name_vi", "name_en", "1-a_index"]
        );
        assert_eq!(of("name")[4], "1%2Da_index");
        assert_eq!(
            of("datatype"),
            ["integer", "string", "string", "string", "decimal"]
        );
    }

    #[test]
    fn without_the_codes_there_is_no_key() {
        let text = write_csvw(&small(), "x.csv?labels=name", Some(Labels::Name), Lang::En);
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["tableSchema"].get("primaryKey"), None);
        assert_eq!(read["tableSchema"]["columns"][1]["titles"], "Agency");
    }
}
