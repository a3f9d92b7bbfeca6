//! From a document to its rows. Pure: what the table holds can be compared with what the document says at any time.

use std::collections::HashMap;

use super::model::{AgencyRow, FactsRow, HeadRow, NodeRows};
use crate::{
    error::{AppError, AppResult},
    features::publications::{
        document::{AgencyRecord, Document, RankedRecord},
        nodes::{Places, heads},
    },
    scoring::{Points, RoundingMode},
};

/// Everything but the nodes of the agencies, which are many.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows {
    pub facts: FactsRow,
    pub agencies: Vec<AgencyRow>,
    pub heads: Vec<HeadRow>,
}

/// A count or a position, as both databases hold it.
fn count(number: usize) -> AppResult<i32> {
    i32::try_from(number).map_err(AppError::internal)
}

fn place(place: Option<u32>) -> AppResult<Option<i32>> {
    place.map(i32::try_from).transpose().map_err(AppError::internal)
}

fn micro(points: Option<Points>) -> Option<i64> {
    points.map(Points::micro)
}

/// The rows of a document that has this sequence number.
pub fn rows(sequence: i64, document: &Document) -> AppResult<Rows> {
    let lines: HashMap<&str, &RankedRecord> = document
        .ranking
        .iter()
        .chain(&document.not_ranked)
        .map(|line| (line.agency.as_str(), line))
        .collect();
    let agencies = document.agencies.iter().enumerate().map(|(position, agency)| {
        let line = lines.get(agency.code.as_str()).copied();
        agency_row(sequence, count(position)?, agency, line)
    });
    let heads = heads(document).into_iter().enumerate().map(|(position, head)| {
        Ok(HeadRow {
            sequence,
            position: count(position)?,
            node_code: head.code,
            parent_code: head.parent,
            tier: head.tier.as_str().to_owned(),
            name_vi: head.name_vi,
            name_en: head.name_en,
        })
    });
    Ok(Rows {
        facts: facts_row(sequence, document)?,
        agencies: agencies.collect::<AppResult<_>>()?,
        heads: heads.collect::<AppResult<_>>()?,
    })
}

fn facts_row(sequence: i64, document: &Document) -> AppResult<FactsRow> {
    let (points_decimals, index_decimals) = document.decimals();
    let external = document.external.as_ref();
    let means = document.means.overall.as_ref();
    let placed = document.ranking.iter().filter(|line| line.place.is_some());
    Ok(FactsRow {
        sequence,
        notice_vi: document.notice_vi.clone(),
        notice_en: document.notice_en.clone(),
        complete: external.is_none_or(|source| source.complete),
        agencies: count(document.agencies.len())?,
        ranked: count(placed.count())?,
        mean_printed: micro(
            means
                .map(|mean| mean.mean_printed)
                .or(external.and_then(|source| source.summary.mean)),
        ),
        points_decimals: points_decimals.into(),
        index_decimals: index_decimals.into(),
    })
}

fn agency_row(
    sequence: i64,
    position: i32,
    agency: &AgencyRecord,
    line: Option<&RankedRecord>,
) -> AppResult<AgencyRow> {
    let change = line.and_then(|line| line.change);
    Ok(AgencyRow {
        sequence,
        position,
        agency_code: agency.code.to_string(),
        name_vi: agency.name_vi.clone(),
        name_en: agency.name_en.clone(),
        level_code: agency.level.to_string(),
        region_code: agency.region.as_ref().map(ToString::to_string),
        ranked: agency.ranked,
        place: place(line.and_then(|line| line.place))?,
        place_label: line.and_then(|line| line.place_label.clone()),
        place_in_region: place(line.and_then(|line| line.place_in_region))?,
        place_in_level: place(line.and_then(|line| line.place_in_level))?,
        band: line.and_then(|line| line.band.clone()),
        points: micro(agency.total),
        points_printed: micro(agency.total_printed),
        maximum: micro(agency.maximum),
        index_value: micro(agency.index),
        index_printed: micro(agency.index_printed),
        adjustment: micro(agency.adjustment),
        score: micro(agency.score),
        score_printed: micro(agency.score_printed),
        change_places: change.and_then(|change| change.place),
        change_points: micro(change.and_then(|change| change.points)),
        change_index: micro(change.and_then(|change| change.index)),
        basis: line.and_then(|line| line.basis),
    })
}

/// What the agencies have of the nodes, taken a few agencies at a time.
pub struct Nodes<'a> {
    document: &'a Document,
    places: Places,
    codes: Vec<String>,
    mode: RoundingMode,
    decimals: (u8, u8),
}

impl<'a> Nodes<'a> {
    /// Of a document.
    pub fn of(document: &'a Document) -> Self {
        let set = document.criteria_set.document.as_ref();
        Self {
            document,
            places: Places::of(document),
            codes: heads(document).into_iter().map(|head| head.code).collect(),
            mode: set.map(|set| set.rounding.mode).unwrap_or_default(),
            decimals: document.decimals(),
        }
    }

    /// The rows, in pieces of about so many.
    pub fn pieces(&self, rows_max: usize) -> impl Iterator<Item = AppResult<NodeRows>> + '_ {
        let agencies = (rows_max / self.codes.len().max(1)).max(1);
        let numbered: Vec<_> = self.document.agencies.iter().enumerate().collect();
        let pieces: Vec<Vec<_>> = numbered.chunks(agencies).map(<[_]>::to_vec).collect();
        pieces.into_iter().map(|piece| self.piece(&piece))
    }

    fn piece(&self, agencies: &[(usize, &AgencyRecord)]) -> AppResult<NodeRows> {
        let (points_decimals, index_decimals) = self.decimals;
        let mut rows = NodeRows::default();
        for (position, agency) in agencies {
            for (node, code) in self.codes.iter().enumerate() {
                let Some(figures) = self.places.figures(agency, code) else {
                    continue;
                };
                let printed = |index: Points| index.round(index_decimals, self.mode);
                rows.agency.push(count(*position)?);
                rows.node.push(count(node)?);
                rows.points.push(figures.points.micro());
                rows.points_printed
                    .push(figures.points.round(points_decimals, self.mode).micro());
                rows.maximum.push(figures.maximum.micro());
                rows.index_value.push(micro(figures.index));
                rows.index_printed.push(micro(figures.index.map(printed)));
            }
        }
        Ok(rows)
    }
}
