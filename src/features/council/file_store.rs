//! Files of minutes and their signatures in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::file_model::MinutesFileRow;
use crate::{
    db::{
        Conn, Tx,
        schema::{minutes_files, minutes_signatures},
    },
    error::AppResult,
    features::evidence::SignatureRow,
    ids::{FileId, RecordId},
};

/// Ids that one query names.
const BATCH: usize = 500;

/// The files of these minutes, newest first.
pub fn list(conn: &mut Conn, minutes: &[RecordId]) -> AppResult<Vec<MinutesFileRow>> {
    let mut files = Vec::new();
    for batch in minutes.chunks(BATCH) {
        let found: Vec<MinutesFileRow> = minutes_files::table
            .filter(minutes_files::minutes_id.eq_any(batch))
            .order(minutes_files::id.desc())
            .select(MinutesFileRow::as_select())
            .load(conn)?;
        files.extend(found);
    }
    Ok(files)
}

/// A file of minutes; 404 where it is of others.
pub fn find(conn: &mut Conn, minutes: &RecordId, id: &FileId) -> AppResult<MinutesFileRow> {
    Ok(minutes_files::table
        .find(id)
        .filter(minutes_files::minutes_id.eq(minutes))
        .select(MinutesFileRow::as_select())
        .first(conn)?)
}

/// Adds a file.
pub fn insert(tx: &mut Tx<'_>, row: &MinutesFileRow) -> AppResult<()> {
    diesel::insert_into(minutes_files::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// The newest signature of each of these files.
pub fn signatures(conn: &mut Conn, files: &[FileId]) -> AppResult<BTreeMap<FileId, SignatureRow>> {
    let mut newest = BTreeMap::new();
    for batch in files.chunks(BATCH) {
        let rows: Vec<SignatureRow> = minutes_signatures::table
            .filter(minutes_signatures::file_id.eq_any(batch))
            .order(minutes_signatures::revision)
            .select(minutes_signatures::all_columns)
            .load(conn)?;
        newest.extend(rows.into_iter().map(|row| (row.file_id.clone(), row)));
    }
    Ok(newest)
}

/// Adds a signature.
pub fn insert_signature(tx: &mut Tx<'_>, row: &SignatureRow) -> AppResult<()> {
    diesel::insert_into(minutes_signatures::table)
        .values((
            minutes_signatures::file_id.eq(&row.file_id),
            minutes_signatures::revision.eq(row.revision),
            minutes_signatures::content.eq(&row.content),
            minutes_signatures::verdict.eq(row.verdict),
            minutes_signatures::signers.eq(&row.signers),
            minutes_signatures::added_at.eq(row.added_at),
            minutes_signatures::added_by.eq(&row.added_by),
        ))
        .execute(tx.conn())?;
    Ok(())
}
