//! The criteria set of a publication, as people read it.

use askama::Template;

use super::{frame::Frame, rule_words::rule_in_words};
use crate::{
    error::{AppError, AppResult},
    features::publications::{Opened, Publication},
    scoring::Node,
};

/// The page of a criteria set.
#[derive(Template)]
#[template(path = "criteria.html")]
pub struct Criteria {
    frame: Frame,
    about: Publication,
    illustrative: bool,
    description: Option<String>,
    decision: Option<String>,
    maximum: String,
    rounding: String,
    bands: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    code: String,
    name: String,
    maximum: String,
    rule: String,
    is_container: bool,
}

impl Criteria {
    /// The page; 404 for a table that came without its set.
    pub fn build(frame: Frame, about: Publication, opened: &Opened) -> AppResult<Self> {
        let set = opened
            .document
            .criteria_set
            .document
            .as_ref()
            .ok_or_else(AppError::not_found)?;
        let title = frame.pick(&set.title_vi, set.title_en.as_deref()).to_owned();
        let w = frame.w;
        let band = |band: &crate::scoring::SetBand| {
            let name = frame.pick(&band.name_vi, band.name_en.as_deref());
            format!("{name}: {} {}", w.from_points, band.from)
        };
        let mut rows = Vec::new();
        for node in &set.children {
            push(&frame, &mut rows, node);
        }
        let description = frame.pick_some(set.description_vi.as_deref(), set.description_en.as_deref());
        Ok(Self {
            illustrative: set.illustrative,
            description: description.map(str::to_owned),
            decision: set
                .source
                .as_ref()
                .map(|source| format!("{}, {}, {}", source.decision, source.date, source.issuer)),
            maximum: set.maximum.to_string(),
            rounding: format!("{} {}", set.rounding.decimals, w.decimals),
            bands: set.bands.iter().map(band).collect(),
            rows,
            about,
            frame: Frame { title, ..frame },
        })
    }
}

/// The node and all below it. The set's validator bounds the depth.
fn push(frame: &Frame, rows: &mut Vec<Row>, node: &Node) {
    rows.push(Row {
        code: node.code.clone(),
        name: frame.pick(&node.name_vi, node.name_en.as_deref()).to_owned(),
        maximum: node.maximum.to_string(),
        rule: node
            .rule
            .as_ref()
            .map(|rule| rule_in_words(frame, rule))
            .unwrap_or_default(),
        is_container: node.children.is_some(),
    });
    for child in node.children.iter().flatten() {
        push(frame, rows, child);
    }
}
