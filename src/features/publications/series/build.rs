//! From the publications of a series to its view and its cube. Pure.

use std::collections::BTreeMap;

use super::{
    super::{
        cubes::{check_size, dimensions, year_category},
        document::AgencyRecord,
        measures::{Measure, OF_NODES, OF_TOTAL},
        model::Publication,
        nodes::{NodeHead, Places, heads},
        shelf::Opened,
        views::{self, Print},
    },
    choose::{Measured, find},
    model::{Comparability, SeriesAgency, SeriesPublication, SeriesValue, SeriesView},
};
use crate::{
    error::{AppError, AppResult},
    features::agencies::AgencyCard,
    formats::{Category, Cube, Names, Observation, Status, sdmx},
    ids::{AgencyCode, SetCode},
};

/// What a series tells of the whole set in a year.
const OF_WHOLE: [Measure; 5] = [
    Measure::Place,
    Measure::Points,
    Measure::Maximum,
    Measure::Index,
    Measure::Score,
];

/// A year of a series: what is left of its document.
pub struct Year {
    about: Publication,
    measured: Measured,
    head: Option<NodeHead>,
    print: Print,
    rows: BTreeMap<AgencyCode, (AgencyCard, Vec<Observation>)>,
}

fn measures(node: Option<&str>) -> &'static [Measure] {
    if node.is_some() { &OF_NODES } else { &OF_WHOLE }
}

impl Year {
    /// Takes what a series needs out of a document.
    pub fn of(about: Publication, opened: &Opened, node: Option<&str>) -> Self {
        let document = &opened.document;
        let (print, places) = (Print::of(document), Places::of(document));
        let lines: BTreeMap<&str, _> = document
            .ranking
            .iter()
            .chain(&document.not_ranked)
            .map(|line| (line.agency.as_str(), line))
            .collect();
        let values = |agency: &AgencyRecord| -> Vec<Observation> {
            let of = |measure: &Measure| match node {
                None => measure.of_total(agency, lines.get(agency.code.as_str()).copied(), print),
                Some(code) => measure
                    .of_node(places.figures(agency, code), print)
                    .unwrap_or_default(),
            };
            measures(node).iter().map(of).collect()
        };
        let set = document.criteria_set.document.as_ref();
        Self {
            measured: Measured {
                family: document.criteria_set.code.clone(),
                digest: document.criteria_set.digest.clone(),
                node: node.and_then(|code| find(&set?.children, code).cloned()),
            },
            head: node.and_then(|code| heads(document).into_iter().find(|head| head.code == code)),
            print,
            rows: document
                .agencies
                .iter()
                .map(|agency| (agency.code.clone(), (views::card(agency), values(agency))))
                .collect(),
            about,
        }
    }
}

/// A series, put together.
pub struct Series {
    set: SetCode,
    with: Vec<SetCode>,
    node: Option<NodeHead>,
    years: Vec<(Year, Comparability)>,
    /// Each agency by its last name.
    agencies: BTreeMap<AgencyCode, AgencyCard>,
    digest: String,
}

impl Series {
    /// Puts the years together; 404 where none of them has the node.
    pub fn of(families: &[SetCode], years: Vec<Year>, node: Option<&str>, digest: String) -> AppResult<Self> {
        let (set, with) = families.split_first().ok_or_else(AppError::not_found)?;
        let head = years.iter().rev().find_map(|year| year.head.clone());
        if years.is_empty() || head.is_some() != node.is_some() {
            return Err(AppError::not_found());
        }
        let mut agencies = BTreeMap::new();
        for year in &years {
            agencies.extend(
                year.rows
                    .iter()
                    .map(|(code, (card, _))| (code.clone(), card.clone())),
            );
        }
        let mut told: Vec<(Year, Comparability)> = Vec::with_capacity(years.len());
        for year in years {
            let before = told.last().map(|(before, _)| &before.measured);
            let comparability = year.measured.against(before);
            told.push((year, comparability));
        }
        Ok(Self {
            set: set.clone(),
            with: with.to_vec(),
            node: head,
            years: told,
            agencies,
            digest,
        })
    }

    fn measures(&self) -> &'static [Measure] {
        measures(self.node.as_ref().map(|head| head.code.as_str()))
    }

    /// What a year says of an agency, marked where it is another measure than the year before.
    fn observation(
        (year, comparability): &(Year, Comparability),
        agency: &AgencyCode,
        at: usize,
    ) -> Option<Observation> {
        let (_, values) = year.rows.get(agency)?;
        let observation = values.get(at)?.clone();
        let is_plain = observation.status == Status::Normal;
        Some(if comparability.is_break() && is_plain {
            observation.said(Status::Break)
        } else {
            observation
        })
    }

    fn value(&self, year: &(Year, Comparability), agency: &AgencyCode) -> Option<SeriesValue> {
        if !year.0.rows.contains_key(agency) {
            return None;
        }
        let said = |measure: Measure| -> Option<Observation> {
            let at = self.measures().iter().position(|one| *one == measure)?;
            Self::observation(year, agency, at)
        };
        let text = |measure: Measure| said(measure).and_then(|observation| observation.value);
        let status = said(Measure::Index).map_or(Status::Missing, |observation| observation.status);
        Some(SeriesValue {
            year: year.0.about.year,
            place: text(Measure::Place).and_then(|place| place.parse().ok()),
            points: text(Measure::Points),
            maximum: text(Measure::Maximum),
            index: text(Measure::Index),
            score: text(Measure::Score),
            status: status.code(),
        })
    }

    /// As JSON.
    pub fn view(&self) -> SeriesView {
        let publications = self.years.iter().map(|(year, comparability)| {
            let about = year.about.clone();
            SeriesPublication {
                year: about.year,
                publication: about.id,
                kind: about.kind,
                criteria_set: about.criteria_set,
                round: about.round,
                title_vi: about.title_vi,
                title_en: about.title_en,
                published_at: about.published_at,
                comparability: *comparability,
            }
        });
        let agencies = self.agencies.iter().map(|(code, card)| SeriesAgency {
            agency: card.clone(),
            values: self
                .years
                .iter()
                .filter_map(|year| self.value(year, code))
                .collect(),
        });
        SeriesView {
            set: self.set.clone(),
            with: self.with.clone(),
            node: self.node.clone(),
            publications: publications.collect(),
            agencies: agencies.collect(),
        }
    }

    /// The numbers as a cube.
    pub fn cube(&self) -> AppResult<Cube> {
        let measures = self.measures();
        check_size(self.years.len() * self.agencies.len() * measures.len())?;
        let mut values = Vec::new();
        for year in &self.years {
            for agency in self.agencies.keys() {
                for at in 0..measures.len() {
                    values.push(Self::observation(year, agency, at));
                }
            }
        }
        Ok(self.outline(measures, values))
    }

    /// The cube of the structure, which has every measure.
    pub fn structure(&self) -> Cube {
        self.outline(&OF_TOTAL, Vec::new())
    }

    /// What the series is of.
    pub fn title(&self) -> Names {
        let first = self.years.first().map_or(0, |(year, _)| year.about.year);
        let last = self.years.last().map_or(0, |(year, _)| year.about.year);
        match &self.node {
            None => Names::new(
                format!("{}, {first}-{last}", self.set),
                format!("{}, {first}-{last}", self.set),
            ),
            Some(head) => Names::new(
                format!("{}: {}. {}, {first}-{last}", self.set, head.code, head.name_vi),
                format!(
                    "{}: {}. {}, {first}-{last}",
                    self.set,
                    head.code,
                    head.name_en.as_ref().unwrap_or(&head.name_vi)
                ),
            ),
        }
    }

    fn outline(&self, measures: &[Measure], values: Vec<Option<Observation>>) -> Cube {
        let node = match &self.node {
            None => Category {
                code: sdmx::TOTAL.to_owned(),
                names: Names::new("Toàn bộ", "Total"),
                ..Category::default()
            },
            Some(head) => Category {
                code: head.code.clone(),
                names: Names {
                    vi: head.name_vi.clone(),
                    en: head.name_en.clone(),
                },
                ..Category::default()
            },
        };
        let agencies = self.agencies.values().map(|card| Category {
            code: card.code.to_string(),
            names: Names {
                vi: card.name_vi.clone(),
                en: card.name_en.clone(),
            },
            ..Category::default()
        });
        let print = self.years.last().map(|(year, _)| year.print);
        let measures = measures.iter().filter_map(|one| Some(one.category(print?)));
        let years = self.years.iter().map(|(year, _)| year_category(year.about.year));
        let breaks = self
            .years
            .iter()
            .filter(|(_, comparability)| comparability.is_break());
        let breaks = breaks.map(|(year, _)| {
            let year = year.about.year;
            format!("{year}: bộ tiêu chí đã thay đổi / the criteria set has changed")
        });
        let last = self.years.iter().map(|(year, _)| year.about.published_at).max();
        Cube {
            id: format!("S{}", self.digest.get(..16).unwrap_or("").to_ascii_uppercase()),
            version: "1.0.0".to_owned(),
            title: self.title(),
            notes: breaks.collect(),
            source: "PAR Index".to_owned(),
            updated: last.map(|moment| moment.to_string()).unwrap_or_default(),
            dimensions: dimensions(
                years.collect(),
                agencies.collect(),
                vec![node],
                measures.collect(),
            ),
            values,
        }
    }
}
