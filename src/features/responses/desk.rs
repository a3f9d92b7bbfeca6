//! What taking responses in and reading results stand on, kept between requests: a round's instrument, plan and counts.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use lru::LruCache;

use super::{
    counts_store,
    rows::{self, KnownAgencies, TableRow},
    tally::Tally,
};
use crate::{
    clock::Zone,
    db::Conn,
    error::AppResult,
    features::{
        agencies,
        instruments::Instruments,
        survey_rounds::{self, StratumRow, SurveyRoundRow},
    },
    ids::{AgencyCode, SurveyRoundCode},
    survey::{CompiledInstrument, CountPlan, IndexNode},
};

const ROUNDS_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

/// A survey round with all that its responses are read by.
#[derive(Debug)]
pub struct RoundDesk {
    /// The round, as it stood.
    pub round: SurveyRoundRow,
    /// Its instrument.
    pub instrument: Arc<CompiledInstrument>,
    /// How it is counted.
    pub plan: CountPlan,
    /// Its strata, by position.
    pub strata: Vec<StratumRow>,
    /// The rows of its tables.
    pub rows: Vec<TableRow>,
    /// Which nodes and items make which node; items are numbered behind the nodes.
    pub tree: Vec<Vec<usize>>,
    positions: HashMap<String, i32>,
}

impl RoundDesk {
    /// Reads what a round stands on.
    pub fn read(conn: &mut Conn, instruments: &Instruments, round: &SurveyRoundRow) -> AppResult<Self> {
        let instrument = instruments.load(conn, &round.instrument_code, round.instrument_version)?;
        let strata = survey_rounds::strata(conn, &round.code)?;
        let known = known_agencies(conn, round, &strata)?;
        let named = strata.iter().map(|row| (row.code.to_string(), row.position));
        Ok(Self {
            round: round.clone(),
            plan: CountPlan::new(&instrument),
            positions: named.collect(),
            rows: rows::rows(&strata, &known),
            tree: tree_of(&instrument),
            instrument,
            strata,
        })
    }

    /// The place of a stratum.
    pub fn position(&self, stratum: &str) -> Option<i32> {
        self.positions.get(stratum).copied()
    }
}

/// Names and parents of the agencies, as of the first day of asking.
fn known_agencies(
    conn: &mut Conn,
    round: &SurveyRoundRow,
    strata: &[StratumRow],
) -> AppResult<KnownAgencies> {
    let on = round
        .collects_from
        .unwrap_or_else(|| Zone::default().day_of(round.created_at));
    let surveyed: BTreeSet<&AgencyCode> = strata.iter().map(|row| &row.agency_code).collect();
    let mut codes: Vec<AgencyCode> = surveyed.into_iter().cloned().collect();
    let parents = agencies::parents(conn, &codes, on)?;
    codes.extend(parents.values().cloned());
    Ok(KnownAgencies {
        cards: agencies::cards(conn, &codes, on)?,
        parents,
    })
}

fn tree_of(instrument: &CompiledInstrument) -> Vec<Vec<usize>> {
    let nodes = instrument.nodes();
    let below = |node: &IndexNode| {
        let items = node.items.iter().map(|item| nodes.len() + item);
        node.children.iter().copied().chain(items).collect()
    };
    let items = instrument.items().iter().map(|_| Vec::new());
    nodes.iter().map(below).chain(items).collect()
}

/// The desks and tallies of survey rounds. A clone shares them.
#[derive(Clone)]
pub struct SurveyDesk {
    instruments: Instruments,
    desks: Arc<Mutex<LruCache<SurveyRoundCode, Arc<RoundDesk>>>>,
    tallies: Arc<Mutex<LruCache<SurveyRoundCode, Arc<Tally>>>>,
}

impl SurveyDesk {
    /// Desks over these instruments.
    pub fn new(instruments: Instruments) -> Self {
        Self {
            instruments,
            desks: Arc::new(Mutex::new(LruCache::new(ROUNDS_KEPT_MAX))),
            tallies: Arc::new(Mutex::new(LruCache::new(ROUNDS_KEPT_MAX))),
        }
    }

    /// The desk of a round. A round's revision moves with its plan and its state, so a desk is good while it stands.
    pub fn open(&self, conn: &mut Conn, round: &SurveyRoundRow) -> AppResult<Arc<RoundDesk>> {
        let known = self
            .desks
            .lock()
            .ok()
            .and_then(|mut kept| kept.get(&round.code).cloned());
        if let Some(known) = known.filter(|known| known.round.revision == round.revision) {
            return Ok(known);
        }
        let desk = Arc::new(RoundDesk::read(conn, &self.instruments, round)?);
        if let Ok(mut kept) = self.desks.lock() {
            kept.put(round.code.clone(), desk.clone());
        }
        Ok(desk)
    }

    /// The counts of a round by now: of what is kept only the cells are read that were changed since.
    pub fn tally(&self, conn: &mut Conn, desk: &Arc<RoundDesk>) -> AppResult<Arc<Tally>> {
        let code = &desk.round.code;
        // The head first: a cell that changes in between is read again next time, never missed.
        let head = counts_store::head(conn, code)?;
        let known = self
            .tallies
            .lock()
            .ok()
            .and_then(|mut kept| kept.get(code).cloned());
        let known = known.filter(|known| Arc::ptr_eq(&known.desk, desk) && known.revision <= head);
        if let Some(known) = known.as_ref().filter(|known| known.revision == head) {
            return Ok(known.clone());
        }
        let since = known.as_ref().map_or(0, |known| known.revision);
        let changed = counts_store::since(conn, code, since, &desk.plan)?;
        let tally = Arc::new(Tally::new(desk, head, known.as_deref(), changed));
        if let Ok(mut kept) = self.tallies.lock() {
            kept.put(code.clone(), tally.clone());
        }
        Ok(tally)
    }
}
