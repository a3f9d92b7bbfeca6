//! The rows of evidence files.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::EvidenceFileRow;
use crate::{
    db::{
        Conn, Tx,
        schema::{evidence_files, minutes_files},
    },
    error::AppResult,
    ids::{AgencyCode, FileDigest, FileId, IndicatorCode, RoundCode},
};

/// Ids or digests that one query names.
const BATCH: usize = 500;

/// Adds a file.
pub fn insert_file(tx: &mut Tx<'_>, row: &EvidenceFileRow) -> AppResult<()> {
    diesel::insert_into(evidence_files::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// The files of a submission that have one of these ids.
pub fn find_files(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    ids: &BTreeSet<FileId>,
) -> AppResult<Vec<EvidenceFileRow>> {
    let ids: Vec<&FileId> = ids.iter().collect();
    let mut rows = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let found: Vec<EvidenceFileRow> = evidence_files::table
            .filter(evidence_files::id.eq_any(batch.iter().copied()))
            .filter(evidence_files::round_code.eq(round))
            .filter(evidence_files::agency_code.eq(agency))
            .select(EvidenceFileRow::as_select())
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Every file ever added to an item, newest first.
pub fn files_of_item(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    indicator: &IndicatorCode,
) -> AppResult<Vec<EvidenceFileRow>> {
    Ok(evidence_files::table
        .filter(evidence_files::round_code.eq(round))
        .filter(evidence_files::agency_code.eq(agency))
        .filter(evidence_files::indicator_code.eq(indicator))
        .order(evidence_files::id.desc())
        .select(EvidenceFileRow::as_select())
        .load(conn)?)
}

/// One file of an item; 404 where it is another item's.
pub fn find_file(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    indicator: &IndicatorCode,
    id: &FileId,
) -> AppResult<EvidenceFileRow> {
    Ok(evidence_files::table
        .find(id)
        .filter(evidence_files::round_code.eq(round))
        .filter(evidence_files::agency_code.eq(agency))
        .filter(evidence_files::indicator_code.eq(indicator))
        .select(EvidenceFileRow::as_select())
        .first(conn)?)
}

/// The contents of all files of an agency in a round, each once, with their sizes.
pub fn contents_of_agency(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<Vec<(FileDigest, i64)>> {
    Ok(evidence_files::table
        .filter(evidence_files::round_code.eq(round))
        .filter(evidence_files::agency_code.eq(agency))
        .select((evidence_files::sha256, evidence_files::size))
        .distinct()
        .load(conn)?)
}

/// Those of these contents that a row names: of an item's file, or of a file of minutes.
pub fn referenced(conn: &mut Conn, digests: &[FileDigest]) -> AppResult<BTreeSet<FileDigest>> {
    let mut named = BTreeSet::new();
    for batch in digests.chunks(BATCH) {
        let found: Vec<FileDigest> = evidence_files::table
            .filter(evidence_files::sha256.eq_any(batch))
            .select(evidence_files::sha256)
            .distinct()
            .load(conn)?;
        named.extend(found);
        let found: Vec<FileDigest> = minutes_files::table
            .filter(minutes_files::sha256.eq_any(batch))
            .select(minutes_files::sha256)
            .distinct()
            .load(conn)?;
        named.extend(found);
    }
    Ok(named)
}

/// All contents that rows name.
pub fn all_named(conn: &mut Conn) -> AppResult<Vec<FileDigest>> {
    let of_items: Vec<FileDigest> = evidence_files::table
        .select(evidence_files::sha256)
        .distinct()
        .load(conn)?;
    let of_minutes: Vec<FileDigest> = minutes_files::table
        .select(minutes_files::sha256)
        .distinct()
        .load(conn)?;
    let named: BTreeSet<FileDigest> = of_items.into_iter().chain(of_minutes).collect();
    Ok(named.into_iter().collect())
}
