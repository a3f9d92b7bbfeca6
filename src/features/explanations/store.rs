//! Threads in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{MessageKind, MessageRow};
use crate::{
    db::{Conn, Tx, schema::item_messages},
    error::AppResult,
    ids::{AgencyCode, IndicatorCode, RoundCode},
};

/// The threads of a submission by indicator, messages oldest first.
pub fn threads(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<BTreeMap<IndicatorCode, Vec<MessageRow>>> {
    let rows: Vec<MessageRow> = item_messages::table
        .filter(item_messages::round_code.eq(round))
        .filter(item_messages::agency_code.eq(agency))
        .order(item_messages::id)
        .select(MessageRow::as_select())
        .load(conn)?;
    let mut threads: BTreeMap<IndicatorCode, Vec<MessageRow>> = BTreeMap::new();
    for row in rows {
        threads.entry(row.indicator_code.clone()).or_default().push(row);
    }
    Ok(threads)
}

/// How many threads of each agency of a round wait for an answer.
pub fn open_questions(conn: &mut Conn, round: &RoundCode) -> AppResult<BTreeMap<AgencyCode, usize>> {
    let rows: Vec<(AgencyCode, IndicatorCode, MessageKind)> = item_messages::table
        .filter(item_messages::round_code.eq(round))
        .order(item_messages::id)
        .select((
            item_messages::agency_code,
            item_messages::indicator_code,
            item_messages::kind,
        ))
        .load(conn)?;
    let mut last: BTreeMap<(AgencyCode, IndicatorCode), MessageKind> = BTreeMap::new();
    for (agency, indicator, kind) in rows {
        last.insert((agency, indicator), kind);
    }
    let mut open: BTreeMap<AgencyCode, usize> = BTreeMap::new();
    for ((agency, _), kind) in last {
        if kind == MessageKind::Question {
            *open.entry(agency).or_default() += 1;
        }
    }
    Ok(open)
}

/// Appends a message.
pub fn append(tx: &mut Tx<'_>, row: &MessageRow) -> AppResult<()> {
    diesel::insert_into(item_messages::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}
