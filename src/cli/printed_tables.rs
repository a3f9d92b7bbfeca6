//! Earlier results as two printed tables (CSV): one line an agency and year, one line a level and year. Pure.
//!
//! The columns are those of `data/sources/par_index_provinces.csv` and `data/sources/par_index_yearly_summary.csv`.
//! What is printed of one level and year becomes one external table. Columns on SIPAS belong to another index and are
//! passed over; a line that holds nothing else is counted in [`PrintedTables::passed_over`].

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    features::publications::{EntryBasis, ExternalEntry, ExternalTable, SourceRecord, Summary},
    ids::{AgencyCode, LevelCode, RoundCode, SetCode},
    scoring::Points,
};

/// One level's tables: the ends of their codes, and what their titles say. The words are those of the decisions that
/// announced the index.
struct LevelOfTables {
    level: &'static str,
    family: &'static str,
    title_vi: &'static str,
    title_en: &'static str,
}

const LEVELS: [LevelOfTables; 2] = [
    LevelOfTables {
        level: "ministry",
        family: "ministries",
        title_vi: "các bộ, cơ quan ngang bộ",
        title_en: "ministries and ministerial-level agencies",
    },
    LevelOfTables {
        level: PROVINCE,
        family: "provinces",
        title_vi: "các tỉnh, thành phố trực thuộc Trung ương",
        title_en: "provinces and cities under central government",
    },
];

const PROVINCE: &str = "province";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyLine {
    year: i32,
    province: String,
    par_index_pct: String,
    rank_of_63: String,
    basis: String,
    #[serde(rename = "sipas_pct")]
    _sipas_pct: String,
    #[serde(rename = "sipas_rank")]
    _sipas_rank: String,
    note: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SummaryLine {
    year: i32,
    level: String,
    ranked_units: String,
    average_pct: String,
    max_pct: String,
    min_pct: String,
    announced: String,
    note: String,
    source: String,
}

/// What one (level, year) has been read of so far.
#[derive(Default)]
struct Collected {
    summary: Option<(Summary, Vec<String>)>,
    entries: Vec<NamedEntry>,
    sources: BTreeSet<String>,
}

/// An entry whose agency is known by its printed name only.
struct NamedEntry {
    /// Where it stands, for messages.
    at: String,
    name: String,
    index: Option<Points>,
    place: Option<u32>,
    basis: EntryBasis,
    note: String,
}

impl NamedEntry {
    fn of(self, agency: AgencyCode) -> ExternalEntry {
        ExternalEntry {
            agency,
            index: self.index,
            place: self.place,
            basis: self.basis,
            note: Some(self.note),
        }
    }
}

/// The tables of one command, put together from all its CSV files.
#[derive(Default)]
pub(super) struct PrintedTables {
    tables: BTreeMap<(i32, &'static str), Collected>,
    /// Lines with neither an index nor a place.
    pub(super) passed_over: usize,
}

impl PrintedTables {
    /// Takes one file in; its first line says which of the two it is.
    ///
    /// # Errors
    /// A sentence that names the file, the line and the column.
    pub(super) fn read(&mut self, file: &str, text: &str) -> Result<(), String> {
        let text = text.trim_start_matches('\u{feff}');
        let header = text.lines().next().unwrap_or_default();
        let has = |column: &str| header.split(',').any(|name| name.trim() == column);
        if has("province") {
            lines(file, text)?
                .into_iter()
                .try_for_each(|(at, line)| self.take_agency(at, line))
        } else if has("ranked_units") {
            lines(file, text)?
                .into_iter()
                .try_for_each(|(at, line)| self.take_summary(&at, line))
        } else {
            Err(format!(
                "{file}: the first line names neither the column province nor ranked_units; the columns are those of \
                 data/sources/par_index_provinces.csv or data/sources/par_index_yearly_summary.csv"
            ))
        }
    }

    fn take_agency(&mut self, at: String, line: AgencyLine) -> Result<(), String> {
        let index: Option<Points> = number(&at, "par_index_pct", &line.par_index_pct)?;
        let place: Option<u32> = number(&at, "rank_of_63", &line.rank_of_63)?;
        if index.is_none() && place.is_none() {
            self.passed_over += 1;
            return Ok(());
        }
        let (basis, basis_note) = basis(&at, &line.basis)?;
        let note = joined(&[basis_note, &line.note, &format!("source {}", line.source)]);
        let collected = self.tables.entry((line.year, PROVINCE)).or_default();
        collected.sources.extend(codes(&at, &line.source)?);
        collected.entries.push(NamedEntry {
            at,
            name: line.province,
            index,
            place,
            basis,
            note,
        });
        Ok(())
    }

    fn take_summary(&mut self, at: &str, line: SummaryLine) -> Result<(), String> {
        let level = LEVELS
            .iter()
            .find(|known| known.level == line.level)
            .ok_or_else(|| format!("{at}: level \"{}\" is not one of ministry, province", line.level))?
            .level;
        let summary = Summary {
            ranked_units: number(at, "ranked_units", &line.ranked_units)?,
            mean: number(at, "average_pct", &line.average_pct)?,
            maximum: number(at, "max_pct", &line.max_pct)?,
            minimum: number(at, "min_pct", &line.min_pct)?,
        };
        let collected = self.tables.entry((line.year, level)).or_default();
        collected.sources.extend(codes(at, &line.source)?);
        let announced = match line.announced.trim() {
            "" => String::new(),
            day => format!("announced {day}"),
        };
        if collected
            .summary
            .replace((summary, vec![announced, line.note]))
            .is_some()
        {
            return Err(format!(
                "{at}: the year {} of this level stands above already",
                line.year
            ));
        }
        Ok(())
    }

    /// The tables, by year and level. `find` tells which agencies of a level bore a name at the end of a year.
    ///
    /// # Errors
    /// A sentence for every name that no agency, or more than one, has.
    pub(super) fn into_tables(
        self,
        mut find: impl FnMut(&LevelCode, i32, &str) -> Result<Vec<AgencyCode>, String>,
    ) -> Result<Vec<ExternalTable>, String> {
        let mut wrong = Vec::new();
        let mut tables = Vec::new();
        for ((year, level), collected) in self.tables {
            let code = level.parse::<LevelCode>().map_err(|error| error.to_string())?;
            let mut entries = Vec::new();
            for entry in collected.entries {
                let (at, name) = (&entry.at, &entry.name);
                match find(&code, year, name)?.as_slice() {
                    [agency] => entries.push(entry.of(agency.clone())),
                    [] => wrong.push(format!(
                        "{at}: no agency of the level {level} was called \"{name}\" in {year}; import the agencies \
                         first (parindex import agencies data/agencies.json), or mend the name"
                    )),
                    several => wrong.push(format!(
                        "{at}: several agencies were called \"{name}\" in {year}: {}",
                        several
                            .iter()
                            .map(ToString::to_string)
                            .collect::<Vec<_>>()
                            .join(", ")
                    )),
                }
            }
            tables.push(table(year, code, collected.summary, collected.sources, entries)?);
        }
        if wrong.is_empty() {
            Ok(tables)
        } else {
            Err(wrong.join("\n"))
        }
    }
}

fn table(
    year: i32,
    level: LevelCode,
    summary: Option<(Summary, Vec<String>)>,
    sources: BTreeSet<String>,
    entries: Vec<ExternalEntry>,
) -> Result<ExternalTable, String> {
    let words = LEVELS
        .iter()
        .find(|known| known.level == level.as_str())
        .ok_or_else(|| format!("{level} has no tables"))?;
    let (summary, mut notes) =
        summary.unwrap_or_else(|| (Summary::default(), vec!["no summary figures found".to_owned()]));
    let placed = entries.iter().filter(|entry| entry.place.is_some()).count();
    let complete = summary.ranked_units.is_some_and(|units| units as usize == placed);
    if !complete {
        let units = summary
            .ranked_units
            .map_or_else(|| "an unknown number of".to_owned(), |units| units.to_string());
        notes.push(format!("partial table: {} of {units} units", entries.len()));
    }
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    let family = words.family;
    Ok(ExternalTable {
        code: format!("par-index-{year}-{family}")
            .parse::<RoundCode>()
            .map_err(|error| error.to_string())?,
        set: format!("par-index-{family}")
            .parse::<SetCode>()
            .map_err(|error| error.to_string())?,
        level,
        year,
        title_vi: format!(
            "Chỉ số cải cách hành chính năm {year} của {} (PAR INDEX {year})",
            words.title_vi
        ),
        title_en: Some(format!("PAR INDEX {year}, {}", words.title_en)),
        sources: sources
            .into_iter()
            .map(|code| SourceRecord { code, address: None })
            .collect(),
        complete,
        note: Some(joined(&notes)).filter(|note| !note.is_empty()),
        summary,
        entries,
        supersedes: None,
    })
}

/// The lines of a CSV file below its header, each with where it stands.
fn lines<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<(String, T)>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|error| format!("{file}: {error}"))?
        .clone();
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("{file}: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let at = format!("{file}: line {line}");
        let row = record
            .deserialize(Some(&headers))
            .map_err(|error| format!("{at}: {error}"))?;
        found.push((at, row));
    }
    Ok(found)
}

/// A number, if the cell holds anything.
fn number<T: FromStr<Err: std::fmt::Display>>(
    at: &str,
    column: &str,
    text: &str,
) -> Result<Option<T>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error| format!("{at}: {column} \"{text}\" is no number: {error}"))
}

/// What an entry stands on, and the words that tell more than that.
fn basis<'a>(at: &str, words: &'a str) -> Result<(EntryBasis, &'a str), String> {
    if words == "published" {
        Ok((EntryBasis::Published, ""))
    } else if words.contains("derived") {
        Ok((EntryBasis::Derived, words))
    } else if words.contains("inferred") {
        Ok((EntryBasis::Inferred, words))
    } else {
        Err(format!(
            "{at}: basis \"{words}\" is neither \"published\" nor says what is derived or inferred"
        ))
    }
}

/// The codes of the sources in a cell, apart by semicolons.
fn codes(at: &str, cell: &str) -> Result<Vec<String>, String> {
    let codes: Vec<String> = cell
        .split(';')
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect();
    if codes.is_empty() {
        return Err(format!("{at}: source is empty; a number needs its source"));
    }
    Ok(codes)
}

fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    said.join("; ")
}
