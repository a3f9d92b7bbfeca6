//! Particulars in the database.

use diesel::prelude::*;

use super::model::ParticularsRow;
use crate::{
    db::{Conn, Tx, schema::line_particulars},
    error::AppResult,
    ids::RecordId,
};

/// Every record of a line, oldest first.
pub fn all(conn: &mut Conn, line: &RecordId) -> AppResult<Vec<ParticularsRow>> {
    Ok(line_particulars::table
        .filter(line_particulars::line_id.eq(line))
        .order(line_particulars::id)
        .select(ParticularsRow::as_select())
        .load(conn)?)
}

/// Adds a record.
pub fn insert(tx: &mut Tx<'_>, row: &ParticularsRow) -> AppResult<()> {
    diesel::insert_into(line_particulars::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}
