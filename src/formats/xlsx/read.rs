//! A workbook: which sheets there are, and what they share.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::{
    archive::{Archive, limits},
    fault::WorkbookFault,
    sheet::{Shared, Sheet, read_sheet},
    styles::Styles,
    text::{BadXml, attribute, reader, rich_text},
};

/// A workbook that was read: plain cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workbook {
    /// Its sheets, hidden ones too, in their order.
    pub sheets: Vec<Sheet>,
}

impl Workbook {
    /// A sheet by its name.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

/// Reads a workbook from the bytes of a file.
///
/// # Errors
/// It is no workbook, has macros, is larger than the [`limits`], or damaged.
pub fn read_workbook(bytes: &[u8]) -> Result<Workbook, WorkbookFault> {
    let archive = Archive::open(bytes)?;
    let path = workbook_path(&archive);
    let xml = archive
        .part(&path)
        .ok_or_else(|| WorkbookFault::damaged("workbook"))?;
    let (names, starts_1904) = sheet_names(xml).map_err(|_| WorkbookFault::damaged("workbook"))?;
    if names.len() > limits::SHEETS_MAX {
        return Err(WorkbookFault::too_large(
            "quá nhiều trang tính",
            "it has too many sheets",
        ));
    }
    let relations = relations(&archive, &path).map_err(|_| WorkbookFault::damaged("workbook.xml.rels"))?;
    let of_kind = |kind: &str| {
        relations
            .values()
            .find(|relation| relation.kind.ends_with(kind))
            .and_then(|relation| archive.part(&relation.target))
    };
    let strings = of_kind("/sharedStrings")
        .map_or(Ok(Vec::new()), shared_strings)
        .map_err(|_| WorkbookFault::damaged("sharedStrings"))?;
    let styles = of_kind("/styles")
        .map_or(Ok(Styles::default()), Styles::read)
        .map_err(|_| WorkbookFault::damaged("styles"))?;
    let mut shared = Shared {
        strings: &strings,
        styles: &styles,
        starts_1904,
        cells_left: limits::CELLS_MAX,
        bytes_left: limits::TEXT_BYTES_MAX,
    };
    let mut sheets = Vec::with_capacity(names.len());
    for (name, relation) in names {
        let relation = relations.get(&relation);
        // A chart or a dialogue takes a sheet's place without being one.
        let Some(relation) = relation.filter(|relation| relation.kind.ends_with("/worksheet")) else {
            continue;
        };
        let xml = archive
            .part(&relation.target)
            .ok_or_else(|| WorkbookFault::damaged(&name))?;
        sheets.push(read_sheet(&name, xml, &mut shared)?);
    }
    Ok(Workbook { sheets })
}

struct Relation {
    kind: String,
    target: String,
}

/// Where the workbook lies, as the package says.
fn workbook_path(archive: &Archive) -> String {
    let root = relations(archive, "").unwrap_or_default();
    root.into_values()
        .find(|relation| relation.kind.ends_with("/officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target)
}

/// What a part refers to, by id; targets are taken as full names.
fn relations(archive: &Archive, part: &str) -> Result<BTreeMap<String, Relation>, BadXml> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let path = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let mut found = BTreeMap::new();
    let mut reader = reader(archive.part(&path).unwrap_or(""));
    loop {
        match reader.read_event()? {
            Event::Start(start) if start.local_name().as_ref() == "Relationship" => {
                let id = attribute(&start, "Id")?.unwrap_or_default();
                let target = attribute(&start, "Target")?.unwrap_or_default();
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                };
                let kind = attribute(&start, "Type")?.unwrap_or_default();
                found.insert(id, Relation { kind, target });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The sheets with the ids of their parts, and whether days count from 1904.
fn sheet_names(xml: &str) -> Result<(Vec<(String, String)>, bool), BadXml> {
    let mut reader = reader(xml);
    let mut names = Vec::new();
    let mut starts_1904 = false;
    loop {
        match reader.read_event()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "workbookPr" => {
                    let set = attribute(&start, "date1904")?;
                    starts_1904 = set.is_some_and(|set| set == "1" || set == "true");
                }
                "sheet" => {
                    let name = attribute(&start, "name")?.ok_or(BadXml)?;
                    // The id of the relation, not `sheetId`.
                    names.push((name, attribute(&start, "id")?.ok_or(BadXml)?));
                }
                _ => {}
            },
            Event::Eof => return Ok((names, starts_1904)),
            _ => {}
        }
    }
}

fn shared_strings(xml: &str) -> Result<Vec<String>, BadXml> {
    let mut reader = reader(xml);
    let mut strings = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) if start.local_name().as_ref() == "si" => {
                strings.push(rich_text(&mut reader, "si")?);
            }
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}
