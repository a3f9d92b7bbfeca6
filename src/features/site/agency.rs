//! One agency in a publication, every point of it.

use askama::Template;

use super::{
    frame::Frame,
    lines::{Line, NOTHING},
    publication::FORMS,
};
use crate::{
    error::AppResult,
    features::publications::{
        AgencyResultView, NodeView, Opened, Print, Publication, Verdict, agency_result, domains, ranking,
    },
    scoring::Points,
};

/// The page of an agency in a publication.
#[derive(Template)]
#[template(path = "agency.html")]
pub struct AgencyPage {
    frame: Frame,
    about: Publication,
    code: String,
    name: String,
    line: Option<Line>,
    calculation: String,
    adjustments: Vec<String>,
    signatures: Vec<String>,
    domains: Vec<Domain>,
    forms: [(&'static str, &'static str); 5],
}

struct Domain {
    code: String,
    name: String,
    points: String,
    maximum: String,
    percent: String,
    /// The percentage again, for the bar's width.
    width: Option<String>,
    mean: String,
    calculation: String,
    rows: Vec<Row>,
}

struct Row {
    code: String,
    name: String,
    points: String,
    maximum: String,
    calculation: String,
    decided: String,
    is_container: bool,
}

impl AgencyPage {
    /// The page; 404 where the publication lacks the agency.
    pub fn build(frame: Frame, about: Publication, opened: &Opened, code: &str) -> AppResult<Self> {
        let document = &opened.document;
        let view = ranking(&about.id, document)?;
        let heads = domains(document, &view).domains;
        let result = agency_result(document, opened.set.as_ref(), view, code)?;
        let name = frame
            .pick(&result.agency.name_vi, result.agency.name_en.as_deref())
            .to_owned();
        let print = Print::of(document);
        let mean = |code: &str| {
            let head = heads.iter().find(|head| head.code == code);
            head.and_then(|head| head.mean.clone())
                .unwrap_or_else(|| NOTHING.to_owned())
        };
        Ok(Self {
            line: result.result.as_ref().map(|entry| Line::of(&frame, entry)),
            calculation: frame
                .pick(&result.calculation_vi, Some(&result.calculation_en))
                .to_owned(),
            adjustments: adjustments(&frame, &result),
            signatures: signatures(&frame, &result),
            domains: sections(&frame, print, &result.nodes, mean),
            forms: FORMS,
            code: code.to_owned(),
            name: name.clone(),
            about,
            frame: Frame { title: name, ..frame },
        })
    }
}

fn adjustments(frame: &Frame, result: &AgencyResultView) -> Vec<String> {
    let given = result
        .adjustments
        .iter()
        .filter(|adjustment| adjustment.amount != Points::ZERO);
    given
        .map(|adjustment| {
            let name = frame.pick(&adjustment.name_vi, adjustment.name_en.as_deref());
            format!("{name}: {} {}", adjustment.counted, frame.w.unit_points)
        })
        .collect()
}

fn signatures(frame: &Frame, result: &AgencyResultView) -> Vec<String> {
    let signers = result.signatures.iter().flat_map(|signature| &signature.signers);
    signers
        .map(|signer| {
            let name = signer.name.as_deref().unwrap_or(NOTHING);
            match signer.signed_at {
                Some(at) => format!("{name}, {}", frame.day(&at)),
                None => name.to_owned(),
            }
        })
        .collect()
}

/// The domains, each with what stands below it.
fn sections(frame: &Frame, print: Print, nodes: &[NodeView], mean: impl Fn(&str) -> String) -> Vec<Domain> {
    let mut domains: Vec<Domain> = Vec::new();
    for node in nodes {
        let name = frame.pick(&node.name_vi, node.name_en.as_deref()).to_owned();
        let calculation = frame
            .pick(&node.calculation_vi, Some(&node.calculation_en))
            .to_owned();
        if node.parent.is_none() {
            let percent = node.index.map(|index| print.index(index));
            domains.push(Domain {
                code: node.code.clone(),
                name: name.clone(),
                points: print.points(node.points),
                maximum: print.points(node.applicable_maximum),
                width: percent.clone(),
                percent: percent.unwrap_or_else(|| frame.w.not_applicable.to_owned()),
                mean: mean(&node.code),
                // That of a domain which is itself an indicator stands in its row.
                calculation: if node.rule.is_some() {
                    String::new()
                } else {
                    calculation.clone()
                },
                rows: Vec::new(),
            });
        }
        // A domain that is itself an indicator has its row, too.
        let has_row = node.parent.is_some() || node.rule.is_some();
        if let Some(domain) = domains.last_mut().filter(|_| has_row) {
            domain.rows.push(Row {
                code: node.code.clone(),
                name,
                points: print.points(node.points),
                maximum: print.points(node.applicable_maximum),
                calculation,
                decided: decided(frame, node),
                is_container: node.rule.is_none(),
            });
        }
    }
    domains
}

/// Who decided what, or where entered points come from.
fn decided(frame: &Frame, node: &NodeView) -> String {
    let w = frame.w;
    let verdict = node.verdict.map(|verdict| match verdict {
        Verdict::Recognised => w.recognised,
        Verdict::Corrected => w.corrected,
        Verdict::PointsSet => w.points_set,
    });
    let body = node.deciding_body.as_ref().map(ToString::to_string);
    let mut parts: Vec<String> = body.into_iter().chain(verdict.map(str::to_owned)).collect();
    if let Some(size) = node.sample_size {
        parts.push(format!("{}: {size}", w.survey_sample));
    }
    parts.extend(node.source.clone());
    parts.join(": ")
}
