//! JSON-stat 2.0 (json-stat.org): one dataset.
//!
//! Its values are JSON numbers. They are written from the decimal's own text, digit by digit and with all their
//! decimals (`84.40`), so that only a reader that wants floats makes floats of them.

use serde_json::{Map, Value, json};

use super::cube::{Category, Cube, Dimension, Lang, Role, Status};

/// The media type. JSON-stat has registered none of its own.
pub const JSON_STAT_TYPE: &str = "application/vnd.json-stat+json";
/// So many times the room of a status in a list does one take that names its position.
const POSITIONS_WORTH: usize = 3;

/// Writes a dataset with its labels in a language.
pub fn write_json_stat(cube: &Cube, lang: Lang) -> String {
    let mut head = Map::new();
    let mut put = |name: &str, value: Value| head.insert(name.to_owned(), value);
    put("version", json!("2.0"));
    put("class", json!("dataset"));
    put("label", json!(cube.title.get(lang)));
    put("source", json!(cube.source));
    put("updated", json!(cube.updated));
    if !cube.notes.is_empty() {
        put("note", json!(cube.notes));
    }
    let ids: Vec<&str> = cube.dimensions.iter().map(|dimension| dimension.id).collect();
    put("id", json!(ids));
    let sizes: Vec<usize> = cube
        .dimensions
        .iter()
        .map(|dimension| dimension.categories.len())
        .collect();
    put("size", json!(sizes));
    put("role", roles(&cube.dimensions));
    let dimensions = cube
        .dimensions
        .iter()
        .map(|one| (one.id.to_owned(), dimension(one, lang)));
    put("dimension", Value::Object(dimensions.collect()));
    put("status", statuses(cube));
    put("extension", extension(cube, lang));
    let mut text = Value::Object(head).to_string();
    text.pop();
    text.push_str(",\"value\":[");
    write_values(&mut text, cube);
    text.push_str("]}");
    text
}

fn write_values(text: &mut String, cube: &Cube) {
    for (position, observation) in cube.values.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        let value = observation
            .as_ref()
            .and_then(|observation| observation.value.as_deref());
        text.push_str(value.unwrap_or("null"));
    }
}

fn roles(dimensions: &[Dimension]) -> Value {
    let with = |role: Role| -> Vec<&str> {
        dimensions
            .iter()
            .filter(|dimension| dimension.role == role)
            .map(|dimension| dimension.id)
            .collect()
    };
    json!({"time": with(Role::Time), "metric": with(Role::Metric)})
}

fn dimension(dimension: &Dimension, lang: Lang) -> Value {
    let all = &dimension.categories;
    let codes: Vec<&str> = all.iter().map(|category| category.code.as_str()).collect();
    let labels: Map<String, Value> = all
        .iter()
        .map(|category| (category.code.clone(), json!(category.names.get(lang))))
        .collect();
    let mut category = Map::new();
    category.insert("index".to_owned(), json!(codes));
    category.insert("label".to_owned(), Value::Object(labels));
    let children = children(all);
    if !children.is_empty() {
        category.insert("child".to_owned(), Value::Object(children));
    }
    let units: Map<String, Value> = all.iter().filter_map(|one| unit(one, lang)).collect();
    if !units.is_empty() {
        category.insert("unit".to_owned(), Value::Object(units));
    }
    json!({"label": dimension.names.get(lang), "category": category})
}

/// Codes by the one above them, as far as that is in the dimension too.
fn children(all: &[Category]) -> Map<String, Value> {
    let mut children: Map<String, Value> = Map::new();
    for category in all {
        let Some(parent) = &category.parent else { continue };
        if !all.iter().any(|other| other.code == *parent) {
            continue;
        }
        if let Some(list) = children
            .entry(parent.clone())
            .or_insert_with(|| json!([]))
            .as_array_mut()
        {
            list.push(json!(category.code));
        }
    }
    children
}

fn unit(category: &Category, lang: Lang) -> Option<(String, Value)> {
    let unit = category.unit.as_ref()?;
    let shown = json!({"label": unit.names.get(lang), "decimals": unit.decimals});
    Some((category.code.clone(), shown))
}

/// What should be known of numbers: by their position, those left out of which nothing need be said; or where that would be
/// longer, in a list of all.
fn statuses(cube: &Cube) -> Value {
    let known = || {
        cube.values
            .iter()
            .map(|value| value.as_ref().map(|known| known.status))
    };
    let is_said = |status: &Option<Status>| status.is_some_and(|status| status != Status::Normal);
    if known().filter(is_said).count() * POSITIONS_WORTH > cube.values.len() {
        // JSON-stat wants text for each; a number that is not there has the status of one of which nothing is known.
        let code = |status: Option<Status>| json!(status.unwrap_or(Status::Missing).code());
        return known().map(code).collect();
    }
    let said = known().enumerate().filter(|(_, status)| is_said(status));
    let said = said.filter_map(|(position, status)| Some((position.to_string(), json!(status?.code()))));
    Value::Object(said.collect())
}

fn extension(cube: &Cube, lang: Lang) -> Value {
    let meanings: Map<String, Value> = Status::ALL
        .into_iter()
        .map(|status| (status.code().to_owned(), json!(status.names().get(lang))))
        .collect();
    json!({"status": {"label": meanings}, "structure": format!("PARINDEX:{}({})", cube.id, cube.version)})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cube::tests::small;

    #[test]
    fn numbers_keep_their_digits_and_what_is_missing_says_why() {
        let text = write_json_stat(&small(), Lang::Vi);
        assert!(text.ends_with(",\"value\":[84.40,-0.10,null,null]}"), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["status"], json!(["A", "A", "M", "O"]));
        assert_eq!(read["size"], json!([1, 2, 2, 1]));
        assert_eq!(read["role"], json!({"time": ["year"], "metric": ["measure"]}));
        let node = &read["dimension"]["node"]["category"];
        assert_eq!(node["index"], json!(["1", "1.1"]));
        assert_eq!(node["child"], json!({"1": ["1.1"]}));
        let unit = &read["dimension"]["measure"]["category"]["unit"]["points"];
        assert_eq!(unit, &json!({"label": "điểm", "decimals": 2}));
        assert_eq!(read["extension"]["structure"], "PARINDEX:P0123(1.0.0)");
    }

    #[test]
    fn a_few_statuses_name_their_positions() {
        let mut cube = small();
        let numbers = cube.values.iter().take(2).cloned().cycle().take(5);
        cube.values = numbers
            .chain(cube.values.iter().skip(2).take(1).cloned())
            .collect();
        assert_eq!(statuses(&cube), json!({"5": "M"}));
    }

    #[test]
    fn labels_come_in_either_language() {
        let read: Value = serde_json::from_str(&write_json_stat(&small(), Lang::En)).unwrap();
        assert_eq!(read["label"], "Test & points");
        // There is no English name.
        assert_eq!(
            read["dimension"]["agency"]["category"]["label"]["quang-ninh"],
            "Quảng Ninh"
        );
    }
}
