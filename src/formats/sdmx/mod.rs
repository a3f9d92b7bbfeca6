//! SDMX 3.0: data as SDMX-CSV 2.0, and the structure that it stands on as SDMX-ML 3.0 and as SDMX-JSON 2.0.
//!
//! All data have one shape: a number for an agency, a node of the criteria set, a measure and a year. What differs from
//! one publication to the next is which agencies and nodes there are, so those two codelists, the data structure and the
//! dataflow bear the id of the publication's cube. Nothing that bears an id and a version ever changes.

mod data;
mod structure;
mod structure_json;
mod structure_xml;

pub use data::write_sdmx_csv;
pub use structure::Structure;
pub use structure_json::write_structure_json;
pub use structure_xml::write_structure_xml;

use super::cube::{Cube, Dimension, Role};

/// The agency that maintains the structures.
pub const MAINTAINER: &str = "PARINDEX";
/// The media type of data.
pub const SDMX_CSV_TYPE: &str = "application/vnd.sdmx.data+csv;version=2.0.0";
/// The media type of a structure as XML.
pub const STRUCTURE_XML_TYPE: &str = "application/vnd.sdmx.structure+xml;version=3.0.0";
/// The media type of a structure as JSON.
pub const STRUCTURE_JSON_TYPE: &str = "application/vnd.sdmx.structure+json;version=2.0.0";

/// A code as SDMX can have it: without points, for which `_` stands, and our codes have no `_`, so no two become one. A
/// node's code gets an `N` in front, since only what begins with a letter can be named as the code above another; the
/// whole set is `_T`.
fn code_of(dimension: &Dimension, code: &str) -> String {
    let plain = code.replace('.', "_");
    match (dimension.role, code) {
        (_, TOTAL) => "_T".to_owned(),
        (Role::Classification, _) => format!("N{plain}"),
        _ => plain,
    }
}

/// The code of the whole criteria set among its nodes.
pub const TOTAL: &str = "total";

/// The id of a dimension: `year` is the time, which SDMX names itself.
fn dimension_id(dimension: &Dimension) -> String {
    match dimension.id {
        "year" => "TIME_PERIOD".to_owned(),
        id => id.to_ascii_uppercase(),
    }
}

/// The dimensions in the order of the structure: the time stands last.
fn in_order(cube: &Cube) -> Vec<usize> {
    let is_time = |position: &usize| {
        cube.dimensions
            .get(*position)
            .is_some_and(|dimension| dimension.id == "year")
    };
    let (mut order, time): (Vec<usize>, Vec<usize>) =
        (0..cube.dimensions.len()).partition(|position| !is_time(position));
    order.extend(time);
    order
}
