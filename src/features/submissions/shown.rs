//! What a reader sees of items beside what is stored in them.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Item;
use crate::{
    db::Conn,
    error::AppResult,
    features::{
        accounts,
        evidence::{self, EvidenceFile, EvidenceFileRow, EvidenceSignature},
    },
    ids::{AgencyCode, FileId, RoundCode},
};

/// Puts the names of the people in the place of their ids.
pub fn name_savers<'a>(conn: &mut Conn, items: impl Iterator<Item = &'a mut Item>) -> AppResult<()> {
    accounts::put_names(conn, items.map(|item| &mut item.saved_by))
}

/// Puts what is known of the files beside the documents that name them.
///
/// Beside, not into: an evidence list that was read can be changed and saved again as it is.
pub fn show_files<'a>(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    items: impl Iterator<Item = &'a mut Item>,
) -> AppResult<()> {
    let items: Vec<&mut Item> = items.collect();
    let ids: BTreeSet<FileId> = items
        .iter()
        .flat_map(|item| item.evidence.iter())
        .filter_map(|document| document.file.clone())
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = evidence::find_files(conn, round, agency, &ids)?;
    let files: BTreeMap<FileId, EvidenceFile> = name_uploaders(conn, rows)?
        .into_iter()
        .map(|file| (file.id.clone(), file))
        .collect();
    for item in items {
        let named = item.evidence.iter().filter_map(|document| document.file.as_ref());
        item.files = named.filter_map(|id| files.get(id).cloned()).collect();
    }
    Ok(())
}

/// Files as they are shown: with their signatures, and the names of those who uploaded them.
pub fn name_uploaders(conn: &mut Conn, rows: Vec<EvidenceFileRow>) -> AppResult<Vec<EvidenceFile>> {
    let ids: Vec<FileId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut signatures = evidence::find_signatures(conn, &ids)?;
    let shown = rows.into_iter().map(|row| {
        let signature = signatures.remove(&row.id).map(EvidenceSignature::from);
        EvidenceFile {
            signature,
            ..EvidenceFile::from(row)
        }
    });
    let mut shown: Vec<EvidenceFile> = shown.collect();
    accounts::put_names(conn, shown.iter_mut().flat_map(EvidenceFile::people))?;
    Ok(shown)
}
