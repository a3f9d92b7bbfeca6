//! The rows of publications in the database. They are added and read, never changed.

use diesel::prelude::*;

use super::{
    model::{AgencyRow, FactsRow, HeadRow},
    node_store,
    rows::{Nodes, Rows, rows},
};
use crate::{
    db::{
        Conn, Tx,
        schema::{publications, published_agencies, published_facts, published_heads, published_nodes},
    },
    each,
    error::AppResult,
    features::publications::document::Document,
    ids::PublicationId,
};

/// Rows of one statement: SQLite takes 32,766 parameters, and there are 25 columns at most.
const BATCH: usize = 1000;
/// Rows of nodes of one statement: about half a megabyte.
const NODES_BATCH: usize = 10_000;

/// Adds a publication's rows, as a part of the change that adds the publication, or of one that makes up for it.
pub fn insert_rows(tx: &mut Tx<'_>, sequence: i64, document: &Document) -> AppResult<()> {
    let rows = rows(sequence, document)?;
    let conn = tx.conn();
    each!(
        &mut *conn,
        diesel::insert_into(published_facts::table).values(&rows.facts)
    )?;
    for batch in rows.agencies.chunks(BATCH) {
        each!(
            &mut *conn,
            diesel::insert_into(published_agencies::table).values(batch)
        )?;
    }
    for batch in rows.heads.chunks(BATCH) {
        each!(
            &mut *conn,
            diesel::insert_into(published_heads::table).values(batch)
        )?;
    }
    for piece in Nodes::of(document).pieces(NODES_BATCH) {
        node_store::insert_nodes(conn, sequence, &piece?)?;
    }
    Ok(())
}

/// The publications that have no rows yet, oldest first: those of a time before there were rows.
pub fn without_rows(conn: &mut Conn) -> AppResult<Vec<PublicationId>> {
    let filled = published_facts::table.select(published_facts::sequence);
    Ok(publications::table
        .filter(publications::sequence.ne_all(filled))
        .order(publications::sequence)
        .select(publications::id)
        .load(conn)?)
}

/// Whether a publication has its rows.
pub fn has_rows(conn: &mut Conn, sequence: i64) -> AppResult<bool> {
    let found: Option<i64> = published_facts::table
        .find(sequence)
        .select(published_facts::sequence)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Every publication, oldest first.
pub fn all(conn: &mut Conn) -> AppResult<Vec<PublicationId>> {
    Ok(publications::table
        .order(publications::sequence)
        .select(publications::id)
        .load(conn)?)
}

/// A publication's sequence number and canonical text.
pub fn find(conn: &mut Conn, id: &PublicationId) -> AppResult<(i64, String)> {
    Ok(publications::table
        .find(id)
        .select((publications::sequence, publications::document))
        .first(conn)?)
}

/// Whether the database holds just the rows that the document makes.
pub fn are_like(conn: &mut Conn, sequence: i64, document: &Document) -> AppResult<bool> {
    let facts = published_facts::table
        .find(sequence)
        .select(FactsRow::as_select())
        .first(conn)
        .optional()?;
    let Some(facts) = facts else {
        return Ok(false);
    };
    let held = Rows {
        facts,
        agencies: published_agencies::table
            .filter(published_agencies::sequence.eq(sequence))
            .order(published_agencies::position)
            .select(AgencyRow::as_select())
            .load(conn)?,
        heads: published_heads::table
            .filter(published_heads::sequence.eq(sequence))
            .order(published_heads::position)
            .select(HeadRow::as_select())
            .load(conn)?,
    };
    if held != rows(sequence, document)? {
        return Ok(false);
    }
    let mut made = 0;
    for piece in Nodes::of(document).pieces(NODES_BATCH) {
        let piece = piece?;
        made += i64::try_from(piece.agency.len()).unwrap_or(i64::MAX);
        if let (Some(from), Some(last)) = (piece.agency.first(), piece.agency.last())
            && node_store::nodes_between(conn, sequence, *from, *last + 1)? != piece
        {
            return Ok(false);
        }
    }
    let held: i64 = published_nodes::table
        .filter(published_nodes::sequence.eq(sequence))
        .count()
        .get_result(conn)?;
    Ok(held == made)
}
