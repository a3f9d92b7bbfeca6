//! Ratings in the database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{ChannelRow, CountRow, RatingMonthQuery, RatingRow};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{rating_channels, rating_counts, ratings},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    features::agencies,
    ids::{AgencyCode, Month, RatingChannelCode},
};

/// Ids of one query, and rows of one insert: a database takes only so many parameters.
const BATCH: usize = 500;
/// Levels of agencies between a channel's owner and one that is rated.
const LEVELS_MAX: usize = 5;

/// One page of channels, by code.
pub fn page(conn: &mut Conn, after: Option<&str>, fetch: i64) -> AppResult<Vec<ChannelRow>> {
    let mut query = rating_channels::table
        .order(rating_channels::code)
        .select(ChannelRow::as_select())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(rating_channels::code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// A channel, if it is there.
pub fn find(conn: &mut Conn, code: &RatingChannelCode) -> AppResult<Option<ChannelRow>> {
    Ok(rating_channels::table
        .find(code)
        .select(ChannelRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a channel.
pub fn insert(tx: &mut Tx<'_>, row: &ChannelRow) -> AppResult<()> {
    diesel::insert_into(rating_channels::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &ChannelRow, after: &ChannelRow) -> AppResult<()> {
    let standing = rating_channels::table
        .find(&before.code)
        .filter(rating_channels::revision.eq(before.revision));
    let replaced = diesel::update(standing).set(after.clone()).execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// Of the agencies that are named, those that are the owner or stand below it on a day.
pub fn rated_below(
    conn: &mut Conn,
    owner: &AgencyCode,
    named: BTreeSet<AgencyCode>,
    on: NaiveDate,
) -> AppResult<BTreeSet<AgencyCode>> {
    let all: Vec<AgencyCode> = named.into_iter().collect();
    // Each named agency with the one that its way up has come to.
    let mut ways: Vec<(AgencyCode, AgencyCode)> =
        all.iter().map(|code| (code.clone(), code.clone())).collect();
    let mut below = BTreeSet::new();
    for _ in 0..LEVELS_MAX {
        below.extend(
            ways.iter()
                .filter(|(_, at)| at == owner)
                .map(|(code, _)| code.clone()),
        );
        ways.retain(|(_, at)| at != owner);
        let standing: BTreeSet<AgencyCode> = ways.iter().map(|(_, at)| at.clone()).collect();
        if standing.is_empty() {
            break;
        }
        let above = agencies::parents(conn, &standing.into_iter().collect::<Vec<_>>(), on)?;
        ways = ways
            .into_iter()
            .filter_map(|(code, at)| Some((code, above.get(&at)?.clone())))
            .collect();
    }
    Ok(below)
}

/// Ratings of a channel that are there already, by id.
pub fn standing(
    conn: &mut Conn,
    channel: &RatingChannelCode,
    ids: &[&str],
) -> AppResult<BTreeMap<String, RatingRow>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(BATCH) {
        let rows: Vec<RatingRow> = ratings::table
            .filter(ratings::channel_code.eq(channel))
            .filter(ratings::rating_id.eq_any(ids.iter().copied()))
            .select(RatingRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.rating_id.clone(), row)));
    }
    Ok(found)
}

/// Keeps new ratings.
pub fn append(tx: &mut Tx<'_>, rows: &[RatingRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(ratings::table).values(batch))?;
    }
    Ok(())
}

/// Adds to the counts of months.
pub fn count(
    tx: &mut Tx<'_>,
    channel: &RatingChannelCode,
    added: BTreeMap<(Month, AgencyCode), [i64; 5]>,
) -> AppResult<()> {
    for ((month, agency), [one, two, three, four, five]) in added {
        let standing: Option<CountRow> = rating_counts::table
            .find((channel, &month, &agency))
            .select(CountRow::as_select())
            .first(tx.conn())
            .optional()?;
        let is_new = standing.is_none();
        let [was_1, was_2, was_3, was_4, was_5] = standing.map_or([0; 5], |row| row.scores());
        let row = CountRow {
            channel_code: channel.clone(),
            month,
            agency_code: agency,
            score_1: was_1 + one,
            score_2: was_2 + two,
            score_3: was_3 + three,
            score_4: was_4 + four,
            score_5: was_5 + five,
        };
        if is_new {
            diesel::insert_into(rating_counts::table)
                .values(&row)
                .execute(tx.conn())?;
        } else {
            let place = rating_counts::table.find((channel, row.month.clone(), row.agency_code.clone()));
            diesel::update(place).set(row).execute(tx.conn())?;
        }
    }
    Ok(())
}

/// One page of months, by month and agency; `after` is the key of the last row before.
pub fn months(
    conn: &mut Conn,
    channel: &RatingChannelCode,
    asked: &RatingMonthQuery,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<CountRow>> {
    let mut query = rating_counts::table
        .filter(rating_counts::channel_code.eq(channel.clone()))
        .order((rating_counts::month, rating_counts::agency_code))
        .select(CountRow::as_select())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(agency) = asked.agency.clone() {
        query = query.filter(rating_counts::agency_code.eq(agency));
    }
    if let Some(from) = asked.from.clone() {
        query = query.filter(rating_counts::month.ge(from));
    }
    if let Some(to) = asked.to.clone() {
        query = query.filter(rating_counts::month.le(to));
    }
    if let Some((month, agency)) = after.and_then(|key| key.split_once('/')) {
        let (month, agency) = (month.to_owned(), agency.to_owned());
        query = query.filter(
            rating_counts::month.gt(month.clone()).or(rating_counts::month
                .eq(month)
                .and(rating_counts::agency_code.gt(agency))),
        );
    }
    Ok(query.load(conn)?)
}
