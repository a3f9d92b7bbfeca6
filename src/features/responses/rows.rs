//! The rows of the fixed tables of a survey round: the whole, the agencies above, the agencies, the strata, the channels. Pure.

use std::collections::BTreeMap;

use crate::{
    features::{
        agencies::AgencyCard,
        survey_rounds::{Channel, StratumRow},
    },
    ids::AgencyCode,
    words,
};

words! {
    /// A fixed table of results. There are no others: figures that could be cut out freely could be subtracted freely.
    ResultTableName {
        /// One row: all responses.
        Overall = "overall",
        /// A row for each agency above those that are surveyed, such as provinces over communes.
        Parents = "parents",
        /// A row for each agency that is surveyed.
        Agencies = "agencies",
        /// A row for each stratum of the sample plan.
        Strata = "strata",
        /// A row for each channel.
        Channels = "channels",
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The table.
    pub table: ResultTableName,
    /// Its code in the table.
    pub code: String,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// The row above.
    pub parent: Option<usize>,
    /// The strata that it is made of, by position; of a channel, all.
    pub strata: Vec<usize>,
    /// The one channel that it is made of.
    pub channel: Option<Channel>,
}

/// What is known of agencies: their names, and which stand above which.
#[derive(Debug, Clone, Default)]
pub struct KnownAgencies {
    /// Names.
    pub cards: BTreeMap<AgencyCode, AgencyCard>,
    /// The agency above.
    pub parents: BTreeMap<AgencyCode, AgencyCode>,
}

/// All rows, the whole first, parents before children.
pub fn rows(strata: &[StratumRow], known: &KnownAgencies) -> Vec<TableRow> {
    let mut by_agency: BTreeMap<&AgencyCode, Vec<usize>> = BTreeMap::new();
    for (place, stratum) in strata.iter().enumerate() {
        by_agency.entry(&stratum.agency_code).or_default().push(place);
    }
    let mut by_parent: BTreeMap<&AgencyCode, Vec<usize>> = BTreeMap::new();
    for (agency, places) in &by_agency {
        if let Some(parent) = known.parents.get(*agency) {
            by_parent.entry(parent).or_default().extend(places);
        }
    }
    let all: Vec<usize> = (0..strata.len()).collect();
    let mut rows = vec![TableRow {
        table: ResultTableName::Overall,
        code: "all".to_owned(),
        name_vi: "Toàn bộ".to_owned(),
        name_en: Some("All".to_owned()),
        parent: None,
        strata: all.clone(),
        channel: None,
    }];
    let mut at_parent = BTreeMap::new();
    for (parent, places) in by_parent {
        at_parent.insert(parent, rows.len());
        rows.push(agency_row(ResultTableName::Parents, parent, known, 0, places));
    }
    let mut at_agency = BTreeMap::new();
    for (agency, places) in by_agency {
        let above = known
            .parents
            .get(agency)
            .and_then(|parent| at_parent.get(parent))
            .copied()
            .unwrap_or(0);
        at_agency.insert(agency, rows.len());
        rows.push(agency_row(
            ResultTableName::Agencies,
            agency,
            known,
            above,
            places,
        ));
    }
    for (place, stratum) in strata.iter().enumerate() {
        rows.push(TableRow {
            table: ResultTableName::Strata,
            code: stratum.code.to_string(),
            name_vi: stratum.name_vi.clone(),
            name_en: stratum.name_en.clone(),
            parent: at_agency.get(&stratum.agency_code).copied(),
            strata: vec![place],
            channel: None,
        });
    }
    rows.extend(
        Channel::ALL
            .iter()
            .map(|channel| channel_row(*channel, all.clone())),
    );
    rows
}

fn agency_row(
    table: ResultTableName,
    code: &AgencyCode,
    known: &KnownAgencies,
    above: usize,
    strata: Vec<usize>,
) -> TableRow {
    let card = known.cards.get(code);
    TableRow {
        table,
        code: code.to_string(),
        name_vi: card.map_or_else(|| code.to_string(), |card| card.name_vi.clone()),
        name_en: card.and_then(|card| card.name_en.clone()),
        parent: Some(above),
        strata,
        channel: None,
    }
}

fn channel_row(channel: Channel, strata: Vec<usize>) -> TableRow {
    let (vi, en) = match channel {
        Channel::Post => ("Bưu điện", "Post"),
        Channel::Visit => ("Đến nhà", "Visit"),
        Channel::Session => ("Họp mặt", "Gathered session"),
        Channel::Phone => ("Điện thoại", "Telephone"),
        Channel::Online => ("Trực tuyến", "Online"),
        Channel::Kiosk => ("Ki-ốt", "Kiosk"),
    };
    TableRow {
        table: ResultTableName::Channels,
        code: channel.as_str().to_owned(),
        name_vi: vi.to_owned(),
        name_en: Some(en.to_owned()),
        parent: Some(0),
        strata,
        channel: Some(channel),
    }
}
