//! [`rank`]: places, bands and means of a round.
//!
//! The set declares one basis, exact or printed scores, and everything here stands on it: places, bands, means.
//! (Mixing them is how a table comes to show two agencies with equal scores on different places.)

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::compile::CompiledSet;
use super::points::Points;
use super::score::Scorecard;
use super::set::{Basis, SetBand, Ties};
use super::stats::{GroupStats, domain_stats, group_stats};

/// One agency in a round, with its card. Agency codes are unique among the contenders.
#[derive(Debug, Clone)]
pub struct Contender<'a> {
    /// Code of the agency.
    pub agency: String,
    /// Region, where there is one.
    pub region: Option<String>,
    /// Level of agency.
    pub level: String,
    /// Whether the round ranks it; the set can exempt it too.
    pub ranked: bool,
    /// Its result.
    pub card: &'a Scorecard,
}

/// The result of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ranking {
    /// Ranked agencies: by score from the highest down, then by code.
    pub entries: Vec<Entry>,
    /// Assessed but not ranked, by code. They count in no mean.
    pub not_ranked: Vec<Figures>,
    /// Statistics of all ranked agencies; null when there are none.
    pub overall: Option<GroupStats>,
    /// By region, in order of code. Agencies without a region are left out.
    pub by_region: Vec<GroupStats>,
    /// By level of agency, in order of code.
    pub by_level: Vec<GroupStats>,
    /// Indices by domain, in order of the set. Agencies to which a domain does not apply are left out of it.
    pub by_domain: Vec<GroupStats>,
}

/// A ranked agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry {
    /// Place among all, from 1.
    pub place: u32,
    /// The place as printed: "=2" for a shared place where the set says so.
    pub place_label: String,
    /// Place within the region.
    pub place_in_region: Option<u32>,
    /// Place within the level of agency.
    pub place_in_level: u32,
    /// The numbers.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The numbers of one agency in a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figures {
    /// Code of the agency.
    pub agency: String,
    /// Region.
    pub region: Option<String>,
    /// Level of agency.
    pub level: String,
    /// Final points.
    pub total: Points,
    /// The total as printed.
    pub total_printed: Points,
    /// Maximum that applies.
    pub applicable_maximum: Points,
    /// Index to 10⁻⁶.
    pub index: Points,
    /// The index as printed.
    pub index_printed: Points,
    /// Bonus minus penalty.
    pub adjustment: Points,
    /// Score to 10⁻⁶.
    pub score_exact: Points,
    /// The score as printed.
    pub score_printed: Points,
    /// Code of the band.
    pub band: Option<String>,
    /// The first tier, in order of the set.
    pub domains: Vec<DomainFigures>,
}

impl Figures {
    /// The score that decides places, bands and means.
    #[must_use]
    pub const fn score(&self, basis: Basis) -> Points {
        match basis {
            Basis::Exact => self.score_exact,
            Basis::Printed => self.score_printed,
        }
    }
}

/// The numbers of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DomainFigures {
    /// Code of the domain.
    pub code: String,
    /// Final points.
    pub points: Points,
    /// Maximum that applies.
    pub applicable_maximum: Points,
    /// Index to 10⁻⁶; null where the domain does not apply.
    pub index: Option<Points>,
}

/// The band that a score falls into: the first whose lower border it reaches. `score` is on the basis of the set.
#[must_use]
pub fn band_of(set: &CompiledSet, score: Points) -> Option<&SetBand> {
    set.document().bands.iter().find(|band| score >= band.from)
}

/// Ranks the agencies of a round. The order of `contenders` does not matter.
#[must_use]
pub fn rank(set: &CompiledSet, contenders: &[Contender<'_>]) -> Ranking {
    let basis = set.document().ranking.basis;
    let is_ranked = |contender: &&Contender<'_>| contender.ranked && !set.is_not_ranked(&contender.agency);
    let (ranked, not_ranked): (Vec<_>, Vec<_>) = contenders.iter().partition(is_ranked);
    let mut ranked: Vec<Figures> = ranked
        .into_iter()
        .map(|contender| figures(set, contender))
        .collect();
    let mut not_ranked: Vec<Figures> = not_ranked
        .into_iter()
        .map(|contender| figures(set, contender))
        .collect();
    ranked.sort_unstable_by(|a, b| {
        b.score(basis)
            .cmp(&a.score(basis))
            .then_with(|| a.agency.cmp(&b.agency))
    });
    not_ranked.sort_unstable_by(|a, b| a.agency.cmp(&b.agency));
    let rounding = &set.document().rounding;
    let stats = |groups: BTreeMap<&str, Vec<Points>>| group_stats(groups, rounding);
    let overall = stats(grouped(&ranked, basis, |_| Some("all"))).into_iter().next();
    let by_region = stats(grouped(&ranked, basis, |figures| figures.region.as_deref()));
    let by_level = stats(grouped(&ranked, basis, |figures| Some(&figures.level)));
    let by_domain = domain_stats(set, &ranked);
    Ranking {
        entries: placed(set, ranked),
        not_ranked,
        overall,
        by_region,
        by_level,
        by_domain,
    }
}

fn figures(set: &CompiledSet, contender: &Contender<'_>) -> Figures {
    let card = contender.card;
    let domains = set.domains().iter().filter_map(|index| {
        let (node, score) = (set.nodes().get(*index)?, card.node(*index)?);
        Some(DomainFigures {
            code: node.code.clone(),
            points: score.final_points,
            applicable_maximum: score.applicable_maximum,
            index: score.index(),
        })
    });
    let mut figures = Figures {
        agency: contender.agency.clone(),
        region: contender.region.clone(),
        level: contender.level.clone(),
        total: card.total,
        total_printed: card.total_printed,
        applicable_maximum: card.applicable_maximum,
        index: card.index,
        index_printed: card.index_printed,
        adjustment: card.adjustment,
        score_exact: card.score_exact,
        score_printed: card.score_printed,
        band: None,
        domains: domains.collect(),
    };
    let score = figures.score(set.document().ranking.basis);
    figures.band = band_of(set, score).map(|band| band.code.clone());
    figures
}

/// Scores by group, keys in order.
fn grouped<'a>(
    ranked: &'a [Figures],
    basis: Basis,
    key: impl Fn(&'a Figures) -> Option<&'a str>,
) -> BTreeMap<&'a str, Vec<Points>> {
    let mut groups: BTreeMap<&str, Vec<Points>> = BTreeMap::new();
    for figures in ranked {
        if let Some(key) = key(figures) {
            groups.entry(key).or_default().push(figures.score(basis));
        }
    }
    groups
}

/// Gives places to figures that stand in order of score.
fn placed(set: &CompiledSet, ranked: Vec<Figures>) -> Vec<Entry> {
    let (basis, ties) = (set.document().ranking.basis, set.document().ranking.ties);
    let scores: Vec<Points> = ranked.iter().map(|figures| figures.score(basis)).collect();
    let (mut all, mut regions, mut levels) =
        (Places::new(ties), GroupPlaces::new(ties), GroupPlaces::new(ties));
    let mut entries = Vec::with_capacity(ranked.len());
    for (position, figures) in ranked.into_iter().enumerate() {
        let score = figures.score(basis);
        let is_tied = |neighbour: Option<usize>| neighbour.and_then(|at| scores.get(at)) == Some(&score);
        let shared = is_tied(position.checked_sub(1)) || is_tied(position.checked_add(1));
        let place = all.next(score);
        let place_in_region = figures.region.as_ref().map(|region| regions.next(region, score));
        let place_in_level = levels.next(&figures.level, score);
        let place_label = if shared && ties == Ties::Shared {
            format!("={place}")
        } else {
            place.to_string()
        };
        entries.push(Entry {
            place,
            place_label,
            place_in_region,
            place_in_level,
            figures,
        });
    }
    entries
}

/// Counts places while scores come from the highest down.
struct Places {
    ties: Ties,
    seen: u32,
    place: u32,
    last: Option<Points>,
}

impl Places {
    const fn new(ties: Ties) -> Self {
        Self {
            ties,
            seen: 0,
            place: 0,
            last: None,
        }
    }

    fn next(&mut self, score: Points) -> u32 {
        self.seen = self.seen.saturating_add(1);
        if self.last != Some(score) {
            self.place = match self.ties {
                Ties::Competition | Ties::Shared => self.seen,
                Ties::Dense => self.place.saturating_add(1),
            };
            self.last = Some(score);
        }
        self.place
    }
}

/// The counters of all regions, or of all levels.
struct GroupPlaces {
    ties: Ties,
    groups: BTreeMap<String, Places>,
}

impl GroupPlaces {
    const fn new(ties: Ties) -> Self {
        Self {
            ties,
            groups: BTreeMap::new(),
        }
    }

    fn next(&mut self, group: &str, score: Points) -> u32 {
        // Not `entry`: the key is then copied once per group and not once per agency.
        if let Some(places) = self.groups.get_mut(group) {
            return places.next(score);
        }
        let mut places = Places::new(self.ties);
        let place = places.next(score);
        self.groups.insert(group.to_owned(), places);
        place
    }
}
