//! Extensions in the database.

use diesel::prelude::*;

use super::model::ExtensionRow;
use crate::{
    db::{Conn, Tx, schema::deadline_extensions},
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, RecordId, RoundCode},
};

/// The requests of a round, or of one agency in it, oldest first.
pub fn list(conn: &mut Conn, round: &RoundCode, agency: Option<&AgencyCode>) -> AppResult<Vec<ExtensionRow>> {
    let mut query = deadline_extensions::table
        .filter(deadline_extensions::round_code.eq(round.clone()))
        .order(deadline_extensions::id)
        .select(ExtensionRow::as_select())
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(agency) = agency {
        query = query.filter(deadline_extensions::agency_code.eq(agency.clone()));
    }
    Ok(query.load(conn)?)
}

/// How many requests of a round wait for a decision.
pub fn undecided(conn: &mut Conn, round: &RoundCode) -> AppResult<usize> {
    let open: i64 = deadline_extensions::table
        .filter(deadline_extensions::round_code.eq(round))
        .filter(deadline_extensions::granted.is_null())
        .count()
        .get_result(conn)?;
    usize::try_from(open).map_err(AppError::internal)
}

/// One request of an agency; 404 if there is none.
pub fn find(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    id: &RecordId,
) -> AppResult<ExtensionRow> {
    Ok(deadline_extensions::table
        .find(id)
        .filter(deadline_extensions::round_code.eq(round))
        .filter(deadline_extensions::agency_code.eq(agency))
        .select(ExtensionRow::as_select())
        .first(conn)?)
}

/// Adds a request.
pub fn insert(tx: &mut Tx<'_>, row: &ExtensionRow) -> AppResult<()> {
    diesel::insert_into(deadline_extensions::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Writes the decision on a request, once.
pub fn decide(tx: &mut Tx<'_>, row: &ExtensionRow) -> AppResult<()> {
    let open = deadline_extensions::table
        .find(&row.id)
        .filter(deadline_extensions::granted.is_null());
    let decided = diesel::update(open)
        .set((
            deadline_extensions::granted.eq(row.granted),
            deadline_extensions::granted_until.eq(row.granted_until),
            deadline_extensions::decision_reason.eq(&row.decision_reason),
            deadline_extensions::decided_at.eq(row.decided_at),
            deadline_extensions::decided_by.eq(&row.decided_by),
        ))
        .execute(tx.conn())?;
    if decided == 0 {
        Err(AppError::new(ErrorCode::Conflict))
    } else {
        Ok(())
    }
}
