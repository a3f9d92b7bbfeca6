//! Reading a criteria set from a workbook: the document that its rows say, and where each part of it stands.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    layout::{
        DEPTH_HEAD, LISTS, NODE_FIELDS, NODE_FIELDS_FIRST, NODE_SHEET, NOT_RANKED_HEAD, NOT_RANKED_SHEET,
        OPTION_FIELDS, OPTION_OWNER, OPTION_SHEET, SET_FIELDS, SET_HEADS, SET_SHEET, SET_VALUE, stamp,
    },
    table::{Field, Kind, put, value_at},
};
use crate::{
    error::{AppError, AppResult, FieldError},
    formats::xlsx::{CellFault, Sheet, Workbook},
    scoring::CriteriaSet,
    web::{cell_error, check_stamp, parse_json, place},
};

/// Deeper than any set that is accepted; the validator names its own limit.
const DEPTH_MAX: usize = 20;
/// Where the bands of a survey's conversion stand in their rule.
const SURVEY_BANDS: &str = "/measure/conversion/bands";
const TEMPLATE: &str = "/api/v1/criteria-sets/{code}/versions/{version}/document.xlsx";

/// Where an object of the document stands.
struct Place {
    sheet: &'static str,
    row: u32,
    columns: Vec<(&'static str, u16)>,
}

/// Options and bands by the code of their indicator, each with its row.
type Options = BTreeMap<String, Vec<(u32, Map<String, Value>)>>;

#[derive(Default)]
struct Reading {
    set: Map<String, Value>,
    places: BTreeMap<String, Place>,
    errors: Vec<FieldError>,
}

/// Reads a set and hands it to `check`; whatever either finds wrong names its cell.
pub fn read<T>(workbook: &Workbook, check: impl FnOnce(CriteriaSet) -> AppResult<T>) -> AppResult<T> {
    check_stamp(workbook, &stamp(), &[], TEMPLATE)?;
    let mut reading = Reading::default();
    reading.read_set(workbook)?;
    reading.read_nodes(workbook)?;
    reading.read_lists(workbook)?;
    if !reading.errors.is_empty() {
        return Err(AppError::invalid(reading.errors));
    }
    let text =
        serde_json::to_vec(&Value::Object(std::mem::take(&mut reading.set))).map_err(AppError::internal)?;
    parse_json(&text).and_then(check).map_err(|mut error| {
        error.errors.iter_mut().for_each(|error| reading.name(error));
        error
    })
}

fn find<'a>(workbook: &'a Workbook, name: &str, heads: &[&str]) -> AppResult<(&'a Sheet, u32)> {
    let sheet = workbook.sheet(name);
    let header = sheet.and_then(|sheet| Some((sheet, sheet.header_row(heads)?)));
    header.ok_or_else(|| {
        AppError::invalid_item(
            "",
            "columns_changed",
            format!("Trang “{name}” bị thiếu hoặc các cột không còn như trong mẫu; không thêm, xóa hay đổi tên cột."),
            format!("The sheet “{name}” is missing, or its columns are not the template's any more."),
        )
    })
}

fn heads<'a>(first: &[&'a str], fields: &[Field]) -> Vec<&'a str> {
    first
        .iter()
        .copied()
        .chain(fields.iter().map(|field| field.head))
        .collect()
}

impl Reading {
    fn fail(&mut self, sheet: &Sheet, row: u32, column: u16, pointer: String, what: &str, fault: CellFault) {
        let mut error = cell_error(pointer, what, fault);
        place(&mut error, &sheet.name, row, column);
        self.errors.push(error);
    }

    /// The object of a row; its fields begin at a column.
    fn object(
        &mut self,
        sheet: &Sheet,
        row: u32,
        (first, fields): (u16, &[Field]),
        pointer: &str,
    ) -> Map<String, Value> {
        let mut object = Map::new();
        for (column, field) in (first..).zip(fields) {
            match value_at(sheet, row, column, field.kind) {
                Ok(None) => {}
                Ok(Some(value)) => put(&mut object, field.pointer, value),
                Err(fault) => {
                    let pointer = format!("{pointer}{}", field.pointer);
                    self.fail(sheet, row, column, pointer, field.head, fault);
                }
            }
        }
        object
    }

    fn stand(
        &mut self,
        pointer: String,
        sheet: &'static str,
        row: u32,
        (first, fields): (u16, &'static [Field]),
    ) {
        let columns = (first..)
            .zip(fields)
            .map(|(column, field)| (field.pointer, column));
        self.places.insert(
            pointer,
            Place {
                sheet,
                row,
                columns: columns.collect(),
            },
        );
    }

    /// Says of an error in which cell it is, if its pointer leads to one.
    fn name(&self, error: &mut FieldError) {
        if error.place.is_some() {
            return;
        }
        let pointer = error.pointer.clone();
        let at = self
            .places
            .iter()
            .filter(|(known, _)| {
                pointer
                    .strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|(known, _)| known.len());
        if let Some((known, at)) = at {
            let rest = pointer.get(known.len()..).unwrap_or_default();
            let column = at
                .columns
                .iter()
                .filter(|(part, _)| rest.starts_with(part) || part.starts_with(rest));
            let column = column.max_by_key(|(part, _)| usize::from(rest.starts_with(part)) * part.len());
            let column = column.or(at.columns.first()).map_or(0, |(_, column)| *column);
            place(error, at.sheet, at.row, column);
        }
    }

    fn read_set(&mut self, workbook: &Workbook) -> AppResult<()> {
        let (sheet, header) = find(workbook, SET_SHEET, &SET_HEADS)?;
        for row in sheet.rows().into_iter().filter(|row| *row > header) {
            let name = sheet.text(row, 0).unwrap_or_default().trim();
            let Some(field) = SET_FIELDS
                .iter()
                .find(|field| field.pointer.trim_start_matches('/') == name)
            else {
                let fault = CellFault::new(
                    "unknown_field",
                    "không có thuộc tính này; giữ nguyên cột “Trường” của mẫu.",
                    "there is no such field; leave the first column as it is in the template.",
                );
                self.fail(sheet, row, 0, String::new(), name, fault);
                continue;
            };
            self.places.insert(
                field.pointer.to_owned(),
                Place {
                    sheet: SET_SHEET,
                    row,
                    columns: vec![("", SET_VALUE)],
                },
            );
            match value_at(sheet, row, SET_VALUE, field.kind) {
                Ok(None) => {}
                Ok(Some(value)) => put(&mut self.set, field.pointer, value),
                Err(fault) => self.fail(sheet, row, SET_VALUE, field.pointer.to_owned(), field.head, fault),
            }
        }
        Ok(())
    }

    fn read_nodes(&mut self, workbook: &Workbook) -> AppResult<()> {
        let all = heads(&[DEPTH_HEAD], &NODE_FIELDS);
        let whole = find(workbook, NODE_SHEET, &all);
        let first = all.get(..=NODE_FIELDS_FIRST).unwrap_or(&all);
        let (fields, (sheet, header)) = match whole {
            Ok(found) => (&NODE_FIELDS[..], found),
            Err(_) => (
                NODE_FIELDS.get(..NODE_FIELDS_FIRST).unwrap_or(&NODE_FIELDS),
                find(workbook, NODE_SHEET, first)?,
            ),
        };
        let mut options = self.read_options(workbook)?;
        // Children so far, and the pointer, of the nodes above the present one; the set itself first.
        let mut above: Vec<(usize, String)> = vec![(0, String::new())];
        let mut found: Vec<(usize, Map<String, Value>)> = Vec::new();
        for row in sheet.rows().into_iter().filter(|row| *row > header) {
            let depth = match value_at(sheet, row, 0, Kind::Whole) {
                Ok(depth) => depth
                    .and_then(|depth| usize::try_from(depth.as_u64()?).ok())
                    .unwrap_or(0),
                Err(fault) => {
                    self.fail(sheet, row, 0, String::new(), DEPTH_HEAD, fault);
                    continue;
                }
            };
            if depth == 0 || depth > above.len() || depth > DEPTH_MAX {
                let fault = CellFault::new(
                    "bad_depth",
                    "cấp phải từ 1, và sâu hơn dòng trên nhiều nhất một cấp.",
                    "the depth is 1 or more, and at most one deeper than the row above.",
                );
                self.fail(sheet, row, 0, String::new(), DEPTH_HEAD, fault);
                continue;
            }
            above.truncate(depth);
            let Some((children, parent)) = above.last_mut() else {
                continue;
            };
            let pointer = format!("{parent}/children/{children}");
            *children += 1;
            let mut node = self.object(sheet, row, (1, fields), &pointer);
            self.stand(pointer.clone(), NODE_SHEET, row, (1, fields));
            let code = node
                .get("code")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            self.attach_options(&mut node, &pointer, options.remove(&code).unwrap_or_default());
            above.push((0, pointer));
            found.push((depth, node));
        }
        let children = nest(&mut found.into_iter().peekable(), 1);
        self.set.insert("children".to_owned(), Value::Array(children));
        for (owner, rows) in options {
            for (row, _) in rows {
                let sheet = workbook.sheet(OPTION_SHEET);
                let fault = CellFault::new(
                    "unknown_indicator",
                    format!("không có mã này ở trang “{NODE_SHEET}”."),
                    format!("the sheet “{NODE_SHEET}” has no such code."),
                );
                if let Some(sheet) = sheet {
                    self.fail(sheet, row, 0, String::new(), &owner, fault);
                }
            }
        }
        Ok(())
    }

    /// Options and bands by the code of their indicator, each with its row.
    fn read_options(&mut self, workbook: &Workbook) -> AppResult<Options> {
        let (sheet, header) = find(workbook, OPTION_SHEET, &heads(&[OPTION_OWNER], &OPTION_FIELDS))?;
        let mut options = Options::new();
        for row in sheet.rows().into_iter().filter(|row| *row > header) {
            match value_at(sheet, row, 0, Kind::Code) {
                Ok(owner) => {
                    let owner = owner
                        .as_ref()
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned();
                    let option = self.object(sheet, row, (1, &OPTION_FIELDS), "");
                    options.entry(owner).or_default().push((row, option));
                }
                Err(fault) => self.fail(sheet, row, 0, String::new(), OPTION_OWNER, fault),
            }
        }
        Ok(options)
    }

    fn attach_options(
        &mut self,
        node: &mut Map<String, Value>,
        pointer: &str,
        options: Vec<(u32, Map<String, Value>)>,
    ) {
        let Some(Value::Object(rule)) = node.get_mut("rule") else {
            return;
        };
        let list = match rule.get("kind").and_then(Value::as_str) {
            Some("choice") => "/options",
            Some("percentage_bands" | "count_bands") => "/bands",
            Some("survey") if rule.contains_key("measure") && !options.is_empty() => SURVEY_BANDS,
            _ if options.is_empty() => return,
            // A rule that has no list says so itself, with the row of its indicator.
            _ => "/options",
        };
        for (position, (row, _)) in options.iter().enumerate() {
            let pointer = format!("{pointer}/rule{list}/{position}");
            self.stand(pointer, OPTION_SHEET, *row, (1, &OPTION_FIELDS));
        }
        let options = options.into_iter().map(|(_, option)| Value::Object(option));
        put(rule, list, Value::Array(options.collect()));
    }

    fn read_lists(&mut self, workbook: &Workbook) -> AppResult<()> {
        for list in &LISTS {
            let (sheet, header) = find(workbook, list.sheet, &heads(&[], list.fields))?;
            let mut elements = Vec::new();
            for row in sheet.rows().into_iter().filter(|row| *row > header) {
                let pointer = format!("{}/{}", list.pointer, elements.len());
                elements.push(Value::Object(self.object(sheet, row, (0, list.fields), &pointer)));
                self.stand(pointer, list.sheet, row, (0, list.fields));
            }
            let wanted =
                !elements.is_empty() || (list.pointer != "/bands" && self.set.contains_key("adjustments"));
            if wanted || list.pointer == "/bands" {
                put(&mut self.set, list.pointer, Value::Array(elements));
            }
        }
        let (sheet, header) = find(workbook, NOT_RANKED_SHEET, &[NOT_RANKED_HEAD])?;
        let mut codes = Vec::new();
        for row in sheet.rows().into_iter().filter(|row| *row > header) {
            match value_at(sheet, row, 0, Kind::Code) {
                Ok(code) => codes.extend(code),
                Err(fault) => self.fail(sheet, row, 0, "/not_ranked".to_owned(), NOT_RANKED_HEAD, fault),
            }
        }
        self.set.insert("not_ranked".to_owned(), Value::Array(codes));
        Ok(())
    }
}

type Found = std::iter::Peekable<std::vec::IntoIter<(usize, Map<String, Value>)>>;

/// Puts rows of falling and rising depth into each other.
fn nest(found: &mut Found, depth: usize) -> Vec<Value> {
    let mut nodes = Vec::new();
    while let Some((_, mut node)) = found.next_if(|(at, _)| *at == depth) {
        let children = nest(found, depth + 1);
        if !children.is_empty() {
            node.insert("children".to_owned(), Value::Array(children));
        }
        nodes.push(Value::Object(node));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::criteria::check, formats::xlsx::read_workbook};

    #[test]
    fn every_set_of_ours_comes_back_as_the_very_same_document() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/criteria");
        let story = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/fixtures/story-set.json");
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.push(story.into());
        assert!(paths.len() > 5);
        for path in paths {
            let set: CriteriaSet = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let first = check(set).unwrap();
            let bytes = super::super::write(&first.document, 0).unwrap();
            let again = read(&read_workbook(&bytes).unwrap(), check).unwrap();
            assert_eq!(again.document, first.document, "{}", path.display());
            assert_eq!(again.digest, first.digest);
        }
    }
}
