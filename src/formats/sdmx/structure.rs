//! The structure of a cube, before it is written: what XML and JSON both say.

use super::{MAINTAINER, TOTAL, code_of, dimension_id, in_order};
use crate::formats::cube::{Cube, Dimension, Names, Role, Status};

/// The version of what is the same for all publications.
const COMMON_VERSION: &str = "1.0.0";
/// The concepts of all publications.
const CONCEPTS: &str = "CS_PARINDEX";
const MODEL: &str = "urn:sdmx:org.sdmx.infomodel";

/// What a publication's data are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The id of the data structure and the dataflow.
    pub id: String,
    /// Their version.
    pub version: String,
    /// Their name.
    pub names: Names,
    /// When the publication was published.
    pub prepared: String,
    /// The codelists.
    pub codelists: Vec<Codelist>,
    /// The concepts.
    pub concepts: Vec<(String, Names)>,
    /// Dimensions with their codelist, but for the time, which stands last.
    pub dimensions: Vec<(String, String)>,
}

/// A list of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codelist {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub names: Names,
    /// Its codes.
    pub codes: Vec<Code>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub id: String,
    /// What it stands for.
    pub names: Names,
    /// The code above it.
    pub parent: Option<String>,
}

impl Code {
    fn plain(id: &str, names: Names) -> Self {
        Self {
            id: id.to_owned(),
            names,
            parent: None,
        }
    }
}

impl Structure {
    /// The structure of a cube.
    pub fn of(cube: &Cube) -> Self {
        let dimensions: Vec<&Dimension> = in_order(cube)
            .into_iter()
            .filter_map(|position| cube.dimensions.get(position))
            .filter(|dimension| dimension.role != Role::Time)
            .collect();
        let mut codelists: Vec<Codelist> = dimensions
            .iter()
            .map(|dimension| codelist(cube, dimension))
            .collect();
        codelists.push(statuses());
        codelists.push(units());
        Self {
            id: cube.id.clone(),
            version: cube.version.clone(),
            names: cube.title.clone(),
            prepared: cube.updated.clone(),
            concepts: concepts(),
            dimensions: dimensions
                .iter()
                .zip(&codelists)
                .map(|(dimension, list)| (dimension_id(dimension), list.urn()))
                .collect(),
            codelists,
        }
    }

    /// The URN of the data structure.
    pub fn urn(&self) -> String {
        format!(
            "{MODEL}.datastructure.DataStructure={MAINTAINER}:{}({})",
            self.id, self.version
        )
    }

    /// The URN of a codelist that all publications share.
    pub fn common_codelist(id: &str) -> String {
        format!("{MODEL}.codelist.Codelist={MAINTAINER}:{id}({COMMON_VERSION})")
    }

    /// The URN of a concept.
    pub fn concept(id: &str) -> String {
        format!("{MODEL}.conceptscheme.Concept={MAINTAINER}:{CONCEPTS}({COMMON_VERSION}).{id}")
    }

    /// The id and the version of the scheme of concepts.
    pub fn concept_scheme() -> (&'static str, &'static str) {
        (CONCEPTS, COMMON_VERSION)
    }
}

impl Codelist {
    /// Its URN.
    pub fn urn(&self) -> String {
        format!(
            "{MODEL}.codelist.Codelist={MAINTAINER}:{}({})",
            self.id, self.version
        )
    }
}

/// Agencies and nodes are the publication's own; measures are the same for all.
fn codelist(cube: &Cube, dimension: &Dimension) -> Codelist {
    let codes = dimension.categories.iter().map(|category| Code {
        id: code_of(dimension, &category.code),
        names: category.names.clone(),
        // The domains stand at the top, beside the total.
        parent: category
            .parent
            .as_deref()
            .filter(|parent| *parent != TOTAL)
            .map(|parent| code_of(dimension, parent)),
    });
    let (id, version) = match dimension.role {
        Role::Metric => ("CL_MEASURE".to_owned(), COMMON_VERSION.to_owned()),
        _ => (
            format!("{}_{}", cube.id, dimension_id(dimension)),
            cube.version.clone(),
        ),
    };
    Codelist {
        id,
        version,
        names: dimension.names.clone(),
        codes: codes.collect(),
    }
}

fn statuses() -> Codelist {
    Codelist {
        id: "CL_OBS_STATUS".to_owned(),
        version: COMMON_VERSION.to_owned(),
        names: Names::new("Tình trạng số liệu", "Observation status"),
        codes: Status::ALL
            .into_iter()
            .map(|status| Code::plain(status.code(), status.names()))
            .collect(),
    }
}

fn units() -> Codelist {
    Codelist {
        id: "CL_UNIT_MEASURE".to_owned(),
        version: COMMON_VERSION.to_owned(),
        names: Names::new("Đơn vị tính", "Unit of measure"),
        codes: vec![
            Code::plain("PLACE", Names::new("thứ hạng", "place")),
            Code::plain("POINTS", Names::new("điểm", "points")),
            Code::plain("PT", Names::new("phần trăm", "percent")),
        ],
    }
}

fn concepts() -> Vec<(String, Names)> {
    [
        ("AGENCY", "Cơ quan", "Agency"),
        (
            "NODE",
            "Lĩnh vực, tiêu chí, tiêu chí thành phần",
            "Domain, criterion or indicator",
        ),
        ("MEASURE", "Chỉ tiêu số liệu", "Measure"),
        ("TIME_PERIOD", "Năm đánh giá", "Year assessed"),
        ("OBS_VALUE", "Giá trị", "Value"),
        ("OBS_STATUS", "Tình trạng số liệu", "Observation status"),
        ("UNIT_MEASURE", "Đơn vị tính", "Unit of measure"),
    ]
    .map(|(id, vi, en)| (id.to_owned(), Names::new(vi, en)))
    .into()
}
