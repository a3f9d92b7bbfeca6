//! Reviews in the database. A frozen one is never written again.

use diesel::prelude::*;

use super::model::{PartRow, ReviewName, ReviewRow, ReviewState};
use crate::{
    db::{
        Conn, Tx,
        schema::{programme_reviews, review_parts},
    },
    error::{AppError, AppResult, ErrorCode},
    ids::{ProgrammeCode, RecordId},
};

/// The reviews of a programme, by name: year after year, the final one last.
pub fn list(conn: &mut Conn, programme: &ProgrammeCode) -> AppResult<Vec<ReviewRow>> {
    let mut rows: Vec<ReviewRow> = programme_reviews::table
        .filter(programme_reviews::programme_code.eq(programme))
        .select(ReviewRow::as_select())
        .load(conn)?;
    // The databases sort by rules of their own.
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

/// A review; 404 if there is none.
pub fn find(conn: &mut Conn, programme: &ProgrammeCode, name: &ReviewName) -> AppResult<ReviewRow> {
    Ok(programme_reviews::table
        .filter(programme_reviews::programme_code.eq(programme))
        .filter(programme_reviews::name.eq(name.as_str()))
        .select(ReviewRow::as_select())
        .first(conn)?)
}

/// Adds a review; 409 if there is one already.
pub fn insert(tx: &mut Tx<'_>, row: &ReviewRow) -> AppResult<()> {
    diesel::insert_into(programme_reviews::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a new version of a draft in place of the one before: 409 if that is no longer there.
pub fn replace(tx: &mut Tx<'_>, before: &ReviewRow, after: &ReviewRow) -> AppResult<()> {
    let standing = programme_reviews::table
        .find(&before.id)
        .filter(programme_reviews::state.eq(ReviewState::Drafting))
        .filter(programme_reviews::revision.eq(before.revision));
    let replaced = diesel::update(standing).set(after.clone()).execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}

/// What units wrote for a review.
pub fn parts(conn: &mut Conn, review: &RecordId) -> AppResult<Vec<PartRow>> {
    Ok(review_parts::table
        .filter(review_parts::review_id.eq(review))
        .select(PartRow::as_select())
        .load(conn)?)
}

/// Keeps a part, in place of the version before if there is one: 409 if that is no longer there.
pub fn save_part(tx: &mut Tx<'_>, before: Option<&PartRow>, after: &PartRow) -> AppResult<()> {
    let Some(before) = before else {
        diesel::insert_into(review_parts::table)
            .values(after)
            .execute(tx.conn())?;
        return Ok(());
    };
    let standing = review_parts::table
        .find((&before.review_id, &before.agency_code, before.part))
        .filter(review_parts::revision.eq(before.revision));
    let replaced = diesel::update(standing)
        .set((
            review_parts::text.eq(&after.text),
            review_parts::revision.eq(after.revision),
            review_parts::updated_at.eq(after.updated_at),
            review_parts::updated_by.eq(&after.updated_by),
        ))
        .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    Ok(())
}
