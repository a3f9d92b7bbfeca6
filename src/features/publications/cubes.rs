//! The parts of a publication as cubes, from which JSON-stat and SDMX are written. Pure.
//!
//! All have the same dimensions: year, agency, node and measure, so that parts of different years fit together.

use super::{
    document::{AgencyRecord, Document, RankedRecord},
    measures::{Measure, OF_NODES, OF_TOTAL},
    nodes::{NodeHead, Places, heads},
    part::PartName,
    views::Print,
};
use crate::{
    error::{AppError, AppResult},
    formats::{Category, Cube, Dimension, Names, Observation, Role, sdmx},
    ids::PublicationId,
};

/// Numbers of one body. Whoever wants more of them reads the parts one by one.
pub const OBSERVATIONS_MAX: usize = 1_000_000;
/// Characters of a publication's id in the id of its structure: 64 bits.
const ID_LENGTH: usize = 16;
/// Who publishes.
const SOURCE: &str = "PAR Index";

/// The id of a publication's structure.
pub fn structure_id(id: &PublicationId) -> String {
    let id = id.as_str().to_ascii_uppercase();
    format!("P{}", id.get(..ID_LENGTH).unwrap_or(&id))
}

/// What a part shows.
struct Slice {
    agencies: Option<String>,
    nodes: Vec<Category>,
    measures: Vec<Measure>,
}

fn total(document: &Document) -> Category {
    let set = document.criteria_set.document.as_ref();
    Category {
        code: sdmx::TOTAL.to_owned(),
        names: Names {
            vi: set.map_or_else(|| "Toàn bộ".to_owned(), |set| set.title_vi.clone()),
            en: set.map_or_else(|| Some("Total".to_owned()), |set| set.title_en.clone()),
        },
        parent: None,
        unit: None,
    }
}

fn node(head: &NodeHead) -> Category {
    Category {
        code: head.code.clone(),
        names: Names {
            vi: head.name_vi.clone(),
            en: head.name_en.clone(),
        },
        parent: Some(head.parent.clone().unwrap_or_else(|| sdmx::TOTAL.to_owned())),
        unit: None,
    }
}

fn slice(document: &Document, part: &PartName) -> Slice {
    let heads = heads(document);
    let whole = || {
        std::iter::once(total(document))
            .chain(heads.iter().map(node))
            .collect()
    };
    let (agencies, nodes, measures): (_, Vec<Category>, &[Measure]) = match part {
        PartName::Ranking => (None, vec![total(document)], &OF_TOTAL),
        PartName::Domains => {
            let domains = heads.iter().filter(|head| head.parent.is_none());
            (None, domains.map(node).collect(), &OF_NODES)
        }
        PartName::Agency(code) => (Some(code.clone()), whole(), &OF_NODES),
        PartName::Node(code) => {
            let one = heads.iter().filter(|head| head.code == *code);
            (None, one.map(node).collect(), &OF_NODES)
        }
        _ => (None, whole(), &OF_NODES),
    };
    Slice {
        agencies,
        nodes,
        measures: measures.to_vec(),
    }
}

/// A part as a cube; refused where it has more numbers than one body may have.
pub fn cube(id: &PublicationId, document: &Document, part: &PartName) -> AppResult<Cube> {
    let slice = slice(document, part);
    let print = Print::of(document);
    let places = Places::of(document);
    let agencies = lines(document, slice.agencies.as_deref())?;
    check_size(agencies.len() * slice.nodes.len() * slice.measures.len())?;
    let mut values = Vec::with_capacity(agencies.len() * slice.nodes.len() * slice.measures.len());
    for (agency, line) in &agencies {
        for node in &slice.nodes {
            let is_total = node.code == sdmx::TOTAL;
            let figures = if is_total {
                None
            } else {
                places.figures(agency, &node.code)
            };
            for measure in &slice.measures {
                values.push(if is_total {
                    Some(measure.of_total(agency, Some(line), print))
                } else {
                    measure.of_node(figures, print)
                });
            }
        }
    }
    let agencies = agencies
        .iter()
        .map(|(agency, _)| agency_category(agency))
        .collect();
    let measures = slice.measures.iter().map(|one| one.category(print)).collect();
    Ok(frame_of(id, document, (agencies, slice.nodes, measures), values))
}

/// What all parts of a publication are made of: the cube of its structure, without numbers.
pub fn outline(id: &PublicationId, document: &Document) -> AppResult<Cube> {
    let print = Print::of(document);
    let agencies = lines(document, None)?;
    let agencies = agencies
        .iter()
        .map(|(agency, _)| agency_category(agency))
        .collect();
    let nodes = std::iter::once(total(document))
        .chain(heads(document).iter().map(node))
        .collect();
    let measures = OF_TOTAL.iter().map(|one| one.category(print)).collect();
    Ok(frame_of(id, document, (agencies, nodes, measures), Vec::new()))
}

/// Refuses what is too large for one body.
pub fn check_size(observations: usize) -> AppResult<()> {
    if observations <= OBSERVATIONS_MAX {
        return Ok(());
    }
    Err(AppError::with(
        crate::error::ErrorCode::NotAcceptable,
        format!(
            "{observations} số liệu là quá nhiều cho một tệp (tối đa {OBSERVATIONS_MAX}); hãy đọc từng cơ quan hoặc từng tiêu chí."
        ),
        format!(
            "{observations} numbers are too many for one body (at most {OBSERVATIONS_MAX}): read agency by agency or node by node."
        ),
    ))
}

fn lines<'a>(
    document: &'a Document,
    only: Option<&str>,
) -> AppResult<Vec<(&'a AgencyRecord, &'a RankedRecord)>> {
    let all = document.ranking.iter().chain(&document.not_ranked);
    all.filter(|line| only.is_none_or(|code| line.agency.as_str() == code))
        .map(|line| {
            let agency = document
                .agency(line.agency.as_str())
                .ok_or_else(|| AppError::internal("a ranking names an agency that the document lacks"))?;
            Ok((agency, line))
        })
        .collect()
}

/// An agency as a category.
pub fn agency_category(agency: &AgencyRecord) -> Category {
    Category {
        code: agency.code.to_string(),
        names: Names {
            vi: agency.name_vi.clone(),
            en: agency.name_en.clone(),
        },
        parent: None,
        unit: None,
    }
}

/// The four dimensions of every cube.
pub fn dimensions(
    years: Vec<Category>,
    agencies: Vec<Category>,
    nodes: Vec<Category>,
    measures: Vec<Category>,
) -> Vec<Dimension> {
    let dimension = |id, vi, en, role, categories| Dimension {
        id,
        names: Names::new(vi, en),
        role,
        categories,
    };
    vec![
        dimension("year", "Năm đánh giá", "Year assessed", Role::Time, years),
        dimension("agency", "Cơ quan", "Agency", Role::Unit, agencies),
        dimension(
            "node",
            "Lĩnh vực, tiêu chí, tiêu chí thành phần",
            "Domain, criterion or indicator",
            Role::Classification,
            nodes,
        ),
        dimension("measure", "Chỉ tiêu số liệu", "Measure", Role::Metric, measures),
    ]
}

/// A year as a category.
pub fn year_category(year: i32) -> Category {
    Category {
        code: year.to_string(),
        names: Names::new(year.to_string(), year.to_string()),
        parent: None,
        unit: None,
    }
}

fn frame_of(
    id: &PublicationId,
    document: &Document,
    (agencies, nodes, measures): (Vec<Category>, Vec<Category>, Vec<Category>),
    values: Vec<Option<Observation>>,
) -> Cube {
    let external = document.external.as_ref().and_then(|source| source.note.as_ref());
    let notes = [document.notice_vi.as_ref(), document.notice_en.as_ref(), external];
    Cube {
        id: structure_id(id),
        version: "1.0.0".to_owned(),
        title: Names {
            vi: document.title_vi.clone(),
            en: document.title_en.clone(),
        },
        notes: notes.into_iter().flatten().cloned().collect(),
        source: SOURCE.to_owned(),
        updated: document.published_at.to_string(),
        dimensions: dimensions(
            vec![year_category(document.round.year)],
            agencies,
            nodes,
            measures,
        ),
        values,
    }
}
