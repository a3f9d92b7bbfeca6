//! Criteria sets in the database.

use diesel::prelude::*;

use super::{
    model::{CriteriaSetQuery, CriteriaSetSummary, SummaryRow},
    rules::CheckedSet,
};
use crate::{
    db::{Conn, MultiBackend, Tx, schema::criteria_sets},
    error::{AppError, AppResult, ErrorCode},
    ids::SetCode,
    web::Cursor,
};

/// One page of families, by code: each with its latest version.
pub fn list_latest(
    conn: &mut Conn,
    asked: &CriteriaSetQuery,
    cursor: &Cursor,
) -> AppResult<Vec<CriteriaSetSummary>> {
    let later = diesel::alias!(criteria_sets as later);
    let mut query = criteria_sets::table
        .filter(diesel::dsl::not(diesel::dsl::exists(
            later
                .filter(later.field(criteria_sets::code).eq(criteria_sets::code))
                .filter(later.field(criteria_sets::version).gt(criteria_sets::version)),
        )))
        .select(SummaryRow::as_select())
        .order(criteria_sets::code)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(level) = asked.level.clone() {
        query = query.filter(criteria_sets::level_code.eq(level));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(criteria_sets::code.gt(after));
    }
    let rows: Vec<SummaryRow> = query.load(conn)?;
    Ok(rows.into_iter().map(CriteriaSetSummary::from).collect())
}

/// One page of a family's versions, the latest first, before a version if one is named.
pub fn list_versions(
    conn: &mut Conn,
    code: &SetCode,
    before: Option<i32>,
    fetch: i64,
) -> AppResult<Vec<CriteriaSetSummary>> {
    let mut query = criteria_sets::table
        .filter(criteria_sets::code.eq(code))
        .select(SummaryRow::as_select())
        .order(criteria_sets::version.desc())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Some(before) = before {
        query = query.filter(criteria_sets::version.lt(before));
    }
    let rows: Vec<SummaryRow> = query.load(conn)?;
    Ok(rows.into_iter().map(CriteriaSetSummary::from).collect())
}

/// A family's latest version, if there is one.
pub fn latest_version(conn: &mut Conn, code: &SetCode) -> AppResult<Option<i32>> {
    Ok(criteria_sets::table
        .filter(criteria_sets::code.eq(code))
        .select(diesel::dsl::max(criteria_sets::version))
        .first(conn)?)
}

/// A version without its tree.
pub fn find_summary(conn: &mut Conn, code: &SetCode, version: i32) -> AppResult<Option<CriteriaSetSummary>> {
    let row: Option<SummaryRow> = criteria_sets::table
        .find((code, version))
        .select(SummaryRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(CriteriaSetSummary::from))
}

/// A version and its document; 404 if there is none.
pub fn find_with_document(
    conn: &mut Conn,
    code: &SetCode,
    version: i32,
) -> AppResult<(CriteriaSetSummary, String)> {
    // One statement, so that the document is the one that the digest and the revision belong to.
    let (row, document): (SummaryRow, String) = criteria_sets::table
        .find((code, version))
        .select((SummaryRow::as_select(), criteria_sets::document))
        .first(conn)?;
    Ok((row.into(), document))
}

/// The digest of a version; 404 if there is none.
pub fn find_digest(conn: &mut Conn, code: &SetCode, version: i32) -> AppResult<String> {
    Ok(criteria_sets::table
        .find((code, version))
        .select(criteria_sets::digest)
        .first(conn)?)
}

/// Adds a version.
pub fn insert(tx: &mut Tx<'_>, set: &CheckedSet) -> AppResult<CriteriaSetSummary> {
    let now = tx.now();
    diesel::insert_into(criteria_sets::table)
        .values((
            criteria_sets::code.eq(&set.code),
            criteria_sets::version.eq(set.version),
            criteria_sets::title_vi.eq(&set.title_vi),
            criteria_sets::title_en.eq(set.title_en.as_ref()),
            criteria_sets::level_code.eq(&set.level),
            criteria_sets::illustrative.eq(set.illustrative),
            criteria_sets::document.eq(&set.document),
            criteria_sets::digest.eq(&set.digest),
            criteria_sets::leaves.eq(set.leaves),
            criteria_sets::maximum.eq(set.maximum.micro()),
            criteria_sets::revision.eq(1_i64),
            criteria_sets::created_at.eq(now),
            criteria_sets::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    find_summary(tx.conn(), &set.code, set.version)?.ok_or_else(AppError::not_found)
}

/// Replaces a version that is not frozen and is still the one that was read.
pub fn replace(
    tx: &mut Tx<'_>,
    set: &CheckedSet,
    read: &CriteriaSetSummary,
) -> AppResult<CriteriaSetSummary> {
    let now = tx.now();
    let replaced = diesel::update(
        criteria_sets::table
            .find((&set.code, set.version))
            .filter(criteria_sets::frozen_at.is_null())
            .filter(criteria_sets::revision.eq(read.revision)),
    )
    .set((
        criteria_sets::title_vi.eq(&set.title_vi),
        criteria_sets::title_en.eq(set.title_en.as_ref()),
        criteria_sets::level_code.eq(&set.level),
        criteria_sets::illustrative.eq(set.illustrative),
        criteria_sets::document.eq(&set.document),
        criteria_sets::digest.eq(&set.digest),
        criteria_sets::leaves.eq(set.leaves),
        criteria_sets::maximum.eq(set.maximum.micro()),
        criteria_sets::revision.eq(read.revision + 1),
        criteria_sets::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    find_summary(tx.conn(), &set.code, set.version)?.ok_or_else(AppError::not_found)
}

/// Freezes a version for ever; one that is frozen already stays as it is. 404 if there is none.
pub fn freeze(tx: &mut Tx<'_>, code: &SetCode, version: i32) -> AppResult<()> {
    let now = tx.now();
    let frozen = diesel::update(
        criteria_sets::table
            .find((code, version))
            .filter(criteria_sets::frozen_at.is_null()),
    )
    .set((
        criteria_sets::frozen_at.eq(Some(now)),
        criteria_sets::revision.eq(criteria_sets::revision + 1),
        criteria_sets::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    if frozen == 0 {
        find_digest(tx.conn(), code, version)?;
    }
    Ok(())
}
