//! The rows of signatures.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::SignatureRow;
use crate::{
    db::{Conn, Tx, schema::evidence_signatures},
    error::AppResult,
    ids::FileId,
};

const BATCH: usize = 500;

/// Adds a signature.
pub fn append_signature(tx: &mut Tx<'_>, row: &SignatureRow) -> AppResult<()> {
    diesel::insert_into(evidence_signatures::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// The newest signature of each of these files.
pub fn find_signatures(conn: &mut Conn, files: &[FileId]) -> AppResult<BTreeMap<FileId, SignatureRow>> {
    let mut newest = BTreeMap::new();
    for batch in files.chunks(BATCH) {
        let rows: Vec<SignatureRow> = evidence_signatures::table
            .filter(evidence_signatures::file_id.eq_any(batch))
            .order(evidence_signatures::revision)
            .select(SignatureRow::as_select())
            .load(conn)?;
        newest.extend(rows.into_iter().map(|row| (row.file_id.clone(), row)));
    }
    Ok(newest)
}
