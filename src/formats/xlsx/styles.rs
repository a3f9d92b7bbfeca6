//! Which cell styles show a number as a date: a cell that looks like «05/01/2025» holds 45662.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::text::{BadXml, attribute, reader};

/// The styles of a workbook, by number: whether each shows a date.
#[derive(Debug, Default)]
pub(super) struct Styles {
    dates: Vec<bool>,
}

impl Styles {
    /// Reads `styles.xml`.
    pub fn read(xml: &str) -> Result<Self, BadXml> {
        let mut reader = reader(xml);
        let mut own: BTreeMap<u32, bool> = BTreeMap::new();
        let mut dates = Vec::new();
        let mut in_cell_formats = false;
        loop {
            match reader.read_event()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok());
                        let code = attribute(&start, "formatCode")?.unwrap_or_default();
                        own.extend(id.map(|id| (id, shows_date(&code))));
                    }
                    "cellXfs" => in_cell_formats = true,
                    "xf" if in_cell_formats => {
                        let id = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok());
                        let id: u32 = id.unwrap_or(0);
                        dates.push(own.get(&id).copied().unwrap_or_else(|| is_built_in_date(id)));
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == "cellXfs" => in_cell_formats = false,
                Event::Eof => return Ok(Self { dates }),
                _ => {}
            }
        }
    }

    /// Whether a style shows a date.
    pub fn shows_date(&self, style: Option<&str>) -> bool {
        style
            .and_then(|style| style.parse::<usize>().ok())
            .and_then(|style| self.dates.get(style))
            .copied()
            .unwrap_or(false)
    }
}

fn is_built_in_date(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format's code has a part of a date outside of quotes and brackets.
fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for character in code.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match character {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' if !quoted && !bracketed => {
                return !code.eq_ignore_ascii_case("general");
            }
            _ => {}
        }
    }
    false
}
