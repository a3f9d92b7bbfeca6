//! Requests for more time in the database.

use diesel::prelude::*;

use super::extension_model::LineExtensionRow;
use crate::{
    db::{Conn, Tx, schema::line_extensions},
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
};

/// The requests of a line, oldest first.
pub fn list(conn: &mut Conn, line: &RecordId) -> AppResult<Vec<LineExtensionRow>> {
    Ok(line_extensions::table
        .filter(line_extensions::line_id.eq(line))
        .order(line_extensions::id)
        .select(LineExtensionRow::as_select())
        .load(conn)?)
}

/// One request of a line; 404 if there is none.
pub fn find(conn: &mut Conn, line: &RecordId, id: &RecordId) -> AppResult<LineExtensionRow> {
    Ok(line_extensions::table
        .find(id)
        .filter(line_extensions::line_id.eq(line))
        .select(LineExtensionRow::as_select())
        .first(conn)?)
}

/// Adds a request.
pub fn insert(tx: &mut Tx<'_>, row: &LineExtensionRow) -> AppResult<()> {
    diesel::insert_into(line_extensions::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Writes the decision on a request, once.
pub fn decide(tx: &mut Tx<'_>, row: &LineExtensionRow) -> AppResult<()> {
    let open = line_extensions::table
        .find(&row.id)
        .filter(line_extensions::granted.is_null());
    let decided = diesel::update(open)
        .set((
            line_extensions::granted.eq(row.granted),
            line_extensions::granted_until.eq(row.granted_until),
            line_extensions::decision_reason.eq(&row.decision_reason),
            line_extensions::decided_at.eq(row.decided_at),
            line_extensions::decided_by.eq(&row.decided_by),
        ))
        .execute(tx.conn())?;
    if decided == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}
