//! Publications in the database. Rows are added and read, never changed.

use std::{collections::BTreeSet, thread};

use diesel::prelude::*;

use super::{
    bi,
    document::{Document, PublicationKind},
    model::PublicationRow,
    signing::{self, SignatureRow, Signer},
    texts::AgencyTexts,
};
use crate::{
    db::{
        Conn, Lock, Tx,
        schema::{publication_signatures, publications},
    },
    error::{AppError, AppResult},
    ids::{PublicationId, RoundCode},
};

/// The lock of a change that adds a publication: sequence numbers become visible in their order, without a gap, so
/// that a reader who knows the highest number knows all below it.
pub fn lock_publications() -> Lock {
    Lock::whole("publications", "all")
}

/// Adds a document under the next sequence number, signs it, and adds its rows for SQL readers: there is no way to add one
/// without. The change must hold [`lock_publications`].
///
/// The rows are many: `beside` works on what is published while they go in, on another core.
pub fn insert_publication<T: Send>(
    tx: &mut Tx<'_>,
    signer: &Signer,
    document: &Document,
    texts: &AgencyTexts,
    beside: impl FnOnce(&PublicationRow, SignatureRow) -> T + Send,
) -> AppResult<(PublicationRow, T)> {
    let (text, id) = document.canonical_of(texts)?;
    let row = PublicationRow {
        id,
        sequence: last_sequence(tx.conn())? + 1,
        kind: document.kind,
        criteria_set_code: document.criteria_set.code.clone(),
        criteria_set_version: document.criteria_set.version,
        round_code: RoundCode::parse(&document.round.code).map_err(AppError::internal)?,
        year: document.round.year,
        title_vi: document.title_vi.clone(),
        title_en: document.title_en.clone(),
        supersedes_id: document.supersedes.clone(),
        baseline_id: document.baseline.clone(),
        document: text,
        published_at: document.published_at,
        published_by: tx.actor().to_owned(),
    };
    diesel::insert_into(publications::table)
        .values(&row)
        .execute(tx.conn())?;
    let signature = signing::store::insert_signature(tx, signer, &row.id)?;
    let done = thread::scope(|scope| {
        let beside = scope.spawn(|| beside(&row, signature));
        bi::insert_rows(tx, row.sequence, document)?;
        beside
            .join()
            .map_err(|_| AppError::internal("what is done beside publishing panicked"))
    })?;
    Ok((row, done))
}

fn last_sequence(conn: &mut Conn) -> AppResult<i64> {
    let last: Option<i64> = publications::table
        .select(diesel::dsl::max(publications::sequence))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

/// A publication, and its signature if it has one.
pub type SignedRow = (PublicationRow, Option<SignatureRow>);

/// Publications after a sequence number, oldest first: nothing, as a rule, and then it is one look at an index.
pub fn publications_after(conn: &mut Conn, sequence: i64, fetch: i64) -> AppResult<Vec<SignedRow>> {
    let of_publication = publication_signatures::publication_id.eq(publications::id);
    Ok(publications::table
        .left_join(publication_signatures::table.on(of_publication))
        .filter(publications::sequence.gt(sequence))
        .order(publications::sequence)
        .limit(fetch)
        .select((PublicationRow::as_select(), Option::<SignatureRow>::as_select()))
        .load(conn)?)
}

/// The document of a publication, if there is one with this id.
pub fn find_document(conn: &mut Conn, id: &PublicationId) -> AppResult<Option<Document>> {
    let text = find_text(conn, id)?;
    text.map(|text| Document::parse(&text)).transpose()
}

/// The canonical text of a publication, if there is one with this id.
pub fn find_text(conn: &mut Conn, id: &PublicationId) -> AppResult<Option<String>> {
    Ok(publications::table
        .find(id)
        .select(publications::document)
        .first(conn)
        .optional()?)
}

/// The publications of some years, both included, that none corrects, oldest first.
pub fn standing_of(conn: &mut Conn, (from, to): (i32, i32)) -> AppResult<Vec<PublicationId>> {
    let all: Vec<(PublicationId, Option<PublicationId>)> = publications::table
        .filter(publications::year.ge(from))
        .filter(publications::year.le(to))
        .order(publications::sequence)
        .select((publications::id, publications::supersedes_id))
        .load(conn)?;
    let corrected: BTreeSet<PublicationId> =
        all.iter().filter_map(|(_, corrects)| corrects.clone()).collect();
    let standing = all.into_iter().map(|(id, _)| id);
    Ok(standing.filter(|id| !corrected.contains(id)).collect())
}

/// The newest publication of a round, or of an external table with this code.
pub fn newest_of(
    conn: &mut Conn,
    kind: PublicationKind,
    code: &RoundCode,
) -> AppResult<Option<PublicationId>> {
    Ok(publications::table
        .filter(publications::round_code.eq(code))
        .filter(publications::kind.eq(kind))
        .order(publications::sequence.desc())
        .select(publications::id)
        .first(conn)
        .optional()?)
}
