//! Signatures of publications and the keys behind them. Rows are added and read, never changed.

use diesel::prelude::*;

use super::{
    keys::Signer,
    model::{KeyRow, SignatureRow},
};
use crate::{
    db::{
        Conn, Tx,
        schema::{publication_keys, publication_signatures, publications},
    },
    error::AppResult,
    ids::PublicationId,
};

/// Signs a publication that has no signature yet, as a part of the change that adds it. Whoever signs holds the lock of the
/// publications, so that a new key is kept once.
pub fn insert_signature(
    tx: &mut Tx<'_>,
    signer: &Signer,
    publication: &PublicationId,
) -> AppResult<SignatureRow> {
    let now = tx.now();
    let key = signer.key_row(now);
    let known: i64 = publication_keys::table
        .filter(publication_keys::kid.eq(&key.kid))
        .count()
        .get_result(tx.conn())?;
    if known == 0 {
        diesel::insert_into(publication_keys::table)
            .values(&key)
            .execute(tx.conn())?;
    }
    let signature = signer.signature_row(publication, now)?;
    diesel::insert_into(publication_signatures::table)
        .values(&signature)
        .execute(tx.conn())?;
    Ok(signature)
}

/// The signature of a publication, if it has one.
pub fn find_signature(conn: &mut Conn, publication: &PublicationId) -> AppResult<Option<SignatureRow>> {
    Ok(publication_signatures::table
        .find(publication)
        .select(SignatureRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every key that has signed a publication, the oldest first.
pub fn all_keys(conn: &mut Conn) -> AppResult<Vec<KeyRow>> {
    Ok(publication_keys::table
        .order((publication_keys::first_seen_at, publication_keys::kid))
        .select(KeyRow::as_select())
        .load(conn)?)
}

/// The publications that have no signature, oldest first: those of a time before there were signatures.
pub fn unsigned(conn: &mut Conn) -> AppResult<Vec<PublicationId>> {
    let signed = publication_signatures::table.select(publication_signatures::publication_id);
    Ok(publications::table
        .filter(publications::id.ne_all(signed))
        .order(publications::sequence)
        .select(publications::id)
        .load(conn)?)
}
