//! Threads in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::MessageRow;
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

/// Appends a message.
pub fn append(tx: &mut Tx<'_>, row: &MessageRow) -> AppResult<()> {
    diesel::insert_into(item_messages::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}
