//! Some agencies of a publication side by side.

use askama::Template;

use super::{
    frame::Frame,
    lines::{Line, NOTHING},
};
use crate::{
    error::AppResult,
    features::publications::{AgencyRecord, Opened, Print, Publication, domains, ranking},
    scoring::{Node, Points},
};

/// So many agencies fit beside each other.
pub const COMPARED_MAX: usize = 5;

/// The page of a comparison; without columns where too few or too many were chosen.
#[derive(Template)]
#[template(path = "compare.html")]
pub struct Compare {
    frame: Frame,
    about: Publication,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Column {
    code: String,
    name: String,
}

struct Row {
    name: String,
    cells: Vec<Cell>,
    mean: String,
    is_head: bool,
}

struct Cell {
    text: String,
    is_best: bool,
}

impl Compare {
    /// The page of the agencies that were chosen.
    pub fn build(frame: Frame, about: Publication, opened: &Opened, codes: &[String]) -> AppResult<Self> {
        let document = &opened.document;
        let agencies: Vec<&AgencyRecord> = codes.iter().filter_map(|code| document.agency(code)).collect();
        let fits = (2..=COMPARED_MAX).contains(&agencies.len()) && agencies.len() == codes.len();
        let mut page = Self {
            frame,
            about,
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let Some(set) = document.criteria_set.document.as_ref().filter(|_| fits) else {
            return Ok(page);
        };
        let view = ranking(&page.about.id, document)?;
        let heads = domains(document, &view).domains;
        let frame = &page.frame;
        for agency in &agencies {
            page.columns.push(Column {
                code: agency.code.to_string(),
                name: frame.pick(&agency.name_vi, agency.name_en.as_deref()).to_owned(),
            });
        }
        let print = Print::of(document);
        let lines: Vec<Line> = agencies
            .iter()
            .filter_map(|agency| {
                let mut entries = view.entries.iter().chain(&view.not_ranked);
                entries.find(|entry| entry.agency.code == agency.code)
            })
            .map(|entry| Line::of(frame, entry))
            .collect();
        page.rows.push(Row {
            name: frame.w.place.to_owned(),
            cells: lines.iter().map(|line| plain(&line.place)).collect(),
            mean: String::new(),
            is_head: true,
        });
        let scores = agencies
            .iter()
            .map(|agency| agency.score.or(agency.index))
            .collect();
        page.rows.push(Row {
            name: frame.w.index.to_owned(),
            cells: marked(print, scores),
            mean: view.mean.clone().unwrap_or_default(),
            is_head: true,
        });
        for domain in &set.children {
            let mean = heads.iter().find(|head| head.code == domain.code);
            let mean = mean.and_then(|head| head.mean.clone()).unwrap_or_default();
            page.rows.push(row(frame, print, domain, &agencies, mean, true));
            for criterion in domain.children.iter().flatten() {
                page.rows
                    .push(row(frame, print, criterion, &agencies, String::new(), false));
            }
        }
        Ok(page)
    }
}

fn plain(text: &str) -> Cell {
    let text = if text.is_empty() { NOTHING } else { text };
    Cell {
        text: text.to_owned(),
        is_best: false,
    }
}

/// Percentages, the highest marked unless all are equal.
fn marked(print: Print, numbers: Vec<Option<Points>>) -> Vec<Cell> {
    let best = numbers.iter().flatten().max().copied();
    let all_equal = numbers.iter().all(|number| *number == best);
    numbers
        .into_iter()
        .map(|number| Cell {
            text: number.map_or_else(|| NOTHING.to_owned(), |number| print.index(number)),
            is_best: number.is_some() && number == best && !all_equal,
        })
        .collect()
}

fn row(
    frame: &Frame,
    print: Print,
    node: &Node,
    agencies: &[&AgencyRecord],
    mean: String,
    is_head: bool,
) -> Row {
    let numbers = agencies
        .iter()
        .map(|agency| index_of(agency, &node.code))
        .collect();
    let name = frame.pick(&node.name_vi, node.name_en.as_deref());
    Row {
        name: format!("{}. {name}", node.code),
        cells: marked(print, numbers),
        mean,
        is_head,
    }
}

/// What an agency reached of a node, in percent.
fn index_of(agency: &AgencyRecord, code: &str) -> Option<Points> {
    if let Some(node) = agency.nodes.iter().find(|node| node.code == code) {
        return node.index;
    }
    let indicator = agency
        .indicators
        .iter()
        .find(|indicator| indicator.code == code)?;
    Points::index_of(indicator.points, indicator.maximum)
}
