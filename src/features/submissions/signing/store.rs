//! Signatures of submissions in the database, append-only.

use diesel::prelude::*;

use super::model::SubmissionSignatureRow;
use crate::{
    db::{Conn, Tx, schema::submission_signatures},
    error::AppResult,
    ids::{AgencyCode, RecordId, RoundCode},
};

/// Adds a signature.
pub fn insert(tx: &mut Tx<'_>, row: &SubmissionSignatureRow) -> AppResult<()> {
    diesel::insert_into(submission_signatures::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// The signatures of a submission, oldest first.
pub fn list(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<Vec<SubmissionSignatureRow>> {
    Ok(submission_signatures::table
        .filter(submission_signatures::round_code.eq(round))
        .filter(submission_signatures::agency_code.eq(agency))
        .order(submission_signatures::id)
        .select(SubmissionSignatureRow::as_select())
        .load(conn)?)
}

/// The signatures of all submissions of a round, oldest first.
pub fn list_of_round(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<SubmissionSignatureRow>> {
    Ok(submission_signatures::table
        .filter(submission_signatures::round_code.eq(round))
        .order(submission_signatures::id)
        .select(SubmissionSignatureRow::as_select())
        .load(conn)?)
}

/// One signature of a submission; 404 where it is another's.
pub fn find(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    id: &RecordId,
) -> AppResult<SubmissionSignatureRow> {
    Ok(submission_signatures::table
        .find(id)
        .filter(submission_signatures::round_code.eq(round))
        .filter(submission_signatures::agency_code.eq(agency))
        .select(SubmissionSignatureRow::as_select())
        .first(conn)?)
}
