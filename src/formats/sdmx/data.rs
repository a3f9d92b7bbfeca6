//! SDMX-CSV 2.0.

use super::{MAINTAINER, code_of, dimension_id, in_order};
use crate::formats::{
    csv::{Cell, Table, write_csv},
    cube::{Cube, Role},
};

/// Writes the numbers of a cube, one a row; combinations that have no meaning are left out.
pub fn write_sdmx_csv(cube: &Cube) -> String {
    let order = in_order(cube);
    let mut header: Vec<String> = ["STRUCTURE", "STRUCTURE_ID", "ACTION"].map(Into::into).into();
    header.extend(
        order
            .iter()
            .filter_map(|position| cube.dimensions.get(*position))
            .map(dimension_id),
    );
    header.extend(["OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE"].map(Into::into));
    let structure = format!("{MAINTAINER}:{}({})", cube.id, cube.version);
    let metric = cube
        .dimensions
        .iter()
        .position(|dimension| dimension.role == Role::Metric);
    let rows = cube.observations().map(|(key, observation)| {
        let mut row = vec![
            Cell::Number("dataflow".to_owned()),
            Cell::Number(structure.clone()),
            // Information: the numbers as they are, which nobody is told to store.
            Cell::Number("I".to_owned()),
        ];
        row.extend(
            order
                .iter()
                .filter_map(|position| Some((cube.dimensions.get(*position)?, key.get(*position)?)))
                .map(|(dimension, category)| Cell::Number(code_of(dimension, &category.code))),
        );
        let unit = metric
            .and_then(|position| key.get(position)?.unit.as_ref())
            .map(|unit| unit.code);
        row.extend([
            // SDMX 3.0: a number that is missing on purpose; the status tells why.
            Cell::Number(observation.value.clone().unwrap_or_else(|| "NaN".to_owned())),
            Cell::Number(observation.status.code().to_owned()),
            Cell::number(unit),
        ]);
        row
    });
    write_csv(&Table {
        rows: rows.collect(),
        header,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cube::tests::small;

    #[test]
    fn each_number_is_a_row_with_its_structure() {
        let text = write_sdmx_csv(&small());
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "STRUCTURE,STRUCTURE_ID,ACTION,AGENCY,NODE,MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE",
                "dataflow,PARINDEX:P0123(1.0.0),I,moj,N1,points,2023,84.40,A,POINTS",
                "dataflow,PARINDEX:P0123(1.0.0),I,moj,N1_1,points,2023,-0.10,A,POINTS",
                "dataflow,PARINDEX:P0123(1.0.0),I,quang-ninh,N1,points,2023,NaN,M,POINTS",
                "dataflow,PARINDEX:P0123(1.0.0),I,quang-ninh,N1_1,points,2023,NaN,O,POINTS",
                "",
            ]
        );
    }
}
