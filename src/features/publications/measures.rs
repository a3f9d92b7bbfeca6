//! What the numbers of a publication say: its measures, the same for every part. Pure.

use super::{
    document::{AgencyRecord, EntryBasis, RankedRecord},
    nodes::NodeFigures,
    views::Print,
};
use crate::{
    formats::{Category, Names, Observation, Status, Unit},
    scoring::Points,
};

/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Place among all.
    Place,
    /// Place within the region.
    PlaceInRegion,
    /// Place within the level.
    PlaceInLevel,
    /// Points.
    Points,
    /// The maximum that applies.
    Maximum,
    /// Index in percent.
    Index,
    /// Bonus minus penalty.
    Adjustment,
    /// Index and adjustment.
    Score,
    /// Places gained.
    ChangePlace,
    /// Points gained.
    ChangePoints,
    /// Index gained.
    ChangeIndex,
}

/// What is known of the whole set.
pub const OF_TOTAL: [Measure; 11] = [
    Measure::Place,
    Measure::PlaceInRegion,
    Measure::PlaceInLevel,
    Measure::Points,
    Measure::Maximum,
    Measure::Index,
    Measure::Adjustment,
    Measure::Score,
    Measure::ChangePlace,
    Measure::ChangePoints,
    Measure::ChangeIndex,
];

/// What is known of every node.
pub const OF_NODES: [Measure; 3] = [Measure::Points, Measure::Maximum, Measure::Index];

impl Measure {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::PlaceInRegion => "place_in_region",
            Self::PlaceInLevel => "place_in_level",
            Self::Points => "points",
            Self::Maximum => "maximum",
            Self::Index => "index",
            Self::Adjustment => "adjustment",
            Self::Score => "score",
            Self::ChangePlace => "change_place",
            Self::ChangePoints => "change_points",
            Self::ChangeIndex => "change_index",
        }
    }

    fn names(self) -> Names {
        let (vi, en) = match self {
            Self::Place => ("Thứ hạng", "Place"),
            Self::PlaceInRegion => ("Thứ hạng trong vùng", "Place in the region"),
            Self::PlaceInLevel => ("Thứ hạng trong cấp", "Place in the level"),
            Self::Points => ("Điểm", "Points"),
            Self::Maximum => ("Điểm tối đa áp dụng", "Applicable maximum"),
            Self::Index => ("Chỉ số", "Index"),
            Self::Adjustment => ("Điểm thưởng, trừ", "Bonus and penalty"),
            Self::Score => ("Kết quả xếp hạng", "Ranked score"),
            Self::ChangePlace => ("Thay đổi thứ hạng", "Places gained"),
            Self::ChangePoints => ("Thay đổi điểm", "Points gained"),
            Self::ChangeIndex => ("Thay đổi chỉ số", "Index gained"),
        };
        Names::new(vi, en)
    }

    fn unit(self, print: Print) -> Unit {
        let (points, index) = print.decimals();
        let (code, names, decimals) = match self {
            Self::Place | Self::PlaceInRegion | Self::PlaceInLevel | Self::ChangePlace => {
                ("PLACE", Names::new("thứ hạng", "place"), 0)
            }
            Self::Points | Self::Maximum | Self::Adjustment | Self::ChangePoints => {
                ("POINTS", Names::new("điểm", "points"), points)
            }
            Self::Index | Self::Score | Self::ChangeIndex => ("PT", Names::new("%", "%"), index),
        };
        Unit {
            code,
            names,
            decimals,
        }
    }

    /// As a category.
    pub fn category(self, print: Print) -> Category {
        Category {
            code: self.code().to_owned(),
            names: self.names(),
            parent: None,
            unit: Some(self.unit(print)),
        }
    }

    /// What an agency has of the whole set, as printed.
    pub fn of_total(self, agency: &AgencyRecord, line: Option<&RankedRecord>, print: Print) -> Observation {
        let points = |points: Option<Points>| points.map(|points| print.points(points));
        let index = |index: Option<Points>| index.map(|index| print.index(index));
        let change = line.and_then(|line| line.change);
        let place = |place: Option<u32>| place.map(|place| place.to_string());
        let value = match self {
            Self::Place => place(line.and_then(|line| line.place)),
            Self::PlaceInRegion => place(line.and_then(|line| line.place_in_region)),
            Self::PlaceInLevel => place(line.and_then(|line| line.place_in_level)),
            Self::Points => points(agency.total_printed),
            Self::Maximum => points(agency.maximum),
            Self::Index => index(agency.index_printed),
            Self::Adjustment => points(agency.adjustment),
            Self::Score => index(agency.score_printed),
            Self::ChangePlace => change
                .and_then(|change| change.place)
                .map(|places| places.to_string()),
            Self::ChangePoints => points(change.and_then(|change| change.points)),
            Self::ChangeIndex => index(change.and_then(|change| change.index)),
        };
        let is_place = matches!(self, Self::Place | Self::PlaceInRegion | Self::PlaceInLevel);
        let has_none =
            (is_place && !agency.ranked) || (self == Self::PlaceInRegion && agency.region.is_none());
        if value.is_none() && has_none {
            return Observation::not_applicable();
        }
        let basis = line.and_then(|line| line.basis);
        let is_estimate = matches!(basis, Some(EntryBasis::Inferred | EntryBasis::Derived));
        Observation::known(value).said(if is_estimate {
            Status::Estimated
        } else {
            Status::Normal
        })
    }

    /// What an agency has of a node, as printed; none for what only the whole set has.
    pub fn of_node(self, figures: Option<NodeFigures>, print: Print) -> Option<Observation> {
        let Some(figures) = figures else {
            return OF_NODES.contains(&self).then(|| Observation::known(None));
        };
        match self {
            Self::Maximum => Some(Observation::known(Some(print.points(figures.maximum)))),
            Self::Points | Self::Index if !figures.applies() => Some(Observation::not_applicable()),
            Self::Points => Some(Observation::known(Some(print.points(figures.points)))),
            Self::Index => Some(Observation::known(figures.index.map(|index| print.index(index)))),
            _ => None,
        }
    }
}
