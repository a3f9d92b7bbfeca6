//! [`Tally`]: the counts of a survey round at one moment, and the figures of its tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    counts_store::Cells,
    desk::RoundDesk,
    rows::{ResultTableName, TableRow},
};
use crate::{
    features::survey_rounds::Channel,
    survey::{Cell, Estimator, RowFigures, SampleDesign, StratumFacts, SuppressedRow, suppress},
};

/// Cells that are shared from one tally to the next.
pub type KeptCells = BTreeMap<(i32, Channel), Arc<Cell>>;

/// The counts of a round at one moment. Figures are worked out when they are asked for, once.
#[derive(Debug)]
pub struct Tally {
    /// The round.
    pub desk: Arc<RoundDesk>,
    /// How often its counts were changed by then.
    pub revision: i64,
    /// The counts by stratum and channel.
    pub cells: KeptCells,
    /// What responses weigh.
    pub design: SampleDesign,
    hidden: OnceLock<Vec<SuppressedRow>>,
    by_stratum: Vec<Vec<(Channel, Arc<Cell>)>>,
    /// The same with the channels of each stratum added up: most rows take them all.
    merged: Vec<Arc<Cell>>,
    figures: Vec<OnceLock<RowFigures>>,
}

impl Tally {
    /// The counts of a tally before, if there is one, with those that changed in place of theirs.
    pub fn new(desk: &Arc<RoundDesk>, revision: i64, before: Option<&Self>, changed: Cells) -> Self {
        let moved: BTreeSet<i32> = changed.keys().map(|(stratum, _)| *stratum).collect();
        let mut cells = before.map(|before| before.cells.clone()).unwrap_or_default();
        cells.extend(changed.into_iter().map(|(key, cell)| (key, Arc::new(cell))));
        let mut by_stratum = vec![Vec::new(); desk.strata.len()];
        for ((stratum, channel), cell) in &cells {
            let place = usize::try_from(*stratum).ok();
            if let Some(of_stratum) = place.and_then(|place| by_stratum.get_mut(place)) {
                of_stratum.push((*channel, cell.clone()));
            }
        }
        let merged = (0..)
            .zip(&by_stratum)
            .enumerate()
            .map(|(place, (stratum, cells))| {
                let known = before.filter(|_| !moved.contains(&stratum));
                let known = known.and_then(|before| before.merged.get(place).cloned());
                known.unwrap_or_else(|| Arc::new(merge(desk, cells)))
            });
        let merged: Vec<Arc<Cell>> = merged.collect();
        Self {
            design: design_of(desk, &merged),
            hidden: OnceLock::new(),
            figures: (0..desk.rows.len()).map(|_| OnceLock::new()).collect(),
            desk: desk.clone(),
            revision,
            cells,
            by_stratum,
            merged,
        }
    }

    /// What is not shown, row by row; the whole, parts and factors first, then the items.
    pub fn hidden(&self) -> &[SuppressedRow] {
        self.hidden.get_or_init(|| self.suppressed())
    }

    /// The rows of one table, by place.
    pub fn rows_of(&self, table: ResultTableName) -> impl Iterator<Item = (usize, &TableRow)> {
        self.desk
            .rows
            .iter()
            .enumerate()
            .filter(move |(_, row)| row.table == table)
    }

    /// Responses of a row.
    pub fn n(&self, row: usize) -> u64 {
        self.hidden()
            .get(row)
            .and_then(|row| row.n.first())
            .copied()
            .unwrap_or(0)
    }

    /// How many responses of a row have each quality flag.
    pub fn flagged(&self, row: &TableRow) -> [u64; crate::survey::FLAGS] {
        let mut flagged = [0; crate::survey::FLAGS];
        for (_, cell) in self.cells_of(row) {
            for (sum, count) in flagged.iter_mut().zip(cell.flagged) {
                *sum += count;
            }
        }
        flagged
    }

    /// The figures of a row.
    pub fn figures(&self, place: usize) -> Option<&RowFigures> {
        let row = self.desk.rows.get(place)?;
        let figures = self.figures.get(place)?;
        Some(figures.get_or_init(|| {
            let estimator = Estimator {
                instrument: &self.desk.instrument,
                plan: &self.desk.plan,
                design: &self.design,
            };
            estimator.row(&self.cells_of(row))
        }))
    }

    /// Whether a row is not shown at all.
    pub fn is_suppressed(&self, place: usize) -> bool {
        let row = self.hidden().get(place);
        row.and_then(|row| row.hidden.first()).copied().unwrap_or(true)
    }

    /// Works out the figures of those of these rows that are shown, on several threads: a row of many strata takes tens of
    /// milliseconds.
    pub fn prepare(&self, places: &[usize]) {
        let places: Vec<usize> = places
            .iter()
            .copied()
            .filter(|place| !self.is_suppressed(*place))
            .collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(place) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.figures(*place);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(places.len()) {
                scope.spawn(work);
            }
            work();
        });
    }

    fn cells_of<'a>(&'a self, row: &TableRow) -> Vec<(usize, &'a Cell)> {
        let Some(only) = row.channel else {
            let merged = row
                .strata
                .iter()
                .filter_map(|place| Some((*place, self.merged.get(*place)?.as_ref())));
            return merged.collect();
        };
        let mut cells = Vec::new();
        for place in &row.strata {
            let of_stratum = self.by_stratum.get(*place).map_or(&[][..], Vec::as_slice);
            let wanted = of_stratum.iter().filter(|(channel, _)| *channel == only);
            cells.extend(wanted.map(|(_, cell)| (*place, cell.as_ref())));
        }
        cells
    }

    fn suppressed(&self) -> Vec<SuppressedRow> {
        let desk = &self.desk;
        let width = desk.instrument.nodes().len() + desk.instrument.items().len();
        let mut rows: Vec<SuppressedRow> = desk
            .rows
            .iter()
            .map(|row| SuppressedRow {
                parent: row.parent,
                table: u8::from(row.table == ResultTableName::Channels),
                n: vec![0; width],
                hidden: Vec::new(),
            })
            .collect();
        for (row, suppressed) in desk.rows.iter().zip(&mut rows) {
            if matches!(row.table, ResultTableName::Strata | ResultTableName::Channels) {
                for (_, cell) in self.cells_of(row) {
                    self.add_n(&mut suppressed.n, cell);
                }
            }
        }
        // Strata stand behind their agencies, and these behind those above them.
        for place in (0..rows.len()).rev() {
            let Some(row) = rows.get(place).filter(|row| row.table == 0) else {
                continue;
            };
            let (Some(above), own) = (row.parent, row.n.clone()) else {
                continue;
            };
            if let Some(above) = rows.get_mut(above) {
                for (sum, n) in above.n.iter_mut().zip(own) {
                    *sum += n;
                }
            }
        }
        let minimum = u64::from(desk.instrument.document().rule.minimum_n);
        suppress(&mut rows, &desk.tree, minimum);
        rows
    }

    fn add_n(&self, n: &mut [u64], cell: &Cell) {
        let nodes = self.desk.instrument.nodes().len();
        for (place, sum) in n.iter_mut().enumerate() {
            *sum += match place.checked_sub(nodes) {
                None => cell.n,
                Some(item) => self.desk.plan.options_at(cell, item).1,
            };
        }
    }
}

fn merge(desk: &RoundDesk, cells: &[(Channel, Arc<Cell>)]) -> Cell {
    let mut sum = desk.plan.empty();
    for (_, cell) in cells {
        sum.merge(cell);
    }
    sum
}

fn design_of(desk: &RoundDesk, merged: &[Arc<Cell>]) -> SampleDesign {
    let mut agencies = BTreeMap::new();
    let facts: Vec<StratumFacts> = desk
        .strata
        .iter()
        .zip(merged)
        .map(|(stratum, cell)| {
            let next = agencies.len();
            StratumFacts {
                agency: *agencies.entry(&stratum.agency_code).or_insert(next),
                population: u64::try_from(stratum.population).unwrap_or(0),
                valid: cell.n,
            }
        })
        .collect();
    SampleDesign::new(&facts, desk.round.weighted)
}
