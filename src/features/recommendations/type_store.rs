//! Types of recommendations in the database.

use diesel::prelude::*;

use super::model::TypeRow;
use crate::{
    db::{Conn, Tx, schema::recommendation_types},
    error::{AppError, AppResult, ErrorCode},
    ids::RecommendationTypeCode,
};

/// Every type, by its code.
pub fn list(conn: &mut Conn) -> AppResult<Vec<TypeRow>> {
    Ok(recommendation_types::table
        .order(recommendation_types::code)
        .select(TypeRow::as_select())
        .load(conn)?)
}

/// A type, if it is there.
pub fn find(conn: &mut Conn, code: &RecommendationTypeCode) -> AppResult<Option<TypeRow>> {
    Ok(recommendation_types::table
        .find(code)
        .select(TypeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a type.
pub fn insert(tx: &mut Tx<'_>, row: &TypeRow) -> AppResult<()> {
    diesel::insert_into(recommendation_types::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a new version in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &TypeRow, after: &TypeRow) -> AppResult<()> {
    let standing = recommendation_types::table
        .find(&before.code)
        .filter(recommendation_types::revision.eq(before.revision));
    let replaced = diesel::update(standing).set(after.clone()).execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}
