//! DCAT 3 (W3C) as JSON-LD: a catalogue of datasets, so that other portals find them.
//!
//! Addresses are relative to the catalogue's own, which JSON-LD resolves: whoever reads it knows by which name.

use serde_json::{Map, Value, json};

use super::cube::Names;

/// The media type.
pub const JSON_LD_TYPE: &str = "application/ld+json";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

/// A catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: Names,
    /// Who publishes, if it was said.
    pub publisher: Option<String>,
    /// The address of the licence, if it was said.
    pub licence: Option<String>,
    /// What is in it.
    pub datasets: Vec<Dataset>,
}

/// A dataset, or a series of datasets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Its address.
    pub address: String,
    /// Its identifier.
    pub identifier: String,
    /// Its title.
    pub title: Names,
    /// What should be known of it.
    pub notes: Vec<Names>,
    /// When it was published, in RFC 3339.
    pub issued: String,
    /// When it was last added to, in RFC 3339.
    pub modified: String,
    /// The first and the last year.
    pub years: (i32, i32),
    /// Whether it is a series of other datasets.
    pub is_series: bool,
    /// The address of the series it belongs to.
    pub in_series: Option<String>,
    /// The address of what it corrects.
    pub replaces: Option<String>,
    /// The address of what corrects it.
    pub replaced_by: Option<String>,
    /// The files it comes in.
    pub distributions: Vec<Distribution>,
}

/// A file of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: Names,
    /// Its media type.
    pub media_type: &'static str,
    /// Bytes, if they never change.
    pub bytes: Option<usize>,
    /// SHA-256 in hex, if they never change.
    pub sha256: Option<String>,
    /// The address of its description.
    pub described_by: Option<String>,
}

/// Writes a catalogue.
pub fn write_dcat(catalogue: &Catalogue) -> String {
    let mut about = titled("dcat:Catalog", &catalogue.address, &catalogue.title);
    credit(&mut about, catalogue);
    let datasets = catalogue.datasets.iter().map(|one| dataset(one, catalogue));
    about.insert("dcat:dataset".to_owned(), Value::Array(datasets.collect()));
    about.insert(
        "@context".to_owned(),
        json!({
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "wdrs": "http://www.w3.org/2007/05/powder-s#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        }),
    );
    Value::Object(about).to_string()
}

fn texts(names: &Names) -> Value {
    let mut texts = vec![json!({"@value": names.vi, "@language": "vi"})];
    if let Some(en) = &names.en {
        texts.push(json!({"@value": en, "@language": "en"}));
    }
    Value::Array(texts)
}

fn titled(kind: &str, address: &str, title: &Names) -> Map<String, Value> {
    let mut about = Map::new();
    about.insert("@id".to_owned(), json!(address));
    about.insert("@type".to_owned(), json!(kind));
    about.insert("dct:title".to_owned(), texts(title));
    about
}

/// Who publishes it, and on which terms.
fn credit(about: &mut Map<String, Value>, catalogue: &Catalogue) {
    if let Some(publisher) = &catalogue.publisher {
        let agent = json!({"@type": "foaf:Agent", "foaf:name": publisher});
        about.insert("dct:publisher".to_owned(), agent);
    }
    license(about, catalogue);
}

fn license(about: &mut Map<String, Value>, catalogue: &Catalogue) {
    if let Some(licence) = &catalogue.licence {
        about.insert("dct:license".to_owned(), json!({"@id": licence}));
    }
}

fn dataset(one: &Dataset, catalogue: &Catalogue) -> Value {
    let kind = if one.is_series {
        "dcat:DatasetSeries"
    } else {
        "dcat:Dataset"
    };
    let mut about = titled(kind, &one.address, &one.title);
    credit(&mut about, catalogue);
    let mut put = |name: &str, value: Value| about.insert(name.to_owned(), value);
    put("dct:identifier", json!(one.identifier));
    if !one.notes.is_empty() {
        let notes: Vec<Value> = one
            .notes
            .iter()
            .filter_map(|note| texts(note).as_array().cloned())
            .flatten()
            .collect();
        put("dct:description", Value::Array(notes));
    }
    put("dct:issued", typed(&one.issued, "dateTime"));
    put("dct:modified", typed(&one.modified, "dateTime"));
    let (first, last) = one.years;
    put(
        "dct:temporal",
        json!({
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(&format!("{first}-01-01"), "date"),
            "dcat:endDate": typed(&format!("{last}-12-31"), "date"),
        }),
    );
    for (name, address) in [
        ("dcat:inSeries", &one.in_series),
        ("dct:replaces", &one.replaces),
        ("dct:isReplacedBy", &one.replaced_by),
    ] {
        if let Some(address) = address {
            put(name, json!({"@id": address}));
        }
    }
    let files = one.distributions.iter().map(|file| distribution(file, catalogue));
    put("dcat:distribution", Value::Array(files.collect()));
    Value::Object(about)
}

fn typed(text: &str, kind: &str) -> Value {
    json!({"@value": text, "@type": format!("xsd:{kind}")})
}

fn distribution(file: &Distribution, catalogue: &Catalogue) -> Value {
    let mut about = titled("dcat:Distribution", &file.address, &file.title);
    license(&mut about, catalogue);
    let mut put = |name: &str, value: Value| about.insert(name.to_owned(), value);
    put("dcat:accessURL", json!({"@id": file.address}));
    put("dcat:downloadURL", json!({"@id": file.address}));
    let kind = file.media_type.split(';').next().unwrap_or(file.media_type);
    put("dcat:mediaType", json!({"@id": format!("{MEDIA_TYPES}{kind}")}));
    if let Some(bytes) = file.bytes {
        put("dcat:byteSize", typed(&bytes.to_string(), "nonNegativeInteger"));
    }
    if let Some(sha256) = &file.sha256 {
        put(
            "spdx:checksum",
            json!({
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": typed(sha256, "hexBinary"),
            }),
        );
    }
    if let Some(address) = &file.described_by {
        put("wdrs:describedby", json!({"@id": address}));
    }
    Value::Object(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_how_large_it_is_and_by_which_digest_it_is_known() {
        let catalogue = Catalogue {
            address: "/catalogue".into(),
            licence: Some("https://example.vn/licence".into()),
            datasets: vec![Dataset {
                address: "/a".into(),
                years: (2023, 2023),
                replaces: Some("/b".into()),
                distributions: vec![Distribution {
                    address: "/a/ranking.csv".into(),
                    media_type: "text/csv; charset=utf-8",
                    bytes: Some(12),
                    sha256: Some("ab".into()),
                    ..Distribution::default()
                }],
                ..Dataset::default()
            }],
            ..Catalogue::default()
        };
        let read: Value = serde_json::from_str(&write_dcat(&catalogue)).unwrap();
        let dataset = &read["dcat:dataset"][0];
        assert_eq!(dataset["@type"], "dcat:Dataset");
        assert_eq!(dataset["dct:replaces"], json!({"@id": "/b"}));
        assert_eq!(dataset["dct:license"]["@id"], "https://example.vn/licence");
        assert_eq!(dataset["dct:temporal"]["dcat:endDate"]["@value"], "2023-12-31");
        let file = &dataset["dcat:distribution"][0];
        assert_eq!(file["dcat:mediaType"]["@id"], format!("{MEDIA_TYPES}text/csv"));
        assert_eq!(file["dcat:byteSize"]["@value"], "12");
        assert_eq!(file["spdx:checksum"]["spdx:checksumValue"]["@value"], "ab");
    }
}
