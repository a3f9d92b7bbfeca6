//! Counts of the public post in the database, append-only.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::model::{CollectorRow, PublicPostQuery, PublicPostRow};
use crate::{
    clock::Moment,
    db::{
        Conn, MultiBackend, Tx,
        schema::{public_post, public_post_collectors},
    },
    each,
    error::AppResult,
    ids::{AgencyCode, Month},
};

/// Codes of one query, and rows of one insert: a database takes only so many parameters.
const BATCH: usize = 500;

/// The counts that hold, by agency and month.
pub type Current = BTreeMap<(AgencyCode, Month), PublicPostRow>;

/// One page of the counts that hold, by month and agency; `after` is the key of the last row before.
pub fn page(
    conn: &mut Conn,
    asked: &PublicPostQuery,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<PublicPostRow>> {
    let mut query = public_post::table
        .filter(public_post::superseded_at.is_null())
        .order((public_post::period, public_post::agency_code))
        .select(PublicPostRow::as_select())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(agency) = asked.agency.clone() {
        query = query.filter(public_post::agency_code.eq(agency));
    }
    if let Some(from) = asked.from.clone() {
        query = query.filter(public_post::period.ge(from));
    }
    if let Some(to) = asked.to.clone() {
        query = query.filter(public_post::period.le(to));
    }
    if let Some((period, agency)) = after.and_then(|key| key.split_once('/')) {
        let (period, agency) = (period.to_owned(), agency.to_owned());
        query = query.filter(
            public_post::period.gt(period.clone()).or(public_post::period
                .eq(period)
                .and(public_post::agency_code.gt(agency))),
        );
    }
    Ok(query.load(conn)?)
}

/// The counts of some months that hold.
pub fn current(conn: &mut Conn, wanted: &BTreeMap<Month, BTreeSet<AgencyCode>>) -> AppResult<Current> {
    let mut found = Current::new();
    for (period, agencies) in wanted {
        let agencies: Vec<&AgencyCode> = agencies.iter().collect();
        for agencies in agencies.chunks(BATCH) {
            let rows: Vec<PublicPostRow> = public_post::table
                .filter(public_post::period.eq(period))
                .filter(public_post::agency_code.eq_any(agencies.iter().copied()))
                .filter(public_post::superseded_at.is_null())
                .select(PublicPostRow::as_select())
                .load(conn)?;
            found.extend(
                rows.into_iter()
                    .map(|row| ((row.agency_code.clone(), row.period.clone()), row)),
            );
        }
    }
    Ok(found)
}

/// Closes the revisions that hold and appends those that take their place.
pub fn append(tx: &mut Tx<'_>, rows: &[PublicPostRow], now: Moment) -> AppResult<()> {
    let mut replaced: BTreeMap<&Month, Vec<&AgencyCode>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.revision > 1) {
        replaced.entry(&row.period).or_default().push(&row.agency_code);
    }
    for (period, agencies) in replaced {
        for agencies in agencies.chunks(BATCH) {
            let standing = public_post::table
                .filter(public_post::period.eq(period))
                .filter(public_post::agency_code.eq_any(agencies.iter().copied()))
                .filter(public_post::superseded_at.is_null());
            diesel::update(standing)
                .set(public_post::superseded_at.eq(now))
                .execute(tx.conn())?;
        }
    }
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(public_post::table).values(batch))?;
    }
    Ok(())
}

/// Every revision of a month's counts, the newest first.
pub fn revisions(conn: &mut Conn, agency: &AgencyCode, period: &Month) -> AppResult<Vec<PublicPostRow>> {
    Ok(public_post::table
        .filter(public_post::agency_code.eq(agency))
        .filter(public_post::period.eq(period))
        .order(public_post::revision.desc())
        .select(PublicPostRow::as_select())
        .load(conn)?)
}

fn months_of(year: i32) -> (Option<Month>, Option<Month>) {
    let mut months = Month::of_year(year);
    (months.next(), months.last())
}

/// One page of the agencies that have counts in a year, by code.
pub fn agencies_of_year(
    conn: &mut Conn,
    year: i32,
    agency: Option<&AgencyCode>,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<AgencyCode>> {
    let (first, last) = months_of(year);
    let mut query = public_post::table
        .filter(public_post::superseded_at.is_null())
        .select(public_post::agency_code)
        .distinct()
        .order(public_post::agency_code)
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let (Some(first), Some(last)) = (first, last) {
        query = query
            .filter(public_post::period.ge(first))
            .filter(public_post::period.le(last));
    }
    if let Some(agency) = agency {
        query = query.filter(public_post::agency_code.eq(agency.clone()));
    }
    if let Some(after) = after {
        query = query.filter(public_post::agency_code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// The counts of agencies in a year that hold, by agency.
pub fn of_year(
    conn: &mut Conn,
    year: i32,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Vec<PublicPostRow>>> {
    let agencies: BTreeSet<AgencyCode> = agencies.iter().cloned().collect();
    let wanted = Month::of_year(year)
        .map(|month| (month, agencies.clone()))
        .collect();
    let mut found: BTreeMap<AgencyCode, Vec<PublicPostRow>> = BTreeMap::new();
    for ((agency, _), row) in current(conn, &wanted)? {
        found.entry(agency).or_default().push(row);
    }
    Ok(found)
}

/// The bodies that may send in the counts of agencies.
pub fn collectors(
    conn: &mut Conn,
    agencies: &BTreeSet<AgencyCode>,
) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyCode>>> {
    let mut found: BTreeMap<AgencyCode, Vec<AgencyCode>> = BTreeMap::new();
    let agencies: Vec<&AgencyCode> = agencies.iter().collect();
    for agencies in agencies.chunks(BATCH) {
        let rows: Vec<(AgencyCode, AgencyCode)> = public_post_collectors::table
            .filter(public_post_collectors::agency_code.eq_any(agencies.iter().copied()))
            .order(public_post_collectors::collector_code)
            .select((
                public_post_collectors::agency_code,
                public_post_collectors::collector_code,
            ))
            .load(conn)?;
        for (agency, collector) in rows {
            found.entry(agency).or_default().push(collector);
        }
    }
    Ok(found)
}

/// Every body with its agencies.
pub fn all_collectors(conn: &mut Conn) -> AppResult<BTreeMap<AgencyCode, BTreeSet<AgencyCode>>> {
    let rows: Vec<(AgencyCode, AgencyCode)> = public_post_collectors::table
        .select((
            public_post_collectors::collector_code,
            public_post_collectors::agency_code,
        ))
        .load(conn)?;
    let mut found: BTreeMap<AgencyCode, BTreeSet<AgencyCode>> = BTreeMap::new();
    for (collector, agency) in rows {
        found.entry(collector).or_default().insert(agency);
    }
    Ok(found)
}

/// The agencies of a body.
pub fn entrusted(conn: &mut Conn, collector: &AgencyCode) -> AppResult<BTreeSet<AgencyCode>> {
    let rows: Vec<AgencyCode> = public_post_collectors::table
        .filter(public_post_collectors::collector_code.eq(collector))
        .select(public_post_collectors::agency_code)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Entrusts a body with agencies, and takes others away from it.
pub fn entrust(
    tx: &mut Tx<'_>,
    collector: &AgencyCode,
    taken: &[&AgencyCode],
    given: &[CollectorRow],
) -> AppResult<()> {
    for taken in taken.chunks(BATCH) {
        let standing = public_post_collectors::table
            .filter(public_post_collectors::collector_code.eq(collector))
            .filter(public_post_collectors::agency_code.eq_any(taken.iter().copied()));
        diesel::delete(standing).execute(tx.conn())?;
    }
    for given in given.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(public_post_collectors::table).values(given)
        )?;
    }
    Ok(())
}
