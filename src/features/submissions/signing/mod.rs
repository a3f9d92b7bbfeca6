//! Signatures of a submission as a whole: what is signed, who signed it, and whether that still counts.
//!
//! What is signed is the canonical document. It holds what the agency declares and nothing that moves beside it, so
//! that a signature outlives the approval and the sending, and no change of an item.

mod document;
pub(super) mod handlers;
mod model;
mod rules;
mod sign;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::{item_store::Standing, model::Item};
use crate::{
    db::Conn,
    error::AppResult,
    features::{accounts, evidence, rounds::RoundRow},
    ids::{AgencyCode, FileId},
};

use document::Canonical;
pub use model::SubmissionSignature;
use model::SubmissionSignatureRow;
pub(super) use rules::missing;

/// A submission's canonical document, from its current items.
pub fn canonical<'a>(
    conn: &mut Conn,
    round: &RoundRow,
    set_digest: &str,
    agency: &AgencyCode,
    items: impl Iterator<Item = &'a Item> + Clone,
) -> AppResult<Canonical> {
    let named: BTreeSet<FileId> = items
        .clone()
        .flat_map(|item| item.evidence.iter())
        .filter_map(|document| document.file.clone())
        .collect();
    let files = evidence::find_files(conn, &round.code, agency, &named)?;
    document::canonical(round, set_digest, agency, items, &files)
}

/// The same, where the items were not read yet.
pub(super) fn canonical_of(conn: &mut Conn, standing: &Standing) -> AppResult<Canonical> {
    let (round, agency) = (&standing.round, &standing.submission.agency_code);
    let items = super::item_store::items_at(conn, &round.code, agency, &standing.current)?;
    canonical(conn, round, &standing.set_digest, agency, items.values())
}

/// The signatures of a submission, oldest first, held against its current items.
///
/// The document is made only where there are signatures: most forms that are read have none.
pub fn signatures<'a>(
    conn: &mut Conn,
    round: &RoundRow,
    set_digest: &str,
    agency: &AgencyCode,
    items: impl Iterator<Item = &'a Item> + Clone,
) -> AppResult<Vec<SubmissionSignature>> {
    let rows = store::list(conn, &round.code, agency)?;
    shown(conn, round, set_digest, rows, items)
}

/// The signatures of the submissions of a round, by agency; only those that there are.
pub fn round_signatures(
    conn: &mut Conn,
    round: &RoundRow,
    set_digest: &str,
    items: &BTreeMap<AgencyCode, Vec<Item>>,
) -> AppResult<BTreeMap<AgencyCode, Vec<SubmissionSignature>>> {
    let mut by_agency: BTreeMap<AgencyCode, Vec<SubmissionSignatureRow>> = BTreeMap::new();
    for row in store::list_of_round(conn, &round.code)? {
        by_agency.entry(row.agency_code.clone()).or_default().push(row);
    }
    by_agency
        .into_iter()
        .filter_map(|(agency, rows)| {
            let items = items.get(&agency)?;
            Some(shown(conn, round, set_digest, rows, items.iter()).map(|shown| (agency, shown)))
        })
        .collect()
}

fn shown<'a>(
    conn: &mut Conn,
    round: &RoundRow,
    set_digest: &str,
    rows: Vec<SubmissionSignatureRow>,
    items: impl Iterator<Item = &'a Item> + Clone,
) -> AppResult<Vec<SubmissionSignature>> {
    let Some(agency) = rows.first().map(|row| row.agency_code.clone()) else {
        return Ok(Vec::new());
    };
    let now = canonical(conn, round, set_digest, &agency, items)?.digest;
    let shown = rows.into_iter().map(|row| SubmissionSignature::of(row, &now));
    let mut shown: Vec<SubmissionSignature> = shown.collect();
    accounts::put_names(conn, shown.iter_mut().map(|signature| &mut signature.added_by))?;
    Ok(shown)
}
