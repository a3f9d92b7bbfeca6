//! Instruments in the database.

use diesel::prelude::*;

use super::{
    model::{InstrumentQuery, InstrumentSummary, SummaryRow},
    rules::CheckedInstrument,
};
use crate::{
    db::{Conn, MultiBackend, Tx, schema::instruments},
    error::{AppError, AppResult, ErrorCode},
    ids::InstrumentCode,
    web::Cursor,
};

/// One page of families, by code: each with its latest version.
pub fn list_latest(
    conn: &mut Conn,
    asked: &InstrumentQuery,
    cursor: &Cursor,
) -> AppResult<Vec<InstrumentSummary>> {
    let later = diesel::alias!(instruments as later);
    let mut query = instruments::table
        .filter(diesel::dsl::not(diesel::dsl::exists(
            later
                .filter(later.field(instruments::code).eq(instruments::code))
                .filter(later.field(instruments::version).gt(instruments::version)),
        )))
        .select(SummaryRow::as_select())
        .order(instruments::code)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(audience) = asked.audience.clone() {
        query = query.filter(instruments::audience.eq(audience));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(instruments::code.gt(after));
    }
    let rows: Vec<SummaryRow> = query.load(conn)?;
    Ok(rows.into_iter().map(InstrumentSummary::from).collect())
}

/// Every version of a family, the latest first.
pub fn list_versions(conn: &mut Conn, code: &InstrumentCode) -> AppResult<Vec<InstrumentSummary>> {
    let rows: Vec<SummaryRow> = instruments::table
        .filter(instruments::code.eq(code))
        .select(SummaryRow::as_select())
        .order(instruments::version.desc())
        .load(conn)?;
    Ok(rows.into_iter().map(InstrumentSummary::from).collect())
}

/// A family's latest version, if there is one.
pub fn latest_version(conn: &mut Conn, code: &InstrumentCode) -> AppResult<Option<i32>> {
    Ok(instruments::table
        .filter(instruments::code.eq(code))
        .select(diesel::dsl::max(instruments::version))
        .first(conn)?)
}

/// A version without its items.
pub fn find_summary(
    conn: &mut Conn,
    code: &InstrumentCode,
    version: i32,
) -> AppResult<Option<InstrumentSummary>> {
    let row: Option<SummaryRow> = instruments::table
        .find((code, version))
        .select(SummaryRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(InstrumentSummary::from))
}

/// A version and its document; 404 if there is none.
pub fn find_with_document(
    conn: &mut Conn,
    code: &InstrumentCode,
    version: i32,
) -> AppResult<(InstrumentSummary, String)> {
    // One statement, so that the document is the one that the digest and the revision belong to.
    let (row, document): (SummaryRow, String) = instruments::table
        .find((code, version))
        .select((SummaryRow::as_select(), instruments::document))
        .first(conn)?;
    Ok((row.into(), document))
}

/// The digest of a version; 404 if there is none.
pub fn find_digest(conn: &mut Conn, code: &InstrumentCode, version: i32) -> AppResult<String> {
    Ok(instruments::table
        .find((code, version))
        .select(instruments::digest)
        .first(conn)?)
}

/// Adds a version.
pub fn insert(tx: &mut Tx<'_>, new: &CheckedInstrument) -> AppResult<InstrumentSummary> {
    let now = tx.now();
    diesel::insert_into(instruments::table)
        .values((
            instruments::code.eq(&new.code),
            instruments::version.eq(new.version),
            instruments::title_vi.eq(&new.title_vi),
            instruments::title_en.eq(new.title_en.as_ref()),
            instruments::audience.eq(&new.audience),
            instruments::document.eq(&new.document),
            instruments::digest.eq(&new.digest),
            instruments::items.eq(new.items),
            instruments::revision.eq(1_i64),
            instruments::created_at.eq(now),
            instruments::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    find_summary(tx.conn(), &new.code, new.version)?.ok_or_else(AppError::not_found)
}

/// Replaces a version that is not frozen and is still the one that was read.
pub fn replace(
    tx: &mut Tx<'_>,
    new: &CheckedInstrument,
    read: &InstrumentSummary,
) -> AppResult<InstrumentSummary> {
    let now = tx.now();
    let standing = instruments::table
        .find((&new.code, new.version))
        .filter(instruments::frozen_at.is_null())
        .filter(instruments::revision.eq(read.revision));
    let replaced = diesel::update(standing)
        .set((
            instruments::title_vi.eq(&new.title_vi),
            instruments::title_en.eq(new.title_en.as_ref()),
            instruments::audience.eq(&new.audience),
            instruments::document.eq(&new.document),
            instruments::digest.eq(&new.digest),
            instruments::items.eq(new.items),
            instruments::revision.eq(read.revision + 1),
            instruments::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    find_summary(tx.conn(), &new.code, new.version)?.ok_or_else(AppError::not_found)
}

/// Freezes a version for ever; one that is frozen already stays as it is. 404 if there is none.
pub fn freeze(tx: &mut Tx<'_>, code: &InstrumentCode, version: i32) -> AppResult<()> {
    let now = tx.now();
    let standing = instruments::table
        .find((code, version))
        .filter(instruments::frozen_at.is_null());
    let frozen = diesel::update(standing)
        .set((
            instruments::frozen_at.eq(Some(now)),
            instruments::revision.eq(instruments::revision + 1),
            instruments::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    if frozen == 0 {
        find_digest(tx.conn(), code, version)?;
    }
    Ok(())
}
